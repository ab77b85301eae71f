"""The corridor Lørenskog–Ahus–Lillestrøm–Kjeller: what lies in it, for a chosen width."""

import streamlit as st

from layers import cache, corridor_profile, leaflet, legend, maps, shell
from layers.texts import t

view = shell.setup("corridor")

with view.part():
    width_m = corridor_profile.choose_width()
    seen = cache.corridor_view(view.pack, view.version, width_m=width_m)
    widest = cache.corridor_view(view.pack, view.version, width_m=corridor_profile.WIDEST)

    words, picture = st.columns([5, 7], gap="large")
    with words:
        corridor_profile.metrics(view.pack, seen)
        st.subheader(t("corridor.zones"))
        corridor_profile.zones(view.pack, seen)
        view.badges("zones", "corridor_nodes")
    with picture:
        leaflet.show(
            maps.corridor(view, widest),
            key="corridor_map",
            moving=maps.corridor_outline(seen),
            on_click=shell.open_zone,
        )
        legend.show("corridor", "axis", "zone", "place", "project", "station")
        view.badges("zones")

    st.subheader(t("corridor.institutions"))
    corridor_profile.institutions(view.pack, seen)
    st.subheader(t("corridor.projects"))
    corridor_profile.projects(view.pack, seen)
