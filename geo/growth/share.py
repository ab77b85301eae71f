"""Which part of a site lies in the growth areas, and its jobs on either side of their border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.errors import MadeUpLayerError, PackError
from geo.geometry.coverage import Indexed, Sites, inside
from geo.geometry.crs import require_common_crs, union_of
from geo.growth.rule import Variants

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.pack.read import Pack

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
    return _fraction(sites, areas)(areas)


def inside_fractions(sites: GeoDataFrame, growth_areas: GeoDataFrame) -> Variants[Series]:
    """Fraction of each site (`inside_fraction`) in the areas that count, and in all."""
    areas = Variants(counted_areas(growth_areas), growth_areas)
    return areas.map(_fraction(sites, growth_areas))


def _fraction(sites: GeoDataFrame, areas: GeoDataFrame) -> Callable[[GeoDataFrame], Series]:
    """Measure the sites once, to be set against some of the areas or all of them."""
    require_common_crs(sites=sites, growth_areas=areas)
    measured = Sites.of(sites.geometry.to_numpy())

    def fraction(some: GeoDataFrame) -> Series:
        union = Indexed.of(np.array([union_of(some)]))
        return pd.Series(inside(measured, union), index=sites.index, name="share_inside")

    return fraction


def areas_to_judge_by(pack: Pack) -> GeoDataFrame:
    """
    Return a pack's growth areas, which the rule may be judged by.

    Raises
    ------
    MissingLayerError
        If the pack has none.
    MadeUpLayerError
        If they are made up: no verdict may rest on them.
    """
    areas = pack.layer("growth_areas")
    if "synthetic" in pack.badges("growth_areas"):
        raise MadeUpLayerError("error.layer_made_up", layer="growth_areas")
    return areas


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
