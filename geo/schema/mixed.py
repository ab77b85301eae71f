"""Features made of parts of several kinds: those that a layer has use for, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.schema import layers as schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.schema.findings import Report

_COLLECTION: Final = shapely.GeometryType.GEOMETRYCOLLECTION
_POINTS, _LINES, _AREAS = range(3)  # dimensions
_TOGETHER: Final = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
_SHAPES: Final = (schema.POINT | {"MultiPoint"}, schema.LINE, schema.POLYGON)


def merged(frame: GeoDataFrame, allowed: frozenset[str], report: Report) -> GeoDataFrame:
    """
    Return a frame whose collections are their parts of the highest dimension that is allowed.

    What is left out of one is told.
    """
    mixed = np.flatnonzero(shapely.get_type_id(frame.geometry.array) == _COLLECTION)
    if not mixed.size:
        return frame
    shapes = np.array(frame.geometry.array)
    left: dict[int, dict[str, int]] = {}
    for at in mixed:
        parts = _parts(shapes[at])
        dimension = shapely.get_dimensions(parts)
        wanted = [d for d in (_AREAS, _LINES, _POINTS) if allowed & _SHAPES[d]]
        use = next((d for d in wanted if (dimension == d).any()), None)
        if use is None:
            continue
        chosen = parts[dimension == use]
        shapes[at] = chosen[0] if len(chosen) == 1 else _TOGETHER[use](chosen)
        if use and (dimension != use).any():
            numbers = np.bincount(dimension, minlength=3)
            named = zip(("points", "lines", "areas"), numbers.tolist(), strict=True)
            left[frame.index[at]] = {**dict(named), "use": use}
    for use, msgid in ((_AREAS, "finding.beside_areas"), (_LINES, "finding.beside_lines")):
        rows = {row: one for row, one in left.items() if one["use"] == use}
        names = ("points", "lines", "areas")
        counts = {name: pd.Series({row: one[name] for row, one in rows.items()}) for name in names}
        report.rows(msgid, "warning", rows, **counts)
    return frame.set_geometry(shapes, crs=frame.crs)


def _parts(shape: Any) -> NDArray[Any]:  # noqa: ANN401  # shapely's own
    """Single parts of a collection, whatever collections there are in it; none that is empty."""
    parts = shapely.get_parts([shape])
    while (shapely.get_num_geometries(parts) > 1).any() or (
        shapely.get_type_id(parts) > shapely.GeometryType.POLYGON
    ).any():
        parts = shapely.get_parts(parts)
    return parts[~shapely.is_empty(parts)]
