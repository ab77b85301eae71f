"""Where an entry lies: kept, drawn on the map, a zone, plots, from a file, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.ledger.entries import KEEP, Keep
from geo.schema import layers as schema
from geo.schema.findings import gathered
from layers.app import cache, texts
from layers.app.texts import t, zone_names
from layers.maps import drawing, leaflet, plot_picker, sketch
from layers.maps import pages as maps
from layers.widgets import uploads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from layers.app.kept.forms import Form
    from layers.app.map_script import MapScript
    from layers.app.shell import View

KEPT, DRAWN, ZONE, PLOT, FILE, NOWHERE = "keep", "draw", "zone", "plot", "file", "none"
_NEEDED: Final = {ZONE: "zones", PLOT: "parcels"}  # the layer of the pack that a way takes


def chooser(
    view: View,
    present: GeoDataFrame | None,
    form: Form,
    *,
    ways: Sequence[str],
    allowed: frozenset[str],
    new: bool = False,
) -> BaseGeometry | Keep | None:
    """
    Let the reader say where an entry lies, with a map to see it on.

    Parameters
    ----------
    present
        The entry's one row; None for a new one.
    form
        Tells the widgets of one entry and revision from those of another.
    ways
        To choose from, but for `KEPT`, which an entry that is there has first.
    allowed
        Types of geometry that an entry may have.
    new
        `present` is only what a new entry begins from, to be drawn on: it cannot stay unseen.

    Returns
    -------
    Geometry in EPSG:25832, `KEEP` for the present one, or None for unknown.
    """
    ways = [way for way in ways if way not in _NEEDED or view.pack.has(_NEEDED[way])]
    if present is not None and not new:
        ways = [KEPT, *ways]
    way = st.radio(
        t("place.way"),
        ways,
        index=ways.index(form.begun_place("way", ways[0], ways.__contains__)),
        horizontal=True,
        format_func=lambda name: t(f"place.{name}"),
        key=f"{form.key}.way",
    )
    told: str | None = None
    found: BaseGeometry | Keep | None = KEEP
    if way == DRAWN:
        found = _drawn(view, present, form, allowed)
    elif way == ZONE:
        told, found = _in_zone(view, form)
    elif way == PLOT:
        told, found = _plots(view, form)
    elif way == FILE:
        found = _from_file(view, form.key)
    elif way == NOWHERE:
        st.caption(t("place.none_help"))
        found = None
    given = {way: told} if way in _NEEDED else {}
    form.note_place(way, ways[0], shapes=sketch.now_on(form.map_key), **given)
    return found


def _drawn(
    view: View, present: GeoDataFrame | None, form: Form, allowed: frozenset[str]
) -> BaseGeometry | Keep | None:
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
    sound, findings = drawing.taken(shapes, allowed)
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


def _plots(view: View, form: Form) -> tuple[str | None, BaseGeometry | None]:
    begun = form.begun_place(PLOT, "", lambda value: isinstance(value, str))
    asked, plots = plot_picker.ask(view, begun, key=f"{form.key}.plot")
    return asked.strip() or None, None if plots is None else pd.concat(plots).union_all()


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
