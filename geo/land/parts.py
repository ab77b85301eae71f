"""Contiguous free land: which parts of a plot are reserve, and how much of each piece they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.geometry import overlay
from geo.land import rules as land_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.land.rules import ReserveRules

# Borders of neighbouring pieces are cut separately and may differ by a nanometre; on a grid of
# one millimetre they meet, and free land on both sides is one part.
JOIN_GRID_M: Final = 0.001


def parts_of(
    free: Geometries, plot_row: Rows, zone_row: Rows, rules: ReserveRules
) -> tuple[Floats, Floats, Geometries, Rows]:
    """
    Judge free land by contiguous parts of the same plot in the same zone.

    A plan border across a plot does not split a part, for nothing on the ground does; a zone
    border does, for the figures are a zone's.

    Returns
    -------
    dropped_m2, reserve_m2
        (n,) of each piece.
    parts, piece
        Kept parts as single polygons, and a piece each belongs to.
    """
    count = len(free)
    shards, owner = shapely.get_parts(free, return_index=True)
    area = shapely.area(shards)
    pair = np.column_stack([plot_row, zone_row])
    _, sample, unit, size = np.unique(
        pair, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    unit = unit.reshape(-1)
    split = size[unit[owner]] > 1
    single = np.flatnonzero(~split)
    passes = np.zeros(len(shards), dtype=bool)
    passes[single] = land_rules.kept(shards[single], rules)

    joined, joined_unit = _joined(shards[split], unit[owner[split]])
    joined_passes = land_rules.kept(joined, rules)
    passes[split] = _inside(
        shards[split], unit[owner[split]], joined[joined_passes], joined_unit[joined_passes]
    )
    alone = single[passes[single]]
    return (
        sum_by(owner, np.where(passes, 0.0, area), count),
        sum_by(owner, np.where(passes, area, 0.0), count),
        np.concatenate([shards[alone], joined[joined_passes]]),
        np.concatenate([owner[alone], sample[joined_unit[joined_passes]]]),
    )


def _joined(shards: Geometries, unit: Rows) -> tuple[Geometries, Rows]:
    """Dissolve the shards of every unit into single polygons; the second array is their unit."""
    if not len(shards):
        return shards, unit
    name, group = np.unique(unit, return_inverse=True)
    order = np.argsort(group, kind="stable")
    piles = shapely.geometrycollections(shards[order], indices=group[order])
    unions = shapely.union_all(piles[:, np.newaxis], axis=1, grid_size=JOIN_GRID_M)
    polygons, of = shapely.get_parts(overlay.polygonal(unions), return_index=True)
    return polygons, name[of]


def _inside(
    shards: Geometries, unit: Rows, parts: Geometries, part_unit: Rows
) -> NDArray[np.bool_]:
    """Tell which shards lie in a part of their own unit."""
    inside = np.zeros(len(shards), dtype=bool)
    points = shapely.point_on_surface(shards)
    shard, part = shapely.STRtree(parts).query(points, predicate="intersects")
    inside[shard[unit[shard] == part_unit[part]]] = True
    return inside


def sum_by(rows: Rows, values: Floats, count: int) -> Floats:
    """Sum values by row, 0…count−1; one NaN makes its sum NaN."""
    return np.bincount(rows, weights=values, minlength=count).astype(np.float64)
