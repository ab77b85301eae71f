"""Which official services answered when that was last checked, and how it is checked anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from layers.app import texts
from layers.app.texts import t
from layers.sources.doctor import checkup as checkups
from layers.sources.doctor import report
from layers.widgets import tables

if TYPE_CHECKING:
    from layers.app.shell import View
    from layers.sources.doctor.checkup import Checkup, Diagnosis


def show(view: View) -> None:
    """Show the last check of the services, or how to make the first."""
    st.header(t("doctor.title"))
    try:
        found = checkups.last()
    except NaeringsarealError as error:
        st.warning(texts.plain(error.say(texts.language())), icon=":material/warning:")
        _command(view)
        return
    if found is None:
        st.markdown(t("doctor.never"))
        _command(view)
        return
    _result(found)
    st.markdown(t("doctor.again"))
    _command(view)


def _command(view: View) -> None:
    number = view.pack.municipality_no
    chosen = f" --municipality {number}" if number else ""
    st.code(f"python -m layers.build doctor{chosen}", language=None)


def _result(found: Checkup) -> None:
    language = texts.language()
    place = texts.plain(report.place_words(found, language))
    st.caption(t("doctor.ran", at=report.moment_words(found), place=place))
    said = report.summary(found, language)
    if found.wrong:
        st.warning(said, icon=":material/warning:")
    else:
        st.success(said, icon=":material/check:")
    services = report.sorted_by_verdict(found)
    told = [one for one in services if one.verdict in {"fault", "remark"}]
    if told:
        tables.lines(_advised(told))
    with st.expander(t("doctor.all")):
        tables.plain(
            pd.DataFrame([_row(one) for one in services]), len(services), key="data_doctor"
        )


def _advised(told: list[Diagnosis]) -> pd.DataFrame:
    """One row for each advice: a firewall or a host that is down would fill the page by itself."""
    language = texts.language()
    rows = pd.DataFrame(
        {
            t("doctor.service"): one.source,
            t("table.state"): t(f"doctor.verdict_{one.verdict}"),
            t("doctor.advice"): " ".join(advice.say(language) for advice in one.advice),
        }
        for one in told
    )
    by = [t("table.state"), t("doctor.advice")]
    same = rows.groupby(by, sort=False)[t("doctor.service")].agg("; ".join).reset_index()
    return same[rows.columns]


def _row(one: Diagnosis) -> dict[str, str]:
    language = texts.language()
    layer = t("doctor.no_layer") if one.layer is None else texts.term("layer", one.layer)
    return {
        t("doctor.service"): one.source,
        t("table.layer"): layer,
        t("table.state"): t(f"doctor.verdict_{one.verdict}"),
        t("doctor.answer"): report.answer_words(one, language),
        t("doctor.found"): one.found or "–",
        t("doctor.columns"): report.columns_words(one, language),
        t("doctor.system_asked"): report.system_words(one, language),
        t("doctor.newest"): report.newest_words(one, language),
    }
