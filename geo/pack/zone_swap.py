"""Outlines put among their neighbours: what they share with them, and what they keep of before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.errors import FileError, NaeringsarealError
from geo.geometry.crs import own_shapes, union_of
from geo.geometry.overlay import polygonal
from geo.geometry.scale import area_factors
from geo.i18n import Remark
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Collection

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Geometries

LEAST_M2: Final = 1.0  # A: less is left by rounding along a border that two outlines share
SLIVER_WIDTH_M: Final = 2.0  # A: narrower is the same border drawn twice, not land in dispute
TOLERANCE: Final = 0.001  # of the whole, as for the land account (domain rule: parts are the whole)


class Cut(StrEnum):
    """Who gives way where outlines overlap: the new one, or those that were there."""

    NEW = "new"
    OTHERS = "others"


@dataclass(frozen=True)
class Overlap:
    """
    Land that a new outline shares with another.

    Attributes
    ----------
    zone_id, name
        Of the new one.
    other_id, other_name
        Of the other.
    area_m2
        Shared, on the ground.
    share, other_share
        Of the new outline and of the other one, 0–1.
    sliver
        Whether it is narrower than `SLIVER_WIDTH_M` on average: twice its area by its perimeter.
    geometry
        EPSG:25832.
    """

    zone_id: str
    name: str
    other_id: str
    other_name: str
    area_m2: float
    share: float
    other_share: float
    sliver: bool
    geometry: BaseGeometry

    @property
    def inside(self) -> bool:
        """Whether the new outline lies wholly in the other: cut, nothing of it would be left."""
        return self.share > 1 - TOLERANCE


@dataclass(frozen=True)
class Move:
    """
    One outline against itself as it was; all areas on the ground, m².

    `kept_m2` and `added_m2` sum to `given_m2`; `kept_m2` and `gone_m2` to `before_m2`. Of a new
    area `before_m2` is None, and all of it is added.
    """

    zone_id: str
    name: str
    given_m2: float
    before_m2: float | None
    kept_m2: float
    added_m2: float
    gone_m2: float

    @property
    def same(self) -> bool:
        """Whether the outline is the one that is there already."""
        return self.before_m2 is not None and max(self.added_m2, self.gone_m2) < LEAST_M2


@dataclass(frozen=True)
class Swap:
    """
    What new outlines do to a layer of areas.

    Attributes
    ----------
    moves
        One for each new outline.
    overlaps
        With outlines that stay: to be settled before the layer is put into use.
    among
        Of the new outlines with each other: told, and left as the file has them.
    outside_m2
        Of the new outlines outside the municipality; None where its border is not known.
    """

    moves: tuple[Move, ...]
    overlaps: tuple[Overlap, ...]
    among: tuple[Overlap, ...]
    outside_m2: float | None

    @property
    def slivers_only(self) -> bool:
        """Whether there are overlaps, and all are slivers."""
        return bool(self.overlaps) and all(one.sliver for one in self.overlaps)


def swap(
    whole: GeoDataFrame,
    new: Collection[str],
    old: GeoDataFrame | None,
    municipality: GeoDataFrame | None = None,
) -> Swap:
    """
    Measure new outlines against their neighbours and against themselves as they were.

    Parameters
    ----------
    whole
        The zones as they would be: new ones and those that stay; EPSG:25832, with `zone_id` and
        `name`.
    new
        Ids of the new ones.
    old
        The zones as they are; None where there are none.
    municipality
        Its border.
    """
    shapes = own_shapes(whole)
    ids, names = whole["zone_id"].astype("str").to_numpy(), whole["name"].astype("str").to_numpy()
    is_new = np.isin(ids, list(new))
    factors = area_factors(shapes, whole.crs)
    border = None if municipality is None or municipality.empty else union_of(municipality)
    moves: list[Move] = []
    overlaps: list[Overlap] = []
    among: list[Overlap] = []
    outside = 0.0
    tree = shapely.STRtree(shapes)
    for row in np.flatnonzero(is_new):
        shape, factor = shapes[row], float(factors[row])
        was = _of(old, ids[row])
        moves.append(_move(ids[row], names[row], shape, was, factor))
        if border is not None:
            outside += factor * shapely.difference(shape, border).area
        for other in np.sort(tree.query(shape, predicate="intersects")):
            if other == row or (is_new[other] and other < row):
                continue
            shared = polygonal(np.array([shapely.intersection(shape, shapes[other])]))[0]
            if shared.area < LEAST_M2:
                continue
            one = Overlap(
                zone_id=ids[row],
                name=names[row],
                other_id=ids[other],
                other_name=names[other],
                area_m2=factor * shared.area,
                share=shared.area / shape.area,
                other_share=shared.area / shapes[other].area,
                sliver=2 * shared.area / shared.length < SLIVER_WIDTH_M,
                geometry=shared,
            )
            (among if is_new[other] else overlaps).append(one)
    return Swap(
        moves=tuple(moves),
        overlaps=tuple(overlaps),
        among=tuple(among),
        outside_m2=None if border is None else outside,
    )


def settled(whole: GeoDataFrame, found: Swap, how: Cut) -> GeoDataFrame:
    """
    Return the zones without the overlaps with those that stay, whole as `swap` was given it.

    Raises
    ------
    FileError
        If nothing would be left of an outline.
    NaeringsarealError
        If what is left and what is cut off are not what was there (domain rule).
    """
    shared: dict[str, list[BaseGeometry]] = {}
    for one in found.overlaps:
        loser = one.zone_id if how is Cut.NEW else one.other_id
        shared.setdefault(loser, []).append(one.geometry)
    shapes: Geometries = own_shapes(whole)
    ids = whole["zone_id"].astype("str").to_numpy()
    names = whole["name"].astype("str").to_numpy()
    for row in np.flatnonzero(np.isin(ids, list(shared))):
        lost = shapely.union_all(shared[ids[row]])
        left = polygonal(np.array([shapely.difference(shapes[row], lost)]))[0]
        if left.area < LEAST_M2:
            raise FileError("error.outline_gone", name=quote(names[row]))
        cut_off = shapely.intersection(shapes[row], lost).area
        _require_whole(left.area + cut_off, shapes[row].area)
        shapes[row] = left
    return whole.set_geometry(shapes, crs=whole.crs)


def _move(
    zone_id: str, name: str, shape: BaseGeometry, was: BaseGeometry | None, factor: float
) -> Move:
    # One factor for an outline and itself as it was: their parts sum to either.
    given = factor * shape.area
    if was is None:
        return Move(zone_id, name, given, None, 0.0, given, 0.0)
    kept = factor * shapely.intersection(shape, was).area
    added = factor * shapely.difference(shape, was).area
    gone = factor * shapely.difference(was, shape).area
    before = factor * was.area
    _require_whole(kept + added, given)
    _require_whole(kept + gone, before)
    return Move(zone_id, name, given, before, kept, added, gone)


def _of(zones: GeoDataFrame | None, zone_id: str) -> BaseGeometry | None:
    if zones is None:
        return None
    found = zones[zones["zone_id"].astype("str") == zone_id]
    return None if found.empty else union_of(found)


def _require_whole(parts: float, whole: float) -> None:
    if abs(parts - whole) > max(LEAST_M2, TOLERANCE * whole):
        figure = Remark("data.zone_area_m2")
        raise NaeringsarealError("error.parts_not_whole", figure=figure, parts=parts, whole=whole)
