"""Where finds give way: the land that they lay on is not mapped without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.geometry.crs import own_shapes, union_of
from geo.geometry.overlay import polygonal
from geo.geometry.scale import areas_of
from geo.pack.renewal import COVERAGE, FINDS
from geo.schema.kinds import INTERVAL, RECURRENT

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.pack.read import Pack

LEAST_M2: Final = 1.0  # A: less is left by rounding along a border that two finds share


def narrowed(
    coverage: GeoDataFrame, before: GeoDataFrame | None, after: GeoDataFrame
) -> GeoDataFrame:
    """
    Return coverage without the land where something was found before and is not any more.

    Left as it was, it would call that land clear, though nobody has looked through it and found
    nothing there: the finds are only gone from the pack. What is gone is worked out kind by kind;
    of a flood, one that comes more seldom does not stand for one that came more often.

    Parameters
    ----------
    coverage
        What was looked through, EPSG:25832, with `kind`.
    before, after
        The finds as they are and as they would be; None where there are none.
    """
    if before is None or "kind" not in before or "kind" not in coverage:
        return coverage
    shapes = own_shapes(coverage)
    kinds = coverage["kind"].astype("str").to_numpy()
    for kind in np.unique(kinds):
        gone = _gone(kind, before, after)
        rows = np.flatnonzero(kinds == kind)
        for row in rows if gone.area else ():
            if shapely.intersection(shapes[row], gone).area >= LEAST_M2:
                shapes[row] = shapely.difference(shapes[row], gone)
    shapes = polygonal(shapes)
    left = shapely.area(shapes) >= LEAST_M2
    return coverage.set_geometry(shapes, crs=coverage.crs)[left].reset_index(drop=True)


def unsearched(before: Pack, after: Pack) -> dict[str, float]:
    """Return by kind how much land was mapped and is not any more, m² on the ground."""
    if not before.has(COVERAGE):
        return {}
    old = before.layer(COVERAGE)
    new = after.layer(COVERAGE) if after.has(COVERAGE) else old.iloc[:0]
    found = {}
    for kind in old["kind"].dropna().unique():
        was, becomes = (union_of(frame[frame["kind"] == kind]) for frame in (old, new))
        lost = old.iloc[:1].set_geometry([shapely.difference(was, becomes)], crs=old.crs)
        area = float(areas_of(lost)[0])
        if area >= LEAST_M2:
            found[str(kind)] = area
    return found


def with_searched(pack: Pack, layers: dict[str, GeoDataFrame]) -> dict[str, GeoDataFrame]:
    """Return a pack's layers after finds were replaced in them, with `narrowed` coverage."""
    if COVERAGE not in layers:
        return layers
    before = pack.layer(FINDS) if pack.has(FINDS) else None
    rest = narrowed(layers[COVERAGE], before, layers[FINDS])
    others = {name: frame for name, frame in layers.items() if name != COVERAGE}
    return others if rest.empty else layers | {COVERAGE: rest}


def _gone(kind: str, before: GeoDataFrame, after: GeoDataFrame) -> BaseGeometry:
    """Return the land of the finds of one kind on which no new find stands for them."""
    old, new = (frame[frame["kind"] == kind] for frame in (before, after))
    groups = [(old, new)]
    if kind in RECURRENT and INTERVAL in old:
        # Of an unknown interval it counts in every class, as if it came the most often.
        often = old[INTERVAL].astype(float).fillna(0.0)
        seldom = new[INTERVAL].astype(float).fillna(0.0) if INTERVAL in new else None
        groups = [
            (old[often == years], new if seldom is None else new[seldom <= years])
            for years in often.unique()
        ]
    lost = [shapely.difference(union_of(one), union_of(other)) for one, other in groups]
    parts = shapely.get_parts(polygonal(np.array([shapely.union_all(lost)])))
    return shapely.union_all(parts[shapely.area(parts) >= LEAST_M2])
