"""Which of the cases in no sum could turn the verdict."""

from __future__ import annotations

from geo.growth.account import account
from geo.growth.projects import prepared
from geo.growth.terms import EVERYTHING, Terms
from tests.support.projects import AREAS, IN_REGIONAL, INSIDE, NORMS, OUTSIDE, ledger, project

UNKNOWN = {
    "inside": project(INSIDE, project_id="inside"),
    "outside": project(OUTSIDE, project_id="outside"),
    "regional": project(IN_REGIONAL, project_id="regional"),
}


def turning(*known, terms=EVERYTHING):
    found = account(prepared(ledger(*known, *UNKNOWN.values()), AREAS, NORMS), terms)
    return set(found.projects.loc[found.turning, "id"])


def test_a_kept_rule_is_turned_by_what_lies_outside_in_either_variant():
    # What lies in the regional area is outside in the first variant.
    assert turning(project(INSIDE, 100)) == {"outside", "regional"}


def test_a_broken_rule_is_turned_by_what_lies_inside_in_either_variant():
    assert turning(project(OUTSIDE, 100)) == {"inside", "regional"}


def test_an_uncertain_one_is_turned_by_any():
    # 80 to 100 inside and 10 outside: from 89 to 91 %.
    assert turning(project(INSIDE, (80, 90, 100)), project(OUTSIDE, 10)) == set(UNKNOWN)


def test_what_is_in_the_sums_turns_nothing():
    found = account(prepared(ledger(project(INSIDE, 100)), AREAS, NORMS), EVERYTHING)
    assert found.turning.empty


def test_net_a_loss_that_is_not_known_turns_a_kept_rule_wherever_it_is():
    kept = project(INSIDE, 100, jobs_lost=10)
    lost = project(INSIDE, 50, project_id="lost")
    # So does one inside of which nothing is known: it may lose more than it brings.
    everything = {"lost", "inside", "outside", "regional"}
    assert turning(kept, lost, terms=Terms(net=True)) == everything
