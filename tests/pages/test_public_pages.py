"""The pages of a public server: few, for reading only, and nothing internal in any message."""

from __future__ import annotations

import pytest
import streamlit as st

from geo import i18n, settings
from geo.ledger import upgrade
from geo.ledger.database import connect
from geo.ledger.store import Ledger
from geo.pack.location import PACK_VARIABLE
from geo.register.store import Register
from layers.app import cache, ledger, login, shell
from layers.app.kept import store
from layers.errors import WriteRefusedError
from layers.maps import offline
from tests.pages.test_pages import opened, words
from tests.support import marked
from tests.support.links import PARAMETERS, Browser

CLOSED = [page for page in shell.PAGES if page not in shell.PUBLIC]
OPEN = [page for page in shell.PAGES if page in shell.PUBLIC]
# Files to take away: the table of places, and the published sites in three forms.
FILES = {"strategy": 1, "register": 3}
# What a reader could type, upload or save by.
WRITES = {"text_input", "text_area", "file_uploader", "chat_input", "camera_input"}


@pytest.fixture(scope="module")
def browser():
    with Browser() as world:
        yield world


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marked")
    marked.write_pack(folder / "pack")
    marked.fill_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    return folder


@pytest.fixture
def internal(written, monkeypatch):
    monkeypatch.setenv(PACK_VARIABLE, str(written / "pack"))
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", f"sqlite:///{written / 'ledger.sqlite'}")
    return written


@pytest.fixture
def make_public(tmp_path, monkeypatch):
    """Turn this process into a public server: what it has read before is forgotten."""
    monkeypatch.setattr(offline, "OPEN_MAPS", tmp_path / "open")

    def turn(**more):
        monkeypatch.setenv(settings.variable("public"), "true")
        for name, value in more.items():
            monkeypatch.setenv(settings.variable(name), value)
        _forget()

    yield turn
    monkeypatch.undo()
    _forget()


def _forget():
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def public(internal, make_public):
    make_public()
    return internal


def bytes_of(shown):
    parts = [one.SerializeToString() for one in shown.elements]
    for folder in (offline.MAPS, offline.OPEN_MAPS):
        parts += [one.read_bytes() for one in folder.glob("*.js")] if folder.is_dir() else []
    return b"".join(parts)


def titles(page):
    return {one: i18n.say(f"page.{page}.title", one) for one in i18n.LANGUAGES}


def linked(browser, shown):
    """The pages that elements of the page lead to."""
    led = {one.page_script_hash for one in shown.of("page_link")}
    return {page for page, name in browser._hashes.items() if name in led}


@pytest.mark.parametrize("page", CLOSED)
@pytest.mark.usefixtures("public")
def test_a_page_that_is_not_public_is_a_sentence_and_nothing_is_read(page, browser, monkeypatch):
    def never(*_, **__):
        pytest.fail("something was read")

    monkeypatch.setattr(cache, "current_pack", never)
    monkeypatch.setattr(ledger, "look", never)
    shown = browser.open(page, "lang=en&public=0")
    assert shown.ended
    assert [one.body for one in shown.of("alert")] == ["This page is not in the open edition."]
    assert shown.title() == titles(page)["en"]
    kinds = {one.WhichOneof("type") for one in shown.elements}
    assert kinds <= {"html", "heading", "alert", "page_link", "button_group", "markdown"}


@pytest.mark.parametrize("page", OPEN)
@pytest.mark.usefixtures("public")
def test_a_public_page_holds_nothing_internal_and_takes_nothing_in(page, browser):
    ids = {"zone": "sentrum", "kind": "place"}
    queries = ["", "lang=en", "public=0", "public=false"]
    queries += [f"{name}={ids.get(name, 1)}" for name in PARAMETERS.get(page, {})]
    for query in queries:
        shown = browser.open(page, query)
        assert shown.ended, query
        assert shown.title() in titles(page).values(), query
        assert shown.of("exception") == []
        assert marked.marks_in(bytes_of(shown)) == set(), query
        assert {one.WhichOneof("type") for one in shown.elements}.isdisjoint(WRITES)
        assert linked(browser, shown) == {*OPEN}, query
        assert len(shown.of("download_button")) == FILES.get(page, 0), query


@pytest.mark.usefixtures("internal")
def test_the_same_pages_of_an_internal_server_hold_what_is_internal(browser):
    # Else the tests above would hold of any page.
    shown = [browser.open("zones", "zone=sentrum"), browser.open("projects", "project=butikk")]
    found = marked.marks_in(b"".join(bytes_of(one) for one in shown))
    assert {marked.marked(name) for name in ("source", "jobs_source", "author", "reason")} <= found


