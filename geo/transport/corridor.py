"""The corridor along the axis Lørenskog–Ahus–Lillestrøm–Kjeller, and what lies in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import PackError, ParameterError
from geo.geometry.crs import own_shapes, require_common_crs, union_of
from geo.geometry.scale import area_factors, areas_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series
    from shapely import LineString

# The regional plan describes the axis as a priority area, and the strategy wants it looked at but
# draws no boundary: the widths below are our assumption (A), to be shown as one and set by the
# reader.
WIDTH_M: Final = 1000.0  # A
MIN_WIDTH_M: Final = 500.0  # A
MAX_WIDTH_M: Final = 3000.0  # A

WIDTH_LIMIT_M: Final = 20_000.0  # wider than this is a slip of the unit, not a corridor

_SEGMENTS_PER_QUARTER: Final = 32  # of a round cap; leaves 0.04 % out of the circle


def axis(nodes: GeoDataFrame) -> LineString:
    """
    Line through the nodes by ascending `seq`.

    Parameters
    ----------
    nodes
        Points with column `seq` (layer ``corridor_nodes``), in any order and reference system.
        Nodes without a place or a number in the sequence are left out.

    Returns
    -------
    LineString
        In the coordinates of `nodes`, without heights.

    Raises
    ------
    PackError
        If there is no column `seq`.
    ParameterError
        If fewer than two different places remain.
    """
    if "seq" not in nodes:
        raise PackError("error.missing_column", layer="corridor_nodes", column="seq")
    numbered = nodes[nodes["seq"].notna()].sort_values("seq", kind="stable")
    coordinates = shapely.get_coordinates(numbered.geometry.array)  # none for a missing place
    places = len(np.unique(coordinates, axis=0))
    if places < 2:  # noqa: PLR2004  # a line has two ends
        raise ParameterError("error.too_few_nodes", count=places)
    return shapely.LineString(coordinates)


def corridor_polygon(nodes: GeoDataFrame, *, width_m: float = WIDTH_M) -> GeoDataFrame:
    """
    Band of the given width along the axis, with round ends.

    Parameters
    ----------
    nodes
        Points with column `seq`, in a projected reference system (EPSG:25832).
    width_m
        Full width of the band, metres: half of it on each side of the axis.

    Returns
    -------
    GeoDataFrame
        One row in the reference system of `nodes`: the polygon, `width_m`, `length_m` (of the
        axis) and `area_m2`.

    Raises
    ------
    ParameterError
        If the width is no number of metres above 0 and up to `WIDTH_LIMIT_M`.
    CrsError
        If the nodes are not in a known projected reference system.
    PackError, ParameterError
        As in `axis`.
    """
    if not (math.isfinite(width_m) and 0 < width_m <= WIDTH_LIMIT_M):
        raise ParameterError("error.width_out_of_range", width=f"{width_m:g}")
    require_common_crs(corridor_nodes=nodes)
    line = axis(nodes)
    metre = math.sqrt(area_factors(np.array([line]), nodes.crs)[0])  # on the ground
    half = width_m / 2 / metre
    band = shapely.buffer(line, half, quad_segs=_SEGMENTS_PER_QUARTER, cap_style="round")
    frame = gpd.GeoDataFrame(
        {"width_m": [width_m], "length_m": [line.length * metre]}, geometry=[band], crs=nodes.crs
    )
    frame.insert(2, "area_m2", areas_of(frame))
    return frame


def coverage(frame: GeoDataFrame, corridor: GeoDataFrame) -> DataFrame:
    """
    Area of each polygon, and how much of it the corridor covers.

    Parameters
    ----------
    frame, corridor
        Polygons in the same projected reference system (EPSG:25832). Where `corridor` has several
        rows their union counts, overlaps once.

    Returns
    -------
    DataFrame
        `area_m2`, `inside_m2` and `share` (0–1), indexed as `frame`. All three are NaN where the
        geometry is missing, and `share` where the geometry has no area.

    Raises
    ------
    CrsError
        If the two are not in the same projected reference system.
    """
    require_common_crs(layer=frame, corridor=corridor)
    shapes = own_shapes(frame)
    area = shapely.area(shapes)
    scale = area_factors(shapes, frame.crs)
    inside = np.minimum(shapely.area(shapely.intersection(shapes, union_of(corridor))), area)
    share = np.divide(inside, area, out=np.full(len(area), np.nan), where=area > 0)
    return pd.DataFrame(
        {"area_m2": area * scale, "inside_m2": inside * scale, "share": share}, index=frame.index
    )


def lies_inside(points: GeoDataFrame, corridor: GeoDataFrame) -> Series:
    """
    Whether each point lies in the corridor; its border counts as inside.

    Parameters
    ----------
    points, corridor
        Points and polygons in the same projected reference system (EPSG:25832). A line or polygon
        among `points` is inside when all of it is.

    Returns
    -------
    Series
        bool, indexed as `points`. A point without a place is not inside.

    Raises
    ------
    CrsError
        If the two are not in the same projected reference system.
    """
    require_common_crs(points=points, corridor=corridor)
    inside = shapely.covers(union_of(corridor), own_shapes(points))
    return pd.Series(inside, index=points.index, name="inside", dtype=bool)
