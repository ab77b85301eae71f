"""Profile of one zone: what the strategy says, its figures, its plan cases, its map."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers import zones
from layers.app import arrangement, cache, explain, shell
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.widgets import jobs_today, tables, zone_sheets

view = shell.setup("zones")

with view.part():
    zone = zones.choose(view.pack)
    figures = cache.zone_figures(view.pack, view.version).loc[zone.index[0]]
    cases = zones.cases(view, zone)
    unassigned = zones.unassigned(view, zone)

    answer, picture, rest = arrangement.beside()
    with answer:
        st.header(zones.name(view.pack, zone))
        st.markdown(zones.description(zone))
        fill = zones.vacancy(view, zone)
    with picture:
        leaflet.show(maps.zone(view, zone, cases), key="zone_map", height=440)
    with rest:
        vacant = st.container()
        at_once = zones.reckoned_at_once(view)
        if at_once:
            with vacant, view.part():
                fill()
        zones.to_reserve(view, zone)
        with view.part():
            zone_sheets.of_zone(view, zone)
        st.write(zones.status_text(view.pack, zone))
        zones.status_chapter(view.pack, zone)
        zones.metrics(figures)
        zones.official_built(figures)
        zones.dominant(view.pack, cases)
        view.badges("zones", "growth_areas", "projects")

    st.header(t("zone.cases"))
    if cases is None:
        st.info(t("page.missing_layer", layer=t("layer.projects")), icon=":material/help:")
    elif cases.empty and not unassigned:
        st.info(t("zone.no_cases"), icon=":material/info:")
    elif not cases.empty:
        tables.projects(view.pack, cases, key="zone_cases")
        st.caption(t("zone.cases_note"))
        explain.beside("project_figures")
    if unassigned:
        st.info(unassigned, icon=":material/help:")

    jobs_today.of_zone(view, zone)

    zones.named_places(view.pack, zone)

    st.header(t("zone.plots"))
    zones.plots(view, zone)

    if not at_once:
        with vacant, view.part():
            fill()
