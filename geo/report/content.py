"""What the report of a screening says: tables, lists and sources in words, before they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.i18n import Amount, Remark, say
from geo.jobs import business_key
from geo.schema.coercion import quote
from geo.schema.manifest import BADGES
from geo.screening.present import reserve_remark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.growth.rule import RuleResult
    from geo.pack.read import Pack
    from geo.screening.context import Context
    from geo.screening.model import Constraint, Screening


# Layers that the screening does not look at.
_NOT_USED: Final = frozenset({"places"})


def sources(pack: Pack, language: str) -> list[str]:
    """Return where each layer comes from, with its badges."""
    unknown = say("unknown", language)
    said = [
        say(
            "report.sources_pack",
            language,
            pack=pack.name,
            built=pack.built or unknown,
            hash=pack.sha256,
        )
    ]
    for layer in pack.layers:
        if layer in _NOT_USED:
            continue
        info = pack.info(layer)
        badges = [say(f"badge.{one}", language) for one in BADGES if one in pack.badges(layer)]
        parts = {
            "layer": say(f"layer.{layer}", language).capitalize(),
            "source": own(info.source, pack, language) or say("report.unknown_source", language),
            "date": info.date or unknown,
            "licence": own(info.licence, pack, language) or unknown,
        }
        if badges:
            said.append(say("report.source_badged", language, badges=", ".join(badges), **parts))
        else:
            said.append(say("report.source_of", language, **parts))
    return said


def badges(names: Iterable[str], language: str) -> list[str]:
    """Return the badges in clear text, one sentence each."""
    return [say(f"export.{one}", language) for one in BADGES if one in set(names)]


def own(text: str | None, pack: Pack, language: str) -> str:
    """Return one of the pack's own texts in the language where it brings a translation."""
    return i18n.of_pack(text, pack.directory, language)


def of_layers(pack: Pack, layers: Iterable[str], language: str) -> str:
    """Return the sources of some layers as a list, each once."""
    said = [
        own(pack.info(layer).source, pack, language) or say("report.unknown_source", language)
        for layer in layers
    ]
    return "; ".join(dict.fromkeys(said)) or say("report.no_layers", language)


Row = tuple[str, ...]

# Parts of a site that a cell has room for; the rest is counted.
_MOST_PARTS: Final = 3


def name(found: Screening) -> str:
    """Return what a site is called, whole: its name, else its id."""
    return found.name or found.id


def figures(found: Screening, context: Context, language: str) -> list[Row]:
    """Return the key figures: two pairs of label and value a row."""
    pairs = [
        ("report.area", _area(found, language)),
        ("report.municipality", _municipality(found, context, language)),
        ("report.zones", _zones(found, context, language)),
        ("report.plans", _plans(found, language)),
        ("report.growth", _share(found.growth_share, language)),
        ("report.growth_regional", _share(found.growth_share_regional, language)),
        ("report.station", _station(found, language)),
        ("report.road", _road(found, language)),
        ("report.business", _business(found, context, language)),
        ("report.jobs", _jobs(found, language)),
        ("report.reserve", reserve_remark(found).say(language)),
        ("report.densification", _densification(found, language)),
        ("report.abc", _abc(found, language)),
        ("report.corridor", _share(found.corridor_share, language)),
    ]
    said = [(say(label, language), value) for label, value in pairs]
    return [(*left, *right) for left, right in zip(said[::2], said[1::2], strict=True)]


def constraint_head(language: str) -> Row:
    """Return the headings of `constraints`."""
    names = ("kind", "answer", "overlap", "excluded", "mapped", "source")
    return tuple(say(f"report.{one}", language) for one in names)


def constraints(found: Screening, language: str) -> list[Row]:
    """Return a row for every kind of constraint, with one of three answers."""
    return [_constraint(one, language) for one in found.constraints.values()]


def rule_head(language: str) -> Row:
    """Return the headings of `rule`."""
    names = ("rule_areas", "rule_before", "rule_after", "rule_headroom", "rule_heal")
    return tuple(say(f"report.{one}", language) for one in names)


def rule(found: Screening, language: str) -> list[Row]:
    """Return the rule before and after in both variants; nothing where it cannot be judged."""
    before, after = found.rule_before, found.rule_after
    if before is None or after is None:
        return []
    return [
        _rule(say("report.rule_counted", language), before.counted, after.counted, language),
        _rule(
            say("report.rule_regional", language),
            before.regional,
            after.regional,
            language,
        ),
    ]


def rule_note(found: Screening, language: str) -> str:
    """Return what must be said of the rule's figures; empty where they stand for themselves."""
    if found.rule_before is None or found.rule_after is None:
        return say("report.rule_missing", language)
    return say("report.rule_left_out", language) if found.rule_left_out else ""


def sensitivity(found: Screening, language: str) -> list[str]:
    """Return which assumption decides the light, or that it holds, and what was not tried."""
    held = found.sensitivity
    said = [sentence(flip.remark.say(language)) for flip in held.flips]
    said = said or [say("report.holds", language)]
    if held.untested:
        untested = tuple(Remark(f"report.assumption_{one}") for one in held.untested)
        said.append(Remark("report.untested", {"assumptions": untested}).say(language))
    return said


