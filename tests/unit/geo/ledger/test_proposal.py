"""A proposal written to the ledger: all of it as proposed, or nothing."""

from __future__ import annotations

from geo.ledger.diff import read_changes
from geo.ledger.export import xlsx_bytes
from geo.ledger.proposal import FieldChange
from tests.support.errors import raising
from tests.support.exchanging import ORIGIN, cell, edited, state, workbook
from tests.support.ledgers import BY, plain_rows

STATE = state(
    {"project_id": "berger", "name": "Berger", "jobs": 100.0, "status": "forslag", "year": 2030},
    {"project_id": "hvam", "name": "Hvam", "jobs": 20.0, "note": "Se kart", "revision": 4},
    {"project_id": "heia", "name": "Heia", "effect": "counts", "status": "forslag"},
)


def test_a_new_status_leaves_the_effect_that_stands_in_the_file(ledger):
    ledger.seed(STATE, **BY)
    file = workbook(["id", "status", "effect"], ["berger", "vedtatt", "planned"])
    proposal = read_changes(file, ".xlsx", ledger.projects())
    ledger.write(proposal.changes(), **BY)
    row = plain_rows(ledger.projects())["berger"]
    assert (row["status"], row["effect"]) == ("vedtatt", "planned")


def test_an_edited_export_does_to_the_ledger_what_was_proposed(ledger):
    ledger.seed(STATE, **BY)
    before = ledger.projects()

    def edit(sheet):
        cell(sheet, "arbeidsplasser", 2).value = 120
        cell(sheet, "merknad", 4).value = "=ikke en formel"
        cell(sheet, "merknad", 4).data_type = "s"
        sheet.append([None, "Ny tomt"])
        sheet.delete_rows(3)  # Heia

    file = edited(xlsx_bytes(before, ledger.history(), ORIGIN), edit)
    proposal = read_changes(file, ".xlsx", before)
    assert plain_rows(ledger.projects()) == plain_rows(before)
    ledger.write(proposal.changes(remove_missing=True), **BY)
    after = plain_rows(ledger.projects())
    assert set(after) == {"berger", "hvam", "ny-tomt"}
    assert after["berger"]["jobs"] == 120
    assert after["hvam"]["note"] == "=ikke en formel"
    assert ledger.history(limit=1)[0].kind == "imported"
    again = read_changes(file, ".xlsx", ledger.projects(), taken={"heia"})
    assert [one.values["name"] for one in again.added] == ["Ny tomt"]
    assert (again.changed, again.conflicts) == ((), ())


def test_an_edit_between_proposal_and_writing_stops_all_of_it(ledger):
    ledger.seed(STATE, **BY)
    file = workbook(["id", "navn", "jobs"], ["berger", "Berger", 1], ["ny", "Ny", 2])
    proposal = read_changes(file, ".xlsx", ledger.projects())
    ledger.change("berger", {"note": "Endret i mellomtiden"}, base_revision=1, **BY)
    before = ledger.head()
    with raising("error.ledger_conflict"):
        ledger.write(proposal.changes(), **BY)
    assert ledger.head() == before


def test_an_export_from_before_an_edit_is_a_conflict_and_may_be_written_all_the_same(ledger):
    ledger.seed(STATE, **BY)
    before = ledger.projects()
    ledger.change("berger", {"jobs": 150}, base_revision=1, **BY)
    file = xlsx_bytes(before, [], ORIGIN)
    proposal = read_changes(file, ".xlsx", ledger.projects())
    assert [one.fields for one in proposal.conflicts] == [(FieldChange("jobs", 150.0, 100.0),)]
    assert proposal.changes() == ()
    ledger.write(proposal.changes(overwrite=True), **BY)
    assert plain_rows(ledger.projects())["berger"]["jobs"] == 100
