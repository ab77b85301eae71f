"""A year is asked, and some projects have none: an answer for it is not surer than its data."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.growth.account import account
from geo.growth.effect import heaviest, what_if
from geo.growth.rule import Verdict
from geo.growth.terms import Terms
from geo.growth.timeline import by_year
from geo.growth.undated import reach
from tests.support.projects import INSIDE, OUTSIDE, project, state

BY_2030 = Terms(to_year=2030)


def judged(*projects, terms=BY_2030):
    return account(state(*projects), terms).counted


def test_what_has_no_year_is_in_no_middle_and_wholly_or_not_at_all_at_the_ends():
    # 95 inside by 2028; 80–120 more outside at a time that nobody knows.
    found = judged(project(INSIDE, 95, year=2028), project(OUTSIDE, (80, 100, 120)))
    assert (found.jobs_inside, found.jobs_outside) == (95, 0)
    assert (found.jobs_outside_low, found.jobs_outside_high) == (0, 120)
    assert (found.share_low, found.share, found.share_high) == (95 / 215, 1, 1)
    assert found.verdict == Verdict.UNDECIDED


def test_a_case_without_a_year_that_could_save_the_rule_leaves_it_open():
    # 10 outside by 2028, and 4 500 inside some time: in 2030 the share is 0 %, or 99.8 %.
    found = judged(project(OUTSIDE, 10, year=2028), project(INSIDE, 4500))
    assert (found.share, found.share_low, found.share_high) == (0, 0, pytest.approx(4500 / 4510))
    assert found.verdict == Verdict.UNDECIDED


def test_a_case_without_a_year_that_is_too_small_to_turn_the_rule_decides_nothing():
    # 5 of 1 005 outside is 0.5 %, whether they come or not.
    found = judged(project(INSIDE, 1000, year=2028), project(OUTSIDE, 5))
    assert found.verdict == Verdict.FULFILLED
    assert judged(project(OUTSIDE, 1000, year=2028), project(INSIDE, 5)).verdict == Verdict.BROKEN


def test_with_no_case_in_the_period_for_certain_the_answer_is_open_and_not_that_nothing_comes():
    found = judged(project(INSIDE, 40), project(OUTSIDE, 60), project(INSIDE, 7, year=2031))
    assert (found.share, found.verdict) == (None, Verdict.UNDECIDED)
    assert reach(found) == (0, 1)
    assert reach(judged(project(INSIDE, 40))) == (1, 1)
    assert reach(judged(project(OUTSIDE, 40))) == (0, 0)
    assert reach(judged(project(INSIDE, 40, year=2031))) is None
    assert judged(project(INSIDE, 0)).verdict == Verdict.NO_NEW_JOBS


def test_without_a_period_a_year_does_not_matter():
    projects = (project(INSIDE, 95, year=2028), project(OUTSIDE, 5))
    found = judged(*projects, terms=Terms())
    assert (found.share, found.some_undated) == (0.95, False)


def test_net_a_case_without_a_year_may_take_more_than_it_brings():
    # It brings 50 and takes 80, or is not there yet: 95 inside, or 65.
    found = judged(
        project(INSIDE, 95, year=2028, jobs_lost=0),
        project(INSIDE, 50, jobs_lost=80),
        terms=Terms(to_year=2030, net=True),
    )
    assert (found.jobs_inside_low, found.jobs_inside, found.jobs_inside_high) == (65, 95, 95)


def test_the_answer_for_a_year_is_that_of_the_same_year_in_the_chart():
    projects = state(
        project(INSIDE, 95, year=2028), project(OUTSIDE, 5, year=2031), project(OUTSIDE, 100)
    )
    found = account(projects, BY_2030)
    row = by_year(projects, cumulative=True).table.loc[2030]
    assert (row["share"], row["verdict"]) == (found.counted.share, found.counted.verdict)
    assert by_year(projects, BY_2030).undated.counted.jobs_outside == 100


def test_known_figures_alone_are_not_surer_for_a_year_either():
    found = account(state(project(INSIDE, 40)), BY_2030)
    assert found.known.counted.verdict == Verdict.UNDECIDED
    document = found.as_dict()
    assert document["period"] == {"from_year": None, "to_year": 2030}
    assert document["undated"] == ["p0"]


def test_a_new_site_can_make_sure_what_the_undated_left_open():
    town = state(project(INSIDE, 95, year=2028), project(OUTSIDE, 100))
    found = what_if(town, (2000, 2000, 2000), 1, terms=BY_2030).counted
    assert (found.before.verdict, found.after.verdict) == (Verdict.UNDECIDED, Verdict.FULFILLED)


def test_what_has_no_year_weighs_in_no_years_share():
    town = state(project(INSIDE, 95, year=2028), project(OUTSIDE, 100))
    assert heaviest(town, 5, BY_2030)["id"].tolist() == ["p0"]
    assert heaviest(town, 5)["id"].tolist() == ["p1", "p0"]


NET = Terms(to_year=2030, net=True)


def test_net_a_case_without_a_year_that_could_leave_a_side_with_a_loss_leaves_the_rule_open():
    # 100 inside, and 10 outside or 5 fewer than today: 91 %, or no share at all.
    town = (
        project(INSIDE, 100, year=2028, jobs_lost=0),
        project(OUTSIDE, 10, year=2028, jobs_lost=0),
    )
    leaving = {"jobs": 0, "jobs_lost": 15}
    assert judged(*town, terms=NET).verdict == Verdict.FULFILLED
    found = judged(*town, project(OUTSIDE, **leaving), terms=NET)
    assert found.verdict == Verdict.UNDECIDED
    assert judged(*town, project(OUTSIDE, **leaving, year=2028), terms=NET).verdict == (
        Verdict.UNDEFINED
    )


def test_net_a_case_without_a_year_that_could_undo_all_that_is_new_leaves_the_rule_open():
    # 5 inside, or none: the rule is kept, or there is nothing to judge.
    found = judged(
        project(INSIDE, 5, year=2028, jobs_lost=0), project(INSIDE, 0, jobs_lost=5), terms=NET
    )
    assert found.verdict == Verdict.UNDECIDED


cases = st.builds(
    lambda place, jobs, lost: project(place, jobs, jobs_lost=lost),
    st.sampled_from([INSIDE, OUTSIDE]),
    st.sampled_from([None, 0, 5, 45, 50, 90, 100, (0, 5, 10), (40, 50, 80)]),
    st.sampled_from([None, 0, 0, 5, 60]),
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(cases, min_size=1, max_size=4),
    st.lists(st.sampled_from([None, 2028, 2031]), min_size=4, max_size=4),
    st.sampled_from([2028, 2031]),
    st.booleans(),
)
def test_what_was_decided_without_a_year_stands_when_the_year_is_told(ones, years, told, net):
    before = [one | {"year": year} for one, year in zip(ones, years, strict=False)]
    after = [one | {"year": told if one["year"] is None else one["year"]} for one in before]
    terms = Terms(to_year=2030, net=net)
    found = [judged(*one, terms=terms).verdict for one in (before, after)]
    assert found[0] in (found[1], Verdict.UNDECIDED, Verdict.UNKNOWN)
