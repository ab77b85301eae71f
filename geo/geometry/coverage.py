"""
How much of each site lies under a layer, for many sites at once: the screening's kernel.

A site is measured by what it has: a polygon by its area (m²), a line by its length (m), points by
their number. So one share, 0–1, means the same for all of them, as in `geo.growth.share`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.geometry.overlay import dissolve, own, quiet
from geo.geometry.scale import area_factors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo.geometry.overlay import Floats, Geometries, Rows

# Rounding leaves shreds along shared borders. Under 1 cm² a side would not be seen on any map, and
# a part of 10⁻⁹ of a site is no part.
SHRED_M2: Final = 0.01
SHRED_SHARE: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Indexed:
    """
    Shapes of a layer with their search tree, shared by all who ask and never prepared.

    The tree is built before it is shared, since a tree builds itself at the first question.
    """

    shapes: Geometries
    tree: shapely.STRtree

    @classmethod
    def of(cls, shapes: Geometries) -> Indexed:
        """Copy the shapes, flat and valid, and index them."""
        mine = shapely.make_valid(own(shapes))
        tree = shapely.STRtree(mine)
        tree.query(shapely.Point(0, 0))
        return cls(mine, tree)


@dataclass(frozen=True, eq=False)
class Sites:
    """
    Sites to be measured: copies of the caller's, prepared, for one task alone.

    Attributes
    ----------
    shapes
        (n,) valid and flat; None or empty where a site has no place.
    dimension
        (n,) 2 with area, 1 with length only, 0 points; −1 without a place.
    size
        (n,) m², m or number of points, in the plane; NaN without a place.
    scale
        (n,) what areas in the plane are to be multiplied by to be those on the ground.
    """

    shapes: Geometries
    dimension: NDArray[np.int64]
    size: Floats
    scale: Floats

    @classmethod
    def of(cls, geometries: Geometries, crs: CRS | None = None) -> Sites:
        """Copy, repair and measure; without `crs`, only shares are right far from the meridian."""
        shapes = shapely.make_valid(own(geometries))
        placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        dimension = np.select(
            [~placed, shapely.area(shapes) > 0, shapely.length(shapes) > 0], [-1, 2, 1], 0
        )
        size = np.where(placed, measured(shapes, dimension), np.nan)
        scale = area_factors(shapes, crs)
        shapely.prepare(shapes)
        return cls(shapes, dimension, size, scale)

    @property
    def area_m2(self) -> Floats:
        """(n,) on the ground; NaN where a site has no area: it is not known."""
        return np.where(self.dimension == 2, self.size * self.scale, np.nan)  # noqa: PLR2004  # a surface

    def shares(self, measure: Floats) -> Floats:
        """Turn (n,) measures into shares of the sites, 0–1; NaN without a place."""
        return np.clip(measure / self.size, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Overlaps:
    """(k,) one row for each site and shape that meet: their rows, the common part, its measure."""

    site: Rows
    row: Rows
    part: Geometries
    measure: Floats

    def only(self, wanted: NDArray[np.bool_]) -> Overlaps:
        """Keep some of the rows."""
        site, row, part = self.site[wanted], self.row[wanted], self.part[wanted]
        return Overlaps(site, row, part, self.measure[wanted])


def measured(shapes: Geometries, dimension: NDArray[np.int64]) -> Floats:
    """(n,) m², m or number of points, by the dimension that each is measured in."""
    found = np.zeros(len(shapes))
    for one, measure in ((2, shapely.area), (1, shapely.length), (0, _count)):
        rows = dimension == one
        if rows.any():
            found[rows] = measure(shapes[rows])
    return found


def overlaps(sites: Sites, layer: Indexed) -> Overlaps:
    """
    Cut every site by every shape of a layer that it meets, sorted by site, then row.

    Shreds along a border that site and shape share are left out; a point on the border is inside.
    """
    site, row = layer.tree.query(sites.shapes)
    order = np.lexsort((row, site))
    site, row = site[order], row[order]
    used, at = np.unique(row, return_inverse=True)
    shapes = own(layer.shapes[used])
    shapely.prepare(shapes)
    mine = sites.shapes[site]
    met = shapely.intersects(mine, shapes[at])
    site, row, at, mine = site[met], row[met], at[met], mine[met]
    whole = shapely.covers(shapes[at], mine)
    part: Geometries = mine.copy()
    cut = np.flatnonzero(~whole)
    with quiet():
        part[cut] = shapely.intersection(mine[cut], shapes[at[cut]])
    measure = sites.size[site]
    measure[cut] = measured(part[cut], sites.dimension[site[cut]])
    return _without_shreds(sites, Overlaps(site, row, part, measure))


def united(found: Overlaps, sites: Sites, group: Rows, groups: int) -> Floats:
    """
    Measure what the shapes of each group cover of each site, where they overlap only once.

    Parameters
    ----------
    group
        (k,) for each row of `found` a number below `groups`.

    Returns
    -------
    ndarray
        (n, groups) in the measure of the sites.
    """
    code = found.site * groups + group
    total = np.zeros(len(sites.shapes) * groups)
    single = np.bincount(code, minlength=len(total))[code] == 1
    total[code[single]] = found.measure[single]
    if not single.all():
        names, unions = dissolve(found.part[~single], code[~single])
        total[names] = measured(unions, sites.dimension[names // groups])
    covered: Floats = total.reshape(len(sites.shapes), groups)
    return np.minimum(covered, np.nan_to_num(sites.size)[:, np.newaxis])


def inside(sites: Sites, layer: Indexed) -> Floats:
    """(n,) which part of each site (0–1) the shapes of a layer cover; NaN without a place."""
    found = overlaps(sites, layer)
    return sites.shares(united(found, sites, np.zeros_like(found.row), 1)[:, 0])


def shared_out(found: Overlaps, sites: Sites, rank: Rows) -> Overlaps:
    """
    Give what several shapes cover of a site to the one with the highest rank.

    `rank` is (m,), one for each row of the layer. What comes back adds up to no more than a site.
    """
    order = np.lexsort((-rank[found.row], found.site))
    site, row, part = found.site[order], found.row[order], found.part[order]
    part = own(part)
    first = np.flatnonzero(np.diff(site, prepend=-1))
    counts = np.diff(first, append=site.size)
    turn = np.arange(site.size) - np.repeat(first, counts)
    for k in range(1, int(turn.max(initial=0)) + 1):
        # Each later shape of a site gives up what the earlier ones took, one after the other.
        for back in range(1, k + 1):
            rows = np.flatnonzero(turn == k)
            taken = rows - back
            meets = shapely.intersects(part[rows], part[taken])
            rows, taken = rows[meets], taken[meets]
            with quiet():
                part[rows] = shapely.difference(part[rows], part[taken])
    kept = Overlaps(site, row, part, measured(part, sites.dimension[site]))
    return _without_shreds(sites, kept)


def _without_shreds(sites: Sites, found: Overlaps) -> Overlaps:
    dimension, size = sites.dimension[found.site], sites.size[found.site]
    least = np.where(dimension == 2, np.minimum(SHRED_M2, size / 2), size * SHRED_SHARE)  # noqa: PLR2004
    return found.only(found.measure > least)


def _count(shapes: Geometries) -> Floats:
    points = shapely.get_num_coordinates(shapely.extract_unique_points(shapes))
    return np.asarray(points, dtype=float)
