"""From figures to screenings: the light of each site, and whether it holds."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.geometry.scale import correction
from geo.growth.open_cases import dominant_cases, open_cases
from geo.growth.rule import Variants
from geo.i18n import Remark
from geo.land.account import DOMINATES
from geo.screening import caveats, verdict
from geo.screening.abc import abc_fit
from geo.screening.counted import counted, in_no_sum, is_rough, names_in, rule_effects
from geo.screening.model import GridLine, Jobs, Light, Road, Screening, Sensitivity, Station
from geo.screening.sensitivity import sensitivities
from geo.screening.verdict import rule_reason

if TYPE_CHECKING:
    from geo.geometry.overlay import Floats
    from geo.growth.effect import Effects
    from geo.screening.context import Context
    from geo.screening.facts import Figures
    from geo.screening.model import AbcFit, Reason


def assess(
    context: Context,
    found: Figures,
    *,
    utilisation: float | None = None,
    more_inside: Floats | None = None,
    brief: bool = False,
) -> list[Screening]:
    """
    Screen sites by their figures, without looking for remedies.

    Parameters
    ----------
    found
        The sites' figures (`geo.screening.facts.figures`), made with the same `utilisation`.
    more_inside
        (n,) further new jobs inside the areas that count, for each site by itself.
    brief
        Only the figures and the light: not whether it holds, nor what it rests on.
    """
    rows, shares = found.rows, found.shares
    extra = np.zeros(len(rows)) if more_inside is None else more_inside
    rule = rule_effects(context, found.columns, shares, extra)
    fits = [_abc(found, number, row) for number, row in enumerate(rows)]
    others = [
        _reasons(context, found, number, row, fits[number]) for number, row in enumerate(rows)
    ]
    rules = [
        rule_reason(
            before,
            after,
            share,
            left_out=bool(out),
            counted=counted(context, found.columns, number),
            home=rows[number]["home_share"],
        )
        for number, (before, after, share, out) in enumerate(
            zip(rule.before, rule.after, map(Variants, *shares), rule.left_out, strict=True)
        )
    ]
    whole = [verdict.verdict([*some, one]) for some, one in zip(others, rules, strict=True)]
    held = [Sensitivity()] * len(rows)
    if not brief:
        held = sensitivities(context, found, others, [one.light for one in whole], extra)
    open_: tuple[Remark, ...] = ()
    dominant: tuple[Remark, ...] = ()
    if context.before is not None:
        open_ = open_cases(context.before, _zone_names(context), context.pack.directory)
        dominant = dominant_cases(context.before, context.pack.directory)
    screenings = [
        Screening(
            **_figures_of(found, number, row),
            flood_class=context.constraints.flood_class,
            **_rule_of(rule, number),
            rule_open=open_,
            rule_dominant=dominant,
            counted_in=names_in(context, row["counted_in"]),
            counted_as=row["counted_as"] if row["counted_in"] else None,
            counted_roughly=is_rough(context, row["counted_in"]),
            counted_open=in_no_sum(context, row["counted_in"]),
            counted_beside=names_in(context, row["counted_beside"]),
            abc=fits[number],
            verdict=whole[number],
            sensitivity=held[number],
            badges=_badges(context, row),
            roads_sketched="illustrative" in context.pack.badges("context"),
            made_up=context.made_up,
            synthetic=bool(row["synthetic"]),
            pack_directory=context.pack.directory,
            area_correction=correction(found.sites.scale[number : number + 1]),
        )
        for number, row in enumerate(rows)
    ]
    if brief:
        return screenings
    return [
        replace(
            one,
            unknown=caveats.unknown(one, context),
            assumptions=caveats.assumptions(one, context, utilisation),
        )
        for one in screenings
    ]


def _reasons(
    context: Context, found: Figures, number: int, row: dict[str, Any], abc: AbcFit
) -> list[Reason]:
    """Everything that counts for or against the site, but for the rule."""
    plans = None if found.plans is None else found.plans[number]
    plan = verdict.plan_reason(plans, made_up="plan_areas" in context.made_up)
    return [
        *verdict.constraint_reasons(
            found.constraints[number],
            float(row["exclude_share"]),
            plan_follows=plan.light == Light.GREEN,
        ),
        plan,
        *verdict.abc_reasons(abc, row["business_type"]),
        *verdict.place_reasons(
            found.municipalities[number],
            context.pack.municipality_no,
            known=context.municipalities is not None,
        ),
    ]


def _badges(context: Context, row: dict[str, Any]) -> tuple[str, ...]:
    """Badges of the layers used, and of the site's own outline."""
    own = {"synthetic"} if row["synthetic"] else set()
    return tuple(sorted({*context.badges, *own}))


