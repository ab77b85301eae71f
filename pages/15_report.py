"""Documents made of the figures on screen, and made again from their calculation id."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import shell
from layers.app.texts import t
from layers.report import account, again, sheets

view = shell.setup("report")

with view.part():
    chosen = sheets.assumed(view)

    st.header(t("documents.sheets"))
    with view.part():
        sheets.offer(view, chosen)

    account.offer(view, chosen)

    st.header(t("documents.again"))
    again.shown(view)
