"""Projects read, added, changed and removed, one user at a time, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely

from geo.ledger.entries import EntryKind, Head
from geo.ledger.fields import DTYPES, FIELDS
from geo.ledger.scenarios import Scenarios
from geo.ledger.store import Ledger
from geo.schema.layers import CRS
from tests.support.errors import raising
from tests.support.ledgers import BY, jobs_of, plain_rows
from tests.support.reading import embedded
from tests.support.shapes import square

BERGER = shapely.Point(620_000, 6_650_000)

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\u202eredrum\u202c",
    "Robert'); DROP TABLE ledger_entries;--",
    "«sitat» “quote” 'single' \"double\" `tick` \\ back",
    "👩‍🏭🏗️ 🇳🇴",
    "%s %(name)s {name} {{}} :name ?",
    "  space before and after  ",
    "قسم المشاريع",
]


# Reading


def test_an_empty_ledger_has_all_columns_and_no_rows(ledger):
    frame = ledger.projects()
    assert list(frame.columns) == [*FIELDS, "revision", "geometry"]
    assert len(frame) == 0
    assert frame.crs == CRS
    assert ledger.head() == Head(0, None)
    assert ledger.history() == []


def test_the_columns_have_the_types_of_the_packs_layer_even_when_empty(ledger):
    pack = embedded().layer("projects").dtypes
    for _ in range(2):
        found = ledger.projects().dtypes
        for name in FIELDS:
            assert found[name] == pack.get(name, DTYPES[FIELDS[name]])
        assert found["revision"] == "int64"
        assert found["geometry"] == "geometry"
        ledger.add({"name": "Berger"}, None, **BY)


def test_projects_stand_in_the_order_of_their_ids_as_python_sorts(ledger):
    ids = ["b", "a", "B", "å", "a-2", "a_1", "Z"]
    for name in ids:
        ledger.add({"name": "x", "project_id": name}, None, **BY)
    assert ledger.projects()["project_id"].tolist() == sorted(ids)


# Adding


def test_what_is_added_comes_back(ledger):
    before = datetime.now(UTC)
    values = {
        "name": "Berger næringspark",
        "zone_id": "berger",
        "business_type": "lager",
        "gross_area_m2": 15_000.5,
        "site_area_m2": 110_000,
        "area_kind": "reregulated",
        "jobs_low": 100,
        "jobs": 150,
        "jobs_high": 200,
        "jobs_lost": 12,
        "jobs_source": "utbyggers tall, 2020",
        "year": 2027,
        "status": "vedtatt",
        "effect": "counts",
        "source": "PLAN-20/00227\nside 2",
        "accuracy_m": 0.1,
        "note": "felt B",
        "case_ref": "20/00227",
    }
    entry = ledger.add(values, BERGER, **BY)
    assert (entry.seq, entry.revision, entry.kind) == (1, 1, EntryKind.ADDED)
    assert (entry.author, entry.reason) == (BY["author"], BY["reason"])
    assert before <= entry.at <= datetime.now(UTC)
    assert entry.values == values
    assert ledger.history() == [entry]
    assert ledger.head() == Head(1, entry.at)
    assert plain_rows(ledger.projects()) == {"berger-naeringspark": {**values, "revision": 1}}
    assert ledger.projects().geometry.tolist() == [BERGER]


def test_a_project_without_numbers_or_place_has_none_and_not_zero(ledger):
    ledger.add({"name": "Heia"}, None, **BY)
    row = plain_rows(ledger.projects())["heia"]
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {"name": "Heia", "effect": "none", "revision": 1}
    assert ledger.projects().geometry.tolist() == [None]


@pytest.mark.parametrize(
    ("name", "project_id"),
    [
        ("Nesaområdet Øst", "nesaomradet-ost"),
        ("Gneisveien / Berger grustak", "gneisveien-berger-grustak"),
        ("Frogner næringspark", "frogner-naeringspark"),
        ("Área  Nº 1", "area-no-1"),
        ("проект", "prosjekt"),
        ("<script>", "script"),
        ("a" * 300, "a" * 60),
    ],
)
def test_an_id_is_made_of_the_name(ledger, name, project_id):
    assert ledger.add({"name": name}, None, **BY).project_id == project_id


def test_a_name_that_is_taken_gets_a_number(ledger):
    added = [ledger.add({"name": "Berger"}, None, **BY).project_id for _ in range(3)]
    assert added == ["berger", "berger-2", "berger-3"]


def test_an_id_is_never_used_again_after_its_project_was_removed(ledger):
    ledger.add({"name": "Berger"}, None, **BY)
    ledger.remove("berger", base_revision=1, **BY)
    assert ledger.add({"name": "Berger"}, None, **BY).project_id == "berger-2"
    with raising("error.ledger_taken_project", match="berger"):
        ledger.add({"name": "x", "project_id": "berger"}, None, **BY)


def test_an_id_that_is_given_is_kept(ledger):
    assert (
        ledger.add({"name": "x", "project_id": "Sak 18/19"}, None, **BY).project_id == "Sak 18/19"
    )


@pytest.mark.parametrize("text", [*HOSTILE, "ø" * 10_000, "'" * 10_000], ids=range(13))
def test_hostile_text_comes_back_exactly(ledger, text):
    line = text[:300]
    values = {"name": line, "project_id": line, "case_ref": line, "note": text, "source": text}
    ledger.add(values, None, author=line, reason=text)
    entry = ledger.history()[0]
    assert (entry.author, entry.reason, entry.project_id) == (line, text, line)
    row = plain_rows(ledger.projects())[line]
    assert {name: row.get(name, line) for name in values} == values


@pytest.mark.parametrize(
    ("values", "geometry", "signed", "error"),
    [
        ({"name": " "}, None, BY, "error.field_missing"),
        ({"name": "a", "jobs": -1}, None, BY, "error.field_number"),
        ({"name": "a"}, shapely.Point(10, 60), BY, "error.place"),
        ({"name": "a"}, None, BY | {"author": " "}, "error.field_missing"),
        ({"name": "a"}, None, BY | {"reason": ""}, "error.field_missing"),
    ],
)
def test_what_cannot_be_stored_leaves_nothing_behind(ledger, values, geometry, signed, error):
    with raising(error):
        ledger.add(values, geometry, **signed)
    assert ledger.head().seq == 0


# Changing


def test_a_change_leaves_all_else_as_it_was(ledger):
    ledger.add({"name": "Berger", "jobs": 100, "note": "felt B"}, BERGER, **BY)
    entry = ledger.change("berger", {"jobs": 120}, base_revision=1, **BY)
    assert (entry.seq, entry.revision, entry.kind) == (2, 2, EntryKind.CHANGED)
    assert (entry.values["jobs"], entry.values["note"]) == (120, "felt B")
    assert entry.geometry == BERGER
    assert jobs_of(ledger) == {"berger": 120}


def test_a_value_can_be_made_unknown(ledger):
    ledger.add({"name": "Berger", "jobs": 100}, BERGER, **BY)
    entry = ledger.change("berger", {"jobs": None}, geometry=None, base_revision=1, **BY)
    assert entry.values["jobs"] is None
    assert entry.geometry is None


def test_a_new_place_is_a_change_of_its_own(ledger):
    ledger.add({"name": "Berger"}, BERGER, **BY)
    area = square(620_000, 6_650_000)
    entry = ledger.change("berger", {}, geometry=area, base_revision=1, **BY)
    assert entry.kind is EntryKind.CHANGED
    assert ledger.projects().geometry.tolist() == [area]


@pytest.mark.parametrize(
    ("values", "geometry", "kind"),
    [
        ({"status": "vedtatt"}, BERGER, EntryKind.MOVED),
        ({"status": "vedtatt", "effect": "none"}, BERGER, EntryKind.MOVED),
        ({"effect": "counts"}, BERGER, EntryKind.CHANGED),
        ({"status": "vedtatt", "jobs": 3}, BERGER, EntryKind.CHANGED),
        ({"status": "vedtatt"}, None, EntryKind.CHANGED),
    ],
)
def test_only_a_new_status_is_a_move(ledger, values, geometry, kind):
    ledger.add({"name": "Berger", "status": "forslag"}, BERGER, **BY)
    found = ledger.change("berger", values, geometry=geometry, base_revision=1, **BY)
    assert found.kind is kind


def test_a_change_of_nothing_is_not_written(ledger):
    ledger.add({"name": "Berger", "jobs": 100}, BERGER, **BY)
    with raising("error.ledger_nothing_changed", match="berger"):
        ledger.change("berger", {"jobs": 100.0, "name": "Berger"}, base_revision=1, **BY)
    assert ledger.head().seq == 1


def test_an_id_never_changes(ledger):
    ledger.add({"name": "Berger"}, BERGER, **BY)
    changed = {"project_id": "heia", "name": "Heia"}
    assert ledger.change("berger", changed, base_revision=1, **BY).project_id == "berger"


def test_a_change_made_from_an_old_revision_meets_the_new_one(ledger):
    ledger.add({"name": "Berger", "jobs": 100}, None, **BY)
    theirs = ledger.change("berger", {"jobs": 120}, base_revision=1, author="Ola", reason="ny sak")
    with raising("error.ledger_conflict", match="endret av Ola") as caught:
        ledger.change("berger", {"jobs": 90}, base_revision=1, **BY)
    assert caught.value.entry == theirs
    with raising("error.ledger_conflict"):
        ledger.remove("berger", base_revision=1, **BY)
    assert jobs_of(ledger) == {"berger": 120}


def test_a_change_of_a_project_that_was_removed_meanwhile_meets_the_removal(ledger):
    ledger.add({"name": "Berger"}, None, **BY)
    removal = ledger.remove("berger", base_revision=1, **BY)
    with raising("error.ledger_conflict") as caught:
        ledger.change("berger", {"jobs": 90}, base_revision=1, **BY)
    assert caught.value.entry == removal


def test_a_project_that_is_not_there_cannot_be_changed_or_removed(ledger):
    ledger.add({"name": "Berger"}, None, **BY)
    ledger.remove("berger", base_revision=1, **BY)
    for project_id, revision in (("berger", 2), ("heia", 1)):
        with raising("error.ledger_unknown_project", match=project_id):
            ledger.change(project_id, {"jobs": 90}, base_revision=revision, **BY)
        with raising("error.ledger_unknown_project", match=project_id):
            ledger.remove(project_id, base_revision=revision, **BY)


@pytest.mark.parametrize(
    "asked",
    ["' OR '1'='1", "x'; DROP TABLE ledger_entries; --", "%", "projects_now", "\\' OR 1"],
)
def test_an_id_that_is_sql_is_the_id_of_nothing(ledger, asked):
    ledger.add({"name": "Berger"}, None, **BY)
    assert ledger.history(asked) == []
    for change in (
        lambda: ledger.change(asked, {"jobs": 90}, base_revision=1, **BY),
        lambda: ledger.remove(asked, base_revision=1, **BY),
    ):
        with raising("error.ledger_unknown_project"):
            change()
    assert jobs_of(ledger).keys() == {"berger"}
    scenarios = Scenarios(ledger.engine, ledger.municipality_no)
    scenarios.save("Vekst", {}, author="Kari", ledger_seq=1)
    with raising("error.unknown_scenario"):
        scenarios.remove(asked, base_revision=1)
    assert [one.name for one in scenarios.list()] == ["Vekst"]
    other = Ledger(ledger.engine, f"3205' OR '1'='1{asked}"[:40])
    assert other.history() == []


def test_a_removed_project_is_gone_and_its_entries_stay(ledger):
    added = ledger.add({"name": "Berger", "jobs": 100}, BERGER, **BY)
    removal = ledger.remove("berger", base_revision=1, **BY)
    assert (removal.kind, removal.revision, removal.removed) == (EntryKind.REMOVED, 2, True)
    assert removal.values == added.values
    assert jobs_of(ledger) == {}
    assert ledger.history("berger") == [removal, added]
