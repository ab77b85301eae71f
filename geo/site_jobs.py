"""Jobs of sites to be screened: `geo.jobs.complete_jobs` without the cost of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.errors import UtilisationError
from geo.jobs import FLOOR_AREA, GIVEN, UNKNOWN, business_key, complete_jobs, given_jobs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats
    from geo.jobs import Norm

UTILISATION: Final = "utilisation"  # jobs from the site's area and a utilisation that was given


def site_jobs(
    rows: pd.DataFrame,
    norms: Mapping[str, Norm],
    area_m2: Floats,
    utilisation: float | None = None,
) -> dict[str, NDArray[Any]]:
    """
    Jobs of each site: given, else from its floor area, else from its own area and a utilisation.

    A frame costs milliseconds a step, which is most of the time that one site takes; so the same
    rules stand here in arrays, and a test holds the two against each other.

    Returns
    -------
    dict
        (n,) jobs_low, jobs, jobs_high (NaN where unknown or endless), jobs_lost and basis.

    Raises
    ------
    JobsError
        As `geo.jobs.complete_jobs` and `geo.jobs.given_jobs`.
    UtilisationError
        If the utilisation is not above 0.
    """
    if utilisation is not None and not 0 < utilisation < np.inf:
        raise UtilisationError("error.utilisation", utilisation=f"{utilisation:g}")
    low, jobs, high = (_numbers(rows, name) for name in ("jobs_low", "jobs", "jobs_high"))
    floor = _numbers(rows, "gross_area_m2")
    with np.errstate(invalid="ignore"):  # endless less endless is not known
        jobs = np.where(np.isnan(jobs), (low + high) / 2, jobs)
    low, high = (np.where(np.isnan(end), jobs, end) for end in (low, high))
    if (floor < 0).any() or ((low < 0) | (jobs < 0) | (low > jobs) | (jobs > high)).any():
        _refuse(rows, norms)
    given = ~np.isnan(jobs)
    size = floor
    basis = np.where(given, GIVEN, FLOOR_AREA).astype(object)
    if utilisation is not None:
        expected = np.isnan(floor) & ~given
        size = np.where(expected, area_m2 * utilisation, floor)
        basis[expected] = UTILISATION
    per_job = _per_job(rows, norms)
    found = [
        np.where(given, number, size / norm)
        for number, norm in zip((low, jobs, high), per_job, strict=True)
    ]
    known = np.isfinite(found).all(axis=0)
    columns = [np.where(known, column, np.nan) for column in found]
    return {
        "jobs_low": columns[0],
        "jobs": columns[1],
        "jobs_high": columns[2],
        "jobs_lost": _numbers(rows, "jobs_lost"),
        "basis": np.where(known, basis, UNKNOWN),
    }


def _numbers(rows: pd.DataFrame, name: str) -> Floats:
    if name not in rows:
        return np.full(len(rows), np.nan)
    numbers: Floats = rows[name].to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _per_job(rows: pd.DataFrame, norms: Mapping[str, Norm]) -> Floats:
    """(3, n) m² per job at the low, the middle and the high number of jobs; NaN without a norm."""
    if "business_type" not in rows:
        return np.full((3, len(rows)), np.nan)
    known = {name: (norm.high, norm.middle, norm.low) for name, norm in norms.items()}
    nothing = (np.nan,) * 3
    found = [
        known.get(business_key(one) or "", nothing) if isinstance(one, str) else nothing
        for one in rows["business_type"].tolist()
    ]
    return np.array(found, dtype=float).reshape(len(rows), 3).T


def _refuse(rows: pd.DataFrame, norms: Mapping[str, Norm]) -> None:
    """Let those who know say which site makes no sense, and why."""
    given_jobs(rows.assign(**complete_jobs(rows, norms)))
