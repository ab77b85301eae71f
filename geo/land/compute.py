"""From layers to the land account: `account` is the one call that a page or a script needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import PackError
from geo.geometry import overlay, polygons
from geo.geometry.crs import require_common_crs
from geo.geometry.polygons import without_newer
from geo.geometry.scale import area_factors, correction
from geo.land import densification, notes, owners, pieces
from geo.land.account import LandAccount
from geo.land.joining import ZONE_FACTS, Judgement, zone_table
from geo.land.plans import for_business, newest, off_ground
from geo.land.rules import ReserveRules
from geo.land.stages import BusinessLand, Obstacles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats, Geometries
    from geo.geometry.polygons import PolygonLayer
    from geo.land.joining import Part
    from geo.land.stages import Measured
    from geo.pack.read import Pack
    from geo.schema.findings import Finding

# Layers that must be there; without constraints, excluded land is unknown.
NEEDS: Final = ("parcels", "plan_areas", "zones", "buildings")
EXCLUDE: Final = "exclude"  # the severity of a constraint that takes land out; others are assessed
WATER: Final = ("lake", "river")  # kinds of the context that nobody builds on

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
PackLayers: TypeAlias = tuple[
    gpd.GeoDataFrame,
    gpd.GeoDataFrame,
    gpd.GeoDataFrame,
    gpd.GeoDataFrame,
    gpd.GeoDataFrame | None,
    gpd.GeoDataFrame | None,
]
_POLYGONAL: Final = ("Polygon", "MultiPolygon")
_DEFAULT_RULES: Final = ReserveRules()


def account(  # noqa: PLR0913  # a layer each
    parcels: gpd.GeoDataFrame,
    plan_areas: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    constraints: gpd.GeoDataFrame | None,
    rules: ReserveRules = _DEFAULT_RULES,
    *,
    water: gpd.GeoDataFrame | None = None,
    measured: bool = True,
) -> LandAccount:
    """
    Account for all business land in the zones, plot by plot.

    Parameters
    ----------
    parcels
        parcel_id; synthetic (bool) if present. A row is a plot: a property of several parcels is
        several plots. Of identical polygons the first counts; where plots overlap, the smallest
        holds the land (`geo.land.owners.of_plots`).
    plan_areas
        plan_id, land_use_code, land_use_status, utilisation_type, utilisation_value, max_floors;
        adopted (date or year) and vertical_level if present. Plan areas below or above the ground
        are left out. Where the others overlap the newest holds, whatever its purpose and status:
        the latest `adopted`, a missing one being oldest, and among equals the later row.
    zones
        zone_id; business_profile if present. Where zones overlap the later row holds, so that no
        land is counted twice. Business land in no zone is not in the account, but told.
    buildings
        building_id, floors, gross_area_m2. All that stand within the buffer of a plot, also
        those on other land. Of a building that is there twice, one counts
        (`geo.land.owners.of_buildings`).
    constraints
        constraint_id, severity: `exclude` takes land out, everything else is only assessed. None
        means not mapped: excluded land is then unknown.
    rules
        Parameters of the account.
    water
        Polygons of lakes and rivers: excluded land, also where constraints are not mapped.
    measured
        Whether built and excluded land are measured on their own, and business land on no plot
        too, so that the balance error is a finding; see `geo.land.pieces.measure`. Without, what
        lies on no plot is unknown.

    Returns
    -------
    LandAccount

    Raises
    ------
    PackError
        A layer lacks a column; its parts are `layer` and `column`.
    CrsError
        A layer does not say its reference system, or the layers are not in one projected system.
    """
    layers = checked(parcels, plan_areas, zones, buildings, constraints)
    with overlay.quiet():
        return _account(layers, water, rules, measured=measured)[0]


def part_of(
    layers: Mapping[str, gpd.GeoDataFrame],
    water: gpd.GeoDataFrame | None,
    rules: ReserveRules,
    part: Part,
) -> tuple[LandAccount, Judgement]:
    """
    Account for some of the plots, by layers that hold at least all that these plots are judged by.

    Parameters
    ----------
    layers
        As `account` takes them, by name; without constraints, excluded land is unknown.
    water, rules
        As `account` takes them.
    part
        Which plots, and where land on no plot is measured.

    Returns
    -------
    LandAccount, Judgement
        What `geo.land.joining.join` makes one account of. Alone, the account's `zones` are those
        of this part only.

    Raises
    ------
    PackError, CrsError
        As `account`.
    """
    _require(layers)
    with overlay.quiet():
        found, judgement = _account(layers, water, rules, measured=True, part=part)
    plots = layers["parcels"].index
    rows = plots.take(found.pieces["plot_row"].to_numpy()).array
    named = judgement.named(layers["plan_areas"].index, layers["zones"].index)
    return replace(found, pieces=found.pieces.assign(plot_row=rows)), named


def of_pack(
    pack: Pack, rules: ReserveRules = _DEFAULT_RULES, *, measured: bool = True
) -> LandAccount:
    """
    Return the account of a pack's layers; without constraints, excluded land is unknown.

    Water is what the context layer has of lakes and rivers as polygons.

    Raises
    ------
    MissingLayerError
        If one of `NEEDS` is not in the pack.
    """
    parcels, plan_areas, zones, buildings, constraints, water = layers_of(pack)
    return account(
        parcels, plan_areas, zones, buildings, constraints, rules, water=water, measured=measured
    )


def layers_of(pack: Pack) -> PackLayers:
    """Return a pack's layers as `account` takes them: `NEEDS`, constraints, and last the water."""
    constraints = pack.layer("constraints") if pack.has("constraints") else None
    water = None
    if pack.has("context"):
        context = pack.layer("context")
        water = context[context["kind"].isin(WATER) & context.geom_type.isin(_POLYGONAL)]
    parcels, plan_areas, zones, buildings = (pack.layer(name) for name in NEEDS)
    return parcels, plan_areas, zones, buildings, constraints, water


