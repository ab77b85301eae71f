"""What was measured made a land account: by the names of the layers, and judged by zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.geometry.scale import correction
from geo.land import densification, owners
from geo.land.account import LandAccount
from geo.land.joining import ZONE_FACTS, Judgement
from geo.land.plans import off_ground

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats, Geometries
    from geo.geometry.polygons import PolygonLayer
    from geo.land.ground import BusinessInZones, Ground
    from geo.land.rules import ReserveRules
    from geo.land.stages import BusinessLand, Measured


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
