"""The 90 % rule over time, what a decision does to it, scenarios, and figures to hand over."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers.app import shell
from layers.app.texts import t
from layers.rule import choices as rule_choices
from layers.rule import estimates, saved, scenarios, views, whatif

view = shell.setup("rule")
scenarios.settle()

with view.part():
    saved.shown(view)

with view.part():
    to_year = rule_choices.until()
    answer = st.container(key="rule_answer")
    choices = rule_choices.choose(view, to_year)
    with answer, view.part():
        views.headline(view, choices)

    st.header(t("estimates.heading"))
    with view.part():
        estimates.show(view, choices)

    with view.part():
        views.today(view, choices)

    st.header(t("rule.over_time"))
    with view.part():
        views.over_time(view, choices)

    st.header(t("rule.heaviest"))
    st.caption(t("rule.heaviest_lead"))
    with view.part():
        views.heaviest(view, choices)

    st.header(t("whatif.heading"))
    st.caption(t("whatif.lead"))
    with view.part():
        whatif.show(view, choices)

    st.header(t("scenario.heading"))
    with view.part():
        scenarios.show(view, choices)

    st.header(t("calculation.save_heading"))
    with view.part():
        saved.save(view, choices)
