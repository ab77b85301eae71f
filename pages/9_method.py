"""How the figures come about: formulas, norms, sources, state of the data, known weaknesses."""

import streamlit as st

import layers.whole  # noqa: F401  # before all others: see there
from layers import method
from layers.app import arrival, cache, norms, shell
from layers.app.texts import t
from layers.widgets.layer_state import layer_status

view = shell.setup("method")
arrival.at_heading()

st.header(t("method.rule"), anchor="rule")
st.markdown(t("method.rule_text"))
method.formulas()
st.markdown(t("method.rule_notes"))
st.header(t("method.groups"), anchor="groups")
st.markdown(t("method.groups_text"))
method.estimates()

st.header(t("method.reserve"), anchor="reserve")
st.markdown(t("method.reserve_text"))
st.header(t("method.densification"), anchor="densification")
st.markdown(t("method.densification_text"))

st.header(t("method.jobs"), anchor="jobs")
st.markdown(t("method.jobs_text"))
norms.editor(cache.standard_norms())
st.markdown(t("method.sales_area"))

st.header(t("method.today"), anchor="today")
st.markdown(t("method.today_text"))

st.header(t("method.flood"), anchor="flood")
st.markdown(t("method.flood_text"))

st.header(t("method.areas"), anchor="areas")
st.markdown(t("method.areas_text"))

st.header(t("method.screening"), anchor="screening")
st.markdown(t("method.screening_text"))

st.header(t("method.search"), anchor="search")
method.search()

st.header(t("method.corridor"), anchor="corridor")
st.markdown(t("method.corridor_text"))

st.header(t("method.data"), anchor="data")
st.markdown(t("method.data_text"))
layer_status(view.pack)
method.demonstration(view.pack)

st.subheader(t("method.remarks"))
if view.pack.findings:
    shell.findings(view.pack)
else:
    st.write(t("method.no_remarks"))

st.header(t("method.weaknesses"), anchor="weaknesses")
st.markdown("\n".join(f"- {t(msgid)}" for msgid in method.weaknesses(view.pack)))

st.header(t("method.sources"), anchor="sources")
st.markdown(t("method.sources_text"))
