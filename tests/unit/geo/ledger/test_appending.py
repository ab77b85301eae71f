"""Many changes at once, seeds, and several municipalities, on both databases."""

from __future__ import annotations

import pytest
import shapely

from geo.ledger.entries import Change, EntryKind
from geo.ledger.fields import FIELDS, VALUES
from geo.ledger.store import Ledger
from tests.support.errors import raising
from tests.support.ledgers import BY, jobs_of
from tests.support.reading import embedded
from tests.support.rows import rows

BERGER = shapely.Point(620_000, 6_650_000)


# Many at once


def test_changes_are_written_together_and_those_that_change_nothing_are_passed_over(ledger):
    ledger.add({"name": "Berger", "jobs": 1}, BERGER, **BY)
    ledger.add({"name": "Heia", "jobs": 2}, None, **BY)
    ledger.add({"name": "Hvam", "jobs": 3}, None, **BY)
    written = ledger.write(
        [
            Change(values={"name": "Berger", "jobs": 10}),
            Change(project_id="berger", values={"jobs": 11}, base_revision=1),
            Change(project_id="heia", values={"jobs": 2}, base_revision=1),
            Change(project_id="hvam", base_revision=1, remove=True),
            Change(project_id="frogner", values={"name": "x", "jobs": 12}, geometry=BERGER),
        ],
        **BY,
    )
    assert [entry.project_id for entry in written] == ["berger-2", "berger", "hvam", "frogner"]
    assert {entry.kind for entry in written} == {EntryKind.IMPORTED}
    assert len({entry.at for entry in written}) == 1
    assert [entry.seq for entry in written] == [4, 5, 6, 7]
    assert jobs_of(ledger) == {"berger": 11, "berger-2": 10, "frogner": 12, "heia": 2}
    assert ledger.history(limit=4) == written[::-1]


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (Change(project_id="berger", values={"jobs": 9}, base_revision=7), "error.ledger_conflict"),
        (
            Change(project_id="nobody", values={"jobs": 9}, base_revision=1),
            "error.ledger_unknown_project",
        ),
        (Change(project_id="berger", values={"name": "x"}), "error.ledger_taken_project"),
        (Change(values={"name": "x", "jobs": -1}), "error.field_number"),
        (Change(values={"name": "x"}, geometry=shapely.Point()), "error.place"),
        (Change(project_id="heia", values={"jobs": 9}, base_revision=1), "error.ledger_conflict"),
    ],
)
def test_one_fault_among_many_changes_and_none_is_written(ledger, last, error):
    ledger.add({"name": "Berger"}, None, **BY)
    ledger.add({"name": "Heia"}, None, **BY)
    good = [Change(values={"name": f"Felt {number}"}, geometry=BERGER) for number in range(10)]
    good.append(Change(project_id="heia", values={"jobs": 8}, base_revision=1))
    with raising(error):
        ledger.write([*good, last], **BY)
    assert ledger.head().seq == 2


def test_many_thousand_changes_find_their_projects(ledger):
    names = [f"Felt {number:04d}" for number in range(2_500)]
    added = ledger.write([Change(values={"name": name, "jobs": 1}) for name in names], **BY)
    changes = [
        Change(project_id=entry.project_id, values={"jobs": 2}, base_revision=1) for entry in added
    ]
    assert len(ledger.write(changes, **BY)) == 2_500
    assert ledger.projects()["jobs"].sum() == 5_000


# Seeding


def test_the_embedded_packs_projects_come_back_as_they_are(ledger):
    frame = embedded().layer("projects")
    written = ledger.seed(frame, author="Næringsareal", reason="Datapakkens prosjekter")
    assert {entry.kind for entry in written} == {EntryKind.SEEDED}
    shared = [name for name in FIELDS if name in frame]
    expected = frame.sort_values("project_id").reset_index(drop=True)
    found = ledger.projects()
    assert found[shared].equals(expected[shared])
    assert found.geometry.tolist() == expected.geometry.tolist()
    assert found["jobs_lost"].isna().all()


def test_a_ledger_with_entries_is_not_seeded_again(ledger):
    frame = embedded().layer("projects")
    count = len(ledger.seed(frame, **BY))
    for entry in ledger.history():
        ledger.remove(entry.project_id, base_revision=1, **BY)
    assert ledger.seed(frame, **BY) == []
    assert ledger.head().seq == 2 * count
    assert len(ledger.projects()) == 0


def test_a_seed_in_another_reference_system_is_moved_to_ours(ledger):
    seed = rows(BERGER, name="Berger").to_crs("EPSG:4326")
    ledger.seed(seed, **BY)
    assert ledger.projects().geometry.item().distance(BERGER) < 0.001


def test_a_seed_must_say_its_reference_system(ledger):
    with raising("error.crs_missing"):
        ledger.seed(rows(BERGER, name="Berger", crs=None), **BY)


# Municipalities


def test_municipalities_in_one_database_do_not_see_each_other(ledger):
    neighbour = Ledger(ledger.engine, "3222")
    ledger.add({"name": "Berger", "jobs": 1}, None, **BY)
    added = neighbour.add({"name": "Berger", "jobs": 2}, None, **BY)
    assert (added.project_id, added.seq, added.revision) == ("berger", 2, 1)
    assert (jobs_of(ledger), jobs_of(neighbour)) == ({"berger": 1}, {"berger": 2})
    assert (ledger.head().seq, neighbour.head().seq) == (1, 2)
    assert [entry.seq for entry in ledger.history()] == [1]
    with raising("error.ledger_unknown_entry"):
        ledger.undo(2, **BY)


def test_an_entry_says_every_value(ledger):
    entry = ledger.add({"name": "Berger"}, None, **BY)
    assert list(entry.values) == list(VALUES)
    assert list(ledger.history()[0].values) == list(VALUES)
