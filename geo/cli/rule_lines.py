"""What the command ``rule`` says in words, of the document that it gives as JSON."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.growth.open_cases import side_of
from geo.growth.rule import SHARES, Verdict
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.pack.read import Pack

_MAX_LISTED: Final = 10


def rule_lines(document: Mapping[str, Any], pack: Pack, language: str) -> list[str]:
    """Say what is known, then what is estimated with its verdict, then what nobody knows."""
    say = partial(i18n.say, language=language)
    zones = _zone_names(pack, language)
    document = _translated(document, pack, language)
    lines = [say("cli.rule", name=pack.name, target=i18n.percent(document["target"], language))]
    lines += _period_lines(document, language)
    unknown, whole = document["jobs_unknown"], len(document["sites"])
    if not unknown:
        said = [_dominant_line(one, language) for one in document["dominant"]]
        return [*lines, *_both_lines(document, language), *said]
    left = {*unknown, *_undated(document)}
    lines.append(say("cli.known", known=whole - len(left), all=whole))
    lines += _both_lines(document, language, verdict=False)
    if "with_estimates" not in document:
        lines.append(say("cli.jobs_unknown", count=len(unknown), listed=listed(unknown)))
        return [*lines, *(_dominant_line(one, language) for one in document["dominant"])]
    estimated = document["estimated"]
    heading = "cli.estimated" if estimated else "cli.nothing_estimated"
    lines.append(say(heading, count=len(estimated)))
    lines += [f"  {_estimate_line(one, zones, language)}" for one in estimated[:_MAX_LISTED]]
    both = {**document, **document["with_estimates"]}
    lines += _both_lines(both, language, spread=bool(estimated))
    open_ = document["not_estimable"]
    if open_:
        lines.append(say("cli.not_estimable", count=len(open_)))
        lines += [f"  {_open_line(one, zones, language)}" for one in open_[:_MAX_LISTED]]
    lines += [_dominant_line(one, language) for one in document["dominant"]]
    if max(len(estimated), len(open_)) > _MAX_LISTED:
        lines.append(say("cli.more_in_json", limit=_MAX_LISTED))
    return lines


def today_lines(document: Mapping[str, Any], language: str) -> list[str]:
    """Say what share of today's jobs lies in the growth areas, where businesses are known."""
    if "jobs_today" not in document:
        return []
    said = {
        name: _ends(document["jobs_today"][key], language)
        for name, key in (("counted", "counted"), ("regional", "with_regional_areas"))
    }
    lines = [i18n.say("cli.jobs_today", language, **said)]
    count = document["jobs_today"]["unnumbered"]
    return lines + ([i18n.say("jobs_today.unnumbered", language, count=count)] if count else [])


def _ends(share: Mapping[str, Any], language: str) -> str:
    low, high = (i18n.percent(share[f"share_{end}"], language) for end in ("low", "high"))
    return low if low == high else f"{low}–{high}"


def _period_lines(document: Mapping[str, Any], language: str) -> list[str]:
    """Say which years are asked for, and which projects may or may not come in them."""
    period = document.get("period")
    if period is None:
        return []
    say = partial(i18n.say, language=language)
    first, last = (None if one is None else str(one) for one in period.values())
    if first and last:
        lines = [say("cli.years", first=first, last=last)]
    else:
        lines = [say("cli.years_until", year=last) if last else say("cli.years_since", year=first)]
    undated = _undated(document)
    if undated:
        lines.append(say("cli.undated", count=len(undated), listed=listed(undated)))
    return lines


def _undated(document: Mapping[str, Any]) -> Sequence[str]:
    """Ids of the projects that may or may not come in the years asked for; none without years."""
    if document.get("period") is None:
        return ()
    undated = document["undated"]
    # What a calculation holds of them is more than their ids.
    ids: Sequence[str] = undated["ids"] if isinstance(undated, dict) else undated
    return ids


def _both_lines(
    document: Mapping[str, Any], language: str, *, verdict: bool = True, spread: bool = False
) -> list[str]:
    # `spread`: the jobs are intervals even where the share is the same at both ends.
    told = {"verdict": verdict, "spread": spread, "undated": bool(_undated(document))}
    return [
        line
        for heading in ("gross", "with_regional_areas")
        for line in _variant_lines(f"cli.{heading}", document[heading], language, **told)
    ]


def _translated(document: Mapping[str, Any], pack: Pack, language: str) -> Mapping[str, Any]:
    """Put the pack's own texts in the language, where it brings a translation."""

    def told(one: dict[str, Any]) -> dict[str, Any]:
        said = {
            name: i18n.of_pack(one[name], pack.directory, language)
            for name in ("name", "jobs_source")
            if one.get(name)
        }
        return one | said

    lists = ("estimated", "not_estimable", "dominant")
    return {**document, **{name: [told(one) for one in document.get(name, [])] for name in lists}}


def _zone_names(pack: Pack, language: str) -> dict[str, str]:
    if not pack.has("zones"):
        return {}
    zones = pack.layer("zones")
    names = [i18n.of_pack(name, pack.directory, language) for name in zones["name"]]
    return dict(zip(zones["zone_id"], names, strict=True))


