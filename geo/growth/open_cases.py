"""Projects that a reader must be told of: those in no sum of the rule, and those that are most."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.growth.estimates import ESTIMATED, why_not
from geo.growth.rule import SHARES
from geo.i18n import Amount, Remark
from geo.pack.words import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pandas import Series

    from geo.growth.account import RuleAccount

MOST_NAMED: Final[int] = 5  # in a sentence; the rest is counted


def open_cases(
    account: RuleAccount,
    zones: Mapping[str, str] | None = None,
    pack_directory: Path | None = None,
) -> tuple[Remark, ...]:
    """
    Name the projects in no sum: those that cannot be estimated, or that the terms leave out.

    `zones` are names by zone_id; a zone without one is not named. Names are said as the pack in
    `pack_directory` translates them.
    """
    left = account.unknown.union(account.loss_unknown, sort=False)
    rows = account.projects.loc[account.projects.index.isin(left)]
    return tuple(_case(row, zones or {}, pack_directory) for _, row in rows.iterrows())


def dominant_cases(account: RuleAccount, pack_directory: Path) -> tuple[Remark, ...]:
    """
    Name projects that alone are over half of a sum, and whose figure is not simply given.

    That is one that is estimated, and one whose number somebody named has given.
    """
    return tuple(
        Remark(
            f"rule.dominant_{one['side']}",
            {
                "name": quoted(one["name"] or one["id"], pack_directory),
                "jobs": _jobs(one),
                "share": Amount(one["share"], "percent"),
                "how": quoted(one["jobs_source"], pack_directory)
                if one["jobs_source"]
                else Remark(f"basis.{one['basis']}"),
                "year": Remark("rule.year_unknown") if one["year"] is None else str(one["year"]),
            },
        )
        for one in (found.as_dict() for found in account.dominant)
        if one["jobs_source"] or one["basis"] in ESTIMATED
    )


def _jobs(one: Mapping[str, Any]) -> Amount | Remark:
    if one["jobs_low"] == one["jobs_high"]:
        return Amount(one["jobs"])
    ends = {end: Amount(one[f"jobs_{end}"]) for end in ("low", "high")}
    return Remark("jobs.interval", ends | {"mid": Amount(one["jobs"])})


def in_sentence(cases: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """Return the first of them, and how many there are beside."""
    more = len(cases) - MOST_NAMED
    if more <= 0:
        return cases
    return (*cases[:MOST_NAMED], Remark("rule.more", {"count": more}))


def side_of(share: float) -> str:
    """Return which side of the growth areas a part inside (0–1) means, as in texts `side.…`."""
    if math.isnan(share):
        return "unplaced"
    return {0.0: "outside", 1.0: "inside"}.get(share, "across")


def _sides(row: Series) -> Remark:
    """Which side of the border a project is on; both where the regional areas change that."""
    counted, regional = (Remark(f"side.{side_of(row[share])}") for share in SHARES)
    if counted.msgid == regional.msgid:
        return counted
    return Remark("rule.side_both", {"counted": counted, "regional": regional})


def _case(row: Series, zones: Mapping[str, str], pack_directory: Path | None) -> Remark:
    zone = None if pd.isna(row["zone_id"]) else zones.get(row["zone_id"])
    about: list[object] = []
    if pd.notna(row["site_area_m2"]):
        about.append(Amount(row["site_area_m2"], "daa"))
    if zone is not None:
        about.append(quoted(zone, pack_directory))
    about.append(_sides(row))
    # What the terms leave out, or whose losses are not known, has jobs of its own.
    if pd.isna(row["jobs"]) or pd.isna(row["share_inside"]):
        about.append(Remark(f"why_not.{why_not(row)}"))
    name = quoted(row["name"], pack_directory)
    return Remark("rule.case", {"name": name, "about": tuple(about)})
