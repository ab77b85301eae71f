"""The municipalities on a map, darker the more they have, and grey where it is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import folium
import pandas as pd
import streamlit as st

from geo.comparison import measures, ranking
from layers.app import cache, texts
from layers.app.texts import t
from layers.comparison import choices, outlines, words
from layers.maps import labels, leaflet

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

    from layers.app.map_script import MapScript
    from layers.comparison.choices import Compared

_FURTHEST: Final = 4  # zoom: the whole country


def show(what: Compared) -> None:
    """Show the map with its classes; a click marks a municipality."""
    placed = what.rows[what.rows.geometry.notna()]
    if placed.empty:
        st.info(t("compare.no_outlines"), icon=":material/help:")
        return
    moving = folium.FeatureGroup(name="moving", control=False)
    if what.chosen in placed.index:
        one = placed.loc[[what.chosen]]
        leaflet.casing(one, "compare_chosen").add_to(moving)
        leaflet.shapes(one, "compare_chosen").add_to(moving)

    def click(_kind: str, number: str) -> None:
        choices.choose(number)

    key = ("comparison", what.summary.digest, what.set, what.name, texts.language())
    leaflet.show(
        cache.map_script(key, lambda: _drawn(what, placed)),
        key="compare_map",
        height=460,
        moving=moving,
        on_click=click,
        names=_classes(what),
    )
    if len(placed) < len(what.rows):
        st.caption(t("compare.without_outline", count=len(what.rows) - len(placed)))


def _drawn(what: Compared, placed: GeoDataFrame) -> MapScript:
    leaflet_map = leaflet.bare(bounds_of=placed, furthest=_FURTHEST)
    shown = outlines.drawn(placed).assign(
        value=what.places["value"], kind=_kinds(what), certainty=what.certainty
    )

    def tip(row: Series) -> str:
        figure = words.sure(words.value(what.measure, row["value"]), row["certainty"])
        return leaflet.tip_lines(
            row["name"],
            f"{t(f'compare.measure_{what.name}')}: {figure}",
            *what.told_places(str(row["municipality_no"])),
            *words.remarks(row),
            t("compare.made_up") if not pd.isna(row["synthetic_layers"]) else "",
        )

    for kind, rows in shown.groupby("kind"):
        leaflet.clickable(rows, str(kind), id_column="municipality_no", tip=tip).add_to(leaflet_map)
    labels.names(shown, "name", within=True).add_to(leaflet_map)
    title = t("compare.map_title", measure=t(f"compare.measure_{what.name}"))
    return leaflet.script(leaflet_map, title)


def _kinds(what: Compared) -> Series:
    found = ranking.classes(what.places["value"])
    kinds = found.map(lambda one: "compare_none" if pd.isna(one) else f"compare_{int(one)}")
    unknown = measures.unknown(what.rows, what.measure).reindex(kinds.index)
    return kinds.mask(unknown, "compare_unknown")


def _classes(what: Compared) -> dict[str, str]:
    """Say from which to which figure each class goes."""
    value = what.places["value"]
    return {
        f"compare_{int(number)}": words.span_of(what.measure, rows.min(), rows.max())
        for number, rows in value.groupby(ranking.classes(value))
    }
