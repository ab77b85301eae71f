"""Results as sentences: what a figure means, in words that can be read aloud in a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.growth.share import GrowthAccount, RuleResult


def verdict(account: GrowthAccount) -> str:
    """The answer in one sentence, and that it covers only what has figures."""
    result = account.gross
    known = len(account.sites) - len(account.unknown)
    return t(
        f"rule.answer.{result.verdict}",
        share=texts.pct(result.share),
        target=texts.pct(result.target),
        known=known,
        all=len(account.sites),
    )


def variant(growth_areas: GeoDataFrame, pack_directory: Path) -> str:
    """Name the second variant by the areas that only it counts."""
    counts = growth_areas["counts"].astype("boolean").fillna(value=False).astype(bool)
    names = [
        texts.plain(texts.of_pack(name, pack_directory)) for name in growth_areas["name"][~counts]
    ]
    if not names:
        return t("rule.all_areas")
    return t("rule.with_regional", names=f" {t('and')} ".join(names))


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


def unknown(account: GrowthAccount) -> str | None:
    """How much is not in the figure, and how far the answer holds; None if all is known."""
    count = len(account.unknown)
    if not count:
        return None
    room_outside = account.gross.headroom_outside
    if account.gross.share is None or room_outside <= 0:
        return t("rule.unknown", count=count, all=len(account.sites))
    return t("rule.unknown_holds", count=count, all=len(account.sites), room=room_outside)
