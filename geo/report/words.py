"""Figures in words, as pages and documents write them: intervals, what is unknown, codes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo import i18n
from geo.i18n import number, percent, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import Series

    Row = Mapping[str, Any] | Series


def term(kind: str, value: object, language: str) -> str:
    """
    Return the word for a coded value (``zone_type.regionby``).

    A code that the catalogue does not know is shown as it stands, a missing one as unknown.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return say("unknown", language)
    return i18n.texts(language).get(f"{kind}.{value}", str(value))


def span(low: object, high: object, language: str, decimals: int = 0) -> str:
    """Write an interval, or one number where both ends read the same."""
    first, last = number(low, language, decimals), number(high, language, decimals)
    return first if first == last else f"{first}–{last}"


def with_span(middle: float, low: float, high: float, language: str) -> str:
    """Write a number, with its interval where it has one; unknown is a word."""
    interval, written = span(low, high, language), number(middle, language)
    return written if interval == written else f"{written} ({interval})"


def percent_span(low: float | None, high: float | None, language: str, decimals: int = 0) -> str:
    """Write an interval of shares («46–83 %»), or one where both ends read the same."""
    first, last = (percent(one, language, decimals) for one in (low, high))
    if low is None or high is None or first == last:
        return last
    return f"{number(100 * low, language, decimals)}–{last}"


def rounded(value: float | None) -> float | None:
    """
    Round to three figures; None where it is unknown.

    That is what the assumptions of the land account carry; the rest would be false precision.
    """
    if value is None or math.isnan(value):
        return None
    magnitude = len(str(int(abs(value))))
    return round(float(value), -max(0, magnitude - 3))


def floor_area(area_m2: float | None, language: str) -> str:
    """Write a floor area, rounded; unknown is a word alone."""
    known = rounded(area_m2)
    return number(known, language) if known is None else f"{number(known, language)} m² BRA"


def densification(land: Mapping[str, Any], language: str) -> str:
    """Write the floor area that plans allow beyond what is built, and whether more is unknown."""
    known = floor_area(land["densification_bra_m2"], language)
    return and_unknown(known, land["unknown_plots"] or 0, language)


def room(land: Mapping[str, Any], kind: str, language: str) -> str:
    """Write the jobs that vacant land (`reserve`) or densification has room for."""
    low, high = (rounded(land[f"{kind}_jobs_{end}"]) for end in ("low", "high"))
    unknown = land["unknown_reserve_m2" if kind == "reserve" else "unknown_plots"]
    return and_unknown(span(low, high, language), unknown or 0, language)


def side(weight: Mapping[str, float], name: str, language: str) -> str:
    """
    Write the new jobs on one side of the rule, `inside` or `outside`.

    `weight` is of `geo.report.zone_facts.weight_of`.
    """
    middle, low, high = (weight[f"jobs_{name}{end}"] for end in ("", "_low", "_high"))
    unknown = weight[f"unknown_{name}"]
    if unknown and not (low or high):
        return say("unknown", language)
    return and_unknown(with_span(middle, low, high, language), unknown, language)


def and_unknown(written: str, unknown: float, language: str) -> str:
    """Say of what land or cases come to that there is more, where some of them say nothing."""
    if not unknown > 0 or written == say("unknown", language):
        return written
    return say("reserve.jobs_and_unknown", language, span=written)


def jobs(row: Row, language: str) -> str:
    """Write a project's jobs as an interval, and how they are known; unknown is a word."""
    written = span(row["jobs_low"], row["jobs_high"], language)
    if written == say("unknown", language):
        return written
    return f"{written} ({term('basis', row['basis'], language)})"


def jobs_today(figures: Row, language: str) -> str:
    """Write today's jobs (`geo.jobs_today.FIGURES`) as an interval, and what is unknown."""
    written = span(figures["jobs_today_low"], figures["jobs_today_high"], language)
    return or_more(written, figures, language)


def or_more(written: str, figures: Row, language: str) -> str:
    """Add that there are more of today's jobs that are not known; unknown is a word."""
    known = not pd.isna(figures["jobs_today_low"])
    if not (known and figures["firms_today_unknown"] > 0):
        return written
    return f"{written} + {say('unknown', language)}"


def planned_jobs(zone: Row, language: str) -> str:
    """
    Write the jobs of a zone's projects: known and estimated as one interval, and what is unknown.

    `zone` is a row of `geo.indicators.zone_figures`.
    """
    known, estimated = not pd.isna(zone["jobs"]), not pd.isna(zone["estimated_low"])
    if not (known or estimated):
        return say("unknown", language)
    low, high = (
        (zone[f"jobs_{end}"] if known else 0) + (zone[f"estimated_{end}"] if estimated else 0)
        for end in ("low", "high")
    )
    written = span(low, high, language)
    return f"{written} + {say('unknown', language)}" if zone["projects_unknown"] else written
