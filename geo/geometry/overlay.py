"""
The overlay kernel: polygons cut by polygons, in whole columns, without losing a square metre.

Two ideas make it fast. Pairs come from one search tree a block, and obstacles are subtracted
rank by rank: the first obstacle of every piece in one vectorised ``shapely.difference``, then the
second of every piece, and so on. Blocks of neighbouring polygons run in threads, for shapely lets
go of Python's lock while it computes.

Geometries that other threads may hold are only ever copied (`own`): shapely and GEOS keep prepared
forms and bounds inside a geometry, and two threads that fill them at once end the process.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


Geometries: TypeAlias = NDArray[Any]  # objects: shapely geometries
Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]
Block = TypeVar("Block")
Result = TypeVar("Result")

THREADS: Final = 2  # the smallest office PC has two cores; more gained nothing measurable there
BLOCK: Final = 4096  # polygons a task: large enough to hide Python, small enough for the cache
SMALL: Final = 256  # polygons: fewer are done before a second thread has begun
# From this many obstacles on a piece, joining them first beats cutting it once for each.
CROWDED: Final = 12

_POLYGON: Final = 3
_MULTIPOLYGON: Final = 6
_COLLECTION: Final = 7


_AT_ONCE: Final[ContextVar[int]] = ContextVar("at_once", default=THREADS)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep to one thread within the block, where other processes have the other cores."""
    token = _AT_ONCE.set(1)
    try:
        yield
    finally:
        _AT_ONCE.reset(token)


def own(geometries: Geometries) -> Geometries:
    """Copy geometries, in two dimensions, so that this task may prepare and index them."""
    copies: Geometries = shapely.force_2d(geometries)
    return copies


def in_threads(
    task: Callable[[Block], Result], blocks: Sequence[Block], *, threads: int | None = None
) -> list[Result]:
    """Run a task on every block, of rows mostly, and return the results in the blocks' order."""
    threads = _AT_ONCE.get() if threads is None else threads

    def run(block: Block) -> Result:
        with quiet():
            return task(block)

    if threads == 1 or len(blocks) == 1:
        return [run(block) for block in blocks]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, blocks))


def quiet() -> np.errstate:
    """
    Ignore floating point flags.

    GEOS divides by zero where lines are parallel and handles it; numpy, which calls it, sees the
    flag and would warn. The state is a thread's own.
    """
    return np.errstate(all="ignore")


