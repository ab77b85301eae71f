"""A page asks who is at work, and shows it in the sidebar; a real browser is in tests/browser."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from layers.app import login
from tests import PATIENCE_S

AUTH = {
    "redirect_uri": "http://127.0.0.1/oauth2callback",
    "cookie_secret": "0" * 32,
    "client_id": "id",
    "client_secret": "secret",
    "server_metadata_url": "http://127.0.0.1/.well-known/openid-configuration",
}
OWN = {"writer_groups": ["skrivere"]}
KARI = {"is_logged_in": True, "sub": "a1", "name": "K*ri", "groups": ["skrivere"]}


def script():
    import streamlit as st  # noqa: PLC0415  # the script runs on its own

    from layers.app import login  # noqa: PLC0415
    from layers.errors import WriteRefusedError  # noqa: PLC0415

    with st.sidebar:
        login.box()
    try:
        st.text(login.require_writer().author)
    except WriteRefusedError as error:
        st.error(error.say("nb"))


@pytest.fixture
def page():
    """The script with a login set up, and nobody logged in."""
    test = AppTest.from_function(script, default_timeout=PATIENCE_S)
    test.secrets["auth"] = dict(AUTH)
    test.secrets["naeringsareal"] = dict(OWN)
    test.user = {"is_logged_in": False}
    return test


def log_in(page, **claims):
    page.user = KARI | {"exp": time.time() + 600} | claims
    return page.run()


def buttons(page):
    return [button.label for button in page.button]


def test_who_is_not_logged_in_reads_is_told_so_and_may_log_in(page):
    page.run()
    assert not page.exception
    assert page.sidebar.caption[0].value == "Du kan lese alt. Logg inn for å lagre endringer."
    assert buttons(page) == ["Logg inn"]
    assert page.error[0].value == (
        "Endringen er ikke lagret. Du kan lese alt. Logg inn for å lagre endringer."
    )


def test_a_writer_is_named_as_written_and_writes(page):
    log_in(page)
    assert not page.exception
    assert page.sidebar.markdown[0].value == r"Innlogget som **K\*ri**"
    assert list(page.sidebar.caption) == []
    assert page.text[0].value == "K*ri [a1]"


def test_a_login_that_runs_out_while_the_page_stands_open_stops_the_next_write(page, monkeypatch):
    expires = time.time() + 600
    log_in(page, exp=expires)
    assert page.text[0].value == "K*ri [a1]"
    monkeypatch.setattr(login, "time", SimpleNamespace(time=lambda: expires + 1))
    page.run()
    assert list(page.text) == []
    assert "Innloggingen er utløpt" in page.error[0].value
    assert buttons(page) == ["Logg inn"]


def test_who_logs_out_may_no_longer_write(page):
    log_in(page)
    page.button(key="log_out").click().run()
    page.run()
    assert list(page.text) == []
    assert buttons(page) == ["Logg inn"]


def test_several_providers_have_a_button_each(page):
    named = {key: AUTH[key] for key in ("client_id", "client_secret", "server_metadata_url")}
    page.secrets["auth"]["entra"] = named
    page.run()
    assert buttons(page) == ["Logg inn med default", "Logg inn med entra"]


def test_a_provider_that_streamlit_refuses_gives_a_sentence(page):
    named = {key: AUTH[key] for key in ("client_id", "client_secret", "server_metadata_url")}
    shared = {key: AUTH[key] for key in ("redirect_uri", "cookie_secret")}
    page.secrets["auth"] = shared | {"with_underscore": named}
    page.run()
    page.button(key="log_in_with_underscore").click().run()
    assert not page.exception
    assert page.sidebar.error[0].value.startswith("Innloggingen kan ikke startes.")


def test_a_missing_setting_is_named_to_all(page):
    del page.secrets["naeringsareal"]["writer_groups"]
    log_in(page)
    assert r"writer\_groups" in page.sidebar.caption[0].value
    assert "writer_groups" in page.error[0].value


def test_a_session_without_a_browser_is_no_desk():
    page = AppTest.from_function(script, default_timeout=PATIENCE_S).run()
    assert not page.exception
    assert list(page.text) == []
    assert "Lagring er slått av" in page.error[0].value
    assert buttons(page) == []
