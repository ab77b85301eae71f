"""The 90 % rule for a ledger: who is judged, gross and net, year by year, side by side."""

from __future__ import annotations

import math
from itertools import permutations

import pandas as pd
import pytest
from shapely import Point

from geo.growth.account import account
from geo.growth.projects import prepared
from geo.growth.rule import Verdict
from geo.growth.terms import Terms
from geo.growth.timeline import by_period, by_year, compare
from tests.support.errors import raising
from tests.support.projects import (
    ACROSS,
    AREAS,
    IN_REGIONAL,
    INSIDE,
    NORMS,
    OUTSIDE,
    ledger,
    project,
    state,
)

ADOPTED = project(INSIDE, 800, year=2023, status="vedtatt")
BUILDING = project(OUTSIDE, (50, 60, 90), year=2023, status="under bygging")
PROPOSED = project(IN_REGIONAL, 140, year=2027, status="forslag", effect="planned")
UNDATED = project(ACROSS, 100, status="vedtatt")
IDEA = project(INSIDE, 5000, year=2024, status="idé", effect="none")
MIXED = (ADOPTED, BUILDING, PROPOSED, UNDATED, IDEA)


# Preparing


def test_jobs_that_are_not_given_come_from_floor_area():
    one = project(INSIDE, gross_area_m2=900, business_type="handel_plasskrevende")
    assert state(one).frame.loc[0, ["jobs_low", "jobs", "jobs_high"]].tolist() == [10, 10, 10]


def test_each_project_has_both_shares():
    frame = state(*MIXED).frame
    assert frame["share_inside"].tolist() == [1, 0, 0, 0.5, 1]
    assert frame["share_inside_regional"].tolist() == [1, 0, 1, 0.5, 1]


def test_the_frame_is_indexed_as_the_projects():
    projects = ledger(ADOPTED, BUILDING).set_axis([7, 3])
    assert prepared(projects, AREAS, NORMS).frame.index.tolist() == [7, 3]


def test_a_pack_without_losses_and_years_has_them_unknown():
    bare = ledger(ADOPTED).drop(columns=["jobs_lost", "year", "status"])
    row = prepared(bare, AREAS, NORMS).frame.loc[0]
    assert math.isnan(row["jobs_lost"])
    assert row["year"] is pd.NA
    assert pd.isna(row["status"])


@pytest.mark.parametrize("year", [20230, 202, 2201])
def test_a_year_out_of_reach_is_not_known(year):
    assert state(ADOPTED | {"year": year}).frame["year"].isna().item()


@pytest.mark.parametrize("column", ["jobs", "jobs_lost"])
def test_an_endless_number_is_not_known(column):
    one = project(INSIDE, 5) | {column: math.inf}
    if column == "jobs":
        one["jobs_high"] = math.inf
    assert math.isnan(state(one).frame.loc[0, column])


@pytest.mark.parametrize("column", ["jobs", "jobs_lost"])
def test_negative_figures_are_refused_and_the_project_is_named(column):
    with raising("error.negative_jobs") as caught:
        state(ADOPTED, project(INSIDE, 5) | {column: -2})
    assert caught.value.parts == {"site": "p1", "jobs": "-2"}


def test_jobs_out_of_order_are_refused():
    with raising("error.jobs_interval"):
        state(project(INSIDE, (9, 5, 10)))


def test_projects_without_effect_as_a_column_are_refused():
    with raising("error.missing_column"):
        prepared(ledger(ADOPTED).drop(columns="effect"), AREAS, NORMS)


def test_nothing_that_was_given_is_changed():
    projects = ledger(*MIXED)
    before = projects.copy()
    account(prepared(projects, AREAS, NORMS), Terms(net=True))
    pd.testing.assert_frame_equal(projects, before)


# The whole account


def test_the_account_by_hand():
    # Inside 800 and half of 100; outside 60, the other half and, until Berger counts, 140.
    result = account(state(*MIXED))
    assert (result.counted.jobs_inside, result.counted.jobs_outside) == (850, 250)
    assert result.counted.share == pytest.approx(850 / 1100)
    assert result.counted.heal_inside == pytest.approx(250 * 9 - 850)  # 1 400
    assert result.counted.verdict == Verdict.BROKEN
    regional = result.regional
    assert (regional.jobs_inside, regional.jobs_outside) == (990, 110)
    assert regional.share == pytest.approx(0.9)
    assert regional.headroom_outside == pytest.approx(0)
    assert regional.share_low == pytest.approx(990 / 1130)  # 90 outside at worst instead of 60
    assert regional.verdict == Verdict.UNCERTAIN
    assert result.count == 4


