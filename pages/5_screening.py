"""Screen a proposed site: what a case officer needs to know, in seconds."""

import streamlit as st

from layers import screening_input, screening_out, screening_run, screening_views, shell
from layers.texts import t

view = shell.setup("screening")

with view.part():
    sites = screening_input.sites(view)
    if sites is None:
        st.info(t("screen.begin"), icon=":material/ads_click:")
    else:
        screening_run.notes(sites)
        found = screening_run.screened(view, sites)
        place = screening_views.many(found) if len(found) > 1 else 0
        if len(found) > 1:
            screening_views.compare(found)
        screening_views.one(view, found[place])
        screening_out.text(view, found[place])
        screening_out.downloads(view, found, place)
