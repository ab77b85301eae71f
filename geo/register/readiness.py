"""
How near a site is to being built on, by a rule that anybody can follow.

The best level that fits is taken; a level needs all that it names, and what is not known fits
nothing.

1. ``byggeklar``: is ``regulert``; every kind of constraint that is asked for is mapped on all of
   the site, and none touches it; at least `WHOLE` of it is vacant in the land account; and the
   register says something of power, of water and sewage, and of access. What it says is not judged.
2. ``regulert``: at least `WHOLE` of it has business purpose in a regulation plan that holds.
3. ``kommuneplan``: at least `WHOLE` has business purpose in a regulation plan or in the municipal
   plan.
4. ``idé``: plans cover at least `WHOLE` of it, and give business purpose to less than that.

Unknown where the plan areas are missing, made up or illustrative; where they do not tell what kind
of plan they are of, or which of two that disagree is the newest, and that decides; and where they
do not reach over the site. Knowing less never gives a better level. Business purpose is that of
the land account (`geo.land.rules.BUSINESS_CODES`); the newest plan holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.i18n import Amount, Remark
from geo.register.fields import IDEA, IN_MUNICIPAL_PLAN, READY, REGULATED
from geo.schema.kinds import REQUIRED
from geo.schema.layers import CONSTRAINT_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

# A: the part of a site that must have what a level asks for. Borders drawn on different maps differ
# by some metres, and a strip along the road is no reason to call a site unregulated.
WHOLE: Final = 0.95

# What is told of a site in the register, without which nobody can say that it is ready (A: these
# three are what a business asks for first).
SUPPLIES: Final[Mapping[str, tuple[str, ...]]] = {
    "power_text": ("power_mw", "power_text"),
    "water_text": ("water_text",),
    "access": ("access",),
}
BY_RULE, BY_HAND, BY_NOBODY = "rule", "hand", "ukjent"
BY: Final = (BY_RULE, BY_HAND, BY_NOBODY)


@dataclass(frozen=True, kw_only=True)
class PlanShares:
    """
    Parts of a site, 0–1, by what the plans on it say.

    Attributes
    ----------
    covered
        Under any plan.
    business
        With business purpose in a plan that may be the one that holds, of whatever kind.
    planned
        With business purpose in a plan that holds and tells its kind.
    regulated
        Of that, in a regulation plan.
    """

    covered: float
    business: float
    planned: float
    regulated: float


@dataclass(frozen=True, kw_only=True)
class ReadinessFacts:
    """
    What the rule asks of a site.

    Attributes
    ----------
    plans
        None where the pack cannot tell.
    no_plans
        Why it cannot: ``missing``, ``made_up`` or ``untyped``.
    constraints
        Kind → ``overlap``, ``clear`` or ``not_mapped``, of every kind that is asked for; of the
        five that are always asked for, what is absent is not mapped.
    vacant
        Part that is vacant in the land account, 0–1; None where that is not known.
    supplied
        Of `SUPPLIES`, those that the register says something of.
    """

    plans: PlanShares | None
    no_plans: str = "missing"
    constraints: Mapping[str, str]
    vacant: float | None
    supplied: frozenset[str]


@dataclass(frozen=True)
class Readiness:
    """
    One of `geo.register.fields.LEVELS`, None where it is unknown, and why it is no better.

    `remarks` are sentences, in the order in which they were found.
    """

    level: str | None
    remarks: tuple[Remark, ...] = ()


def readiness(facts: ReadinessFacts) -> Readiness:
    """
    Judge a site by the rule of this module.

    Examples
    --------
    >>> plans = PlanShares(covered=1.0, business=1.0, planned=1.0, regulated=0.4)
    >>> facts = ReadinessFacts(plans=plans, constraints={}, vacant=1.0, supplied=frozenset())
    >>> readiness(facts).level
    'kommuneplan'
    """
    plans = facts.plans
    if plans is None:
        return Readiness(None, (_NO_PLANS[facts.no_plans],))
    if plans.regulated >= WHOLE:
        against = _against(facts)
        return Readiness(REGULATED if against else READY, against)
    if plans.planned >= WHOLE:
        return Readiness(IN_MUNICIPAL_PLAN, (_share("readiness.not_regulated", plans.regulated),))
    if plans.business >= WHOLE:
        return Readiness(None, (_share("readiness.plan_unclear", plans.planned),))
    if plans.covered < WHOLE:
        return Readiness(None, (_share("readiness.plan_uncovered", plans.covered),))
    return Readiness(IDEA, (_share("readiness.not_planned", plans.business),))


_NO_PLANS: Final = {
    "missing": Remark("readiness.plan_missing"),
    "made_up": Remark("readiness.plan_made_up"),
    "untyped": Remark("readiness.plan_untyped"),
}


def _share(msgid: str, share: float) -> Remark:
    return Remark(msgid, {"share": Amount(share, "percent"), "whole": Amount(WHOLE, "percent")})


def _against(facts: ReadinessFacts) -> tuple[Remark, ...]:
    """Return what keeps a regulated site from being ready, or from being known to be."""
    met = tuple(Remark(f"constraint.{k}") for k, s in facts.constraints.items() if s == "overlap")
    known = {kind for kind, status in facts.constraints.items() if status != "not_mapped"}
    asked = REQUIRED | facts.constraints.keys()
    unmapped = tuple(Remark(f"constraint.{k}") for k in CONSTRAINT_KINDS if k in asked - known)
    silent = tuple(Remark(f"field.{name}") for name in SUPPLIES if name not in facts.supplied)
    found = []
    if met:
        found.append(Remark("readiness.constrained", {"kinds": met}))
    if unmapped:
        found.append(Remark("readiness.unmapped", {"kinds": unmapped}))
    if facts.vacant is None:
        found.append(Remark("readiness.vacant_unknown"))
    elif facts.vacant < WHOLE:
        found.append(_share("readiness.not_vacant", facts.vacant))
    if silent:
        found.append(Remark("readiness.unsaid", {"fields": silent}))
    return tuple(found)
