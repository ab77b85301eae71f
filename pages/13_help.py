"""Help: the five questions, how the figures are read, and what the words mean."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import arrival, shell
from layers.app.texts import t
from layers.help import glossary, guide, reading

view = shell.setup("help")
arrival.at_heading()
asked = guide.questions(view.pack)
reading.contents(questions=bool(asked))

if asked:
    st.header(t("help.questions"), anchor="questions")
    guide.whole(view.pack)

st.header(t("help.reading"), anchor="reading")
reading.figures()

st.header(t("help.sharing"), anchor="sharing")
reading.sharing()

st.header(t("help.glossary"), anchor="glossary")
glossary.show()
