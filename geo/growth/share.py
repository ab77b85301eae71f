"""Which part of a site lies in the growth areas, and its jobs on either side of their border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import PackError
from geo.geometry.crs import own_shapes, require_common_crs, union_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

_ENDS: Final = ("", "_low", "_high")  # the middle of an interval of jobs, and its ends


def inside_fraction(sites: GeoDataFrame, areas: GeoDataFrame) -> Series:
    """
    Fraction of each site that lies in the union of the areas.

    Parameters
    ----------
    sites, areas
        Points, lines or polygons, and polygons; both in the same projected reference system
        (EPSG:25832). Where areas overlap, the overlap counts once.

    Returns
    -------
    Series
        0–1, indexed as `sites`: polygons by area, lines (and polygons without area) by length,
        points by number. A point on the border is inside. Without areas it is 0 everywhere; it is
        NaN for a site without a place.

    Raises
    ------
    CrsError
        If the two are not in the same projected reference system.
    """
    require_common_crs(sites=sites, growth_areas=areas)
    shapes = own_shapes(sites)
    union = union_of(areas)
    shapely.prepare(union)  # our own: the caller's geometries are never prepared
    covered = shapely.covers(union, shapes)
    crossing = shapely.intersects(union, shapes) & ~covered

    fraction = covered.astype(float)  # exactly 0 and 1 for the many that no border crosses
    crossed = shapes[crossing]
    parts = shapely.intersection(crossed, union)
    fraction[crossing] = _measure(parts, like=crossed) / _measure(crossed, like=crossed)
    fraction[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = np.nan
    return pd.Series(fraction.clip(0, 1), index=sites.index, name="share_inside")


def counts(growth_areas: GeoDataFrame) -> Series:
    """Whether each area counts: where its `counts` is true, or there is no such column."""
    if "counts" not in growth_areas:
        return pd.Series(data=True, index=growth_areas.index)
    said: Series = growth_areas["counts"].astype("boolean").fillna(value=False).astype(bool)
    return said


def counted_areas(growth_areas: GeoDataFrame) -> GeoDataFrame:
    """Areas that count (`counts`)."""
    return growth_areas[counts(growth_areas)]


def split_jobs(jobs: DataFrame, share: Series) -> DataFrame:
    """
    Jobs of each site on either side of the border.

    Parameters
    ----------
    jobs
        `jobs`, `jobs_low` and `jobs_high` of each site.
    share
        Fraction of each site that lies inside (`inside_fraction`), same index.

    Returns
    -------
    DataFrame
        `jobs_inside`, `jobs_outside` and both with ``_low`` and ``_high``, indexed as `jobs`, to
        be summed for `geo.growth.rule.RuleResult`. NaN where the jobs or the share are not known.
    """
    # As one array: a page asks for this a dozen times, and pandas' own bookkeeping took most of it.
    inside = share.to_numpy(dtype="float64")[:, np.newaxis]
    numbers = jobs[[f"jobs{end}" for end in _ENDS]].to_numpy(dtype="float64")
    names = [f"jobs_{side}{end}" for side in ("inside", "outside") for end in _ENDS]
    parts = np.hstack([numbers * inside, numbers * (1 - inside)])
    return pd.DataFrame(parts, index=jobs.index, columns=names)


def effective_sites(projects: GeoDataFrame, *, adopted_only: bool = False) -> GeoDataFrame:
    """
    Projects that bring new jobs: adopted ones (`effect` counts), and planned ones unless told not.

    Raises
    ------
    PackError
        If there is no column `effect`.
    """
    return projects[has_effect(projects, adopted_only=adopted_only)]


def has_effect(projects: DataFrame, *, adopted_only: bool) -> Series:
    """Whether each project brings new jobs; the rule and the errors of `effective_sites`."""
    if "effect" not in projects:
        raise PackError("error.missing_column", layer="projects", column="effect")
    return projects["effect"].isin(["counts"] if adopted_only else ["counts", "planned"])


def _measure(shapes: NDArray[np.object_], *, like: NDArray[np.object_]) -> NDArray[np.float64]:
    # Area where the site has one, else length, else the number of points.
    points = shapely.get_num_coordinates(shapely.extract_unique_points(shapes))
    return np.select(
        [shapely.area(like) > 0, shapely.length(like) > 0],
        [shapely.area(shapes), shapely.length(shapes)],
        points.astype(float),
    )
