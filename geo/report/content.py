"""What the report of a screening says: tables, lists and sources in words, before they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.i18n import Amount, Code, Remark, say
from geo.jobs import business_key
from geo.report import sources
from geo.schema.coercion import quote
from geo.screening import rows
from geo.screening.model import Light
from geo.screening.rows import FIGURES, called, cell, grid_way, job_ends, not_assessed, plainly
from geo.screening.rule_words import home_remark, rule_remarks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.growth.rule import RuleResult
    from geo.screening.context import Context
    from geo.screening.model import Screening
    from geo.screening.rows import Constrained, ConstraintRow


Row = tuple[str, ...]

CONSTRAINT_HEAD: Final = ("kind", "answer", "overlap", "excluded", "mapped", "source")
RULE_HEAD: Final = ("rule_areas", "rule_before", "rule_after", "rule_headroom", "rule_heal")
# Parts of a site that a cell has room for; the rest is counted.
_MOST_PARTS: Final = 3


def figures(screening: Screening, context: Context, language: str) -> list[dict[str, str]]:
    """Return the key figures: what each is called, its value, and a note of what it rests on."""
    return [
        {
            "label": say(FIGURES[row].text, language),
            "value": _figure(row, screening, context, language),
            "note": _resting_on(row, screening, context, language),
        }
        for row in _FIGURES
    ]


def _resting_on(row: str, screening: Screening, context: Context, language: str) -> str:
    if FIGURES[row].value(screening) in (None, ()):
        return ""  # what is not known rests on nothing
    return sources.note(context.pack, FIGURES[row].layers, language)


def constraints(place: Constrained, language: str) -> list[Row]:
    """Return a row for every kind of constraint, with one of three answers."""
    return [_constraint(row, language) for row in rows.constraints(place)]


def rule(screening: Screening, language: str) -> list[Row]:
    """Return the rule before and after in both variants; nothing where it cannot be judged."""
    return [_rule(variant, *states, language) for variant, states in rows.rule(screening).items()]


def rule_note(screening: Screening, language: str) -> str:
    """Return what must be said of the rule's figures; empty where they stand for themselves."""
    if not rows.rule(screening):
        where = home_remark(screening) if screening.elsewhere else None
        return say("report.rule_missing", language) if where is None else where.say(language)
    said = [say("report.rule_left_out", language)] if screening.rule_left_out else []
    if any(
        one.share_low != one.share_high for pair in rows.rule(screening).values() for one in pair
    ):
        said.append(say("report.rule_middle", language))
    if screening.rule_open:
        said.append(say("report.rule_of_sums", language))
    # The first is what the table says, but for why a site elsewhere changes nothing.
    told = rule_remarks(screening)[0 if screening.unmoved else 1 :]
    return " ".join([*said, *(one.say(language) for one in told)])


def sensitivity(screening: Screening, language: str) -> list[str]:
    """Return which assumption decides the light, or that it holds, and what was not tried."""
    held = screening.sensitivity
    said = [sentence(flip.remark.say(language)) for flip in held.flips]
    # That «unknown» holds would be read as a comfort.
    holds = "report.holds_unknown" if screening.light == Light.UNKNOWN else "report.holds"
    said = said or [say(holds, language)]
    if held.untested:
        untested = tuple(Remark(f"report.assumption_{one}") for one in held.untested)
        said.append(Remark("report.untested", {"assumptions": untested}).say(language))
    return said