def blocks(bounds: Floats, size: int = BLOCK) -> list[Rows]:
    """
    Deal rows into blocks of neighbours: strips by x, then runs by y (sort-tile-recursive).

    Rows without bounds are in no block. Of few rows there is a block for each thread, so that none
    waits for another.
    """
    centre = bounds[:, :2] + bounds[:, 2:]
    rows = np.flatnonzero(np.isfinite(centre).all(axis=1))
    if not rows.size:
        return []
    size = min(size, max(SMALL, -(-rows.size // THREADS)))
    strips = int(np.ceil(np.sqrt(rows.size / size)))
    by_x = np.array_split(rows[np.argsort(centre[rows, 0], kind="stable")], strips)
    return [
        block
        for strip in by_x
        for block in np.array_split(
            strip[np.argsort(centre[strip, 1], kind="stable")], -(-strip.size // size)
        )
    ]


def polygonal(geometries: Geometries) -> Geometries:
    """
    Keep what has area: points and lines that an overlay leaves at touching borders are dropped.

    Returns
    -------
    ndarray
        (n,) polygons and multipolygons, possibly empty; the area is that of the input.
    """
    kinds = shapely.get_type_id(geometries)
    clean: Geometries = geometries.copy()
    clean[~np.isin(kinds, (_POLYGON, _MULTIPOLYGON, _COLLECTION))] = shapely.Polygon()
    mixed = np.flatnonzero(kinds == _COLLECTION)
    if mixed.size:
        parts, owner = shapely.get_parts(geometries[mixed], return_index=True)
        parts, inner = shapely.get_parts(parts, return_index=True)
        areal = shapely.get_type_id(parts) == _POLYGON
        joined = np.full(mixed.size, shapely.Polygon(), dtype=object)
        shapely.multipolygons(parts[areal], indices=owner[inner][areal], out=joined)
        clean[mixed] = joined
    return clean


def intersect(left: Geometries, right: Geometries) -> tuple[Rows, Rows, Geometries, NDArray[Any]]:
    """
    Cut every polygon of `left` by every polygon of `right` that it overlaps.

    Parameters
    ----------
    left, right
        (n,) and (m,) valid polygons, the caller's own copies (`right` gets prepared).

    Returns
    -------
    left_row, right_row, geometry, whole
        (k,) each, one row an overlap, sorted by `left`, then `right`. Where `whole`, the left
        polygon lies inside the right one and the geometry is the left object itself, uncut.
    """
    right_row, left_row = shapely.STRtree(left).query(right, predicate="intersects")
    order = np.lexsort((right_row, left_row))
    left_row, right_row = left_row[order], right_row[order]
    shapely.prepare(right)
    whole: NDArray[Any] = shapely.covers(right[right_row], left[left_row])
    geometry: Geometries = left[left_row]
    cut = np.flatnonzero(~whole)
    geometry[cut] = polygonal(shapely.intersection(geometry[cut], right[right_row[cut]]))
    kept = shapely.area(geometry) > 0
    return left_row[kept], right_row[kept], geometry[kept], whole[kept]


def near(left: Geometries, right: Geometries, distance_m: float) -> tuple[Rows, Rows]:
    """
    Rows of `left` and `right`, neither empty, that are no farther apart than this.

    By bounds first and then pair by pair: a search tree's own "dwithin" prepares every shape that
    it is asked for, which for shapes of few corners takes longer than it saves.
    """
    low, high = np.split(shapely.bounds(left), 2, axis=1)
    reach = shapely.box(*(low - distance_m).T, *(high + distance_m).T)
    one, other = shapely.STRtree(right).query(reach)
    close = np.flatnonzero(shapely.dwithin(left[one], right[other], distance_m))
    return one[close], other[close]


def mitred(shapes: Geometries, by_m: float) -> Geometries:
    """
    Grow polygons by a distance with pointed corners, or shrink them where it is negative.

    GEOS 3.14 now and then draws one whose border crosses itself (seen on a field of 13 corners
    that was made narrower before); no overlay takes that, so it is repaired.
    """
    grown: Geometries = np.atleast_1d(shapely.buffer(shapes, by_m, join_style="mitre"))
    crossed = np.flatnonzero(~shapely.is_valid(grown))
    if crossed.size:
        whole = shapely.make_valid(grown[crossed], method="structure", keep_collapsed=False)
        grown[crossed] = polygonal(whole)
    return grown


def dissolve(
    shapes: Geometries, group: NDArray[Any], *, grid_size: float | None = None, block: int = BLOCK
) -> tuple[NDArray[Any], Geometries]:
    """
    Unite the shapes of each group.

    Parameters
    ----------
    shapes, group
        (n,) geometries, and of each the group that it belongs to, in any order.
    grid_size
        Metres to which coordinates are rounded; None keeps them.
    block
        Groups a task.

    Returns
    -------
    groups, unions
        (k,) the groups in order, and the union of each.
    """
    groups, number = np.unique(group, return_inverse=True)
    order = np.argsort(number, kind="stable")
    # A collection holds copies, so that no one else's shapes are touched.
    piles = np.asarray(shapely.geometrycollections(shapes[order], indices=number[order]))

    def unite(rows: Rows) -> Geometries:
        return np.asarray(shapely.union_all(piles[rows, np.newaxis], axis=1, grid_size=grid_size))

    tasks = np.array_split(np.arange(len(piles)), max(1, -(-len(piles) // block)))
    return groups, np.concatenate(in_threads(unite, tasks))


def subtract(
    pieces: Geometries,
    obstacles: Geometries,
    piece_row: Rows,
    obstacle_row: Rows,
    *,
    covered: Floats | None = None,
) -> Geometries:
    """
    Subtract from each piece the union of its obstacles.

    Parameters
    ----------
    pieces, obstacles
        (n,) and (m,) valid polygons, the caller's own copies.
    piece_row, obstacle_row
        (k,) pairs, in any order; a pair that only touches costs time but changes nothing.
    covered
        (n,) where given, the area of each piece under its obstacles is added to it, measured by
        intersection and so independent of what the subtraction leaves.

    Returns
    -------
    ndarray
        (n,) what is left of each piece, possibly empty.
    """
    left: Geometries = pieces.copy()
    order = np.argsort(piece_row, kind="stable")
    owner, obstacle = piece_row[order], obstacles[obstacle_row[order]]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    counts = np.diff(first, append=owner.size)
    rank = np.arange(owner.size) - np.repeat(first, counts)
    crowded = np.repeat(counts, counts) > CROWDED
    if crowded.any():
        name, unions = dissolve(obstacle[crowded], owner[crowded])
        owner = np.concatenate([owner[~crowded], name])
        obstacle = np.concatenate([obstacle[~crowded], polygonal(unions)])
        rank = np.concatenate([rank[~crowded], np.zeros(name.size, dtype=rank.dtype)])
    for k in range(int(rank.max(initial=-1)) + 1):
        kth = np.flatnonzero(rank == k)
        rows = owner[kth]
        if covered is not None:
            covered[rows] += shapely.area(shapely.intersection(left[rows], obstacle[kth]))
        left[rows] = polygonal(shapely.difference(left[rows], obstacle[kth]))
    return left


def window(bounds: Floats) -> Floats:
    """(4,) bounds of all: minx, miny, maxx, maxy."""
    return np.concatenate([bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)])
