"""The account of one plot: from its land down to what is vacant, and its floor areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from geo.land.pieces import PIECE_AREAS
from layers.app import style, texts
from layers.app.texts import t
from layers.reserve import charts
from layers.reserve.views import Seen, badges, norm_table, rounded, spans

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def show(what: Seen, chosen: GeoDataFrame) -> None:
    """Show where the plot's land went, what it may carry and does, and the jobs it has room for."""
    row = chosen.iloc[0]
    kind = str(row["class"])
    st.subheader(t("reserve.plot", plot=texts.plain(str(row["parcel_id"]))))
    st.markdown(f"**{texts.term('class', kind)}**")
    st.vega_lite_chart(charts.waterfall(_steps(row)), width="stretch")
    _floors(row)
    room = what.whole.plot_jobs(norm_table(what.view)).loc[chosen.index]
    st.markdown(
        t(
            "reserve.plot_jobs",
            reserve=spans(room, "reserve")[0],
            densification=spans(room, "densification")[0],
        )
    )
    badges(what.view)


def _floors(row: pd.Series) -> None:
    """Allowed floor area of a plot against what stands there, as bars and in words."""
    colours = {
        t("reserve.floor_built"): style.SHARE_COLOURS["built_m2"],
        t("reserve.floor_vacant"): style.SHARE_COLOURS["reserve_m2"],
        t("reserve.floor_existing"): style.PRIMARY,
    }
    built, vacant, existing = colours
    bars = [
        (t("reserve.floor_allowed"), built, row["built_bra_m2"]),
        (t("reserve.floor_allowed"), vacant, row["reserve_bra_m2"]),
        (existing, existing, row["existing_bra_m2"]),
    ]
    known: list[dict[str, Any]] = [
        {"label": label, "part": part, "value": float(area), "shown": _floor(area)}
        for label, part, area in bars
        if pd.notna(area)
    ]
    if row["has_building"] and any(bar["value"] > 0 for bar in known):
        st.html(charts.stacked(known, colours=colours))
    said = []
    if row["has_building"]:
        said.append(
            t(
                "reserve.plot_floor",
                allowed=_floor(row["built_bra_m2"]),
                existing=_floor(row["existing_bra_m2"]),
                utilisation=texts.pct(_known(row["utilisation"])),
            )
        )
    if row["reserve_m2"] > 0:
        said.append(t("reserve.plot_capacity", capacity=_floor(row["reserve_bra_m2"])))
    if said:
        st.markdown(" ".join(said))


def _floor(area_m2: float) -> str:
    return t("unknown") if pd.isna(area_m2) else f"{texts.num(rounded(area_m2))} m² BRA"


def _steps(row: pd.Series) -> list[dict[str, Any]]:
    left = float(row["gross_m2"])
    steps = [_step("gross_m2", 0, left, style.PRIMARY, left)]
    for name in PIECE_AREAS[1:-1]:
        taken = row[name]
        if pd.notna(taken):
            steps.append(_step(name, left, left - taken, style.SHARE_COLOURS[name], -taken))
            left -= float(taken)
        else:
            steps.append(_step(name, left, left, style.SHARE_COLOURS[name], taken))
    vacant = float(row["reserve_m2"])
    return [*steps, _step("reserve_m2", 0, vacant, style.SHARE_COLOURS["reserve_m2"], vacant)]


def _step(name: str, start: float, end: float, colour: str, amount: float) -> dict[str, Any]:
    shown = t("unknown") if pd.isna(amount) else f"{texts.num(amount)} m²"
    label = t(f"share.{name}")
    return {"label": label, "start": start, "end": end, "colour": colour, "shown": shown}


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
