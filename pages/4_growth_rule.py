"""The 90 % rule over time, what a decision does to it, scenarios, and figures to hand over."""

import streamlit as st

from layers import (
    rule_choices,
    rule_saved,
    rule_scenarios,
    rule_views,
    rule_whatif,
    shell,
)
from layers.texts import t

view = shell.setup("rule")
rule_scenarios.settle()

with view.part():
    rule_saved.shown(view)

with view.part():
    answer = st.container()
    choices = rule_choices.choose(view)
    with answer, view.part():
        rule_views.headline(view, choices)

    st.subheader(t("rule.over_time"))
    with view.part():
        rule_views.over_time(view, choices)

    st.subheader(t("rule.heaviest"))
    st.caption(t("rule.heaviest_lead"))
    with view.part():
        rule_views.heaviest(view, choices)

    st.subheader(t("whatif.heading"))
    st.caption(t("whatif.lead"))
    with view.part():
        rule_whatif.show(view, choices)

    st.subheader(t("scenario.heading"))
    with view.part():
        rule_scenarios.show(view, choices)

    st.subheader(t("calculation.save_heading"))
    with view.part():
        rule_saved.save(view, choices)
