"""Accessibility statement: what of WCAG is met, what is not, how it was tried, whom to tell."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers import accessibility
from layers.app import shell
from layers.app.texts import t

shell.setup("accessibility")

st.header(t("accessible.status_heading"))
st.markdown(t("accessible.status", count=len(accessibility.deviations())))

st.header(t("accessible.known_heading"))
accessibility.listed()

st.header(t("accessible.tried_heading"))
st.markdown(t("accessible.tried", day=accessibility.reviewed().isoformat()))

st.header(t("accessible.help_heading"))
st.markdown(t("accessible.help"))

st.header(t("accessible.owner_heading"))
st.markdown(t("accessible.owner"))
accessibility.owner()
st.markdown(t("accessible.supervision"))
