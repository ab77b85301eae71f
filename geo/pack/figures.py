"""The key figures of a pack: what a planner looks at to see what new data change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.geometry.crs import union_of
from geo.growth import share
from geo.land import compute

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from geo.land.account import LandAccount
    from geo.pack.read import Pack

# Of a zone, and added up over all of them.
BY_ZONE: Final = ("area_m2", "reserve_m2", "densification_bra_m2")
# The layers that each figure rests on, and whose badges it carries.
RESTS_ON: Final = {
    "zones": ("zones",),
    "zones_area_m2": ("zones",),
    "growth_area_m2": ("growth_areas",),
    "reserve_m2": ("parcels", "plan_areas", "zones", "buildings", "constraints"),
    "densification_bra_m2": ("parcels", "plan_areas", "zones", "buildings", "constraints"),
    "rule_share": ("projects", "growth_areas"),
    "rule_share_regional": ("projects", "growth_areas"),
}
TOLERANCE: Final = 0.001  # of the whole, as for the land account (domain rule: parts are the whole)


@dataclass(frozen=True)
class KeyFigures:
    """
    Key figures of a pack; what cannot be worked out is None, never 0.

    Attributes
    ----------
    values
        By name: zones (count), zones_area_m2 (sum of the outlines), growth_area_m2 (union of the
        areas that count), reserve_m2, densification_bra_m2, rule_share and rule_share_regional
        (0–1).
    zones
        Indexed by zone_id: name, area_m2, reserve_m2, densification_bra_m2; NaN is unknown.
    """

    values: dict[str, float | None]
    zones: DataFrame


def key_figures(pack: Pack, projects: GeoDataFrame | None, land: LandAccount | None) -> KeyFigures:
    """
    Work out the key figures.

    Parameters
    ----------
    pack
        Whose zones and growth areas.
    projects
        With jobs completed (geo.jobs.complete_jobs); None where there are none.
    land
        The pack's land account (`land_account`); None where a layer is missing.
    """
    zones = _zones(pack, land)
    values: dict[str, float | None] = dict.fromkeys(RESTS_ON)
    if pack.has("zones"):
        values |= {"zones": float(len(zones)), "zones_area_m2": float(zones["area_m2"].sum())}
    if pack.has("growth_areas"):
        counted = share.counted_areas(pack.layer("growth_areas"))
        values["growth_area_m2"] = float(union_of(counted).area)
        if projects is not None:
            both = share.both_variants(share.effective_sites(projects), pack.layer("growth_areas"))
            values["rule_share"] = both.gross.share
            values["rule_share_regional"] = both.with_regional_areas.share
    if land is not None:
        total = land.total()
        for name in ("reserve_m2", "densification_bra_m2"):
            values[name] = _known(total[name])
            parts, whole = float(zones[name].sum()), values[name]
            assert whole is None or abs(parts - whole) <= max(1.0, TOLERANCE * abs(whole))
    return KeyFigures(values, zones)


def land_account(pack: Pack) -> LandAccount | None:
    """Return the land account with the usual parameters; None where a layer is missing."""
    names = ("parcels", "plan_areas", "zones", "buildings")
    if not all(pack.has(name) for name in names):
        return None
    constraints = pack.layer("constraints") if pack.has("constraints") else None
    parcels, plan_areas, zones, buildings = (pack.layer(name) for name in names)
    return compute.account(parcels, plan_areas, zones, buildings, constraints)


def _zones(pack: Pack, land: LandAccount | None) -> DataFrame:
    if not pack.has("zones"):
        return pd.DataFrame(columns=["name", *BY_ZONE])
    frame = pack.layer("zones")
    table = pd.DataFrame({"zone_id": frame["zone_id"], "name": frame["name"]})
    table = table.assign(area_m2=frame.area).groupby("zone_id", sort=False)
    zones = table.agg({"name": "first", "area_m2": "sum"})
    if land is None:
        return zones.assign(reserve_m2=float("nan"), densification_bra_m2=float("nan"))
    return zones.join(land.by_zone()[["reserve_m2", "densification_bra_m2"]])


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
