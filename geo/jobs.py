"""Jobs of each site: as given, or from floor area by editable norms."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from geo.errors import JobsError, PackError, ParameterError
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame, Series


NORMS: Final = Path(__file__).with_name("job_norms.toml")

# How a site's jobs are known.
GIVEN: Final = "given"
FLOOR_AREA: Final = "floor_area"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class Norm:
    """
    Floor area per job in one type of business, `low` to `high` square metres.

    `basis` is what the source measures (BRA, BTA, NIA/GEA), `mark` whether the figure is read in
    the source (S) or assumed by us (A). A norm that the reader has set has no source.

    Raises
    ------
    JobsError
        If the two are not positive, finite and in order.
    """

    business_type: str
    label: str
    label_en: str
    low: float
    high: float
    basis: str
    mark: Literal["S", "A"]
    source: str
    source_en: str
    year: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high < math.inf:
            raise JobsError(
                "error.norm",
                business_type=self.business_type,
                low=f"{self.low:g}",
                high=f"{self.high:g}",
            )

    @property
    def middle(self) -> float:
        """Square metres per job halfway between low and high."""
        return (self.low + self.high) / 2


def read_norms(path: Path = NORMS) -> dict[str, Norm]:
    """
    Read the norms by type of business, in the order of the file.

    Raises
    ------
    JobsError
        If a norm is not a positive, ordered interval.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Norm(business_type=name, **table) for name, table in tables.items()}


def with_overrides(
    norms: Mapping[str, Norm], overrides: Mapping[str, tuple[float, float]]
) -> dict[str, Norm]:
    """
    Norms with the reader's own low and high (m² BRA per job) put in for some types.

    A norm that is changed becomes an assumption (A) without a source; `norms` is left as it is.

    Raises
    ------
    ParameterError
        If there is no norm of that type to change.
    JobsError
        If the new figures are not a positive, ordered interval.
    """
    edited = dict(norms)
    for name, (low, high) in overrides.items():
        if name not in norms:
            raise ParameterError(
                "error.unknown_business_type", business_type=name, known=", ".join(norms)
            )
        if (low, high) != (norms[name].low, norms[name].high):
            edited[name] = replace(
                norms[name],
                low=low,
                high=high,
                basis="BRA",
                mark="A",
                source="",
                source_en="",
                year=None,
            )
    return edited


def jobs_from_area(
    gross_area_m2: Series, business_type: Series, norms: Mapping[str, Norm]
) -> DataFrame:
    """
    Jobs that a floor area holds by the norm for its type of business.

    Parameters
    ----------
    gross_area_m2
        Floor area (BRA), m².
    business_type
        Keys of `norms`, in any case («Lett industri» is ``lett_industri``); same index.
    norms
        Norms by type of business.

    Returns
    -------
    DataFrame
        `jobs_low` (area by the norm's high m²), `jobs` (by the mean of the two) and `jobs_high`
        (by its low m²), indexed as `gross_area_m2`; not rounded. NaN where the area is not known
        or the type has no norm.

    Raises
    ------
    JobsError
        If an area is negative.
    """
    area = gross_area_m2.astype(float)
    _refuse(area < 0, area.index.to_series(), "error.negative_area", area=area)
    spelled = business_type.astype("str").str.strip().str.lower()
    types = spelled.str.replace(r"[\s/-]+", "_", regex=True)

    def per_job(figure: str) -> Series:
        return types.map({name: getattr(norm, figure) for name, norm in norms.items()})

    return pd.DataFrame(
        {
            "jobs_low": area / per_job("high").astype(float),
            "jobs": area / per_job("middle").astype(float),
            "jobs_high": area / per_job("low").astype(float),
        },
        index=area.index,
    )


