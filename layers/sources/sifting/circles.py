"""Points and lines made into areas, where a layer holds areas and it is known how wide they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.schema import layers as schema
from layers.sources import frames

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

_SEGMENTS: Final = 16  # of a quarter of a circle: its area is 0.16 % short


def widened(
    frame: GeoDataFrame, radius: float | str | None, allowed: frozenset[str]
) -> tuple[GeoDataFrame, Series]:
    """
    Return features with circles for points, and strips for lines, as wide as `radius` says.

    Parameters
    ----------
    frame
        In metres.
    radius
        In metres, for all; or the column that has each feature's own.
    allowed
        Geometry types of the layer; one that has use for points or lines gets them as they are.

    Returns
    -------
    GeoDataFrame, Series of float
        The second is the radius in metres of those that were made; unknown for the others, also
        for points without a radius, which stay points.
    """
    radii = pd.Series(np.nan, index=frame.index)
    if radius is None or frame.empty or not allowed <= schema.POLYGON:
        return frame, radii
    shapes = np.array(frame.geometry.array)
    thin = np.isin(shapely.get_dimensions(shapes), (0, 1)) & ~shapely.is_empty(shapes)
    radii = radii.where(~thin, _radii(frame, radius))
    made = (radii > 0).to_numpy()
    radii = radii.where(made)
    shapes[made] = shapely.buffer(shapes[made], radii[made].to_numpy(), quad_segs=_SEGMENTS)
    return frame.set_geometry(shapes, crs=frame.crs), radii


def _radii(frame: GeoDataFrame, radius: float | str) -> Series | float:
    if not isinstance(radius, str):
        return float(radius)
    column = frames.column(frame, radius)
    return np.nan if column is None else frames.number(frame[column])
