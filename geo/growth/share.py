"""The 90 % rule: the share of new jobs that comes in prioritised growth areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import PackError
from geo.geometry.crs import own_shapes, require_common_crs, union_of
from geo.growth.rule import TARGET_SHARE, RuleResult, Verdict
from geo.jobs import given_jobs, site_ids

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame, Index, Series

# What the rule says is read from here too: to most, the rule is one thing.
__all__ = [
    "TARGET_SHARE",
    "GrowthAccount",
    "RuleResult",
    "Verdict",
    "both_variants",
    "counted_areas",
    "effective_sites",
    "has_effect",
    "inside_fraction",
    "rule",
    "split_jobs",
]

_ENDS: Final = ("", "_low", "_high")  # the middle of an interval of jobs, and its ends


@dataclass(frozen=True, kw_only=True)
class GrowthAccount:
    """
    Both results of the rule, and the sites they rest on.

    `sites` holds `jobs`, `jobs_low`, `jobs_high`, `share_inside` and `share_inside_regional`,
    indexed as the sites given, and `ids` their names for people. `unknown` is the index of those
    left out of every sum because their jobs (or their place) are not known.
    """

    gross: RuleResult
    with_regional_areas: RuleResult
    sites: DataFrame
    ids: Series
    unknown: Index

    def as_dict(self) -> dict[str, object]:
        """Return the document that the command line promises for ``rule``; no NaN in it."""
        columns = (self.ids, self.sites["jobs"], self.sites["share_inside"])
        left_out = self.sites.index.isin(self.unknown)
        return {
            "gross": self.gross.as_dict(),
            "with_regional_areas": self.with_regional_areas.as_dict(),
            "sites": [
                {"id": name, "jobs": _or_none(jobs), "share_inside": _or_none(share)}
                for name, jobs, share in zip(*columns, strict=True)
            ],
            "target": self.gross.target,
            "jobs_unknown": self.ids[left_out].tolist(),
        }


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


def rule(sites: GeoDataFrame, areas: GeoDataFrame, *, target: float = TARGET_SHARE) -> RuleResult:
    """
    Judge new jobs at `sites` against the areas, all of which count.

    Parameters
    ----------
    sites
        Points, lines or polygons with `jobs` and, where known, `jobs_low` and `jobs_high` (else
        taken as `jobs`). A site across a border is split by area. Sites whose jobs are not known
        are left out of the sums: not knowing is not 0.
    areas
        Polygons in the same projected reference system as `sites` (EPSG:25832).
    target
        Share that must be reached, above 0 and at most 1.

    Raises
    ------
    PackError
        If `sites` has no column `jobs`.
    JobsError
        If a site's jobs are negative, or not in the order low, middle, high.
    ParameterError, CrsError
        As in `RuleResult` and `inside_fraction`.
    """
    return _result(given_jobs(sites), inside_fraction(sites, areas), target)


def both_variants(
    sites: GeoDataFrame, growth_areas: GeoDataFrame, *, target: float = TARGET_SHARE
) -> GrowthAccount:
    """
    Judge new jobs twice: by the areas that count, and with the regional areas as well.

    Whether the regional focus areas (Berger, Heia) count is stated in no source read; so both
    results are always shown. An area counts where its `counts` is true (all of them where the
    column is absent; not where it is null). Parameters and errors as in `rule`.
    """
    jobs = given_jobs(sites)
    share = inside_fraction(sites, counted_areas(growth_areas))
    share_regional = inside_fraction(sites, growth_areas)
    return GrowthAccount(
        gross=_result(jobs, share, target),
        with_regional_areas=_result(jobs, share_regional, target),
        sites=jobs.assign(share_inside=share, share_inside_regional=share_regional),
        ids=site_ids(sites),
        unknown=sites.index[jobs["jobs"].isna() | share.isna()],
    )


def counted_areas(growth_areas: GeoDataFrame) -> GeoDataFrame:
    """Areas whose `counts` is true; all of them where there is no such column."""
    if "counts" not in growth_areas:
        return growth_areas
    counts = growth_areas["counts"].astype("boolean").fillna(value=False)
    return growth_areas[counts.astype(bool)]


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
        `jobs_inside`, `jobs_outside` and both with ``_low`` and ``_high``, indexed as `jobs`:
        what `RuleResult` wants the sums of. NaN where the jobs or the share are not known.
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


def _result(jobs: DataFrame, share: Series, target: float) -> RuleResult:
    sums = split_jobs(jobs, share).sum()  # NaN, which is unknown, is left out
    return RuleResult(**{str(name): float(sum_) for name, sum_ in sums.items()}, target=target)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
