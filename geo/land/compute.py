"""From layers to the land account: `account` is the one call that a page or a script needs."""

from __future__ import annotations

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
from geo.land import densification, pieces
from geo.land.account import LandAccount
from geo.land.rules import ReserveRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.geometry.overlay import Rows
    from geo.geometry.polygons import PolygonLayer
    from geo.pack.read import Pack

# Layers that must be there; without constraints, excluded land is unknown.
NEEDS: Final = ("parcels", "plan_areas", "zones", "buildings")
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
_DEFAULT_RULES: Final = ReserveRules()


def account(
    parcels: gpd.GeoDataFrame,
    plan_areas: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    constraints: gpd.GeoDataFrame | None,
    rules: ReserveRules = _DEFAULT_RULES,
    *,
    measured: bool = True,
) -> LandAccount:
    """
    Account for all business land in the zones, plot by plot.

    Parameters
    ----------
    parcels
        parcel_id; synthetic (bool) if present. A row is a plot: a property of several parcels is
        several plots. Of identical polygons the first counts.
    plan_areas
        plan_id, land_use_code, land_use_status, utilisation_type, utilisation_value, max_floors;
        adopted (year) if present. Where plans overlap the newest holds, whatever its purpose and
        status: the largest `adopted`, a missing one being oldest, and among equals the later row.
    zones
        zone_id; business_profile if present. Where zones overlap the later row holds, so that no
        land is counted twice. Business land in no zone is not in the account.
    buildings
        building_id, floors, gross_area_m2. All that stand within the buffer of a plot, also
        those on other land. Of identical polygons the first counts.
    constraints
        constraint_id, severity: `exclude` takes land out, everything else is only assessed. None
        means not mapped: excluded land is then unknown.
    rules
        Parameters of the account.
    measured
        Whether built and excluded land are measured on their own, so that the balance error is a
        finding; see `geo.land.pieces.measure`.

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
        return _account(layers, rules, measured=measured)


def of_pack(
    pack: Pack, rules: ReserveRules = _DEFAULT_RULES, *, measured: bool = True
) -> LandAccount:
    """
    Return the account of a pack's layers; without constraints, excluded land is unknown.

    Raises
    ------
    MissingLayerError
        If one of `NEEDS` is not in the pack.
    """
    parcels, plan_areas, zones, buildings = (pack.layer(name) for name in NEEDS)
    constraints = pack.layer("constraints") if pack.has("constraints") else None
    return account(parcels, plan_areas, zones, buildings, constraints, rules, measured=measured)


def for_business(plan_areas: gpd.GeoDataFrame, rules: ReserveRules) -> NDArray[np.bool_]:
    """(n,) whether a plan area is business land by purpose and, where it has one, by status."""
    business = _codes(plan_areas["land_use_code"]).isin(rules.business_codes)
    if "land_use_status" in plan_areas:
        business &= _codes(plan_areas["land_use_status"]).isin(rules.plan_statuses)
    counted: NDArray[np.bool_] = business.to_numpy()
    return counted


def newest(plan_areas: gpd.GeoDataFrame) -> Rows:
    """(n,) rank of each plan area, the newest highest: by `adopted`, and then by its row."""
    row = np.arange(len(plan_areas))
    year = np.zeros(len(plan_areas))
    if "adopted" in plan_areas:
        year = pd.to_numeric(plan_areas["adopted"], errors="coerce").to_numpy(
            float, na_value=np.nan
        )
        year = np.where(np.isnan(year), -np.inf, year)
    rank = np.empty(len(plan_areas), dtype=np.int64)
    rank[np.lexsort((row, year))] = row
    return rank


def _account(
    layers: Mapping[str, gpd.GeoDataFrame], rules: ReserveRules, *, measured: bool
) -> LandAccount:
    parcels, plan_areas, zones = (layers[name] for name in ("parcels", "plan_areas", "zones"))
    buildings, constraints = layers["buildings"], layers.get("constraints")
    read = {
        name: polygons.layer(frame.geometry.to_numpy(), unique=name in {"parcels", "buildings"})
        for name, frame in layers.items()
    }
    faults = _faults(layers, read)
    excluding = None
    if constraints is not None:
        excludes = constraints["severity"].to_numpy() == EXCLUDE
        excluding = polygons.layer(read["constraints"].geometry[excludes])
    bra = densification.existing_bra_m2(
        buildings["gross_area_m2"],
        buildings["floors"],
        read["buildings"].area * area_factors(read["buildings"].geometry, parcels.crs),
    )
    scale = area_factors(read["parcels"].geometry, parcels.crs)
    result = pieces.measure(
        read["parcels"],
        _sites(plan_areas, read["plan_areas"], read["zones"], rules),
        pieces.Obstacles(read["buildings"], bra, excluding),
        rules,
        scale=scale,
        measured=measured,
    )
    del read  # the bounds of a million plots: let go before the tables are made
    profile = zones.get("business_profile")
    names = pd.Index(zones["zone_id"].astype("str"), name="zone_id")
    return LandAccount(
        pieces=_pieces(result, parcels, plan_areas, zones, rules),
        part_rows=_parts(result, parcels, zones),
        crs=parcels.crs,
        zones=pd.DataFrame(
            {"business_profile": None if profile is None else profile.to_numpy()}, index=names
        ).loc[lambda table: ~table.index.duplicated()],
        faults=faults,
        rules=rules,
        constraints_mapped=constraints is not None,
        area_correction=correction(scale[result.pieces["plot_row"]]),
    )


def _require(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    for name, frame in layers.items():
        for column in _COLUMNS[name]:
            if column not in frame:
                raise PackError("error.missing_column", layer=name, column=column)
    require_common_crs(**layers)


def _sites(
    plan_areas: gpd.GeoDataFrame, plans: PolygonLayer, zones: PolygonLayer, rules: ReserveRules
) -> pieces.BusinessLand:
    """Business land ∩ zones, the newest plan and the last zone first."""
    business = for_business(plan_areas, rules)
    wanted = np.flatnonzero(business & np.isfinite(plans.bounds).all(axis=1))
    land = polygons.layer(without_newer(plans, newest(plan_areas), wanted))

    some = np.flatnonzero(np.isfinite(zones.bounds).all(axis=1))
    zone_rank = np.arange(len(zones.geometry))
    areas = polygons.layer(without_newer(zones, zone_rank, some))
    left, right = _present(land), _present(areas)
    plan, zone, land_in_zone, _ = overlay.intersect(
        overlay.own(land.geometry[left]), overlay.own(areas.geometry[right])
    )
    return pieces.BusinessLand(polygons.layer(land_in_zone), wanted[left[plan]], some[right[zone]])


def _present(layer: PolygonLayer) -> Rows:
    return np.flatnonzero(layer.area > 0)


def _codes(column: pd.Series) -> pd.Series:
    """Codes as text, also from a file that stored them as numbers."""
    return column.astype("str").str.strip().str.removesuffix(".0")


def _pieces(
    result: pieces.Measured,
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
    geometry[whole] = parcels.geometry.to_numpy()[plot[whole]]
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
