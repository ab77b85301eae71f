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


def steps():
    import streamlit as st  # noqa: PLC0415  # the script is run on its own

    from layers.app import address, refusals  # noqa: PLC0415

    address.arrive("corridor")
    refusals.place()
    asked = address.read("width", address.whole(100, 3000), 1500)
    width = st.slider("Bredde", 100, 3000, value=address.begin("slider", asked), key="slider")
    address.keep("width", width, 1500)
    names = ["a", "b", "c"]
    begun = address.begin_at("box", names, address.read("zone", address.one_of(names), "a"))
    zone = st.selectbox("Område", names, index=begun, key="box")
    address.keep("zone", zone, "a")
    kinds = address.begin_with("kinds", names, address.several("kind"))
    address.keep("kind", st.multiselect("Slag", names, default=kinds, key="kinds") or None)


@pytest.fixture
def back(monkeypatch):
    """Goes back to an address, as Streamlit's browser tells of it."""

    def gone(app, **written):
        app.query_params.clear()
        for key, value in written.items():
            app.query_params[key] = value
        with monkeypatch.context() as patch:
            ctx = address.get_script_run_ctx

            def moved(**given):
                run = ctx(**given)
                run.is_history_navigation = True
                return run

            patch.setattr(address, "get_script_run_ctx", moved)
            return app.run()

    return gone


def test_widgets_follow_the_way_back_and_forward(back):
    app = AppTest.from_function(steps).run()
    app.slider[0].set_value(900).run()
    app.selectbox[0].set_value("c").run()
    app.multiselect[0].set_value(["a", "b"]).run()
    assert app.query_params == {"width": "900", "zone": "c", "kind": ["a", "b"]}
    app = back(app, width="900")
    assert (app.slider[0].value, app.selectbox[0].value, app.multiselect[0].value) == (900, "a", [])
    assert app.query_params == {"width": "900"}
    app = back(app)
    assert app.slider[0].value == 1500
    app = back(app, width="900", zone="c", kind=["a", "b"])
    assert app.slider[0].value == 900
    assert (app.selectbox[0].value, app.multiselect[0].value) == ("c", ["a", "b"])
    # And then the reader's own choices hold again.
    app.slider[0].set_value(700).run()
    app.run()
    assert app.slider[0].value == 700
    assert app.query_params["width"] == "700"


def test_a_choice_made_while_the_address_was_on_its_way_is_not_lost():
    app = AppTest.from_function(steps).run()
    app.slider[0].set_value(900).run()
    # The browser has not got the new address yet when the reader chooses something else.
    app.query_params.clear()
    app.selectbox[0].set_value("b").run()
    assert (app.slider[0].value, app.selectbox[0].value) == (900, "b")
    assert app.query_params == {"width": "900", "zone": "b"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("abc", "Lenken oppgir «abc» som bredde (m). Det kan ikke brukes, så siden viser 1 500."),
        ("9999", "Lenken oppgir «9999» som bredde (m). Det kan ikke brukes, så siden viser 3 000."),
    ],
)
def test_what_a_link_asks_for_in_vain_is_said_until_something_else_is_chosen(written, said):
    app = AppTest.from_function(steps)
    app.query_params["width"] = written
    app.run()
    assert [one.value.replace("\xa0", " ").replace("\\", "") for one in app.caption] == [said]
    app.run()
    assert len(app.caption) == 1
    app.slider[0].set_value(700).run()
    assert not app.caption
    app = AppTest.from_function(steps)
    app.query_params["zone"] = "tull"
    app.run()
    assert "Lenken oppgir «tull» som område." in app.caption[0].value


def test_a_choice_that_can_be_used_is_not_spoken_of():
    app = AppTest.from_function(steps)
    app.query_params["width"] = "900"
    app.query_params["zone"] = "b"
    assert not app.run().caption
