"""Scenarios, saved and shared, on both databases."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from geo.ledger.scenarios import ScenarioConflictError, Scenarios
from tests.support.errors import raising

OVERRIDES = {
    "berger": {"jobs": [100, 0.1 + 0.2, 200.0], "included": True, "year": None},
    "ny <b>'\"\u202e👷": {"name": "=1+1", "note": "\x00\ud800"},
}


@pytest.fixture
def scenarios(ledger):
    return Scenarios(ledger.engine, ledger.municipality_no)


def test_a_scenario_comes_back_exactly(scenarios):
    before = datetime.now(UTC)
    saved = scenarios.save("Full utbygging", OVERRIDES, author="Kari", ledger_seq=7)
    assert scenarios.list() == (saved,)
    assert (saved.revision, saved.author, saved.ledger_seq) == (1, "Kari", 7)
    assert saved.overrides == OVERRIDES
    assert before <= saved.at <= datetime.now(UTC)


def test_scenarios_are_listed_by_name(scenarios):
    for name in ("b", "a", "Å", "B"):
        scenarios.save(name, {}, author="Kari", ledger_seq=0)
    assert [one.name for one in scenarios.list()] == sorted(["b", "a", "Å", "B"])


def test_a_scenario_is_saved_over_the_revision_it_was_made_from(scenarios):
    scenarios.save("Lavt", {"a": 1}, author="Kari", ledger_seq=1)
    saved = scenarios.save("Lavt", {"a": 2}, author="Ola", ledger_seq=2, base_revision=1)
    assert saved.revision == 2
    assert scenarios.list() == (saved,)


@pytest.mark.parametrize("base_revision", [0, 1, 3])
def test_a_scenario_saved_by_another_meanwhile_is_not_overwritten(scenarios, base_revision):
    scenarios.save("Lavt", {"a": 1}, author="Kari", ledger_seq=1)
    theirs = scenarios.save("Lavt", {"a": 2}, author="Ola", ledger_seq=1, base_revision=1)
    with pytest.raises(ScenarioConflictError, match="Ola") as caught:
        scenarios.save("Lavt", {"a": 3}, author="Kari", ledger_seq=1, base_revision=base_revision)
    assert caught.value.scenario == theirs
    with pytest.raises(ScenarioConflictError):
        scenarios.remove("Lavt", base_revision=base_revision)
    assert scenarios.list() == (theirs,)


def test_a_removed_scenario_is_gone_and_its_name_is_free(scenarios):
    scenarios.save("Lavt", {}, author="Kari", ledger_seq=1)
    scenarios.remove("Lavt", base_revision=1)
    assert scenarios.list() == ()
    with raising("error.unknown_scenario", match="Lavt"):
        scenarios.save("Lavt", {}, author="Kari", ledger_seq=1, base_revision=1)
    with raising("error.unknown_scenario"):
        scenarios.remove("Lavt", base_revision=1)
    assert scenarios.save("Lavt", {}, author="Kari", ledger_seq=1).revision == 1


@pytest.mark.parametrize(("name", "author"), [(" ", "Kari"), ("Lavt", "")])
def test_a_scenario_has_a_name_and_an_author(scenarios, name, author):
    with raising("error.field_missing"):
        scenarios.save(name, {}, author=author, ledger_seq=1)


@pytest.mark.parametrize("overrides", [{"a": math.nan}, {"a": math.inf}, {"a": {1, 2}}])
def test_what_json_has_not_is_not_saved(scenarios, overrides):
    with pytest.raises((ValueError, TypeError)):
        scenarios.save("Lavt", overrides, author="Kari", ledger_seq=1)
    assert scenarios.list() == ()


def test_municipalities_have_their_own_scenarios(scenarios):
    neighbour = Scenarios(scenarios.engine, "3222")
    scenarios.save("Lavt", {"a": 1}, author="Kari", ledger_seq=1)
    neighbour.save("Lavt", {"a": 2}, author="Kari", ledger_seq=1)
    neighbour.remove("Lavt", base_revision=1)
    assert [one.overrides for one in scenarios.list()] == [{"a": 1}]
