"""The municipality's own data: the state of every layer, and each of them replaced or drawn."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import shell
from layers.app.texts import t
from layers.own_data import doctor_panel as data_doctor
from layers.own_data import draw as data_draw
from layers.own_data import state as data_state
from layers.own_data import upload as data_upload
from layers.own_data import versions as data_versions
from layers.own_data.official import tab as data_official

view = shell.setup("data")
data_state.done()

with view.part():
    state, official, upload, draw, versions = st.tabs(
        [t("data.state"), t("data.official"), t("data.upload"), t("data.draw"), t("data.versions")],
        default=data_official.first("data_tabs"),
        key="data_tabs",
        on_change="rerun",
    )
    with state:
        if state.open:
            data_state.table(view)
            data_doctor.show(view)
    with official:
        if official.open:
            data_official.show(view)
    with upload:
        if upload.open:
            data_upload.show(view)
    with draw:
        if draw.open:
            data_draw.show(view)
    with versions:
        if versions.open:
            data_versions.show(view)
