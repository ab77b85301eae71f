"""Find a site: ask for size, place and freedom from constraints, and get a ranked list."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import cache, shell
from layers.app.texts import t
from layers.search import form, views

view = shell.setup("search")

with view.part():
    wish = form.form(view)
    account = view.workspace.land()
    found = cache.hits(view.pack, view.version, wish, limit=views.MOST)
    views.headline(found)
    view.demonstration()
    views.not_assessed(view, wish)
    words, picture = st.columns([7, 5], gap="large")
    with words:
        views.table(found)
        views.picked(found)
        views.downloads(view, account, wish, found)
    with picture:
        views.map_of(view, found)
    view.badges("parcels", "plan_areas", "buildings", "constraints", "zones", "growth_areas")
    st.caption(t("search.link_help"))
