"""A screening in words for the case file (saksfremlegg), as a document, and as a file of sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from geo import i18n
from geo.formats import write
from geo.formats.provenance import Provenance
from geo.growth.rule import as_document
from geo.i18n import Amount, Clauses, Remark
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.growth.rule import RuleResult, Variants
    from geo.screening.context import Context
    from geo.screening.model import Constraint, Screening


# Reasons told in the paragraph; the list on screen has all of them.
_MAX_REASONS: Final = 3
_MAX_PLANS: Final = 4


def paragraph(found: Screening, language: str = i18n.DEFAULT_LANGUAGE) -> str:
    """
    Return the paragraph: four to eight sentences.

    The place, its plan and land, the growth areas, constraints, distances and fit, jobs and the
    rule, the light, and what it all rests on.
    """
    said = [_place(found), _plan(found), *_growth(found), _constraints(found)]
    said += [*_ways(found), _rule(found), _light(found), _basis(found)]
    return " ".join(one.say(language) for one in said)


def document(found: Screening, language: str = i18n.DEFAULT_LANGUAGE) -> dict[str, Any]:
    """Return the keys that the command line promises for one site, and some more; no NaN."""
    station, road = found.station, found.road
    return {
        "id": found.id,
        "name": found.name,
        "area_m2": found.area_m2,
        "municipality_no": found.municipality_no,
        "municipalities": [
            {"municipality_no": number, "share": share} for number, share in found.municipalities
        ],
        "zones": None
        if found.zones is None
        else [
            {"zone_id": zone.zone_id, "name": zone.name, "share": zone.share}
            for zone in found.zones
        ],
        "growth_share": found.growth_share,
        "growth_share_regional": found.growth_share_regional,
        "constraints": {kind: _constraint(one) for kind, one in found.constraints.items()},
        "nearest_station": None
        if station is None
        else {
            "name": station.name,
            "distance_m": station.distance_m,
            "network_m": station.network_m,
            "network_reason": None if station.reason is None else station.reason.say(language),
        },
        "main_road": None if road is None else {"name": road.name, "distance_m": road.distance_m},
        "plan": None
        if found.plans is None
        else [
            {"plan_id": plan.plan_id, "land_use_code": plan.land_use_code, "share": plan.share}
            for plan in found.plans
        ],
        "reserve_m2": found.reserve_m2,
        "densification_bra_m2": found.densification_bra_m2,
        "unknown_plots": found.unknown_plots,
        "unaccounted_m2": found.unaccounted_m2,
        "corridor_share": found.corridor_share,
        "business_type": found.business_type,
        "jobs": {"low": found.jobs.low, "mid": found.jobs.mid, "high": found.jobs.high},
        "jobs_basis": found.jobs.basis,
        "abc_fit": found.abc.fit,
        "abc_reason": found.abc.reason.say(language),
        "rule_before": _both(found.rule_before),
        "rule_after": _both(found.rule_after),
        "rule_left_out": found.rule_left_out,
        "verdict": found.light.value,
        "light": found.verdict.light.value,
        "reasons": [
            {
                "code": one.remark.msgid,
                "light": one.light.value,
                "weight": one.weight,
                "text": one.say(language),
            }
            for one in found.verdict.reasons
        ],
        "sensitivity": [
            {
                "assumption": one.assumption,
                "light": one.light.value,
                "text": one.remark.say(language),
            }
            for one in found.sensitivity.flips
        ],
        "remedies": [
            {
                "kind": one.kind,
                "light": one.light.value,
                "area_m2": one.area_m2,
                "business_type": one.business_type,
                "jobs_inside": one.jobs_inside,
                "text": one.remark.say(language),
            }
            for one in found.remedies
        ],
        "unknown": [one.say(language) for one in found.unknown],
        "assumptions": [one.say(language) for one in found.assumptions],
        "badges": list(found.badges),
        "text": paragraph(found, language),
    }


def label(found: Screening) -> str:
    """Return what a site is called, fit to stand in a sentence: its name, else its id."""
    return quote(found.name or found.id)


def light_remark(found: Screening) -> Remark:
    """Return the word for the site's light."""
    return Remark(f"light.{found.light.name.lower()}")


