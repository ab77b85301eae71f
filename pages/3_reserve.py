"""Vacant land and densification potential, plot by plot, with the assumptions beside it."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import shell
from layers.app.kept import tabs as kept_tabs
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import plots as reserve_map
from layers.reserve import choices, views
from layers.reserve import plots as reserve_plots
from layers.widgets import legend

view = shell.setup("reserve")

with view.part():
    view.demonstration()
    words, picture = st.columns([5, 7], gap="large")
    with words:
        area = choices.area(view.pack)
        figures = st.container()
        rules = choices.rules()
    seen = views.seen(view, rules, area)
    with figures:
        chosen = reserve_plots.chosen(seen)
        views.headline(seen)
        views.badges(view)
    with picture, view.part():
        folder = reserve_map.prepare(view)
        leaflet.show(
            reserve_map.script(view, folder),
            key="reserve_map",
            height=560,
            moving=reserve_map.moving(
                view,
                folder,
                seen.whole,
                area=area,
                bounds_of=reserve_plots.bounds(seen),
                chosen=chosen,
            ),
            on_point=reserve_plots.point_chooser(seen),
        )
        marks = ("plot_selected", "plot_reserve") if chosen is not None else ()
        legend.show(*legend.CLASSES, "building", "zone_outline", *marks)
        views.badges(view)
        if chosen is None:
            st.caption(t("reserve.choose_plot"))
        else:
            reserve_plots.show(seen, chosen)
            if st.button(t("reserve.screen_plot"), icon=":material/fact_check:"):
                shell.open_screening(str(chosen["parcel_id"].iloc[0]))
            st.button(
                t("reserve.close_plot"), icon=":material/close:", on_click=reserve_plots.close
            )

    st.subheader(t("reserve.account"))
    views.balance(seen)

    tabs = kept_tabs.show(
        {name: t(f"reserve.{name}") for name in ("by_zone", "by_plot", "sensitivity")},
        key="reserve_tabs",
    )
    zones, plots, sensitivity = tabs.values()
    if zones.open:
        with zones:
            views.by_zone(seen)
    if plots.open:
        with plots:
            reserve_plots.table(seen)
    if sensitivity.open:
        with sensitivity:
            views.sensitivity(seen, rules)
    views.badges(view)
