"""
Where a rectangle may lie among points on a polygon's border: a quick first bound.

A point of the border strictly inside a rectangle means that the polygon does not hold it. So the
points are counted in small cells, turned so that the rectangle lies along them; a place is ruled
out where there is a point in a cell that the rectangle covers wherever in that place it lies.
Summed along both axes, one subtraction answers for every place. All of it in columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.geometry.rectangle_fit import Directions

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


class Boxes(NamedTuple):
    """(k, 2) lowest and highest place of a centre, turned so that the rectangle lies along it."""

    low: Floats
    high: Floats

    def only(self, wanted: NDArray[np.bool_]) -> Boxes:
        """Keep some of them."""
        return Boxes(self.low[wanted], self.high[wanted])


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
