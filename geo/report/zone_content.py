"""What documents say of a zone: its figures, tables and lists in words, before they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from geo.growth.rule import as_document
from geo.i18n import Amount, Remark, daa, number, of_pack, percent, say
from geo.land import table
from geo.land.pieces import PIECE_AREAS
from geo.report import words
from geo.report.model import ESTIMATE, NO_JOBS, UNKNOWN
from geo.report.words import span, term
from geo.report.zone_facts import weight_of
from geo.schema.coercion import quote
from geo.schema.manifest import BADGES
from geo.styles import SHARE_COLOURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.growth.account import RuleAccount
    from geo.growth.rule import RuleResult
    from geo.report.model import Values, ZoneFacts
    from geo.report.zone_facts import AllFacts

_NOTHING: Final = "–"
Row = tuple[str, ...]
CASE_HEAD: Final = (
    *("project", "status", "site_daa", "floor_m2", "jobs_span", "basis", "growth_share", "source"),
)
RULE_HEAD: Final = ("areas", "zone_inside", "zone_outside", "all_inside", "all_outside", "answer")


class KeyFigure(NamedTuple):
    """A figure as it is read, and what it rests on that is not to be taken for fact."""

    label: str
    value: str
    note: str = ""


class LandPart(NamedTuple):
    """Where a part of the business land went; `area_m2` is None where that is unknown."""

    name: str
    area_m2: float | None
    area: str
    share: str
    colour: str


def kind_of(zone: ZoneFacts, language: str) -> str:
    """What kind of zone it is, and which business fits there."""
    kind = term("zone_type", zone.zone_type, language)
    return kind if zone.abc is None else f"{kind} · {term('abc', zone.abc, language)}"


def says(zone: ZoneFacts, language: str) -> tuple[str, str]:
    """What the strategy says of the zone, and the chapter in which it does; maybe none."""
    text = zone.own(zone.status_text, language) or say("zone.no_status_text", language)
    chapter = zone.own(zone.status_chapter, language)
    return text, say("strategy.chapter", language, chapter=chapter) if chapter else ""


def tags(zone: ZoneFacts, section: str, language: str, *, estimate: bool = False) -> list[str]:
    """Return what the figures of a section rest on that is not to be taken for fact."""
    found = [say(f"badge.{one}", language) for one in BADGES if one in zone.badges[section]]
    return [*found, say("sheet.estimate", language)] if estimate else found


def key_figures(zone: ZoneFacts, language: str) -> list[KeyFigure]:
    """Return the figures of a zone, each with what it rests on."""

    def figure(text: str, value: str, section: str, *more: str) -> KeyFigure:
        unknown = value == say("unknown", language)
        said = [] if unknown else [_lower(one) for one in (*tags(zone, section, language), *more)]
        if unknown and section in zone.lacking:
            said = [_lower(lacking(zone, section, language)).removesuffix(".")]
        return KeyFigure(say(text, language), value, "; ".join(said))

    growth, land, jobs = zone.growth or {}, zone.land, zone.jobs or {}
    share, regional = (
        percent(growth.get(name), language) for name in ("growth_share", "growth_share_regional")
    )
    estimated = [say("sheet.estimate", language)]
    rooms = {
        kind: "" if land is None else words.room(land, kind, language)
        for kind in ("reserve", "densification")
    }
    unknown = say("unknown", language)
    vacant = unknown if land is None else daa(land["reserve_m2"], language)
    dense = unknown if land is None else words.densification(land, language)
    return [
        figure("zone.area", daa(zone.area_m2, language), "zone"),
        figure("zone.growth_share", _with_regional(share, regional, language), "growth"),
        figure("report.reserve", vacant, "land", *_constraints_lacking(zone, language)),
        figure("sheet.reserve_jobs", rooms["reserve"] or unknown, "land", *estimated),
        figure("reserve.densification", dense, "land"),
        figure("sheet.densification_jobs", rooms["densification"] or unknown, "land", *estimated),
        figure("sheet.jobs_known", _planned(jobs, "jobs", language), "cases"),
        figure(
            "sheet.jobs_estimated",
            _planned(jobs, "estimated", language),
            "cases",
            *(estimated if jobs.get("projects_estimated") else ()),
        ),
        figure("zone.station", *_station(zone, language)),
        figure("jobs_today.heading", _today(zone, language), "jobs_today"),
    ]


def lacking(zone: ZoneFacts | AllFacts, section: str, language: str) -> str:
    """Say for the want of which layer nothing of a section is known."""
    layer = zone.lacking[section]
    text = "sheet.made_up" if "synthetic" in zone.badges[section] else "sheet.missing"
    return Remark(text, {"layer": Remark(f"layer.{layer}")}).say(language)


def _constraints_lacking(zone: ZoneFacts, language: str) -> list[str]:
    """Say that vacant land may be less than it seems, where no constraints are known."""
    if zone.land is None or zone.land["excluded_m2"] is not None:
        return []
    said = Remark("sheet.missing", {"layer": Remark("layer.constraints")}).say(language)
    return [said.removesuffix(".")]


def land_parts(land: Values, language: str) -> list[LandPart]:
    """Return where the business land went; the last is all of it, and the parts sum to it."""
    parts = []
    for name in (*PIECE_AREAS[1:], PIECE_AREAS[0]):
        area, whole = land[name], land["gross_m2"]
        share = area / whole if area is not None and whole else None
        parts.append(
            LandPart(
                say(f"share.{name}", language),
                area,
                daa(area, language),
                percent(share, language) if whole else _NOTHING,
                SHARE_COLOURS.get(name, ""),
            )
        )
    return parts


def land_notes(land: Values, language: str) -> list[str]:
    """Say that the parts sum to the whole, and of what the account tells nothing."""
    areas = {name.removesuffix("_m2"): daa(land[name], language) for name in PIECE_AREAS}
    error = table.imbalance(land["balance_error_m2"], language)
    said = [say("reserve.balance", language, error=error, **areas), say("sheet.rounded", language)]
    if land["excluded_m2"] is None:
        said.append(say("reserve.not_mapped", language))
    if land["unplotted_m2"]:
        said.append(say("sheet.unplotted", language, area=daa(land["unplotted_m2"], language)))
    return said


def case_rows(cases: tuple[Values, ...], pack_directory: Path, language: str) -> list[Row]:
    """Return a row for each plan case, under `CASE_HEAD`; names as the pack translates them."""

    def own(text: str | None) -> str:
        return of_pack(text, pack_directory, language)

    return [
        _case(one | {name: own(one[name]) for name in ("name", "source", "jobs_source")}, language)
        for one in cases
    ]


def jobs_note(zone: ZoneFacts, language: str) -> str:
    """Say what the plan cases come to: known, estimated and unknown apart."""
    jobs = zone.jobs
    assert jobs is not None  # there are cases
    return say(
        "zone.jobs_help",
        language,
        known=_planned(jobs, "jobs", language),
        estimated=_planned(jobs, "estimated", language) if jobs["projects_estimated"] else _NOTHING,
        unknown=jobs["projects_unknown"],
        count=jobs["projects"],
    )


def rule_rows(
    weight: Values, account: RuleAccount, names: tuple[str, str], language: str
) -> list[Row]:
    """Return how a zone weighs in the rule, under `RULE_HEAD`: a row a variant."""
    mine, all_ = (
        one["with_estimates"] if account.terms.estimates else one
        for one in (weight, weight_of(account))
    )
    return [
        (
            name,
            *(words.side(mine[variant], side, language) for side in ("inside", "outside")),
            *(words.side(all_[variant], side, language) for side in ("inside", "outside")),
            _answer(result, language),
        )
        for name, variant, result in zip(names, as_document(account), account, strict=True)
    ]


def jobs_today_rows(zone: ZoneFacts, language: str) -> list[KeyFigure]:
    """Return today's jobs of a zone, businesses and density."""
    found = zone.jobs_today
    if found is None:
        return []
    low, high = found["jobs_per_daa_low"], found["jobs_per_daa_high"]
    decimals = 0 if (high or 0) >= 10 else 1  # noqa: PLR2004  # from there they say nothing
    density = words.or_more(span(low, high, language, decimals), found, language)
    return [
        KeyFigure(say("jobs_today.jobs", language), words.jobs_today(found, language)),
        KeyFigure(say("jobs_today.firms", language), number(found["firms_today"], language)),
        KeyFigure(say("jobs_today.per_daa", language), density),
    ]