def _abc(found: Figures, number: int, row: dict[str, Any]) -> AbcFit:
    zones = found.zones[number] if found.zones is not None else ()
    shares: dict[str, float] = {}
    for zone in zones:
        if zone.abc is not None:
            shares[zone.abc] = shares.get(zone.abc, 0.0) + zone.share
    # The class of less may be another once all zones are known.
    place = next((one for one, share in shares.items() if share > DOMINATES), None)
    at_most = bool(row["station_at_most"])
    return abc_fit(row["business_type"], place, _known(row["station_m"]), at_most=at_most)


def _figures_of(found: Figures, number: int, row: dict[str, Any]) -> dict[str, Any]:
    municipalities = found.municipalities[number]
    return {
        "id": row["id"],
        "own_id": bool(row["own_id"]),
        "name": row["name"],
        "geometry": shapely.force_2d(found.sites.shapes[number]),  # the figures' own is prepared
        "area_m2": _known(row["area_m2"]),
        "municipality_no": municipalities[0][0] if municipalities else None,
        "municipalities": municipalities,
        "home_share": _known(row["home_share"]),
        "beyond_data": bool(row["beyond"]),
        "zones": None if found.zones is None else found.zones[number],
        "plans": None if found.plans is None else found.plans[number],
        "growth_share": _known(row["share_inside"]),
        "growth_share_regional": _known(row["share_inside_regional"]),
        "constraints": found.constraints[number],
        "station": _station(row),
        "road": _road(row),
        "grid": _grid(row),
        "reserve_m2": _known(row["reserve_m2"]),
        "densification_bra_m2": _known(row["densification_bra_m2"]),
        "unknown_plots": None if isnan(row["unknown_plots"]) else int(row["unknown_plots"]),
        "unaccounted_m2": _known(row["unaccounted_m2"]),
        "corridor_share": _known(row["corridor_share"]),
        "business_type": row["business_type"],
        "jobs": Jobs(
            low=_known(row["jobs_low"]),
            mid=_known(row["jobs"]),
            high=_known(row["jobs_high"]),
            basis=row["basis"],
        ),
    }


def _zone_names(context: Context) -> dict[str, str]:
    if context.zones is None:
        return {}
    table = context.zones.table
    return dict(zip(table["zone_id"], table.get("name", table["zone_id"]), strict=True))


def _rule_of(rule: Effects, number: int) -> dict[str, Any]:
    return {
        "rule_before": rule.before[number],
        "rule_after": rule.after[number],
        "rule_left_out": bool(rule.left_out[number]),
    }


def _station(row: dict[str, Any]) -> Station | None:
    if isnan(row["station_m"]):
        return None
    reason = row["network_reason"]
    return Station(
        name=row["station"],
        distance_m=float(row["station_m"]),
        network_m=_known(row["network_m"]),
        reason=None if reason is None else Remark(reason),
        at_most=bool(row["station_at_most"]),
    )


def _road(row: dict[str, Any]) -> Road | None:
    if isnan(row["road_m"]):
        return None
    at_most = bool(row["road_at_most"])
    return Road(name=row["road"], distance_m=float(row["road_m"]), at_most=at_most)


def _grid(row: dict[str, Any]) -> GridLine | None:
    if isnan(row["grid_m"]):
        return None
    return GridLine(
        name=row["grid"],
        voltage_kv=_known(row["grid_kv"]),
        distance_m=float(row["grid_m"]),
        at_most=bool(row["grid_at_most"]),
    )


def _known(value: float) -> float | None:
    return None if isnan(value) else value
