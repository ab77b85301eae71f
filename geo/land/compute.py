"""From layers to the land account: `account` is the one call that a page or a script needs."""

from __future__ import annotations

from dataclasses import dataclass
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
from geo.land.parts import sum_by
from geo.land.plans import for_business, newest, off_ground
from geo.land.rules import ReserveRules
from geo.land.stages import BusinessLand, Obstacles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats, Geometries
    from geo.geometry.polygons import PolygonLayer
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
        return _account(layers, water, rules, measured=measured)


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
) -> LandAccount:
    ground, obstacles = read(layers, water)
    business = business_land(ground, rules)
    result = pieces.measure(
        ground.plots, business.sites, obstacles, rules, scale=ground.scale, measured=measured
    )
    del obstacles  # the bounds of a million buildings: let go before the tables are made
    unplotted = unplotted_land(business.sites, ground.parcels) if measured else None
    zones = zone_table(ground, business, result, unplotted)
    return named(ground, business, result, zones, unplotted, rules)


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
class Business:
    """
    Which land is business land, by purpose and status: in the zones, and what is in none.

    `notes` is what was found in the layers, as `LandAccount.notes`.
    """

    sites: BusinessLand
    outside: Geometries
    notes: tuple[Finding, ...]


def read(
    layers: Mapping[str, gpd.GeoDataFrame], water: gpd.GeoDataFrame | None
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


def business_land(ground: Ground, rules: ReserveRules) -> Business:
    """Find the business land by the codes and statuses of the rules."""
    plan_areas, parcels = ground.layers["plan_areas"], ground.layers["parcels"]
    sites, outside = _sites(plan_areas, ground.plan_areas, ground.zones, rules)
    told = notes.of_layers(parcels, ground.overlaps, ground.shared_m2, plan_areas, rules)
    return Business(sites, outside, told)


def zone_table(
    ground: Ground, business: Business, result: Measured, unplotted: Geometries | None
) -> pd.DataFrame:
    """Return `LandAccount.zones`; no distance has a say in it."""
    zones, plan_areas = ground.layers["zones"], ground.layers["plan_areas"]
    on_ground = ground.plan_areas.geometry[~off_ground(plan_areas)]
    needed = (ground.plots.geometry, on_ground)
    profile = zones.get("business_profile")
    table = pd.DataFrame(
        {
            "business_profile": None if profile is None else profile.to_numpy(),
            "cover_error_m2": np.nan
            if unplotted is None
            else _cover_error(business.sites, unplotted, result, ground.scale, len(zones)),
            "accounted": _accounted(business.sites, result, ground.zones, needed),
        },
        index=pd.Index(zones["zone_id"].astype("str"), name="zone_id"),
    )
    # A zone of several rows has all of their land.
    table["cover_error_m2"] = table.groupby(level=0)["cover_error_m2"].transform("sum", min_count=1)
    table["accounted"] = table.groupby(level=0)["accounted"].transform("any")
    return table.loc[lambda table: ~table.index.duplicated()]


def named(
    ground: Ground,
    business: Business,
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
    for name, frame in layers.items():
        for column in _COLUMNS[name]:
            if column not in frame:
                raise PackError("error.missing_column", layer=name, column=column)
    require_common_crs(**layers)
    return layers


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
) -> NDArray[np.bool_]:
    """
    (n,) whether anything is known of vacant land in each zone: there are plots on business land.

    Where no land is for business there is none vacant either, if plots and plans tell so.
    """
    known = np.zeros(len(zones.geometry), dtype=bool)
    known[result.pieces["zone_row"].to_numpy()] = True
    business = np.zeros(len(known), dtype=bool)
    business[sites.zone_row] = True
    # A loop over few: hardly any zone is without plots on business land.
    for row in np.flatnonzero(~known & ~business & (zones.area > 0)):
        zone = zones.geometry[row]
        known[row] = all(_lie_in(zone, shapes) for shapes in needed)
    return known


def _lie_in(zone: BaseGeometry, shapes: Geometries) -> bool:
    near = shapes[shapely.intersects(shapes, zone)]
    return bool((shapely.area(shapely.intersection(near, zone)) > owners.SHRED_M2).any())


def _cover_error(
    sites: BusinessLand,
    unplotted: Geometries,
    result: Measured,
    scale: Floats,
    zones: int,
) -> Floats:
    """
    (n,) m² by which pieces and land on no plot miss the business land of each plan, by zone.

    The pieces come of plots with one owner each, the land on no plot of the union of all plots.
    """
    cut, shreds = result.pieces, result.shreds
    in_plane = cut["gross_m2"] / scale[cut["plot_row"].to_numpy()]
    found = pd.concat([cut.assign(area_m2=in_plane), shreds])
    of_plan = ["plan_row", "zone_row"]
    pieces_m2 = found.groupby(of_plan)["area_m2"].sum()
    plotted = sites.polygons.area - shapely.area(unplotted)
    land = pd.DataFrame({"plan_row": sites.plan_row, "zone_row": sites.zone_row})
    land["area_m2"] = plotted
    # Plan by plan, so that land in two pieces here does not hide land in none there.
    missed = land.groupby(of_plan)["area_m2"].sum().sub(pieces_m2, fill_value=0.0).abs()
    return sum_by(missed.index.get_level_values("zone_row").to_numpy(), missed.to_numpy(), zones)


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
