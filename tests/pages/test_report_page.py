"""The page of documents, and the sheet of a zone from its own page: made, kept, made again."""

from __future__ import annotations

import io
import zipfile

import pypdf
import pytest

from geo.ledger.calculations import Calculations
from geo.ledger.store import Ledger
from layers.app import login
from layers.app.login_rules import Access, Mode
from layers.widgets import handover
from tests.pages.test_pages import opened, spaced, words
from tests.support.documents import plain
from tests.support.errors import raising

BY = {"author": "Kari Planlegger", "reason": "Vedtatt"}


def pressed(app, label):
    (button,) = (one for one in app.button if one.label == label)
    return button.click().run()


def made(app, key="report_sheets"):
    """The file that the page has made."""
    return app.session_state[f"{handover._MADE}.{key}"][1]


def text(data):
    return " ".join(plain(page) for page in pypdf.PdfReader(io.BytesIO(data)).pages)


@pytest.fixture(autouse=True)
def desk(monkeypatch):
    """Someone at a desk of their own; how that is found out is tested with the rules."""
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )


@pytest.fixture
def store(ledger_file):
    def open_store():
        ledger = Ledger.existing(f"sqlite:///{ledger_file}", "3205")
        return Calculations(ledger.engine, "3205")

    return open_store


def id_in(said):
    return said.partition("Beregnings-id ")[2][:8]


def test_a_sheet_is_made_and_what_it_follows_from_is_kept(store):
    app = pressed(opened("report", zone="heia"), "Lag områdearket for Heia")
    assert not app.exception
    file = made(app)
    assert (file.name, file.mime) == ("omradeark-heia.pdf", "application/pdf")
    said = text(file.data)
    assert "267 daa" in spaced(said)
    assert "er lagret" in said
    kept = store().get(id_in(said))
    assert kept.content["zones"] == ["heia"]
    assert kept.result["zones"][0]["land"]["plots"] == 41


def test_from_its_id_it_is_made_again_and_told_whether_today_has_the_same_figures(store):
    first = text(made(pressed(opened("report", zone="heia"), "Lag områdearket for Heia")).data)
    found = id_in(first)
    assert "Tallene i dag er de samme som i dokumentet." in said_of(found)
    ledger = Ledger(store().engine, "3205")
    values = {"name": "Nytt lager", "jobs": 500, "effect": "counts", "zone_id": "heia"}
    ledger.add(values, None, **BY)
    app = opened("report", beregning=found)
    shown = "\n".join(str(one.value) for one in (*app.info, *app.markdown))
    assert "Tallene i dag er andre enn i dokumentet" in shown
    assert "etter endring nr. 14" in shown
    second = text(made(pressed(app, "Lag dokumentet igjen"), "report_again").data)
    assert figures(second) == figures(first)
    assert "Nytt lager" not in second


def said_of(found):
    app = opened("report", beregning=found)
    assert not app.exception
    return "\n".join(str(one.value) for one in (*app.success, *app.info, *app.warning))


def figures(said):
    """All of a sheet's text but when it was made."""
    return [word for word in said.split() if ":" not in word]


def test_the_list_as_it_is_gives_the_same_id_in_both_languages():
    nb = text(made(pressed(opened("report", zone="hvam"), "Lag områdearket for Hvam")).data)
    app = pressed(opened("report", zone="hvam", lang="en"), "Make the sheet of Hvam")
    assert made(app).name == "zone-sheet-hvam.pdf"
    assert text(made(app).data).partition("Calculation id ")[2][:8] == id_in(nb)


def test_two_zones_come_as_one_zip():
    app = opened("report")
    app = app.multiselect(key="report_zones").set_value(["heia", "hvam"]).run()
    assert app.query_params["zone"] == ["heia", "hvam"]
    file = made(pressed(app, "Lag 2 områdeark (zip)"))
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.namelist() == ["omradeark-heia.pdf", "omradeark-hvam.pdf"]


def test_by_default_it_is_all_zones():
    assert "Lag 11 områdeark (zip)" in [one.label for one in opened("report").button]


