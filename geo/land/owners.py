"""
One owner of every square metre: plots that overlap, and buildings that are in the data twice.

Registers overlap for good reasons (a leasehold lies inside the plot that it is leased from) and for
bad ones (two surveys of one border, two sources of one building). In the account land is counted
once, and so is a building.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.geometry import overlay, polygons
from geo.schema.coercion import to_text

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Rows
    from geo.geometry.polygons import PolygonLayer

# Rounding of coordinates leaves shreds along borders that two plots share.
SHRED_M2: Final = 0.01
SAME: Final = "same"  # a building that another row has too: left out

# A: outlines of one building in two sources lie some decimetres apart. Of a building of 20 by 20 m
# that is moved by half a metre both ways, 95 % stays on its ground.
SAME_GROUND: Final = 0.9
SAME_ID_GROUND: Final = 0.5  # A: with one and the same id, half of the ground is enough


@dataclass(frozen=True)
class PlotOverlaps:
    """Pairs of rows that lie on the same land, and how much of it (m²)."""

    one: Rows
    other: Rows
    area_m2: Floats


def of_plots(plots: PolygonLayer) -> tuple[PolygonLayer, PlotOverlaps]:
    """
    Give land that several plots cover to the smallest of them, or of two equals to the later row.

    A leasehold is smaller than the plot that it is leased from, and it is the lessee who may build
    there; so the leasehold holds its land, and the plot around it holds the rest.
    """
    found = PlotOverlaps(*polygons.overlapping(plots, SHRED_M2))
    ties = np.arange(len(plots.area))
    return _to_smallest(plots, found.one, found.other, ties), found


def of_buildings(
    buildings: PolygonLayer, frame: GeoDataFrame
) -> tuple[PolygonLayer, dict[int, str]]:
    """
    Leave out buildings that are there twice, and share out the ground where others overlap.

    Two rows are one building where `SAME_GROUND` of the ground of each is the other's; where they
    have the same id (an empty one or 0 is none) and `SAME_ID_GROUND` of the smaller is shared; or
    where `SAME_GROUND` of the smaller lies in one whose floor area is registered, and its own is
    not: it is then a part of that. Of the two, the one with registered floor area counts, or the
    larger floor area, the more floors, the larger ground, in this order; of equals the one to the
    north-east, and only then the earlier row, so that the order of the rows does not move a figure.

    Ground that different buildings cover (a tower on a lower one) is the smallest one's, so that
    no ground is multiplied by the floors of two. One that is covered altogether keeps its ground,
    for its registered floor area stands there all the same.

    Parameters
    ----------
    frame
        building_id, gross_area_m2, floors; row by row as `buildings`.

    Returns
    -------
    PolygonLayer, mapping
        The ground of each building, and `SAME` by row that was left out.
    """
    one, other, area = polygons.overlapping(buildings, SHRED_M2)
    if not one.size:
        return buildings, {}
    gross, floors = (
        np.nan_to_num(pd.to_numeric(frame[name], errors="coerce").to_numpy(float, na_value=np.nan))
        for name in ("gross_area_m2", "floors")
    )
    size = buildings.area
    ids, known = _building_ids(frame["building_id"])
    smaller = np.minimum(size[one], size[other])
    inner = np.where(size[one] <= size[other], one, other)
    outer = one + other - inner
    same = area >= SAME_GROUND * np.maximum(size[one], size[other])
    same |= known[one] & (ids[one] == ids[other]) & (area >= SAME_ID_GROUND * smaller)
    part = (area >= SAME_GROUND * smaller) & (gross[outer] > 0) & ~(gross[inner] > 0)

    rows = np.arange(len(size))
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort((-rows, *buildings.bounds.T, size, floors, gross))] = rows
    worse = np.where(rank[one] < rank[other], one, other)
    gone = np.unique(np.concatenate([worse[same], inner[part & ~same]]))
    nothing = np.full(gone.size, None, dtype=object)
    left = polygons.cut(buildings, gone, nothing)
    there = ~(np.isin(one, gone) | np.isin(other, gone))
    ground = _to_smallest(left, one[there], other[there], rank)
    covered = np.flatnonzero((left.area > 0) & (ground.area == 0))
    return polygons.cut(ground, covered, left.geometry[covered]), dict.fromkeys(gone.tolist(), SAME)


def _building_ids(given: pd.Series) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return ids as text, and which of them name a building: those of unregistered ones are 0."""
    ids = to_text(given)
    known = ids.notna() & pd.to_numeric(ids, errors="coerce").ne(0)
    return ids.to_numpy(object), known.to_numpy(bool)


def _to_smallest(layer: PolygonLayer, one: Rows, other: Rows, ties: Rows) -> PolygonLayer:
    """Give what pairs share to the smaller, or of two equals to the one with the higher tie."""
    if not one.size:
        return layer
    rank = np.empty(len(layer.area), dtype=np.int64)
    rank[np.lexsort((ties, -layer.area))] = np.arange(len(layer.area))
    first = rank[one] < rank[other]
    loser, winner = np.where(first, one, other), np.where(first, other, one)
    rows, piece = np.unique(loser, return_inverse=True)
    left = overlay.subtract(
        overlay.own(layer.geometry[rows]),
        overlay.own(layer.geometry[winner]),
        piece,
        np.arange(len(winner)),
    )
    return polygons.cut(layer, rows, left)
