"""Layers of official registers on the small pack of `ownpacks`: figures for the head."""

import shapely

from tests.support.ownpacks import EAST, WEST, X, Y
from tests.support.rows import rows


def built_land():
    """Business land in the east, homes in the west."""
    return rows(
        EAST.centroid.buffer(50, cap_style="square"),
        WEST.centroid.buffer(20, cap_style="square"),
        land_id=["a", "b"],
        land_use=["Bebygd", "Bebygd"],
        built_type=["Naering", "Bolig"],
    )


def building_points():
    """One with a permit in the east, one in use in the west, one of unknown status."""
    return rows(
        EAST.centroid,
        WEST.centroid,
        shapely.Point(X, Y),
        building_id=["1", "2", "3"],
        building_type=["219", "311", None],
        building_status=["IG", "TB", None],
    )


def grid():
    """A line through both, and one of which nothing is told."""
    return rows(
        shapely.LineString([EAST.centroid, WEST.centroid]),
        shapely.LineString([(X, Y), (X, Y + 500)]),
        line_id=["g1", "g2"],
        name=["Nordlinja", None],
        level=["Regionalnett", None],
        voltage_kv=[132.0, None],
    )
