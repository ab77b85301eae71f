"""What becomes of that which is placed in a zone when the zones' outlines change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo.geometry.crs import union_of
from geo.pack.zone_swap import LEAST_M2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry


class Fate(StrEnum):
    """
    What becomes of a feature that lies in a zone, or belongs to it by its `zone_id`.

    It belongs to the zone and now lies outside, or did before as well; it lies inside and belongs
    to none, or to another; it belongs to a zone that goes; it belongs and its place is unknown; or
    all is as it was.
    """

    OUTSIDE = "outside"
    OUTSIDE_BEFORE = "outside_before"
    UNNAMED = "unnamed"
    OTHERS = "others"
    GONE = "gone"
    NO_PLACE = "no_place"
    INSIDE = "inside"


@dataclass(frozen=True)
class Affected:
    """
    One feature and a zone that changes.

    Attributes
    ----------
    layer
        ``projects`` or ``places``.
    name
        Of the feature.
    zone
        Name of the zone that changes.
    belongs_to
        Name of the zone that the feature names, or its id where no zone has it; None where none.
    accuracy_m
        How well the feature's place is known, metres; None where that is not told.
    doubtful
        Whether the new outline is nearer than that, so that the other side is as possible.
    """

    layer: str
    name: str
    zone: str
    effect: Fate
    belongs_to: str | None
    accuracy_m: float | None
    doubtful: bool


def changed_zones(before: GeoDataFrame | None, after: GeoDataFrame) -> list[str]:
    """Return the ids of zones that are new, gone, or have another outline, those after first."""
    was, becomes = _outlines(before), _outlines(after)
    moved = [one for one, shape in becomes.items() if not _alike(was.get(one), shape)]
    return [*moved, *(one for one in was if one not in becomes)]


def affected(
    before: GeoDataFrame | None, after: GeoDataFrame, features: GeoDataFrame, layer: str
) -> list[Affected]:
    """
    Return what becomes of features, for each zone that changes.

    Parameters
    ----------
    before, after
        The zones as they are and as they would be, EPSG:25832.
    features
        Projects or places: `name`, `zone_id`, `accuracy_m`; a feature of an area is where a point
        inside it is, as it is for the zones' figures.
    layer
        What they are.
    """
    was, becomes = _outlines(before), _outlines(after)
    names = _names(before) | _names(after)
    spots = features.geometry.representative_point().to_numpy()
    named = features["zone_id"].astype(object).where(features["zone_id"].notna(), None)
    found = []
    for zone_id in changed_zones(before, after):
        shape, old = becomes.get(zone_id), was.get(zone_id)
        inside = _within(shape, spots)
        mine = (named == zone_id).to_numpy()
        for row in np.flatnonzero(mine | inside):
            accuracy = (
                _known(features["accuracy_m"].iloc[row]) if "accuracy_m" in features else None
            )
            of = named.iloc[row]
            effect = _effect(shape, old, spots[row], mine=bool(mine[row]), named=of is not None)
            found.append(
                Affected(
                    layer=layer,
                    name=str(features["name"].iloc[row]),
                    zone=names[zone_id],
                    effect=effect,
                    belongs_to=None if of is None else names.get(str(of), str(of)),
                    accuracy_m=accuracy,
                    doubtful=_doubtful(shape, spots[row], accuracy),
                )
            )
    return found


def _effect(
    shape: BaseGeometry | None,
    old: BaseGeometry | None,
    spot: BaseGeometry | None,
    *,
    mine: bool,
    named: bool,
) -> Fate:
    if not mine:
        return Fate.OTHERS if named else Fate.UNNAMED
    if shape is None:
        return Fate.GONE
    if spot is None or spot.is_empty:
        return Fate.NO_PLACE
    if shapely.covers(shape, spot):
        return Fate.INSIDE
    there = old is not None and shapely.covers(old, spot)
    return Fate.OUTSIDE if there else Fate.OUTSIDE_BEFORE


def _within(shape: BaseGeometry | None, spots: NDArray[Any]) -> NDArray[Any]:
    return np.zeros(len(spots), dtype=bool) if shape is None else shapely.covers(shape, spots)


def _doubtful(
    shape: BaseGeometry | None, spot: BaseGeometry | None, accuracy_m: float | None
) -> bool:
    if shape is None or spot is None or spot.is_empty or not accuracy_m:
        return False
    return bool(shapely.distance(shape.boundary, spot) < accuracy_m)


def _outlines(zones: GeoDataFrame | None) -> Mapping[str, BaseGeometry]:
    if zones is None:
        return {}
    ids = zones["zone_id"].astype("str")
    return {one: union_of(zones[ids == one]) for one in ids.unique()}


def _names(zones: GeoDataFrame | None) -> dict[str, str]:
    if zones is None:
        return {}
    return dict(zip(zones["zone_id"].astype("str"), zones["name"].astype("str"), strict=True))


def _alike(was: BaseGeometry | None, becomes: BaseGeometry) -> bool:
    return was is not None and shapely.symmetric_difference(was, becomes).area < LEAST_M2


def _known(value: Any) -> float | None:  # noqa: ANN401  # a cell
    return None if pd.isna(value) else float(value)
