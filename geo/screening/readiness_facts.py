"""What the rule of readiness asks of each site in the register, from the layers of a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry.coverage import Sites, inside, overlaps, shared_out, united
from geo.geometry.overlay import own, quiet
from geo.geometry.scale import areas_of
from geo.land.plans import ADOPTED, for_business
from geo.land.rules import ReserveRules
from geo.register.readiness import (
    BY_HAND,
    BY_NOBODY,
    BY_RULE,
    SUPPLIES,
    WHOLE,
    PlanShares,
    ReadinessFacts,
    readiness,
)
from geo.schema.dates import day_number
from geo.schema.layers import MUNICIPAL_PLANS, REGULATION_PLANS
from geo.screening.constraints import constraints_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.geometry.coverage import Overlaps
    from geo.geometry.overlay import Floats, Rows
    from geo.screening.context import Context

    Flags = NDArray[np.bool_]

PLAN_TYPE: Final = "plan_type"


def with_readiness(context: Context, register: GeoDataFrame) -> GeoDataFrame:
    """
    Return the register's sites with what follows from a pack.

    Parameters
    ----------
    context
        Needs no list of projects; what is made up is not in it.
    register
        From `geo.register.store.Register.sites`.

    Returns
    -------
    GeoDataFrame
        The same columns, of which `zone_id` is the zone that holds most of the site where nobody
        has said, and

        - area_m2: on the ground;
        - readiness_rule: by the rule of `geo.register.readiness`, null where unknown;
        - readiness, readiness_by: what somebody has set by hand goes before the rule (``hand``,
          ``rule``; ``ukjent`` where neither says anything);
        - readiness_remarks: why the rule finds no better, a tuple of `Remark` each.
    """
    found = [readiness(one) for one in readiness_facts(context, register)]
    by_rule = pd.Series([one.level for one in found], index=register.index, dtype="str")
    by_hand = register["readiness_set"]
    by = np.select([by_hand.notna(), by_rule.notna()], [BY_HAND, BY_RULE], BY_NOBODY)
    zone = register["zone_id"]
    return register.assign(
        zone_id=zone.where(zone.notna(), zone_of(context, register)),
        area_m2=areas_of(register),
        readiness_rule=by_rule,
        readiness=by_hand.where(by_hand.notna(), by_rule),
        readiness_by=pd.Series(by, index=register.index, dtype="str"),
        readiness_remarks=pd.Series(
            [one.remarks for one in found], index=register.index, dtype="object"
        ),
    )


def readiness_facts(context: Context, register: GeoDataFrame) -> list[ReadinessFacts]:
    """
    Return what is known of each site.

    Parameters
    ----------
    context
        Needs no list of projects; what is made up is not in it.
    register
        Sites from `geo.register.store.Register.sites`.
    """
    sites = Sites.of(register.geometry.to_numpy(), register.crs)
    constraints, _ = constraints_of(sites, context.constraints)
    vacant = _vacant(sites, context)
    no_plans = _no_plans(context)
    plans = None if no_plans else list(_plan_shares(sites, context))
    told = {
        name: register[list(columns)].notna().any(axis=1).to_numpy()
        for name, columns in SUPPLIES.items()
    }
    return [
        ReadinessFacts(
            plans=None if plans is None else plans[row],
            no_plans=no_plans or "",
            constraints={kind: one.status for kind, one in constraints[row].items() if one.asked},
            vacant=None if np.isnan(vacant[row]) else float(vacant[row]),
            supplied=frozenset(name for name, known in told.items() if known[row]),
        )
        for row in range(len(register))
    ]


def zone_of(context: Context, register: GeoDataFrame) -> pd.Series:
    """Return the zone that holds most of each site, indexed as the register; null without one."""
    found = pd.Series(None, index=register.index, dtype="str")
    if context.zones is None or register.empty:
        return found
    sites = Sites.of(register.geometry.to_numpy(), register.crs)
    met = overlaps(sites, context.zones.index)
    ids = context.zones.table["zone_id"].astype("str").to_numpy()
    # The largest part last, so that it is the one that stays.
    for at in np.argsort(met.measure, kind="stable"):
        found.iloc[met.site[at]] = ids[met.row[at]]
    return found


def _no_plans(context: Context) -> str | None:
    """Why the pack cannot tell of plans; None where it can."""
    if "plan_areas" in context.made_up:
        return "made_up"
    if context.plans is None:
        return "missing"
    if "illustrative" in context.pack.badges("plan_areas"):
        return "made_up"
    table = context.plans.table
    typed = PLAN_TYPE in table and _is(table, (*MUNICIPAL_PLANS, *REGULATION_PLANS)).any()
    return None if typed else "untyped"


def _plan_shares(sites: Sites, context: Context) -> Iterator[PlanShares]:
    """
    Measure what the plans say of each site.

    Which of two plans holds is told by their dates. Where a date is missing, the plan that says
    something else than business is taken as the newest, and a plan that does not tell its kind as
    a regulation plan where it says something else: so no plan says more for knowing less of it.
    """
    assert context.plans is not None
    table = context.plans.table
    business = for_business(table, ReserveRules())
    regulation, municipal = _is(table, REGULATION_PLANS), _is(table, MUNICIPAL_PLANS)
    typed = regulation | municipal
    met = overlaps(sites, context.plans.index)
    strict = _rank(table, business, business_last=False)
    holding = shared_out(met, sites, strict)
    holding = holding.only(business[holding.row])
    of_regulation = met.only((regulation | (~typed & ~business))[met.row])
    regulated = shared_out(of_regulation, sites, strict)
    regulated = regulated.only((regulation & business)[regulated.row])
    lenient = shared_out(met, sites, _rank(table, business, business_last=True))
    possible = _sum(lenient.only(business[lenient.row]), sites)
    covered = sites.shares(united(met, sites, np.zeros_like(met.row), 1)[:, 0])
    for site in range(len(sites.shapes)):
        every = _union(holding, holding.site == site)
        both = _common(every, _union(regulated, regulated.site == site))
        known = _union(holding, (holding.site == site) & typed[holding.row])
        size = sites.size[site]
        with quiet():
            planned = shapely.area(shapely.union(known, both))
        yield PlanShares(
            covered=float(covered[site]),
            business=float(possible[site]),
            planned=float(min(planned / size, 1.0)),
            regulated=float(min(shapely.area(both) / size, 1.0)),
        )


def _rank(table: pd.DataFrame, business: Flags, *, business_last: bool) -> Rows:
    """(n,) rank of each plan area, the newest highest; `business_last` tells who wins in doubt."""
    count = len(table)
    day = np.full(count, np.nan)
    if ADOPTED in table:
        day = day_number(table[ADOPTED]).to_numpy(dtype=float)
    wins = business if business_last else ~business
    day = np.where(np.isnan(day), np.where(wins, np.inf, -np.inf), day)
    rank = np.empty(count, dtype=np.int64)
    rank[np.lexsort((np.arange(count), wins, day))] = np.arange(count)
    return rank


def _vacant(sites: Sites, context: Context) -> Floats:
    """(n,) part that is vacant; NaN where the account does not reach over the site."""
    if context.land is None:
        return np.full(len(sites.shapes), np.nan)
    counted = inside(sites, context.land.pieces)
    return np.where(counted >= WHOLE, inside(sites, context.land.parts), np.nan)


def _is(table: pd.DataFrame, kinds: tuple[str, ...]) -> Flags:
    if PLAN_TYPE not in table:
        return np.zeros(len(table), dtype=bool)
    found: Flags = table[PLAN_TYPE].isin(kinds).to_numpy()
    return found


def _sum(found: Overlaps, sites: Sites) -> Floats:
    total: Floats = np.bincount(
        found.site, weights=found.measure, minlength=len(sites.shapes)
    ).astype(float)
    return sites.shares(total)


def _union(found: Overlaps, wanted: Flags) -> shapely.Geometry:
    with quiet():
        return shapely.union_all(own(found.part[wanted]))


def _common(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    with quiet():
        return shapely.intersection(one, other)
