"""The traffic light of a site, and its reasons by weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.geometry.coverage import SHRED_M2
from geo.growth.rule import Variants, Verdict
from geo.i18n import Amount, Code, Remark
from geo.land.rules import BUSINESS_CODES
from geo.schema.coercion import quote
from geo.screening.counted import REPLACES
from geo.screening.home import NOWHERE_SLIVER, of_site
from geo.screening.model import Light, Reason, SiteVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.growth.rule import RuleResult
    from geo.screening.model import AbcFit, Constraint, PlanPart

# A: land of one kind decides for a site where it is over half of it (geo.land.account.DOMINATES).
EXCLUDED_RED: Final = 0.5
# A: a site whose plan is for business on this much of it is taken to follow the plan; an outline
# drawn by hand takes in some of the street.
PLAN_FOLLOWED: Final = 0.9
# A: a plan may leave this much of a site out, for borders that should meet seldom do; of more, the
# purpose is not known, and the light no better than that.
PLAN_SLIVER: Final = 0.01

# A: weights put the reasons in order; the heavier comes first.
WEIGHTS: Final[Mapping[str, int]] = {
    "screen.reason_excluded": 100,
    "screen.reason_other_municipality": 95,
    "screen.reason_partly_excluded": 80,
    "screen.reason_partly_barred": 80,
    "screen.reason_crosses": 65,
    "screen.reason_plan_other": 60,
    "screen.reason_assess": 58,
    "screen.reason_abc": 55,
    "screen.reason_not_mapped": 40,
    "screen.reason_made_up": 39,
    "screen.reason_partly_mapped": 39,
    "screen.reason_plan_missing": 38,
    "screen.reason_plan_partly": 38,
    "screen.reason_plan_made_up": 38,
    "screen.reason_no_municipality": 44,
    "screen.reason_place_unknown": 36,
    "screen.reason_abc_unknown": 35,
    "screen.reason_plan_follows": 15,
    "screen.reason_abc_fits": 12,
    "screen.reason_clear": 10,
    "screen.reason_clear_but": 10,
}

# A: those about the rule. A red one weighs just below land that is barred, for a boundary moves
# more easily than a municipality's strategy.
RULE_WEIGHTS: Final = {Light.RED: 90, Light.YELLOW: 70, Light.UNKNOWN: 45, Light.GREEN: 20}
_SAME = 1e-9  # a share that changes by less is the same
_LIGHTS: Final = {
    Verdict.FULFILLED: Light.GREEN,
    Verdict.NO_NEW_JOBS: Light.GREEN,
    Verdict.UNCERTAIN: Light.YELLOW,
    Verdict.BROKEN: Light.RED,
    Verdict.UNDEFINED: Light.UNKNOWN,
    Verdict.UNDECIDED: Light.UNKNOWN,
    Verdict.UNKNOWN: Light.UNKNOWN,
}

# The worst decides; what is not known comes before green, for not knowing is not clear.
SEVERITY: Final = (Light.RED, Light.YELLOW, Light.UNKNOWN, Light.GREEN)

# Reasons for not knowing whose answer can be yellow at worst; that of the others can be red.
_AT_WORST_YELLOW: Final = frozenset(
    {
        *("screen.reason_plan_missing", "screen.reason_plan_partly", "screen.reason_plan_made_up"),
        *("screen.reason_abc_unknown", "screen.reason_place_unknown"),
        "screen.reason_other_municipality",
    }
)


def verdict(reasons: Iterable[Reason]) -> SiteVerdict:
    """Return the light of the reasons, the worst that is known, and the reasons by weight."""
    ordered = tuple(sorted(reasons, key=lambda one: (-one.weight, one.remark.msgid)))
    known = worst(one.light for one in ordered)
    return SiteVerdict(light=light_of(ordered), known=known, reasons=ordered)


def light_of(reasons: Iterable[Reason]) -> Light:
    """
    Return the worst light that is known; unknown where something not known could be worse.

    So a light never gets better by knowing less: without a layer, what it said becomes unknown, and
    what else is known stands where the layer could not have said anything worse.
    """
    reasons = tuple(reasons)
    known = worst(one.light for one in reasons)
    hidden = (_at_worst(one) for one in reasons if one.light == Light.UNKNOWN)
    if any(better(known, one) for one in hidden):
        return Light.UNKNOWN
    return known


def _at_worst(reason: Reason) -> Light:
    """Return the worst light that what is not known could turn out to have."""
    return Light.YELLOW if reason.remark.msgid in _AT_WORST_YELLOW else Light.RED


def worst(lights: Iterable[Light]) -> Light:
    """Return the worst of several lights; unknown of none."""
    return min(lights, key=SEVERITY.index, default=Light.UNKNOWN)


def better(one: Light, other: Light) -> bool:
    """Whether one light is better than another."""
    return SEVERITY.index(one) > SEVERITY.index(other)


def constraint_reasons(
    constraints: Mapping[str, Constraint], exclude_share: float, *, plan_follows: bool
) -> list[Reason]:
    """
    Tell what the constraints mean: barred land, land to be assessed, land not mapped, none.

    Barred land on more than `EXCLUDED_RED` of the site, or at a point, is red; less is yellow. That
    the rest can be built is said only where all of it is mapped for every kind that is asked for,
    nothing else is found there, and `plan_follows`: the plan is for business. `exclude_share` is
    the part of the site (0–1) that is barred. A kind that the pack was never asked for
    (`geo.screening.constraints.asked_of`) is named beside what is clear.
    """
    reasons = []
    asked = [one for one in constraints.values() if one.asked]
    barred = _kinds(c for c in constraints.values() if c.severity == "exclude")
    if barred:
        red = exclude_share > EXCLUDED_RED
        rest_known = plan_follows and all(map(_rest_is_clear, asked))
        partly = "screen.reason_partly_excluded" if rest_known else "screen.reason_partly_barred"
        reasons.append(
            _reason(
                Light.RED if red else Light.YELLOW,
                "screen.reason_excluded" if red else partly,
                share=Amount(exclude_share, "percent"),
                kinds=barred,
            )
        )
    assess = _kinds(c for c in constraints.values() if c.severity == "assess")
    if assess:
        reasons.append(_reason(Light.YELLOW, "screen.reason_assess", kinds=assess))
    for msgid, made_up in (("screen.reason_not_mapped", False), ("screen.reason_made_up", True)):
        unmapped = _kinds(c for c in asked if c.status == "not_mapped" and c.synthetic == made_up)
        if unmapped:
            reasons.append(_reason(Light.UNKNOWN, msgid, kinds=unmapped))
    partly_mapped = _kinds(
        c for c in constraints.values() if c.status == "overlap" and not _is_mapped(c)
    )
    if partly_mapped:
        reasons.append(_reason(Light.UNKNOWN, "screen.reason_partly_mapped", kinds=partly_mapped))
    if all(c.status == "clear" for c in asked):
        never = _kinds(c for c in constraints.values() if not c.asked)
        if never:
            reasons.append(_reason(Light.GREEN, "screen.reason_clear_but", kinds=never))
        else:
            reasons.append(_reason(Light.GREEN, "screen.reason_clear"))
    return reasons


def plan_reason(plans: tuple[PlanPart, ...] | None, *, made_up: bool = False) -> Reason:
    """
    Tell whether the plan is for business on the site.

    Yellow where other purposes take more than what `PLAN_FOLLOWED` leaves; else green from
    `PLAN_FOLLOWED` of it, if no plan that we have leaves out more than `PLAN_SLIVER`. Unknown
    otherwise, and where the plans that we have are `made_up`.
    """
    if plans is None and made_up:
        return _reason(Light.UNKNOWN, "screen.reason_plan_made_up")
    business, other = business_share(plans)
    unknown = max(1 - business - other, 0.0)
    parts = {"business": Amount(business, "percent"), "other": Amount(other, "percent")}
    if other > 1 - PLAN_FOLLOWED + _SAME:
        codes = {p.land_use_code: None for p in plans or () if not _is_business(p.land_use_code)}
        named = tuple(Code("land_use_code", code) for code in codes)
        return _reason(Light.YELLOW, "screen.reason_plan_other", codes=named, **parts)
    parts |= {"unknown": Amount(unknown, "percent"), "limit": Amount(PLAN_SLIVER, "percent")}
    if business < PLAN_FOLLOWED - _SAME:
        return _reason(Light.UNKNOWN, "screen.reason_plan_missing", **parts)
    if unknown > PLAN_SLIVER + _SAME:
        return _reason(Light.UNKNOWN, "screen.reason_plan_partly", **parts)
    return _reason(Light.GREEN, "screen.reason_plan_follows", **parts)


def business_share(plans: tuple[PlanPart, ...] | None) -> tuple[float, float]:
    """Return the parts of a site (0–1) with business purpose, and with another purpose."""
    business = sum(p.share for p in plans or () if _is_business(p.land_use_code))
    other = sum(p.share for p in plans or () if not _is_business(p.land_use_code))
    return min(business, 1.0), min(other, 1.0)


def abc_reasons(abc: AbcFit, business_type: str | None) -> list[Reason]:
    """Tell whether the business fits the place; nothing where no business was named."""
    if business_type is None:
        return []
    light, msgid = {
        "fits": (Light.GREEN, "screen.reason_abc_fits"),
        "does_not_fit": (Light.YELLOW, "screen.reason_abc"),
        "unknown": (Light.UNKNOWN, "screen.reason_abc_unknown"),
    }[abc.fit]
    return [_reason(light, msgid, why=abc.reason)]


def place_reasons(
    municipalities: tuple[tuple[str, float], ...], own_no: str | None, *, known: bool
) -> list[Reason]:
    """
    Tell whether the site is the municipality's own; nothing where all of it is.

    `known` says that there is a layer of municipalities.
    """
    if not known or own_no is None:
        return [_reason(Light.UNKNOWN, "screen.reason_place_unknown")]
    shares = dict(municipalities)
    if own_no not in shares or max(shares, key=lambda no: shares[no]) != own_no:
        return [_reason(Light.UNKNOWN, "screen.reason_other_municipality")]
    reasons = []
    if len(shares) > 1:
        share = Amount(sum(shares.values()) - shares[own_no], "percent")
        reasons.append(_reason(Light.YELLOW, "screen.reason_crosses", share=share))
    nowhere = 1 - sum(shares.values())
    if nowhere > NOWHERE_SLIVER:
        share = Amount(nowhere, "percent")
        reasons.append(_reason(Light.UNKNOWN, "screen.reason_no_municipality", share=share))
    return reasons


def kind_remarks(kinds: Iterable[str]) -> tuple[Remark, ...]:
    """Return the words for kinds of constraint."""
    return tuple(Remark(f"constraint.{kind}") for kind in kinds)


def _kinds(constraints: Iterable[Constraint]) -> tuple[Remark, ...]:
    return kind_remarks(one.kind for one in constraints)


def _is_mapped(constraint: Constraint) -> bool:
    """Whether all of the site is mapped for the kind."""
    return constraint.mapped_share == 1


def _rest_is_clear(constraint: Constraint) -> bool:
    """Whether there is nothing of the kind, known or not, beside the land that it bars."""
    if not _is_mapped(constraint) or constraint.m2 is None or constraint.exclude_m2 is None:
        return False
    return constraint.m2 - constraint.exclude_m2 < SHRED_M2


def _is_business(code: str) -> bool:
    return code in BUSINESS_CODES


def _reason(light: Light, msgid: str, **parts: object) -> Reason:
    return Reason(light=light, weight=WEIGHTS[msgid], remark=Remark(msgid, parts))


def rule_reason(
    before: Variants[RuleResult] | None,
    after: Variants[RuleResult] | None,
    shares: Variants[float],
    *,
    left_out: bool,
    counted: tuple[str, tuple[str, ...]] = ("", ()),
    home: float = 1.0,
) -> Reason:
    """
    Judge what a site does to the rule.

    Green where all of it lies inside, where it raises the share whatever the share may be, or where
    the rule is fulfilled with it all the same; yellow where that is uncertain, or where it depends
    on whether the regional areas count; red where the rule is broken with it. Not known: unknown,
    except that a site inside can only help. `counted` tells how a site is counted that lies in
    projects of the list, and their names: it has the light of the rule with it, and one that
    replaces a project inside may well do harm. `home` is the part in the municipality, which
    `shares` are of: the rule is not of what lies elsewhere, whatever else is known or not. Where it
    is not known (NaN), a site that would do harm may as well be one of elsewhere: unknown.
    """
    found = _rule_reason(before, after, shares, left_out=left_out, counted=counted, home=home)
    if np.isnan(home) and found.light not in {Light.GREEN, Light.UNKNOWN}:
        lacks = Remark("layer.municipality")
        return _by_rule(Light.UNKNOWN, "screen.rule_no_layer", layer=lacks)
    return found


def _rule_reason(
    before: Variants[RuleResult] | None,
    after: Variants[RuleResult] | None,
    shares: Variants[float],
    *,
    left_out: bool,
    counted: tuple[str, tuple[str, ...]],
    home: float,
) -> Reason:
    how, projects = counted
    safe = _safe(shares.counted, home)
    if safe is not None and not (projects and how == REPLACES):
        return _by_rule(Light.GREEN, safe)
    if np.isnan(shares.counted) or before is None or after is None:
        missing = "growth_areas" if np.isnan(shares.counted) else "projects"
        return _by_rule(Light.UNKNOWN, "screen.rule_no_layer", layer=Remark(f"layer.{missing}"))
    if left_out:
        share = Amount(of_site(shares.counted, home), "percent")
        return _by_rule(Light.UNKNOWN, "screen.rule_jobs_unknown", share=share)
    parts = {
        "share": Amount(after.counted.share, "percent"),
        "regional": Amount(after.regional.share, "percent"),
        "target": Amount(after.counted.target, "percent"),
        "inside": Amount(of_site(shares.counted, home), "percent"),
    }
    if projects:
        lights = after.map(lambda one: _LIGHTS[one.verdict])
        named = tuple(quote(name) for name in projects)
        return _by_rule(worst(lights), f"screen.rule_{how}", projects=named, **parts)
    lights = Variants(*map(_light, before, after, shares))
    if lights.counted != lights.regional:
        light = Light.UNKNOWN if Light.UNKNOWN in lights else Light.YELLOW
        return _by_rule(light, "screen.rule_depends", **parts)
    light = lights.counted
    worse = _falls(before.counted, after.counted)
    undecided = Verdict.UNDECIDED in (one.verdict for one in after)
    msgids = {
        Light.GREEN: "screen.rule_room" if worse else "screen.rule_helps",
        Light.RED: "screen.rule_broken",
        Light.YELLOW: "screen.rule_uncertain",
        Light.UNKNOWN: "screen.rule_undecided" if undecided else "screen.rule_undefined",
    }
    return _by_rule(light, msgids[light], **parts)


def _safe(share: float, home: float) -> str | None:
    """Why a place can do the rule no harm, by the part in the municipality and in its areas."""
    if home == 0:
        return "screen.rule_elsewhere"
    if share < 1 - _SAME or np.isnan(share):
        return None
    return "screen.rule_inside_part" if home < 1 else "screen.rule_inside"


def _light(before: RuleResult, after: RuleResult, inside: float) -> Light:
    if before.share is not None and not before.shrinking and _raises(before, inside):
        return Light.GREEN
    return _LIGHTS[after.verdict]


def _raises(before: RuleResult, inside: float) -> bool:
    """Whether a site with this part inside raises the share, wherever in its range that is."""
    # What is in no sum and lies inside may have brought the share above the site's own.
    highest = before.share_high
    return highest is not None and not before.could_raise and inside >= highest - _SAME


def _falls(before: RuleResult, after: RuleResult) -> bool:
    if before.share is None or after.share is None:
        return True
    return after.share < before.share - _SAME


def _by_rule(light: Light, msgid: str, **parts: object) -> Reason:
    return Reason(light=light, weight=RULE_WEIGHTS[light], remark=Remark(msgid, parts))
