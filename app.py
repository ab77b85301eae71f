"""Overview: the 90 % rule, the zones on the map and in a table."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers import zones
from layers.app import cache, shell
from layers.app.texts import num, t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.rule import choices as rule_choices
from layers.widgets import answer as rule_answer
from layers.widgets import tables

view = shell.setup("overview")

with view.part():
    which, figures = st.columns(2, gap="large")
    adopted_only = rule_choices.adopted_only(which)
    estimates = rule_choices.with_estimates(figures)

answer, picture = st.columns([5, 7], gap="large")
below = st.container()

with answer, view.part():
    account = cache.growth_account(
        view.pack, view.version, adopted_only=adopted_only, estimates=estimates
    )
    rule_answer.headline(view, account)
    with below:
        rule_answer.details(view, account)
        rule_choices.link(t("overview.to_rule"))

with picture, view.part():
    leaflet.show(maps.overview(view), key="overview_map", height=560, on_click=shell.open_zone)
    view.badges("zones", "growth_areas")

with view.part():
    st.header(t("overview.zones", count=num(len(view.pack.layer("zones")))))
    st.caption(t("overview.zones_lead"))
    tables.zones(
        view.pack,
        cache.zone_figures(view.pack, view.version),
        on_select=lambda zone: shell.open_zone("zone", zone),
    )
    if unassigned := zones.unassigned(view):
        st.caption(unassigned)
    view.badges("zones", "growth_areas", "projects", "businesses")
