"""Arcs of circles turned into strokes, close enough that no area of ours tells the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

TOLERANCE_M: Final = 0.001
# A degree of latitude, so that a tolerance in metres can be told in degrees.
METRES_A_DEGREE: Final = 111_320.0

_MOST: Final = 100_000  # strokes of an arc, whatever its radius
_STRAIGHT: Final = 1e-12  # sine of the angle at the middle point, below which it is no arc


def stroke(p0: ArrayLike, p1: ArrayLike, p2: ArrayLike, tolerance: float = TOLERANCE_M) -> Floats:
    """
    Turn the arc from `p0` through `p1` to `p2` into strokes.

    Parameters
    ----------
    p0, p1, p2
        Points, x and y first. Where `p2` is `p0` it is a full circle, and `p1` lies straight across
        (ISO 19125, SQL/MM).
    tolerance
        Longest distance from a stroke to its arc, in the unit of the points.

    Returns
    -------
    ndarray
        (n, 2), with the three points among them as they were given. The same arc the other way
        gives the same points in reverse, so that neighbours who share it do not come apart.
    """
    start, middle, end = (np.asarray(p, dtype="float64")[:2] for p in (p0, p1, p2))
    if tuple(end) < tuple(start):
        return stroke(end, middle, start, tolerance)[::-1]
    centre = centre_of(start, middle, end)
    if centre is None:
        return np.array([start, middle, end])
    first, through, last = (np.arctan2(*(p - centre)[::-1]) for p in (start, middle, end))
    turn = 2 * np.pi
    to_middle, to_end = (through - first) % turn, (last - first) % turn
    if np.array_equal(start, end):
        sweeps = (np.pi, np.pi)
    elif to_middle <= to_end:  # anticlockwise
        sweeps = (to_middle, to_end - to_middle)
    else:
        sweeps = (to_middle - turn, to_end - to_middle)
    radius = float(np.hypot(*(start - centre)))
    halves = [
        along(centre, radius, *part, tolerance)
        for part in zip((first, through), sweeps, strict=True)
    ]
    return np.vstack([start, halves[0], middle, halves[1], end])


def centre_of(start: Floats, middle: Floats, end: Floats) -> Floats | None:
    """Centre of the circle through three points; None where they lie on a line."""
    if np.array_equal(start, end):
        return None if np.array_equal(start, middle) else (start + middle) / 2
    # From the middle point, since the numbers themselves are large and their differences are not.
    a, b = start - middle, end - middle
    across = float(a[0] * b[1] - a[1] * b[0])
    if not abs(across) > _STRAIGHT * float(np.hypot(*a) * np.hypot(*b)):
        return None
    aa, bb = float(a @ a), float(b @ b)
    offset = np.array([b[1] * aa - a[1] * bb, a[0] * bb - b[0] * aa]) / (2 * across)
    return middle + offset


def along(centre: Floats, radius: float, first: float, sweep: float, tolerance: float) -> Floats:
    """
    Return points on the way along an arc, without its ends.

    Parameters
    ----------
    first, sweep
        Radians: the angle that it begins at, and how far it turns, anticlockwise positive.
    """
    step = 2 * np.arccos(max(1 - tolerance / radius, 0.0))
    count = int(min(np.ceil(abs(sweep) / step) if step > 0 else _MOST, _MOST))
    angles = first + sweep * np.arange(1, count) / max(count, 1)
    return centre + radius * np.column_stack([np.cos(angles), np.sin(angles)])
