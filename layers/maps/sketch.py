"""What a reader draws on a map, kept while the map is away, and put there by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
import streamlit as st
from shapely.errors import ShapelyError

from geo.schema import layers as schema
from layers.maps import drawing, leaflet

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from geopandas import GeoDataFrame

    from layers.app.map_script import MapScript

_KEPT: Final = "sketch.kept"  # what is on the map, as it last told
_BEGUN: Final = "sketch.begun"  # of which map it was begun, and with what on it
_ROUND: Final = "sketch.round"  # how often it was put there from elsewhere

_DRAWN: Final = ("Point", "Polygon")  # what the buttons of a map make


def show(
    drawn: MapScript,
    *,
    key: str,
    of: Hashable,
    start: GeoDataFrame | None = None,
    height: int = 480,
) -> list[dict[str, Any]] | None:
    """
    Show a map for drawing, with what was drawn on it when it was left.

    Parameters
    ----------
    drawn
        The map, with the buttons of `layers.maps.drawing`.
    of
        What the map is of. A map that stays on screen keeps what it began with, for with another
        beginning it is drawn anew.
    start
        What is on the map before anything is drawn.

    Returns
    -------
    What is on it now as GeoJSON features in EPSG:4326; None as long as nothing has been touched.
    """
    kept = now_on(key)
    was_of, begun = st.session_state.get(f"{key}.{_BEGUN}", (None, kept))
    if was_of != of:
        begun = kept
    round_ = st.session_state.get(f"{key}.{_ROUND}", 0)
    first = start if begun is None else _frame(begun)
    now = leaflet.draw(
        drawing.started_with(drawn, first),
        key=f"{key}.{round_}" if round_ else key,
        height=height,
    )
    if now is None and begun != kept:  # the map was away, and knows of nothing drawn on it since
        st.session_state[f"{key}.{_BEGUN}"] = (of, kept)
        st.rerun()
    shapes = begun if now is None else now
    st.session_state.update({f"{key}.{_BEGUN}": (of, begun), f"{key}.{_KEPT}": shapes})
    return shapes


def now_on(key: str) -> list[dict[str, Any]] | None:
    """Return what is on the map, as it last told; None before anything was touched."""
    kept: list[dict[str, Any]] | None = st.session_state.get(f"{key}.{_KEPT}")
    return kept


def put(key: str, shapes: list[dict[str, Any]] | None) -> None:
    """
    Put shapes on the map in place of what is there; None is as before anything was touched.

    To be called before it is shown. In the browser it is another map, which knows of none before.
    """
    st.session_state[f"{key}.{_KEPT}"] = shapes
    st.session_state.pop(f"{key}.{_BEGUN}", None)
    st.session_state[f"{key}.{_ROUND}"] = st.session_state.get(f"{key}.{_ROUND}", 0) + 1


def put_back(key: str, found: object) -> None:
    """Put on the map what a draft says was drawn there, where that is something of the kind."""
    shapes = told(found)
    if shapes is not None:
        put(key, shapes)


def told(found: object) -> list[dict[str, Any]] | None:
    """Return what a draft holds as shapes of a map; None where that is nothing of the kind."""
    if not isinstance(found, list):
        return None
    try:
        frame = _frame(found)
        corners = shapely.get_coordinates(frame.geometry.array)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ShapelyError):
        return None
    drawn = frame.geom_type.isin(_DRAWN).all() and not frame.geometry.is_empty.any()
    return found if drawn and np.isfinite(corners).all() else None


def features(frame: GeoDataFrame) -> list[dict[str, Any]]:
    """Return a frame's shapes as the map tells of them."""
    found = frame[["geometry"]].to_crs(4326).__geo_interface__["features"]
    return [{"type": "Feature", "properties": {}, "geometry": one["geometry"]} for one in found]


def frame_of(shapes: Sequence[dict[str, Any]]) -> GeoDataFrame:
    """Return shapes as the map tells of them in EPSG:25832, as they are."""
    return _frame(shapes).to_crs(schema.CRS)


def _frame(shapes: Sequence[dict[str, Any]]) -> GeoDataFrame:
    if not shapes:
        return gpd.GeoDataFrame(geometry=[], crs=4326)
    return gpd.GeoDataFrame.from_features(shapes, columns=["geometry"], crs=4326)