def test_the_choice_of_cases_is_in_the_document(store):
    app = pressed(
        opened("report", zone="kjeller", adopted="1", estimates="0"), "Lag områdearket for Kjeller"
    )
    said = text(made(app).data)
    assert "Bare vedtatte" in said
    assert "Bare kjente tall" in said
    terms = store().get(id_in(said)).content["terms"]
    assert (terms["adopted_only"], terms["estimates"]) == (True, False)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("aaaaaaaa", "Det finnes ingen lagret beregning"), ("x" * 500, "Det finnes ingen lagret")],
)
def test_an_id_that_nobody_saved_is_answered_with_a_sentence(asked, answer):
    app = opened("report", beregning=asked)
    assert not app.exception
    assert answer in words(app)


def test_an_id_of_the_rule_leads_to_its_page_and_the_other_way_round(store):
    sheet = id_in(
        text(made(pressed(opened("report", zone="heia"), "Lag områdearket for Heia")).data)
    )
    assert "lag det igjen på siden Rapport" in words(opened("rule", beregning=sheet))
    rule = store().save({"rule_version": 3}, {}, author="Kari")
    assert "åpne den på siden 90 %-regelen" in spaced(words(opened("report", beregning=rule.id)))


def test_who_may_not_write_gets_the_document_and_is_told_that_it_is_not_saved(monkeypatch, store):
    reader = Access(mode=Mode.CLOSED, reason="access.closed")
    monkeypatch.setattr(login, "who", lambda: reader)
    app = opened("report", zone="heia")
    assert "Beregningen lagres ikke." in words(app)
    said = text(made(pressed(app, "Lag områdearket for Heia")).data)
    assert "er ikke lagret" in said
    with raising("error.unknown_calculation"):
        store().get(id_in(said))


def test_without_a_ledger_the_document_is_made_and_says_that_it_is_not_saved(monkeypatch, tmp_path):
    nowhere = f"sqlite:///{tmp_path / 'fil'}"
    (tmp_path / "fil").write_text("ingen database")
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", nowhere)
    app = opened("report", zone="heia")
    assert "kan verken lagres eller hentes" in words(app)
    assert "er ikke lagret" in text(made(pressed(app, "Lag områdearket for Heia")).data)


@pytest.mark.parametrize("layer", ["parcels", "projects"])
def test_a_pack_without_a_layer_still_has_sheets(use_pack, layer):
    use_pack(drop=(layer,))
    app = pressed(opened("report", zone="heia"), "Lag områdearket for Heia")
    assert not app.exception
    assert not app.error
    assert text(made(app).data)


def test_without_zones_it_is_said_that_they_are_missing(use_pack):
    use_pack(drop=("zones",))
    app = opened("report")
    assert not app.exception
    assert "Mangler datagrunnlag" in words(app)


def test_a_zone_that_is_not_there_is_answered_with_a_sentence():
    app = opened("report", zone="atlantis")
    assert not app.exception
    assert "område som ikke finnes" in words(app)


def test_the_page_of_a_zone_hands_over_the_same_sheet(store):
    sheet = made(pressed(opened("zones", zone="heia"), "Områdeark (PDF)"), "zone_sheet")
    assert sheet.name == "omradeark-heia.pdf"
    said = text(sheet.data)
    assert "267 daa" in spaced(said)
    assert store().get(id_in(said)).content["kind"] == "zone_sheet"


@pytest.mark.parametrize("page", ["zones", "report"])
def test_one_whose_login_has_run_out_since_the_page_was_drawn_saves_nothing(
    page, monkeypatch, store
):
    app = opened(page, zone="heia")
    reader = Access(mode=Mode.CLOSED, reason="access.closed")
    monkeypatch.setattr(login, "who", lambda: reader)
    label = "Områdeark (PDF)" if page == "zones" else "Lag områdearket for Heia"
    app = pressed(app, label)
    assert not app.exception
    said = text(made(app, "zone_sheet" if page == "zones" else "report_sheets").data)
    assert "er ikke lagret" in said
    with raising("error.unknown_calculation"):
        store().get(id_in(said))