def test_the_account_as_a_document_lists_those_it_judges_in_their_order():
    document = account(state(*MIXED, project(None, 5))).as_dict()
    assert document["gross"]["jobs_inside"] == 850
    assert document["with_regional_areas"]["jobs_inside"] == 990
    assert document["target"] == 0.9
    assert document["sites"] == [
        {"id": "p0", "jobs": 800, "share_inside": 1},
        {"id": "p1", "jobs": 60, "share_inside": 0},
        {"id": "p2", "jobs": 140, "share_inside": 0},
        {"id": "p3", "jobs": 100, "share_inside": 0.5},
        {"id": "p5", "jobs": 5, "share_inside": None},
    ]
    assert document["jobs_unknown"] == ["p5"]


def test_steps_that_add_exactly_move_no_figure_by_a_millionth_of_a_job():
    thirds = [project(ACROSS, 1 / 3), project(INSIDE, 2 / 7), project(OUTSIDE, 5e-4)]
    result = account(state(*thirds)).counted
    assert result.jobs_inside == pytest.approx(1 / 6 + 2 / 7, abs=1e-6)
    assert result.jobs_outside == pytest.approx(1 / 6 + 5e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("terms", "inside", "outside"),
    [
        (Terms(adopted_only=True), 850, 110),
        (Terms(statuses=("forslag",)), 0, 140),
        (Terms(statuses=("under bygging", "vedtatt")), 850, 110),
        (Terms(statuses=("idé",)), 0, 0),  # an idea has no effect, whoever asks for it
        (Terms(statuses=()), 0, 0),
        (Terms(from_year=2024), 0, 140),
        (Terms(to_year=2026), 800, 60),
        (Terms(from_year=2023, to_year=2023), 800, 60),
        (Terms(from_year=2024, to_year=2026), 0, 0),
        (Terms(to_year=2026, statuses=("vedtatt",)), 800, 0),
    ],
)
def test_only_the_projects_asked_for_are_judged(terms, inside, outside):
    result = account(state(*MIXED), terms).counted
    assert (result.jobs_inside, result.jobs_outside) == (inside, outside)


def test_projects_without_a_year_are_in_no_period_for_certain_and_are_listed():
    result = account(state(*MIXED), Terms(to_year=2023))
    assert (result.undated.tolist(), result.without_year.tolist()) == ([3], [3])
    assert result.projects.index.tolist() == [0, 1, 3]
    assert (result.in_sums.tolist(), result.count) == ([0, 1], 2)
    assert account(state(*MIXED)).undated.empty


def test_the_target_reaches_both_results():
    result = account(state(ADOPTED, BUILDING), Terms(target=0.95))
    assert (result.counted.target, result.regional.target) == (0.95, 0.95)


def test_unknown_jobs_and_unknown_places_are_listed_and_not_summed():
    result = account(state(ADOPTED, project(OUTSIDE), project(None, 70)))
    assert result.unknown.tolist() == [1, 2]
    assert result.counted.jobs_total == 800
    assert result.count == 1


def test_all_unknown_cannot_be_decided():
    result = account(state(project(OUTSIDE), project(INSIDE)))
    assert result.counted.verdict == Verdict.UNDECIDED
    assert result.count == 0


def test_an_empty_ledger_is_no_new_jobs():
    result = account(state())
    assert result.regional.verdict == Verdict.NO_NEW_JOBS
    assert result.count == 0


def test_without_growth_areas_everything_is_outside():
    result = account(state(ADOPTED, areas=AREAS.iloc[:0]))
    assert (result.counted.jobs_inside, result.counted.jobs_outside) == (0, 800)
    assert result.regional == result.counted


@pytest.mark.parametrize("target", [0, -1, 1.01, math.nan])
def test_a_target_that_is_no_share_is_refused(target):
    with raising("error.target_out_of_range"):
        Terms(target=target)


@pytest.mark.parametrize(
    ("first", "last"), [(2030, 2029), (1899, None), (None, 2201), (2201, None), (0, None)]
)
def test_years_that_make_no_period_are_refused(first, last):
    with raising("error.period"):
        Terms(from_year=first, to_year=last)


def test_equal_choices_are_equal_terms():
    assert Terms(statuses=("b", "a", "b"), target=1) == Terms(statuses=("a", "b"), target=1.0)


