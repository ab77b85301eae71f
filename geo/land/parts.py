"""
Free land by contiguous parts: what is judged as one piece, and what of it is reserve.

A part is judged within its plot. A border of plans or zones across the plot does not split it, for
nothing on the ground does; its figures are then a zone's, by the land in each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import shapely

from geo.geometry import overlay
from geo.geometry.scale import on_ground
from geo.geometry.width import CIRCLE_TOLERANCE_M, wide
from geo.land import rules as land_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.land.rules import ReserveRules

# A: plans are drawn one by one, and their borders miss each other by centimetres. Nobody plans a
# strip of land that is narrower than this.
JOIN_GAP_M: Final = 0.1

# Borders of neighbouring pieces are cut separately and may differ by a nanometre; on a grid of
# one millimetre they meet.
JOIN_GRID_M: Final = 0.001

# Two shards are joined where they face each other along this many times their distance: so they
# share a border, or nearly do. In a corner they face each other along twice the distance.
_FACING: Final = 10.0

_UNTRIED: Final = -1
_WIDE: Final = 1
_MISSES: Final = 0.01  # `wide` may pass what is narrower by 0.5 %, for arcs are chords
_WIDTHS_KEPT: Final = 4  # a byte a part each: so far back a slider goes


class FreeParts:
    """
    Free land by contiguous parts of the same plot, to be judged by one minimum after another.

    Shards that share a border are one part, and those that face each other across a gap of up to
    `JOIN_GAP_M`; the gap is in no plan and adds nothing to the area. Shards that meet in a corner
    are two parts. What a part is does not depend on how large or wide it must be: that is asked
    again and again, and what was found of a part's width is remembered for the last few widths.
    One thread at a time.

    Parameters
    ----------
    free
        (n,) what is free of each piece, the caller's own copies.
    plot_row, zone_row
        (n,) of each piece.
    scale
        (n,) of the plots, as in `geo.land.pieces.measure`.
    """

    def __init__(self, free: Geometries, plot_row: Rows, zone_row: Rows, scale: Floats) -> None:
        self._pieces = len(free)
        shards, self._owner = shapely.get_parts(free, return_index=True)
        self._area_m2: Floats = shapely.area(shards)
        factor = scale[self._owner]
        group = _groups(shards, plot_row[self._owner])
        alone, some = np.flatnonzero(group < 0), np.flatnonzero(group >= 0)
        joined, joined_group = _joined(shards[some], group[some])
        part = _part_of(shards[some], group[some], joined, joined_group)
        # What is too thin to be found again in the part is judged by itself.
        alone = np.concatenate([alone, some[part < 0]])
        some, part = some[part >= 0], part[part >= 0]
        of_part = np.ones(len(joined))
        of_part[part] = factor[some]

        # What is judged as one: shards alone, then parts of several shards; and which each is in.
        self._judged = np.concatenate([shards[alone], joined])
        self._factor = np.concatenate([factor[alone], of_part])
        on_the_ground = self._area_m2 * factor
        whole = sum_by(part, on_the_ground[some], len(joined))
        self._judged_m2 = np.concatenate([on_the_ground[alone], whole])
        self._judged_in = np.empty(len(shards), dtype=np.int64)
        self._judged_in[alone] = np.arange(len(alone))
        self._judged_in[some] = len(alone) + part

        # A zone and a part make one number, for the figures of a part are cut by zone.
        zones = int(zone_row.max(initial=0)) + 1
        code = part * zones + zone_row[self._owner[some]]
        codes, unions = overlay.dissolve(shards[some], code, grid_size=JOIN_GRID_M)
        pieces, of = shapely.get_parts(overlay.polygonal(unions), return_index=True)
        first = np.unique(code, return_index=True)[1]
        #: (k,) all parts as single polygons, cut by zone; what each was judged by; its piece.
        self._shapes = np.concatenate([shards[alone], pieces])
        self._shape_judged = np.concatenate(
            [np.arange(len(alone)), len(alone) + codes[of] // zones]
        )
        self._shape_piece = np.concatenate([self._owner[alone], self._owner[some][first][of]])
        self._wide: dict[float, NDArray[np.int8]] = {}
        # The largest width that each has passed, and the least that it has not.
        self._passed_m = np.full(len(self._judged), -np.inf)
        self._failed_m = np.full(len(self._judged), np.inf)

    def reserve(self, rules: ReserveRules) -> tuple[Floats, Floats, Geometries, Rows]:
        """
        Judge the parts by their minimum area and width.

        Returns
        -------
        dropped_m2, reserve_m2
            (n,) of each piece, in the plane.
        parts, piece
            Kept parts as single polygons, cut by zone, and a piece each belongs to.
        """
        passes = land_rules.large(self._judged_m2, rules)
        rows = np.flatnonzero(passes)
        passes[rows] = self._wide_enough(rows, rules.min_width_m)
        of_shard = passes[self._judged_in]
        kept = passes[self._shape_judged]
        area = self._area_m2
        return (
            sum_by(self._owner, np.where(of_shard, 0.0, area), self._pieces),
            sum_by(self._owner, np.where(of_shard, area, 0.0), self._pieces),
            self._shapes[kept],
            self._shape_piece[kept],
        )

    def _wide_enough(self, rows: Rows, width_m: float) -> NDArray[np.bool_]:
        """(k,) whether what is judged in these rows is as wide; only what is not known is tried."""
        found = self._wide.pop(width_m, None)
        if found is None:
            found = np.full(len(self._judged), _UNTRIED, dtype=np.int8)
        self._wide[width_m] = found  # the last one asked for is the last to go
        for width in list(self._wide)[:-_WIDTHS_KEPT]:
            del self._wide[width]
        new = rows[found[rows] == _UNTRIED]
        # What is wide is wider than less, and what is narrow narrower than more; as near as the
        # test may miss by, it is asked.
        found[new[self._passed_m[new] >= width_m * (1 + _MISSES) + 2 * CIRCLE_TOLERANCE_M]] = _WIDE
        found[new[self._failed_m[new] <= width_m * (1 - _MISSES) - 2 * CIRCLE_TOLERANCE_M]] = 0
        new = new[found[new] == _UNTRIED]
        room = wide(on_ground(self._judged[new], self._factor[new]), width_m)
        found[new] = room
        self._passed_m[new[room]] = np.maximum(self._passed_m[new[room]], width_m)
        self._failed_m[new[~room]] = np.minimum(self._failed_m[new[~room]], width_m)
        enough: NDArray[np.bool_] = found[rows] == _WIDE
        return enough


def _groups(shards: Geometries, plot: Rows) -> Rows:
    """(n,) number of the group of shards of one plot that (nearly) touch; −1 for one alone."""
    group = np.full(len(shards), -1)
    _, unit, size = np.unique(plot, return_inverse=True, return_counts=True)
    several = np.flatnonzero(size[unit.reshape(-1)] > 1)
    if not several.size:
        return group
    mine = shards[several]
    low, high = np.split(shapely.bounds(mine), 2, axis=1)
    reach = shapely.box(*(low - JOIN_GAP_M).T, *(high + JOIN_GAP_M).T)
    one, other = shapely.STRtree(mine).query(reach)
    pair = (one < other) & (plot[several][one] == plot[several][other])
    one, other = one[pair], other[pair]
    near = _facing(mine[one], mine[other], JOIN_GAP_M)
    doubted = np.flatnonzero(~near)
    near[doubted] = _facing(mine[one[doubted]], mine[other[doubted]], JOIN_GRID_M)
    graph = nx.Graph(zip(several[one[near]].tolist(), several[other[near]].tolist(), strict=True))
    for number, members in enumerate(nx.connected_components(graph)):
        group[list(members)] = number
    return group


def _facing(one: Geometries, other: Geometries, distance_m: float) -> NDArray[np.bool_]:
    """Tell which pairs face each other at this distance, and not in a corner alone."""
    facing: NDArray[np.bool_] = shapely.dwithin(one, other, distance_m)
    rows = np.flatnonzero(facing)
    with overlay.quiet():
        reach = overlay.mitred(other[rows], distance_m)
        border = shapely.intersection(shapely.boundary(one[rows]), reach)
    facing[rows] = shapely.length(border) >= _FACING * distance_m
    return facing


def _joined(shards: Geometries, group: Rows) -> tuple[Geometries, Rows]:
    """
    Unite the shards of every group across their gaps; the second array is the group of each part.

    Grown by half the gap they meet, and they are shrunk by as much.
    """
    if not len(shards):
        return shards, group
    with overlay.quiet():
        grown = overlay.mitred(shards, JOIN_GAP_M / 2)
        names, unions = overlay.dissolve(grown, group)
        shrunk = overlay.mitred(unions, -JOIN_GAP_M / 2 - JOIN_GRID_M)
        parts, of = shapely.get_parts(
            overlay.polygonal(overlay.mitred(shrunk, JOIN_GRID_M)), return_index=True
        )
    return parts, names[of]


def _part_of(shards: Geometries, group: Rows, parts: Geometries, part_group: Rows) -> Rows:
    """(n,) the part of its own group that each shard lies in; −1 for none."""
    part = np.full(len(shards), -1)
    points = shapely.point_on_surface(shards)
    shard, found = shapely.STRtree(parts).query(points, predicate="intersects")
    mine = group[shard] == part_group[found]
    part[shard[mine]] = found[mine]
    return part


def sum_by(rows: Rows, values: Floats, count: int) -> Floats:
    """Sum values by row, 0…count−1; one NaN makes its sum NaN."""
    return np.bincount(rows, weights=values, minlength=count).astype(np.float64)
