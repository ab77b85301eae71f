"""Where a project lies: kept, drawn on the map, taken from a zone or from a file, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import streamlit as st

from geo.ledger.entries import KEEP, Keep
from geo.schema import layers as schema
from geo.schema.findings import gathered
from layers.app import cache, texts
from layers.app.texts import t, zone_names
from layers.maps import drawing, leaflet, sketch
from layers.maps import pages as maps
from layers.widgets import uploads

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from layers.app.map_script import MapScript
    from layers.app.shell import View
    from layers.projects.unsaved import Form

KEPT, DRAWN, ZONE, FILE, NOWHERE = "keep", "draw", "zone", "file", "none"


def chooser(view: View, present: GeoDataFrame | None, form: Form) -> BaseGeometry | Keep | None:
    """
    Let the reader say where a project lies, with a map to see it on.

    Parameters
    ----------
    present
        The project's one row; None for a new project.
    form
        Tells the widgets of one project and revision from those of another.

    Returns
    -------
    Geometry in EPSG:25832, `KEEP` for the present one, or None for unknown.
    """
    ways = [DRAWN, *([ZONE] if view.pack.has("zones") else []), FILE, NOWHERE]
    if present is not None:
        ways = [KEPT, *ways]
    way = st.radio(
        t("place.way"),
        ways,
        index=ways.index(form.begun_place("way", ways[0], ways.__contains__)),
        horizontal=True,
        format_func=lambda name: t(f"place.{name}"),
        key=f"{form.key}.way",
    )
    zone: str | None = None
    found: BaseGeometry | Keep | None = KEEP
    if way == DRAWN:
        found = _drawn(view, present, form)
    elif way == ZONE:
        zone, found = _in_zone(view, form)
    elif way == FILE:
        found = _from_file(view, form.key)
    elif way == NOWHERE:
        st.caption(t("place.none_help"))
        found = None
    form.note_place(way, ways[0], zone)
    return found


def _drawn(view: View, present: GeoDataFrame | None, form: Form) -> BaseGeometry | Keep | None:
    st.caption(t("place.draw_help"))
    start = gpd.GeoDataFrame(geometry=[], crs=schema.CRS) if present is None else present
    start = maps.placed(start)

    def draw() -> MapScript:
        leaflet_map = maps.ground(view, start)
        drawing.add_to(leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_draw"))

    key = maps.key_of(view, "draw", form.key, frame=start, columns=())
    ground = cache.map_script(key, draw)
    shapes = sketch.show(ground, key=form.map_key, of=key, start=start, height=420)
    if shapes is None:  # nothing has been touched
        return None if present is None else KEEP
    if not shapes:
        return None
    sound, findings = drawing.taken(shapes, schema.POINT | schema.POLYGON)
    drawing.tell(findings)
    if sound.empty:  # what is drawn cannot be used, and says so: the place that was is no less true
        return None if present is None else KEEP
    drawn: BaseGeometry = sound.geometry.union_all()
    return drawn


def _in_zone(view: View, form: Form) -> tuple[str | None, BaseGeometry | None]:
    names = zone_names(view.pack)
    known = list(names)
    begun = form.begun_place("zone", None, known.__contains__)
    zone = st.selectbox(
        t("table.zone"),
        known,
        index=known.index(begun) if begun is not None else 0,
        format_func=lambda name: names[name],
        key=f"{form.key}.zone",
    )
    zones = view.pack.layer("zones")
    row = zones[zones["zone_id"].astype(str) == zone]
    st.caption(t("place.zone_help"))
    spot: BaseGeometry | None = None if row.empty else row.geometry.iloc[0].representative_point()
    return zone, spot


def _from_file(view: View, key: str) -> BaseGeometry | None:
    sites = uploads.sites(view, key=key)
    if sites is None:
        return None
    st.caption(t("screen.file_not_kept"))
    for note in gathered(sites.attrs.get("assumptions", [])):
        st.caption(texts.plain(note.say(texts.language())))
    names = [f"{place + 1}: {name}" for place, name in enumerate(_named(sites))]
    picked: Any = st.selectbox(t("place.which"), names, key=f"{key}.feature")
    found: BaseGeometry = sites.geometry.iloc[names.index(picked)]
    return found


def _named(sites: GeoDataFrame) -> list[str]:
    for column in ("name", "id"):
        if column in sites:
            return [str(value) for value in sites[column]]
    return [t("place.feature")] * len(sites)
