"""Small shapes whose areas can be worked out in the head."""

from __future__ import annotations

import geopandas as gpd
import shapely

from geo.schema.layers import CRS


def square(x, y, *, side=100.0):
    """Square with its lower left corner in (x, y), metres."""
    return shapely.box(x, y, x + side, y + side)


def frame(*geometries, crs=CRS, **columns):
    """One row a geometry, in EPSG:25832 unless told otherwise."""
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)
