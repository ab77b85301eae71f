"""Help: the five questions, how the figures are read, and what the words mean."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import arrival, shell
from layers.app.texts import t
from layers.help import glossary, guide, reading

view = shell.setup("help")
arrival.at_heading()
reading.contents()

if "questions" in reading.sections():
    st.header(t("help.questions"), anchor="questions")
    guide.whole(view.pack)

st.header(t("help.reading"), anchor="reading")
reading.figures()

if "sharing" in reading.sections():
    st.header(t("help.sharing"), anchor="sharing")
    st.markdown(t("help.sharing_text"))

st.header(t("help.glossary"), anchor="glossary")
glossary.show()
