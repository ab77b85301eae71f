"""
Jobs that are there today: businesses with employees, by area and by industry.

A register gives no number under five employees, and no figure here tells one: a business of one to
four is counted as that band wherever it stands, so every sum is an interval. A business without a
known place is in the figures of the whole and in none of an area, and where none has a place, what
an area has is unknown; one without any number is counted as a business and is in no sum of jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.geometry.crs import own_shapes, require_common_crs, union_of
from geo.geometry.scale import areas_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

# Fewer employees than this are given as a band (Enhetsregisteret gives no number of 1 to 4).
FEWEST_SHOWN: Final = 5
BAND: Final = (1.0, FEWEST_SHOWN - 1.0)

M2_PER_DAA: Final = 1000.0
FIGURES: Final = ("firms_today", "firms_today_unknown", "jobs_today_low", "jobs_today_high")
DENSITIES: Final = ("jobs_per_daa_low", "jobs_per_daa_high")

# Industries by divisions, the first two digits of a code: first and last of each. They are the
# sections of SN2007 (Statistics Norway), named by their first division and not by their letter:
# SN2025 has the same divisions under other letters.
GROUPS: Final = (
    *((1, 3), (5, 9), (10, 33), (35, 35), (36, 39), (41, 43), (45, 47), (49, 53), (55, 56)),
    *((58, 63), (64, 66), (68, 68), (69, 75), (77, 82), (84, 84), (85, 85), (86, 88), (90, 93)),
    *((94, 96), (97, 98), (99, 99)),
)
UNKNOWN_INDUSTRY: Final = "unknown"
INDUSTRIES: Final = (*(f"{first:02d}" for first, _ in GROUPS), UNKNOWN_INDUSTRY)
_GROUP_OF: Final = {
    f"{n:02d}": f"{first:02d}" for first, last in GROUPS for n in range(first, last + 1)
}
OUTSIDE, NOWHERE = -1, -2  # where a business is that is in none of some areas


def bands(businesses: DataFrame) -> DataFrame:
    """
    Fewest and most employees of each business, none of them told apart below five.

    Returns
    -------
    DataFrame
        `low` and `high`, indexed as `businesses`: the number twice where five or more are known,
        1 and 4 where one to four are or may be, 0 where there are none, NaN where nothing is known.
    """
    number = businesses["employees"].astype("float64")
    ends = {}
    for name in ("low", "high"):
        column = f"employees_{name}"
        said = businesses[column] if column in businesses else pd.Series(np.nan, businesses.index)
        ends[name] = number.where(number.notna(), said.astype("float64"))
    table = pd.DataFrame(ends, index=businesses.index)
    table = table.where(table.notna().all(axis=1) & (table["low"] <= table["high"]))
    few = (table["high"] > 0) & (table["high"] < FEWEST_SHOWN)
    table.loc[few, "low"] = np.minimum(table.loc[few, "low"], BAND[0])
    table.loc[few, "high"] = BAND[1]
    # Of a band that reaches further («3–9»), how many under five it may be is not told either.
    table["low"] = table["low"].where(~table["low"].between(1, BAND[1]), BAND[0])
    return table


def shown(businesses: GeoDataFrame) -> GeoDataFrame:
    """Businesses as they may be shown one by one: under five employees the band, and no number."""
    ends, number = bands(businesses), businesses["employees"]
    told = number.where((number >= FEWEST_SHOWN) | (number == 0))
    return businesses.assign(employees=told, employees_low=ends["low"], employees_high=ends["high"])


def industries(businesses: DataFrame) -> Series:
    """One of `INDUSTRIES` for each business, by its code (SN2007 or SN2025, as «25.110»)."""
    division = businesses["industry"].astype("str").str.extract(r"^\s*(\d{2})", expand=False)
    group: Series = division.map(_GROUP_OF).fillna(UNKNOWN_INDUSTRY)
    return group


def figures(businesses: DataFrame) -> dict[str, float]:
    """
    Count businesses with employees and sum their jobs.

    Returns
    -------
    dict
        `firms_today`; `firms_today_unknown`, those of them without any number; `jobs_today_low`
        and `jobs_today_high`, of the others (NaN where all of them are without).
    """
    return _row(_sums(_counted(businesses), np.zeros(len(businesses)), [0]), 0)


def by_industry(businesses: DataFrame) -> DataFrame:
    """Return `figures` by industry, most jobs first; those without a business left out."""
    table = _sums(_counted(businesses), industries(businesses), list(INDUSTRIES))
    _require_whole(table, figures(businesses))
    held = table[table["firms_today"] > 0].rename_axis("industry")
    return held.sort_values(["jobs_today_high", "firms_today"], ascending=False)


@dataclass(frozen=True, kw_only=True)
class ByArea:
    """
    Jobs today in each of some areas, and in none of them.

    Attributes
    ----------
    areas
        `FIGURES` and `DENSITIES` (jobs for each dekar on the ground), indexed as the areas. NaN in
        all of them, and `outside`, where no business has a known place.
    outside, unknown, whole
        `FIGURES` of businesses outside all areas, of those without a known place, and of all.
    """

    areas: DataFrame
    outside: dict[str, float]
    unknown: dict[str, float]
    whole: dict[str, float]


def unlocated(where: NDArray[np.int64]) -> bool:
    """Whether there are businesses and none has a known place (`places`): no area is known."""
    return bool(len(where) and (where == NOWHERE).all())


def by_area(businesses: GeoDataFrame, areas: GeoDataFrame) -> ByArea:
    """
    Share out businesses on areas; one on the border of two belongs to the first.

    Parameters
    ----------
    businesses, areas
        Points (or no place) and polygons, EPSG:25832.

    Raises
    ------
    CrsError
        If the two are not in the same projected reference system.
    """
    groups = [*range(len(areas)), OUTSIDE, NOWHERE]
    where = places(businesses, areas)
    table = _sums(_counted(businesses), where, groups)
    whole = figures(businesses)
    _require_whole(table, whole)
    if unlocated(where):
        table.loc[groups[:-1]] = np.nan
    own = table.loc[groups[:-2]].set_axis(areas.index)
    daa = areas_of(areas) / M2_PER_DAA
    ends = zip(DENSITIES, FIGURES[2:], strict=True)
    own = own.assign(**{name: (own[jobs] / daa).where(daa > 0) for name, jobs in ends})
    return ByArea(
        areas=own,
        outside=_row(table, OUTSIDE),
        unknown=_row(table, NOWHERE),
        whole=whole,
    )


def places(businesses: GeoDataFrame, areas: GeoDataFrame) -> NDArray[np.int64]:
    """(n,) the first area (its row) that each business is in or on; −1 in none, −2 unknown."""
    require_common_crs(businesses=businesses, areas=areas)
    spots, shapes = own_shapes(businesses), own_shapes(areas)
    where = np.where(shapely.is_missing(spots) | shapely.is_empty(spots), NOWHERE, OUTSIDE)
    found, area = shapely.STRtree(shapes).query(spots, predicate="intersects")
    first = np.full(len(spots), len(shapes))
    np.minimum.at(first, found, area)
    return np.where(first < len(shapes), first, where).astype("int64")


@dataclass(frozen=True, kw_only=True)
class Share:
    """
    Today's jobs inside some areas, outside and where nobody knows, each between two ends.

    Attributes
    ----------
    inside, outside, unknown
        `FIGURES` of each.
    low, high
        Share of all jobs that are known of that lies inside, 0–1: whatever the bands and the
        unknown places turn out to be. None where there are none, and where no number is known of
        the businesses inside, or of those outside: that is not 0.
    unnumbered
        How many businesses without any number are in none of it, wherever they are.
    """

    inside: dict[str, float]
    outside: dict[str, float]
    unknown: dict[str, float]
    low: float | None
    high: float | None

    @property
    def unnumbered(self) -> int:
        """See the class."""
        sides = (self.inside, self.outside, self.unknown)
        return int(sum(np.nan_to_num(one["firms_today_unknown"]) for one in sides))

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        sides = {"inside": self.inside, "outside": self.outside, "unknown_place": self.unknown}
        parts = {
            side: {name: None if np.isnan(value) else value for name, value in found.items()}
            for side, found in sides.items()
        }
        return parts | {"share_low": self.low, "share_high": self.high}


def share_inside(businesses: GeoDataFrame, areas: GeoDataFrame) -> Share:
    """
    Return the share of today's jobs in the union of some areas, such as those that count.

    The lowest has the fewest jobs inside, and the most outside and at unknown places; the highest
    has the most inside, all of the unknown places among them, and the fewest outside.
    """
    union = gpd.GeoDataFrame(geometry=[union_of(areas)], crs=areas.crs)
    found = by_area(businesses, union)
    inside = _row(found.areas, 0)
    in_low, in_high = _ends(inside)
    out_low, out_high = _ends(found.outside)
    nowhere_high = _ends(found.unknown)[1]
    low = _part(in_low, out_high + nowhere_high)
    high = _part(in_high + nowhere_high, out_low)
    # With no job but those that there may be, the share is that of where they may be.
    low, high = (high if low is None else low), (low if high is None else high)
    if any(np.isnan(side["jobs_today_low"]) for side in (inside, found.outside)):
        low = high = None
    return Share(inside=inside, outside=found.outside, unknown=found.unknown, low=low, high=high)


def _part(inside: float, rest: float) -> float | None:
    return inside / (inside + rest) if inside + rest > 0 else None


def _ends(found: dict[str, float]) -> tuple[float, float]:
    low, high = (np.nan_to_num(found[name]) for name in FIGURES[2:])
    return float(low), float(high)


def _counted(businesses: DataFrame) -> DataFrame:
    """Each business as what it adds: one without employees is no business with employees."""
    ends = bands(businesses)
    unknown = ends["high"].isna()
    firm = unknown | (ends["high"] > 0)
    return pd.DataFrame(
        {
            "firms": firm.astype("float64"),
            "unknown": unknown.astype("float64"),
            "low": ends["low"],
            "high": ends["high"],
        },
        index=businesses.index,
    )


def _sums(rows: DataFrame, group: Any, groups: list[Any]) -> DataFrame:  # noqa: ANN401  # labels, an array or a Series
    """Sum by group, in the order of `groups`; of one without a business all is 0."""
    table = (
        rows.groupby(group).sum().reindex(groups, fill_value=0.0).set_axis(list(FIGURES), axis=1)
    )
    # Where nothing is known of any of them, the jobs are unknown, and not 0.
    blank = (table["firms_today"] > 0) & (table["firms_today"] == table["firms_today_unknown"])
    table.loc[blank, list(FIGURES[2:])] = np.nan
    return table


def _row(table: DataFrame, label: int) -> dict[str, float]:
    return dict(
        zip(FIGURES, table.loc[label, list(FIGURES)].to_numpy(dtype="float64"), strict=True)
    )


def _require_whole(parts: DataFrame, whole: dict[str, float]) -> None:
    """Hold the parts against the whole: no business is lost or counted twice."""
    for name in FIGURES:
        assert np.isclose(parts[name].sum(), np.nan_to_num(whole[name])), (name, parts, whole)
