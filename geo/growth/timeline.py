"""The 90 % rule over time: how a ledger of projects stands against it, in all and year by year."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.growth.account import could_be_turned, judge, loss_unknown, without_figure
from geo.growth.projects import concerned, in_period, sides
from geo.growth.rule import SHARES, SIDES, SUFFIXES, RuleResult
from geo.growth.terms import EVERYTHING, require_years
from geo.growth.undated import may_come, with_undated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame, Index, Series

    from geo.growth.account import RuleAccount
    from geo.growth.projects import Prepared
    from geo.growth.terms import Terms

# Strategi for bærekraftig næringsutvikling 2022–2030 (Lillestrøm kommune): the rule's horizon.
HORIZON: Final = 2030

_NUMBERS: Final = (*SIDES, "share", "share_low", "share_high", "headroom_outside", "heal_inside")


@dataclass(frozen=True, kw_only=True, eq=False)
class Timeline:
    """
    The rule at several times, and the projects that are in none of them.

    `table` has one row a time: projects (number in the sums), and for each variant (the second's
    names end in ``_regional``) jobs_inside and jobs_outside (both with ``_low`` and ``_high``),
    share, share_low, share_high, headroom_outside, heal_inside (NaN where none) and verdict.
    `undated` is the account of the projects without a year.
    """

    table: DataFrame
    undated: RuleAccount


def by_year(prepared: Prepared, terms: Terms = EVERYTHING, *, cumulative: bool = False) -> Timeline:
    """
    Judge each year on its own, or all up to and including it.

    The index is the year, from the first that is asked for (else the first project's) to the last
    (else the last project's, at least 2030); without either there are no rows. The last row of a
    cumulative table and `undated` make the whole account, exactly. A project of unknown year may
    come in any: it is in no row, and may turn the verdict of each.
    """
    rows = concerned(prepared, terms)
    dated = in_period(rows[rows["year"].notna()], terms)
    years = dated["year"].astype("int64")
    table = _table(rows, years, _span(years, terms), terms, cumulative=cumulative)
    return Timeline(table=table, undated=_undated(rows, terms))


def by_period(
    prepared: Prepared, first_years: Sequence[int], terms: Terms = EVERYTHING
) -> Timeline:
    """
    Judge each of several periods on its own.

    `first_years` are those in which a period begins: 2022, 2026, 2031 give four periods (before
    2022, 2022–2025, 2026–2030 and from 2031). The table says them in `from_year` and `to_year`,
    null where open. Together with `undated` the rows make the whole account, exactly.

    Raises
    ------
    ParameterError
        If the years do not rise, or are not in 1900–2200.
    """
    require_years(first_years)
    rows = concerned(prepared, terms)
    dated = in_period(rows[rows["year"].notna()], terms)
    years = dated["year"].astype("int64")
    number = np.searchsorted(np.asarray(first_years, dtype="int64"), years, side="right")
    periods = pd.RangeIndex(len(first_years) + 1)
    table = _table(rows, pd.Series(number, index=dated.index), periods, terms)
    begins = pd.Series([None, *first_years], index=table.index, dtype="Int64")
    ends = pd.Series([*(y - 1 for y in first_years), None], index=table.index, dtype="Int64")
    table.insert(0, "from_year", begins)
    table.insert(1, "to_year", ends)
    return Timeline(table=table, undated=_undated(rows, terms))


def compare(accounts: Sequence[tuple[str, RuleAccount]]) -> DataFrame:
    """
    Set several accounts side by side, against the first.

    Returns
    -------
    DataFrame
        One row each, indexed by its name: projects (number in the sums), and for each variant
        (the second's names end in ``_regional``) the figures of `Timeline.table`,
        jobs_total, and jobs_change and share_change from the first row (NaN where there is none).
    """
    lines = [
        {"projects": one.count}
        | _line(one.counted, SUFFIXES.counted)
        | _line(one.regional, SUFFIXES.regional)
        for _, one in accounts
    ]
    table = pd.DataFrame(lines, index=pd.Index([name for name, _ in accounts], name="name"))
    for suffix in SUFFIXES if len(table) else ():
        for figure, change in (("jobs_total", "jobs_change"), ("share", "share_change")):
            column = table[f"{figure}{suffix}"]
            table[f"{change}{suffix}"] = column - column.iloc[0]
    return table


def figures(result: RuleResult, suffix: str = "") -> dict[str, float | str]:
    """Return one variant's columns of a row; NaN where there is no number."""
    numbers = {
        name: getattr(result, name)
        for name in (*SIDES, "share", "share_low", "share_high", "headroom_outside", "heal_inside")
    }
    row = {f"{name}{suffix}": math.nan if n is None else n for name, n in numbers.items()}
    return row | {f"verdict{suffix}": result.verdict.value}


def _undated(rows: DataFrame, terms: Terms) -> RuleAccount:
    # Whatever the period: it is the account of what may come in any.
    return judge(rows[rows["year"].isna()], replace(terms, from_year=None, to_year=None))


def _span(years: Series, terms: Terms) -> Index:
    if terms.from_year is None and years.empty:
        return pd.RangeIndex(0, name="year")
    first = years.min() if terms.from_year is None else terms.from_year
    last = max(years.max(), HORIZON) if len(years) else HORIZON
    return pd.RangeIndex(first, (last if terms.to_year is None else terms.to_year) + 1, name="year")


def _table(
    rows: DataFrame, groups: Series, index: Index, terms: Terms, *, cumulative: bool = False
) -> DataFrame:
    """Judge each group; `groups` has the rows that are in one, and `rows` also those of no year."""
    dated, keys = rows.loc[groups.index], groups.to_numpy()
    undated = rows[rows["year"].isna()]
    lost = loss_unknown(dated, terms)
    left = without_figure(dated) | lost

    def spread(some: Series | DataFrame) -> DataFrame:
        sums = pd.DataFrame(some).groupby(keys).sum().reindex(index, fill_value=0)
        return sums.cumsum() if cumulative else sums

    count = spread((~left).rename("projects")).astype("int64")
    parts: list[DataFrame] = [count]
    nothing = (count["projects"] == 0) & (spread(lost.rename("lost"))["lost"] > 0)
    for suffix, share in zip(SUFFIXES, SHARES, strict=True):
        sums = spread(sides(dated, share, net=terms.net))
        # A project of unknown year may come in any: it is in no row, and may turn each.
        unknown = without_figure(undated) | loss_unknown(undated, terms)
        always = could_be_turned(undated, share, unknown, terms).any()
        more = may_come(sides(undated, share, net=terms.net))
        could = (
            spread(could_be_turned(dated, share, left, terms).astype("int64")).astype(bool) | always
        )
        flags = could.assign(nothing_known=nothing)
        parts_of: Any = pd.concat([sums, flags], axis=1).to_dict("records")
        results = [RuleResult(**line, target=terms.target) for line in parts_of]
        names = [f"{name}{suffix}" for name in (*_NUMBERS, "verdict")]
        lines = [
            figures(result, suffix) | {f"verdict{suffix}": with_undated(result, more).verdict.value}
            for result in results
        ]
        part = pd.DataFrame(lines, index=index, columns=names)
        parts.append(part.astype(dict.fromkeys(names[:-1], "float64") | {names[-1]: "str"}))
    return pd.concat(parts, axis=1)


def _line(result: RuleResult, suffix: str) -> dict[str, float | str]:
    return {f"jobs_total{suffix}": result.jobs_total} | figures(result, suffix)
