"""
A rectangle in one direction: where its centre may be inside a polygon.

What is left of the polygon when every edge, widened by the rectangle (Minkowski sum), is taken
away. All of it in columns: many polygons, each in several directions.
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from geo.overlay import own, polygonal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.overlay import Floats, Geometries, Rows

# Of a polygon's own directions so many are told, those with the longest edges first.
_OWN_DIRECTIONS: Final = 4
_SAME_DIRECTION: Final = 1e-4  # radians: 1 cm on 100 m
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
    shapes: Geometries, spans: Directions, region: Geometries, long: float, short: float
) -> Geometries:
    """What is left of the region for the centre when no edge may cross the rectangle."""
    rings, of = shapely.get_rings(shapes[spans.row], return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(np.diff(ring) == 0)
    owner = of[ring[edge]]
    # Turned so that the rectangle lies along the axes.
    flat = _turned(corners, -spans.angle[of[ring]])
    start, end = flat[edge], flat[edge + 1]
    swap = start[:, 0] > end[:, 0]
    start[swap], end[swap] = end[swap], start[swap].copy()
    up = np.where(start[:, 1] <= end[:, 1], 1.0, -1.0)
    reach = np.array([long / 2, short / 2])

    def at(point: Floats, x: int, y: Floats) -> Floats:
        there: Floats = point + np.stack([np.full(len(y), x), y], axis=1) * reach
        return there

    outline = [
        *(at(start, -1, up), at(start, -1, -up), at(start, 1, -up)),
        *(at(end, 1, -up), at(end, 1, up), at(end, -1, up)),
    ]
    hexagons: Floats = _turned(np.stack(outline, axis=1), spans.angle[owner, np.newaxis])
    bounds = shapely.bounds(region)[owner]
    near = (hexagons.min(axis=1) < bounds[:, 2:]).all(axis=1)
    near &= (hexagons.max(axis=1) > bounds[:, :2]).all(axis=1)
    # The longest edges take most. What they leave nothing of is done with.
    length = np.hypot(*(end - start)[near].T)
    owner, obstacles = owner[near], shapely.polygons(hexagons[near])
    order = np.lexsort((-length, owner))
    owner, obstacles = owner[order], obstacles[order]
    turn = np.arange(len(owner)) - np.searchsorted(owner, owner)
    left = region.copy()
    open_ = np.ones(len(left), dtype=bool)
    for kth in np.split(np.argsort(turn, kind="stable"), np.cumsum(np.bincount(turn))[:-1]):
        rows = kth[open_[owner[kth]]]
        at_ = owner[rows]
        left[at_] = _without(left[at_], obstacles[rows])
        open_[at_] = ~shapely.is_empty(left[at_])
        if not open_.any():
            break
    return left


def _without(shapes: Geometries, obstacles: Geometries) -> Geometries:
    try:
        cut: Geometries = shapely.difference(shapes, obstacles)
    except shapely.errors.GEOSException:
        # Rounding may have made a part touch itself, which GEOS's overlay does not take; repaired
        # and on a grid of a micrometre, far within the tolerance, it does.
        whole = [
            shapely.make_valid(each, method="structure", keep_collapsed=False)
            for each in (shapes, obstacles)
        ]
        cut = polygonal(shapely.difference(*whole, grid_size=_GRID_M))
    return cut


def corners_inside(shapes: Geometries, spans: Directions, long: float, short: float) -> Geometries:
    """Where the centre must be for all four corners to lie inside: a first bound."""
    region: Geometries = shapes[spans.row]
    for number, (x, y) in enumerate(((1, 1), (-1, -1), (1, -1), (-1, 1))):
        rows = np.flatnonzero(~shapely.is_empty(region))
        corner = np.array([x * long / 2, y * short / 2])
        shifted = moved(shapes[spans.row[rows]], -_turned(corner, spans.angle[rows]))
        if number == 0:
            region[rows] = shifted
        else:
            region[rows] = polygonal(shapely.intersection(region[rows], shifted))
    return region


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
    pair, sample, group = np.unique(
        np.column_stack([owner, bucket]), axis=0, return_index=True, return_inverse=True
    )
    total = np.bincount(group.reshape(-1), weights=np.hypot(*step.T))
    order = np.lexsort((-total, pair[:, 0]))
    rank = np.arange(len(order)) - np.searchsorted(pair[order, 0], pair[order, 0])
    best = order[rank < _OWN_DIRECTIONS]
    along = angle[sample[best]]
    return Directions(np.repeat(pair[best, 0], 2), (along[:, np.newaxis] + [0, pi / 2]).ravel())


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
