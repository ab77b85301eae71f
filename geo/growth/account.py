"""The 90 % rule for a list of projects: both results, what they rest on, and what is in no sum."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.growth.estimates import ESTIMATED, FIGURES, why_not
from geo.growth.projects import concerned, in_period, known_only, sides
from geo.growth.rule import (
    SHARES,
    SIDES,
    RuleResult,
    Variants,
    Verdict,
    as_document,
    could_turn,
)
from geo.growth.terms import EVERYTHING
from geo.growth.undated import may_come, with_undated
from geo.schema.layers import JOBS

if TYPE_CHECKING:
    from pandas import DataFrame, Index, Series

    from geo.growth.projects import Prepared
    from geo.growth.terms import Terms


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
        Index of projects whose year is not known, when a period is asked; they are in `projects`,
        in no sum's middle, and at its ends with none of their jobs or all of them.
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
    def in_sums(self) -> Index:
        """Index of the projects in the sums."""
        left = self.unknown.union(self.loss_unknown).union(self.undated)
        return self.projects.index[~self.projects.index.isin(left)]

    @property
    def without_year(self) -> Index:
        """Index of those in no sum for the want of a year alone."""
        return self.undated.difference(self.unknown.union(self.loss_unknown), sort=False)

    @property
    def count(self) -> int:
        """Number of projects in the sums."""
        return len(self.in_sums)

    @property
    def turning(self) -> Index:
        """Index of the projects in no sum that could turn the verdict of either variant."""
        left = pd.Series(
            self.projects.index.isin(self.unknown.union(self.loss_unknown)), self.projects.index
        )
        turns = pd.Series(data=False, index=self.projects.index)
        for result, share in zip(self, SHARES, strict=True):
            could = could_be_turned(self.projects, share, left, self.terms)
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
        rows = self.projects.loc[self.in_sums]
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
        their verdict; `estimated` and `not_estimable` tell which projects are meant. With a period,
        `period` says it and `undated` which projects have no year.
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
            **(self._period() if self.terms.has_period else {}),
        }

    def _period(self) -> dict[str, Any]:
        terms, names = self.terms, self.projects["id"]
        return {
            "period": {"from_year": terms.from_year, "to_year": terms.to_year},
            "undated": names[self.undated].tolist(),
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
    """A project that alone makes `share` (over half) of the new jobs on one side, or in a zone."""

    side: str
    share: float
    project: Series

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it: which project, and how its figure is known."""
        source, year = self.project["jobs_source"], self.project["year"]
        return {
            "id": self.project["id"],
            "name": _name_of(self.project),
            "side": self.side,
            "share": self.share,
            "basis": self.project["basis"],
            **{name: float(self.project[name]) for name in JOBS},
            "jobs_source": None if pd.isna(source) else source,
            "year": None if pd.isna(year) else int(year),
        }


def account(prepared: Prepared, terms: Terms = EVERYTHING) -> RuleAccount:
    """
    Judge the projects that the terms concern, by the areas that count and by all.

    A project of unknown year is in no period for certain: it is in no sum's middle, and may come
    with none of its jobs or with all. Where that reaches past the target, nothing is decided.

    Net, a project's figures are its jobs less the jobs lost there, and may be negative; a project
    whose loss is not known has no net figure and is left out and listed. A side of the border is
    the sum of its projects; where that is negative there is no share (see `RuleResult`).
    """
    return judge(in_period(concerned(prepared, terms), terms), terms)


def summed(split: DataFrame, target: float) -> RuleResult:
    """Judge the sum of `sides`."""
    sums = split.sum()  # NaN, which is unknown, is left out
    jobs: dict[str, Any] = {name: float(sums[name]) for name in SIDES}
    return RuleResult(**jobs, target=target)


def judge(rows: DataFrame, terms: Terms) -> RuleAccount:
    """Judge rows of `Prepared.frame`, all of them, as `account` does."""
    unknown, lost = without_figure(rows), loss_unknown(rows, terms)
    left = unknown | lost
    undated = rows["year"].isna() & terms.has_period

    def judged(some: DataFrame, share: str) -> RuleResult:
        split = sides(some, share, net=terms.net)
        return with_undated(summed(split[~undated], terms.target), may_come(split[undated]))

    def result(share: str) -> RuleResult:
        could = could_be_turned(rows, share, left, terms).any()
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
        undated=rows.index[undated],
    )


def without_figure(rows: DataFrame) -> Series:
    """Whether the jobs or the place of each row are not known."""
    found: Series = rows["jobs"].isna() | rows["share_inside"].isna()
    return found


def loss_unknown(rows: DataFrame, terms: Terms) -> Series:
    """Whether each row has no net figure, since the jobs lost are not known (net only)."""
    return rows["jobs_lost"].isna() & ~without_figure(rows) & terms.net


def could_be_turned(rows: DataFrame, share: str, left: Series, terms: Terms) -> DataFrame:
    """Whether each row is in no sum (`left`) and could lower or raise the share."""
    # Net, a case may lose more than it brings, and then turns the rule the other way.
    may_lose = terms.net & rows["jobs_lost"].ne(0)
    shares = rows[share].mask(may_lose).to_numpy(dtype=float)
    table = {name: one & left for name, one in could_turn(shares, terms.target).items()}
    return pd.DataFrame(table, index=rows.index)


def _place_of(row: Series) -> dict[str, Any]:
    """Name a project and its place, as the command line does; `inside` is null where it is both."""
    share, regional = row["share_inside"], row["share_inside_regional"]
    return {
        "id": row["id"],
        "name": _name_of(row),
        "zone": None if pd.isna(row["zone_id"]) else row["zone_id"],
        "site_area_m2": _or_none(row["site_area_m2"]),
        "inside": {0.0: False, 1.0: True}.get(share),
        "share_inside": _or_none(share),
        "share_inside_regional": _or_none(regional),
    }


def _name_of(row: Series) -> str | None:
    return None if pd.isna(row["name"]) else str(row["name"])


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
