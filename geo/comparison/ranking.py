"""Who has most: places among municipalities, classes for a map, and how figures are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.comparison import measures

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from geo.comparison.measures import Measure

CLASSES: Final = 5  # of a map: more cannot be told from each other by lightness


def places(rows: DataFrame, measure: Measure) -> DataFrame:
    """
    Rank municipalities by a measure, the greatest first.

    Who has the same shares a place, and the next one's is as if they had not («1, 2, 2, 4»).
    Those whose figure is unknown have no place, and may come before anyone; and a figure may be
    only the least or the most that it can be (`measures.bounds`). So beside the place that the
    figures give as they stand, each has the first and the last that it may have.

    Parameters
    ----------
    rows
        One a municipality (`geo.comparison.summary.Summary.of_set`).

    Returns
    -------
    DataFrame
        Indexed as `rows`, best first and without a place last, then by number: `value`, `place`,
        and `first` and `last` place that it may have, NaN where there is none.
    """
    value = measures.values(rows, measure)
    place = value.rank(method="min", ascending=False)
    limits = measures.bounds(rows, measure)
    low, high = limits["low"].to_numpy(), limits["high"].to_numpy()
    counted = ~np.isnan(low)
    lows, highs = np.sort(low[counted]), np.sort(high[counted])
    first = len(lows) - np.searchsorted(lows, high, side="right") + 1
    last = len(highs) - np.searchsorted(highs, low, side="right") + 1 - (high > low)
    found = pd.DataFrame(
        {"value": value, "place": place, "first": first, "last": last}, index=rows.index
    )
    found[["first", "last"]] = found[["first", "last"]].where(place.notna())
    number = rows["municipality_no"]
    order = np.lexsort([number.to_numpy(dtype=str), place.fillna(np.inf).to_numpy()])
    return found.iloc[order]


def classes(value: Series) -> Series:
    """
    Put figures in classes of about as many municipalities each, 1 the lowest.

    Equal figures share a class. With fewer different figures than classes each has its own.

    Returns
    -------
    Series
        1 to `CLASSES`, indexed as `value`; NaN where that is.
    """
    different = value.nunique()
    if different <= CLASSES:
        return value.rank(method="dense")
    below = value.rank(method="min") - 1  # how many are lower
    return (below * CLASSES // value.count() + 1).where(value.notna())


class Spread(NamedTuple):
    """Least, lower quarter, middle, upper quarter and greatest of the figures that are known."""

    least: float
    lower: float
    middle: float
    upper: float
    greatest: float


def spread(value: Series) -> Spread | None:
    """Return how figures are spread, by linear quantiles; None where none is known."""
    known = value.dropna()
    if known.empty:
        return None
    return Spread(*(float(known.quantile(at)) for at in (0, 0.25, 0.5, 0.75, 1)))
