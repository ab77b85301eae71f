"""
A rectangle in one direction: where its centre may be inside a polygon.

What is left of the polygon when every edge, widened by the rectangle (Minkowski sum), is taken
away. All of it in columns: many polygons, each in several directions.
"""

from __future__ import annotations

from contextlib import suppress
from math import pi
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from geo.geometry.overlay import own, polygonal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.occupancy import Boxes
    from geo.geometry.overlay import Floats, Geometries, Rows

# Of a polygon's own directions so many are told, those with the longest edges first.
_OWN_DIRECTIONS: Final = 4
_SAME_DIRECTION: Final = 1e-4  # radians: 1 cm on 100 m
_BUCKETS: Final = 20_000  # more than the same directions in a quarter turn
_GRID_M: Final = 1e-6


class Directions(NamedTuple):
    """Directions to look in: (k,) row of the polygon, and radians of the long side."""

    row: Rows
    angle: Floats

    def only(self, wanted: NDArray[np.bool_]) -> Directions:
        """Keep some of them."""
        return Directions(self.row[wanted], self.angle[wanted])


def rectangles_at(centres: Floats, angle: Floats, long: float, short: float) -> Geometries:
    """Rectangles about (n, 2) centres, the long side in the direction of the angle."""
    corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (long / 2, short / 2)
    boxes: Geometries = shapely.polygons(
        centres[:, np.newaxis] + _turned(corner[np.newaxis], angle[:, np.newaxis])
    )
    return boxes


