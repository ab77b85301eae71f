"""Frames made ready for measuring: one projected reference system, and geometries of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.errors import CrsError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

_WEB_MERCATOR: Final = 3857  # projected, but its areas are four times too large at 60° north


def require_common_crs(**frames: GeoDataFrame) -> None:
    """
    Check that all frames are in one projected reference system, in which areas can be measured.

    Web Mercator (EPSG:3857) is projected, but not for measuring: it is refused.

    Raises
    ------
    CrsError
        If a frame has no reference system; `layer` is the frame's keyword. If the systems differ,
        or are geographic or Web Mercator.
    """
    for layer, frame in frames.items():
        if frame.crs is None:
            raise CrsError("error.crs_missing", layer=layer)
    systems = [frame.crs for frame in frames.values()]
    first, last = systems[0], systems[-1]
    measurable = first.is_projected and first.to_epsg() != _WEB_MERCATOR
    if not measurable or any(first != other for other in systems[1:]):
        raise CrsError("error.crs_mismatch", first=_crs_name(first), second=_crs_name(last))


def own_shapes(frame: GeoDataFrame) -> NDArray[np.object_]:
    """
    Copy a frame's geometries, made valid and flat.

    Copies, since the caller's geometries may be shared between threads, and a shared geometry
    that one of them prepares crashes the process.
    """
    return np.asarray(shapely.make_valid(shapely.force_2d(frame.geometry.to_numpy())))


def union_of(frame: GeoDataFrame) -> BaseGeometry:
    """Union of a frame's geometries, empty where there are none; safe to prepare."""
    return shapely.union_all(own_shapes(frame))


def _crs_name(crs: CRS) -> str:
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else str(crs.name)
