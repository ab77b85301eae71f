"""From layers to the land account: `account` is the one call that a page or a script needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

import geopandas as gpd

from geo.geometry import overlay
from geo.land import pieces
from geo.land.ground import business_land, checked, read, require, unplotted_land
from geo.land.joining import zone_table
from geo.land.naming import judge, named
from geo.land.rules import ReserveRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo.land.account import LandAccount
    from geo.land.joining import AccountPart, Judgement
    from geo.pack.read import Pack

# Layers that must be there; without constraints, excluded land is unknown.
NEEDS: Final = ("parcels", "plan_areas", "zones", "buildings")
WATER: Final = ("lake", "river")  # kinds of the context that nobody builds on

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


def parts_of(
    layers: Mapping[str, gpd.GeoDataFrame],
    water: gpd.GeoDataFrame | None,
    sets: Sequence[ReserveRules],
    part: AccountPart,
) -> Iterator[tuple[LandAccount, Judgement]]:
    """
    Account for some of the plots, by layers that hold at least all that these plots are judged by.

    Parameters
    ----------
    layers
        As `account` takes them, by name; without constraints, excluded land is unknown.
    water
        As `account` takes it.
    sets
        Parameters, one after the other; what they have in common is worked out once.
    part
        Which plots, and where land on no plot is measured.

    Yields
    ------
    LandAccount, Judgement
        By each set, what `geo.land.joining.join` makes one account of. Alone, the account's
        `zones` are those of this part only.

    Raises
    ------
    PackError, CrsError
        As `account`.
    """
    require(layers)
    with overlay.quiet():
        ground, obstacles = read(layers, water, part)
    codes = None
    for rules in sets:
        with overlay.quiet():
            if codes != (rules.business_codes, rules.plan_statuses):
                codes = (rules.business_codes, rules.plan_statuses)
                business = business_land(ground, rules)
                kept = pieces.KeptPieces(
                    ground.plots,
                    business.sites,
                    obstacles,
                    scale=ground.scale,
                    buffers=int(len(sets) > 1),
                )
                sites, outside = part.land(business.sites, business.outside)
                business = replace(business, sites=sites, outside=outside)
                unplotted = unplotted_land(sites, ground.parcels)
            result = kept.measure(rules)
            result = replace(result, geometry=overlay.own(result.geometry))
            judgement = judge(ground, business, result, unplotted)
            table = zone_table(layers["zones"], judgement)
            found = named(ground, business, result, table, unplotted, rules)
        rows = layers["parcels"].index.take(found.pieces["plot_row"].to_numpy()).array
        yield (
            replace(found, pieces=found.pieces.assign(plot_row=rows)),
            judgement.named(layers["plan_areas"].index, layers["zones"].index),
        )


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
    table = zone_table(layers["zones"], judge(ground, business, result, unplotted))
    return named(ground, business, result, table, unplotted, rules)
