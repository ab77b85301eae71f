"""
How much larger the map is than the ground: areas measured in a plane, corrected to the ellipsoid.

All is measured in UTM zone 32 (EPSG:25832), which is made for 6–12° east. In Gamvik, 28° east, a
square metre of it is 1.04 % too large. One factor for each site or plot is enough: within one, the
scale changes by 0.005 % a kilometre at most, and its parts still sum to the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from pyproj import Proj

from geo.i18n import Amount, Remark

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series
    from pyproj import CRS

    from geo.geometry.overlay import Floats, Geometries

# Corrected only where it shows: between 1° and 14° east the plane is within this of the ellipsoid,
# and a figure there is what a map program gives. A little under 0.1 %, so that what is as large as
# a municipality is within that too.
TOLERANCE: Final = 0.0009
# Latitudes of Norway with Svalbard. A drawing that begins at (0, 0) is of no place on the map, and
# its plane is the ground.
_SOUTH: Final = 57.0
_NORTH: Final = 82.0


def area_factors(shapes: Geometries, crs: CRS | None) -> Floats:
    """
    Return what to multiply each shape's area in the plane by to have it on the ground.

    Parameters
    ----------
    shapes
        (n,) geometries, or None.
    crs
        The projected reference system that they are measured in; None leaves all as they are.

    Returns
    -------
    ndarray
        (n,) exactly 1 where the plane is within `TOLERANCE`, and outside Norway. The square root
        is the factor of a length, for UTM is as much too large in all directions.
    """
    factors = np.ones(len(shapes))
    if crs is None or not len(shapes):
        return factors
    projection = Proj(crs)
    west, south, east, north = shapely.total_bounds(shapes)
    # Scale grows away from the zone's meridian: where all corners are near enough, all between is.
    corners = np.array([[west, south], [east, south], [west, north], [east, north]])
    if not np.isfinite(corners).all() or (_areal(projection, corners) != 1).any():
        factors /= _areal(projection, shapely.bounds(shapely.centroid(shapes))[:, :2])
    return factors


def areas_of(frame: GeoDataFrame) -> Series:
    """Return the area of each feature on the ground, m², indexed as the frame; NaN where none."""
    areas: Series = frame.area * area_factors(frame.geometry.to_numpy(), frame.crs)
    return areas


def on_ground(shapes: Geometries, factors: Floats) -> Geometries:
    """Return the shapes as large as they are on the ground, to be judged by size; not in place."""
    if (factors == 1).all():
        return shapes
    points, of = shapely.get_coordinates(shapes, return_index=True)
    copies: Geometries = shapely.force_2d(shapes)
    return np.asarray(shapely.set_coordinates(copies, points * np.sqrt(factors)[of, np.newaxis]))


def correction(factors: Floats) -> float:
    """Return the largest correction among the factors, as a share (0.01 is 1 %); 0 for none."""
    return float(np.abs(1 - factors).max(initial=0.0))


def told(share: float) -> tuple[Remark, ...]:
    """Return the sentence that tells of a correction, for the reader; none where there is none."""
    return (Remark("areas_corrected", {"share": Amount(share, "share")}),) if share else ()


def _areal(projection: Proj, at: Floats) -> Floats:
    """(n,) how much too large areas are at places (n, 2) in the plane; 1 where it is not told."""
    longitude, latitude = projection(at[:, 0], at[:, 1], inverse=True)
    scale = np.asarray(projection.get_factors(longitude, latitude).areal_scale, dtype=float)
    told = (latitude > _SOUTH) & (latitude < _NORTH) & (np.abs(scale - 1) > TOLERANCE)
    return np.where(told & np.isfinite(scale), scale, 1.0)
