"""Outlines of municipalities as a map shows them: no finer than its first view, borders shared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

LEAST_DETAIL_M: Final = 50.0  # a county is seen at 1:500 000
_STEPS: Final = 1_000  # of the map's longer side: two for each pixel that it has when it opens
_DEGREE_M: Final = 111_000.0  # of latitude
_ERROR: Final = 0.1  # of the detail: what rounding may move a corner by


def drawn(placed: GeoDataFrame) -> GeoDataFrame:
    """
    Return municipalities with outlines for a map of them all.

    A country's corners are megabytes, of which a map of the country shows one in three. What two
    outlines share they share still. Islands smaller than the detail are left out, but for the
    largest part of each.

    Parameters
    ----------
    placed
        With outlines in metres, none of them missing.

    Returns
    -------
    GeoDataFrame
        The same rows, in the same system.
    """
    west, south, east, north = placed.total_bounds
    detail = max(LEAST_DETAIL_M, max(east - west, north - south) / _STEPS)
    shapes = _without_islets(placed.geometry, detail)
    # Of one alone there is nothing to share.
    simple = shapes.simplify_coverage(detail) if len(shapes) > 1 else shapes.simplify(detail)
    decimals = math.ceil(math.log10(_DEGREE_M / 2 / (_ERROR * detail)))
    degrees = shapely.transform(
        simple.to_crs(4326).to_numpy(), lambda corners: corners.round(decimals)
    )
    rounded = gpd.GeoSeries(degrees, index=placed.index, crs=4326)
    return placed.set_geometry(rounded.to_crs(placed.crs))


def _without_islets(outlines: GeoSeries, detail: float) -> GeoSeries:
    parts, of = shapely.get_parts(outlines.to_numpy(), return_index=True)
    size = shapely.area(parts)
    largest = np.zeros(len(outlines))
    np.maximum.at(largest, of, size)
    kept = (size >= detail**2) | (size == largest[of])
    merged = shapely.multipolygons(parts[kept], indices=of[kept])
    return gpd.GeoSeries(merged, index=outlines.index, crs=outlines.crs)
