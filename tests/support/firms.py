"""Businesses of the small pack of `ownpacks`, whose figures can be worked out in the head."""

from shapely import Point

from tests.support.ownpacks import EAST, WEST, X, Y
from tests.support.rows import rows


def firms():
    """East 40 jobs, one of 1–4 and one unknown; west 10; 7 at an unknown place."""
    frame = rows(
        EAST.centroid,
        EAST.centroid,
        EAST.centroid,
        WEST.centroid,
        None,
        business_id=["1", "2", "3", "4", "5"],
        industry=["25.110", "62.010", None, "47.110", "25.620"],
        employees=[40.0, 3.0, None, 10.0, 7.0],
    )
    return frame.astype({"employees": "float64"})


def nodes():
    """An axis through the zone in the east, and not the one in the west."""
    return rows(Point(X, Y + 1000), Point(X + 100, Y - 1000), seq=[1, 2], name=["A", "B"])
