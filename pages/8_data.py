"""The municipality's own data: the state of every layer, and each of them replaced or drawn."""

import streamlit as st

from layers import data_draw, data_state, data_upload, data_versions, shell
from layers.texts import t

view = shell.setup("data")
data_state.done()

with view.part():
    state, upload, draw, versions = st.tabs(
        [t("data.state"), t("data.upload"), t("data.draw"), t("data.versions")],
        key="data_tabs",
        on_change="rerun",
    )
    with state:
        if state.open:
            data_state.table(view)
    with upload:
        if upload.open:
            data_upload.show(view)
    with draw:
        if draw.open:
            data_draw.show(view)
    with versions:
        if versions.open:
            data_versions.show(view)