# Net


def test_net_deducts_the_jobs_that_disappear_where_a_project_is_built():
    # 800 − 100 inside; outside 60 − 20, and from 50 − 20 to 90 − 20.
    result = account(
        state(ADOPTED | {"jobs_lost": 100}, BUILDING | {"jobs_lost": 20}), Terms(net=True)
    ).counted
    assert (result.jobs_inside, result.jobs_outside) == (700, 40)
    assert (result.jobs_outside_low, result.jobs_outside_high) == (30, 70)
    assert result.share == pytest.approx(700 / 740)


def test_an_unknown_loss_is_not_nothing_lost():
    result = account(state(ADOPTED | {"jobs_lost": 0}, BUILDING), Terms(net=True))
    assert result.loss_unknown.tolist() == [1]
    assert result.unknown.empty
    assert (result.counted.jobs_total, result.count) == (800, 1)


def test_what_is_wholly_unknown_is_not_listed_twice():
    result = account(state(project(OUTSIDE)), Terms(net=True))
    assert (result.unknown.tolist(), result.loss_unknown.tolist()) == ([0], [])


def test_gross_an_unknown_loss_does_not_matter():
    assert account(state(BUILDING)).loss_unknown.empty


def test_a_project_that_loses_more_than_it_brings_lowers_its_side():
    result = account(
        state(ADOPTED | {"jobs_lost": 0}, project(INSIDE, 50, jobs_lost=80)), Terms(net=True)
    ).counted
    assert (result.jobs_inside, result.share) == (770, 1)


@pytest.mark.parametrize(
    ("inside_lost", "outside_lost", "heal"),
    [
        (900, 0, 60 * 9 + 100),  # −100 inside and 60 outside: 640 needed inside
        (0, 70, None),  # −10 outside: no number inside makes a share of it
        (900, 70, None),
    ],
)
def test_a_side_that_loses_more_than_it_gains_has_no_share(inside_lost, outside_lost, heal):
    one, other = ADOPTED | {"jobs_lost": inside_lost}, BUILDING | {"jobs_lost": outside_lost}
    result = account(state(one, other), Terms(net=True)).counted
    assert result.shrinking
    assert (result.share, result.share_low, result.share_high) == (None, None, None)
    assert result.verdict == Verdict.UNDEFINED
    assert result.heal_inside == pytest.approx(heal)


def test_a_side_that_may_shrink_brings_nothing_at_that_end():
    # Outside 60 − 55 = 5 in the middle, −5 to 35; inside 45 for certain.
    inside = project(INSIDE, 45, jobs_lost=0)
    result = account(state(inside, BUILDING | {"jobs_lost": 55}), Terms(net=True)).counted
    assert result.share == pytest.approx(0.9)
    assert result.share_low == pytest.approx(45 / 80)
    assert result.share_high == 1
    assert result.verdict == Verdict.UNCERTAIN


def test_gains_and_losses_that_even_out_are_no_new_jobs():
    result = account(state(project(INSIDE, 50, jobs_lost=50)), Terms(net=True)).counted
    assert (result.share, result.verdict) == (None, Verdict.NO_NEW_JOBS)


# Over time


def test_each_year_by_hand():
    line = by_year(state(*MIXED)).table
    assert line.index.tolist() == list(range(2023, 2031))
    assert line.loc[2023, ["projects", "jobs_inside", "jobs_outside"]].tolist() == [2, 800, 60]
    assert line.loc[2023, ["jobs_outside_low", "jobs_outside_high"]].tolist() == [50, 90]
    assert line.loc[2023, "share"] == pytest.approx(800 / 860)
    assert line.loc[2023, "verdict"] == "kan ikke avgjøres"  # the undated may come then too
    dated = by_year(state(ADOPTED, BUILDING, PROPOSED)).table
    assert dated.loc[2023, "verdict"] == "usikker"  # 800 / 890 at worst
    assert line.loc[2027, ["share", "share_regional"]].tolist() == [0, 1]
    assert dated.loc[2027, "verdict_regional"] == "oppfylt"
    assert line.loc[2025, "projects"] == 0
    assert math.isnan(line.loc[2025, "share"])
    assert dated.loc[2025, "verdict"] == "ingen nye arbeidsplasser"