@pytest.mark.usefixtures("internal")
def test_each_public_page_says_what_it_is_and_whom_to_ask(make_public):
    make_public(public_contact="naering@kommunen.no")
    for page in OPEN:
        said = words(opened(page))
        assert "Åpen utgave, bare til lesing" in said
        assert "[naering@kommunen.no](mailto:naering@kommunen.no)" in said


@pytest.mark.usefixtures("public")
def test_a_public_server_has_no_writer_and_no_login():
    app = opened("overview")
    assert not app.text_input
    assert login.who().reason == "access.public"
    with pytest.raises(WriteRefusedError):
        login.require_writer()


@pytest.mark.usefixtures("internal")
@pytest.mark.parametrize("state", ["none", "empty", "older", "unreadable"])
def test_a_list_that_cannot_be_read_as_it_is_is_left_as_it_is(
    state, make_public, tmp_path, monkeypatch
):
    path = tmp_path / "liste.sqlite"
    url = f"sqlite:///{path}"
    if state == "empty":
        Ledger.open(url, marked.MUNICIPALITY).close()
    elif state == "older":
        path.touch()
        engine = connect(url)
        upgrade.migrate(engine, "0002")
        engine.dispose()
    elif state == "unreadable":
        path.write_text("ikke en database" * 100, encoding="utf-8")
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", url)
    before = path.read_bytes() if path.exists() else None
    make_public()
    app = opened("overview")
    assert not app.exception
    said = words(app)
    assert "datapakkens egne plansaker" in said
    wrong = "Kommunens prosjektliste kan ikke leses akkurat nå" in said
    assert wrong == (state in {"older", "unreadable"})
    assert "liste.sqlite" not in said
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_pack_that_cannot_be_read_is_told_without_its_place(tmp_path, monkeypatch, make_public):
    monkeypatch.setenv(PACK_VARIABLE, str(tmp_path / "hemmelig-mappe"))
    make_public()
    app = opened("overview")
    assert [one.value for one in app.error] == [
        "Dataene kan ikke leses akkurat nå. Prøv igjen senere."
    ]


def test_a_setting_that_cannot_be_understood_shows_nothing(make_public, monkeypatch):
    make_public()
    monkeypatch.setenv(settings.variable("public"), "kanskje")
    _forget()
    app = opened("projects")
    assert "true, false" in app.error[0].value
    assert not app.dataframe
    assert not app.sidebar.children


@pytest.mark.usefixtures("public")
def test_the_guide_is_not_shown_where_none_of_its_questions_is_answered():
    app = opened("overview")
    assert "Fem spørsmål" not in words(app)
    help_page = words(opened("help"))
    assert "Fem spørsmål" not in help_page
    assert "Egne data" not in help_page


@pytest.mark.usefixtures("public")
def test_nobody_opens_or_begins_a_draft_or_a_site(browser, monkeypatch):
    def never(*_, **__):
        pytest.fail("a draft was asked for")

    for name in ("read", "write", "read_file", "write_file"):
        monkeypatch.setattr(store, name, never)
    shown = browser.open("register", f"kept={'A' * 16}&new=1&site=x")
    assert shown.ended
    assert shown.of("exception") == []
    kinds = {one.WhichOneof("type") for one in shown.elements}
    assert kinds.isdisjoint({*WRITES, "form"})
    assert not shown.of("button")


@pytest.mark.usefixtures("public")
def test_the_register_shows_what_is_published_and_how_ready_it_is():
    app = opened("register", entry="tomt-ved-ostmarka")
    assert not app.exception
    said = words(app)
    assert marked.PUBLISHED in said
    assert "Regulert" in said
    assert "Viser 1 av 1" in said
    assert not [one.label for one in app.button if "Vurder" in one.label]


@pytest.mark.usefixtures("written")
def test_what_is_no_longer_published_is_gone_at_the_next_look_and_so_is_what_was_said(
    written, tmp_path, monkeypatch, make_public
):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    marked.fill_ledger(url)
    monkeypatch.setenv(PACK_VARIABLE, str(written / "pack"))
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", url)
    make_public()
    register = Register.open(url, marked.MUNICIPALITY)
    by = {"author": "Kari", "reason": "endret"}
    address = {"entry": "tomt-ved-ostmarka"}

    def shown():
        with Browser() as browser:
            return bytes_of(browser.open("register", f"entry={address['entry']}"))

    try:
        assert marked.PUBLISHED_TEXT.encode() in shown()
        register.change(address["entry"], {"public_text": "Ledig nå."}, base_revision=1, **by)
        said = shown()
        assert "Ledig nå.".encode() in said
        assert marked.PUBLISHED_TEXT.encode() not in said
        register.change(address["entry"], {"published": False}, base_revision=2, **by)
        said = shown()
        for gone in (marked.PUBLISHED, marked.PUBLISHED_TEXT, "Ledig nå.", "Regulert"):
            assert gone.encode() not in said, gone
        assert "finnes ikke i registeret nå".encode() in said
    finally:
        register.close()
