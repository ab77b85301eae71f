"""The state of every layer at a glance: whose it is, how old, how many, and on what terms."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.schema import layers as schema
from layers.app import texts
from layers.app.texts import NORWAY, t
from layers.widgets import tables
from layers.widgets.layer_state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.pack.read import Pack
    from layers.app.shell import View

_DONE: Final = "data_done"
_YEAR: Final = re.compile(r"(?<!\d)(19|20)\d{2}(?!\d)")


def announce(text: str) -> None:
    """Keep something to be said when the page is drawn anew."""
    st.session_state[_DONE] = text


def done() -> None:
    """Say what has just been done."""
    if said := st.session_state.pop(_DONE, None):
        st.toast(said, icon=":material/check:", duration="long")


def table(view: View) -> None:
    """Show every layer that a pack may hold."""
    pack = view.pack
    counted = pd.Series([state_of(pack, name) for name in schema.LAYERS]).value_counts()
    st.markdown(" · ".join(f"{t(f'state.{name}')}: **{count}**" for name, count in counted.items()))
    st.caption(t("data.state_help"))
    rows = [
        {
            t("table.layer"): t(f"layer.{name}"),
            t("table.state"): t(f"state.{state_of(pack, name)}"),
            t("table.features"): float(len(pack.layer(name))) if pack.has(name) else float("nan"),
            t("table.date"): _own(pack, name, "date"),
            t("data.age"): _age(pack.info(name).date),
            t("table.source"): _own(pack, name, "source"),
            t("table.licence"): _own(pack, name, "licence"),
            t("data.accuracy"): _own(pack, name, "accuracy"),
        }
        for name in schema.LAYERS
    ]
    formats: dict[str, Callable[[Any], str]] = {
        t("table.features"): texts.num,
        t("data.age"): _years,
    }
    tables.show(pd.DataFrame(rows), formats, key="data_layers")


def _own(pack: Pack, name: str, member: str) -> str:
    return texts.of_pack(getattr(pack.info(name), member), pack.directory) or t("unknown")


def _years(years: float) -> str:
    return t("unknown") if pd.isna(years) else t("data.years", count=int(years))


def _age(date: str | None) -> float:
    """Years since the latest year that a date names; NaN where it names none."""
    years = [int(found.group()) for found in _YEAR.finditer(date or "")]
    return dt.datetime.now(NORWAY).year - max(years) if years else float("nan")
