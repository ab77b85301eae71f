"""The list of projects: read by all, written with a name and a reason, and nothing is lost."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from geo.ledger.store import Ledger
from layers.app import login
from layers.app.login_rules import Access, Mode
from tests.pages.test_pages import opened, spaced, words

HOSTILE = '<script>alert(1)</script> **fet** =1+1 "\u202e'


@pytest.fixture
def desk(monkeypatch):
    """Someone at a desk of their own; how that is found out is tested with the rules."""
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


@pytest.fixture
def ledger(ledger_file):
    opened("projects")  # begins the ledger from the pack
    found = Ledger.open(f"sqlite:///{ledger_file}", "3205")
    yield found
    found.close()


def press(app, label):
    next(button for button in app.button if button.label == label).click()
    return app.run()


def fill(app, label, value):
    field = next(f for f in [*app.text_input, *app.text_area] if f.label == label)
    field.set_value(value)


def choose(app, label, value):
    next(box for box in app.selectbox if box.label == label).set_value(value)


def row(ledger, project_id):
    state = ledger.projects()
    return state[state["project_id"] == project_id].iloc[0]


def test_the_list_begins_with_the_packs_projects(ledger):
    app = opened("projects")
    assert len(app.dataframe[0].value) == 14
    listed = app.dataframe[0].value.set_index("Sak")
    assert set(listed["Forventet år"]) == {"ukjent"}
    shown = listed[["Arb.pl., lav–høy", "Grunnlag", "Tall fra"]].map(spaced)
    assert list(shown.loc["Kjeller (kommunedelplan)"]) == [
        "4 500",
        "oppgitt",
        "utbyggers tall, analyse fra 2020",
    ]
    # 287 000 m² × 0.25 / 95 and × 0.60 / 36.
    estimated = ["755–4 783", "anslag fra tomteareal", "–"]
    assert list(shown.loc["Bjørkemoen, Sørum"]) == estimated
    unknown = ["ukjent", "omregulering av bebygd areal", "–"]
    assert list(shown.loc["Hvam områderegulering"]) == unknown
    assert len(ledger.history()) == 14
    assert {entry.kind.value for entry in ledger.history()} == {"seeded"}


@pytest.mark.usefixtures("ledger")
def test_without_the_right_to_write_the_page_is_read_only_and_says_why():
    app = opened("projects", project="kjeller-kdp")
    assert not app.exception
    assert "Nytt prosjekt" not in [button.label for button in app.button]
    assert app.info[0].value
    assert "Kjeller (kommunedelplan)" in str(app.dataframe[1].value.to_numpy())


@pytest.mark.usefixtures("desk")
def test_a_change_is_an_entry_with_name_and_reason(ledger):
    app = opened("projects", project="kjeller-kdp")
    choose(app, "Status", "vedtatt")
    fill(app, "Begrunnelse", "Vedtatt i kommunestyret")
    press(app, "Lagre endringen")
    assert not app.exception
    newest = ledger.history("kjeller-kdp")[0]
    assert (newest.author, newest.reason) == ("Kari", "Vedtatt i kommunestyret")
    assert newest.values["effect"] == "counts"
    assert newest.kind.value == "moved"
    assert row(ledger, "kjeller-kdp")["jobs"] == 4500


@pytest.mark.usefixtures("desk")
def test_kind_of_area_source_of_the_jobs_and_expected_year_are_fields_of_the_form(ledger):
    app = opened("projects", project="gjerdrumsvei-38")
    kind = next(box for box in app.selectbox if box.label == "Nytt eller omregulert areal")
    assert (kind.value, kind.options) == ("new", ["nytt", "omregulert"])
    kind.set_value("reregulated")
    fill(app, "Hvem tallet på arbeidsplasser er fra", "utbyggers tall 2024")
    next(f for f in app.number_input if f.label == "Forventet år").set_value(2031)
    fill(app, "Begrunnelse", "Rettet")
    press(app, "Lagre endringen")
    assert not app.exception
    now = row(ledger, "gjerdrumsvei-38")
    said = (now["area_kind"], now["jobs_source"], now["year"])
    assert said == ("reregulated", "utbyggers tall 2024", 2031)
    # Nobody typed a number of jobs, and the estimate that the table shows is none.
    assert pd.isna(now["jobs"])


@pytest.mark.usefixtures("desk")
def test_without_a_reason_nothing_is_saved_and_nothing_typed_is_lost(ledger):
    app = opened("projects", project="kjeller-kdp")
    fill(app, "Navn", "Kjeller øst")
    press(app, "Lagre endringen")
    assert "begrunnelse" in app.error[0].value
    assert len(ledger.history("kjeller-kdp")) == 1
    assert next(f for f in app.text_input if f.label == "Navn").value == "Kjeller øst"


@pytest.mark.usefixtures("desk")
def test_a_new_project_is_added_and_hostile_text_stays_text(ledger):
    app = opened("projects", new="1")
    fill(app, "Navn", HOSTILE)
    fill(app, "Begrunnelse", HOSTILE)
    press(app, "Legg til prosjektet")
    assert not app.exception
    assert len(ledger.projects()) == 15
    entry = ledger.history()[0]
    assert entry.values["name"] == HOSTILE
    assert entry.reason == HOSTILE
    assert entry.geometry is None
    assert app.query_params["project"] == entry.project_id
    # The heading is markdown: its marks are escaped.
    assert "\\<script\\>" in app.header[0].value.replace("\\\\", "\\")
    assert "\\*\\*fet" in app.header[0].value


@pytest.mark.usefixtures("desk")
def test_two_planners_get_a_conflict_and_can_keep_either(ledger):
    app = opened("projects", project="kjeller-kdp")
    fill(app, "Navn", "Mitt navn")
    ledger.change(
        "kjeller-kdp", {"name": "Ditt navn"}, base_revision=1, author="Ola", reason="rettet"
    )
    fill(app, "Begrunnelse", "mitt")
    press(app, "Lagre endringen")
    assert "Ola" in app.error[0].value
    assert row(ledger, "kjeller-kdp")["name"] == "Ditt navn"
    assert "Mitt navn" in str([table.value.to_numpy() for table in app.dataframe])
    press(app, "Lagre mitt likevel")
    assert row(ledger, "kjeller-kdp")["name"] == "Mitt navn"
    assert [entry.author for entry in ledger.history("kjeller-kdp")][:2] == ["Kari", "Ola"]


@pytest.mark.usefixtures("desk")
def test_what_was_begun_before_somebody_else_saved_is_no_newer_after_a_refresh(ledger):
    app = opened("projects", project="kjeller-kdp")
    fill(app, "Navn", "Mitt navn")
    link = app.run().query_params["kept"]
    ledger.change(
        "kjeller-kdp", {"name": "Ditt navn"}, base_revision=1, author="Ola", reason="rettet"
    )
    for one in (link, link):  # two who open the same link
        app = opened("projects", project="kjeller-kdp", kept=one)
        assert "Noen har lagret en endring her mens" in words(app)
        assert next(f for f in app.text_input if f.label == "Navn").value == "Mitt navn"
        fill(app, "Begrunnelse", "mitt")
        press(app, "Lagre endringen")
        assert "Ola" in app.error[0].value
        assert row(ledger, "kjeller-kdp")["name"] == "Ditt navn"
    press(app, "Forkast mitt og vis det som er lagret")
    assert next(f for f in app.text_input if f.label == "Navn").value == "Ditt navn"
    assert "kept" not in app.query_params


@pytest.mark.usefixtures("desk")
def test_the_others_version_can_be_taken_instead(ledger):
    app = opened("projects", project="kjeller-kdp")
    ledger.change(
        "kjeller-kdp", {"name": "Ditt navn"}, base_revision=1, author="Ola", reason="rettet"
    )
    fill(app, "Navn", "Mitt navn")
    fill(app, "Begrunnelse", "mitt")
    press(app, "Lagre endringen")
    press(app, "Forkast mitt og vis det som er lagret")
    assert next(f for f in app.text_input if f.label == "Navn").value == "Ditt navn"
    assert len(ledger.history("kjeller-kdp")) == 2


@pytest.mark.usefixtures("desk")
def test_a_likely_duplicate_is_told_before_it_is_saved(ledger):
    app = opened("projects", new="1")
    fill(app, "Navn", "Kjeller kommunedelplan")
    choose(app, "Område", "kjeller")
    fill(app, "Begrunnelse", "ny")
    press(app, "Legg til prosjektet")
    assert app.warning
    assert len(ledger.projects()) == 14
    press(app, "Lagre likevel")
    assert len(ledger.projects()) == 15


@pytest.mark.usefixtures("desk")
def test_undo_and_removal_are_entries_too(ledger):
    app = opened("projects", project="kjeller-kdp")
    next(f for f in app.text_input if f.key == "remove.kjeller-kdp.1").set_value("slått sammen")
    press(app, "Fjern fra listen")
    assert len(ledger.projects()) == 13
    app.session_state["project_tabs"] = "Historikk"
    app.run()
    next(f for f in app.text_input if (f.key or "").startswith("undo.")).set_value("feil")
    press(app, "Angre")
    assert len(ledger.projects()) == 14
    assert [entry.kind.value for entry in ledger.history("kjeller-kdp")] == [
        "restored",
        "removed",
        "seeded",
    ]


@pytest.mark.usefixtures("desk", "ledger")
def test_the_list_at_an_earlier_day_is_read_only():
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=2)
    app = opened("projects", at=yesterday.isoformat())
    assert not app.exception
    assert "Ingen prosjekter" in words(app)  # the ledger did not exist then
    assert "Nytt prosjekt" not in [button.label for button in app.button]


def test_the_rule_on_the_overview_follows_the_ledger(ledger):
    before = spaced(opened("overview").header[0].value)
    ledger.add(
        {"name": "Stort", "jobs": 9000.0, "status": "vedtatt"},
        ledger.projects().geometry.iloc[0].buffer(1),
        author="Kari",
        reason="nytt",
    )
    assert spaced(opened("overview").header[0].value) != before


def test_a_ledger_that_cannot_be_opened_is_said_and_the_packs_projects_are_shown(
    monkeypatch, tmp_path
):
    (tmp_path / "no.sqlite").write_text("this is not a database, and long enough to tell" * 50)
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", f"sqlite:///{tmp_path / 'no.sqlite'}")
    app = opened("projects")
    assert "kan ikke åpnes" in words(app)
    assert len(app.dataframe[0].value) == 14


@pytest.mark.usefixtures("desk")
def test_a_changed_workbook_is_shown_first_and_then_written(ledger, tmp_path):
    app = opened("projects")
    app.session_state["ledger_tabs"] = "Hent inn og ta ut"
    app.run()
    assert not app.exception
    path = tmp_path / "liste.xlsx"
    pd.DataFrame(
        {"project_id": ["kjeller-kdp", None], "navn": ["Kjeller ny", "Helt ny"], "year": [2030, 1]}
    ).to_excel(path, index=False)
    app.file_uploader[0].upload("liste.xlsx", path.read_bytes())
    app.run()
    assert not app.exception
    assert "nye, 1 endrede" in words(app)
    assert any("Kjeller ny" in str(table.value.to_numpy()) for table in app.dataframe)
    assert row(ledger, "kjeller-kdp")["name"] == "Kjeller (kommunedelplan)"
    next(f for f in app.text_input if f.key == "exchange_reason").set_value("fra regneark")
    press(app, "Før 1 endring i listen")
    assert row(ledger, "kjeller-kdp")["name"] == "Kjeller ny"
    assert ledger.history()[0].kind.value == "imported"
