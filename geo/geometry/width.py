"""The opening test: which polygons have room for a circle of a given diameter."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.geometry import overlay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries


# A: an arc of a buffer is drawn with eight chords a quarter circle, PostGIS's default; the corner
# of a 15 m buffer is then 0.6 % smaller than a true quarter circle.
QUAD_SEGS: Final = 8


WIDTH_ROUNDING_M: Final = 0.001
_SPARE_M: Final = WIDTH_ROUNDING_M / 2  # so that a circle does not touch what it is drawn against

CIRCLE_TOLERANCE_M: Final = 0.1  # how far the largest circle's radius may be underestimated
# A guess of it that is this much finer than half the width settles most of what is too narrow.
_GUESS: Final = 0.2
# The shrunken shape's arcs lie inside the true ones: a chord may pass what an arc would not, by
# 0.5 % of the width at most.
_CHORDS: Final = 0.99
# Sine and cosine of a corner's turn: less is an arc's own, more a spike that no circle gets into.
_LEAST_TURN: Final = 0.3
_SHARPEST: Final = -0.95


def wide(parts: Geometries, width_m: float) -> NDArray[np.bool_]:
    """
    Tell which polygons have room for a circle of this diameter: the opening test.

    The test itself shrinks the polygon by half the width and asks whether anything is left. That is
    slow, and GEOS 3.14 now and then answers that nothing is, also for a part twice as wide (seen on
    coordinates on a millimetre grid). What settles it otherwise therefore comes first, with A the
    area, P the perimeter, h the number of holes and r half the width:

    - no room if A < πr², the circle's own area;
    - room if A ≥ P·r + πr²(h − 1). The border of what is left after shrinking by t is at most
      P + 2πt(h − 1) long (Sz.-Nagy 1959, Über Parallelmengen nichtkonvexer ebener Bereiche);
      summed over t up to the largest circle's radius that is the area, so the radius is not
      under r. Without holes this is Bonnesen's inequality;
    - room if a circle of that size lies in a corner, against both its sides;
    - room if the largest circle found is as large, and none if it is smaller by more than how far
      off the search may be, which is told; a rough search comes before a fine one.

    Parameters
    ----------
    parts
        (n,) single polygons in metres.
    width_m
        0 lets everything pass.

    Returns
    -------
    ndarray
        (n,)
    """
    radius = width_m / 2
    if radius <= WIDTH_ROUNDING_M:
        return np.ones(len(parts), dtype=bool)
    area: NDArray[Any] = shapely.area(parts)
    holes = shapely.get_num_interior_rings(parts)
    circle = pi * radius * radius  # ** raises on absurd widths, where * is infinite
    room: NDArray[np.bool_] = area >= shapely.length(parts) * radius + circle * (holes - 1)
    room &= area >= circle
    # A circle drawn with chords has less than the area of one.
    open_ = np.flatnonzero(~room & (area >= circle * _CHORDS))
    least = radius - WIDTH_ROUNDING_M
    room[open_] = _in_a_corner(parts[open_], least)
    for tolerance in (_GUESS * radius, CIRCLE_TOLERANCE_M):
        open_ = open_[~room[open_]]
        circles = shapely.maximum_inscribed_circle(parts[open_], tolerance=tolerance)
        found = shapely.length(circles)  # a line from the middle to the border
        room[open_] = found >= least
        open_ = open_[found + tolerance >= least * _CHORDS]
    open_ = open_[~room[open_]]
    room[open_] = ~shapely.is_empty(shapely.buffer(parts[open_], -least, quad_segs=QUAD_SEGS))
    return room


def _in_a_corner(parts: Geometries, radius_m: float) -> NDArray[np.bool_]:
    """(n,) whether a circle of this radius lies in a corner of the polygon, against its sides."""
    rings, owner = shapely.get_rings(parts, return_index=True)
    # Land lies to the left along shells drawn against the clock and holes drawn with it.
    left = np.where(shapely.is_ccw(rings) == (np.diff(owner, prepend=-1) > 0), 1.0, -1.0)
    points, of_point = shapely.get_coordinates(rings, return_index=True)
    step = np.diff(points, axis=0)
    # By the point that it begins at; a point that is there twice begins one.
    edge = np.flatnonzero((of_point[1:] == of_point[:-1]) & step.any(axis=1))
    step, ring = step[edge], of_point[edge]
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    before = np.arange(len(edge)) - 1
    before[first] = np.append(first[1:], len(edge)) - 1  # a ring's first edge follows its last
    corner = np.flatnonzero(_cross(step[before], step) * left[ring] > 0)
    one, other = (
        side / np.hypot(*side.T)[:, np.newaxis] for side in (step[before[corner]], step[corner])
    )
    turn = (one * other).sum(axis=1)
    sharp = (np.abs(_cross(one, other)) > _LEAST_TURN) & (turn > _SHARPEST)
    corner, one, other, turn = corner[sharp], one[sharp], other[sharp], turn[sharp]
    away = left[ring[corner], np.newaxis] * (one + other)[:, ::-1] * (-1.0, 1.0)
    middle = points[edge[corner]] + (radius_m + _SPARE_M) * away / (1 + turn)[:, np.newaxis]
    part = owner[ring[corner]]
    border = shapely.boundary(parts)
    with overlay.quiet():
        near = shapely.dwithin(border[part], shapely.points(middle), radius_m)
    fits = np.flatnonzero(~near)
    fits = fits[shapely.intersects_xy(parts[part[fits]], middle[fits])]
    room = np.zeros(len(parts), dtype=bool)
    room[part[fits]] = True
    return room


def _cross(one: Floats, other: Floats) -> Floats:
    across: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return across
