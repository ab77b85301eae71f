"""Overview: the 90 % rule, the zones on the map and in a table."""

import streamlit as st

from layers.app import cache, shell
from layers.app.texts import num, t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.widgets import charts, legend, sentences, tables

view = shell.setup("overview")

answer, picture = st.columns([5, 7], gap="large")

with answer, view.part():
    adopted_only = st.segmented_control(
        t("overview.basis"),
        (False, True),
        default=False,
        required=True,
        format_func=lambda only: t("overview.adopted" if only else "overview.all_effects"),
        help=t("overview.basis_help"),
    )
    account = cache.growth_account(view.pack, view.version, adopted_only=bool(adopted_only))
    st.subheader(sentences.verdict(account))
    names = sentences.variants(view.pack.layer("growth_areas"), view.pack.directory)
    for column, name, result in zip(st.columns(2), names, account, strict=True):
        with column:
            st.markdown(f"**{name}**")
            st.vega_lite_chart(charts.gauge(result), width="content")
            st.markdown(sentences.room(result))
    st.caption(f"{sentences.jobs(account.counted)} {t('rule.variants_help')}")
    if missing := sentences.unknown(account):
        st.warning(missing, icon=":material/help:")
    if view.version.norms:
        st.caption(t("norms.in_use"))
    view.badges("projects", "growth_areas")

with picture, view.part():
    leaflet.show(maps.overview(view), key="overview_map", height=560, on_click=shell.open_zone)
    legend.show(*maps.overview_kinds(view.pack))
    view.badges("zones", "growth_areas")

with view.part():
    st.subheader(t("overview.zones", count=num(len(view.pack.layer("zones")))))
    st.caption(t("overview.zones_lead"))
    tables.zones(
        view.pack,
        cache.zone_figures(view.pack, view.version),
        on_select=lambda zone: shell.open_zone("zone", zone),
    )
    view.badges("zones", "growth_areas", "projects")