def jobs_remark(found: Screening) -> Amount | Remark:
    """Return the site's jobs: the middle, and the interval where there is one."""
    jobs = found.jobs
    if jobs.mid is None or jobs.low == jobs.high:
        return Amount(jobs.mid)
    parts = {"low": Amount(jobs.low), "mid": Amount(jobs.mid), "high": Amount(jobs.high)}
    return Remark("jobs.interval", parts)


def reserve_remark(found: Screening) -> Amount | Remark:
    """Return the vacant land on the site, and for how much business land that is not known."""
    known = Amount(found.reserve_m2, "daa")
    if found.reserve_m2 is None or not found.unaccounted_m2:
        return known
    parts = {"known": known, "unknown": Amount(found.unaccounted_m2, "daa")}
    return Remark("screen.reserve_partly", parts)


def _constraint(one: Constraint) -> dict[str, Any]:
    return {
        "status": one.status,
        "m2": one.m2,
        "exclude_m2": one.exclude_m2,
        "severity": one.severity,
        "source": one.source,
        "mapped_share": one.mapped_share,
    }


def _place(found: Screening) -> Remark:
    zones: object = Remark("screen.text_no_zone")
    if found.zones is None:
        zones = Remark("screen.text_zones_unknown")
    elif found.zones:
        zones = tuple(
            Remark("screen.text_part", {"name": quote(z.name), "share": Amount(z.share, "percent")})
            for z in found.zones
        )
    parts = {
        "site": label(found),
        "area": Amount(found.area_m2, "daa"),
        "zones": zones,
        "municipality": Remark("screen.text_municipality", {"number": found.municipality_no})
        if found.municipality_no
        else Remark("screen.text_no_municipality"),
    }
    return Remark("screen.text_place" if found.area_m2 is not None else "screen.text_spot", parts)


def _plan(found: Screening) -> Remark:
    plans: object = Remark("screen.text_no_plan")
    if found.plans is None:
        plans = Remark("screen.text_plans_unknown")
    elif found.plans:
        shares: dict[str, float] = {}
        for plan in found.plans:
            shares[plan.land_use_code] = shares.get(plan.land_use_code, 0.0) + plan.share
        largest = sorted(shares.items(), key=lambda item: -item[1])[:_MAX_PLANS]
        plans = tuple(
            Remark("screen.text_part", {"name": quote(code), "share": Amount(share, "percent")})
            for code, share in largest
        )
    parts = {
        "plans": plans,
        "reserve": reserve_remark(found),
        "densification": Amount(found.densification_bra_m2, "floor_area"),
    }
    return Remark("screen.text_plan", parts)


def _growth(found: Screening) -> list[Remark]:
    if found.growth_share is None:
        return []  # the sentence about the rule says that it is missing
    parts = {
        "share": Amount(found.growth_share, "percent"),
        "regional": Amount(found.growth_share_regional, "percent"),
    }
    return [Remark("screen.text_growth", parts)]


def _constraints(found: Screening) -> Remark:
    by_status: dict[str, list[Remark]] = {"overlap": [], "clear": [], "not_mapped": []}
    for one in found.constraints.values():
        kind = Remark(f"constraint.{one.kind}")
        if one.status == "overlap" and one.m2 is not None:
            kind = Remark("screen.text_m2", {"kind": kind, "area": Amount(one.m2, "daa")})
        by_status[one.status].append(kind)
    return Remark("screen.text_constraints", {k: _or_none(v) for k, v in by_status.items()})


