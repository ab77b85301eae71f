"""The strategy in our own words: goals, focus areas, key figures, and the places it names."""

import streamlit as st

from layers import strategy
from layers.app import shell
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.widgets import legend

view = shell.setup("strategy")
plan = strategy.read(view.pack)

if plan is None:
    st.info(t("strategy.none"), icon=":material/help:")
    st.stop()

st.caption(plan.said("note"))

st.header(t("strategy.goals"))
strategy.goals(plan)

st.header(t("strategy.focus_areas"))
strategy.focus_areas(plan)

st.header(t("strategy.figures"))
strategy.numbers(plan)
strategy.charts(plan)

st.header(t("strategy.places"))
with view.part():
    named = strategy.named_places(view.pack, plan)
    words, picture = st.columns([5, 7], gap="large")
    with picture:
        leaflet.show(
            maps.places(view, named),
            key="strategy_map",
            on_click=strategy.open_place(named),
        )
        legend.show("place", "zone")
        view.badges("zones")
    with words:
        strategy.place_links(view.pack, plan, named)

st.caption(t("strategy.source", source=plan.said("source")))
