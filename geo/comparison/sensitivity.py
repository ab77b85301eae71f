"""How far the figures of many municipalities follow from the parameters: all sets side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.comparison import measures, ranking

if TYPE_CHECKING:
    from pandas import DataFrame

    from geo.comparison.measures import Measure, Total
    from geo.comparison.summary import Summary


class OfSet(NamedTuple):
    """
    What one set of parameters gives.

    Attributes
    ----------
    total
        The measure of all municipalities together.
    change
        That of the municipalities known by both sets against the base's, less 1; NaN where there
        are none or the base has nothing.
    moved
        How many of those have another place among each other than by the base.
    compared
        How many those are.
    """

    name: str
    total: Total
    change: float
    moved: int
    compared: int


def by_set(summary: Summary, measure: Measure, base: str) -> list[OfSet]:
    """Return what each set of parameters makes of a measure, against the set `base`."""
    before = summary.of_set(base)
    found = []
    for name in summary.sets:
        rows = summary.of_set(name)
        both = rows.index[~measures.unknown(rows, measure)].intersection(
            before.index[~measures.unknown(before, measure)]
        )
        after_all, before_all = (
            measures.total(one.loc[both], measure).value for one in (rows, before)
        )
        place, was = (
            ranking.places(one.loc[both], measure)["first"].reindex(both) for one in (rows, before)
        )
        moved = int(((place != was) & (place.notna() | was.notna())).sum())
        change = after_all / before_all - 1 if before_all > 0 else float("nan")
        found.append(OfSet(name, measures.total(rows, measure), change, moved, len(both)))
    return found


def matrix(summary: Summary, measure: Measure) -> DataFrame:
    """
    Return a measure of every municipality by every set.

    Returns
    -------
    DataFrame
        Indexed by municipality_no, a column a set; NaN where it is unknown or a set lacks it.
    """
    return pd.DataFrame(
        {name: measures.values(summary.of_set(name), measure) for name in summary.sets}
    )
