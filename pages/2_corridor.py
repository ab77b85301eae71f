"""The corridor Lørenskog–Ahus–Lillestrøm–Kjeller: what lies in it, for a chosen width."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers import corridor
from layers.app import cache, shell
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.widgets import jobs_today

view = shell.setup("corridor")

with view.part():
    width_m = corridor.choose_width()
    seen = cache.corridor_view(view.pack, view.version, width_m=width_m)
    widest = cache.corridor_view(view.pack, view.version, width_m=corridor.WIDEST)

    words, picture = st.columns([5, 7], gap="large")
    with words:
        corridor.metrics(view.pack, seen)
        st.header(t("corridor.zones"))
        corridor.zones(view.pack, seen)
        view.badges("zones", "corridor_nodes")
    with picture:
        leaflet.show(
            maps.corridor(view, widest),
            key="corridor_map",
            moving=maps.corridor_outline(seen),
            on_click=shell.open_zone,
        )
        view.badges("zones")

    st.header(t("corridor.institutions"))
    corridor.institutions(view.pack, seen)
    st.header(t("corridor.projects"))
    corridor.projects(view.pack, seen)
    jobs_today.of_corridor(view, seen.outline)
