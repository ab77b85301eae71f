"""Sites drawn on the map: kept while the reader looks elsewhere, and repaired as a file's are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import streamlit as st

from geo.schema import layers as schema
from layers.app import cache, texts
from layers.app.texts import t
from layers.maps import drawing, leaflet, sketch
from layers.maps import pages as maps
from layers.screening import site_link

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from layers.app.map_script import MapScript
    from layers.app.shell import View

MAP: Final = "screen_map"
_HEIGHT: Final = 460
_TOLD: Final = "screen_told"  # what stands above the map once a site is drawn


def sites(view: View) -> GeoDataFrame | None:
    """
    Let the reader draw sites; None before there is one that can be used.

    What was repaired is in ``attrs["assumptions"]``, as of a file.
    """
    told = st.empty()  # of as many lines whether anything is drawn or not: the map stays in place
    told.caption(st.session_state.get(_TOLD) or t("screen.draw_help"))
    frame = _sites(view)
    done = None
    if frame is not None:
        # The map fills the window: the answer has come below it.
        done = t("screen.draw_done", site="site" if len(frame) == 1 else "sites")
    told.caption(done or t("screen.draw_help"))
    st.session_state[_TOLD] = done
    return frame


def _sites(view: View) -> GeoDataFrame | None:
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
    """Show the map, with what was drawn on it or what a link brings, and return what is on it."""
    site_link.follow(MAP)
    key = ("screen", view.version.pack_sha256, texts.language())

    def draw() -> MapScript:
        leaflet_map = maps.ground(view, gpd.GeoDataFrame(geometry=[], crs=schema.CRS))
        drawing.add_to(leaflet_map, several=True)
        return leaflet.script(leaflet_map, t("map.title_draw"))

    sketch.show(cache.map_script(key, draw), key=MAP, of=key, height=_HEIGHT)
    return site_link.keep(MAP)
