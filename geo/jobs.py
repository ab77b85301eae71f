"""Jobs of each site: as given, or from floor area by editable norms."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from geo.errors import JobsError, PackError, ParameterError
from geo.i18n import to_choose
from geo.schema.coercion import quote
from geo.schema.layers import JOBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from geo.geometry.overlay import Floats

NORMS: Final = Path(__file__).with_name("job_norms.toml")

# How a site's jobs are known.
GIVEN: Final = "given"
FLOOR_AREA: Final = "floor_area"
EXPECTED: Final = "utilisation"  # from the floor area that the site's own area may carry
UNKNOWN: Final = "unknown"

# A: floor area (m² BRA) that a site carries for each m² of it, where no plan says; low to high.
UTILISATION: Final = (0.25, 0.60)


@dataclass(frozen=True, kw_only=True)
class Norm:
    """
    Floor area per job in one type of business, `low` to `high` square metres.

    `basis` is what the source measures (BRA, BTA, NIA/GEA), `mark` whether the figure is read in
    the source (S) or assumed by us (A). A norm that the reader has set has no source.
    `utilisation_low` and `utilisation_high` are m² BRA for each m² of site, our assumption (A).

    Raises
    ------
    JobsError
        If low and high of either are not positive, finite and in order.
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
    utilisation_low: float = UTILISATION[0]
    utilisation_high: float = UTILISATION[1]

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high < math.inf:
            raise JobsError(
                "error.norm",
                business_type=self.business_type,
                low=f"{self.low:g}",
                high=f"{self.high:g}",
            )
        thin, dense = self.utilisation
        if not 0 < thin <= dense < math.inf:
            raise JobsError(
                "error.norm_utilisation",
                business_type=self.business_type,
                low=f"{thin:g}",
                high=f"{dense:g}",
            )

    @property
    def utilisation(self) -> tuple[float, float]:
        """Lowest and highest m² BRA for each m² of site."""
        return self.utilisation_low, self.utilisation_high

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
        _require_known(name, norms)
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


def with_utilisation(
    norms: Mapping[str, Norm], overrides: Mapping[str, tuple[float, float]]
) -> dict[str, Norm]:
    """
    Norms with the reader's own utilisation (m² BRA for each m² of site) put in for some types.

    Raises
    ------
    ParameterError
        If there is no norm of that type to change.
    JobsError
        If the new figures are not a positive, ordered interval.
    """
    edited = dict(norms)
    for name, (low, high) in overrides.items():
        _require_known(name, norms)
        edited[name] = replace(norms[name], utilisation_low=low, utilisation_high=high)
    return edited


def _require_known(name: str, norms: Mapping[str, Norm]) -> None:
    if name not in norms:
        raise ParameterError(
            "error.unknown_business_type",
            business_type=name,
            known=to_choose(norms, "business.{}"),
        )


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
    sites = pd.DataFrame({"gross_area_m2": gross_area_m2, "business_type": business_type})
    return complete_jobs(sites, norms)[list(JOBS)]


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
    numbers, basis = _completed(sites, norms)
    table = pd.DataFrame(numbers.T, index=sites.index, columns=list(JOBS))
    return table.assign(basis=pd.Series(basis, index=sites.index, dtype="str"))


def site_jobs(
    sites: DataFrame, norms: Mapping[str, Norm], expected_m2: Floats | None = None
) -> dict[str, NDArray[Any]]:
    """
    Jobs of each site as `complete_jobs`, checked as `given_jobs`, without the cost of frames.

    Parameters
    ----------
    sites, norms
        As for `complete_jobs`; `jobs_lost` where known.
    expected_m2
        (n,) floor area (BRA) of sites of which neither jobs nor floor area are known.

    Returns
    -------
    dict
        (n,) jobs_low, jobs, jobs_high (NaN where unknown or endless), jobs_lost and basis.

    Raises
    ------
    JobsError
        As `complete_jobs` and `given_jobs`.
    """
    numbers, basis = _completed(sites, norms, expected_m2)
    numbers = _checked(sites, numbers)
    known = np.isfinite(numbers).all(axis=0)
    return {
        **dict(zip(JOBS, np.where(known, numbers, np.nan), strict=True)),
        "jobs_lost": _numbers(sites, "jobs_lost"),
        "basis": np.where(known, basis, UNKNOWN),
    }


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
    numbers = _checked(sites, np.stack([_numbers(sites, name) for name in JOBS]))
    return pd.DataFrame(numbers.T, index=sites.index, columns=list(JOBS))


