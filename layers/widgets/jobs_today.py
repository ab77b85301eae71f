"""Jobs that are there today: of a zone or the corridor, and in the growth areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from geo import jobs_today
from geo.geometry.crs import union_of
from geo.geometry.scale import areas_of
from geo.jobs_today import FIGURES, M2_PER_DAA
from layers.app import cache, explain, texts
from layers.app.texts import t
from layers.widgets import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from layers.app.shell import View

LAYER: Final = "businesses"
_ALL: Final = 0.9995  # of the corridor; above it is 100 % as it is written
_DECIMALS_BELOW: Final = 10.0  # jobs per dekar; from here on decimals say nothing


def missing(view: View) -> bool:
    """Say in one line where the pack has no businesses, and how they come in."""
    if view.pack.has(LAYER):
        return False
    # Only some servers have the page that it comes in by.
    bare = t("page.missing_layer", layer=t(f"layer.{LAYER}"))
    st.caption(bare if cache.is_public() else t("jobs_today.missing"))
    return True


def of_zone(view: View, zone: GeoDataFrame) -> None:
    """Show today's jobs in a zone; a business on the border of two zones is in one of them."""
    if missing(view):
        return
    zone_id, zones = str(zone["zone_id"].iloc[0]), view.pack.layer("zones")
    ids = zones["zone_id"].astype(str).to_numpy()

    def inside(where: NDArray[Any]) -> NDArray[Any]:
        own: NDArray[Any] = (where >= 0) & (ids[np.maximum(where, 0)] == zone_id)
        return own

    _show(view, zones, inside, float(areas_of(zone).sum()), key=f"zone.{zone_id}")
    view.badges("zones", LAYER)


def of_corridor(view: View, outline: GeoDataFrame) -> None:
    """Show today's jobs in the corridor: in the municipality's part of it, which is what is had."""
    if missing(view):
        return
    width, part = f"{outline['width_m'].iloc[0]:g}", _own_part(view, outline)
    area = float(areas_of(part).sum())
    _show(view, part, lambda where: where >= 0, area, key=f"corridor.{width}")
    share = area / float(areas_of(outline).sum())
    if share < _ALL:
        name = texts.plain(view.pack.name)
        st.caption(t("jobs_today.own_part", name=name, share=texts.pct(share)))
    view.badges("corridor_nodes", LAYER)


def _own_part(view: View, outline: GeoDataFrame) -> GeoDataFrame:
    """Return what of the outline lies in the pack's municipality; all of it where none is known."""
    if not view.pack.has("municipality"):
        return outline
    frame = view.pack.layer("municipality")
    own = frame[frame["municipality_no"] == view.pack.municipality_no]
    if own.empty:
        return outline
    return outline.assign(geometry=outline.geometry.intersection(union_of(own)))


def _show(
    view: View,
    areas: GeoDataFrame,
    inside: Callable[[NDArray[Any]], NDArray[Any]],
    area_m2: float,
    *,
    key: str,
) -> None:
    businesses = view.pack.layer(LAYER)

    def reckoned() -> tuple[dict[str, float], dict[str, float], pd.DataFrame]:
        where = jobs_today.places(businesses, areas)
        rows = businesses[inside(where)]
        nowhere = jobs_today.figures(businesses[where == jobs_today.NOWHERE])
        found = jobs_today.figures(rows)
        if jobs_today.unlocated(where):
            found = dict.fromkeys(found, float("nan"))
        return found, nowhere, jobs_today.by_industry(rows)

    answer = cache.answer(("jobs_today", view.version.pack_sha256, key), reckoned)
    found, nowhere, industries = answer
    st.header(t("jobs_today.heading"))
    columns = st.columns(3)
    told = texts.jobs_today(found), texts.num(found["firms_today"]), _per_daa(found, area_m2)
    for column, label, value, figure in zip(
        columns,
        (t("jobs_today.jobs"), t("jobs_today.firms"), t("jobs_today.per_daa")),
        told,
        ("jobs_today", "firms_today", "jobs_today_density"),
        strict=True,
    ):
        explain.metric(column, label, value, figure=figure)
    if not industries.empty:
        with st.expander(t("jobs_today.by_industry")):
            _industries(industries, key=f"jobs_today.{key}")
    said = [unnumbered(found), unplaced(nowhere)]
    if any(said):
        st.caption(" ".join(one for one in said if one))


def whole(view: View) -> dict[str, float]:
    """Return the figures of all businesses, wherever they are."""
    return jobs_today.figures(view.pack.layer(LAYER))


def unnumbered(found: Mapping[str, float]) -> str:
    """Tell of businesses of which no number is known; nothing where there are none."""
    count = found["firms_today_unknown"]
    return t("jobs_today.unnumbered", count=int(count)) if count > 0 else ""


def unplaced(nowhere: Mapping[str, float]) -> str:
    """Tell of businesses that have no known place; nothing where there are none."""
    count = int(nowhere["firms_today"])
    return t("jobs_today.unplaced", count=count, jobs=texts.jobs_today(nowhere)) if count else ""


def _per_daa(found: Mapping[str, float], area_m2: float) -> str:
    if not area_m2 > 0:
        return t("unknown")
    low, high = (found[name] / area_m2 * M2_PER_DAA for name in FIGURES[2:])
    decimals = 0 if high >= _DECIMALS_BELOW else 1
    first, last = texts.num(low, decimals), texts.num(high, decimals)
    return texts.or_more(first if first == last else f"{first}–{last}", found)


def _industries(table: pd.DataFrame, *, key: str) -> None:
    rows = pd.DataFrame(
        {
            t("table.industry"): [t(f"industry.{code}") for code in table.index],
            t("table.firms"): table["firms_today"],
            t("table.jobs_today"): [texts.jobs_today(row) for _, row in table.iterrows()],
        }
    )
    tables.show(rows, {t("table.firms"): texts.num}, key=key)
    explain.beside("jobs_today", "firms_today", key="industries")
