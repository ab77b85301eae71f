"""Arcs and circles as strokes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.geometry.arcs import along, centre_of, stroke
from geo.intake.sosi.faults import ObjectError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[Any]

_MOST: Final = 100_000  # strokes of an arc; one that needs more is larger than Norway
_TURN: Final = 2 * math.pi


def through(points: Points, tolerance: float) -> Points:
    """Stroke the arc (BUEP) from the first point through the one in the middle to the last."""
    return stroke(points[0], _middle(points), points[-1], tolerance)


def with_radius(points: Points, radius: float, tolerance: float, *, large: bool) -> Points:
    """
    Stroke the arc (BUE) between two points.

    Parameters
    ----------
    radius
        Positive clockwise, negative anticlockwise.
    large
        Whether it is the longer of the two arcs (STORBUE).
    """
    first, last = points[0], points[-1]
    chord = last - first
    length = math.hypot(*chord)
    if length == 0:
        raise ObjectError("finding.sosi_arc_ends")
    if radius == 0:
        raise ObjectError("finding.sosi_no_radius")
    rise = radius * radius - length * length / 4
    if rise < 0:
        if math.sqrt(-rise) > tolerance + 1e-4 * length:  # more than what rounding does
            raise ObjectError("finding.sosi_arc_apart")
        rise = 0
    # To the left of the chord where an anticlockwise arc is the shorter one.
    side = 1 if (radius < 0) != large else -1
    normal = np.array([-chord[1], chord[0]]) / length
    centre = (first + last) / 2 + side * math.sqrt(rise) * normal
    start, stop = (math.atan2(*(one - centre)[::-1]) for one in (first, last))
    sweep = (stop - start) % _TURN
    if radius > 0:
        sweep -= _TURN
    return _strokes(first, last, centre, sweep, tolerance)


def circle(centre: Points, radius: float, tolerance: float) -> Points:
    """Stroke a circle (SIRKEL)."""
    if radius == 0:
        raise ObjectError("finding.sosi_no_radius")
    first = centre + np.array([abs(radius), 0.0])
    return _strokes(first, first, centre, _TURN, tolerance)


def circle_through(points: Points, tolerance: float) -> Points:
    """Stroke the circle (SIRKELP) through three points."""
    first = points[0]
    centre = centre_of(first, _middle(points), points[-1])
    if centre is None:
        raise ObjectError("finding.sosi_circle")
    return _strokes(first, first, centre, _TURN, tolerance)


def _middle(points: Points) -> Points:
    return np.asarray(points[(len(points) + 1) // 2 - 1])


def _strokes(first: Points, last: Points, centre: Points, sweep: float, tolerance: float) -> Points:
    radius = math.hypot(*(first - centre))
    if abs(sweep) * math.sqrt(radius / (8 * tolerance)) > _MOST:
        raise ObjectError("finding.sosi_arc_huge")
    start = math.atan2(*(first - centre)[::-1])
    # Ends exactly where others begin.
    return np.concatenate(([first], along(centre, radius, start, sweep, tolerance), [last]))