def sentence(text: str) -> str:
    """Return a remark as a sentence of its own: a capital first, and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _figure(row: str, screening: Screening, context: Context, language: str) -> str:
    if not_assessed(screening, row) or rows.outside_data(screening, row):
        return cell(screening, row).say(language)
    if FIGURES[row].value(screening) is None:
        return say(FIGURES[row].unknown, language)
    at_length = _FIGURES[row]
    if at_length is not None:
        return at_length(screening, context, language)
    return cell(screening, row).say(language)


def _municipality(screening: Screening, context: Context, language: str) -> str:
    if context.municipalities is None:
        return say("report.no_data", language)
    table = context.municipalities.table
    names = dict(zip(table["municipality_no"], table["name"], strict=True))
    named = [
        (f"{no} {names.get(no) or ''}".strip(), share) for no, share in screening.municipalities
    ]
    if len(named) == 1:
        return named[0][0]
    return _parts(named, language) or say("report.no_municipality", language)


def _zones(screening: Screening, context: Context, language: str) -> str:
    zones = screening.zones or ()
    named = [(sources.own(zone.name, context.pack, language), zone.share) for zone in zones]
    return _parts(named, language) or say("report.outside_zones", language)


def _plans(screening: Screening, _context: Context, language: str) -> str:
    named = [
        (
            Remark(
                "report.plan",
                {"code": Code("land_use_code", plan.land_use_code), "plan": plan.plan_id},
            ).say(language),
            plan.share,
        )
        for plan in screening.plans or ()
    ]
    return _parts(named, language) or say("report.outside_plans", language)


def _parts(named: list[tuple[str, float]], language: str) -> str:
    listed = ", ".join(part.say(language) for part in rows.parts(named[:_MOST_PARTS]))
    more = len(named) - _MOST_PARTS
    return say("report.and_more", language, said=listed, count=more) if more > 0 else listed


def _station(screening: Screening, _context: Context, language: str) -> str:
    station = screening.station
    assert station is not None  # else the row is unknown
    parts = {"name": called(station.name), "straight": cell(screening, "station_m")}
    if station.network_m is None and station.reason is not None:
        return Remark("report.station_straight", parts | {"reason": station.reason}).say(language)
    parts["along"] = cell(screening, "network_m")
    text = "report.station_ways_sketched" if screening.roads_sketched else "report.station_ways"
    return Remark(text, parts).say(language)


def _road(screening: Screening, _context: Context, language: str) -> str:
    known = screening.road and screening.road.name
    name = quote(known) if known else Remark("unknown")
    parts = {"name": name, "distance": cell(screening, "road_m")}
    return Remark("report.road_way", parts).say(language)


def _business(screening: Screening, context: Context, language: str) -> str:
    norm = context.norms.get(business_key(screening.business_type) or "")
    if norm is None:
        return quote(screening.business_type)
    return norm.label_en if language == "en" else norm.label


def _jobs(screening: Screening, _context: Context, language: str) -> str:
    jobs = screening.jobs
    text = "report.jobs_one" if jobs.low == jobs.high else "report.jobs_span"
    basis = Remark(f"basis.{jobs.basis}")
    return Remark(text, job_ends(screening) | {"basis": basis}).say(language)


def _densification(screening: Screening, _context: Context, language: str) -> str:
    area, count = screening.densification_bra_m2, screening.unknown_plots
    if count:
        return say("report.floor_area_partly", language, area=area, count=count)
    return cell(screening, "densification_bra_m2").say(language)


def _abc(screening: Screening, _context: Context, language: str) -> str:
    parts = {"fit": cell(screening, "abc_fit"), "why": screening.abc.reason}
    return sentence(Remark("report.abc_said", parts).say(language))


# The rows of the report, and what it says of them at length; else the figure with its unit.
_FIGURES: Final[Mapping[str, Callable[[Screening, Context, str], str] | None]] = {
    "area_m2": lambda screening, _, language: plainly(cell(screening, "area_m2"), language),
    "municipalities": _municipality,
    "zones": _zones,
    "land_use_codes": _plans,
    "growth_share": None,
    "growth_share_regional": None,
    "station_m": _station,
    "road_m": _road,
    "business_type": _business,
    "jobs": _jobs,
    "reserve_m2": None,
    "densification_bra_m2": _densification,
    "abc_fit": _abc,
    "corridor_share": None,
    "grid_m": lambda screening, _, language: grid_way(screening).say(language),
}


def _constraint(row: ConstraintRow, language: str) -> Row:
    answer = [said.say(language) for said in (row.status, row.severity) if said is not None]
    said = ", ".join(answer).capitalize()
    return (
        row.kind.say(language).capitalize(),
        said if row.details is None else f"{said}: {row.details.say(language)}",
        *(said.say(language) for said in (row.overlap, row.excluded, row.mapped)),
        row.source or "–",
    )


def _rule(variant: str, before: RuleResult, after: RuleResult, language: str) -> Row:
    heal = after.heal_inside
    cannot_heal = heal is None and after.share is not None
    return (
        say(f"report.rule_{variant}", language),
        _result(before, language),
        _result(after, language),
        _room(after.headroom_outside, language),
        say("report.rule_cannot_heal", language) if cannot_heal else i18n.number(heal, language),
    )


def _room(headroom: float, language: str) -> str:
    if round(headroom) >= 0:
        return i18n.number(headroom, language)
    return say("report.rule_over", language, over=-headroom)


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
