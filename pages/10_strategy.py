"""The strategy in our own words: goals, focus areas, key figures, and the places it names."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers import strategy
from layers.app import shell
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.widgets import places

view = shell.setup("strategy")
plan = strategy.read(view.pack)

if plan is None:
    st.info(t("strategy.none"), icon=":material/help:")
    st.stop()

st.caption(plan.said("note"))
strategy.contents()

strategy.header("vision")
strategy.statements(plan, "vision")

strategy.header("goals")
strategy.statements(plan, "goals", columns=4)

strategy.header("land_use")
strategy.statements(plan, "land_use", columns=4)

strategy.header("focus_areas")
strategy.focus_areas(plan)

strategy.header("figures")
strategy.figures(plan)

strategy.header("places")
named = places.named(view.pack, plan)
shown = places.choose(view.pack, named)
with view.part():
    points = places.points(view.pack, shown)
    if not points.empty:
        leaflet.show(
            maps.places(view, points),
            key="strategy_map",
            on_click=places.opened(points),
        )
        st.caption(t("actors.map_note"))
        view.badges("zones")
places.table(view.pack, shown)

strategy.header("background")
strategy.statements(plan, "background", columns=2)
strategy.statements(plan, "implementation", columns=2)

st.caption(t("strategy.source", source=plan.said("source")))
