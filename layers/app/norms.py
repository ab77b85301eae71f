"""Norms for floor area per job, and the reader's own figures in their place for this session."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from geo import jobs
from geo.errors import NaeringsarealError
from layers.app import texts
from layers.app.texts import t

_OVERRIDES: Final = "norm_overrides"
_EDITOR: Final = "norm_editor"
_SHOWN: Final = "norm_table"
# What can be changed: m² per job, and m² BRA for each m² of site.
_FIGURES: Final = ("norm_low", "norm_high", "utilisation_low", "utilisation_high")

# (business type, low, high, lowest and highest utilisation) of each norm that the reader changed:
# hashable, a part of cache keys.
Overrides = tuple[tuple[str, float, float, float, float], ...]


def overrides() -> Overrides:
    """Return the norms that the reader has changed in this session."""
    changed: Overrides = st.session_state.get(_OVERRIDES, ())
    return changed


def with_own(standard: dict[str, jobs.Norm], own: Overrides) -> dict[str, jobs.Norm]:
    """Return the norms with the reader's own figures put in."""
    per_job = jobs.with_overrides(standard, {name: (low, high) for name, low, high, *_ in own})
    return jobs.with_utilisation(per_job, {name: (thin, dense) for name, *_, thin, dense in own})


def editor(standard: dict[str, jobs.Norm]) -> None:
    """
    Show the norms as a table whose low and high can be changed, and take the changes into use.

    A figure that makes no sense is refused with a sentence, and the last good norms stay in use.
    """
    if _EDITOR not in st.session_state:
        # The editor forgets its changes with the page: it begins again from the norms in use.
        st.session_state[_SHOWN] = _table(with_own(standard, overrides()))
    figures = [t(f"table.{name}") for name in _FIGURES]
    per_job, utilisation = figures[:2], figures[2:]
    edited = st.data_editor(
        st.session_state[_SHOWN],
        key=_EDITOR,
        hide_index=True,
        height="content",
        disabled=[name for name in _table(standard).columns if name not in figures],
        column_config={
            **{
                name: st.column_config.NumberColumn(min_value=1, max_value=1000, required=True)
                for name in per_job
            },
            **{
                name: st.column_config.NumberColumn(
                    min_value=0.01, max_value=20, step=0.01, required=True
                )
                for name in utilisation
            },
        },
    )
    rows = zip(*(edited[name].astype(float) for name in figures), strict=True)
    own = tuple(
        (name, *row)
        for name, row in zip(standard, rows, strict=True)
        if row != (standard[name].low, standard[name].high, *standard[name].utilisation)
    )
    try:
        with_own(standard, own)
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return
    if own != overrides():
        st.session_state[_OVERRIDES] = own
    if own:
        st.button(t("norms.reset"), icon=":material/undo:", on_click=_reset)


def _reset() -> None:
    st.session_state.pop(_EDITOR, None)
    st.session_state[_OVERRIDES] = ()


def _table(norms: dict[str, jobs.Norm]) -> pd.DataFrame:
    rows = list(norms.values())
    english = texts.language() == "en"
    own = t("norms.own")
    return pd.DataFrame(
        {
            t("table.business_type"): [norm.label_en if english else norm.label for norm in rows],
            t("table.norm_low"): [float(norm.low) for norm in rows],
            t("table.norm_high"): [float(norm.high) for norm in rows],
            t("table.utilisation_low"): [norm.utilisation_low for norm in rows],
            t("table.utilisation_high"): [norm.utilisation_high for norm in rows],
            t("table.norm_basis"): [texts.term("norm_basis", norm.basis) for norm in rows],
            t("table.mark"): [t(f"mark.{norm.mark}") for norm in rows],
            t("table.source"): [
                (norm.source_en if english else norm.source) or own for norm in rows
            ],
        }
    )
