"""The 90 % rule: the share of new jobs that comes in prioritised growth areas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import MissingColumnError, TargetOutOfRangeError
from geo.geometry import own_shapes, require_common_crs, union_of
from geo.jobs import given_jobs, site_ids

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame, Index, Series

# Strategi for bærekraftig næringsutvikling 2022–2030 (Lillestrøm kommune): 90 % of new jobs shall
# come in the prioritised growth areas.
TARGET_SHARE: Final = 0.90

# `heal_inside` must bring the share to exactly the target, but J·t/(1−t) is a rounded number and
# the share it gives may miss t in the last digit. One job in a billion decides nothing.
_TOLERANCE: Final = 1e-9


class Verdict(StrEnum):
    """What the rule says about a set of new jobs."""

    FULFILLED = "oppfylt"
    BROKEN = "ikke oppfylt"
    UNCERTAIN = "usikker"  # the interval straddles the target
    NO_NEW_JOBS = "ingen nye arbeidsplasser"


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """
    The rule's account for one set of sites and one set of counted areas.

    Jobs are gross: what the sites bring, without deduction for jobs that move or disappear.
    The formulas are share ≥ t, solved for the jobs outside and inside (t is `target`).

    Raises
    ------
    TargetOutOfRangeError
        If the target is not above 0 and at most 1.
    """

    jobs_inside: float
    jobs_inside_low: float
    jobs_inside_high: float
    jobs_outside: float
    jobs_outside_low: float
    jobs_outside_high: float
    target: float = TARGET_SHARE

    def __post_init__(self) -> None:
        if not 0 < self.target <= 1:
            raise TargetOutOfRangeError(target=f"{self.target:g}")

    @property
    def jobs_total(self) -> float:
        """All new jobs, by their middle figures."""
        return self.jobs_inside + self.jobs_outside

    @property
    def share(self) -> float | None:
        """J_in / (J_in + J_out), 0–1; None without new jobs: then there is nothing to judge."""
        return self.jobs_inside / self.jobs_total if self.jobs_total else None

    @property
    def share_low(self) -> float | None:
        """J_in,low / (J_in,low + J_out,high): the share if the jobs fall out unluckily."""
        return self._bound(self.jobs_inside_low, self.jobs_outside_high)

    @property
    def share_high(self) -> float | None:
        """J_in,high / (J_in,high + J_out,low): the share if the jobs fall out luckily."""
        return self._bound(self.jobs_inside_high, self.jobs_outside_low)

    @property
    def headroom_outside(self) -> float:
        """J_in·(1−t)/t − J_out: jobs that may still come outside; negative when exceeded."""
        headroom = self.jobs_inside * (1 - self.target) / self.target - self.jobs_outside
        return max(headroom, 0.0) if self._meets(self.share) else headroom

    @property
    def heal_inside(self) -> float | None:
        """
        J_out·t/(1−t) − J_in: jobs needed inside to reach the target; 0 when it is met.

        None where no number of jobs inside can do it: jobs outside and a target of 100 %.
        """
        if self.share is None or self._meets(self.share):
            return 0.0
        if self.target == 1:
            return None
        return self.jobs_outside * self.target / (1 - self.target) - self.jobs_inside

    @property
    def verdict(self) -> Verdict:
        """Whether the whole interval, none of it or a part of it reaches the target."""
        if self.share is None:
            return Verdict.NO_NEW_JOBS
        if self._meets(self.share_low):
            return Verdict.FULFILLED
        return Verdict.UNCERTAIN if self._meets(self.share_high) else Verdict.BROKEN

    def as_dict(self) -> dict[str, float | str | None]:
        """Return the keys and values that the command line promises for one result."""
        return {
            "jobs_total": self.jobs_total,
            "jobs_inside": self.jobs_inside,
            "jobs_outside": self.jobs_outside,
            "share": self.share,
            "share_low": self.share_low,
            "share_high": self.share_high,
            "headroom_outside": self.headroom_outside,
            "heal_inside": self.heal_inside,
            "verdict": self.verdict.value,
        }

    def _bound(self, inside: float, outside: float) -> float | None:
        # With nothing at this end of the interval on either side, the middle is all that is known.
        if self.share is None or inside + outside == 0:
            return self.share
        return inside / (inside + outside)

    def _meets(self, share: float | None) -> bool:
        return share is not None and share >= self.target - _TOLERANCE


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
    CrsMissingError, CrsMismatchError
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
    MissingColumnError
        If `sites` has no column `jobs`.
    NegativeJobsError, JobsIntervalError
        If a site's jobs are negative, or not in the order low, middle, high.
    TargetOutOfRangeError, CrsMissingError, CrsMismatchError
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
    counted = growth_areas
    if "counts" in growth_areas:
        counts = growth_areas["counts"].astype("boolean").fillna(value=False)
        counted = growth_areas[counts.astype(bool)]
    share = inside_fraction(sites, counted)
    share_regional = inside_fraction(sites, growth_areas)
    return GrowthAccount(
        gross=_result(jobs, share, target),
        with_regional_areas=_result(jobs, share_regional, target),
        sites=jobs.assign(share_inside=share, share_inside_regional=share_regional),
        ids=site_ids(sites),
        unknown=sites.index[jobs["jobs"].isna() | share.isna()],
    )


def effective_sites(projects: GeoDataFrame, *, adopted_only: bool = False) -> GeoDataFrame:
    """
    Projects that bring new jobs: adopted ones (`effect` counts), and planned ones unless told not.

    Raises
    ------
    MissingColumnError
        If there is no column `effect`.
    """
    if "effect" not in projects:
        raise MissingColumnError(layer="projects", column="effect")
    return projects[projects["effect"].isin(["counts"] if adopted_only else ["counts", "planned"])]


def _measure(shapes: NDArray[np.object_], *, like: NDArray[np.object_]) -> NDArray[np.float64]:
    # Area where the site has one, else length, else the number of points.
    points = shapely.get_num_coordinates(shapely.extract_unique_points(shapes))
    return np.select(
        [shapely.area(like) > 0, shapely.length(like) > 0],
        [shapely.area(shapes), shapely.length(shapes)],
        points.astype(float),
    )


def _result(jobs: DataFrame, share: Series, target: float) -> RuleResult:
    inside = jobs.mul(share, axis=0).sum()  # NaN, which is unknown, is left out
    outside = jobs.mul(1 - share, axis=0).sum()
    return RuleResult(
        jobs_inside=float(inside["jobs"]),
        jobs_inside_low=float(inside["jobs_low"]),
        jobs_inside_high=float(inside["jobs_high"]),
        jobs_outside=float(outside["jobs"]),
        jobs_outside_low=float(outside["jobs_low"]),
        jobs_outside_high=float(outside["jobs_high"]),
        target=target,
    )


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
