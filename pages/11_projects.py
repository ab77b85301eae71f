"""The municipality's list of planned and finished projects, and every change of it."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import address, login, shell
from layers.app.kept import tabs as kept_tabs
from layers.app.texts import t
from layers.maps import sketch
from layers.projects import detail, edit, listing
from layers.projects import exchange as projects_exchange
from layers.projects import history as projects_history
from layers.projects.unsaved import FORMS
from layers.widgets import entries

view = shell.setup("projects")
ledger = view.book.ledger
detail.saved()
FORMS.follow(sketch.put_back)

with view.part():
    listed = listing.listed(view)
    may_write = login.who().may_write and ledger is not None and listed.day is None
    detail.status_line(listed, may_write=may_write)
    words, picture = st.columns([7, 5], gap="large")
    with words:
        listing.table(listed)
        if may_write:
            st.button(
                t("projects.new"),
                icon=":material/add:",
                type="primary",
                on_click=detail.begin_new,
            )
    with picture:
        listing.map_of(listed, listing.chosen())
        view.badges("zones", "growth_areas")

    project_id = listing.chosen()
    new = bool(ledger and may_write and address.text("new"))
    with st.container(key=detail.OPEN):
        entries.bring(st.container(), "new" if new else project_id or "", key=detail.OPEN)
        if ledger and new:
            edit.new(view, ledger)
        elif project_id is not None:
            detail.heading(listed, project_id)
            one = kept_tabs.show(
                {
                    "facts": t("projects.edit" if may_write else "projects.facts"),
                    "history": t("projects.history"),
                },
                key="project_tabs",
            )
            with one["facts"]:
                if one["facts"].open and may_write and ledger:
                    edit.existing(view, ledger, project_id)
                elif one["facts"].open:
                    detail.facts(listed, project_id)
            with one["history"]:
                if one["history"].open and ledger:
                    projects_history.of_project(ledger, project_id, may_write=may_write)

    if ledger:
        st.divider()
        whole = kept_tabs.show(
            {"latest": t("projects.latest"), "exchange": t("projects.exchange")}, key="ledger_tabs"
        )
        with whole["latest"]:
            if whole["latest"].open:
                projects_history.latest(ledger, view.pack)
        with whole["exchange"]:
            if whole["exchange"].open:
                projects_exchange.show(view, ledger, may_write=may_write)
