"""Find a site: ask for size, place and freedom from constraints, and get a ranked list."""

import streamlit as st

from layers import cache, legend, search_form, search_views, shell
from layers.texts import t

view = shell.setup("search")

with view.part():
    wish = search_form.form(view)
    account = cache.usual_account(view.pack, view.version)
    found = cache.hits(view.pack, view.version, wish, limit=search_views.MOST)
    search_views.headline(found)
    words, picture = st.columns([7, 5], gap="large")
    with words:
        search_views.table(found)
        search_views.picked(found)
        search_views.downloads(view, account, wish, found)
    with picture:
        search_views.map_of(view, found)
        legend.show("plot_reserve", "growth_area", "regional_area", "zone_outline", "station")
    view.badges("parcels", "plan_areas", "buildings", "constraints", "zones", "growth_areas")
    st.caption(t("search.link_help"))
