"""From layers to the land account: `account` is the one call that a page or a script needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats, Geometries
    from geo.geometry.polygons import PolygonLayer
    from geo.land.joining import Part
    from geo.pack.read import Pack

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
    layers = {
        "parcels": parcels,
        "plan_areas": plan_areas,
        "zones": zones,
        "buildings": buildings,
    }
    if constraints is not None:
        layers["constraints"] = constraints
    _require(layers)
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
    parcels, plan_areas, zones, buildings = (pack.layer(name) for name in NEEDS)
    constraints = pack.layer("constraints") if pack.has("constraints") else None
    water = None
    if pack.has("context"):
        context = pack.layer("context")
        water = context[context["kind"].isin(WATER) & context.geom_type.isin(_POLYGONAL)]
    return account(
        parcels, plan_areas, zones, buildings, constraints, rules, water=water, measured=measured
    )


def _account(
    layers: Mapping[str, gpd.GeoDataFrame],
    water: gpd.GeoDataFrame | None,
    rules: ReserveRules,
    *,
    measured: bool,
    part: Part | None = None,
) -> tuple[LandAccount, Judgement]:
    parcels, plan_areas, zones = (layers[name] for name in ("parcels", "plan_areas", "zones"))
    buildings, constraints = layers["buildings"], layers.get("constraints")
    read = {
        name: polygons.layer(frame.geometry.to_numpy(), unique=name == "parcels")
        for name, frame in layers.items()
    }
    plots, overlaps = owners.of_plots(read["parcels"])
    shared_m2 = float(read["parcels"].area.sum() - plots.area.sum())
    if part is not None:
        plots = part.plots(plots)
    standing, again = owners.of_buildings(read["buildings"], buildings)
    read["buildings"].faults[list(again)] = list(again.values())
    faults = _faults(layers, read)
    excluding = None
    if constraints is not None:
        excludes = constraints["severity"].to_numpy() == EXCLUDE
        excluding = polygons.layer(read["constraints"].geometry[excludes])
    bra = densification.existing_bra_m2(
        buildings["gross_area_m2"],
        buildings["floors"],
        standing.area * area_factors(standing.geometry, parcels.crs),
    )
    scale = area_factors(plots.geometry, parcels.crs)
    lakes = np.empty(0, dtype=object) if water is None else water.geometry.to_numpy()
    sites, outside = _sites(plan_areas, read["plan_areas"], read["zones"], rules)
    result = pieces.measure(
        plots,
        sites,
        pieces.Obstacles(standing, bra, polygons.layer(lakes), excluding),
        rules,
        scale=scale,
        measured=measured,
    )
    if part is not None:
        sites, outside = part.land(sites, outside)
    ids = zones["zone_id"].astype("str")
    unplotted = _unplotted(sites, read["parcels"]) if measured else None
    on_ground = read["plan_areas"].geometry[~off_ground(plan_areas)]
    judgement = Judgement(
        _accounted(sites, result, read["zones"], (plots.geometry, on_ground)),
        None if unplotted is None else _cover(sites, unplotted, result, scale),
    )
    del read  # the bounds of a million plots: let go before the tables are made
    found = LandAccount(
        pieces=_pieces(result, plots, parcels, plan_areas, zones, rules),
        part_rows=_parts(result, parcels, zones),
        elsewhere=None
        if unplotted is None
        else gpd.GeoDataFrame(
            {
                "zone_id": [*ids.array.take(sites.zone_row), *([None] * len(outside))],
                "geometry": np.concatenate([unplotted, outside]),
            },
            crs=parcels.crs,
        ),
        crs=parcels.crs,
        zones=zone_table(zones, judgement),
        faults=faults,
        notes=notes.of_layers(parcels, overlaps, shared_m2, plan_areas, rules),
        rules=rules,
        constraints_mapped=constraints is not None,
        area_correction=correction(scale[result.pieces["plot_row"]]),
    )
    return found, judgement


def _require(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    for name, frame in layers.items():
        for column in _COLUMNS[name]:
            if column not in frame:
                raise PackError("error.missing_column", layer=name, column=column)
    require_common_crs(**layers)


def _sites(
    plan_areas: gpd.GeoDataFrame, plans: PolygonLayer, zones: PolygonLayer, rules: ReserveRules
) -> tuple[pieces.BusinessLand, Geometries]:
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
    sites = pieces.BusinessLand(
        polygons.layer(land_in_zone), on_ground[wanted[left[plan]]], some[right[zone]]
    )
    outside = overlay.subtract(mine, theirs, plan, zone)
    return sites, outside[shapely.area(outside) > owners.SHRED_M2]


def _unplotted(sites: pieces.BusinessLand, plots: PolygonLayer) -> Geometries:
    """(n,) what of each site lies on no plot, by the plots as they came."""
    rows = np.flatnonzero(plots.area > 0)
    shapes, land = overlay.own(plots.geometry[rows]), overlay.own(sites.polygons.geometry)
    plot, site = shapely.STRtree(land).query(shapes, predicate="intersects")
    return overlay.subtract(land, shapes, site, plot)


def _accounted(
    sites: pieces.BusinessLand,
    result: pieces.Measured,
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
    sites: pieces.BusinessLand,
    unplotted: Geometries,
    result: pieces.Measured,
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


def _pieces(
    result: pieces.Measured,
    plots: PolygonLayer,
    parcels: gpd.GeoDataFrame,
    plan_areas: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    rules: ReserveRules,
) -> gpd.GeoDataFrame:
    """Name the plot, plan and zone of every piece, and add what `densify` finds."""
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
    geometry[whole] = plots.geometry[plot[whole]]
    return gpd.GeoDataFrame(table, geometry=geometry, crs=parcels.crs)


def _parts(
    result: pieces.Measured, parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> pd.DataFrame:
    plot = result.parts["plot_row"].to_numpy()
    return pd.DataFrame(
        {
            "parcel": parcels.index.take(plot).array,
            "parcel_id": parcels["parcel_id"].array.take(plot),
            "zone_id": zones["zone_id"].astype("str").array.take(result.parts["zone_row"]),
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
