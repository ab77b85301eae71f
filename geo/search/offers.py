"""Pieces offered out of land that is larger than wished, each surveyed as a site of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry.overlay import THREADS, in_threads, own, quiet
from geo.geometry.scale import area_factors
from geo.land.owners import SHRED_M2
from geo.land.rules import MIN_WIDTH_M
from geo.search.answers import rectangles, states
from geo.search.completing import completed, to_be_cut
from geo.search.cut import CutOut, cut_out
from geo.search.survey import survey

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Geometries, Rows
    from geo.screening.context import Context
    from geo.search.criteria import Criteria

# So many of the best are cut; a list longer than this is read by a program, which can ask for more.
MOST_CUT: Final = 100
SUFFIX: Final = ":cut"
# What a candidate is before it is surveyed.
_OWN: Final = (
    *("id", "kind", "zone_id", "parcel_ids", "plots", "area_m2", "allowed_bra_m2", "synthetic"),
)


def offered(
    context: Context,
    frame: GeoDataFrame,
    wish: Criteria,
    zones: frozenset[str],
    boxes: Geometries,
) -> tuple[GeoDataFrame, Geometries]:
    """
    Replace land that is too large by a piece of the wished size, where one meets the wish.

    A piece lies where its part is nearest to the station, or to the main road where only that is
    asked for, and everything that is told of it is its own. What the plan allows on it is its share
    of what it allows on the part, so an even plan is assumed (A).

    Parameters
    ----------
    frame
        The hits, the best first, as `geo.search.completing.completed`.
    zones
        Ids of the zones asked for.
    boxes
        (n,) where the wished rectangle fits in each; None where it was not asked for.

    Returns
    -------
    GeoDataFrame, ndarray
        The same rows and boxes. Land of which no piece meets the wish stays whole, or goes where
        the wish has a most that it is above.
    """
    rows = np.flatnonzero(to_be_cut(frame, wish))[:MOST_CUT]
    shapes = frame.geometry.to_numpy()
    # Not in threads: pyproj quiets a warning meanwhile, for all of them or for none.
    scale = {row: float(area_factors(shapes[row : row + 1], frame.crs)[0]) for row in rows.tolist()}

    def cut(block: Rows) -> list[CutOut | None]:
        return [_cut(context, shapes[row], scale[row], wish) for row in block.tolist()]

    tasks = np.array_split(rows, THREADS) if len(rows) >= THREADS else [rows]
    cuts = [one for block in in_threads(cut, tasks) for one in block]
    made = np.array(
        [row for row, cut in zip(rows, cuts, strict=True) if cut is not None], dtype=int
    )
    if made.size:
        pieces = _surveyed(context, frame.iloc[made], [cut for cut in cuts if cut], wish)
        met = states(pieces, wish, zones).passing(accept_unknown=wish.accept_unknown)
        if not wish.unplanned:  # the piece may lie in a case that most of its part is outside
            met &= pieces["left_out"].isna().to_numpy()
        if wish.rectangle_m is not None:
            found = rectangles(pieces.geometry.to_numpy(), pieces.crs, wish.rectangle_m)
            met &= ~shapely.is_missing(found)
            boxes = boxes.copy()
            boxes[made[met]] = found[met]
        frame = _replaced(frame, made[met], pieces[met])
    if wish.max_daa is None:
        return frame, boxes
    fits = (frame["cut"] | ~to_be_cut(frame, wish)).to_numpy(dtype=bool)
    return frame[fits], boxes[fits]


def _cut(context: Context, shape: Polygon, scale: float, wish: Criteria) -> CutOut | None:
    area = (wish.wished_daa or 0.0) * 1000 / scale
    return cut_out(shape, area, _goal(context, shape, wish), MIN_WIDTH_M / scale**0.5)


def _goal(context: Context, shape: BaseGeometry, wish: Criteria) -> BaseGeometry | None:
    """Where one comes from: the nearest station, or road where only that is asked for."""
    roads_only = wish.max_road_m is not None and wish.max_station_m is None
    layers = (context.roads, context.stations) if roads_only else (context.stations, context.roads)
    for layer in layers:
        if layer is not None and len(layer.index.shapes):
            nearest = int(layer.index.tree.nearest(shape))
            near: BaseGeometry = own(layer.index.shapes[nearest : nearest + 1])[0]
            return near
    return None


def _surveyed(
    context: Context, parts: GeoDataFrame, cuts: list[CutOut], wish: Criteria
) -> GeoDataFrame:
    shapes = np.array([cut.piece for cut in cuts], dtype=object)
    factors = area_factors(shapes, parts.crs)
    area = shapely.area(shapes) * factors
    whole = parts["area_m2"].to_numpy(dtype=float)
    listed = [
        _plots(context, shape, str(plots))
        for shape, plots in zip(shapes, parts["parcel_ids"], strict=True)
    ]
    pieces = parts[[*_OWN, "geometry"]].set_geometry(shapes, crs=parts.crs)
    pieces = pieces.assign(
        id=parts["id"].astype(str) + SUFFIX,
        parcel_ids=[", ".join(plots) for plots in listed],
        plots=[len(plots) for plots in listed],
        area_m2=area,
        allowed_bra_m2=parts["allowed_bra_m2"].to_numpy(dtype=float) * area / whole,
    )
    found = completed(context, survey(context, pieces).frame, wish)
    return found.assign(
        cut=True,
        part_area_m2=whole,
        rest_m2=np.array([cut.rest_m2 for cut in cuts]) * factors,
        rest_parts=np.array([cut.rest_parts for cut in cuts], dtype=float),
        offered_m2=area,
    )


def _plots(context: Context, piece: BaseGeometry, listed: str) -> list[str]:
    """Ids of the plots of the part that the piece lies on; all of them where none is found."""
    ids = listed.split(", ")
    if len(ids) == 1 or not context.pack.has("parcels"):
        return ids
    parcels = context.pack.layer("parcels")
    near = parcels.iloc[parcels.sindex.query(piece)]
    near = near[near["parcel_id"].astype(str).isin(ids)]
    with quiet():
        common = shapely.area(shapely.intersection(own(near.geometry.to_numpy()), piece))
    met = set(near["parcel_id"].astype(str)[common > SHRED_M2])
    return [one for one in ids if one in met] or ids


def _replaced(frame: GeoDataFrame, rows: Rows, pieces: GeoDataFrame) -> GeoDataFrame:
    """Put the pieces where their parts stood."""
    whole = np.setdiff1d(np.arange(len(frame)), rows)
    mixed = pd.concat([frame.iloc[whole], pieces])
    order = np.argsort(np.concatenate([whole, rows]), kind="stable")
    return mixed.iloc[order]
