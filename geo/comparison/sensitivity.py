"""How far the figures of many municipalities follow from the parameters: all sets side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.comparison import fields, measures

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
    columns = ["municipality_no", "parameter_set", *measure.needs, *measure.partly]
    parts = dict(iter(pd.DataFrame(summary.rows[columns]).groupby("parameter_set")))
    sets = {name: part.set_index("municipality_no", drop=False) for name, part in parts.items()}
    before = sets[base]
    found = []
    for name in summary.sets:
        rows = sets[name]
        both = rows.index[~measures.unknown(rows, measure)].intersection(
            before.index[~measures.unknown(before, measure)]
        )
        after_all, before_all = (
            measures.total(one.loc[both], measure).value for one in (rows, before)
        )
        place, was = (
            measures.values(one.loc[both], measure).rank(method="min", ascending=False)
            for one in (rows, before)
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
    rows = summary.rows
    long = pd.DataFrame(rows[[*fields.KEYS]]).assign(value=measures.values(rows, measure))
    sets = long.groupby("parameter_set", sort=False)
    return pd.DataFrame({name: part.set_index("municipality_no")["value"] for name, part in sets})
