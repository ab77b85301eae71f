"""Arcs and circles as strokes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.intake.sosi.faults import ObjectError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[Any]

CHORD_ERROR: Final = 0.001  # metres between an arc and its stroke
_FEWEST: Final = 8  # strokes of a whole turn
_MOST: Final = 100_000  # strokes of one arc
_TURN: Final = 2 * math.pi


def through(points: Points, tolerance: float) -> Points:
    """Stroke the arc (BUEP) from the first point through the one in the middle to the last."""
    first, last = points[0], points[-1]
    middle = points[(len(points) + 1) // 2 - 1]
    centre = _centre(first, middle, last)
    if centre is None:
        return np.array([first, middle, last])  # on a line
    start, via, stop = (math.atan2(*(one - centre)[::-1]) for one in (first, middle, last))
    sweep = (stop - start) % _TURN
    if (via - start) % _TURN > sweep:
        sweep -= _TURN
    return _strokes(first, last, centre, sweep, tolerance)


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
    if length == 0 or radius == 0:
        raise ObjectError("finding.sosi_arc")
    rise = radius * radius - length * length / 4
    if rise < 0:
        if math.sqrt(-rise) > tolerance + 1e-4 * length:  # more than what rounding does
            raise ObjectError("finding.sosi_arc")
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
        raise ObjectError("finding.sosi_arc")
    first = centre + np.array([abs(radius), 0.0])
    return _strokes(first, first, centre, _TURN, tolerance)


def circle_through(points: Points, tolerance: float) -> Points:
    """Stroke the circle (SIRKELP) through three points."""
    first = points[0]
    centre = _centre(first, points[(len(points) + 1) // 2 - 1], points[-1])
    if centre is None:
        raise ObjectError("finding.sosi_arc")
    return _strokes(first, first, centre, _TURN, tolerance)


def _centre(first: Points, middle: Points, last: Points) -> Points | None:
    """Centre of the circle through three points; None where they lie on a line."""
    # From the first, since coordinates are large and arcs are small.
    (x2, y2), (x3, y3) = middle - first, last - first
    twice = 2 * (x2 * y3 - x3 * y2)
    if abs(twice) <= 1e-12 * max(x3 * x3 + y3 * y3, x2 * x2 + y2 * y2):
        return None
    square2, square3 = x2 * x2 + y2 * y2, x3 * x3 + y3 * y3
    offset = ((y3 * square2 - y2 * square3) / twice, (x2 * square3 - x3 * square2) / twice)
    return np.asarray(first + offset)


def _strokes(first: Points, last: Points, centre: Points, sweep: float, tolerance: float) -> Points:
    radius = math.hypot(*(first - centre))
    # A chord over the angle a is radius × a²/8 from its arc.
    step = min(math.sqrt(8 * tolerance / radius), _TURN / _FEWEST)
    count = max(math.ceil(abs(sweep) / step), 2)
    if count > _MOST:
        raise ObjectError("finding.sosi_arc")
    start = math.atan2(*(first - centre)[::-1])
    angles = start + sweep * np.arange(1, count) / count
    between = centre + radius * np.column_stack((np.cos(angles), np.sin(angles)))
    return np.concatenate(([first], between, [last]))  # ends exactly where others begin