def _or_none(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(remarks) or (Remark("screen.text_none"),)


def _ways(found: Screening) -> list[Remark]:
    station, road = found.station, found.road
    if station is None and road is None and found.business_type is None:
        return []
    parts = {
        "station": Remark("unknown") if station is None else quote(station.name),
        "straight": Amount(None if station is None else station.distance_m, "kilometres"),
        "along": Amount(None if station is None else station.network_m, "kilometres"),
        "road": Amount(None if road is None else road.distance_m, "kilometres"),
        "fit": found.abc.reason,
    }
    return [Remark("screen.text_ways", parts)]


def _rule(found: Screening) -> Remark:
    before, after = found.rule_before, found.rule_after
    if before is None or after is None:
        if found.jobs.mid is None:
            return Remark("screen.text_rule_and_jobs_missing")
        return Remark("screen.text_rule_missing", {"jobs": jobs_remark(found)})
    shares = {
        "before": before.counted.share,
        "after": after.counted.share,
        "before_regional": before.regional.share,
        "after_regional": after.regional.share,
    }
    said: dict[str, object] = {k: Amount(v, "share") for k, v in shares.items()}
    said["target"] = Amount(after.counted.target, "percent")
    if found.rule_left_out:
        return Remark("screen.text_rule_left_out", said)
    said["jobs"] = jobs_remark(found)
    return Remark("screen.text_rule", said)


def _light(found: Screening) -> Remark:
    against = [one.remark for one in found.verdict.reasons if one.light == found.verdict.light]
    if found.sensitivity.uncertain:
        against = [one.remark for one in found.sensitivity.flips]
    reasons = Clauses(tuple(against[:_MAX_REASONS]))
    return Remark("screen.text_light", {"light": light_remark(found), "reasons": reasons})


def _basis(found: Screening) -> Remark:
    badges = [Remark(f"screen.text_{badge}") for badge in found.badges]
    return Remark("screen.text_basis", {"badges": _or_none(badges)})


def columns(
    screenings: Sequence[Screening], context: Context, language: str = i18n.DEFAULT_LANGUAGE
) -> gpd.GeoDataFrame:
    """Return what a file holds of each site; the changed outlines of remedies are not in it."""
    rows = [_row(one, language) for one in screenings]
    shapes = [one.geometry for one in screenings]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=context.crs)


def provenance(context: Context) -> Provenance:
    """Return where the figures come from, the badges of all they rest on, and the parameters."""
    used = [f"target={context.terms.target:g}"]
    if context.growth is not None and context.growth.accuracy_m is not None:
        used.append(f"border_accuracy_m={context.growth.accuracy_m:g}")
    used += [f"m2_per_job.{name}={n.low:g}-{n.high:g}" for name, n in context.norms.items()]
    return Provenance(
        source=i18n.say("screen.file_source", name=context.pack.name),
        synthetic="synthetic" in context.badges,
        illustrative="illustrative" in context.badges,
        pack_sha256=context.pack.sha256,
        parameters=", ".join(used),
    )


def as_bytes(
    screenings: Sequence[Screening],
    context: Context,
    ending: str,
    language: str = i18n.DEFAULT_LANGUAGE,
) -> bytes:
    """Return the file that `write` would write, for a download."""
    frame = columns(screenings, context, language)
    return write.as_bytes(frame, ending, provenance=provenance(context))


def _row(found: Screening, language: str) -> dict[str, Any]:
    station, road = found.station, found.road
    return {
        "id": found.id,
        "name": found.name,
        "verdict": found.light.value,
        "light": found.verdict.light.value,
        "reasons": "; ".join(one.say(language) for one in found.verdict.reasons),
        "area_m2": found.area_m2,
        "municipality_no": found.municipality_no,
        "zones": None if found.zones is None else ", ".join(one.zone_id for one in found.zones),
        "growth_share": found.growth_share,
        "growth_share_regional": found.growth_share_regional,
        **{
            column: value
            for kind, one in found.constraints.items()
            for column, value in ((kind, one.status), (f"{kind}_m2", one.m2))
        },
        "station": None if station is None else station.name,
        "station_m": None if station is None else station.distance_m,
        "network_m": None if station is None else station.network_m,
        "road_m": None if road is None else road.distance_m,
        "land_use_codes": None
        if found.plans is None
        else ", ".join(dict.fromkeys(one.land_use_code for one in found.plans)),
        "reserve_m2": found.reserve_m2,
        "densification_bra_m2": found.densification_bra_m2,
        "unknown_plots": found.unknown_plots,
        "unaccounted_m2": found.unaccounted_m2,
        "corridor_share": found.corridor_share,
        "business_type": found.business_type,
        "jobs_low": found.jobs.low,
        "jobs": found.jobs.mid,
        "jobs_high": found.jobs.high,
        "abc_fit": found.abc.fit,
        "rule_before": _share(found.rule_before),
        "rule_after": _share(found.rule_after),
        "remedies": "; ".join(one.remark.say(language) for one in found.remedies),
        "text": paragraph(found, language),
    }


def _both(state: Variants[RuleResult] | None) -> dict[str, Any] | None:
    return None if state is None else as_document(state)


def _share(state: Variants[RuleResult] | None) -> float | None:
    return None if state is None else state.counted.share
