"""Municipalities side by side: who has how much, by which parameters, and how sure it is."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import arrangement, shell
from layers.app.texts import t
from layers.comparison import charts, choices, downloads, headline, sets, source, table
from layers.comparison import map as comparison_map

view = shell.setup("compare")

with view.part():
    summary = source.shown()
    source.told(summary)
    what = choices.compared(view.pack, summary)

    answer, picture, rest = arrangement.beside()
    with answer:
        headline.show(what)
    with rest:
        source.marks(summary)
    with picture:
        comparison_map.show(what)
        with st.container(key="map_badges"):
            source.marks(summary)

    st.header(t("compare.ranking"))
    table.show(what)
    source.marks(summary)

    st.header(t("compare.distribution"))
    charts.spread(what)
    source.marks(summary)

    st.header(t("compare.sets"))
    sets.show(what)
    source.marks(summary)

    st.header(t("takeout.download"))
    downloads.show(what)
    source.marks(summary)
