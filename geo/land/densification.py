"""
Densification: how much more floor area the plan allows on land that is built already.

TEK17 chapter 5 (grad av utnytting). The allowed floor area (BRA) of a plot follows its land,
evenly: built land carries densification, reserve carries the reserve's capacity, excluded and
dropped land carries none. So no square metre counts as both.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.errors import JobsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats

# A: less footprint than this on a piece is a neighbour's wall on the wrong side of an inaccurate
# border, or a shed; the piece then has no building. The floor area is still counted as existing.
MIN_FOOTPRINT_M2: Final = 15.0


class Basis(Enum):
    """What a utilisation type limits, and whether as a share of the plot or in m²."""

    PLOT_FLOOR = "u/100·T"
    FLOOR = "u"
    PLOT_FOOTPRINT = "u/100·T·n"
    FOOTPRINT = "u·n"


# S: code list Utnyttingstype of the national plan specification (SOSI Plan), TEK17 §§ 5-2 to 5-5.
# 12–14 are the same quantities by the technical regulations of 1997: %-BYA and T-BRA (m²), and
# %-TU, which %-BRA has replaced (guidance to TEK17 § 5-5; T-1205 chapter 6: floor area in per
# cent of the plot). A: the older measuring rules (parking, storeys below ground) are not
# corrected for. Types without a formula here (1–9: before 1997; 10, 11: no building) are unknown.
UTILISATION: Final[Mapping[int, Basis]] = {
    12: Basis.PLOT_FOOTPRINT,
    13: Basis.FLOOR,
    14: Basis.PLOT_FLOOR,
    15: Basis.FOOTPRINT,
    16: Basis.PLOT_FOOTPRINT,
    17: Basis.FLOOR,
    18: Basis.PLOT_FLOOR,
}


def allowed_bra_m2(
    utilisation_type: Any,  # noqa: ANN401  # a Series or array of numbers or text
    value: Any,  # noqa: ANN401
    max_floors: Any,  # noqa: ANN401
    plot_m2: Floats,
) -> Floats:
    """
    Floor area that the plan allows on each plot.

    Parameters
    ----------
    utilisation_type
        (n,) 12–18, see `UTILISATION`.
    value
        (n,) per cent or m², by type. 0 and less is read as missing: a limit of nothing has its
        own types (10, 11).
    max_floors
        (n,) storeys; needed by the footprint types 12, 15 and 16 only.
    plot_m2
        (n,) T, the plot's area inside the plan. A limit in m² holds for every plot in the plan
        area alone (TEK17 § 5-8: utilisation also applies to the single plot).

    Returns
    -------
    ndarray
        (n,) m² BRA; NaN where the type has no formula or something is missing: unknown, not 0.
    """
    kind = _numbers(utilisation_type)
    limit, floors = _positive(value), _positive(max_floors)
    formulas = {
        Basis.PLOT_FLOOR: limit / 100 * plot_m2,
        Basis.FLOOR: limit,
        Basis.PLOT_FOOTPRINT: limit / 100 * plot_m2 * floors,
        Basis.FOOTPRINT: limit * floors,
    }
    allowed = np.full(len(plot_m2), np.nan)
    for code, basis in UTILISATION.items():
        allowed = np.where(kind == code, formulas[basis], allowed)
    return allowed


def existing_bra_m2(gross_area_m2: Any, floors: Any, footprint_m2: Floats) -> Floats:  # noqa: ANN401
    """
    Floor area of each building: as registered, else footprint · floors.

    Parameters
    ----------
    gross_area_m2, floors
        (n,) as registered; missing, 0 and less mean not registered (a building has some).
    footprint_m2
        (n,)

    Returns
    -------
    ndarray
        (n,) m² BRA; NaN where neither is known.
    """
    registered = _positive(gross_area_m2)
    return np.where(np.isnan(registered), footprint_m2 * _positive(floors), registered)


def densify(pieces: pd.DataFrame, *, max_utilisation: float) -> pd.DataFrame:
    """
    Share out the allowed floor area of every piece, and find what is unused on built land.

    Parameters
    ----------
    pieces
        With plot_row, plan_row, gross_m2, built_m2, reserve_m2, footprint_m2, existing_bra_m2
        (from `geo.land.pieces.measure`) and utilisation_type, utilisation_value, max_floors
        of the plan area.
    max_utilisation
        Built land counts below this share of what it is allowed (A).

    Returns
    -------
    DataFrame
        Index of `pieces`, with:

        - has_building: at least `MIN_FOOTPRINT_M2` of footprint;
        - allowed_bra_m2: on the whole piece; T is the plot's area in that plan over all zones,
          so that a limit in m² is shared and not repeated where a zone border cuts the plot;
        - built_bra_m2: of that, what the built land carries;
        - utilisation: existing / built_bra_m2, on pieces with a building;
        - densification_bra_m2: max(0, built_bra_m2 − existing) where there is a building and
          utilisation is below the threshold, else 0; NaN where the piece is unknown;
        - reserve_bra_m2: what the reserve carries; NaN where there is reserve and the allowed
          floor area is unknown;
        - unknown: has a building, but its allowed or existing floor area is unknown.
    """
    plot = pieces.groupby(["plot_row", "plan_row"], sort=False)["gross_m2"].transform("sum")
    plot_m2, gross = plot.to_numpy(dtype=float), pieces["gross_m2"].to_numpy(dtype=float)
    allowed = (
        allowed_bra_m2(
            pieces["utilisation_type"], pieces["utilisation_value"], pieces["max_floors"], plot_m2
        )
        * gross
        / plot_m2
    )
    built = allowed * pieces["built_m2"].to_numpy(dtype=float) / gross
    existing = pieces["existing_bra_m2"].to_numpy(dtype=float)
    reserve_m2 = pieces["reserve_m2"].to_numpy(dtype=float)
    has_building = pieces["footprint_m2"].to_numpy(dtype=float) >= MIN_FOOTPRINT_M2

    utilisation = np.full(len(pieces), np.nan)
    np.divide(existing, built, out=utilisation, where=has_building)
    unknown = has_building & np.isnan(utilisation)
    counts = utilisation < max_utilisation  # an unknown one is not below
    unused = np.where(counts, np.maximum(built - existing, 0.0), 0.0)
    return pd.DataFrame(
        {
            "has_building": has_building,
            "allowed_bra_m2": allowed,
            "built_bra_m2": built,
            "utilisation": utilisation,
            "densification_bra_m2": np.where(unknown, np.nan, unused),
            "reserve_bra_m2": np.where(reserve_m2 > 0, allowed * reserve_m2 / gross, 0.0),
            "unknown": unknown,
        },
        index=pieces.index,
    )


def jobs(bra_m2: pd.Series, profile: pd.Series, norms: pd.DataFrame) -> pd.DataFrame:
    """
    Jobs that a floor area has room for, low to high.

    Parameters
    ----------
    bra_m2
        m² BRA.
    profile
        Same index: the business profile, a row of `norms`.
    norms
        Index: profile; columns `low` and `high`, m² BRA per job. More area per job is fewer jobs.

    Returns
    -------
    DataFrame
        Index of `bra_m2`; columns `low` and `high`. NaN where the area is unknown or the profile
        has no norm.

    Raises
    ------
    JobsError
        A norm that is not positive, or whose low is above its high.
    """
    wrong = norms[~((norms["low"] > 0) & (norms["low"] <= norms["high"]))]
    if len(wrong):
        raise JobsError(
            "error.norm",
            business_type=str(wrong.index[0]),
            low=f"{wrong['low'].iloc[0]:g}",
            high=f"{wrong['high'].iloc[0]:g}",
        )
    per_job = norms.reindex(pd.Index(profile.to_numpy()))
    return pd.DataFrame(
        {
            "low": bra_m2 / per_job["high"].to_numpy(dtype=float),
            "high": bra_m2 / per_job["low"].to_numpy(dtype=float),
        },
        index=bra_m2.index,
    )


def _numbers(values: Any) -> Floats:  # noqa: ANN401
    """Read numbers, also from text; what is none is NaN."""
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    numbers: Floats = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _positive(values: Any) -> NDArray[np.float64]:  # noqa: ANN401
    numbers = _numbers(values)
    return np.where((numbers > 0) & np.isfinite(numbers), numbers, np.nan)
