"""What must hold of the rule over time for any ledger: hypothesis looks for the exception."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.growth.account import account
from geo.growth.projects import Prepared, prepared
from geo.growth.rule import Verdict
from geo.growth.terms import Terms
from geo.growth.timeline import by_period, by_year
from geo.growth.undated import reach
from tests.support.projects import (
    ACROSS,
    AREAS,
    IN_REGIONAL,
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

VARIANTS = {"": "counted", "_regional": "regional"}
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


# Part of each place inside the areas that count, and inside all.
PARTS = {INSIDE: (1, 1), IN_REGIONAL: (0, 1), OUTSIDE: (0, 0), ACROSS: (0.5, 0.5)}


def by_the_formulas(projects, variant, target, *, net):
    """Reckon the rule as the domain has it, project by project: share, ends, headroom, heal."""
    inside, outside = [0.0] * 3, [0.0] * 3  # low, middle, high
    for one in projects:
        lost = one["jobs_lost"] if net else 0
        if one["jobs"] is None or lost is None or one["effect"] == "none":
            continue
        part = PARTS[one["geometry"]][variant]
        for end, name in enumerate(("jobs_low", "jobs", "jobs_high")):
            inside[end] += (one[name] - lost) * part
            outside[end] += (one[name] - lost) * (1 - part)
    return (
        inside[1] / (inside[1] + outside[1]) if inside[1] + outside[1] else None,
        inside[0] / (inside[0] + outside[2]) if inside[0] + outside[2] else None,
        inside[2] / (inside[2] + outside[0]) if inside[2] + outside[0] else None,
        inside[1] * (1 - target) / target - outside[1],
        outside[1] * target / (1 - target) - inside[1],
        min(inside[1], outside[1]) < 0,
    )


@few
@given(some_projects(), st.booleans(), st.floats(0.05, 0.99))
def test_the_account_is_what_the_formulas_say(projects, net, target):
    for variant, result in enumerate(account(state(*projects), Terms(net=net, target=target))):
        share, low, high, headroom, heal, shrinking = by_the_formulas(
            projects, variant, target, net=net
        )
        assert result.shrinking == shrinking
        if shrinking or share is None:
            assert result.share is None
            continue
        assert result.share == pytest.approx(share, abs=1e-6)
        if not net:  # net, an end may shrink, which is none: `test_a_side_that_may_shrink…`
            assert result.share_low == pytest.approx(share if low is None else low, abs=1e-6)
            assert result.share_high == pytest.approx(share if high is None else high, abs=1e-6)
        assert result.headroom_outside == pytest.approx(headroom, abs=1e-5)
        assert result.heal_inside == pytest.approx(max(heal, 0), abs=1e-4)
        assume(abs(share - target) > 1e-6)
        assert (result.heal_inside > 0) == (share < target) == (result.headroom_outside < 0)


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
    dated = Prepared(frame=prepared.frame[prepared.frame["year"].notna()])
    for year, row in line.iterrows():
        until = replace(terms, to_year=year)
        alone, asked = account(dated, until), account(prepared, until)
        assert [row[name] for name in SIDES] == sums(alone, "")
        # Projects of unknown year are in no row, but may turn its verdict, and the answer's.
        assert row["verdict"] == asked.counted.verdict.value
        share = None if math.isnan(row["share"]) else row["share"]
        assert share == asked.counted.share == alone.counted.share


@few
@given(some_projects(), st.floats(0.05, 0.99), st.integers(2020, 2040), st.data())
def test_a_year_is_never_surer_than_whichever_of_the_undated_come_by_then(
    projects, target, year, data
):
    terms = Terms(target=target, to_year=year)
    asked = account(state(*projects), terms)
    come = [one["year"] is None and data.draw(st.booleans()) for one in projects]
    known = [
        one | {"year": year if comes else year + 1} if one["year"] is None else one
        for one, comes in zip(projects, come, strict=True)
    ]
    for result, then in zip(asked, account(state(*known), terms), strict=True):
        if result.verdict in {Verdict.FULFILLED, Verdict.BROKEN, Verdict.NO_NEW_JOBS}:
            assert then.verdict == result.verdict
        lowest, highest = reach(result) or (0, 1)
        if then.share is not None and result.some_undated:
            assert lowest - 1e-9 <= then.share_low <= then.share_high <= highest + 1e-9


@few
@given(some_projects())
def test_more_areas_never_lower_the_share(projects):
    result = account(state(*projects))
    assume(result.counted.share is not None)
    assert result.regional.share >= result.counted.share - 1e-12


@few
@given(some_projects(), st.randoms())
def test_the_order_of_projects_changes_nothing_at_all(projects, random):
    rows = ledger(*projects)
    order = random.sample(range(len(rows)), len(rows))
    terms = Terms(net=random.random() < 0.5)
    one = account(prepared(rows, AREAS, NORMS), terms)
    other = account(prepared(rows.iloc[order], AREAS, NORMS), terms)
    assert other.counted == one.counted
    assert other.regional == one.regional


@few
@given(certain_projects, st.floats(0.05, 0.99))
def test_the_headroom_filled_outside_brings_the_share_to_the_target(projects, target):
    terms = Terms(target=target)
    # So many more inside that there is room for over one job whatever the target.
    outside = account(state(*projects), terms).counted.jobs_outside
    projects = [*projects, project(INSIDE, 100 * (1 + outside))]
    room = account(state(*projects), terms).counted.headroom_outside
    assert room > 1
    filled = account(state(*projects, project(OUTSIDE, room)), terms).counted
    assert filled.share == pytest.approx(target, abs=1e-8)


@few
@given(certain_projects, st.floats(0.05, 0.99))
def test_healing_jobs_inside_bring_the_share_to_the_target(projects, target):
    terms = Terms(target=target)
    inside = account(state(*projects), terms).counted.jobs_inside
    projects = [*projects, project(OUTSIDE, 20 * (1 + inside))]
    heal = account(state(*projects), terms).counted.heal_inside
    assert heal > 1
    healed = account(state(*projects, project(INSIDE, heal)), terms).counted
    assert healed.share == pytest.approx(target, abs=1e-8)


@few
@given(some_projects(certain=True), st.floats(0.05, 0.99))
def test_net_of_no_losses_is_gross(projects, target):
    prepared = state(*({**one, "jobs_lost": 0} for one in projects))
    gross = account(prepared, Terms(target=target))
    net = account(prepared, Terms(net=True, target=target))
    assert net.counted == gross.counted
    assert net.regional == gross.regional


@few
@given(some_projects())
def test_a_net_result_has_a_share_only_where_both_sides_grow(projects):
    result = account(state(*projects), Terms(net=True)).counted
    grows = result.jobs_inside >= 0 and result.jobs_outside >= 0 and result.jobs_total > 0
    assert (result.share is not None) == grows
    if grows:
        assert 0 <= result.share_low <= result.share + 1e-12
        assert result.share - 1e-12 <= result.share_high <= 1