def _estimate_line(one: Mapping[str, Any], zones: Mapping[str, str], language: str) -> str:
    kind = one["business_type"]
    return i18n.say(
        f"cli.estimate_{one['basis']}",
        language,
        place=_placed(one, zones, language),
        jobs=_span(one, "jobs", language),
        area=i18n.number(one["area_m2"], language),
        utilisation=_span(one, "utilisation", language, 2),
        per_job=_span(one, "m2_per_job", language),
        type=i18n.say(f"business.{kind}" if kind else "estimate.any_type", language),
    )


def _dominant_line(one: Mapping[str, Any], language: str) -> str:
    """Say that one project is most of a sum, and what is known of its figure."""
    return i18n.say(
        f"rule.dominant_{one['side']}",
        language,
        name=quote(one["name"] or one["id"]),
        jobs=_span(one, "jobs", language),
        share=i18n.percent(one["share"], language),
        how=one["jobs_source"] or i18n.say(f"basis.{one['basis']}", language),
        year=i18n.say("rule.year_unknown", language) if one["year"] is None else str(one["year"]),
    )


def _span(one: Mapping[str, Any], name: str, language: str, decimals: int = 0) -> str:
    ends = (i18n.number(one[f"{name}_{end}"], language, decimals) for end in ("low", "high"))
    return "–".join(dict.fromkeys(ends))


def _open_line(one: Mapping[str, Any], zones: Mapping[str, str], language: str) -> str:
    why = i18n.say(f"why_not.{one['reason']}", language)
    return i18n.say("cli.open", language, place=_placed(one, zones, language), why=why)


def _placed(one: Mapping[str, Any], zones: Mapping[str, str], language: str) -> str:
    """Name a project, its size, its zone, and which side of the border it is on."""
    area, zone = one["site_area_m2"], zones.get(one["zone"])
    counted, regional = (
        i18n.say(f"side.{side_of(math.nan if one[share] is None else one[share])}", language)
        for share in SHARES
    )
    both = i18n.say("rule.side_both", language, counted=counted, regional=regional)
    parts = [
        quote(one["name"] or one["id"]),
        None if area is None else i18n.daa(area, language),
        None if zone is None else quote(zone),
        counted if counted == regional else both,
    ]
    return ", ".join(part for part in parts if part)


def net_lines(document: Mapping[str, Any], language: str) -> list[str]:
    """Say what is left when the jobs that a project takes away are taken from those it brings."""
    net = document["net"]
    if net is None:
        return []
    say = partial(i18n.say, language=language)
    undated = bool(_undated(document))
    lines = [
        say("cli.rule_net"),
        *_variant_lines("cli.gross", net["counted"], language, undated=undated),
        *_variant_lines(
            "cli.with_regional_areas", net["with_regional_areas"], language, undated=undated
        ),
    ]
    unknown = document["losses_unknown"]
    if unknown:
        lines.append(say("cli.losses_unknown", count=len(unknown), listed=listed(unknown)))
    return lines


def listed(ids: Sequence[str]) -> str:
    """Name the first of many, with a mark where there are more."""
    return ", ".join(ids[:_MAX_LISTED]) + (" …" if len(ids) > _MAX_LISTED else "")


def _variant_lines(
    heading: str,
    result: Mapping[str, Any],
    language: str,
    *,
    verdict: bool = True,
    spread: bool = False,
    undated: bool = False,
) -> list[str]:
    """Say what one variant's numbers are; without a verdict where they are not the whole."""
    say = partial(i18n.say, language=language)
    counts = {name: result[f"jobs_{name}"] for name in ("total", "inside", "outside")}
    lines = [say(heading), "  " + say("cli.jobs_dated" if undated else "cli.jobs", **counts)]
    said = say(f"cli.verdict_{Verdict(result['verdict']).name.lower()}")
    if undated and result["verdict"] == Verdict.UNDECIDED:
        said = say("cli.verdict_open")
    if result["share"] is None:
        return [*lines, *(["  " + said] if verdict else [])]
    share, low, high = (
        i18n.percent(result[name], language, 1) for name in ("share", "share_low", "share_high")
    )
    if not verdict:
        return [*lines, "  " + say("cli.share_known", share=share, low=low, high=high)]
    if result["verdict"] == Verdict.UNDECIDED:
        open_ = "cli.share_open" if undated else "cli.share_undecided"
        lines.append("  " + say(open_, share=share, low=low, high=high))
    else:
        lines.append("  " + say("cli.share", share=share, low=low, high=high, verdict=said))
    if result["verdict"] == Verdict.UNDECIDED:
        lines.append("  " + say("cli.of_the_dated" if undated else "cli.of_the_sums"))
    elif spread or low != high:
        lines.append("  " + say("cli.by_the_middle"))
    headroom, heal = result["headroom_outside"], result["heal_inside"]
    if headroom >= 0:
        lines.append("  " + say("cli.headroom", count=headroom))
    elif heal is None:
        lines.append("  " + say("cli.heal_impossible"))
    else:
        lines.append("  " + say("cli.heal", excess=-headroom, count=heal))
    return lines
