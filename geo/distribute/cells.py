"""Cells of a municipality: boxes that tile its extent, with about as many plots in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from geo.geometry.overlay import Floats, Rows

    Box = tuple[float, float, float, float]


def cells(points: Floats, extent: Box, most: int) -> list[Box]:
    """
    Cut an extent into boxes with at most so many points in each.

    Parameters
    ----------
    points
        (n, 2) in the extent, metres.
    extent
        minx, miny, maxx, maxy.
    most
        Points a box. One is cut across its longer side, between the middle two of its points; more
        points than this in one and the same place stay together.

    Returns
    -------
    list
        Boxes that share borders and nothing else, and are the extent together.
    """
    if len(points) <= most:
        return [extent]
    minx, miny, maxx, maxy = extent
    # The other side where all points lie in a row along this one.
    longer = int(maxy - miny > maxx - minx)
    for axis in (longer, 1 - longer):
        values = np.sort(points[:, axis])
        at = float(values[(len(values) - 1) // 2] + values[len(values) // 2 + len(values) % 2]) / 2
        low = points[:, axis] < at
        if 0 < low.sum() < len(points):
            break
    else:
        return [extent]
    first = (minx, miny, at, maxy) if axis == 0 else (minx, miny, maxx, at)
    second = (at, miny, maxx, maxy) if axis == 0 else (minx, at, maxx, maxy)
    return cells(points[low], first, most) + cells(points[~low], second, most)


def cell_of(points: Floats, boxes: list[Box]) -> Rows:
    """
    (n,) number of the box that each point is in; a point on a border is in the box after it.

    What lies outside all of them, or nowhere (NaN), is in the nearest by side, or the first.
    """
    west, south = (min(box[side] for box in boxes) for side in (0, 1))
    east, north = (max(box[side] for box in boxes) for side in (2, 3))
    x, y = points.T
    found = np.zeros(len(points), dtype=np.int64)
    for number, (minx, miny, maxx, maxy) in enumerate(boxes):
        inside = (x >= minx) | (minx == west)
        inside &= (x < maxx) | (maxx == east)
        inside &= (y >= miny) | (miny == south)
        inside &= (y < maxy) | (maxy == north)
        found[inside] = number
    found[~np.isfinite(points).all(axis=1)] = 0
    return found
