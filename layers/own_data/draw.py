"""A business zone drawn on the map, or the outline of one of them edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.pack.candidate import Extent, Nature, checked, joined
from geo.pack.stories import OF_THE_OUTLINE, with_names
from geo.schema import layers as schema
from geo.schema.text import slug
from layers.app import cache, texts
from layers.app.kept import leaving
from layers.app.texts import t
from layers.maps import drawing, leaflet, sketch
from layers.maps import pages as maps
from layers.own_data import keep, lead

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.pack.candidate import Candidate
    from layers.app.map_script import MapScript
    from layers.app.shell import View

_NEW: Final = ""
_LAYER: Final = "zones"


def show(view: View) -> None:
    """Let the reader choose a zone or begin one, draw it, and lead on to the new version."""
    zones = _zones(view)
    names = texts.labels(
        dict(zip(zones["zone_id"].astype(str), zones["name"], strict=True)), view.pack.directory
    )
    st.session_state.setdefault("data_round", 0)
    around = st.session_state["data_round"]
    chosen = st.selectbox(
        t("table.zone"),
        [_NEW, *names],
        format_func=lambda one: names.get(one, t("data.draw_new")),
        key="data_zone",
    )
    st.caption(t("data.draw_help"))
    present = zones[zones["zone_id"].astype(str) == chosen]
    key = f"data.draw.{around}.{chosen}.{view.version.pack_sha256[:8]}"
    words, picture = st.columns([4, 8], gap="large")
    with picture:
        shape = _drawn(view, present, key)
    with words:
        row = _row(zones, present, key)
        nature = st.radio(
            t("data.nature"),
            # By hand it is a sketch, unless the reader knows better.
            [Nature.ILLUSTRATIVE, Nature.OWN],
            format_func=lambda one: t(f"data.nature_{one.value}"),
            key=f"{key}.nature",
        )
    if shape is None or row is None:
        st.info(t("data.draw_first"), icon=":material/draw:")
        return
    frame = gpd.GeoDataFrame([{**row, "geometry": shape}], crs=schema.CRS)
    frame["illustrative"] = nature is Nature.ILLUSTRATIVE
    told = ("drawn", view.version.pack_sha256, tuple(map(str, row.items())), shape.wkb, nature)
    ids = frozenset({str(row["zone_id"])})
    renamed = present.empty or str(present["name"].iloc[0]) != row["name"]
    classed = not present.empty and (row["abc"] or None) != _known(present["abc"].iloc[0])

    def made() -> Candidate:
        new = joined(checked(_LAYER, frame, view.pack, nature), view.pack, Extent.SAME_ID)
        return with_names(new, view.pack, ids) if renamed else new

    new = cache.draft(told, made)
    source = t("data.drawn_source")
    one = keep.Submission(new, nature, Extent.SAME_ID, told, source, len(frame), ids, drawn=True)
    lead.on(view, one, changed=renamed or classed)


def _known(value: Any) -> str | None:  # noqa: ANN401  # a cell
    return None if pd.isna(value) else str(value)


def _zones(view: View) -> GeoDataFrame:
    if view.pack.has(_LAYER):
        return view.pack.layer(_LAYER)
    columns = list(schema.LAYERS[_LAYER].columns.columns)
    return gpd.GeoDataFrame(columns=[*columns, "geometry"], geometry="geometry", crs=schema.CRS)


def _drawn(view: View, present: GeoDataFrame, key: str) -> BaseGeometry | None:
    def draw() -> MapScript:
        leaflet_map = maps.ground(view, present)
        drawing.add_to(leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_draw"))

    of = ("draw", key, view.version, texts.language())
    ground = cache.map_script(of, draw)
    shapes = sketch.show(ground, key=f"{key}.map", of=of, start=present)
    if not shapes:
        return None
    leaving.would_lose()
    flat, findings = drawing.taken(shapes)
    drawing.tell(findings)
    found: BaseGeometry | None = None if flat.empty else flat.geometry.union_all()
    return found


def _row(zones: GeoDataFrame, present: GeoDataFrame, key: str) -> dict[str, Any] | None:
    """Return the zone's columns, with what the reader says of it; None while it has no name."""
    was = {} if present.empty else present.drop(columns="geometry").iloc[0].to_dict()
    row = {name: None if pd.isna(value) else value for name, value in was.items()}
    name = st.text_input(
        t("column.name"), value=str(row.get("name") or ""), max_chars=120, key=f"{key}.name"
    ).strip()
    classes = [None, *schema.ABC_CLASSES]
    abc = st.selectbox(
        t("column.abc"),
        classes,
        index=classes.index(row.get("abc")),
        format_func=lambda one: one or t("unknown"),
        key=f"{key}.abc",
    )
    if not name:
        return None
    taken = set(zones["zone_id"].astype(str))
    # What tells of the old outline does not tell of the new one.
    row |= dict.fromkeys(set(OF_THE_OUTLINE) & set(row))
    row |= {"name": name, "abc": abc, "source": t("data.drawn_source")}
    if present.empty:
        row["zone_id"] = _free(slug(name), taken)
    return row


def _free(wanted: str, taken: set[str]) -> str:
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