def sentence(text: str) -> str:
    """Return a remark as a sentence of its own: a capital first, and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _area(found: Screening, language: str) -> str:
    if found.area_m2 is None:
        return say("report.point", language)
    return i18n.daa(found.area_m2, language)


def _municipality(found: Screening, context: Context, language: str) -> str:
    if context.municipalities is None:
        return say("report.no_data", language)
    table = context.municipalities.table
    names = dict(zip(table["municipality_no"], table["name"], strict=True))
    parts = [(f"{no} {names.get(no) or ''}".strip(), share) for no, share in found.municipalities]
    if len(parts) == 1:
        return parts[0][0]
    return _parts(parts, language) or say("report.no_municipality", language)


def _zones(found: Screening, context: Context, language: str) -> str:
    if found.zones is None:
        return say("report.no_data", language)
    parts = [(own(zone.name, context.pack, language), zone.share) for zone in found.zones]
    return _parts(parts, language) or say("report.outside_zones", language)


def _plans(found: Screening, language: str) -> str:
    if found.plans is None:
        return say("report.no_data", language)
    parts = [
        (say("report.plan", language, code=plan.land_use_code, plan=plan.plan_id), plan.share)
        for plan in found.plans
    ]
    return _parts(parts, language) or say("report.outside_plans", language)


def _parts(parts: list[tuple[str, float]], language: str) -> str:
    said = tuple(
        Remark("report.part", {"name": quote(called), "share": Amount(share, "percent")})
        for called, share in parts[:_MOST_PARTS]
    )
    listed = ", ".join(one.say(language) for one in said)
    more = len(parts) - len(said)
    return say("report.and_more", language, said=listed, count=more) if more else listed


def _share(share: float | None, language: str) -> str:
    if share is None:
        return say("report.no_data", language)
    return Amount(share, "percent").say(language)


def _station(found: Screening, language: str) -> str:
    station = found.station
    if station is None:
        return say("report.no_data", language)
    straight = Amount(station.distance_m, "kilometres")
    parts: dict[str, object] = {"name": quote(station.name), "straight": straight}
    if station.network_m is None and station.reason is not None:
        return Remark("report.station_straight", parts | {"reason": station.reason}).say(language)
    parts["along"] = Amount(station.network_m, "kilometres")
    return Remark("report.station_ways", parts).say(language)


def _road(found: Screening, language: str) -> str:
    road = found.road
    if road is None:
        return say("report.no_data", language)
    called = quote(road.name) if road.name else Remark("unknown")
    parts = {"name": called, "distance": Amount(road.distance_m, "kilometres")}
    return Remark("report.road_way", parts).say(language)


def _business(found: Screening, context: Context, language: str) -> str:
    if found.business_type is None:
        return say("report.not_given", language)
    norm = context.norms.get(business_key(found.business_type) or "")
    if norm is None:
        return quote(found.business_type)
    return norm.label_en if language == "en" else norm.label


def _jobs(found: Screening, language: str) -> str:
    jobs = found.jobs
    if jobs.mid is None:
        return say("unknown", language)
    parts: dict[str, object] = {"mid": Amount(jobs.mid), "basis": Remark(f"basis.{jobs.basis}")}
    if jobs.low == jobs.high:
        return Remark("report.jobs_one", parts).say(language)
    parts |= {"low": Amount(jobs.low), "high": Amount(jobs.high)}
    return Remark("report.jobs_span", parts).say(language)


def _densification(found: Screening, language: str) -> str:
    area = found.densification_bra_m2
    if area is None:
        return say("unknown", language)
    if found.unknown_plots:
        count = found.unknown_plots
        return say("report.floor_area_partly", language, area=area, count=count)
    return say("report.floor_area", language, area=area)


def _abc(found: Screening, language: str) -> str:
    parts = {"fit": Remark(f"abc_fit.{found.abc.fit}"), "why": found.abc.reason}
    return sentence(Remark("report.abc_said", parts).say(language))


def _constraint(one: Constraint, language: str) -> Row:
    kind = say(f"constraint.{one.kind}", language)
    answer = say(f"constraint_status.{one.status}", language)
    if one.severity is not None:
        answer = f"{answer}, {say(f'severity.{one.severity}', language)}"
    return (
        kind.capitalize(),
        answer.capitalize(),
        _square_metres(one.m2, language),
        _square_metres(one.exclude_m2, language),
        _mapped(one, language),
        one.source or "–",
    )


def _mapped(one: Constraint, language: str) -> str:
    return Amount(one.mapped_share, "percent").say(language)


def _square_metres(area_m2: float | None, language: str) -> str:
    if area_m2 is None:
        return say("unknown", language)
    return say("report.square_metres", language, area=area_m2)


def _rule(called: str, before: RuleResult, after: RuleResult, language: str) -> Row:
    heal = after.heal_inside
    if heal is None and after.share is not None:
        heal_said = say("report.rule_cannot_heal", language)
    else:
        heal_said = i18n.number(heal, language)
    return (
        called,
        _result(before, language),
        _result(after, language),
        i18n.number(after.headroom_outside, language),
        heal_said,
    )


def _result(result: RuleResult, language: str) -> str:
    verdict = Remark(f"verdict.{result.verdict.value}")
    if result.share is None:
        return Remark("report.rule_no_share", {"verdict": verdict}).say(language)
    share, low, high = (
        Amount(one, "share").say(language)
        for one in (result.share, result.share_low, result.share_high)
    )
    parts = {"share": share, "low": low, "high": high, "verdict": verdict}
    if low == high:
        return Remark("report.rule_one_share", parts).say(language)
    return Remark("report.rule_share", parts).say(language)
