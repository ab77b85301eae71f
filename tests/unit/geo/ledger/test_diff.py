"""What a file would change: told row by row, and written only when it is asked for."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from geo.i18n import LANGUAGES
from geo.ledger.diff import read_changes
from geo.ledger.proposal import FieldChange
from tests.support.exchanging import geopackage, state, workbook

STATE = state(
    {"project_id": "berger", "name": "Berger", "jobs": 100.0, "status": "forslag", "year": 2030},
    {"project_id": "hvam", "name": "Hvam", "jobs": 20.0, "note": "Se kart", "revision": 4},
    {"project_id": "heia", "name": "Heia", "effect": "counts", "status": "forslag"},
)


def proposed(*rows, frame=STATE, **more):
    return read_changes(workbook(*rows), ".xlsx", frame, **more)


def only_change(*rows, frame=STATE):
    proposal = proposed(*rows, frame=frame)
    assert proposal.refused == ()
    (changed,) = proposal.changed
    return {one.field: (one.old, one.new) for one in changed.fields}


def only_error(*rows, **more):
    (refused,) = proposed(*rows, **more).refused
    assert proposed(*rows, **more).changes(overwrite=True) == ()
    for language in LANGUAGES:
        said = refused.say(language)
        assert said.endswith(".")
        assert str(refused.row) in said
    return refused.error


def notes(proposal):
    return {one.msgid: one.say() for one in proposal.notes}


# The parts of a proposal


def test_a_file_that_says_something_of_everything_is_sorted_by_what_it_would_do():
    proposal = proposed(
        ["id", "navn", "arbeidsplasser", "revisjon"],
        ["berger", "Berger", 120, 1],
        ["hvam", "Hvam", 30, 3],
        ["ny", "Nytt felt", 5, None],
        [None, "Uten id", "1 200,5", None],
        ["feil", "Feil", -1, None],
    )
    (berger,) = proposal.changed
    assert (berger.row, berger.project_id, berger.name, berger.revision) == (
        2,
        "berger",
        "Berger",
        1,
    )
    assert berger.fields == (FieldChange("jobs", 100.0, 120.0),)
    assert berger.place is None
    (hvam,) = proposal.conflicts
    assert (hvam.row, hvam.file_revision, hvam.revision) == (3, 3, 4)
    assert [(one.row, one.project_id, one.values["jobs"]) for one in proposal.added] == [
        (4, "ny", 5.0),
        (5, None, 1200.5),
    ]
    assert [(one.row, one.project_id) for one in proposal.refused] == [(6, "feil")]
    assert [(one.project_id, one.revision) for one in proposal.missing] == [("heia", 1)]
    assert proposal.unchanged == ()


def test_what_somebody_else_has_changed_is_left_alone_unless_asked():
    proposal = proposed(["id", "jobs", "revision"], ["hvam", 30, 3])
    assert proposal.changes() == ()
    (change,) = proposal.changes(overwrite=True)
    assert (change.project_id, change.base_revision, change.values["jobs"]) == ("hvam", 4, 30.0)


def test_a_row_from_an_old_export_that_differs_in_nothing_is_no_conflict():
    assert proposed(["id", "jobs", "revision"], ["hvam", 20, 3]).unchanged == ("hvam",)


@pytest.mark.parametrize("revision", [4, "4", None])
def test_a_row_from_the_newest_revision_or_from_none_is_no_conflict(revision):
    proposal = proposed(["id", "jobs", "revision"], ["hvam", 30, revision])
    assert len(proposal.changed) == 1
    assert proposal.conflicts == ()


def test_nothing_is_removed_unless_asked():
    proposal = proposed(["id", "jobs"], ["hvam", 20])
    assert proposal.changes() == ()
    removals = proposal.changes(remove_missing=True)
    assert [(one.project_id, one.base_revision, one.remove) for one in removals] == [
        ("berger", 1, True),
        ("heia", 1, True),
    ]


def test_a_refused_row_still_keeps_its_project_from_being_removed():
    proposal = proposed(["id", "jobs"], ["hvam", "mange"], ["berger", 1], ["berger", 2])
    assert [one.project_id for one in proposal.missing] == ["heia"]
    assert len(proposal.refused) == 3


def test_a_file_without_ids_adds_and_removes_nothing():
    proposal = proposed(["navn"], ["Berger"])
    assert [one.values["name"] for one in proposal.added] == ["Berger"]
    assert proposal.missing == ()
    assert {"import.without_ids", "import.without_id"} <= set(notes(proposal))


# Fields


def test_a_column_that_is_not_there_leaves_its_field_alone():
    proposal = proposed(["id", "jobs"], ["hvam", 21])
    assert only_change(["id", "jobs"], ["hvam", 21]) == {"jobs": (20.0, 21.0)}
    assert "import.columns_absent" in notes(proposal)
    assert "import.cleared" not in notes(proposal)


def test_an_empty_cell_makes_its_field_unknown_and_says_so():
    rows = ["id", "jobs", "note"], ["hvam", None, " "]
    assert only_change(*rows) == {"jobs": (20.0, None), "note": ("Se kart", None)}
    assert "tom: 2." in notes(proposed(*rows))["import.cleared"]


def test_a_new_status_takes_the_effect_with_it_when_the_file_has_no_effect():
    changed = only_change(["id", "status"], ["berger", "vedtatt"])
    assert changed == {"status": ("forslag", "vedtatt"), "effect": ("planned", "counts")}


def test_an_empty_effect_follows_from_the_status():
    assert only_change(["id", "effect"], ["heia", None]) == {"effect": ("counts", "planned")}


@pytest.mark.parametrize("word", ["under bygging", " Under Bygging ", "being built"])
def test_a_status_may_be_written_in_any_language_and_case(word):
    assert only_change(["id", "status"], ["berger", word])["status"] == (
        "forslag",
        "under bygging",
    )


@pytest.mark.parametrize("word", ["counts", "Vedtatt, teller", "adopted, counts"])
def test_an_effect_may_be_written_as_its_code_or_its_words(word):
    assert only_change(["id", "effect"], ["berger", word]) == {"effect": ("planned", "counts")}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (12, 12),
        (12.5, 12.5),
        ("12,5", 12.5),
        ("1 200,5", 1200.5),
        ("1\u00a0200", 1200),
        ("1.200,5", 1200.5),
    ],
)
def test_numbers_may_be_text_with_a_comma_and_spaces(written, number):
    assert only_change(["id", "jobs"], ["berger", written]) == {"jobs": (100.0, number)}


@pytest.mark.parametrize(
    ("written", "year"),
    [
        (2031, 2031),
        (2031.0, 2031),
        ("2031", 2031),
        (dt.date(2031, 6, 1), 2031),
        (dt.datetime(2031, 6, 1, 12, 30), 2031),  # noqa: DTZ001  # Excel knows no zones
        (dt.date(1905, 7, 23), 2031),  # 2031 in a cell formatted as a date
    ],
)
def test_a_year_may_be_a_date(written, year):
    assert only_change(["id", "year"], ["berger", written]) == {"year": (2030, year)}


def test_the_dates_of_a_geopackage_are_years_too():
    moments = pd.to_datetime(["2031-06-01T10:00:00Z", None])
    table = pd.DataFrame({"id": ["berger", "heia"], "år": moments})
    proposal = read_changes(geopackage(table), ".gpkg", STATE)
    assert [one.fields for one in proposal.changed] == [(FieldChange("year", 2030, 2031),)]


@pytest.mark.parametrize(("written", "text"), [(7, "7"), (7.0, "7"), (7.5, "7.5"), ("07", "07")])
def test_numbers_in_a_field_of_text_are_text(written, text):
    assert only_change(["id", "case_ref"], ["berger", written]) == {"case_ref": (None, text)}


def test_a_number_that_lost_its_last_digits_is_the_same():
    frame = state({"jobs": 0.1 + 0.2})
    assert proposed(["id", "jobs"], ["p0", 0.3], frame=frame).unchanged == ("p0",)
    assert len(proposed(["id", "jobs"], ["p0", 0.300001], frame=frame).changed) == 1


# Rows that are refused


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("jobs", -1, "error.field_number"),
        ("jobs", "mange", "error.field_number"),
        ("jobs", "nan", "error.field_number"),
        ("jobs", "12.00,5", "error.field_number"),
        ("jobs", "1.200", "error.field_number"),
        ("jobs", "=1+1", "error.field_number"),
        ("jobs", dt.date(2030, 1, 1), "error.field_number"),
        ("jobs", True, "error.field_number"),
        ("bra", 1e13, "error.field_number"),
        ("year", 2030.5, "error.field_year"),
        ("year", "snart", "error.field_year"),
        ("year", dt.date(2999, 1, 1), "error.field_year"),
        ("year", dt.time(12, 0), "error.field_year"),
        ("status", "ferdigstilt", "error.field_choice"),
        ("effect", "kanskje", "error.field_choice"),
        ("navn", None, "error.field_missing"),
        ("navn", "a" * 10_001, "error.field_too_long"),
        ("saksnr", dt.date(2024, 1, 2), "error.field_text"),
        ("revision", "ny", "error.import_revision"),
        ("revision", 1.5, "error.import_revision"),
        ("jobs_low", 101, "error.jobs_interval"),
    ],
)
def test_a_value_that_its_field_cannot_hold_refuses_the_row(column, value, error):
    assert only_error(["id", column], ["berger", value]).code == error


def test_all_rows_with_an_id_that_stands_twice_are_refused():
    proposal = proposed(["id", "jobs"], ["berger", 1], ["hvam", 21], ["berger", 1])
    assert [one.row for one in proposal.refused] == [2, 4]
    assert {one.error.code for one in proposal.refused} == {"error.import_repeated"}
    assert [one.project_id for one in proposal.changed] == ["hvam"]


def test_an_id_that_a_removed_project_had_is_refused():
    rows = ["id", "navn"], ["gammel", "Gammel"]
    assert only_error(*rows, taken={"gammel"}).code == "error.ledger_taken_project"
    assert len(proposed(*rows).added) == 1


def test_an_id_that_is_not_in_the_list_is_refused_when_the_file_has_no_names():
    assert only_error(["id", "jobs"], ["bergr", 1]).code == "error.ledger_unknown_project"


def test_an_id_that_cannot_be_stored_is_refused():
    assert only_error(["id", "navn"], ["a" * 10_001, "Ny"]).code == "error.field_too_long"
    assert only_error(["id", "navn"], [True, "Ny"]).code == "error.field_text"
