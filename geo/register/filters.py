"""Which sites of the register meet what is asked, which are not known to, and which overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import CriteriaError
from geo.geometry.crs import own_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

OLD_MONTHS: Final = 12  # A: what a grid company said a year ago is asked for anew
# A: a site and a piece of land are one where half of the smaller of the two is in the other.
SAME_SHARE: Final = 0.5
_LEAST_M2: Final = 1.0  # borders that were drawn twice overlap by less
_DAA: Final = 1000.0  # m²
# Criteria that name values → the column that has them.
_NAMED: Final[Mapping[str, str]] = {
    "zones": "zone_id",
    "readiness": "readiness",
    "availability": "availability",
    "owner_types": "owner_type",
}
# Criteria that name a least → the column that has it, and its unit in the column's own.
_LEAST: Final[Mapping[str, tuple[str, float]]] = {
    "min_daa": ("area_m2", _DAA),
    "min_mw": ("power_mw", 1.0),
}


@dataclass(frozen=True, kw_only=True)
class SiteWishes:
    """
    What is asked for of sites; an empty tuple and None ask for nothing.

    Attributes
    ----------
    zones, readiness, availability, owner_types
        Any of these.
    min_daa
        Least area, dekar.
    min_mw
        Least power, MW.

    Raises
    ------
    CriteriaError
        If a least is negative or no number.
    """

    zones: tuple[str, ...] = ()
    readiness: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    owner_types: tuple[str, ...] = ()
    min_daa: float | None = None
    min_mw: float | None = None

    def __post_init__(self) -> None:
        for name in _LEAST:
            value = getattr(self, name)
            if value is not None and not (np.isfinite(value) and value >= 0):
                raise CriteriaError("error.wish", name=name, value=f"{value:g}")


@dataclass(frozen=True, eq=False)
class Matching:
    """
    What a filter let through, and what it left out because it is not known.

    Attributes
    ----------
    sites
        Those that meet all that is asked for.
    left_out
        How many meet all that is known of them, and are left out for what is not.
    unknown
        Criterion → of how many of those its answer is not known; a site may stand at several.
    """

    sites: GeoDataFrame
    left_out: int
    unknown: Mapping[str, int]


def matching(sites: GeoDataFrame, wishes: SiteWishes) -> Matching:
    """
    Return the sites that meet all wishes; what is unknown never counts as fulfilled.

    Parameters
    ----------
    sites
        As `Workspace.sites`.
    """
    answers = {name: _answers(sites, name, getattr(wishes, name)) for name in (*_NAMED, *_LEAST)}
    table = pd.DataFrame(answers, index=sites.index)
    unmet = (table == 0).any(axis=1)
    open_ = table.isna()
    lacking = open_.any(axis=1) & ~unmet
    unknown = open_[lacking].sum()
    return Matching(
        sites[~unmet & ~lacking],
        int(lacking.sum()),
        {str(name): int(count) for name, count in unknown.items() if count},
    )


def _answers(
    sites: GeoDataFrame, name: str, asked: tuple[str, ...] | float | None
) -> NDArray[np.float64]:
    """(n,) 1 met, 0 not met, NaN not known."""
    if not asked:  # a least of 0 is met by everything that is not known, too
        return np.ones(len(sites))
    if isinstance(asked, tuple):
        column = sites[_NAMED[name]]
        met = column.isin(asked)
    else:
        of, unit = _LEAST[name]
        column = sites[of]
        met = column >= asked * unit
    return np.where(column.isna(), np.nan, met.astype(float))


def old(dates: pd.Series, today: date) -> pd.Series:
    """
    Tell which figures are older than `OLD_MONTHS`; one without a date is not known to be.

    Parameters
    ----------
    dates
        ISO 8601, as `power_date`.
    """
    limit = pd.Timestamp(today) - pd.DateOffset(months=OLD_MONTHS)
    return pd.to_datetime(dates, errors="coerce") < limit


def overlaps(shapes: GeoSeries, sites: GeoDataFrame) -> pd.DataFrame:
    """
    Measure where sites lie over other shapes.

    Parameters
    ----------
    shapes
        Points or polygons in the system of `sites`.

    Returns
    -------
    DataFrame
        A row for each overlap, the largest first: shape and site (labels of the two indexes),
        share (0–1, of the shape; 1 of a point), and same (0–1, of the smaller of the two).
    """
    mine, theirs = own_shapes(shapes), own_shapes(sites.geometry)
    row, site = shapely.STRtree(theirs).query(mine, predicate="intersects")
    both = shapely.area(shapely.intersection(mine[row], theirs[site]))
    ours, others = shapely.area(mine)[row], shapely.area(theirs)[site]
    point = ours == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(point, 1.0, both / ours)
        same = np.where(point, 1.0, both / np.minimum(ours, others))
    found = pd.DataFrame(
        {
            "shape": shapes.index[row],
            "site": sites.index[site],
            "share": share.clip(max=1.0),
            "same": same.clip(max=1.0),
            "m2": both,
        }
    )[point | (both >= _LEAST_M2)]
    ordered: pd.DataFrame = found.sort_values(["m2", "site"], ascending=[False, True])
    return ordered.drop(columns="m2")
