"""What was, can be shown again and taken back, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import shapely
import sqlalchemy as sa

from geo.ledger.entries import EntryKind
from tests.support.errors import raising
from tests.support.ledgers import BY, jobs_of

BERGER = shapely.Point(620_000, 6_650_000)


# Undoing


def test_an_undone_change_gives_the_project_its_former_values_and_place(ledger):
    ledger.add({"name": "Berger", "jobs": 100}, BERGER, **BY)
    ledger.change("berger", {"jobs": 120}, geometry=None, base_revision=1, **BY)
    undone = ledger.undo(2, **BY)
    assert (undone.seq, undone.revision, undone.kind, undone.undoes) == (3, 3, EntryKind.UNDONE, 2)
    assert jobs_of(ledger) == {"berger": 100}
    assert ledger.projects().geometry.tolist() == [BERGER]


def test_an_undone_addition_takes_the_project_away(ledger):
    ledger.add({"name": "Berger"}, None, **BY)
    undone = ledger.undo(1, **BY)
    assert (undone.kind, undone.removed) == (EntryKind.UNDONE, True)
    assert jobs_of(ledger) == {}


def test_an_undone_removal_brings_the_project_back(ledger):
    added = ledger.add({"name": "Berger", "jobs": 100}, BERGER, **BY)
    ledger.remove("berger", base_revision=1, **BY)
    restored = ledger.undo(2, **BY)
    assert (restored.kind, restored.removed, restored.undoes) == (EntryKind.RESTORED, False, 2)
    assert restored.same_state(added)
    assert jobs_of(ledger) == {"berger": 100}


def test_an_undoing_can_be_undone(ledger):
    ledger.add({"name": "Berger", "jobs": 100}, None, **BY)
    ledger.change("berger", {"jobs": 120}, base_revision=1, **BY)
    ledger.undo(2, **BY)
    ledger.undo(3, **BY)
    assert jobs_of(ledger) == {"berger": 120}


def test_only_the_newest_entry_of_a_project_can_be_undone(ledger):
    ledger.add({"name": "Berger", "jobs": 100}, None, **BY)
    ledger.add({"name": "Heia"}, None, **BY)
    newest = ledger.change("berger", {"jobs": 120}, base_revision=1, author="Ola", reason="ny sak")
    with raising("error.ledger_undo_conflict", match="Ola") as caught:
        ledger.undo(1, **BY)
    assert caught.value.entry == newest
    assert ledger.undo(2, **BY).project_id == "heia"
    with raising("error.ledger_unknown_entry", match="99"):
        ledger.undo(99, **BY)


# Earlier states


def test_the_state_after_every_entry_can_be_shown(ledger):
    ledger.add({"name": "Berger", "jobs": 1}, None, **BY)
    ledger.add({"name": "Heia", "jobs": 2}, None, **BY)
    ledger.change("berger", {"jobs": 3}, base_revision=1, **BY)
    ledger.remove("heia", base_revision=1, **BY)
    ledger.undo(4, **BY)
    expected = [
        {},
        {"berger": 1},
        {"berger": 1, "heia": 2},
        {"berger": 3, "heia": 2},
        {"berger": 3},
        {"berger": 3, "heia": 2},
    ]
    assert [jobs_of(ledger, seq) for seq in range(6)] == expected
    times = [entry.at for entry in reversed(ledger.history())]
    assert [jobs_of(ledger, at) for at in times] == expected[1:]
    tick = timedelta(microseconds=1)
    assert [jobs_of(ledger, at - tick) for at in times] == expected[:-1]


def test_a_time_may_come_in_any_zone(ledger):
    entry = ledger.add({"name": "Berger"}, None, **BY)
    oslo = timezone(timedelta(hours=1))
    assert len(ledger.projects(entry.at.astimezone(oslo))) == 1
    assert len(ledger.projects((entry.at - timedelta(seconds=1)).astimezone(oslo))) == 0


def test_a_time_without_a_zone_is_refused(ledger):
    with pytest.raises(ValueError, match="zone"):
        ledger.projects(datetime(2026, 1, 1))  # noqa: DTZ001  # what is refused


@pytest.mark.parametrize("seq", [2, -1])
def test_the_state_after_an_entry_that_is_not_written_yet_is_not_known(ledger, seq):
    ledger.add({"name": "Berger"}, None, **BY)
    with raising("error.ledger_unknown_entry"):
        ledger.projects(seq)


def test_entries_never_go_back_in_time_though_the_clock_does(ledger):
    ledger.add({"name": "Berger"}, None, **BY)
    ahead = datetime(2150, 1, 1, tzinfo=UTC)
    table = sa.table("ledger_entries", sa.column("at", sa.DateTime(timezone=True)))
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(table).values(at=ahead))
    first = ledger.add({"name": "Heia"}, None, **BY)
    second = ledger.add({"name": "Hvam"}, None, **BY)
    assert ahead < first.at < second.at
    assert second.at - ahead < timedelta(seconds=1)


def test_a_history_is_newest_first_of_one_project_or_all_and_as_long_as_asked_for(ledger):
    ledger.add({"name": "Berger"}, None, **BY)
    ledger.add({"name": "Heia"}, None, **BY)
    ledger.change("berger", {"jobs": 3}, base_revision=1, **BY)
    assert [entry.seq for entry in ledger.history()] == [3, 2, 1]
    assert [entry.seq for entry in ledger.history(limit=2)] == [3, 2]
    assert [entry.seq for entry in ledger.history("berger")] == [3, 1]
    assert [entry.seq for entry in ledger.history("berger", limit=1)] == [3]
