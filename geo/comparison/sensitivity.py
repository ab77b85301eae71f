"""How far the figures of many municipalities follow from the parameters: all sets side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.comparison import fields, measures

if TYPE_CHECKING:
    from pandas import DataFrame, Series

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
    rows = summary.rows
    amount = {name: _wide(summary, rows[name].astype(float)) for name in measure.needs}
    value = _wide(summary, measures.values(rows, measure))
    known = _wide(summary, ~measures.unknown(rows, measure)).eq(other=True)
    partly = _wide(summary, measures.in_part(rows, measure)).eq(other=True)
    unmapped = _wide(summary, measures.too_much(rows, measure)).eq(other=True)
    there = _wide(summary, pd.Series(data=True, index=rows.index)).eq(other=True)
    both = known.mul(known[base], axis=0)
    before = pd.DataFrame(dict.fromkeys(value, value[base])).where(both)
    place, was = (one.rank(method="min", ascending=False) for one in (value.where(both), before))
    moved = ((place != was) & (place.notna() | was.notna())).sum()

    def together(name: str, of: Series) -> float:
        over, *by = (amount[one][name][of].to_numpy() for one in measure.needs)
        return measures.together(over, by[0] if by else None)

    found = []
    for name in summary.sets:
        total = measures.Total(
            value=together(name, known[name]),
            counted=int(known[name].sum()),
            unknown=tuple(known.index[there[name] & ~known[name]]),
            partly=bool((partly[name] & known[name]).any()),
            unmapped=bool((unmapped[name] & known[name]).any()),
        )
        after_all, before_all = (together(one, both[name]) for one in (name, base))
        change = after_all / before_all - 1 if before_all > 0 else float("nan")
        found.append(OfSet(name, total, change, int(moved[name]), int(both[name].sum())))
    return found


def matrix(summary: Summary, measure: Measure) -> DataFrame:
    """
    Return a measure of every municipality by every set.

    Returns
    -------
    DataFrame
        Indexed by municipality_no, a column a set; NaN where it is unknown or a set lacks it.
    """
    return _wide(summary, measures.values(summary.rows, measure))


def spans(summary: Summary, measure: Measure) -> DataFrame:
    """
    Return between what a municipality's figure and place lie by all sets of parameters.

    Each set has its own places, of the figures as they stand (`ranking.places`): those that a
    reader of that set sees.

    Returns
    -------
    DataFrame
        Indexed by municipality_no: `least` and `most` figure, `best` and `worst` place, NaN where
        no set knows it, and in how many sets it is `known`.
    """
    value = matrix(summary, measure)
    place = value.rank(method="min", ascending=False)
    return pd.DataFrame(
        {
            "least": value.min(axis=1),
            "most": value.max(axis=1),
            "best": place.min(axis=1),
            "worst": place.max(axis=1),
            "known": value.notna().sum(axis=1),
        }
    )


def _wide(summary: Summary, values: Series) -> DataFrame:
    """Put what is known of each row in a row a municipality and a column a set."""
    keys = pd.MultiIndex.from_frame(pd.DataFrame(summary.rows[[*fields.KEYS]]))
    wide: DataFrame = values.set_axis(keys).unstack("parameter_set")  # noqa: PD010  # as it says
    return wide[list(summary.sets)]
