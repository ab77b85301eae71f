"""Results as sentences: what a figure means, in words that can be read aloud in a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.growth.rule import Variants
from geo.growth.share import counts
from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.growth.rule import RuleResult
    from geo.growth.timeline import RuleAccount


def verdict(account: RuleAccount) -> str:
    """Give the answer by the areas that count, and say how many projects it covers."""
    result = account.counted
    return t(
        f"rule.answer.{result.verdict}",
        share=texts.pct(result.share),
        target=texts.pct(result.target),
        known=account.count,
        all=len(account.projects),
    )


def variants(growth_areas: GeoDataFrame, pack_directory: Path) -> Variants[str]:
    """Name both variants: the second by the areas that only it counts."""
    others = growth_areas["name"][~counts(growth_areas)]
    names = f" {t('and')} ".join(texts.plain(texts.of_pack(one, pack_directory)) for one in others)
    regional = t("rule.with_regional", names=names) if names else t("rule.all_areas")
    return Variants(t("rule.gross"), regional)


def room(result: RuleResult) -> str:
    """How many jobs may still come outside, or how many are needed inside."""
    if result.share is None:
        return t("rule.nothing_to_judge")
    if result.heal_inside is None:
        return t("rule.cannot_heal", outside=round(result.jobs_outside))
    if result.heal_inside > 0:
        return t(
            "rule.heal",
            heal=result.heal_inside,
            over=-result.headroom_outside,
            target=texts.pct(result.target),
        )
    return t("rule.headroom", headroom=result.headroom_outside, target=texts.pct(result.target))


def jobs(result: RuleResult) -> str:
    """Jobs inside and outside, each with its interval where it has one."""
    return t(
        "rule.jobs",
        inside=_with_span(result.jobs_inside, result.jobs_inside_low, result.jobs_inside_high),
        outside=_with_span(result.jobs_outside, result.jobs_outside_low, result.jobs_outside_high),
    )


def _with_span(middle: float, low: float, high: float) -> str:
    interval = texts.span(low, high)
    written = texts.num(middle)
    return written if interval == written else f"{written} ({interval})"


def unknown(account: RuleAccount) -> str | None:
    """How much is not in the figure, and how far the answer holds; None if all is known."""
    count = len(account.unknown)
    if not count:
        return None
    room_outside = account.counted.headroom_outside
    if account.counted.share is None or room_outside <= 0:
        return t("rule.unknown", count=count, all=len(account.projects))
    return t("rule.unknown_holds", count=count, all=len(account.projects), room=room_outside)
