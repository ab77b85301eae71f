"""The 90 % rule over time: how a ledger of projects stands against it, in all and year by year."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.growth.estimates import ESTIMATED, FIGURES, why_not
from geo.growth.projects import concerned, in_period, known_only, sides
from geo.growth.rule import (
    SHARES,
    SUFFIXES,
    RuleResult,
    Variants,
    Verdict,
    as_document,
    could_turn,
)
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
        The rule by the areas that count, and by all; net if the terms are. What is known and, if
        the terms say so, what is estimated is in the sums; what is not, may turn the verdict.
    known
        The sums of what is known alone, and what they alone say.
    projects
        Rows of `Prepared.frame` that the terms concern, whether or not they are in the sums.
    estimated
        Index of those whose jobs are estimated, whether or not the terms let them in.
    not_estimable
        Index of those whose jobs are neither known nor estimated, or whose place is not known.
    unknown
        Index of those left out of the sums since their jobs, or their place, are not known.
    loss_unknown
        Index of those left out of net figures since the jobs lost are not known.
    undated
        Index of projects whose year is not known, when a period is asked; they are in `projects`.
    """

    terms: Terms
    known: Variants[RuleResult]
    projects: DataFrame
    estimated: Index
    not_estimable: Index
    unknown: Index
    loss_unknown: Index
    undated: Index

    @property
    def count(self) -> int:
        """Number of projects in the sums."""
        return len(self.projects) - len(self.unknown) - len(self.loss_unknown)

    @property
    def turning(self) -> Index:
        """Index of the projects in no sum that could turn the verdict of either variant."""
        left = pd.Series(
            self.projects.index.isin(self.unknown.union(self.loss_unknown)), self.projects.index
        )
        turns = pd.Series(data=False, index=self.projects.index)
        for result, share in zip(self, SHARES, strict=True):
            could = _could(self.projects, share, left, self.terms)
            either = could["could_lower"] | could["could_raise"]
            each = {Verdict.FULFILLED: could["could_lower"], Verdict.BROKEN: could["could_raise"]}
            turns |= each.get(result.verdict_of_sums, either)
        return self.projects.index[turns]

    @property
    def dominant(self) -> list[Dominant]:
        """
        Projects that alone make over half of the new jobs inside, or of those outside.

        What is known of their figure is then what is known of the sum.
        """
        rows = self.projects.drop(self.unknown.union(self.loss_unknown))
        split = sides(rows, SHARES.counted, net=self.terms.net)
        found: list[Dominant] = []
        for side in ("inside", "outside"):
            jobs = split[f"jobs_{side}"]
            if jobs.sum() > 0 and jobs.max() > jobs.sum() / 2:
                row = rows.iloc[int(jobs.to_numpy().argmax())]
                found.append(Dominant(side=side, share=float(jobs.max() / jobs.sum()), project=row))
        return found

    def as_dict(self) -> dict[str, Any]:
        """
        Return the document that the command line promises for ``rule``; no NaN in it.

        `gross`, `with_regional_areas` and the jobs of `sites` are what is known alone. With
        estimates, `with_estimates` holds both variants with them, and what is in no sum may turn
        their verdict; `estimated` and `not_estimable` tell which projects are meant.
        """
        rows = known_only(self.projects)
        columns = (rows[name] for name in ("id", "jobs", "share_inside"))
        known = as_document(self.known)
        return {
            **known,
            "sites": [
                {"id": name, "jobs": _or_none(jobs), "share_inside": _or_none(share)}
                for name, jobs, share in zip(*columns, strict=True)
            ],
            "target": self.counted.target,
            "jobs_unknown": rows["id"][rows["jobs"].isna() | rows["share_inside"].isna()].tolist(),
            "dominant": [one.as_dict() for one in self.dominant],
            **(self._estimates() if self.terms.estimates else {}),
        }

    def _estimates(self) -> dict[str, Any]:
        estimated = self.projects.loc[self.estimated]
        return {
            "with_estimates": as_document(self),
            "estimated": [
                _place_of(row)
                | {"basis": row["basis"], "business_type": row["norm"]}
                | {name: _or_none(row[name]) for name in FIGURES}
                for _, row in estimated.iterrows()
            ],
            "not_estimable": [
                _place_of(row) | {"reason": why_not(row)}
                for _, row in self.projects.loc[self.not_estimable].iterrows()
            ],
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Dominant:
    """A project that alone makes `share` (over half) of the new jobs on one side."""

    side: str
    share: float
    project: Series

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it: which project, and how its figure is known."""
        source, year = self.project["jobs_source"], self.project["year"]
        return {
            "id": self.project["id"],
            "name": self.project["name"],
            "side": self.side,
            "share": self.share,
            "basis": self.project["basis"],
            "jobs": float(self.project["jobs"]),
            "jobs_source": None if pd.isna(source) else source,
            "year": None if pd.isna(year) else int(year),
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

    A project of unknown year is judged whatever the period.

    Net, a project's figures are its jobs less the jobs lost there, and may be negative; a project
    whose loss is not known has no net figure and is left out and listed. A side of the border is
    the sum of its projects; where that is negative there is no share (see `RuleResult`).
    """
    return judge(in_period(concerned(prepared, terms), terms), terms)


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
        for name in (*_SIDES, "share", "share_low", "share_high", "headroom_outside", "heal_inside")
    }
    row = {f"{name}{suffix}": math.nan if n is None else n for name, n in numbers.items()}
    return row | {f"verdict{suffix}": result.verdict.value}