def clear_of_edges(
    shapes: Geometries, spans: Directions, boxes: Boxes, long: float, short: float
) -> Geometries:
    """
    What is left of the boxes for the centre when no edge may cross the rectangle.

    The boxes, and what is left of them, are turned so that the rectangle lies along the axes.
    """
    rings, of = shapely.get_rings(shapes[spans.row], return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    flat = _turned(corners, -spans.angle[of[ring]])
    edge = np.flatnonzero(np.diff(ring) == 0)
    owner, start, end = of[ring[edge]], flat[edge], flat[edge + 1]
    reach = np.array([long / 2, short / 2])
    near = (np.minimum(start, end) - reach < boxes.high[owner]).all(axis=1)
    near &= (np.maximum(start, end) + reach > boxes.low[owner]).all(axis=1)
    owner, start, end = owner[near], start[near], end[near]
    # The longest edges take most. What they leave nothing of is done with.
    order = np.lexsort((-np.hypot(*(end - start).T), owner))
    owner, obstacles = owner[order], _widened(start[order], end[order], reach)
    turn = np.arange(len(owner)) - np.searchsorted(owner, owner)
    left: Geometries = shapely.box(*boxes.low.T, *boxes.high.T)
    open_ = np.ones(len(left), dtype=bool)
    for kth in np.split(np.argsort(turn, kind="stable"), np.cumsum(np.bincount(turn))[:-1]):
        rows = kth[open_[owner[kth]]]
        at_ = owner[rows]
        left[at_] = _without(left[at_], obstacles[rows])
        open_[at_] = ~shapely.is_empty(left[at_])
        if not open_.any():
            break
    return left


def _widened(start: Floats, end: Floats, reach: Floats) -> Geometries:
    """Edges, each widened by the rectangle that reaches so far to both sides."""
    swap = (start[:, 0] > end[:, 0])[:, np.newaxis]
    start, end = np.where(swap, end, start), np.where(swap, start, end)
    up = np.where(start[:, 1] <= end[:, 1], 1.0, -1.0)

    def at(point: Floats, x: int, y: Floats) -> Floats:
        there: Floats = point + np.stack([np.full(len(y), x), y], axis=1) * reach
        return there

    outline = [
        *(at(start, -1, up), at(start, -1, -up), at(start, 1, -up)),
        *(at(end, 1, -up), at(end, 1, up), at(end, -1, up)),
    ]
    hexagons: Geometries = shapely.polygons(np.stack(outline, axis=1))
    return hexagons


def _without(shapes: Geometries, obstacles: Geometries) -> Geometries:
    try:
        cut: Geometries = shapely.difference(shapes, obstacles)
    except shapely.errors.GEOSException:
        # One of them fails, which GEOS does not name: so one by one.
        cut = shapes.copy()
        for row in range(len(shapes)):
            cut[row : row + 1] = _one_without(shapes[row : row + 1], obstacles[row : row + 1])
    return cut


def _one_without(shape: Geometries, obstacle: Geometries) -> Geometries:
    """Difference of (1,) and (1,) where the plain one may fail."""
    cut: Geometries
    with suppress(shapely.errors.GEOSException):
        cut = shapely.difference(shape, obstacle)
        return cut
    # Rounding may have made a part touch itself, which GEOS's overlay does not take; repaired
    # and on a grid of a micrometre, far within the tolerance, it does.
    with suppress(shapely.errors.GEOSException):
        whole = [
            shapely.make_valid(each, method="structure", keep_collapsed=False)
            for each in (shape, obstacle)
        ]
        cut = polygonal(shapely.difference(*whole, grid_size=_GRID_M))
        return cut
    # What cannot be cut stays: a place more to look at, for each rectangle is checked in the end.
    return shape


def inside_only(shapes: Geometries, spans: Directions, cleared: Geometries) -> tuple[Rows, Floats]:
    """
    Spots for the centre in what `clear_of_edges` left, turned back: one in each part.

    No edge crosses a rectangle about them, so it lies inside the polygon if its centre does.
    Returns the row of each spot, and the spot.
    """
    parts, row = shapely.get_parts(cleared, return_index=True)
    some = ~shapely.is_empty(parts)
    parts, row = parts[some], row[some]
    flat = shapely.get_coordinates(shapely.point_on_surface(parts))
    spots = _turned(flat, spans.angle[row])
    inside = shapely.intersects_xy(shapes[spans.row[row]], *spots.T)
    return row[inside], spots[inside]


def roomy(shapes: Geometries, spans: Directions, long: float, short: float) -> NDArray[np.bool_]:
    """Tell in which directions the polygon's own extent is large enough: a quick first bound."""
    if not spans.row.size:
        return np.zeros(0, dtype=bool)
    used, at = np.unique(spans.row, return_inverse=True)
    corners, of = shapely.get_coordinates(shapely.convex_hull(shapes[used]), return_index=True)
    first = np.flatnonzero(np.diff(of, prepend=-1))
    counts = np.diff(first, append=len(of))
    owner = np.repeat(np.arange(len(at)), counts[at])
    start = np.cumsum(counts[at]) - counts[at]
    point = corners[np.arange(len(owner)) - start[owner] + first[at][owner]]
    flat = _turned(point, -spans.angle[owner])
    extent = np.maximum.reduceat(flat, start) - np.minimum.reduceat(flat, start)
    roomy: NDArray[np.bool_] = (extent[:, 0] >= long) & (extent[:, 1] >= short)
    return roomy


def own_directions(shapes: Geometries) -> Directions:
    """Directions of each polygon's longest edges, and across them."""
    rings, of = shapely.get_rings(shapes, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(np.diff(ring) == 0)
    step = corners[edge + 1] - corners[edge]
    angle = np.mod(np.arctan2(step[:, 1], step[:, 0]), pi / 2)
    owner = of[ring[edge]]
    bucket = np.round(angle / _SAME_DIRECTION).astype(np.int64)
    # One number for both, which sorts as they would together.
    pair, sample, group = np.unique(
        owner * _BUCKETS + bucket, return_index=True, return_inverse=True
    )
    total = np.bincount(group, weights=np.hypot(*step.T))
    row = pair // _BUCKETS
    order = np.lexsort((-total, row))
    rank = np.arange(len(order)) - np.searchsorted(row[order], row[order])
    best = order[rank < _OWN_DIRECTIONS]
    along = angle[sample[best]]
    return Directions(np.repeat(row[best], 2), (along[:, np.newaxis] + [0, pi / 2]).ravel())


def _turned(points: Floats, angle: Floats) -> Floats:
    """Turn (…, 2) points about the origin by (…) radians."""
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = points[..., 0], points[..., 1]
    turned: Floats = np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)
    return turned


def moved(shapes: Geometries, by: Floats) -> Geometries:
    """Copies of the shapes, each moved by its own (n, 2) metres."""
    mine = own(shapes)
    corners, of = shapely.get_coordinates(mine, return_index=True)
    there: Geometries = shapely.set_coordinates(mine, corners + by[of])
    return there