def complete_jobs(sites: DataFrame, norms: Mapping[str, Norm]) -> DataFrame:
    """
    Jobs of each site, from what is known about it.

    Jobs that are given win: `jobs`, with `jobs_low` and `jobs_high` (else as `jobs`), or the
    middle of those two where only they are given. Else they come from `gross_area_m2` and
    `business_type`; else they are unknown, which is not 0. Columns that `sites` lacks are unknown
    everywhere. Whether given jobs make sense is for `given_jobs` to say.

    Returns
    -------
    DataFrame
        `jobs_low`, `jobs`, `jobs_high` (NaN where unknown) and `basis` (``given``,
        ``floor_area`` or ``unknown``), indexed as `sites`.

    Raises
    ------
    JobsError
        If a floor area is negative.
    """
    low, jobs, high = (_numbers(sites, name) for name in ("jobs_low", "jobs", "jobs_high"))
    jobs = jobs.fillna((low + high) / 2)
    given = pd.DataFrame(
        {"jobs_low": low.fillna(jobs), "jobs": jobs, "jobs_high": high.fillna(jobs)}
    )
    area = _numbers(sites, "gross_area_m2")
    _refuse(area < 0, site_ids(sites), "error.negative_area", area=area)
    types = sites.get("business_type", pd.Series(pd.NA, index=sites.index, dtype="str"))
    estimated = jobs_from_area(area, types, norms)

    is_given, is_estimated = jobs.notna(), estimated["jobs"].notna()
    completed = given.where(is_given, estimated, axis=0)
    basis = np.select([is_given, is_estimated], [GIVEN, FLOOR_AREA], UNKNOWN)
    return completed.assign(basis=pd.Series(basis, index=sites.index, dtype="str"))


def norm_table(norms: Mapping[str, Norm]) -> DataFrame:
    """Return m² BRA per job as a table: index type of business, columns `low` and `high`."""
    return pd.DataFrame(
        {"low": [n.low for n in norms.values()], "high": [n.high for n in norms.values()]},
        index=list(norms),
    )


def given_jobs(sites: DataFrame) -> DataFrame:
    """
    Jobs of each site as they stand in `sites`, checked.

    Returns
    -------
    DataFrame
        `jobs`, `jobs_low` and `jobs_high` (as `jobs` where missing), indexed as `sites`; all
        three NaN where `jobs` is.

    Raises
    ------
    PackError
        If there is no column `jobs`.
    JobsError
        If a number is negative, or low, middle and high are not in that order; names the site.
    """
    if "jobs" not in sites:
        raise PackError("error.missing_column", layer="sites", column="jobs")
    jobs, low, high = (_numbers(sites, name) for name in ("jobs", "jobs_low", "jobs_high"))
    ids = site_ids(sites)
    for numbers in (jobs, low, high):
        _refuse(numbers < 0, ids, "error.negative_jobs", jobs=numbers)
    low, high = low.fillna(jobs), high.fillna(jobs)
    _refuse((low > jobs) | (jobs > high), ids, "error.jobs_interval")
    table = pd.DataFrame({"jobs": jobs, "jobs_low": low, "jobs_high": high})
    return table.where(jobs.notna(), axis=0)


def site_ids(sites: DataFrame) -> Series:
    """Name of each site for people: `project_id`, else `id`, else its place in the index; text."""
    ids = pd.Series(sites.index, index=sites.index, dtype=object)
    for column in ("id", "project_id"):
        if column in sites:
            ids = sites[column].astype(object).where(sites[column].notna(), ids)
    return ids.map(str)


def _numbers(sites: DataFrame, column: str) -> Series:
    if column not in sites:
        return pd.Series(np.nan, index=sites.index)
    return sites[column].astype(float)


def _refuse(wrong: Series, ids: Series, code: str, **figures: Series) -> None:
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        # As text: a catalogue's whole numbers would turn −0.4 into 0.
        parts = {name: f"{column.iloc[row]:g}" for name, column in figures.items()}
        raise JobsError(code, site=quote(ids.iloc[row]), **parts)


def business_key(business_type: str | None) -> str | None:
    """Return a type of business as the tables spell it («Lett industri» is lett_industri)."""
    if business_type is None:
        return None
    return re.sub(r"[\s/-]+", "_", business_type.strip().lower())
