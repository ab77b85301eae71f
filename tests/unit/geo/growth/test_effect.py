"""What one site does to the rule: a new one, and each of those in the ledger."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.growth.account import account
from geo.growth.effect import heaviest, what_if
from geo.growth.rule import Verdict
from geo.growth.terms import Terms
from tests.support.errors import raising
from tests.support.projects import (
    ACROSS,
    IN_REGIONAL,
    INSIDE,
    OUTSIDE,
    project,
    some_projects,
    state,
)

# A ledger is made for every example, on a machine that may be busy.
few = settings(deadline=None, max_examples=25)

SIDES = [f"jobs_{side}{end}" for side in ("inside", "outside") for end in ("", "_low", "_high")]
SHARES = {INSIDE.wkt: (1, 1), IN_REGIONAL.wkt: (0, 1), OUTSIDE.wkt: (0, 0), ACROSS.wkt: (0.5, 0.5)}
TOWN = (project(INSIDE, 900, year=2024), project(OUTSIDE, 60, year=2025), project(IN_REGIONAL, 30))


# A new site


def test_a_new_site_by_hand():
    # 900 of 990 before; 40 more outside make it 900 of 1 030, and 270 inside are missing.
    found = what_if(state(*TOWN), (30, 40, 50), 0)
    assert found.counted.before.share == pytest.approx(900 / 990)
    assert found.counted.after.share == pytest.approx(900 / 1030)
    assert found.counted.share_change == pytest.approx(900 / 1030 - 900 / 990)
    assert found.counted.headroom_left == pytest.approx(100 - 130)
    assert found.counted.heal_inside == pytest.approx(130 * 9 - 900)  # 270
    assert found.counted.after.jobs_outside_high == 140
    assert found.regional.after.share == pytest.approx(930 / 1030)
    assert found.regional.headroom_left == pytest.approx(930 / 9 - 100)
    assert not found.left_out


def test_a_site_in_a_regional_area_is_outside_and_inside():
    found = what_if(state(), (10, 10, 10), 0, share_inside_regional=1)
    assert (found.counted.after.share, found.regional.after.share) == (0, 1)


def test_the_first_site_has_nothing_to_be_compared_with():
    found = what_if(state(), (10, 10, 10), 1).counted
    assert found.before.verdict == Verdict.NO_NEW_JOBS
    assert found.share_change is None


def test_the_new_site_is_judged_whatever_the_period():
    found = what_if(state(*TOWN), (10, 10, 10), 0, terms=Terms(to_year=2024))
    # Of the town's 90 outside, 30 have no year and may come in the period or not.
    after = found.counted.after
    assert (after.jobs_inside, after.jobs_outside) == (900, 10)
    assert (after.jobs_outside_low, after.jobs_outside_high) == (10, 40)


def test_net_without_a_known_loss_nothing_is_added():
    found = what_if(state(*TOWN), (10, 10, 10), 0, terms=Terms(net=True))
    assert found.left_out
    was, now = found.counted.before, found.counted.after
    assert now == replace(was, could_lower=True, could_raise=True)


@pytest.mark.parametrize(
    ("shares", "said"),
    [((-0.1, None), "-0.1"), ((1.1, None), "1.1"), ((0.5, 0.4), "0.4"), ((math.nan, None), "nan")],
)
def test_shares_that_are_none_are_refused(shares, said):
    with raising("error.share_inside") as caught:
        what_if(state(), (1, 1, 1), shares[0], share_inside_regional=shares[1])
    assert said in caught.value.parts.values()


def test_figures_that_make_no_sense_are_refused_and_the_site_is_named():
    with raising("error.jobs_interval", match="Hvam 7"):
        what_if(state(), (3, 2, 1), 0, name="Hvam 7")
    with raising("error.negative_jobs", match="Hvam 7"):
        what_if(state(), (1, 1, 1), 0, jobs_lost=-1, name="Hvam 7")


@few
@given(some_projects(), some_projects(least=1), st.booleans())
def test_what_if_is_the_account_with_the_site_in_the_ledger(projects, sites, net):
    site = sites[0] | {"effect": "counts"}
    terms = Terms(net=net)
    share, regional = SHARES[site["geometry"].wkt]
    jobs = tuple(site[name] for name in ("jobs_low", "jobs", "jobs_high"))
    jobs = (math.nan,) * 3 if jobs[1] is None else jobs
    found = what_if(
        state(*projects),
        jobs,
        share,
        share_inside_regional=regional,
        jobs_lost=site["jobs_lost"],
        terms=terms,
    )
    before, after = account(state(*projects), terms), account(state(*projects, site), terms)
    for effect, without, with_it in zip(found, before, after, strict=True):
        assert effect.before == without
        for name in SIDES:  # the ledger counts the site in steps of a billionth, and it does not
            jobs = getattr(with_it, name)
            assert getattr(effect.after, name) == pytest.approx(jobs, abs=1e-8)
    assert found.left_out == (account(state(site), terms).count == 0)


# Those in the ledger


def test_the_heaviest_by_hand():
    # 900 of 990. Without the first 0 of 90, without the second 900 of 930, the third 900 of 960.
    table = heaviest(state(*TOWN), 3)
    assert table["id"].tolist() == ["p0", "p1", "p2"]
    assert table["share_without"].tolist() == pytest.approx([0, 900 / 930, 900 / 960])
    assert table["change"].tolist() == pytest.approx(
        [-900 / 990, 900 / 930 - 900 / 990, 900 / 960 - 900 / 990]
    )
    assert table["change_regional"].tolist() == pytest.approx(
        [30 / 90 - 930 / 990, 1 - 930 / 990, 900 / 960 - 930 / 990]
    )


def test_no_more_than_asked_for():
    assert heaviest(state(*TOWN), 2)["id"].tolist() == ["p0", "p1"]


def test_while_no_site_moves_the_share_the_largest_comes_first():
    sizes = {"a": 289, "b": 4500, "c": 196, "d": 514}
    inside = [project(INSIDE, jobs, project_id=name) for name, jobs in sizes.items()]
    table = heaviest(state(*inside), 4)
    assert set(table["change"]) == {0}
    assert table["id"].tolist() == ["b", "d", "a", "c"]


def test_the_only_site_weighs_most_of_all():
    nothing = project(INSIDE, 0, project_id="a")
    table = heaviest(state(nothing, project(OUTSIDE, 5, project_id="b")), 2)
    assert table["id"].tolist() == ["b", "a"]
    assert math.isnan(table["change"].iloc[0])
    assert table["change"].iloc[1] == 0


def test_equals_stand_by_id():
    one, other = project(OUTSIDE, 5, project_id="b"), project(OUTSIDE, 5, project_id="a")
    assert heaviest(state(one, project(INSIDE, 90, project_id="c"), other), 3)["id"].tolist() == [
        "c",
        "a",
        "b",
    ]


def test_sites_in_no_sum_are_not_weighed():
    found = heaviest(state(*TOWN, project(INSIDE), project(None, 4)), 9)
    assert found["id"].tolist() == ["p0", "p1", "p2"]


def test_net_a_site_weighs_by_what_is_left_of_it():
    lossy = [{**TOWN[0], "jobs_lost": 100}, {**TOWN[1], "jobs_lost": 0}, TOWN[2]]
    table = heaviest(state(*lossy), 9, Terms(net=True))
    assert table["jobs"].tolist() == [800, 60]
    assert table["share_without"].tolist() == [0, 1]


def test_an_empty_ledger_has_no_heavy_sites():
    assert heaviest(state(), 5).empty


@few
@given(some_projects(least=2), st.booleans())
def test_the_share_without_a_site_is_that_of_the_ledger_without_it(projects, net):
    terms = Terms(net=net)
    projects = [{**one, "project_id": str(number)} for number, one in enumerate(projects)]
    for _, row in heaviest(state(*projects), 99, terms).iterrows():
        without = account(
            state(*(one for one in projects if one["project_id"] != row["id"])), terms
        )
        for suffix, result in (
            ("", without.counted),
            ("_regional", without.regional),
        ):
            share = row[f"share_without{suffix}"]
            assert (None if math.isnan(share) else share) == result.share