def site_ids(sites: DataFrame) -> Series:
    """Name of each site for people: `project_id`, else `id`, else its place in the index; text."""
    ids = pd.Series(sites.index, index=sites.index, dtype=object)
    for column in ("id", "project_id"):
        if column in sites:
            ids = sites[column].astype(object).where(sites[column].notna(), ids)
    return ids.map(str)


def _completed(
    sites: DataFrame, norms: Mapping[str, Norm], expected_m2: Floats | None = None
) -> tuple[Floats, NDArray[np.object_]]:
    """(3, n) jobs in the order of `JOBS`, unchecked, and (n,) how they are known."""
    low, jobs, high = (_numbers(sites, name) for name in JOBS)
    area = _numbers(sites, "gross_area_m2")
    _refuse(area < 0, sites, "error.negative_area", area=area)
    with np.errstate(invalid="ignore"):  # endless less endless is not known
        jobs = np.where(np.isnan(jobs), (low + high) / 2, jobs)
    given = ~np.isnan(jobs)
    basis = np.where(given, GIVEN, FLOOR_AREA).astype(object)
    if expected_m2 is not None:
        expected = np.isnan(area) & ~given
        area = np.where(expected, expected_m2, area)
        basis[expected] = EXPECTED
    numbers = np.where(given, _filled(np.stack([low, jobs, high])), area / _per_job(sites, norms))
    basis[np.isnan(numbers[1])] = UNKNOWN
    return numbers, basis


def _checked(sites: DataFrame, numbers: Floats) -> Floats:
    """(3, n) jobs whose ends are the middle where missing; all NaN where the middle is."""
    for row in (1, 0, 2):
        _refuse(numbers[row] < 0, sites, "error.negative_jobs", jobs=numbers[row])
    low, jobs, high = numbers = _filled(numbers)
    _refuse((low > jobs) | (jobs > high), sites, "error.jobs_interval")
    return np.where(np.isnan(jobs), np.nan, numbers)


def _filled(numbers: Floats) -> Floats:
    return np.where(np.isnan(numbers), numbers[1], numbers)


def _per_job(sites: DataFrame, norms: Mapping[str, Norm]) -> Floats:
    """(3, n) m² per job at the low, the middle and the high number of jobs; NaN without a norm."""
    if "business_type" not in sites:
        return np.full((3, len(sites)), np.nan)
    row_of = {name: row for row, name in enumerate(norms)}
    given = sites["business_type"].tolist()
    names = {name for name in given if isinstance(name, str)}
    rows = {name: row_of.get(business_key(name) or "", -1) for name in names}
    table = [(norm.high, norm.middle, norm.low) for norm in norms.values()]
    # The last, for row −1, is the norm of none.
    per_job: Floats = np.array([*table, (np.nan,) * 3])
    return per_job[[rows.get(name, -1) for name in given]].reshape(-1, 3).T


def _numbers(sites: DataFrame, column: str) -> Floats:
    if column not in sites:
        return np.full(len(sites), np.nan)
    numbers: Floats = sites[column].to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _refuse(wrong: NDArray[np.bool_], sites: DataFrame, code: str, **figures: Floats) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        # As text: a catalogue's whole numbers would turn −0.4 into 0.
        parts = {name: f"{numbers[row]:g}" for name, numbers in figures.items()}
        raise JobsError(code, site=quote(site_ids(sites).iloc[row]), **parts)


def business_key(business_type: str | None) -> str | None:
    """Return a type of business as the tables spell it («Lett industri» is lett_industri)."""
    if business_type is None:
        return None
    return re.sub(r"[\s/-]+", "_", business_type.strip().lower())
