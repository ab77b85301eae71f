"""A calculation that is kept: its parameters and its result come again, to the last digit."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.growth.calculation import RULE_VERSION, Parameters, calculate, parameters_from_json
from geo.growth.terms import Terms
from geo.ledger.fields import STATUSES
from tests.support.errors import raising
from tests.support.projects import (
    ACROSS,
    AREAS,
    EAST,
    IN_REGIONAL,
    INSIDE,
    NORMS,
    NORTH,
    OUTSIDE,
    ledger,
    project,
    some_projects,
)
from tests.support.reading import embedded
from tests.support.shapes import frame, square

# A ledger is made for every example, on a machine that may be busy.
few = settings(deadline=None, max_examples=25)

TOWN = ledger(
    project(INSIDE, 900, year=2024, jobs_lost=100),
    project(OUTSIDE, (40, 60, 80), year=2025),
    project(IN_REGIONAL, 40, jobs_lost=0),
    project(INSIDE),
)

some_parameters = st.builds(
    Parameters,
    terms=st.builds(
        Terms,
        statuses=st.none() | st.lists(st.sampled_from(STATUSES)).map(tuple),
        adopted_only=st.booleans(),
        net=st.booleans(),
        from_year=st.none() | st.integers(2015, 2025),
        to_year=st.none() | st.integers(2025, 2035),
        target=st.floats(0.05, 1),
    ),
    norms=st.dictionaries(
        st.sampled_from(["kontor", "lager"]), st.tuples(st.floats(1, 50), st.floats(50, 99))
    ),
    growth_area_ids=st.none() | st.lists(st.sampled_from(["centre", "regional"])).map(tuple),
)


def calculated(projects=TOWN, areas=AREAS, **parameters):
    return calculate(projects, areas, NORMS, Parameters(**parameters))


def test_the_result_by_hand():
    # 900 inside; outside 60 and 40, the last of which is inside with the regional areas.
    result = calculated()
    assert result["rule_version"] == RULE_VERSION
    assert (result["gross"]["jobs_inside"], result["gross"]["jobs_outside"]) == (900, 100)
    assert result["gross"]["verdict"] == "usikker"
    assert result["with_regional_areas"]["share"] == 0.94
    assert result["jobs_unknown"] == ["p3"]
    assert result["sites"][3] == {"id": "p3", "jobs": None, "share_inside": 1}
    assert result["target"] == 0.9
    assert (result["net"], result["losses_unknown"]) == (None, [])
    assert [row["year"] for row in result["by_year"]] == list(range(2024, 2031))
    assert result["by_year"][0]["share"] == 1
    assert result["by_year"][2]["share"] is None
    assert result["by_year_cumulative"][-1]["share"] == 900 / 960
    assert result["undated"]["ids"] == ["p2", "p3"]
    assert result["undated"]["counted"]["jobs_outside"] == 40


def test_net_figures_stand_beside_the_gross_ones():
    result = calculated(terms=Terms(net=True))
    assert result["gross"]["jobs_total"] == 1000
    assert result["net"]["counted"]["jobs_inside"] == 800
    assert result["net"]["with_regional_areas"]["share"] == 1
    assert result["losses_unknown"] == ["p1"]
    assert result["by_year"][0]["jobs_inside"] == 800


def test_the_areas_that_count_can_be_chosen():
    both = calculated(growth_area_ids=("regional", "centre"))
    assert both["gross"] == both["with_regional_areas"]
    assert calculated(growth_area_ids=())["gross"]["share"] == 0
    assert calculated(growth_area_ids=())["with_regional_areas"]["share"] == 0.94


def test_an_area_that_is_none_is_refused_and_those_there_are_are_named():
    with raising("error.unknown_growth_area", match=r"«atlantis».*centre, regional"):
        calculated(areas=AREAS.iloc[::-1], growth_area_ids=("atlantis",))


def test_areas_without_ids_are_refused():
    with raising("error.missing_column"):
        calculated(areas=AREAS.drop(columns="area_id"))


def test_own_norms_decide_jobs_that_come_from_floor_area():
    office = ledger(project(INSIDE, gross_area_m2=1000, business_type="kontor"))
    assert calculated(office, norms={"kontor": (10, 10)})["gross"]["jobs_total"] == 100


@pytest.mark.parametrize(
    ("norms", "error"),
    [({"romfart": (1, 2)}, "error.unknown_business_type"), ({"kontor": (2, 1)}, "error.norm")],
)
def test_norms_that_make_no_sense_are_refused(norms, error):
    with raising(error):
        calculated(norms=norms)


def test_an_empty_ledger_and_no_areas_have_a_result():
    result = calculated(ledger(), AREAS.iloc[:0])
    assert result["gross"]["share"] is None
    assert (result["by_year"], result["sites"]) == ([], [])


@few
@given(some_projects(), some_parameters, st.randoms())
def test_the_result_comes_again_to_the_last_digit_whatever_the_order(projects, chosen, random):
    rows = ledger(*projects)
    order = random.sample(range(len(rows)), len(rows))
    shuffled, areas = rows.iloc[order], AREAS.iloc[random.sample([0, 1], 2)]
    one = json.dumps(calculate(rows, AREAS, NORMS, chosen), allow_nan=False)
    saved = parameters_from_json(json.dumps(json.loads(one)["parameters"]))
    assert saved == chosen
    assert json.dumps(calculate(shuffled, areas, NORMS, saved), allow_nan=False) == one


def test_the_embedded_packs_result_comes_again_to_the_last_digit_whatever_the_order():
    pack = embedded()
    projects, areas = pack.layer("projects"), pack.layer("growth_areas")
    one = calculate(projects, areas, NORMS, Parameters())
    again = calculate(
        projects.iloc[::-1], areas.sample(frac=1, random_state=7), NORMS, Parameters()
    )
    assert again == one
    assert one["gross"]["jobs_total"] > 5000


@few
@given(some_parameters)
def test_parameters_come_back_from_their_file(chosen):
    assert parameters_from_json(chosen.as_json()) == chosen
    assert json.loads(chosen.as_json()) == chosen.as_dict()


def test_equal_choices_have_one_text():
    one = Parameters(norms={"a": (1, 2), "b": (1, 2)}, growth_area_ids=("b", "a", "a"))
    other = Parameters(norms={"b": (1, 2), "a": (1, 2)}, growth_area_ids=("a", "b"))
    assert one.as_json() == other.as_json()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("hei", "JSON"),
        ('{"terms": {"target": "0.9"}}', "terms.target"),
        ('{"terms": {"target": NaN}}', "terms.target"),
        ('{"terms": {"net": 1}}', "terms.net"),
        ('{"terms": {"gross": true}}', "terms.gross"),
        ('{"norms": {"kontor": [1]}}', "norms.kontor"),
        ('{"growth_area_ids": "centre"}', "growth_area_ids"),
    ],
)
def test_a_text_that_is_no_parameters_is_refused_and_the_place_is_named(text, where):
    with raising("error.parameters_unreadable") as caught:
        parameters_from_json(text)
    assert caught.value.parts["where"].startswith(where)


@pytest.mark.parametrize(
    ("terms", "error"),
    [('{"target": 2}', "error.target_out_of_range"), ('{"to_year": 12}', "error.period")],
)
def test_senseless_terms_in_a_file_are_refused(terms, error):
    with raising(error):
        parameters_from_json(f'{{"terms": {terms}}}')


def test_areas_that_overlap_give_one_result_in_any_order():
    circles = [Point(EAST + 37.3 * step, NORTH + 11.7 * step).buffer(90) for step in range(12)]
    areas = frame(*circles, area_id=[f"{step:02}" for step in range(12)], counts=[True] * 12)
    sites = ledger(*(project(square(EAST + 61.1 * step, NORTH), 7) for step in range(8)))
    one = calculated(sites, areas)
    for seed in range(5):
        assert calculated(sites, areas.sample(frac=1, random_state=seed)) == one


def test_a_site_across_the_border_is_split():
    assert calculated(ledger(project(ACROSS, 10)))["sites"] == [
        {"id": "p0", "jobs": 10, "share_inside": 0.5}
    ]
