"""What municipalities are compared by: each measure of each, and of all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt
    from pandas import DataFrame, Series

    from geo.comparison.summary import Summary

    FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """
    One measure: a column of a summary, or one divided by another.

    Attributes
    ----------
    unit
        ``daa`` (of a column in m²), ``bra`` (m² floor area), ``share`` (0–1) or ``each`` (m² for
        each inhabitant or job).
    over, by
        The column that is measured, and the one that it is divided by; None of an amount.
    partly
        The columns that count what is in no sum: where there is such, the figure is what is known
        of it.
    span
        The columns of what it is at least and at most, of a figure that is an interval.
    """

    unit: str
    over: str
    by: str | None = None
    partly: tuple[str, ...] = ()
    span: tuple[str, str] | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that it cannot be told without."""
        return (self.over,) if self.by is None else (self.over, self.by)


# By the name of its column in a file. Per inhabitant and per job today: assumptions of ours, for
# no source that we have read sets one amount of land against the other.
_LAND: Final = ("zones_unaccounted",)
_BUILT: Final = ("unknown_plots", *_LAND)
MEASURES: Final = {
    "reserve_m2": Measure("daa", "reserve_m2", partly=_LAND),
    "densification_bra_m2": Measure("bra", "densification_bra_m2", partly=_BUILT),
    "share": Measure(
        *("share", "jobs_inside", "jobs_total"),
        partly=("not_estimable",),
        span=("share_low", "share_high"),
    ),
    "reserve_in_growth_m2": Measure("daa", "reserve_in_growth_m2", partly=_LAND),
    "reserve_in_growth_share": Measure("share", "reserve_in_growth_m2", "reserve_m2", partly=_LAND),
    "reserve_m2_per_inhabitant": Measure("each", "reserve_m2", "inhabitants", partly=_LAND),
    "reserve_m2_per_job": Measure("each", "reserve_m2", "jobs_today", partly=_LAND),
    "densification_m2_per_inhabitant": Measure(
        "each", "densification_bra_m2", "inhabitants", partly=_BUILT
    ),
    "densification_m2_per_job": Measure(
        "each", "densification_bra_m2", "jobs_today", partly=_BUILT
    ),
}


def values(rows: DataFrame, measure: Measure) -> Series:
    """
    Return the measure of each row; NaN where it is unknown, or there is nothing to divide by.

    Parameters
    ----------
    rows
        Of `geo.comparison.summary.Summary.rows`.
    """
    over = rows[measure.over].astype(float)
    if measure.by is None:
        return over
    by = rows[measure.by].astype(float)
    return over / by.where(by > 0)


def unknown(rows: DataFrame, measure: Measure) -> Series:
    """
    Tell of each row whether the measure is unknown.

    A share of no new jobs is not unknown: there is none.
    """
    return rows[list(measure.needs)].isna().any(axis=1)


@dataclass(frozen=True)
class Total:
    """
    A measure of municipalities together.

    Attributes
    ----------
    value
        The sum, or the quotient of two sums; NaN where nothing is known.
    counted
        Municipalities that are in it.
    unknown
        Numbers of those that are not, for theirs is unknown.
    partly
        Whether more of what is in it is unknown in part.
    unmapped
        Whether it is vacant land of which some lies where nobody has mapped constraints.
    """

    value: float
    counted: int
    unknown: tuple[str, ...]
    partly: bool
    unmapped: bool

    def certainty(self, measure: Measure) -> str:
        """
        Say what it is of the whole truth, in the words of `certainty`.

        A quotient is over the municipalities that are known, whatever the others have.
        """
        more = self.partly or (measure.by is None and bool(self.unknown))
        if measure.unit == "share":
            return "open" if more or self.unmapped else "whole"
        words = {(True, True): "open", (True, False): "least", (False, True): "most"}
        return words.get((more, self.unmapped), "whole")


def total(rows: DataFrame, measure: Measure) -> Total:
    """
    Return a measure of all rows together: a share is never the mean of shares.

    Both sums of a quotient are over the municipalities of which both are known.
    """
    left_out = unknown(rows, measure)
    known = rows[~left_out]
    by = None if measure.by is None else known[measure.by].to_numpy(dtype=float)
    value = together(known[measure.over].to_numpy(dtype=float), by)
    partly = bool(in_part(known, measure).any())
    unmapped = bool(too_much(known, measure).any())
    return Total(value, len(known), tuple(rows["municipality_no"][left_out]), partly, unmapped)


def together(over: FloatArray, by: FloatArray | None) -> float:
    """Return the sum of an amount, or one sum divided by the other; NaN of none, or by nothing."""
    if not over.size:
        return np.nan
    if by is None:
        return float(over.sum())
    return float(over.sum() / by.sum()) if by.sum() > 0 else np.nan


def in_part(rows: DataFrame, measure: Measure) -> Series:
    """
    Tell of each row whether more of the measure is unknown than what its figure says.

    Where nobody has counted what is in no sum, there may be such.
    """
    return ~(rows[list(measure.partly)] == 0).all(axis=1)


def too_much(rows: DataFrame, measure: Measure) -> Series:
    """Tell of each row whether it is vacant land that constraints nobody has mapped may lessen."""
    unmapped: Series = ~rows["constraints_mapped"].eq(other=True)  # also where nobody has said
    return unmapped & measure.over.startswith("reserve")


def bounds(rows: DataFrame, measure: Measure) -> DataFrame:
    """
    Return between what the measure of each row may lie.

    Land that is in no sum can only make an amount greater, constraints that nobody has mapped can
    only make vacant land less, and either may turn a share both ways.

    Returns
    -------
    DataFrame
        `low` and `high`, infinite where there is no telling; NaN where there is nothing to
        measure.
    """
    value = values(rows, measure)
    ends = [rows[one].astype(float) for one in measure.span] if measure.span else [value, value]
    low, high = ends
    open_up = in_part(rows, measure)
    open_down = too_much(rows, measure)
    if measure.unit == "share":
        open_up = open_down = open_up | open_down | low.isna() | high.isna()
    gone = unknown(rows, measure)
    nothing = value.isna() & ~gone
    return pd.DataFrame(
        {
            "low": low.mask(open_down | gone, -np.inf).mask(nothing),
            "high": high.mask(open_up | gone, np.inf).mask(nothing),
        }
    )


def certainty(rows: DataFrame, measure: Measure) -> Series:
    """
    Say of each row what its figure is of the whole truth.

    Returns
    -------
    Series
        ``whole``, ``least``, ``most``, ``open`` (it may be both less and more), or None where
        there is no figure.
    """
    found = bounds(rows, measure)
    down, up = np.isneginf(found["low"]), np.isposinf(found["high"])
    said = np.select([down & up, up, down], ["open", "least", "most"], "whole")
    kept: Series = pd.Series(said, index=rows.index, dtype=object)
    return kept.where(values(rows, measure).notna(), None)


def lacking(summary: Summary, measure: Measure) -> tuple[str, ...]:
    """Return the columns that a measure needs and the file does not have."""
    return tuple(one for one in measure.needs if one in summary.lacking)
