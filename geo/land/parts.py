"""
Free land by contiguous parts: what is judged as one piece, and what of it is reserve.

A part is judged within its plot. A border of plans or zones across the plot does not split it, for
nothing on the ground does; its figures are then a zone's, by the land in each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import shapely

from geo.geometry import overlay
from geo.geometry.scale import on_ground
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


def parts_of(
    free: Geometries, plot_row: Rows, zone_row: Rows, rules: ReserveRules, scale: Floats
) -> tuple[Floats, Floats, Geometries, Rows]:
    """
    Judge free land by contiguous parts of the same plot.

    Shards that share a border are one part, and those that face each other across a gap of up to
    `JOIN_GAP_M`; the gap is in no plan and adds nothing to the area. Shards that meet in a corner
    are two parts. `scale` is (n,) of the plots, as in `geo.land.pieces.measure`.

    Returns
    -------
    dropped_m2, reserve_m2
        (n,) of each piece.
    parts, piece
        Kept parts as single polygons, cut by zone, and a piece each belongs to.
    """
    count = len(free)
    shards, owner = shapely.get_parts(free, return_index=True)
    area, factor = shapely.area(shards), scale[owner]
    group = _groups(shards, plot_row[owner])
    alone = np.flatnonzero(group < 0)
    passes = np.zeros(len(shards), dtype=bool)

    some = np.flatnonzero(group >= 0)
    joined, joined_group = _joined(shards[some], group[some])
    part = _part_of(shards[some], group[some], joined, joined_group)
    # What is too thin to be found again in the part is judged by itself.
    alone = np.concatenate([alone, some[part < 0]])
    some, part = some[part >= 0], part[part >= 0]
    whole = sum_by(part, (area * factor)[some], len(joined))
    of_part = np.ones(len(joined))
    of_part[part] = factor[some]
    passes[some] = land_rules.kept(on_ground(joined, of_part), rules, whole)[part]
    shapes = on_ground(shards[alone], factor[alone])
    passes[alone] = land_rules.kept(shapes, rules, (area * factor)[alone])

    single = alone[passes[alone]]
    kept = np.flatnonzero(passes[some])
    # A zone and a part make one number, for the figures of a part are cut by zone.
    zones = int(zone_row.max(initial=0)) + 1
    code = part[kept] * zones + zone_row[owner[some[kept]]]
    _, unions = overlay.dissolve(shards[some[kept]], code, grid_size=JOIN_GRID_M)
    pieces, of = shapely.get_parts(overlay.polygonal(unions), return_index=True)
    first = np.unique(code, return_index=True)[1]
    return (
        sum_by(owner, np.where(passes, 0.0, area), count),
        sum_by(owner, np.where(passes, area, 0.0), count),
        np.concatenate([shards[single], pieces]),
        np.concatenate([owner[single], owner[some[kept]][first][of]]),
    )


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
        reach = shapely.buffer(other[rows], distance_m, join_style="mitre")
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
        grown = _grown(shards, JOIN_GAP_M / 2)
        names, unions = overlay.dissolve(grown, group)
        shrunk = _grown(unions, -JOIN_GAP_M / 2 - JOIN_GRID_M)
        parts, of = shapely.get_parts(
            overlay.polygonal(_grown(shrunk, JOIN_GRID_M)), return_index=True
        )
    return parts, names[of]


def _grown(shapes: Geometries, by_m: float) -> Geometries:
    grown: NDArray[Any] = shapely.buffer(shapes, by_m, join_style="mitre")
    return grown


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
