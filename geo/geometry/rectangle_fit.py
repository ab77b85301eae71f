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
from geo.geometry.rectangle_spans import Boxes, Directions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries, Rows


# Of a polygon's own directions so many are told, those with the longest edges first.
_OWN_DIRECTIONS: Final = 4
_SAME_DIRECTION: Final = 1e-4  # radians: 1 cm on 100 m
_BUCKETS: Final = 20_000  # more than the same directions in a quarter turn
_GRID_M: Final = 1e-6


def rectangles_at(centres: Floats, angle: Floats, long: float, short: float) -> Geometries:
    """Rectangles about (n, 2) centres, the long side in the direction of the angle."""
    corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (long / 2, short / 2)
    rings = centres[:, np.newaxis] + _turned(corner[np.newaxis], angle[:, np.newaxis])
    return np.asarray(shapely.polygons(rings))


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
    left: Geometries = np.asarray(shapely.box(*boxes.low.T, *boxes.high.T))
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
    return np.asarray(shapely.polygons(np.stack(outline, axis=1)))


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
        one, other = (
            shapely.make_valid(each, method="structure", keep_collapsed=False)
            for each in (shape, obstacle)
        )
        cut = polygonal(shapely.difference(one, other, grid_size=_GRID_M))
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


_FINEST: Final = 32  # cells a side of the rectangle: 3 % is lost at each side at most
_COARSEST: Final = 3  # with fewer, nothing would be ruled out
_MOST_CELLS: Final = 192  # cells a side of the whole, which bounds memory
_POINTS: Final = 8  # points along an edge as long as the rectangle is wide
_MOST_POINTS: Final = 2000  # a polygon, beside its corners
_BLOCK: Final = 50_000  # points a step, which bounds memory
# A rectangle that touches the border is held; what is counted lies this far inside it.
_EDGE_M: Final = 1e-4


class Border(NamedTuple):
    """Points on the borders of polygons: (m, 2), and the (n + 1,) places where each begins."""

    point: Floats
    first: Rows


def border(shapes: Geometries, short: float) -> Border:
    """Corners of (n,) polygons that are not empty, and points between, for this width."""
    step = np.maximum(short / _POINTS, shapely.length(shapes) / _MOST_POINTS)
    dense = shapely.segmentize(shapes, step)
    point, of = shapely.get_coordinates(dense, return_index=True)
    return Border(point, np.searchsorted(of, np.arange(len(shapes) + 1)))


def room_between(
    points: Border, spans: Directions, long: float, short: float
) -> tuple[NDArray[np.bool_], Boxes]:
    """
    Tell in which directions the points leave room, and where the centre may be there.

    Returns
    -------
    room
        (k,) False where no rectangle of these sides fits.
    boxes
        (k,) what bounds the centre of every one that fits; without meaning where there is no room.
    """
    count = len(spans.row)
    room = np.zeros(count, dtype=bool)
    boxes = Boxes(np.zeros((count, 2)), np.zeros((count, 2)))
    sizes = np.diff(points.first)[spans.row]
    side = np.array([long, short])
    for block in np.split(np.arange(count), _cuts(sizes)):
        room[block], boxes.low[block], boxes.high[block] = _block(
            points, spans.row[block], spans.angle[block], sizes[block], side
        )
    return room, boxes


def _cuts(sizes: Rows) -> Rows:
    total = np.cumsum(sizes)
    steps = np.arange(_BLOCK, total[-1] if len(total) else 0, _BLOCK)
    return np.unique(np.searchsorted(total, steps))


def _block(
    points: Border, row: Rows, angle: Floats, sizes: Rows, side: Floats
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    start = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(row)), sizes)
    at = points.point[np.arange(len(owner)) - start[owner] + points.first[row][owner]]
    along, across = np.cos(angle)[owner], np.sin(angle)[owner]
    flat = np.column_stack(
        [at[:, 0] * along + at[:, 1] * across, at[:, 1] * along - at[:, 0] * across]
    )
    low, high = np.minimum.reduceat(flat, start), np.maximum.reduceat(flat, start)
    # Where the rectangle's lowest corner may be, as far as the extent alone tells.
    last = high - side
    room: NDArray[np.bool_] = np.all(last >= low - _EDGE_M, axis=1)
    widest = (high - low)[room].max(axis=0, initial=0.0)
    split = np.minimum(_MOST_CELLS * side / np.maximum(widest, side), _FINEST).astype(int)
    if split.min() >= _COARSEST and room.any():
        cell = (side - 2 * _EDGE_M) / split
        cells = np.maximum((widest / cell).astype(int) + 1, split)
        inside = room[owner]
        new = np.cumsum(room) - 1
        cell_of = ((flat[inside] - low[owner[inside]]) / cell).astype(int)
        taken = _summed(new[owner[inside]], cell_of, int(room.sum()), cells)
        # No place begins beyond the last one.
        ends = np.floor((last - low + _EDGE_M)[room] / cell).astype(int)
        free = _free(taken, *split) & _up_to(ends, cells + 1 - split)
        base = low[room]
        for axis in (0, 1):
            some: NDArray[np.bool_] = np.any(free, axis=2 - axis)
            first = some.argmax(axis=1) * cell[axis] - _EDGE_M
            final = (some.shape[1] - some[:, ::-1].argmax(axis=1)) * cell[axis] - _EDGE_M
            low[room, axis] = base[:, axis] + np.maximum(first, 0.0)
            last[room, axis] = np.minimum(base[:, axis] + final, last[room, axis])
        room[room] = free.any(axis=(1, 2))
    return room, low + side / 2, last + side / 2


def _free(taken: NDArray[np.int32], x: int, y: int) -> NDArray[np.bool_]:
    """Cells from which a rectangle of x × y cells has no point but in its own first and last."""
    after, before = taken[:, x:], taken[:, 1 : 1 - x]
    free: NDArray[np.bool_] = (
        after[:, :, y:] - before[:, :, y:] - after[:, :, 1 : 1 - y] + before[:, :, 1 : 1 - y] == 0
    )
    return free


def _up_to(ends: Rows, cells: Rows) -> NDArray[np.bool_]:
    """Cells (n, x, y) up to (n, 2) ends, these included."""
    across = np.arange(cells[0]) <= ends[:, :1]
    upward = np.arange(cells[1]) <= ends[:, 1:]
    both: NDArray[np.bool_] = np.logical_and(across[:, :, np.newaxis], upward[:, np.newaxis, :])
    return both


def _summed(owner: Rows, cell: Rows, count: int, cells: Rows) -> NDArray[np.int32]:
    """Points in all cells below and left of each corner: (count, nx + 1, ny + 1)."""
    wide, high = int(cells[0]), int(cells[1])
    flat = (owner * wide + cell[:, 0]) * high + cell[:, 1]
    hits = np.bincount(flat, minlength=count * wide * high).reshape(count, wide, high)
    total = np.zeros((count, wide + 1, high + 1), dtype=np.int32)
    total[:, 1:, 1:] = hits
    np.cumsum(total, axis=1, out=total)
    np.cumsum(total, axis=2, out=total)
    return total
