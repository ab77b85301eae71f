"""What must hold of the rule over time for any ledger: hypothesis looks for the exception."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.growth.projects import prepared
from geo.growth.terms import Terms
from geo.growth.timeline import account, by_period, by_year
from tests.support.projects import (
    AREAS,
    INSIDE,
    NORMS,
    OUTSIDE,
    ledger,
    project,
    some_projects,
    state,
)

# A ledger is made for every example, on a machine that may be busy.
few = settings(deadline=None, max_examples=25)

VARIANTS = {"": "counted", "_regional": "with_regional_areas"}
SIDES = [f"jobs_{side}{end}" for side in ("inside", "outside") for end in ("", "_low", "_high")]

terms_without_period = st.builds(Terms, adopted_only=st.booleans(), net=st.booleans())
certain_projects = some_projects(least=1, certain=True)


def sums(account, suffix):
    result = getattr(account, VARIANTS[suffix])
    return [getattr(result, name) for name in SIDES]


def added(rows, suffix, undated):
    columns = [f"{name}{suffix}" for name in SIDES]
    return [
        one + other for one, other in zip(rows[columns].sum(), sums(undated, suffix), strict=True)
    ]


@few
@given(some_projects(), terms_without_period)
def test_the_last_cumulative_year_and_the_undated_are_exactly_the_whole(projects, terms):
    prepared = state(*projects)
    line, whole = by_year(prepared, terms, cumulative=True), account(prepared, terms)
    for suffix in VARIANTS:
        assert added(line.table.tail(1), suffix, line.undated) == sums(whole, suffix)


@few
@given(some_projects(), terms_without_period)
def test_the_years_and_the_undated_are_exactly_the_whole(projects, terms):
    prepared = state(*projects)
    line, whole = by_year(prepared, terms), account(prepared, terms)
    for suffix in VARIANTS:
        assert added(line.table, suffix, line.undated) == sums(whole, suffix)
    assert line.table["projects"].sum() + line.undated.count == whole.count


@few
@given(some_projects(), terms_without_period, st.sets(st.integers(2018, 2042)))
def test_the_periods_and_the_undated_are_exactly_the_whole(projects, terms, edges):
    prepared = state(*projects)
    line, whole = by_period(prepared, sorted(edges), terms), account(prepared, terms)
    for suffix in VARIANTS:
        assert added(line.table, suffix, line.undated) == sums(whole, suffix)


@few
@given(some_projects(), terms_without_period)
def test_a_cumulative_year_is_the_account_up_to_it(projects, terms):
    prepared = state(*projects)
    line = by_year(prepared, terms, cumulative=True).table
    for year, row in line.iterrows():
        until = account(
            prepared, Terms(adopted_only=terms.adopted_only, net=terms.net, to_year=year)
        )
        assert row["verdict"] == until.counted.verdict
        assert [row[name] for name in SIDES] == sums(until, "")
        assert (None if math.isnan(row["share"]) else row["share"]) == until.counted.share


@few
@given(some_projects())
def test_more_areas_never_lower_the_share(projects):
    result = account(state(*projects))
    assume(result.counted.share is not None)
    assert result.with_regional_areas.share >= result.counted.share - 1e-12


@few
@given(some_projects(), st.randoms())
def test_the_order_of_projects_changes_nothing_at_all(projects, random):
    rows = ledger(*projects)
    order = random.sample(range(len(rows)), len(rows))
    terms = Terms(net=random.random() < 0.5)
    one = account(prepared(rows, AREAS, NORMS), terms)
    other = account(prepared(rows.iloc[order], AREAS, NORMS), terms)
    assert other.counted == one.counted
    assert other.with_regional_areas == one.with_regional_areas


@few
@given(certain_projects, st.floats(0.05, 0.99))
def test_the_headroom_filled_outside_brings_the_share_to_the_target(projects, target):
    terms = Terms(target=target)
    room = account(state(*projects), terms).counted.headroom_outside
    assume(room > 1)
    filled = account(state(*projects, project(OUTSIDE, room)), terms).counted
    assert filled.share == pytest.approx(target, abs=1e-8)


@few
@given(certain_projects, st.floats(0.05, 0.99))
def test_healing_jobs_inside_bring_the_share_to_the_target(projects, target):
    terms = Terms(target=target)
    heal = account(state(*projects), terms).counted.heal_inside
    assume(heal > 1)
    healed = account(state(*projects, project(INSIDE, heal)), terms).counted
    assert healed.share == pytest.approx(target, abs=1e-8)


@few
@given(some_projects(certain=True), st.floats(0.05, 0.99))
def test_net_of_no_losses_is_gross(projects, target):
    prepared = state(*({**one, "jobs_lost": 0} for one in projects))
    gross = account(prepared, Terms(target=target))
    net = account(prepared, Terms(net=True, target=target))
    assert net.counted == gross.counted
    assert net.with_regional_areas == gross.with_regional_areas


@few
@given(some_projects())
def test_a_net_result_has_a_share_only_where_both_sides_grow(projects):
    result = account(state(*projects), Terms(net=True)).counted
    grows = result.jobs_inside >= 0 and result.jobs_outside >= 0 and result.jobs_total > 0
    assert (result.share is not None) == grows
    if grows:
        assert 0 <= result.share_low <= result.share + 1e-12
        assert result.share - 1e-12 <= result.share_high <= 1