def unknowns(zone: ZoneFacts, language: str) -> list[str]:
    """Say what of the zone is not known."""
    said = [lacking(zone, section, language) for section in zone.lacking]
    land = zone.land
    if land is not None:
        if land["reserve_m2"] is None:
            said.append(say("sheet.no_plots", language))
        if land["unknown_plots"]:
            counts = {"count": land["unknown_plots"], "all": land["plots"]}
            said.append(say("reserve.unknown", language, **counts))
        if land["unknown_reserve_m2"]:
            area = daa(land["unknown_reserve_m2"], language)
            said.append(say("reserve.unknown_reserve", language, area=area))
    if unknown := len(zone.of_group(UNKNOWN)):
        said.append(say("sheet.cases_unknown", language, count=unknown))
    kinds = zone.constraints.values()
    not_mapped = [one for one in kinds if one.status == "not_mapped"]
    for text, listed in (
        ("sheet.not_assessed", [one for one in not_mapped if one.synthetic]),
        ("sheet.not_mapped", [one for one in not_mapped if not one.synthetic]),
    ):
        if listed:
            names = tuple(Remark(f"constraint.{one.kind}") for one in listed)
            said.append(Remark(text, {"kinds": names}).say(language))
    today = zone.jobs_today
    if today is not None and today["firms_today_unknown"]:
        count = int(today["firms_today_unknown"])
        said.append(say("jobs_today.unnumbered", language, count=count))
    return list(dict.fromkeys(said)) or [say("report.nothing_unknown", language)]


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]


