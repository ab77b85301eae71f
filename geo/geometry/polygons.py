"""Polygons of a layer, checked and repaired for overlay; nothing is lost without being named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries, Rows

INVALID: Final = "invalid"  # repaired, and used
UNUSABLE: Final = "unusable"  # no area, or coordinates that are no numbers: left out
DUPLICATE: Final = "duplicate"  # the same polygon as an earlier row: left out

_LEAST_EXTENT_M: Final = 0.001  # bounds that share less than this only touch


@dataclass(frozen=True)
class PolygonLayer:
    """
    Polygons of one layer, fit for overlay.

    Attributes
    ----------
    geometry
        (n,) valid polygons or multipolygons in metres, row by row as in the frame. A sound one is
        the frame's own object, a repaired one is new, and one left out is None.
    bounds
        (n, 4) minx, miny, maxx, maxy in metres; NaN where the geometry is None.
    area
        (n,) in m²; 0 where the geometry is None.
    faults
        (n,) None, or one of `INVALID`, `UNUSABLE`, `DUPLICATE`.
    """

    geometry: Geometries
    bounds: Floats
    area: Floats
    faults: NDArray[Any]

    def near(self, window: Floats, *, margin_m: float = 0.0) -> Rows:
        """Rows whose bounds, `margin_m` metres larger, meet the window (minx, miny, maxx, maxy)."""
        minx, miny, maxx, maxy = self.bounds.T
        meets = (minx <= window[2] + margin_m) & (maxx >= window[0] - margin_m)
        meets &= (miny <= window[3] + margin_m) & (maxy >= window[1] - margin_m)
        return np.flatnonzero(meets)


def layer(
    geometries: Geometries, *, unique: bool = False, threads: int = overlay.THREADS
) -> PolygonLayer:
    """
    Check and repair the polygons of a layer.

    Parameters
    ----------
    geometries
        (n,) geometries in metres; None, other types and invalid ones are allowed.
    unique
        Leave out a polygon that an earlier row has already (parcels and buildings).
    threads
        Blocks at a time.

    Returns
    -------
    Layer
        Invalid geometries are repaired by ``make_valid`` (structure method, which keeps the area
        a reader would colour in); `PolygonLayer.faults` names every row that was touched.
    """
    sound: Geometries = np.array(geometries, dtype=object)
    bounds = np.full((len(sound), 4), np.nan)
    area = np.zeros(len(sound))
    faults = np.full(len(sound), None, dtype=object)

    def check(rows: Rows) -> None:
        copies = overlay.own(sound[rows])
        plain = np.isin(
            shapely.get_type_id(copies),
            (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
        )
        bad = np.flatnonzero(~(plain & shapely.is_valid(copies)))
        if bad.size:
            copies[bad], faults[rows[bad]] = _repaired(copies[bad])
            sound[rows[bad]] = copies[bad]
        size = shapely.area(copies)
        gone = rows[~(size > 0)]
        sound[gone], faults[gone] = None, UNUSABLE
        bounds[rows], area[rows] = shapely.bounds(copies), np.nan_to_num(size)
        bounds[gone] = np.nan

    count = max(1, -(-len(sound) // overlay.BLOCK))
    overlay.in_threads(check, np.array_split(np.arange(len(sound)), count), threads=threads)
    if unique:
        again = _repeated(sound, bounds)
        sound[again], faults[again], bounds[again], area[again] = None, DUPLICATE, np.nan, 0.0
    return PolygonLayer(sound, bounds, area, faults)


def _repaired(geometries: Geometries) -> tuple[Geometries, NDArray[Any]]:
    """Repair a few geometries; the second array says for each what was wrong with it."""
    finite = np.array([np.isfinite(shapely.get_coordinates(one)).all() for one in geometries])
    usable: Geometries = geometries.copy()
    usable[~finite] = None
    fixed = shapely.make_valid(overlay.polygonal(usable), method="structure", keep_collapsed=False)
    fixed = overlay.polygonal(fixed)
    return fixed, np.where(shapely.area(fixed) > 0, INVALID, UNUSABLE).astype(object)


def _repeated(geometries: Geometries, bounds: Floats) -> Rows:
    """Rows whose polygon an earlier row has already, whatever vertex it starts at."""
    digest = np.zeros(len(bounds), dtype=np.uint64)
    for column in bounds.T:
        digest = digest * np.uint64(31) + pd.util.hash_array(column + 0.0)  # −0.0 is 0.0
    present = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    alike = present[pd.Series(digest[present]).duplicated(keep=False).to_numpy()]
    shape = shapely.to_wkb(shapely.normalize(overlay.own(geometries[alike])))
    again: Rows = alike[pd.Series(shape, dtype=object).duplicated().to_numpy()]
    return again


def overlapping(polygons: PolygonLayer, least_m2: float) -> tuple[Rows, Rows, Floats]:
    """
    Find the pairs of polygons of one layer that lie on the same land.

    Parameters
    ----------
    polygons
        Most of them side by side, as plots and buildings are: pairs that only touch are cheap.
    least_m2
        What overlaps by less is left by rounding along a shared border.

    Returns
    -------
    one, other, area_m2
        (k,) rows, `one` before `other`, and what they share.
    """

    def find(block: Rows) -> tuple[Rows, Rows, Floats]:
        near = polygons.near(overlay.window(polygons.bounds[block]))
        shapes = overlay.own(polygons.geometry[near])
        me, other = shapely.STRtree(shapes).query(shapes[np.searchsorted(near, block)])
        first = block[me] < near[other]
        one, two = block[me[first]], near[other[first]]
        low, high = polygons.bounds[:, :2], polygons.bounds[:, 2:]
        shared = np.minimum(high[one], high[two]) - np.maximum(low[one], low[two])
        close = (shared > _LEAST_EXTENT_M).all(axis=1) & (shared.prod(axis=1) >= least_m2)
        one, two = one[close], two[close]
        # Neighbours whose edges match do not overlap, which is cheaper to see for all at once.
        some = np.union1d(one, two)
        odd = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes[np.searchsorted(near, some)]))
        doubted = odd[np.searchsorted(some, one)] | odd[np.searchsorted(some, two)]
        one, two = one[doubted], two[doubted]
        mine, others = (shapes[np.searchsorted(near, rows)] for rows in (one, two))
        over = ~shapely.disjoint(mine, others)
        over[over] = ~shapely.touches(mine[over], others[over])
        area = np.zeros(len(one))
        area[over] = shapely.area(shapely.intersection(mine[over], others[over]))
        enough = area >= least_m2
        return one[enough], two[enough], area[enough]

    found = overlay.in_threads(find, overlay.blocks(polygons.bounds))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    one, other, area = (np.concatenate(column) for column in zip(*found, strict=True))
    return one, other, area


def cut(polygons: PolygonLayer, rows: Rows, left: Geometries) -> PolygonLayer:
    """Return the layer with other shapes in some rows; a row of which nothing is left is None."""
    geometry = polygons.geometry.copy()
    bounds, area = polygons.bounds.copy(), polygons.area.copy()
    size = np.nan_to_num(shapely.area(left))
    geometry[rows] = left
    geometry[rows[size == 0]] = None
    area[rows] = size
    bounds[rows] = np.where((size > 0)[:, np.newaxis], shapely.bounds(left), np.nan)
    return PolygonLayer(geometry, bounds, area, polygons.faults)


def without_newer(polygons: PolygonLayer, rank: Rows, rows: Rows) -> Geometries:
    """
    Give overlapped land to the polygon with the higher rank.

    Parameters
    ----------
    polygons
        All polygons that may take land.
    rank
        (n,) distinct; the higher wins.
    rows
        (k,) the rows wanted.

    Returns
    -------
    ndarray
        (k,) what is left of each wanted polygon; None where it has none.
    """
    left: Geometries = np.full(len(polygons.geometry), None, dtype=object)

    def take(block: Rows) -> None:
        mine = overlay.own(polygons.geometry[block])
        near = polygons.near(overlay.window(polygons.bounds[block]))
        others = overlay.own(polygons.geometry[near])
        other, me = shapely.STRtree(mine).query(others, predicate="intersects")
        newer = rank[near[other]] > rank[block[me]]
        other, me = other[newer], me[newer]
        over = ~shapely.touches(mine[me], others[other])
        left[block] = overlay.subtract(mine, others, me[over], other[over])

    overlay.in_threads(take, [rows[block] for block in overlay.blocks(polygons.bounds[rows])])
    return left[rows]
