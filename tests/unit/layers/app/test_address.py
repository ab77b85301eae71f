"""Choices in the address: read once, nonsense refused, and only what was changed written back."""

from __future__ import annotations

import pytest
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from layers.app import address


def script():
    import datetime as dt  # noqa: PLC0415  # the script is run on its own

    import streamlit as st  # noqa: PLC0415

    from layers.app import address  # noqa: PLC0415

    asked = {
        "zone": address.read("zone", address.one_of(["heia", "berger"]), "all"),
        "width": address.read("width", address.whole(100, 3000), 1500),
        "bra": address.read("bra", float, None),
        "at": address.read("at", dt.date.fromisoformat, None),
        "status": address.several("status"),
        "project": address.text("project"),
    }
    st.session_state["asked"] = asked
    default = {"zone": "all", "width": 1500}
    for key, value in (asked | st.session_state.get("chosen", {})).items():
        address.keep(key, value or None, default.get(key))
    st.slider("Bredde", 100, 3000, value=address.begin("slider", asked["width"]), key="slider")


def visit(**written):
    app = AppTest.from_function(script)
    for key, value in written.items():
        app.query_params[key] = value
    return app.run()


NOTHING = {"zone": "all", "width": 1500, "bra": None, "at": None, "status": [], "project": None}


def test_an_address_without_choices_gives_the_defaults_and_stays_as_it_is():
    app = visit()
    assert app.session_state["asked"] == NOTHING
    assert app.query_params == {}


def test_choices_come_back_as_they_were_written():
    written = {
        "zone": "heia",
        "width": "800",
        "bra": "0.25",
        "at": "2026-01-31",
        "status": ["vedtatt", "ide"],
        "project": "=1",
    }
    assert visit(**written).query_params == written


def test_only_what_differs_from_the_default_stands_in_the_address():
    app = visit(zone="heia", width="800", lang="en")
    app.session_state["chosen"] = {"zone": "all", "width": 900, "bra": 1500.0}
    app.run()
    assert app.query_params == {"width": "900", "bra": "1500", "lang": "en"}


@pytest.mark.parametrize(
    ("key", "nonsense"),
    [
        ("zone", "HEIA"),
        ("zone", ""),
        ("width", "-5"),
        ("width", "1e3"),
        ("width", "٣"),
        ("width", ""),
        ("bra", "mye"),
        ("at", "i går"),
        ("at", "2026-02-30"),
    ],
)
def test_nonsense_is_the_default_and_goes_from_the_address(key, nonsense):
    app = visit(**{key: nonsense})
    assert not app.exception
    assert app.session_state["asked"][key] == NOTHING[key]
    assert key not in app.query_params


@pytest.mark.parametrize(
    ("written", "used"), [("7", 100), ("0099", 100), ("99999", 3000), ("9" * 5000, 3000)]
)
def test_a_number_beyond_the_limits_is_the_nearest_of_them(written, used):
    assert address.whole(100, 3000)(written) == used


def test_a_widget_begins_from_the_address_and_then_has_its_own_value():
    app = visit(width="800")
    assert app.slider[0].value == 800
    app.slider[0].set_value(900).run()
    assert app.slider[0].value == 900


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("100", 100),
        ("0" * 5_000 + "250", 250),
        ("9" * 5_000, 3000),
        ("9" * 19, 3000),
        ("0" * 5_000, 100),
        ("99", 100),
        ("-1", None),
        ("\u0663", None),
        ("", None),
    ],
)
def test_a_whole_number_may_have_any_number_of_digits(written, number):
    assert address.whole(100, 3000)(written) == number


def test_what_stands_in_the_address_already_is_not_sent_to_the_browser_again(monkeypatch):
    app = visit(zone="berger", status=["vedtatt", "ide"])
    sent = []
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda _: sent.append(True))
    app.run()
    assert sent == []
