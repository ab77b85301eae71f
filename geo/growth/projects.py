"""What the 90 % rule needs to know of each project, worked out once for each state of a ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.growth.estimates import ESTIMATED, NOTHING_SAID, Estimating, estimated
from geo.growth.share import has_effect, inside_fractions, split_jobs
from geo.jobs import UNKNOWN, complete_jobs, given_jobs, site_ids
from geo.ledger.fields import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.growth.terms import Terms
    from geo.jobs import Norm

# Columns of projects in which a share is given by hand; it wins over the place.
GIVEN_SHARE: Final = "given_share_inside"
GIVEN_SHARE_REGIONAL: Final = "given_share_inside_regional"

_JOBS: Final = ("jobs_low", "jobs", "jobs_high")

# Jobs on each side are counted in steps of 2⁻³⁰, about a billionth of a job. Floating-point sums of
# such steps are exact below 2²³ jobs (three times those of the country), in any order: so parts
# make the whole to the last digit, and an account is the same whichever way the rows lie.
_STEPS_PER_JOB: Final = 2.0**30
_EXACT_BELOW: Final = 2.0**23


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """
    What the rule needs to know of each project of one state of a ledger.

    `frame` is indexed as the projects: id, name, zone_id; jobs_low, jobs, jobs_high (completed from
    floor area, else estimated; NaN where not estimable), basis, norm, area_m2, site_area_m2 and
    why_not, as `geo.growth.estimates.estimated`; jobs_source (whose number it is); jobs_lost (NaN
    unknown); share_inside and share_inside_regional (0–1; NaN without a place); year (Int64, when
    the jobs are expected); status; effect.
    """

    frame: DataFrame


def prepared(
    projects: GeoDataFrame,
    growth_areas: GeoDataFrame,
    norms: Mapping[str, Norm],
    basis: Estimating = NOTHING_SAID,
) -> Prepared:
    """
    Work out once what all accounts of one state of a ledger need.

    Parameters
    ----------
    projects
        As the pack's layer, EPSG:25832; `jobs_lost` (jobs that disappear where it is built) where
        known, and shares given by hand in `GIVEN_SHARE` and `GIVEN_SHARE_REGIONAL` (0–1).
    growth_areas
        As the pack's layer; `counts` decides the first variant, the second takes all.
    norms
        Floor area per job, by type of business.
    basis
        What estimates may rest on.

    Raises
    ------
    PackError
        If there is no column `effect`.
    JobsError
        If a project's figures make no sense; names the project.
    CrsError
        If the two layers are not in the same projected reference system.
    """
    has_effect(projects, adopted_only=False)
    found = all_jobs(projects, norms, basis)
    ids = site_ids(projects)
    # A loss is a number of jobs too, and is checked like one.
    lost = given_jobs(pd.DataFrame({"id": ids, "jobs": _numbers(projects, "jobs_lost")}))["jobs"]
    share = _numbers(projects, GIVEN_SHARE)
    regional = _numbers(projects, GIVEN_SHARE_REGIONAL).fillna(share)
    inside = inside_fractions(projects, growth_areas)
    years = _numbers(projects, "year")
    nothing = pd.Series(None, index=projects.index, dtype=object)
    frame = pd.DataFrame(
        {
            "id": ids,
            "name": projects.get("name", ids),
            "zone_id": projects.get("zone_id", nothing),
            **found,
            "jobs_source": projects.get("jobs_source", nothing),
            "jobs_lost": lost.where(np.isfinite(lost)),
            "share_inside": share.fillna(inside.counted),
            "share_inside_regional": regional.fillna(inside.regional),
            # A year out of reach (a pack's, for the ledger takes none) is a slip, and not known.
            "year": years.where(years.between(FIRST_YEAR, LAST_YEAR)).astype("Int64"),
            "status": projects.get("status", nothing),
            "effect": projects["effect"],
        },
        index=projects.index,
    )
    return Prepared(frame=frame)


def all_jobs(
    projects: GeoDataFrame, norms: Mapping[str, Norm], basis: Estimating = NOTHING_SAID
) -> DataFrame:
    """
    Jobs of each project, known, estimated or neither; as `geo.growth.estimates.estimated`.

    Raises
    ------
    JobsError
        If a project's figures make no sense; names the project.
    """
    completed = complete_jobs(projects, norms)
    jobs = given_jobs(projects.assign(**completed))
    known = pd.Series(np.isfinite(jobs.to_numpy()).all(axis=1), index=jobs.index)
    jobs = jobs.where(known)  # an endless number is not known either
    completed = completed.assign(**jobs, basis=completed["basis"].where(known, UNKNOWN))
    return estimated(projects, completed, norms, basis)


def concerned(prepared: Prepared, terms: Terms) -> DataFrame:
    """
    Rows of `Prepared.frame` that the terms concern, whatever their year.

    Without estimates, the jobs of projects that are estimated are NaN.
    """
    frame = prepared.frame
    wanted = has_effect(frame, adopted_only=terms.adopted_only)
    if terms.statuses is not None:
        wanted &= frame["status"].isin(terms.statuses)
    return frame[wanted] if terms.estimates else known_only(frame[wanted])


def known_only(rows: DataFrame) -> DataFrame:
    """Rows of `Prepared.frame` without the jobs that are estimated."""
    return rows.assign(**rows[list(_JOBS)].mask(rows["basis"].isin(ESTIMATED)))


def in_period(rows: DataFrame, terms: Terms) -> DataFrame:
    """Rows whose year is wanted, or not known: what has no year is never left out silently."""
    return rows[rows["year"].between(*terms.period).fillna(value=True).astype(bool)]


def sides(rows: DataFrame, share: str, *, net: bool) -> DataFrame:
    """
    Jobs of each row inside and outside (`geo.growth.share.split_jobs`), in steps that add exactly.

    `share` names the column that decides the variant. NaN where a figure is not known.
    """
    jobs = rows[list(_JOBS)]
    split = split_jobs(jobs.sub(rows["jobs_lost"], axis=0) if net else jobs, rows[share])
    values = split.to_numpy()
    fine = np.abs(values) < _EXACT_BELOW
    steps = np.rint(np.where(fine, values, 0.0) * _STEPS_PER_JOB) / _STEPS_PER_JOB
    exact = np.where(fine, steps, values) + 0.0  # turns −0 into 0
    return pd.DataFrame(exact, index=split.index, columns=split.columns)


def _numbers(projects: DataFrame, column: str) -> Series:
    if column not in projects:
        return pd.Series(np.nan, index=projects.index)
    return projects[column].astype("float64")
