"""The layers of an account: who owns which land, what stands on it, and what is for business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.errors import PackError
from geo.geometry import overlay, polygons
from geo.geometry.crs import require_common_crs
from geo.geometry.polygons import without_newer
from geo.geometry.scale import area_factors
from geo.land import densification, notes, owners
from geo.land.plans import for_business, newest, off_ground
from geo.land.stages import BusinessLand, Obstacles

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from geo.geometry.overlay import Floats, Geometries
    from geo.geometry.polygons import PolygonLayer
    from geo.land.joining import AccountPart
    from geo.land.rules import ReserveRules
    from geo.schema.findings import Finding

EXCLUDE: Final = "exclude"  # the severity of a constraint that takes land out; others are assessed

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "parcels": ("parcel_id",),
    "plan_areas": (
        *("plan_id", "land_use_code", "land_use_status"),
        *("utilisation_type", "utilisation_value", "max_floors"),
    ),
    "zones": ("zone_id",),
    "buildings": ("building_id", "floors", "gross_area_m2"),
    "constraints": ("constraint_id", "severity"),
}


def checked(
    parcels: gpd.GeoDataFrame,
    plan_areas: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    constraints: gpd.GeoDataFrame | None,
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers by name, when each has its columns and all are in one projected system."""
    frames = (parcels, plan_areas, zones, buildings, constraints)
    layers = {
        name: frame for name, frame in zip(_COLUMNS, frames, strict=True) if frame is not None
    }
    require(layers)
    return layers


def require(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Raise the errors of `account` where a layer lacks a column, or they share no plane."""
    for name, frame in layers.items():
        for column in _COLUMNS[name]:
            if column not in frame:
                raise PackError("error.missing_column", layer=name, column=column)
    require_common_crs(**layers)


@dataclass(frozen=True)
class Ground:
    """
    The layers, checked: what holds whatever is asked for.

    Attributes
    ----------
    layers
        The frames by name; without constraints where they are not mapped.
    parcels, plots
        The plots as they came, and each with the land that it holds alone.
    plan_areas, zones
        Their polygons.
    scale
        (n,) of the plots, as in `geo.land.pieces.measure`.
    faults
        As `LandAccount.faults`.
    overlaps, shared_m2
        Plots on the same land, and how much of the land they came with more than once.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    parcels: PolygonLayer
    plots: PolygonLayer
    plan_areas: PolygonLayer
    zones: PolygonLayer
    scale: Floats
    faults: pd.DataFrame
    overlaps: owners.PlotOverlaps
    shared_m2: float


@dataclass(frozen=True)
class BusinessInZones:
    """
    Which land is business land, by purpose and status: in the zones, and what is in none.

    `notes` is what was found in the layers, as `LandAccount.notes`.
    """

    sites: BusinessLand
    outside: Geometries
    notes: tuple[Finding, ...]


def read(
    layers: Mapping[str, gpd.GeoDataFrame],
    water: gpd.GeoDataFrame | None,
    part: AccountPart | None = None,
) -> tuple[Ground, Obstacles]:
    """Check the layers, and find the one owner of every plot's land and every building's ground."""
    parcels, buildings, constraints = (
        layers["parcels"],
        layers["buildings"],
        layers.get("constraints"),
    )
    sound = {
        name: polygons.layer(frame.geometry.to_numpy(), unique=name == "parcels")
        for name, frame in layers.items()
    }
    plots, overlaps = owners.of_plots(sound["parcels"])
    shared_m2 = float(sound["parcels"].area.sum() - plots.area.sum())
    if part is not None:
        plots = part.plots(plots)
    standing, again = owners.of_buildings(sound["buildings"], buildings)
    sound["buildings"].faults[list(again)] = list(again.values())
    excluding = None
    if constraints is not None:
        excludes = constraints["severity"].to_numpy() == EXCLUDE
        excluding = polygons.layer(sound["constraints"].geometry[excludes])
    bra = densification.existing_bra_m2(
        buildings["gross_area_m2"],
        buildings["floors"],
        standing.area * area_factors(standing.geometry, parcels.crs),
    )
    lakes = np.empty(0, dtype=object) if water is None else water.geometry.to_numpy()
    ground = Ground(
        layers=layers,
        parcels=sound["parcels"],
        plots=plots,
        plan_areas=sound["plan_areas"],
        zones=sound["zones"],
        scale=area_factors(plots.geometry, parcels.crs),
        faults=_faults(layers, sound),
        overlaps=overlaps,
        shared_m2=shared_m2,
    )
    return ground, Obstacles(standing, bra, polygons.layer(lakes), excluding)


def business_land(ground: Ground, rules: ReserveRules) -> BusinessInZones:
    """Find the business land by the codes and statuses of the rules."""
    plan_areas, parcels = ground.layers["plan_areas"], ground.layers["parcels"]
    sites, outside = _sites(plan_areas, ground.plan_areas, ground.zones, rules)
    told = notes.of_layers(parcels, ground.overlaps, ground.shared_m2, plan_areas, rules)
    return BusinessInZones(sites, outside, told)


def _sites(
    plan_areas: gpd.GeoDataFrame, plans: PolygonLayer, zones: PolygonLayer, rules: ReserveRules
) -> tuple[BusinessLand, Geometries]:
    """Business land ∩ zones, the newest plan and the last zone first; and what is in no zone."""
    on_ground = np.flatnonzero(np.isfinite(plans.bounds).all(axis=1) & ~off_ground(plan_areas))
    plans = polygons.layer(plans.geometry[on_ground])
    wanted = np.flatnonzero(for_business(plan_areas, rules)[on_ground])
    rank = newest(plan_areas)[on_ground]
    land = polygons.layer(without_newer(plans, rank, wanted))

    some = np.flatnonzero(np.isfinite(zones.bounds).all(axis=1))
    zone_rank = np.arange(len(zones.geometry))
    areas = polygons.layer(without_newer(zones, zone_rank, some))
    left, right = np.flatnonzero(land.area > 0), np.flatnonzero(areas.area > 0)
    mine, theirs = overlay.own(land.geometry[left]), overlay.own(areas.geometry[right])
    plan, zone, land_in_zone, _ = overlay.intersect(mine, theirs)
    sites = BusinessLand(
        polygons.layer(land_in_zone), on_ground[wanted[left[plan]]], some[right[zone]]
    )
    outside = overlay.subtract(mine, theirs, plan, zone)
    return sites, outside[shapely.area(outside) > owners.SHRED_M2]


def unplotted_land(sites: BusinessLand, plots: PolygonLayer) -> Geometries:
    """(n,) what of each site lies on no plot, by the plots as they came."""
    rows = np.flatnonzero(plots.area > 0)
    shapes, land = overlay.own(plots.geometry[rows]), overlay.own(sites.polygons.geometry)
    plot, site = shapely.STRtree(land).query(shapes, predicate="intersects")
    return overlay.subtract(land, shapes, site, plot)


def _faults(
    layers: Mapping[str, gpd.GeoDataFrame], read: Mapping[str, PolygonLayer]
) -> pd.DataFrame:
    """List every geometry that was repaired or left out."""
    found: list[dict[str, Any]] = []
    for name, layer in read.items():
        frame = layers[name]
        for row in np.flatnonzero(pd.notna(layer.faults)):
            label, key = frame.index[row], frame[_COLUMNS[name][0]].iloc[row]
            found.append({"layer": name, "row": label, "id": key, "fault": layer.faults[row]})
    return pd.DataFrame(found, columns=["layer", "row", "id", "fault"])
