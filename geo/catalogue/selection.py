"""The part of a layer that lies in an area: a zone, the corridor, or one that is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from geo.geometry.crs import own_shapes, require_common_crs, union_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def within(frame: GeoDataFrame, area: GeoDataFrame) -> GeoDataFrame:
    """
    Return the features that lie in an area or reach into it, whole.

    A neighbour that only touches its border is not in it; a point or line on the border is. No
    feature is cut, so that its figures stay those of the whole of it.

    Parameters
    ----------
    frame, area
        In the same projected reference system. Of `area` the union counts.

    Raises
    ------
    CrsMissingError, CrsMismatchError
        If the two are not in one projected system.
    """
    require_common_crs(layer=frame, area=area)
    place = union_of(area)  # a copy of our own, so that it may be prepared
    shapely.prepare(place)
    shapes = own_shapes(frame)
    found = shapely.intersects(place, shapes)
    flat = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004  # polygons
    rows = (found & flat).nonzero()[0]
    found[rows] = ~shapely.touches(place, shapes[rows])
    return frame[found]