def _with_regional(share: str, regional: str, language: str) -> str:
    if share == regional:
        return share
    return say("sheet.with_regional", language, share=share, regional=regional)


def _planned(jobs: Mapping[str, Any], kind: str, language: str) -> str:
    """Write known or estimated jobs, or that there are no such cases."""
    if not jobs:
        return say("unknown", language)
    low, high = jobs[f"{kind}_low"], jobs[f"{kind}_high"]
    if low is not None:
        return span(low, high, language)
    return say("sheet.no_estimates" if kind == "estimated" else "sheet.no_known", language)


def _station(zone: ZoneFacts, language: str) -> tuple[str, ...]:
    found = zone.nearest_station
    if found is None:
        return say("unknown", language), "station"
    name = quote(found["name"]) if found["name"] else say("screen.no_name", language)
    metres = f"{number(found['distance_m'] / 1000, language, 1)}\N{NO-BREAK SPACE}km"
    return say("sheet.station", language, distance=metres, station=name), "station"


def _today(zone: ZoneFacts, language: str) -> str:
    found = zone.jobs_today
    return say("unknown", language) if found is None else words.jobs_today(found, language)


def _case(one: Values, language: str) -> Row:
    unknown = say("unknown", language)
    jobs = span(one["jobs_low"], one["jobs_high"], language)
    basis = term("basis", one["basis"], language)
    if one["group"] in (UNKNOWN, NO_JOBS):
        why = "no_effect" if one["group"] == NO_JOBS else one["why_not"]
        jobs = _NOTHING if one["group"] == NO_JOBS else unknown
        basis = term("why_not", why, language)
    elif one["jobs_source"] and one["group"] != ESTIMATE:
        basis = f"{basis}: {one['jobs_source']}"
    if one["synthetic"]:
        basis = f"{basis} ({say('badge.synthetic', language).lower()})"
    area = one["site_area_m2"]
    status = term("status", one["status"], language)
    if one["year"] is not None:
        status = f"{status}, {one['year']}"
    return (
        one["name"] or one["id"],
        status,
        unknown if area is None else daa(area, language).removesuffix("\N{NO-BREAK SPACE}daa"),
        number(one["gross_area_m2"], language),
        jobs,
        basis,
        percent(one["share_inside"], language),
        one["source"] or _NOTHING,
    )


def _answer(whole: RuleResult, language: str) -> str:
    verdict = say(f"verdict.{whole.verdict.value}", language)
    if whole.share is None:
        return verdict
    parts = {"share": Amount(whole.share, "share"), "verdict": verdict}
    low, high = (Amount(one, "share").say(language) for one in (whole.share_low, whole.share_high))
    if low == high:
        return say("report.rule_one_share", language, **parts)
    return say("report.rule_share", language, low=low, high=high, **parts)
