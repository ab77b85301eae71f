"""One hit in full beside its list: size, distances, plan, score, and the way on to screening it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.register.fields import PART
from layers.app import shell, texts
from layers.app.texts import t
from layers.search import picking, table
from layers.widgets import onward, site_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

    from geo.search.ranking import Result
    from layers.app.shell import View

_MOST_BUTTONS: Final = 3


def show(view: View, found: Result) -> None:
    """Show the hit that is looked at."""
    hits = found.hits
    if hits.empty:
        return
    at = picking.place(hits)
    hit = hits.iloc[at]
    zone = t("unknown") if pd.isna(hit["zone_name"]) else str(hit["zone_name"])
    plots = texts.plain(str(hit["parcel_ids"]))
    with st.container(border=True, key="search_details"):
        st.subheader(t("search.details", rank=hit["rank"], zone=texts.plain(zone)))
        st.markdown("\n".join(f"- {line}" for line in _lines(view, found, hit, plots)))
        _onward(view, hits.iloc[[at]], hit)


def _lines(view: View, found: Result, hit: Series, plots: str) -> list[str]:
    lines = [_size(hit, plots)]
    lines.append(_station(hit))
    if pd.notna(hit["road_m"]):
        road = t("unknown") if pd.isna(hit["road"]) else texts.plain(str(hit["road"]))
        lines.append(t("search.detail_road", metres=texts.num(hit["road_m"]), road=road))
    if isinstance(hit.get("site_name"), str):
        lines.append(t("search.detail_site", **site_words.told(hit)))
    bra = texts.num(hit["allowed_bra_m2"])
    share = hit["cut"] and pd.notna(hit["allowed_bra_m2"])
    lines.append(t("search.detail_bra_cut" if share else "search.detail_bra", bra=bra))
    said = texts.plain(table.standing(view, hit)) or t(f"search.plan_{hit['plan']}")
    lines.append(said[0].upper() + said[1:])
    terms = ", ".join(
        f"{t(f'search.term_{name}')} {_points(hit[f'term_{name}'])}" for name in found.counted
    )
    lines.append(t("search.detail_score", score=texts.num(100 * hit["score"]), terms=terms))
    return lines


def _size(hit: Series, plots: str) -> str:
    area = texts.daa(hit["area_m2"])
    if not hit["cut"]:
        return t("search.detail_size", area=area, plots=plots)
    whole, rest = texts.daa(hit["part_area_m2"]), texts.daa(hit["rest_m2"])
    parts = int(hit["rest_parts"])
    return t("search.detail_cut", area=area, whole=whole, plots=plots, rest=rest, parts=parts)


def _station(hit: Series) -> str:
    if pd.isna(hit["station_m"]):
        return t("search.detail_no_station")
    name = t("unknown") if pd.isna(hit["station"]) else texts.plain(str(hit["station"]))
    straight = texts.num(hit["station_m"])
    if pd.isna(hit["network_m"]):
        return t("search.detail_straight", station=name, straight=straight)
    return t(
        "search.detail_both",
        station=name,
        straight=straight,
        road=texts.num(hit["network_m"]),
        basis=t(f"search.network_{hit['network_basis']}"),
    )


def _points(term: float) -> str:
    return t("unknown") if pd.isna(term) else texts.num(100 * term)


def _onward(view: View, row: GeoDataFrame, hit: Series) -> None:
    with st.container(horizontal=True):
        onward.to_register(view, row, ref=str(hit["parcel_ids"]), origin=PART)
        if hit["cut"]:
            if st.button(t("search.screen_cut"), icon=":material/fact_check:"):
                shell.open_drawn(row)
            return
        for plot in str(hit["parcel_ids"]).split(", ")[:_MOST_BUTTONS]:
            if st.button(t("search.screen", plot=plot), icon=":material/fact_check:"):
                shell.open_screening(plot)