def summed(split: DataFrame, target: float) -> RuleResult:
    """Judge the sum of `sides`."""
    sums = split.sum()  # NaN, which is unknown, is left out
    jobs: dict[str, Any] = {name: float(sums[name]) for name in _SIDES}
    return RuleResult(**jobs, target=target)


def judge(rows: DataFrame, terms: Terms) -> RuleAccount:
    """Judge rows of `Prepared.frame`, all of them, as `account` does."""
    unknown, lost = _unknown(rows), _loss_unknown(rows, terms)
    left = unknown | lost

    def judged(some: DataFrame, share: str) -> RuleResult:
        return summed(sides(some, share, net=terms.net), terms.target)

    def result(share: str) -> RuleResult:
        could = _could(rows, share, left, terms).any()
        nothing = bool(lost.any() and left.all())
        return replace(
            judged(rows, share),
            could_lower=bool(could["could_lower"]),
            could_raise=bool(could["could_raise"]),
            nothing_known=nothing,
        )

    counted, regional = SHARES.map(result)
    return RuleAccount(
        counted=counted,
        regional=regional,
        known=SHARES.map(partial(judged, known_only(rows))),
        terms=terms,
        projects=rows,
        estimated=rows.index[rows["basis"].isin(ESTIMATED) & rows["share_inside"].notna()],
        not_estimable=rows.index[rows["why_not"].notna() | rows["share_inside"].isna()],
        unknown=rows.index[unknown],
        loss_unknown=rows.index[lost],
        undated=rows.index[rows["year"].isna() & terms.has_period],
    )


def _unknown(rows: DataFrame) -> Series:
    found: Series = rows["jobs"].isna() | rows["share_inside"].isna()
    return found


def _loss_unknown(rows: DataFrame, terms: Terms) -> Series:
    return rows["jobs_lost"].isna() & ~_unknown(rows) & terms.net


def _could(rows: DataFrame, share: str, left: Series, terms: Terms) -> DataFrame:
    """Whether each row is in no sum (`left`) and could lower or raise the share."""
    # A loss that is not known may be more than the gain: it turns the rule either way.
    shares = rows[share].mask(_loss_unknown(rows, terms)).to_numpy(dtype=float)
    table = {name: one & left for name, one in could_turn(shares, terms.target).items()}
    return pd.DataFrame(table, index=rows.index)


def _undated(rows: DataFrame, terms: Terms) -> RuleAccount:
    return judge(rows[rows["year"].isna()], terms)


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
    lost = _loss_unknown(dated, terms)
    left = _unknown(dated) | lost

    def spread(some: Series | DataFrame) -> DataFrame:
        sums = pd.DataFrame(some).groupby(keys).sum().reindex(index, fill_value=0)
        return sums.cumsum() if cumulative else sums

    count = spread((~left).rename("projects")).astype("int64")
    parts: list[DataFrame] = [count]
    nothing = (count["projects"] == 0) & (spread(lost.rename("lost"))["lost"] > 0)
    for suffix, share in zip(SUFFIXES, SHARES, strict=True):
        sums = spread(sides(dated, share, net=terms.net))
        # A project of unknown year may come in any: whatever is known of it, it is in no row.
        always = _could(undated, share, pd.Series(data=True, index=undated.index), terms).any()
        could = spread(_could(dated, share, left, terms).astype("int64")).astype(bool) | always
        flags = could.assign(nothing_known=nothing)
        parts_of: Any = pd.concat([sums, flags], axis=1).to_dict("records")
        results = [RuleResult(**line, target=terms.target) for line in parts_of]
        names = [f"{name}{suffix}" for name in (*_NUMBERS, "verdict")]
        lines = [figures(result, suffix) for result in results]
        part = pd.DataFrame(lines, index=index, columns=names)
        parts.append(part.astype(dict.fromkeys(names[:-1], "float64") | {names[-1]: "str"}))
    return pd.concat(parts, axis=1)


def _line(result: RuleResult, suffix: str) -> dict[str, float | str]:
    return {f"jobs_total{suffix}": result.jobs_total} | figures(result, suffix)


def _place_of(row: Series) -> dict[str, Any]:
    """Name a project and its place, as the command line does; `inside` is null where it is both."""
    share, regional = row["share_inside"], row["share_inside_regional"]
    return {
        "id": row["id"],
        "name": None if pd.isna(row["name"]) else row["name"],
        "zone": None if pd.isna(row["zone_id"]) else row["zone_id"],
        "site_area_m2": _or_none(row["site_area_m2"]),
        "inside": {0.0: False, 1.0: True}.get(share),
        "share_inside": _or_none(share),
        "share_inside_regional": _or_none(regional),
    }


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
