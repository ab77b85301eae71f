"""Find a site: ask for size, place and freedom from constraints, and get a ranked list."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import arrangement, cache, shell
from layers.app.texts import t
from layers.search import details, form, table, views

view = shell.setup("search")

with view.part():
    wish = form.form(view)
    account = view.workspace.land()
    found = cache.hits(view.pack, view.version, wish, limit=views.MOST)
    views.headline(found)
    view.demonstration()
    with arrangement.list_and_map() as (words, picture):
        with words:
            views.steps(found, wish)
            table.show(view, found, wish)
            table.distances_told(view, found, wish)
            views.left_out(view, found, wish)
            details.show(view, found)
        with picture:
            views.map_of(view, found, wish)
    views.not_assessed(view, wish)
    table.score_told(found)
    views.downloads(view, account, wish, found)
    view.badges("parcels", "plan_areas", "buildings", "constraints", "zones", "growth_areas")
    st.caption(t("search.link_help"))
