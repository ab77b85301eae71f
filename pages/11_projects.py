"""The municipality's list of planned and finished projects, and every change of it."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import address, login, shell
from layers.app.texts import t
from layers.projects import detail, edit, listing
from layers.projects import exchange as projects_exchange
from layers.projects import history as projects_history

view = shell.setup("projects")
ledger = view.book.ledger
detail.saved()

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
    if ledger and may_write and address.text("new"):
        edit.new(view, ledger)
    elif project_id is not None:
        detail.heading(listed, project_id)
        facts, history = st.tabs(
            [t("projects.edit" if may_write else "projects.facts"), t("projects.history")],
            key="project_tabs",
            on_change="rerun",
        )
        with facts:
            if facts.open and may_write and ledger:
                edit.existing(view, ledger, project_id)
            elif facts.open:
                detail.facts(listed, project_id)
        with history:
            if history.open and ledger:
                projects_history.of_project(ledger, project_id, may_write=may_write)

    if ledger:
        st.divider()
        latest, exchange = st.tabs(
            [t("projects.latest"), t("projects.exchange")], key="ledger_tabs", on_change="rerun"
        )
        with latest:
            if latest.open:
                projects_history.latest(ledger, view.pack)
        with exchange:
            if exchange.open:
                projects_exchange.show(view, ledger, may_write=may_write)
