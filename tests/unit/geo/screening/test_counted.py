"""A site in a project that the rule counts already: no job is counted twice unless so chosen."""

from __future__ import annotations

import pytest
from shapely import Point

from geo.growth.rule import Verdict
from geo.growth.terms import Terms
from geo.screening.context import context_of
from geo.screening.counted import COUNTED_AS
from geo.screening.model import Light
from geo.screening.present import document, paragraph
from geo.screening.screen import screen
from geo.workspace import Workspace
from tests.support.errors import raising
from tests.support.projects import EAST, INSIDE, NORMS, NORTH, ledger, project
from tests.support.shapes import frame, square
from tests.support.sites import pack

INSIDE_TOO = Point(EAST + 100, NORTH + 100)
# 900 inside; a park of 90 outside, 400 × 400 m.
PARK = square(EAST - 1500, NORTH, side=400)
TOWN = (project(INSIDE, 900), project(PARK, 90) | {"name": "Parken"})
IN_PARK = square(EAST - 1400, NORTH + 100, side=100)


def screened(place, *projects, terms=None, **columns):
    listed = ledger(*(projects or TOWN))
    context = context_of(pack(), listed, NORMS, terms=terms or Terms())
    columns = {"id": ["s"], "jobs": [30]} | columns
    return screen(context, frame(place, **columns), with_remedies=False)[0]


def outside(found):
    return found.rule_before.counted.jobs_outside, found.rule_after.counted.jobs_outside


def test_a_site_in_a_project_is_part_of_it_until_something_else_is_said():
    found = screened(IN_PARK)
    assert (found.counted_in, found.counted_as) == (("Parken",), "part")
    assert outside(found) == (90, 90)
    assert found.rule_after == found.rule_before


@pytest.mark.parametrize(("how", "after"), [("part", 90), ("replaces", 30), ("adds", 120)])
def test_each_way_to_count_by_hand(how, after):
    assert outside(screened(IN_PARK, counted_as=[how])) == (90, after)


def test_each_way_has_a_calculation_of_its_own():
    work = Workspace(pack=pack())
    ids = {work.screening_id(screened(IN_PARK, counted_as=[how])) for how in COUNTED_AS}
    assert len(ids) == len(COUNTED_AS)


@pytest.mark.parametrize(
    "place",
    [
        IN_PARK,
        Point(EAST - 1300, NORTH + 200),
        square(EAST - 1600, NORTH + 100, side=200),  # half of it lies in the park
    ],
)
def test_sites_that_lie_in_a_project(place):
    assert screened(place).counted_in == ("Parken",)


@pytest.mark.parametrize(
    "place",
    [
        square(EAST - 1100, NORTH, side=100),  # beside it, sharing a border
        square(EAST - 1101, NORTH, side=400),  # overlaps by 1 m of 400: drawn by hand
        square(EAST - 2000, NORTH, side=100),
    ],
)
def test_neighbours_are_not_counted_in_it(place):
    found = screened(place)
    assert (found.counted_in, found.counted_as) == ((), None)
    assert outside(found) == (90, 120)


@pytest.mark.parametrize(
    "place",
    [
        square(EAST - 1620, NORTH + 100, side=200),  # less than half of it lies in the park
        square(EAST - 1600, NORTH - 100, side=600),  # the park lies in the site
    ],
)
def test_a_site_that_only_overlaps_a_project_is_counted_by_itself_and_that_is_told(place):
    found = screened(place)
    assert (found.counted_in, found.counted_beside) == ((), ("Parken",))
    assert outside(found) == (90, 120)
    assert any("overlapper Parken" in one.say("nb") for one in found.assumptions)


def test_a_project_that_is_a_point_is_met_by_the_site_around_it():
    found = screened(IN_PARK, TOWN[0], project(Point(EAST - 1350, NORTH + 150), 90))
    assert found.counted_in == ("Prosjekt 1",)


def test_a_point_with_a_site_area_is_taken_as_a_circle_around_it_and_that_is_said():
    # π · 100² m²: a radius of 100 m.
    spot = Point(EAST - 1500, NORTH)
    project_ = project(spot, 90) | {"name": "Parken"}
    listed = ledger(TOWN[0], project_).assign(site_area_m2=[None, 31_416.0])
    context = context_of(pack(), listed, NORMS)
    near, far = square(EAST - 1450, NORTH, side=20), square(EAST - 1390, NORTH, side=20)
    found = screen(context, frame(near, far, jobs=[30, 30]), with_remedies=False)
    assert [(one.counted_in, one.counted_roughly) for one in found] == [
        (("Parken",), True),
        ((), False),
    ]
    assert "Stedet ligger trolig i Parken" in paragraph(found[0])
    assert any("sirkel" in one.say("nb") for one in found[0].assumptions)


