"""The municipality's register of sites: what it has for a business that asks."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import arrangement, shell
from layers.app.kept import tabs as kept_tabs
from layers.app.texts import t
from layers.maps import sketch
from layers.register import begun, data, detail, edit, exchange, history, listing
from layers.register.unsaved import FORMS
from layers.widgets import entries

view = shell.setup("register")
detail.saved()
FORMS.follow(sketch.put_back)

with view.part():
    register = data.book(view)
    may_write = data.may_write(view)
    listed = listing.listed(view)
    detail.read_only(view)
    if listed is None or listed.sites.empty:
        detail.begin(there=listed is not None, may_write=may_write)
    else:
        listing.told(listed)
    if may_write:
        st.button(
            t("register.new"), icon=":material/add:", type="primary", on_click=detail.begin_new
        )
    if listed is not None and not listed.sites.empty:
        with arrangement.list_and_map() as (words, picture):
            with words:
                listing.table(listed)
            with picture:
                listing.map_of(listed, listing.chosen())
                view.badges("zones", "growth_areas")

    site_id = listing.chosen()
    new = register is not None and may_write and begun.asked()
    with st.container(key=detail.OPEN):
        entries.bring(st.container(), "new" if new else site_id or "", key=detail.OPEN)
        if register is not None and new:
            edit.new(view, register)
        elif listed is not None and site_id is not None:
            detail.show(view, listed, site_id)

    if listed is not None:
        st.divider()
        tabs = {} if register is None else {"latest": t("projects.latest")}
        whole = kept_tabs.show(tabs | {"exchange": t("register.exchange")}, key="register_tabs")
        if register is not None and whole["latest"].open:
            with whole["latest"]:
                history.latest(register)
        if whole["exchange"].open:
            with whole["exchange"]:
                exchange.show(view, listed, may_write=may_write)
