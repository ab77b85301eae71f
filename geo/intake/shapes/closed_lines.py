"""Lines that end where they begin: outlines, in drawings and on the tracks of those who walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.schema import layers as schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.schema.findings import Report

GAP_M: Final = 1.0  # between the ends of a line that is meant to be closed
_FEWEST: Final = 4  # points of the shortest ring, a triangle
_NO_AREA_M2: Final = 1.0  # there and back again


def as_areas(frame: GeoDataFrame, report: Report) -> GeoDataFrame:
    """
    Read a line whose ends meet within `GAP_M` as the area in it, and say so.

    It has at least four points, and what it encloses is more than a square metre. A line of several
    parts becomes an area only where each of them does. `frame` is in EPSG:25832.
    """
    lines = np.flatnonzero(frame.geom_type.isin(schema.LINE).to_numpy())
    shapes = np.array(frame.geometry.array)
    found = {at: _area(shapes[at]) for at in lines}
    closed = {at: area for at, area in found.items() if area is not None}
    if not closed:
        return frame
    for at, area in closed.items():
        shapes[at] = area
    rows = frame.index[list(closed)]
    sizes = pd.Series([area.area for area in closed.values()], index=rows)
    report.rows("finding.line_closed", "warning", rows, area_m2=sizes)
    return frame.set_geometry(shapes, crs=frame.crs)


def _area(line: Any) -> Any:  # noqa: ANN401  # shapely's own
    areas = [_ring(shapely.get_coordinates(part)) for part in shapely.get_parts(line)]
    if not areas or any(area is None for area in areas):
        return None
    return areas[0] if len(areas) == 1 else shapely.multipolygons(areas)


def _ring(points: Any) -> Any:  # noqa: ANN401
    if len(points) < _FEWEST or not np.hypot(*(points[0] - points[-1])) <= GAP_M:
        return None
    area = shapely.Polygon(points)
    return area if area.area > _NO_AREA_M2 else None
