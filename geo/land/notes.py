"""What the reader must know of the layers behind an account, and of land that is not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.i18n import Amount
from geo.land.plans import ADOPTED, for_business, off_ground, without_status
from geo.schema.coercion import quote, to_text
from geo.schema.dates import day_number
from geo.schema.findings import Finding, unread

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.land.account import LandAccount
    from geo.land.owners import PlotOverlaps
    from geo.land.rules import ReserveRules

_MOST_NAMED: Final = 10
# A: less than this is where borders miss each other by the rounding of their coordinates.
LEAST_TOLD_M2: Final = 1.0


def of_layers(
    parcels: GeoDataFrame,
    overlaps: PlotOverlaps,
    shared_m2: float,
    plan_areas: GeoDataFrame,
    rules: ReserveRules,
) -> tuple[Finding, ...]:
    """
    Tell of plots that overlap, plans off the ground or without status, dates that say nothing.

    `shared_m2` is what the plots came with more than once; the same land three times is twice.
    """
    off = off_ground(plan_areas)
    unstated = for_business(plan_areas, rules) & without_status(plan_areas) & ~off
    found = [
        _overlaps(parcels, overlaps, shared_m2),
        _extent(plan_areas, off, "finding.plans_off_ground"),
        _extent(plan_areas, unstated, "finding.plans_without_status"),
        _dates(plan_areas),
    ]
    return tuple(one for one in found if one is not None)


def of_account(account: LandAccount) -> tuple[Finding, ...]:
    """Tell what was found of the layers, of business land on no plot and in no zone, and water."""
    total = account.total()
    areas = {
        "finding.land_unplotted": ("parcels", total["unplotted_m2"]),
        "finding.land_outside_zones": ("zones", account.outside_zones_m2),
        "finding.land_water": ("context", total["water_m2"]),
    }
    told = [
        Finding(layer, None, msgid, "warning", {"area": Amount(float(area), "daa")})
        for msgid, (layer, area) in areas.items()
        if area >= LEAST_TOLD_M2
    ]
    return (*account.notes, *told)


def _overlaps(parcels: GeoDataFrame, found: PlotOverlaps, shared_m2: float) -> Finding | None:
    wide = np.flatnonzero(found.area_m2 >= LEAST_TOLD_M2)
    if not wide.size:
        return None
    wide = wide[np.argsort(-found.area_m2[wide], kind="stable")]
    ids = parcels["parcel_id"].astype("str").to_numpy()
    named = [
        f"{quote(ids[found.one[k]])} + {quote(ids[found.other[k]])}" for k in wide[:_MOST_NAMED]
    ]
    rest = ["…"] if wide.size > _MOST_NAMED else []
    parts = {
        "area": Amount(shared_m2, "square_metres"),
        "plots": ", ".join([*named, *rest]),
    }
    return Finding("parcels", None, "finding.plots_overlap", "warning", parts)


def _extent(plan_areas: GeoDataFrame, which: NDArray[np.bool_], msgid: str) -> Finding | None:
    if not which.any():
        return None
    area = np.nan_to_num(shapely.area(plan_areas.geometry.to_numpy()[which])).sum()
    parts = {"count": int(which.sum()), "area": Amount(float(area), "square_metres")}
    return Finding("plan_areas", None, msgid, "warning", parts)


def _dates(plan_areas: GeoDataFrame) -> Finding | None:
    if ADOPTED not in plan_areas:
        return None
    text = to_text(plan_areas[ADOPTED])
    lost = text[text.notna() & day_number(plan_areas[ADOPTED]).isna()]
    return unread("plan_areas", "finding.adopted_unreadable", lost)
