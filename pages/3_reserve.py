"""Vacant land and densification potential, plot by plot, with the assumptions beside it."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import arrangement, shell
from layers.app.kept import tabs as kept_tabs
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import plots as reserve_map
from layers.reserve import balance, choices, views
from layers.reserve import plots as reserve_plots

view = shell.setup("reserve")

with view.part():
    view.demonstration()
    reserve_map.begin(view.pack)
    answer, picture, rest = arrangement.beside()
    with answer:
        area = choices.area(view.pack)
        figures = st.container()
    with rest:
        account = st.container(key=reserve_plots.ACCOUNT)
        words = st.container()
        rules = choices.rules()
    seen = views.seen(view, rules, area)
    with words:
        chosen = reserve_plots.chosen(seen)
    with words if chosen is not None else figures:
        views.headline(seen)
    with words:
        views.badges(view)
        views.remarks(seen)
    if chosen is not None:
        with account:
            reserve_plots.show(seen, chosen)
    with picture, view.part():
        ground = reserve_map.prepare(view)
        leaflet.show(
            reserve_map.script(view, ground),
            key="reserve_map",
            height=560,
            moving=reserve_map.moving(
                view,
                ground,
                seen.whole,
                area=area,
                bounds_of=reserve_plots.bounds(seen),
                chosen=chosen,
            ),
            on_point=reserve_plots.point_chooser(seen),
        )
        st.caption(t("reserve.choose_plot"))
        with st.container(key="map_badges"):
            views.badges(view)

    st.header(t("reserve.account"))
    check = balance.show(seen)

    tabs = kept_tabs.show(
        {name: t(f"reserve.{name}") for name in ("by_zone", "by_plot", "sensitivity")},
        key="reserve_tabs",
    )
    zones, plots, sensitivity = tabs.values()
    if zones.open:
        with zones, view.part():
            views.by_zone(seen)
    if plots.open:
        with plots, view.part():
            reserve_plots.table(seen)
    if sensitivity.open:
        with sensitivity, view.part():
            views.sensitivity(seen, rules)
    views.badges(view)
    check()
    views.look_ahead(view, rules)
