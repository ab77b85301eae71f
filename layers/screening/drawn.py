"""Sites drawn on the map: kept while the reader looks elsewhere, and repaired as a file's are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import streamlit as st

from geo.schema import layers as schema
from layers.app import cache, texts
from layers.app.texts import t
from layers.maps import drawing, leaflet
from layers.maps import pages as maps

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from layers.app.map_script import MapScript
    from layers.app.shell import View

_DRAWN: Final = "screen_drawn"  # what is on the map, as it last told
_BEGUN: Final = "screen_begun"  # which map was begun, and with what on it


def sites(view: View) -> GeoDataFrame | None:
    """
    Let the reader draw sites; None before there is one that can be used.

    What was repaired is in ``attrs["assumptions"]``, as of a file.
    """
    st.caption(t("screen.draw_help"))
    shapes = _shapes(view)
    if not shapes:
        return None
    frame, findings = drawing.taken(
        shapes, schema.POINT | schema.POLYGON, called="screen.name_draw"
    )
    if frame.empty:
        drawing.tell(findings)
        return None
    frame.attrs["assumptions"] = findings
    return frame


def _shapes(view: View) -> list[dict[str, Any]]:
    """Show the map, with what was drawn on it when it was left, and return what is on it now."""
    kept: list[dict[str, Any]] = st.session_state.get(_DRAWN, [])
    key = ("screen", view.version.pack_sha256, texts.language())
    # A map that stays on screen keeps its script, for with another it is drawn anew.
    of, begun = st.session_state.get(_BEGUN, (None, kept))
    if of != key:
        begun = kept

    def draw() -> MapScript:
        leaflet_map = maps.ground(view, gpd.GeoDataFrame(geometry=[], crs=schema.CRS))
        drawing.add_to(leaflet_map, several=True)
        return leaflet.script(leaflet_map, t("map.title_draw"))

    start = gpd.GeoDataFrame.from_features(begun, crs=4326) if begun else None
    script = drawing.started_with(cache.map_script(key, draw), start)
    now = leaflet.draw(script, key="screen_map", height=460)
    if now is None and begun != kept:  # the map was away, and knows of nothing drawn on it since
        st.session_state[_BEGUN] = (key, kept)
        st.rerun()
    shapes = begun if now is None else now
    st.session_state.update({_BEGUN: (key, begun), _DRAWN: shapes})
    return shapes