def _account(
    layers: Mapping[str, gpd.GeoDataFrame],
    water: gpd.GeoDataFrame | None,
    rules: ReserveRules,
    *,
    measured: bool,
    part: Part | None = None,
) -> tuple[LandAccount, Judgement]:
    ground, obstacles = read(layers, water, part)
    business = business_land(ground, rules)
    result = pieces.measure(
        ground.plots, business.sites, obstacles, rules, scale=ground.scale, measured=measured
    )
    del obstacles  # the bounds of a million buildings: let go before the tables are made
    if part is not None:
        sites, outside = part.land(business.sites, business.outside)
        business = replace(business, sites=sites, outside=outside)
    unplotted = unplotted_land(business.sites, ground.parcels) if measured else None
    judgement = judge(ground, business, result, unplotted)
    table = zone_table(layers["zones"], judgement)
    return named(ground, business, result, table, unplotted, rules), judgement


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
    part: Part | None = None,
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


def judge(
    ground: Ground, business: BusinessInZones, result: Measured, unplotted: Geometries | None
) -> Judgement:
    """Return what the zones of the account are judged by; no distance has a say in it."""
    on_ground = ground.plan_areas.geometry[~off_ground(ground.layers["plan_areas"])]
    needed = (ground.plots.geometry, on_ground)
    cover = None
    if unplotted is not None:
        cover = _cover(business.sites, unplotted, result, ground.scale)
    return Judgement(_accounted(business.sites, result, ground.zones, needed), cover)


def named(
    ground: Ground,
    business: BusinessInZones,
    result: Measured,
    zones: pd.DataFrame,
    unplotted: Geometries | None,
    rules: ReserveRules,
) -> LandAccount:
    """Return the account of what was measured, by the names that the layers have."""
    parcels, outside = ground.layers["parcels"], business.outside
    ids = ground.layers["zones"]["zone_id"].astype("str")
    return LandAccount(
        pieces=_pieces(result, ground, rules),
        part_rows=_parts(result, parcels, ids),
        elsewhere=None
        if unplotted is None
        else gpd.GeoDataFrame(
            {
                "zone_id": [*ids.array.take(business.sites.zone_row), *([None] * len(outside))],
                "geometry": np.concatenate([unplotted, outside]),
            },
            crs=parcels.crs,
        ),
        crs=parcels.crs,
        zones=zones,
        faults=ground.faults,
        notes=business.notes,
        rules=rules,
        constraints_mapped="constraints" in ground.layers,
        area_correction=correction(ground.scale[result.pieces["plot_row"]]),
    )


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
    _require(layers)
    return layers


