"""The 90 % rule over time: how a ledger of projects stands against it, in all and year by year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.growth.projects import concerned, in_period, sides
from geo.growth.rule import SHARES, SUFFIXES, RuleResult, Variants, as_document
from geo.growth.terms import EVERYTHING, require_years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame, Index, Series

    from geo.growth.projects import Prepared
    from geo.growth.terms import Terms

# Strategi for bærekraftig næringsutvikling 2022–2030 (Lillestrøm kommune): the rule's horizon.
HORIZON: Final = 2030

_SIDES: Final = tuple(
    f"jobs_{side}{end}" for side in ("inside", "outside") for end in ("", "_low", "_high")
)
_NUMBERS: Final = (*_SIDES, "share", "share_low", "share_high", "headroom_outside", "heal_inside")


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleAccount(Variants[RuleResult]):
    """
    Both results of the rule on some terms, and the projects they rest on.

    Attributes
    ----------
    counted, regional
        The rule by the areas that count, and by all; net if the terms are.
    projects
        Rows of `Prepared.frame` that the terms concern, whether or not they are in the sums.
    unknown
        Index of those left out since their jobs, or their place, are not known.
    loss_unknown
        Index of those left out of net figures since the jobs lost are not known.
    undated
        Index of projects that are not in `projects`, for want of a year, when a period is asked.
    """

    terms: Terms
    projects: DataFrame
    unknown: Index
    loss_unknown: Index
    undated: Index

    @property
    def count(self) -> int:
        """Number of projects in the sums."""
        return len(self.projects) - len(self.unknown) - len(self.loss_unknown)

    def as_dict(self) -> dict[str, Any]:
        """Return the document that the command line promises for ``rule``; no NaN in it."""
        columns = (self.projects[name] for name in ("id", "jobs", "share_inside"))
        return {
            **as_document(self),
            "sites": [
                {"id": name, "jobs": _or_none(jobs), "share_inside": _or_none(share)}
                for name, jobs, share in zip(*columns, strict=True)
            ],
            "target": self.counted.target,
            "jobs_unknown": self.projects.loc[self.unknown, "id"].tolist(),
        }


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


def account(prepared: Prepared, terms: Terms = EVERYTHING) -> RuleAccount:
    """
    Judge the projects that the terms concern, by the areas that count and by all.

    Net, a project's figures are its jobs less the jobs lost there, and may be negative; a project
    whose loss is not known has no net figure and is left out and listed. A side of the border is
    the sum of its projects; where that is negative there is no share (see `RuleResult`).
    """
    rows = concerned(prepared, terms)
    undated = rows.index[rows["year"].isna() & terms.has_period]
    return _account(in_period(rows, terms), terms, undated)


def by_year(prepared: Prepared, terms: Terms = EVERYTHING, *, cumulative: bool = False) -> Timeline:
    """
    Judge each year on its own, or all up to and including it.

    The index is the year, from the first that is asked for (else the first project's) to the last
    (else the last project's, at least 2030); without either there are no rows. The last row of a
    cumulative table and `undated` make the whole account, exactly.
    """
    rows = concerned(prepared, terms)
    dated = in_period(rows[rows["year"].notna()], terms)
    years = dated["year"].astype("int64")
    table = _table(dated, years, _span(years, terms), terms, cumulative=cumulative)
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
    table = _table(dated, pd.Series(number, index=dated.index), periods, terms)
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
        for name in (*_SIDES, "share", "share_low", "share_high", "headroom_outside", "heal_inside")
    }
    row = {f"{name}{suffix}": math.nan if n is None else n for name, n in numbers.items()}
    return row | {f"verdict{suffix}": result.verdict.value}


def summed(split: DataFrame, target: float) -> RuleResult:
    """Judge the sum of `sides`."""
    sums = split.sum()  # NaN, which is unknown, is left out
    return RuleResult(**{name: float(sums[name]) for name in _SIDES}, target=target)


def _account(rows: DataFrame, terms: Terms, undated: Index) -> RuleAccount:
    counted, regional = SHARES.map(
        lambda share: summed(sides(rows, share, net=terms.net), terms.target)
    )
    unknown = rows["jobs"].isna() | rows["share_inside"].isna()
    loss_unknown = rows["jobs_lost"].isna() & ~unknown & terms.net
    return RuleAccount(
        counted=counted,
        regional=regional,
        terms=terms,
        projects=rows,
        unknown=rows.index[unknown],
        loss_unknown=rows.index[loss_unknown],
        undated=undated,
    )


def _undated(rows: DataFrame, terms: Terms) -> RuleAccount:
    return _account(rows[rows["year"].isna()], terms, undated=rows.index[:0])


def _span(years: Series, terms: Terms) -> Index:
    if terms.from_year is None and years.empty:
        return pd.RangeIndex(0, name="year")
    first = years.min() if terms.from_year is None else terms.from_year
    last = max(years.max(), HORIZON) if len(years) else HORIZON
    return pd.RangeIndex(first, (last if terms.to_year is None else terms.to_year) + 1, name="year")


def _table(
    rows: DataFrame, groups: Series, index: Index, terms: Terms, *, cumulative: bool = False
) -> DataFrame:
    keys = groups.to_numpy()
    parts: list[DataFrame] = []
    for suffix, share in zip(SUFFIXES, SHARES, strict=True):
        by_group = sides(rows, share, net=terms.net).groupby(keys)
        if not parts:
            count = by_group["jobs_inside"].count().rename("projects")
            parts.append(_spread(count.to_frame(), index, cumulative=cumulative).astype("int64"))
        sums = _spread(by_group.sum(), index, cumulative=cumulative)
        results = [
            RuleResult(**row, target=terms.target)  # type: ignore[arg-type]  # names of jobs
            for row in sums.to_dict("records")
        ]
        names = [f"{name}{suffix}" for name in (*_NUMBERS, "verdict")]
        lines = [figures(result, suffix) for result in results]
        part = pd.DataFrame(lines, index=index, columns=names)
        parts.append(part.astype(dict.fromkeys(names[:-1], "float64") | {names[-1]: "str"}))
    return pd.concat(parts, axis=1)


def _spread(sums: DataFrame, index: Index, *, cumulative: bool) -> DataFrame:
    spread = sums.reindex(index, fill_value=0)
    return spread.cumsum() if cumulative else spread


def _line(result: RuleResult, suffix: str) -> dict[str, float | str]:
    return {f"jobs_total{suffix}": result.jobs_total} | figures(result, suffix)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