def test_a_project_without_effect_is_counted_nowhere():
    idea = TOWN[1] | {"effect": "none"}
    assert screened(IN_PARK, TOWN[0], idea).counted_in == ()


def test_a_project_that_the_terms_leave_out_is_not_counted():
    planned = TOWN[1] | {"effect": "planned"}
    found = screened(IN_PARK, TOWN[0], planned, terms=Terms(adopted_only=True))
    assert found.counted_in == ()


def test_a_part_needs_no_jobs_of_its_own():
    found = screened(IN_PARK, jobs=[None])
    assert not found.rule_left_out
    assert found.rule_after == found.rule_before


def test_jobs_beyond_the_projects_are_added():
    # The park has 90 in the sums; a site of 100 with at most 150 has 10 more, at most 60.
    found = screened(IN_PARK, jobs=[100], jobs_low=[80], jobs_high=[150])
    after = found.rule_after.counted
    assert (after.jobs_outside_low, after.jobs_outside, after.jobs_outside_high) == (90, 100, 150)


def test_the_own_jobs_of_a_part_are_the_known_part_of_a_project_without_a_figure():
    unknown = project(PARK) | {"name": "Parken"}
    found = screened(IN_PARK, TOWN[0], unknown)
    assert outside(found) == (0, 30)
    assert found.rule_after.counted.verdict == Verdict.UNDECIDED
    assert "som ikke er med i regnestykket fordi tall mangler" in paragraph(found)
    assert "som regelen alt regner med" not in paragraph(found)


def light_of(found):
    (rule,) = (one for one in found.verdict.reasons if one.remark.msgid.startswith("screen.rule_"))
    return rule.light


def test_the_light_of_a_part_is_that_of_the_rule():
    assert light_of(screened(IN_PARK, TOWN[0], project(PARK, 90))) == Light.GREEN
    assert light_of(screened(IN_PARK, TOWN[0], project(PARK, 900))) == Light.RED
    assert light_of(screened(IN_PARK, jobs=[50_000])) == Light.RED  # far beyond the park's 90


def test_a_site_inside_that_replaces_more_jobs_inside_may_break_the_rule():
    # 950 inside of 1 000; in place of 900 of them come 10: 60 of 110.
    listed = (project(square(EAST + 400, NORTH + 400, side=300), 900), project(INSIDE_TOO, 50))
    outside_ = project(Point(EAST - 5000, NORTH), 50)
    site = square(EAST + 450, NORTH + 450, side=100)
    kept, replaced = (
        screened(site, *listed, outside_, jobs=[10], counted_as=[how])
        for how in ("part", "replaces")
    )
    assert light_of(kept) == Light.GREEN
    assert replaced.rule_after.counted.share == pytest.approx(60 / 110)
    assert light_of(replaced) == Light.RED


def test_what_replaces_an_unknown_project_decides_what_it_left_open():
    unknown = project(PARK) | {"name": "Parken"}
    as_part, instead = (
        screened(IN_PARK, TOWN[0], unknown, counted_as=[how]) for how in ("part", "replaces")
    )
    assert as_part.rule_after.counted.verdict == Verdict.UNDECIDED
    assert instead.rule_before.counted.verdict == Verdict.UNDECIDED
    assert instead.rule_after.counted.verdict == Verdict.FULFILLED


def test_many_at_once_are_each_counted_by_themselves():
    context = context_of(pack(), ledger(*TOWN), NORMS)
    far = square(EAST - 2000, NORTH, side=100)
    sites = frame(
        *(IN_PARK, far, IN_PARK, IN_PARK),
        jobs=[30] * 4,
        counted_as=[None, None, "replaces", "adds"],
    )
    found = screen(context, sites, with_remedies=False)
    assert [outside(one)[1] for one in found] == [90, 120, 30, 120]


def test_another_word_is_refused():
    with raising("error.counted_as") as caught:
        screened(IN_PARK, counted_as=["twice"])
    assert caught.value.parts["value"] == "twice"


def test_text_and_document_say_it():
    found = screened(IN_PARK)
    assert "Stedet ligger i Parken, som regelen alt regner med" in paragraph(found)
    told = document(found)
    assert (told["counted_in"], told["counted_as"]) == (["Parken"], "part")


def test_text_and_document_name_the_cases_in_no_sum():
    unknown = project(Point(EAST - 5000, NORTH)) | {"name": "Hvam <b>"}
    found = screened(square(EAST - 2000, NORTH, side=100), TOWN[0], unknown)
    assert "1 sak er ikke med i regnestykket: Hvam" in paragraph(found)
    assert "1 case is not in the sum: Hvam" in paragraph(found, "en")
    assert document(found)["rule_after"]["gross"]["verdict"] == "kan ikke avgjøres"
    assert len(document(found)["rule_open"]) == 1
