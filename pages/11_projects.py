"""The municipality's list of planned and finished projects, and every change of it."""

import streamlit as st

from layers import (
    access,
    legend,
    project_edit,
    project_exchange,
    project_history,
    project_list,
    project_views,
    shell,
)
from layers.texts import t

view = shell.setup("projects")
ledger = view.book.ledger
project_views.saved()

with view.part():
    listed = project_list.listed(view)
    may_write = access.who().may_write and ledger is not None and listed.day is None
    project_views.status_line(listed, may_write=may_write)
    words, picture = st.columns([7, 5], gap="large")
    with words:
        project_list.table(listed)
        if may_write:
            st.button(
                t("projects.new"),
                icon=":material/add:",
                type="primary",
                on_click=project_views.begin_new,
            )
    with picture:
        project_list.map_of(listed, project_list.chosen())
        legend.show("project", "growth_area", "regional_area", "zone_outline", "station")
        view.badges("zones", "growth_areas")

    project_id = project_list.chosen()
    if ledger and may_write and st.query_params.get("new"):
        project_edit.new(view, ledger)
    elif project_id is not None:
        project_views.heading(listed, project_id)
        facts, history = st.tabs(
            [t("projects.edit" if may_write else "projects.facts"), t("projects.history")],
            key="project_tabs",
            on_change="rerun",
        )
        with facts:
            if facts.open and may_write and ledger:
                project_edit.existing(view, ledger, project_id)
            elif facts.open:
                project_views.facts(listed, project_id)
        with history:
            if history.open and ledger:
                project_history.of_project(ledger, project_id, may_write=may_write)

    if ledger:
        st.divider()
        latest, exchange = st.tabs(
            [t("projects.latest"), t("projects.exchange")], key="ledger_tabs", on_change="rerun"
        )
        with latest:
            if latest.open:
                project_history.latest(ledger)
        with exchange:
            if exchange.open:
                project_exchange.show(view, ledger, may_write=may_write)
