"""A screening in words for the case file (saksfremlegg), as a document, and as a file of sites."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from geo import i18n
from geo.formats import write
from geo.formats.provenance import Provenance
from geo.geometry.scale import told
from geo.growth.rule import as_document
from geo.i18n import Amount, Clauses, Code, Remark
from geo.pack.words import quoted
from geo.schema.text import slug
from geo.screening import find_words
from geo.screening.model import Light
from geo.screening.rows import called, cell, label, not_assessed, parts, values
from geo.screening.rows import name as name_of
from geo.screening.rule_words import of_all, of_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from geo.growth.rule import RuleResult, Variants
    from geo.screening.context import Context
    from geo.screening.model import Constraint, Screening


# Reasons told in the paragraph; the list on screen has all of them.
_MAX_REASONS: Final = 3
_MAX_PLANS: Final = 4

_CONSTRAINT: Final = (
    *("status", "m2", "exclude_m2", "severity", "source", "mapped_share", "synthetic", "asked"),
)
_ANSWERS: Final = ("overlap", "clear", "not_mapped", "not_assessed")
_LAND: Final = (
    *("reserve_m2", "densification_bra_m2", "unknown_plots", "unaccounted_m2", "corridor_share"),
)


def paragraph(screening: Screening, language: str = i18n.DEFAULT_LANGUAGE) -> str:
    """
    Return the paragraph: four to eight sentences, and more where the rule has more to tell.

    The place, its plan and land, the growth areas, constraints, distances and fit, jobs and the
    rule, the light, and what it all rests on. With the rule come the projects that the site lies
    in, the cases in no sum, and those that are most of one. Last, whether areas were corrected.
    """
    said = [_place(screening), _plan(screening), *_growth(screening), _constraints(screening)]
    said += [*_ways(screening), *of_rule(screening)]
    last = [_light(screening), _basis(screening), *told(screening.area_correction)]
    sentences = [
        *(one.say(language) for one in said),
        *_said_once(of_all(screening), language),
        *(one.say(language) for one in last),
    ]
    return " ".join(sentences)


def document(screening: Screening, language: str = i18n.DEFAULT_LANGUAGE) -> dict[str, Any]:
    """Return the keys that the command line promises for one site, and some more; no NaN."""
    station, road = screening.station, screening.road
    return {
        "id": screening.id,
        "name": screening.name,
        **values(screening, "area_m2", "municipality_no"),
        "municipalities": [
            {"municipality_no": number, "share": share}
            for number, share in screening.municipalities
        ],
        "home_share": screening.home_share,
        "beyond_data": screening.beyond_data,
        "zones": None
        if screening.zones is None
        else [_fields(zone, "zone_id", "name", "share") for zone in screening.zones],
        **values(screening, "growth_share", "growth_share_regional"),
        "constraints": constraints_document(screening.constraints, language),
        "flood_class": screening.flood_class,
        "nearest_station": None
        if station is None
        else _fields(station, "name", "distance_m", "at_most", "network_m")
        | {"network_reason": station.reason and station.reason.say(language)},
        "main_road": None if road is None else _fields(road, "name", "distance_m", "at_most"),
        "power_grid": None
        if screening.grid is None
        else _fields(screening.grid, "name", "voltage_kv", "distance_m", "at_most"),
        "plan": None
        if screening.plans is None
        else [_fields(plan, "plan_id", "land_use_code", "share") for plan in screening.plans],
        **values(screening, *_LAND, "business_type"),
        "jobs": _fields(screening.jobs, "low", "mid", "high"),
        "jobs_basis": screening.jobs.basis,
        "abc_fit": screening.abc.fit,
        "abc_reason": screening.abc.reason.say(language),
        "rule_before": screening.rule_before and _without(screening.rule_before),
        "rule_after": screening.rule_after and as_document(screening.rule_after),
        "rule_left_out": screening.rule_left_out,
        "counted_in": list(screening.counted_in),
        "counted_as": screening.counted_as,
        "counted_roughly": screening.counted_roughly,
        "counted_beside": list(screening.counted_beside),
        "rule_open": list(_said_once(screening.rule_open, language)),
        "rule_dominant": list(_said_once(screening.rule_dominant, language)),
        **values(screening, "verdict", "light"),
        "reasons": [
            {
                "code": reason.remark.msgid,
                "light": reason.light.value,
                "weight": reason.weight,
                "text": reason.say(language),
            }
            for reason in screening.verdict.reasons
        ],
        "sensitivity": [
            {
                "assumption": flip.assumption,
                "light": flip.light.value,
                "text": flip.remark.say(language),
            }
            for flip in screening.sensitivity.flips
        ],
        "remedies": [
            {
                "kind": remedy.kind,
                "light": remedy.light.value,
                **_fields(remedy, "area_m2", "business_type", "jobs_inside"),
                "text": remedy.remark.say(language),
            }
            for remedy in screening.remedies
        ],
        "unknown": [one.say(language) for one in screening.unknown],
        "assumptions": [_said_again(one, language) for one in screening.assumptions],
        "badges": list(screening.badges),
        "made_up": sorted(screening.made_up),
        "text": paragraph(screening, language),
    }


def constraints_document(
    constraints: Mapping[str, Constraint], language: str = i18n.DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """Return the answers by kind of constraint, as JSON has them."""
    return {
        kind: _fields(found, *_CONSTRAINT) | find_words.as_dicts(found, language)
        for kind, found in constraints.items()
    }


@lru_cache(maxsize=8)
def _said_once(remarks: tuple[Remark, ...], language: str) -> tuple[str, ...]:
    """Say what is the same of all sites of a screening, of which there may be thousands."""
    return tuple(one.say(language) for one in remarks)


@lru_cache(maxsize=64)
def _said_again(remark: Remark, language: str) -> str:
    """Say what many sites of a screening have in common."""
    return remark.say(language)


@lru_cache(maxsize=8)
def _without(rule: Variants[RuleResult]) -> dict[str, Any]:
    """Return the rule without the sites, which is the same for all of a screening."""
    return as_document(rule)


def _fields(part: object, *names: str) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names}


def _place(screening: Screening) -> Remark:
    zones: object = Remark("screen.text_no_zone")
    if not_assessed(screening, "zones"):
        zones = cell(screening, "zones")
    elif screening.zones is None:
        zones = Remark("screen.text_zones_unknown")
    elif screening.zones:
        zones = parts(
            (quoted(zone.name, screening.pack_directory), zone.share) for zone in screening.zones
        )
    said = {
        "site": label(screening),
        "area": cell(screening, "area_m2"),
        "zones": zones,
        "municipality": Remark("screen.text_municipality", {"number": screening.municipality_no})
        if screening.municipality_no
        else Remark("screen.text_no_municipality"),
    }
    return Remark(
        "screen.text_place" if screening.area_m2 is not None else "screen.text_spot", said
    )


def _plan(screening: Screening) -> Remark:
    told = ("land_use_codes", "reserve_m2", "densification_bra_m2")
    if all(not_assessed(screening, row) for row in told):
        return Remark("screen.text_plan_made_up")
    plans: object = Remark("screen.text_no_plan")
    if not_assessed(screening, "land_use_codes"):
        plans = cell(screening, "land_use_codes")
    elif screening.plans is None:
        plans = Remark("screen.text_plans_unknown")
    elif screening.plans:
        shares: dict[str, float] = {}
        for plan in screening.plans:
            shares[plan.land_use_code] = shares.get(plan.land_use_code, 0.0) + plan.share
        largest = sorted(shares.items(), key=lambda item: -item[1])[:_MAX_PLANS]
        plans = parts((Code("land_use_code", code), share) for code, share in largest)
    said = {
        "plans": plans,
        "reserve": cell(screening, "reserve_m2"),
        "densification": cell(screening, "densification_bra_m2"),
    }
    return Remark("screen.text_plan", said)


def _growth(screening: Screening) -> list[Remark]:
    if screening.growth_share is None:
        return []  # the sentence about the rule says that it is missing
    said = {
        "share": cell(screening, "growth_share"),
        "regional": cell(screening, "growth_share_regional"),
    }
    return [Remark("screen.text_growth", said)]


def _constraints(screening: Screening) -> Remark:
    said: dict[str, list[Remark]] = {name: [] for name in _ANSWERS}
    for one in screening.constraints.values():
        kind = Remark(f"constraint.{one.kind}")
        if one.status == "overlap" and one.m2 is not None:
            floods = [find for find in one.finds if find.recurrence_years is not None]
            parts_ = {
                "kind": kind,
                "area": Amount(one.m2, "daa"),
                "find": (*map(find_words.of_find, floods), *find_words.more(one.more)),
            }
            kind = Remark("screen.text_m2_find" if floods else "screen.text_m2", parts_)
        said["not_assessed" if one.synthetic else one.status].append(kind)
    # A group without kinds is not told: «none overlap» would be read as clear.
    groups = [
        Remark(f"screen.text_{answer}", {"kinds": tuple(kinds)})
        for answer, kinds in said.items()
        if kinds
    ]
    seldom = [find for one in screening.constraints.values() for find in one.beyond]
    flood_class = {"flood_class": screening.flood_class}
    if seldom:
        untold = sum(one.beyond_more for one in screening.constraints.values())
        finds = (*map(find_words.of_find, seldom), *find_words.more(untold))
        groups.append(Remark("screen.text_beyond", flood_class | {"finds": finds}))
    groups.append(Remark("screen.text_flood_class", flood_class))
    return Remark("screen.text_constraints", {"answers": Clauses(tuple(groups))})


def _or_none(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(remarks) or (Remark("screen.text_none"),)


def _ways(screening: Screening) -> list[Remark]:
    station = screening.station
    if screening.beyond_data:
        return [Remark("screen.text_ways_outside", {"fit": screening.abc.reason})]
    if station is None and screening.road is None and screening.business_type is None:
        return []
    said = {
        "station": cell(screening, "station") if station is None else called(station.name),
        "straight": cell(screening, "station_m"),
        "along": cell(screening, "network_m"),
        "road": cell(screening, "road_m"),
        "fit": screening.abc.reason,
    }
    sketched = screening.roads_sketched and station is not None and station.network_m is not None
    return [Remark("screen.text_ways_sketched" if sketched else "screen.text_ways", said)]


def _light(screening: Screening) -> Remark:
    against = [
        one.remark for one in screening.verdict.reasons if one.light == screening.verdict.light
    ]
    if screening.sensitivity.uncertain:
        against = [one.remark for one in screening.sensitivity.flips]
    said = {
        "light": cell(screening, "verdict"),
        "reasons": Clauses(tuple(against[:_MAX_REASONS])),
        "known": Clauses(tuple(_known_against(screening)[:_MAX_REASONS])),
    }
    hidden = screening.light == Light.UNKNOWN and screening.verdict.known != Light.UNKNOWN
    return Remark("screen.text_light_known" if hidden else "screen.text_light", said)


def _known_against(screening: Screening) -> list[Remark]:
    """Return what is known to speak against the site."""
    against = (Light.RED, Light.YELLOW)
    return [one.remark for one in screening.verdict.reasons if one.light in against]


def _basis(screening: Screening) -> Remark:
    badges = [Remark(f"screen.text_{badge}") for badge in screening.badges]
    if screening.made_up:
        badges.append(Remark("screen.text_made_up"))
    return Remark("screen.text_basis", {"badges": _or_none(badges)})


def columns(
    screenings: Sequence[Screening], context: Context, language: str = i18n.DEFAULT_LANGUAGE
) -> gpd.GeoDataFrame:
    """Return what a file holds of each site; the changed outlines of remedies are not in it."""
    return table(screenings, context.crs, language)


def table(
    screenings: Iterable[Screening], crs: object, language: str = i18n.DEFAULT_LANGUAGE
) -> gpd.GeoDataFrame:
    """Return what `columns` does, of screenings in this reference system, each asked for once."""
    rows, shapes = [], []
    for one in screenings:
        rows.append(_row(one, language))
        shapes.append(one.geometry)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs)


def provenance(
    context: Context, screenings: Iterable[Screening], language: str = i18n.DEFAULT_LANGUAGE
) -> Provenance:
    """Return where the figures come from, the badges of all they rest on, and the parameters."""
    badges = {*context.badges, *(badge for one in screenings for badge in one.badges)}
    used = [f"target={context.terms.target:g}", f"flood_class={context.constraints.flood_class}"]
    if context.growth is not None and context.growth.accuracy_m is not None:
        used.append(f"border_accuracy_m={context.growth.accuracy_m:g}")
    for name, norm in context.norms.items():
        used.append(f"m2_per_job.{name}={norm.low:g}-{norm.high:g}")
        used.append(f"utilisation.{name}={norm.utilisation_low:g}-{norm.utilisation_high:g}")
    return Provenance(
        source=i18n.say("screen.file_source", language, name=context.pack.name),
        synthetic="synthetic" in badges,
        illustrative="illustrative" in badges,
        pack_sha256=context.pack.sha256,
        parameters=", ".join(used),
    )


def file_name(
    screenings: Sequence[Screening],
    at: date,
    ending: str,
    language: str = i18n.DEFAULT_LANGUAGE,
) -> str:
    """Return what a file of screenings is called: by its site, or how many, and the day."""
    if len(screenings) == 1:
        of = slug(name_of(screenings[0]), i18n.say("screen.file_site", language))
    else:
        of = i18n.say("screen.file_sites", language, count=str(len(screenings)))
    return i18n.say("screen.file_name", language, site=of, date=at.isoformat()) + ending


def as_bytes(
    screenings: Sequence[Screening],
    context: Context,
    ending: str,
    language: str = i18n.DEFAULT_LANGUAGE,
) -> bytes:
    """Return the file that `write` would write, for a download."""
    frame = columns(screenings, context, language)
    origin = provenance(context, screenings, language)
    return write.as_bytes(frame, ending, provenance=origin, language=language)


def _row(screening: Screening, language: str) -> dict[str, Any]:
    return {
        "id": screening.id,
        "name": screening.name,
        **values(screening, "verdict", "light"),
        "reasons": "; ".join(reason.say(language) for reason in screening.verdict.reasons),
        **values(screening, "area_m2", "municipality_no", "zones"),
        **values(screening, "growth_share", "growth_share_regional"),
        **{
            column: value
            for kind, constraint in screening.constraints.items()
            for column, value in (
                (kind, constraint.status),
                (f"{kind}_m2", constraint.m2),
                (f"{kind}_synthetic", constraint.synthetic),
            )
        },
        "flood_class": screening.flood_class,
        "constraint_details": _details(screening, language),
        **values(screening, "station", "station_m", "network_m", "road_m"),
        **values(screening, "grid", "grid_kv", "grid_m", "land_use_codes"),
        **values(screening, *_LAND, "business_type", "jobs_low", "jobs", "jobs_high"),
        **values(screening, "abc_fit", "rule_before", "rule_after"),
        "remedies": "; ".join(remedy.remark.say(language) for remedy in screening.remedies),
        "text": paragraph(screening, language),
    }


def _details(screening: Screening, language: str) -> str | None:
    """Say what is told of the constraints, kind by kind; None where nothing is."""
    told = (
        (i18n.say(f"constraint.{kind}", language), find_words.details(constraint))
        for kind, constraint in screening.constraints.items()
    )
    return " | ".join(f"{kind}: {said.say(language)}" for kind, said in told if said) or None