def test_cumulative_years_by_hand():
    line = by_year(state(*MIXED), cumulative=True).table
    assert line["jobs_inside"].tolist() == [800] * 8
    assert line["jobs_outside"].tolist() == [60] * 4 + [200] * 4
    assert line["projects"].tolist() == [2] * 4 + [3] * 4
    assert line.loc[2030, "share"] == 0.8
    assert line.loc[2030, "share_regional"] == pytest.approx(940 / 1000)


@pytest.mark.parametrize("order", [*permutations((0.1, 0.2, 0.3, 0.7))])
def test_tenths_of_jobs_add_up_to_the_last_digit_in_any_order(order):
    # In plain floating-point numbers 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1.
    years = (2024, 2025, 2026, None)
    found = state(
        *(project(OUTSIDE, jobs, year=year) for jobs, year in zip(order, years, strict=True))
    )
    whole = account(found).counted.jobs_outside
    line = by_year(found, cumulative=True)
    assert line.table["jobs_outside"].iloc[-1] + line.undated.counted.jobs_outside == whole
    assert whole == account(state(*(project(OUTSIDE, n) for n in sorted(order)))).counted.jobs_total


def test_projects_without_a_year_stand_beside():
    undated = by_year(state(*MIXED)).undated
    assert undated.count == 1
    assert (undated.counted.jobs_inside, undated.counted.jobs_outside) == (50, 50)


def test_the_years_go_on_to_the_last_project():
    assert by_year(state(ADOPTED, PROPOSED | {"year": 2033})).table.index[-1] == 2033


def test_the_years_are_those_asked_for():
    line = by_year(state(*MIXED), Terms(from_year=2022, to_year=2026)).table
    assert line.index.tolist() == [2022, 2023, 2024, 2025, 2026]
    assert line["jobs_outside"].tolist() == [0, 60, 0, 0, 0]


@pytest.mark.parametrize("terms", [Terms(), Terms(to_year=2025), Terms(from_year=2031)])
def test_without_years_there_are_no_rows_but_all_columns(terms):
    line = by_year(state(UNDATED), terms)
    assert line.table.empty
    assert {"share", "verdict_regional", "projects"} <= set(line.table)
    assert line.undated.count == 1


def test_periods_by_hand():
    table = by_period(state(*MIXED), (2022, 2026, 2031)).table
    assert table["from_year"].tolist() == [pd.NA, 2022, 2026, 2031]
    assert table["to_year"].tolist() == [2021, 2025, 2030, pd.NA]
    assert table["jobs_inside"].tolist() == [0, 800, 0, 0]
    assert table["jobs_outside"].tolist() == [0, 60, 140, 0]


def test_a_period_holds_its_first_year_and_not_the_next_one():
    table = by_period(state(ADOPTED | {"year": 2025}, BUILDING | {"year": 2026}), (2026,)).table
    assert table["jobs_inside"].tolist() == [800, 0]
    assert table["jobs_outside"].tolist() == [0, 60]


@pytest.mark.parametrize("years", [(2026, 2022), (2026, 2026), (20, 2026), (2026, 22000)])
def test_periods_that_do_not_rise_are_refused(years):
    with raising("error.period"):
        by_period(state(), years)


def test_net_years_leave_out_unknown_losses():
    line = by_year(state(ADOPTED | {"jobs_lost": 300}, BUILDING), Terms(net=True)).table
    assert line.loc[2023, ["projects", "jobs_inside", "jobs_outside"]].tolist() == [1, 500, 0]


# Side by side


def test_accounts_are_set_against_the_first():
    now = account(state(ADOPTED, project(OUTSIDE, 200)))
    more = account(state(ADOPTED, project(OUTSIDE, 200), project(INSIDE, 1000)))
    table = compare([("i dag", now), ("mer", more)])
    assert table.index.tolist() == ["i dag", "mer"]
    assert table["projects"].tolist() == [2, 3]
    assert table["jobs_change"].tolist() == [0, 1000]
    assert table["share_change"].tolist() == pytest.approx([0, 0.1])
    assert table["heal_inside_regional"].tolist() == pytest.approx([1000, 0])
    assert table["verdict"].tolist() == ["ikke oppfylt", "oppfylt"]


def test_a_share_that_is_not_there_has_no_difference():
    table = compare([("tom", account(state())), ("full", account(state(ADOPTED)))])
    assert table["share_change"].isna().all()
    assert table["jobs_change"].tolist() == [0, 800]


def test_nothing_to_compare_is_an_empty_table():
    assert compare([]).empty


def test_a_point_far_away_is_outside():
    assert account(state(project(Point(0, 6_400_000), 5))).counted.share == 0
