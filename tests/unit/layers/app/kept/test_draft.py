"""A page's draft: in its address, a copy for whoever opens it, and a sentence when it is gone."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from layers.app.kept import store


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACKS", str(tmp_path / "packs"))


def script():
    import streamlit as st  # noqa: PLC0415  # the script is run on its own

    from layers.app import address, refusals  # noqa: PLC0415
    from layers.app.kept import draft  # noqa: PLC0415

    address.arrive("projects")
    refusals.place()
    found = draft.opened("form")
    if found is not None:
        st.session_state["name"] = found["name"]
    name = st.text_input("Navn", key="name")
    if name:
        st.session_state["is_kept"] = draft.put("form", {"name": name})
    if st.button("Ferdig"):
        draft.drop("form")


def visit(kept=None):
    app = AppTest.from_function(script)
    if kept is not None:
        app.query_params["kept"] = kept
    return app.run()


def typed(app, text):
    return app.text_input[0].set_value(text).run()


def kept(app):
    return app.query_params.get("kept")


def test_what_is_typed_is_there_for_whoever_opens_the_link():
    app = typed(visit(), "Åsen")
    assert visit(kept(app)).text_input[0].value == "Åsen"


def test_a_page_without_a_draft_writes_nothing(tmp_path):
    assert kept(visit()) is None
    assert not (tmp_path / "packs").exists()


def test_a_draft_keeps_its_id_while_its_owner_writes_on():
    app = typed(visit(), "Å")
    first = kept(app)
    assert kept(typed(app, "Åsen")) == first
    assert store.read(first)["values"] == {"name": "Åsen"}


def test_two_tabs_do_not_write_over_one_another():
    one = typed(visit(), "En")
    link = kept(one)
    other = visit(link)
    assert kept(other) == link  # a copy, as long as nothing is changed
    other = typed(other, "To")
    assert kept(other) != link
    one = typed(one, "En til")
    assert kept(one) == link
    assert visit(link).text_input[0].value == "En til"
    assert visit(kept(other)).text_input[0].value == "To"


@pytest.mark.parametrize("asked", ["x" * 16, "", "../secret", "æ", "<script>", "a" * 5_000])
def test_a_draft_that_is_gone_is_said_and_the_page_works(asked):
    app = visit(asked)
    assert not app.exception
    assert "finnes ikke lenger på tjeneren" in app.caption[0].value
    assert kept(app) is None
    app = typed(app.run(), "Ny")
    assert kept(app) is not None
    assert not app.caption  # said until something new is kept


def test_a_draft_of_another_page_is_none_here():
    draft = store.write({"part": "other", "values": {"name": "Åsen"}})
    app = visit(draft)
    assert app.text_input[0].value == ""
    assert app.caption


def test_what_is_finished_is_gone_from_the_address_and_the_server():
    app = typed(visit(), "Åsen")
    draft = kept(app)
    app.button[0].click().run()
    # The name still stands in the field of this small page, and is kept anew.
    assert store.read(draft) is None


def test_what_came_by_a_link_stays_for_its_sender():
    link = kept(typed(visit(), "Åsen"))
    visit(link).button[0].click().run()
    assert store.read(link) is not None


def test_what_cannot_be_kept_is_told(monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES", 10)
    app = typed(visit(), "Åsen")
    assert app.session_state["is_kept"] is False
    assert kept(app) is None
