"""Results as sentences: what a figure means, in words that can be read aloud in a meeting."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.growth.estimates import KNOWN, why_not
from geo.growth.rule import SHARES, Variants, Verdict
from geo.growth.share import counts
from geo.growth.undated import reach
from geo.report import words
from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import Series

    from geo.growth.account import Dominant, RuleAccount
    from geo.growth.rule import RuleResult
    from geo.growth.terms import Terms
    from geo.pack.read import Pack


def verdict(account: RuleAccount) -> str:
    """Give the answer by the areas that count, the other where it differs; of how many projects."""
    counts = {"known": account.count, "all": len(account.projects)}
    if account.terms.has_period:
        word = t(f"verdict.{account.counted.verdict}")
        answer = word[:1].lower() + word[1:]
        said = t("rule.answer_period", period=period(account.terms), verdict=answer, **counts)
    else:
        left = counts["all"] - counts["known"]
        said = t(f"rule.answer.{account.counted.verdict}", left=left, **counts)
    other = account.regional.verdict
    if other == account.counted.verdict:
        return said
    return t("rule.answer_other", answer=said, verdict=t(f"verdict.{other}"))


def period(terms: Terms) -> str:
    """Name the period that the terms ask for."""
    first, last = terms.from_year, terms.to_year
    if first is None:
        return t("rule.answer_until", year=str(last))
    if last is None:
        return t("rule.answer_since", year=str(first))
    return str(first) if first == last else f"{first}–{last}"


def variants(growth_areas: GeoDataFrame, pack_directory: Path) -> Variants[str]:
    """Name both variants: the second by the areas that only it counts."""
    others = growth_areas["name"][~counts(growth_areas)]
    names = f" {t('and')} ".join(texts.plain(texts.of_pack(one, pack_directory)) for one in others)
    regional = t("rule.with_regional", names=names) if names else t("rule.all_areas")
    return Variants(t("rule.gross"), regional)


def room(result: RuleResult) -> str:
    """
    How many jobs may still come outside, or how many are needed inside.

    By the middle of the intervals, or of what is known alone, and says so. Where only what is in
    no sum could turn a fulfilled rule, how many jobs outside the sums bear in the worst case.
    """
    target = texts.pct(result.target)
    if result.share is None:
        if result.some_undated:
            return t("rule.nothing_dated")
        left_open = result.verdict in (Verdict.UNDECIDED, Verdict.UNKNOWN)
        return t("rule.nothing_known" if left_open else "rule.nothing_to_judge")
    if result.heal_inside is None:
        return t("rule.cannot_heal", outside=round(result.jobs_outside))
    if result.could_lower and result.verdict_of_sums is Verdict.FULFILLED:
        return t("rule.bears", room=_at_least(result.headroom_low), target=target)
    middle = "_middle" if _has_interval(result) else ""
    if result.some_undated:  # which are at the ends, and not in the middle
        middle = "_dated"
    elif result.verdict is Verdict.UNDECIDED and not middle:
        middle = "_sums"
    if result.heal_inside > 0:
        over = -result.headroom_outside
        return t(f"rule.heal{middle}", heal=result.heal_inside, over=over, target=target)
    return t(
        f"rule.headroom{middle}",
        headroom=result.headroom_outside,
        least=_at_least(result.headroom_low),
        target=target,
    )


def _at_least(jobs: float) -> int:
    """Whole jobs that there is surely room for; a billionth, which sums may be off by, is none."""
    return math.floor(jobs + 1e-9)


def _has_interval(result: RuleResult) -> bool:
    return (result.jobs_inside_low, result.jobs_outside_low) != (
        result.jobs_inside_high,
        result.jobs_outside_high,
    )


def jobs(account: RuleAccount) -> str:
    """Jobs inside and outside, each with its interval where it has one; gross or net."""
    result, basis = account.counted, "rule.jobs_net" if account.terms.net else "rule.jobs"
    if not account.count and len(account.projects) and not result.some_undated:
        return t(basis, inside=t("unknown"), outside=t("unknown"))
    return t(
        basis,
        inside=with_span(result.jobs_inside, result.jobs_inside_low, result.jobs_inside_high),
        outside=with_span(result.jobs_outside, result.jobs_outside_low, result.jobs_outside_high),
    )


def with_span(middle: float, low: float, high: float) -> str:
    """Write a number, with its interval where it has one; unknown is a word."""
    return words.with_span(middle, low, high, texts.language())


def groups(account: RuleAccount) -> str:
    """How many cases are known and what those say alone, and how many are estimated."""
    rows, result = account.projects, account.known.counted
    counted = rows.loc[account.in_sums]
    known = counted.index[counted["basis"].isin(KNOWN)]
    basis = "rule.known_period" if account.terms.has_period else "rule.known"
    said = [
        t(
            basis if len(known) and result.share is not None else f"{basis}_no_share",
            count=len(known),
            all=len(rows),
            share=texts.pct_span(result.share_low, result.share_high),
        )
    ]
    # Net, the loss of what is estimated must be known too.
    left = account.loss_unknown.union(account.undated)
    if count := len(account.estimated.difference(left)):
        used = "rule.estimated" if account.terms.estimates else "rule.estimated_left_out"
        said.append(t(used, count=count))
    return " ".join(said)


def not_estimable(account: RuleAccount, pack: Pack) -> list[str]:
    """Name what cannot be estimated: its size, zone, side of the border, and why; as markdown."""
    zones, turning = texts.zone_names(pack), account.turning
    lines = []
    for index, row in account.projects.loc[account.not_estimable].iterrows():
        why = t(f"why_not.{why_not(row)}")
        line = t("rule.open_case", place=place(row, pack, zones), why=why)
        lines.append(f"{line} {t('rule.could_turn')}" if index in turning else line)
    return lines


def place(row: Series, pack: Pack, zones: Mapping[str, str]) -> str:
    """Name a project, its size, its zone, and which side of the border it is on; as markdown."""
    area, zone = row["site_area_m2"], row["zone_id"]
    parts = [
        f"**{texts.plain(texts.of_pack(row['name'], pack.directory) or str(row['id']))}**",
        None if pd.isna(area) else texts.daa(float(area)),
        None if pd.isna(zone) else texts.plain(zones.get(str(zone), str(zone))),
        side(row),
    ]
    return ", ".join(part for part in parts if part)


def side(row: Series) -> str:
    """Which side of the border a project is on; both where the regional areas change that."""
    counted, regional = (_side(row[share]) for share in SHARES)
    if counted == regional:
        return counted
    return t("rule.side_both", counted=counted, regional=regional)


def _side(share: float) -> str:
    if math.isnan(share):
        return t("side.unplaced")
    return t(f"side.{ {0.0: 'outside', 1.0: 'inside'}.get(float(share), 'across') }")


def dominant(one: Dominant, pack: Pack) -> str:
    """Say that one project is most of a sum, and what is known of its figure; as markdown."""
    row = one.project
    jobs = texts.span(row["jobs_low"], row["jobs_high"])
    return _dominant(row, one.side, one.share, jobs, pack)


def dominant_said(one: Mapping[str, Any], pack: Pack) -> str:
    """Say the same of one that was saved, which holds the middle of its jobs; as markdown."""
    return _dominant(one, one["side"], one["share"], texts.num(one["jobs"]), pack)


def _dominant(
    one: Series | Mapping[str, Any], side: str, share: float, jobs: str, pack: Pack
) -> str:
    return t(
        f"rule.dominant_{side}",
        name=f"**{texts.plain(texts.of_pack(one['name'], pack.directory))}**",
        jobs=jobs,
        share=texts.pct(share),
        how=texts.plain(known_by(one, pack)),
        year=t("rule.year_unknown") if pd.isna(one["year"]) else str(int(one["year"])),
    )


def known_by(row: Series | Mapping[Any, Any], pack: Pack) -> str:
    """Say whose number of jobs it is, else how it was found."""
    source = row.get("jobs_source")
    if pd.isna(source):
        return texts.term("basis", row["basis"])
    return texts.of_pack(source, pack.directory)


def undated(account: RuleAccount) -> str | None:
    """
    Say how many cases have no year, when a period is asked, and what they could do to the answer.

    None where all have one. What has no figure either is told of elsewhere.
    """
    rows = account.projects.loc[account.undated]
    if rows.empty:
        return None
    numbers = rows[["jobs", "jobs_low", "jobs_high"]]
    if account.terms.net:
        numbers = numbers.sub(rows["jobs_lost"], axis=0)
    counted = numbers.loc[account.without_year]
    jobs = t("unknown") if counted.empty else with_span(*map(float, counted.sum()))
    said = t("rule.undated_in", count=len(rows), jobs=jobs)
    if not account.counted.some_undated:
        return said
    both = [_reached(result) for result in account]
    if both[0] == both[1]:
        return f"{said} {t('rule.undated_reach', share=both[0])}"
    return f"{said} {t('rule.undated_reach_both', share=both[0], other=both[1])}"


def _reached(result: RuleResult) -> str:
    found = reach(result)
    return t("unknown") if found is None else texts.pct_span(*found)
