"""The land account on the page of documents: made on a click, kept, and made again from its id."""

from __future__ import annotations

import pytest

from geo.ledger.calculations import Calculations
from geo.ledger.store import Ledger
from geo.pack.versions import Signature, VersionStore
from layers.app import login
from layers.app.login_rules import Access, Mode
from layers.widgets import handover
from tests.pages.test_pages import opened
from tests.support import reading, worddocs


@pytest.fixture(autouse=True)
def desk(monkeypatch):
    """Someone at a desk of their own, and maps that nobody looks at."""
    monkeypatch.setattr(
        login, "who", lambda: Access(mode=Mode.DESK, may_write=True, author="Kari", name="Kari")
    )
    worddocs.dots_for_pictures(monkeypatch)


def pressed(app, label):
    (button,) = (one for one in app.button if one.label == label)
    return button.click().run()


def made(app, key="report_account"):
    return app.session_state[f"{handover._MADE}.{key}"][1]


def test_it_is_made_held_against_a_version_kept_and_made_again(ledger_file):
    pack = reading.embedded()

    def fill(folder):
        for path in pack.directory.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())

    by = Signature("Kari Planlegger", "Hemmelig grunn")
    version = VersionStore().add(fill, by, replaces=None)
    app = opened("report", since=version.id)
    (choice,) = (one for one in app.selectbox if one.key == "report_since")
    assert choice.value == version.id
    assert not any("Kari" in one or "Hemmelig" in one for one in choice.options)
    app = pressed(app, "Lag arealregnskapet (Word)")
    assert not app.exception
    file = made(app)
    assert file.name == "arealregnskap.docx"
    document = worddocs.opened(file.data)
    said = "\n".join(one.text for one in document.paragraphs)
    assert version.id in said
    assert "Kari" not in said
    name = document.core_properties.identifier
    kept = Calculations(Ledger.existing(f"sqlite:///{ledger_file}", "3205").engine, "3205").get(
        name
    )
    assert kept.result["since"]["version"] == version.id
    again = pressed(opened("report", beregning=name), "Lag dokumentet igjen")
    assert not again.exception
    assert any("de samme som i dokumentet" in str(one.value) for one in again.success)
    remade = worddocs.opened(made(again, "report_again").data)
    assert remade.core_properties.identifier == name
    assert worddocs.tables(remade) == worddocs.tables(document)


def test_without_a_version_it_says_that_none_was_chosen():
    app = pressed(opened("report", since="finnes-ikke"), "Lag arealregnskapet (Word)")
    assert not app.exception
    document = worddocs.opened(made(app).data)
    assert "Ingen tidligere versjon" in "\n".join(one.text for one in document.paragraphs)