def _require(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Raise the errors of `account` where the layers cannot be used."""
    for name, frame in layers.items():
        for column in _COLUMNS[name]:
            if column not in frame:
                raise PackError("error.missing_column", layer=name, column=column)
    require_common_crs(**layers)


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


def _accounted(
    sites: BusinessLand,
    result: Measured,
    zones: PolygonLayer,
    needed: tuple[Geometries, Geometries],
) -> pd.DataFrame:
    """Tell of each zone what `geo.land.joining.accounted` asks; plots and plans where it must."""
    found = pd.DataFrame(data=False, index=range(len(zones.area)), columns=[*ZONE_FACTS])
    known, business, *lie = (found[name].to_numpy(copy=True) for name in ZONE_FACTS)
    known[result.pieces["zone_row"].to_numpy()] = True
    business[sites.zone_row[sites.polygons.area > 0]] = True
    # A loop over few: hardly any zone is without plots on business land.
    for row in np.flatnonzero(~known & ~business & (zones.area > 0)):
        for said, shapes in zip(lie, needed, strict=True):
            said[row] = _lie_in(zones.geometry[row], shapes)
    return found.assign(**dict(zip(ZONE_FACTS, (known, business, *lie), strict=True)))


def _lie_in(zone: BaseGeometry, shapes: Geometries) -> bool:
    near = shapes[shapely.intersects(shapes, zone)]
    return bool((shapely.area(shapely.intersection(near, zone)) > owners.SHRED_M2).any())


def _cover(
    sites: BusinessLand,
    unplotted: Geometries,
    result: Measured,
    scale: Floats,
) -> pd.DataFrame:
    """
    Measure the business land of each plan and zone twice, m² in the plane.

    The pieces come of plots with one owner each, the land on no plot of the union of all plots.
    """
    cut, shreds = result.pieces, result.shreds
    in_plane = cut["gross_m2"] / scale[cut["plot_row"].to_numpy()]
    found = pd.concat([cut.assign(area_m2=in_plane), shreds])
    of_plan = ["plan_row", "zone_row"]
    land = pd.DataFrame({"plan_row": sites.plan_row, "zone_row": sites.zone_row})
    land["plotted_m2"] = sites.polygons.area - shapely.area(unplotted)
    both = (
        land.groupby(of_plan)
        .sum()
        .join(found.groupby(of_plan)["area_m2"].sum().rename("pieces_m2"), how="outer")
    )
    return both.fillna(0.0).reset_index()


def _pieces(result: Measured, ground: Ground, rules: ReserveRules) -> gpd.GeoDataFrame:
    """Name the plot, plan and zone of every piece, and add what `densify` finds."""
    parcels, plan_areas, zones = (
        ground.layers[name] for name in ("parcels", "plan_areas", "zones")
    )
    table = result.pieces
    plot, plan, zone = (table[name].to_numpy() for name in ("plot_row", "plan_row", "zone_row"))
    for name in ("utilisation_type", "utilisation_value", "max_floors"):
        table[name] = plan_areas[name].array.take(plan)
    found = densification.densify(table, max_utilisation=rules.max_utilisation)
    table = table.assign(**{str(name): found[name] for name in found})
    table = table.drop(columns=["plan_row", "zone_row"])
    table.insert(0, "parcel", parcels.index.take(plot).array)
    table.insert(1, "parcel_id", parcels["parcel_id"].array.take(plot))
    table.insert(2, "plan_id", plan_areas["plan_id"].array.take(plan))
    table.insert(3, "zone_id", zones["zone_id"].astype("str").array.take(zone))
    table["synthetic"] = (
        parcels["synthetic"].fillna(value=False).to_numpy(dtype=bool)[plot]
        if "synthetic" in parcels
        else False
    )
    geometry = result.geometry
    whole = np.flatnonzero(shapely.is_missing(geometry))
    geometry[whole] = ground.plots.geometry[plot[whole]]
    return gpd.GeoDataFrame(table, geometry=geometry, crs=parcels.crs)


def _parts(result: Measured, parcels: gpd.GeoDataFrame, zone_ids: pd.Series) -> pd.DataFrame:
    plot = result.parts["plot_row"].to_numpy()
    return pd.DataFrame(
        {
            "parcel": parcels.index.take(plot).array,
            "parcel_id": parcels["parcel_id"].array.take(plot),
            "zone_id": zone_ids.array.take(result.parts["zone_row"]),
            "area_m2": result.parts["area_m2"],
            "wkb": result.part_wkb,
        }
    )


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
