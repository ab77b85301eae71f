"""The rule with each site, the light and its reasons, whether it holds, what would better it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.growth.terms import Terms
from geo.screening.context import context_of, stated_accuracy_m
from geo.screening.model import Light
from geo.screening.present import document
from geo.screening.screen import screen
from geo.screening.verdict import SEVERITY, verdict
from tests.support.errors import raising
from tests.support.projects import AREAS, INSIDE, NORMS, OUTSIDE, ledger, project
from tests.support.rows import rows
from tests.support.sites import CLEAR, TOWN, at, barred, codes, land, pack, screened, spot

IN_WOOD = at(2400, 400)  # zone C, outside all growth areas, plan for business
few = settings(deadline=None, max_examples=25)

# The rule: 900 inside and 60 outside, so 40 more may come outside.


@pytest.mark.parametrize(
    ("jobs", "light", "code", "share"),
    [
        (40.0, Light.GREEN, "screen.rule_room", 0.9),
        (41.0, Light.RED, "screen.rule_broken", 900 / 1001),
    ],
)
def test_outside_the_growth_areas_the_headroom_decides(jobs, light, code, share):
    found = screened(IN_WOOD, jobs=jobs, business_type="lager")
    assert found.rule_before.counted.share == pytest.approx(900 / 960)
    assert found.rule_after.counted.share == pytest.approx(share)
    assert code in codes(found, light)
    assert found.verdict.light == light


def test_an_interval_across_the_target_is_yellow():
    found = screened(IN_WOOD, jobs=38.0, jobs_low=30.0, jobs_high=50.0)
    assert "screen.rule_uncertain" in codes(found, Light.YELLOW)


def test_a_site_inside_is_green_even_where_the_rule_is_broken():
    broken = land(projects=(project(INSIDE, 10), project(OUTSIDE, 90)))
    assert "screen.rule_inside" in codes(screened(CLEAR, on=broken, jobs=10.0), Light.GREEN)


def test_a_site_across_the_border_may_help_a_broken_rule():
    broken = land(projects=(project(INSIDE, 10), project(OUTSIDE, 90)))
    found = screened(at(950, 0), on=broken, jobs=100.0)
    assert found.rule_after.counted.jobs_inside == pytest.approx(60)
    assert "screen.rule_helps" in codes(found, Light.GREEN)


def test_a_site_that_depends_on_the_regional_areas_is_yellow():
    found = screened(at(5400, 400), jobs=100.0)
    assert found.rule_after.counted.share == pytest.approx(900 / 1060)
    assert found.rule_after.regional.share == pytest.approx(1000 / 1060)
    assert "screen.rule_depends" in codes(found, Light.YELLOW)


def test_jobs_that_are_not_known_leave_the_rule_as_it_is():
    found = screened(IN_WOOD)
    assert found.rule_left_out
    assert found.rule_before is not None
    assert found.rule_after is not None
    # The sums are those before; what they leave open is more, for the site is outside.
    for before, after in zip(found.rule_before, found.rule_after, strict=True):
        assert after == replace(before, could_lower=True)
    assert "screen.rule_jobs_unknown" in codes(found, Light.UNKNOWN)
    assert found.verdict.light == Light.UNKNOWN


def test_a_first_site_outside_breaks_the_rule():
    found = screened(IN_WOOD, on=land(projects=()), jobs=5.0)
    assert found.rule_before.counted.share is None
    assert "screen.rule_broken" in codes(found, Light.RED)


places = st.tuples(st.integers(-300, 1200), st.integers(-300, 1200), st.integers(1, 400))
figures = st.none() | st.tuples(*[st.integers(0, 500)] * 3).map(sorted)


@few
@given(st.lists(st.tuples(places, figures), min_size=1, max_size=5))
def test_the_rule_with_a_site_is_that_of_the_town_and_the_site(wanted):
    shapes = [at(x, y, side=side) for (x, y, side), _ in wanted]
    jobs = [three or (math.nan,) * 3 for _, three in wanted]
    low, middle, high = (np.array(column, dtype=float) for column in zip(*jobs, strict=True))
    # In addition to the projects, wherever the sites lie: `test_counted` has the other ways.
    figures_ = {"jobs_low": low, "jobs": middle, "jobs_high": high}
    sites = rows(*shapes, **figures_, counted_as=["adds"] * len(shapes))
    screenings = screen(land(), sites, with_remedies=False)
    for shape, three, one in zip(shapes, jobs, screenings, strict=True):
        unknown = math.isnan(three[0])
        assert one.rule_left_out == unknown
        shares = (one.growth_share, one.growth_share_regional)
        areas = (AREAS[AREAS["counts"]], AREAS)
        states = zip(shares, areas, one.rule_before, one.rule_after, strict=True)
        for share, some, before, after in states:
            inside = shape.intersection(some.union_all()).area / shape.area
            assert share == pytest.approx(inside, abs=1e-9)
            assert (before.jobs_inside, before.jobs_outside) == (900, 60)
            for end, number in zip(("_low", "", "_high"), three, strict=True):
                more = 0 if unknown else number
                found = [getattr(after, f"jobs_{side}{end}") for side in ("inside", "outside")]
                assert found == pytest.approx([900 + more * inside, 60 + more * (1 - inside)])


def test_net_terms_need_the_jobs_lost():
    net = context_of(
        pack(), ledger(project(INSIDE, 900, jobs_lost=0)), NORMS, terms=Terms(net=True)
    )
    found = screened(IN_WOOD, on=net, jobs=50.0)
    assert found.rule_left_out
    found = screened(IN_WOOD, on=net, jobs=50.0, jobs_lost=20.0)
    assert found.rule_after.counted.jobs_outside == 30


# The light


def test_the_worst_reason_decides_and_unknown_comes_before_green():
    assert SEVERITY == (Light.RED, Light.YELLOW, Light.UNKNOWN, Light.GREEN)
    assert verdict(()).light == Light.UNKNOWN


def test_reasons_stand_by_weight():
    on = land(constraints=barred(at(2400, 400, side=60, height=100)))
    found = screened(IN_WOOD, on=on, jobs=100.0, business_type="kontor")
    weights = [one.weight for one in found.verdict.reasons]
    assert weights == sorted(weights, reverse=True)
    assert codes(found)[:3] == [
        "screen.reason_excluded",
        "screen.rule_broken",
        "screen.reason_abc",
    ]


# Whether the light holds


def test_jobs_decide_where_the_headroom_lies_within_the_norm():
    # 3 200 m² of warehouse: 33.7 to 45.7 jobs, and there is room for 40.
    found = screened(IN_WOOD, on=land(accuracy=0), gross_area_m2=3200.0, business_type="lager")
    assert found.verdict.light == Light.YELLOW
    assert [(f.assumption, f.light) for f in found.sensitivity.flips] == [
        ("jobs", Light.GREEN),
        ("jobs", Light.RED),
    ]
    assert found.light == Light.UNCERTAIN
    assert document(found)["verdict"] == "usikker"


def test_the_buildings_decide_where_a_site_lies_across_the_border():
    # Half inside: 50 of 100 jobs outside is more than the room; the house stands inside.
    inside = rows(at(960, 420, side=20), building_id=["b"], floors=[1.0], gross_area_m2=[1.0])
    plan = rows(at(0, 0, side=2000), plan_id="p", land_use_code="1300")
    on = land(projects=(project(INSIDE, 360),), buildings=inside, accuracy=0, plan_areas=plan)
    found = screened(at(950, 400), on=on, jobs=100.0)
    assert found.verdict.light == Light.RED  # 410 of 460
    assert [(f.assumption, f.light) for f in found.sensitivity.flips] == [("split", Light.GREEN)]


def test_without_buildings_the_middle_point_decides():
    plan = rows(at(0, 0, side=2000), plan_id="p", land_use_code="1300")
    on = land(projects=(project(INSIDE, 360),), accuracy=0, plan_areas=plan)
    mostly_inside = screened(at(940, 400), on=on, jobs=150.0)
    assert mostly_inside.growth_share == pytest.approx(0.6)
    assert mostly_inside.verdict.light == Light.RED  # 450 of 510
    assert [f.assumption for f in mostly_inside.sensitivity.flips] == ["split"]
    mostly_outside = screened(at(960, 400), on=on, jobs=150.0)
    assert mostly_outside.sensitivity.flips == ()


@pytest.mark.parametrize(("accuracy", "flips"), [(299.0, []), (501.0, ["border"])])
def test_the_border_decides_where_the_site_lies_within_its_accuracy(accuracy, flips):
    plan = rows(at(0, 0, side=2000), plan_id="p", land_use_code="1300")
    on = land(accuracy=accuracy, plan_areas=plan)
    found = screened(at(1300, 400, side=200), on=on, jobs=500.0)
    assert found.verdict.light == Light.RED
    assert [f.assumption for f in found.sensitivity.flips] == flips


def test_an_accuracy_that_is_not_known_is_not_tried_and_that_is_said():
    found = screened(IN_WOOD, jobs=10.0)
    assert found.sensitivity.untested == ("border",)
    assert screened(IN_WOOD).sensitivity.untested == ("jobs", "border")
    assert screened(IN_WOOD, on=land(accuracy=50), jobs=10.0).sensitivity.untested == ()


def test_the_manifest_tells_the_accuracy_else_a_sketch_is_four_hundred_metres_off():
    stated = land(manifest={"growth_areas": {"accuracy": "Om lag 50 m", "illustrative": True}})
    assert stated.growth.accuracy_m == 50
    sketch = land(manifest={"growth_areas": {"accuracy": "avvik 100–400 m", "illustrative": True}})
    assert sketch.growth.accuracy_m == 400
    assert land().growth.accuracy_m is None


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("50 m", 50),
        ("Om lag 1 500 m", 1500),
        ("±0,5 m", 0.5),
        ("Håndtegnet, avvik 100–1 500 m", None),
        ("100-400 m", None),
        ("Oppdiktet", None),
        ("", None),
        (None, None),
        ("2026", None),
    ],
)
def test_only_a_single_number_of_metres_is_taken_from_the_manifest(text, metres):
    assert stated_accuracy_m(text) == metres


@pytest.mark.parametrize("accuracy", [-1, math.nan, math.inf])
def test_an_accuracy_that_is_none_is_refused(accuracy):
    with raising("error.border_accuracy"):
        land(accuracy=accuracy)


# What would better it


def only(found):
    assert len(found.remedies) == 1
    return found.remedies[0]


def test_a_smaller_outline_leaves_the_barred_land_out():
    on = land(constraints=barred(at(450, 300, side=60, height=100)))
    found = screened(CLEAR, on=on, business_type="kontor", jobs=10.0)
    assert found.verdict.light == Light.RED
    remedy = only(found)
    assert (remedy.kind, remedy.light) == ("outline", Light.GREEN)
    assert remedy.area_m2 == pytest.approx(4000)
    again = screened(remedy.geometry, on=on, business_type="kontor", jobs=10.0)
    assert again.verdict.light == Light.GREEN
    assert again.area_m2 == pytest.approx(remedy.area_m2)


def test_a_remedy_that_leaves_something_unknown_says_so_and_names_no_light():
    on = land(constraints=barred(at(450, 300, side=60, height=100)), plan_areas=None)
    remedy = only(screened(CLEAR, on=on, business_type="kontor", jobs=10.0))
    assert remedy.light == Light.UNKNOWN
    assert remedy.remark.say("nb") == (
        "Hva skal til: avgrens stedet til 4,0\N{NO-BREAK SPACE}daa. "
        "Da taler ingenting kjent imot stedet, men ikke alt er kjent."
    )


def test_an_outline_of_less_than_the_smallest_part_is_no_remedy():
    on = land(constraints=barred(at(450, 300, side=91, height=100)))
    assert screened(CLEAR, on=on, business_type="kontor", jobs=10.0).remedies == ()


def test_an_outline_is_cut_to_the_growth_area_where_the_rule_is_broken():
    plan = rows(at(0, 0, side=2000), plan_id="p", land_use_code="1300")
    found = screened(at(980, 400), on=land(plan_areas=plan), jobs=300.0)
    kinds = {one.kind: one for one in found.remedies}
    assert kinds["outline"].area_m2 == pytest.approx(2000)
    assert kinds["outline"].light == Light.GREEN


def test_another_business_is_offered_where_the_first_does_not_fit():
    found = screened(CLEAR, business_type="lager", jobs=10.0)
    assert found.verdict.light == Light.YELLOW
    remedy = only(found)
    assert (remedy.kind, remedy.business_type, remedy.light) == (
        "business_type",
        "fou",
        Light.GREEN,
    )
    assert screened(CLEAR, business_type="fou", jobs=10.0).light == Light.GREEN


def test_the_jobs_that_heal_the_rule_are_as_many_as_needed_and_no_more():
    found = screened(IN_WOOD, jobs=50.0)
    assert found.verdict.light == Light.RED
    remedy = only(found)
    assert (remedy.kind, remedy.jobs_inside) == ("jobs_inside", 110 * 9 - 900)
    enough = land(projects=(*TOWN, project(INSIDE, remedy.jobs_inside)))
    assert screened(IN_WOOD, on=enough, jobs=50.0).verdict.light == remedy.light == Light.GREEN
    too_few = land(projects=(*TOWN, project(INSIDE, remedy.jobs_inside - 1)))
    assert screened(IN_WOOD, on=too_few, jobs=50.0).verdict.light == Light.RED


def test_the_jobs_that_heal_an_uncertain_rule_cover_its_whole_interval():
    found = screened(IN_WOOD, jobs=45.0, jobs_low=30.0, jobs_high=60.0)
    remedy = only(found)
    assert remedy.jobs_inside == 120 * 9 - 900
    assert remedy.light == Light.GREEN


def test_two_changes_are_joined_where_neither_is_enough():
    on = land(constraints=barred(at(450, 300, side=40, height=100)))
    found = screened(CLEAR, on=on, business_type="lager", jobs=10.0)
    assert found.verdict.light == Light.YELLOW
    remedy = only(found)
    assert (remedy.kind, remedy.light) == ("combined", Light.GREEN)
    assert (remedy.area_m2, remedy.business_type) == (pytest.approx(6000), "fou")
    again = screened(remedy.geometry, on=on, business_type="fou", jobs=10.0)
    assert again.light == Light.GREEN


def test_a_point_is_offered_no_outline():
    found = screened(spot(500, 350), on=land(constraints=barred(CLEAR)), business_type="kontor")
    assert found.remedies == ()


@few
@given(st.lists(st.tuples(places, st.sampled_from(["kontor", "lager", None])), max_size=4))
def test_every_remedy_is_what_screening_the_changed_site_gives(wanted):
    on = land(constraints=barred(at(200, 200, side=300), at(900, 100, side=300)), accuracy=0)
    for (x, y, side), business in wanted:
        given_ = {"jobs": 80.0, "business_type": business}
        found = screened(at(x, y, side=side), on=on, **given_)
        for one in found.remedies:
            assert SEVERITY.index(one.light) > SEVERITY.index(found.verdict.light)
            changed = given_ | ({"business_type": one.business_type} if one.business_type else {})
            more = (project(INSIDE, one.jobs_inside),) if one.jobs_inside else ()
            other = land(
                projects=(*TOWN, *more),
                constraints=barred(at(200, 200, side=300), at(900, 100, side=300)),
                accuracy=0,
            )
            again = screened(one.geometry or at(x, y, side=side), on=other, **changed)
            assert again.verdict.light == one.light
