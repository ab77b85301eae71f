"""
The land account as a GIS analyst would write it: gpd.overlay, dissolve, explode, groupby.

`tuned` is the same with the one trick that pays most: only plots that a plan border cuts are
dissolved and cut again.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.geometry.width import CIRCLE_TOLERANCE_M, QUAD_SEGS, WIDTH_ROUNDING_M
from geo.land import densification
from geo.land.rules import ReserveRules

# Both sides must use the same rounding where a limit is met exactly; see geo.land.rules.
ROUNDING_M = WIDTH_ROUNDING_M


def overlay_pipeline(town, rules: ReserveRules, *, tuned):
    business = newest(town.plan_areas)
    business = business[
        business["land_use_code"].isin(rules.business_codes)
        & business["land_use_status"].isin(rules.plan_statuses)
    ]
    pieces = gpd.overlay(town.parcels, business, how="intersection")
    pieces = gpd.overlay(pieces, town.zones, how="intersection")
    pieces["piece"] = np.arange(len(pieces))
    pieces["gross_m2"] = pieces.area

    buffers = gpd.GeoDataFrame(
        geometry=town.buildings.buffer(rules.building_buffer_m, quad_segs=QUAD_SEGS)
    )
    excluding = town.constraints[town.constraints["severity"] == "exclude"]
    unbuilt = gpd.overlay(pieces, buffers, how="difference")
    free = gpd.overlay(unbuilt, excluding, how="difference")
    pieces["built_m2"] = pieces["gross_m2"] - area_by_piece(unbuilt, pieces)
    pieces["free_m2"] = area_by_piece(free, pieces)
    pieces["excluded_m2"] = pieces["gross_m2"] - pieces["built_m2"] - pieces["free_m2"]

    free["split"] = free.duplicated(["parcel_id", "zone_id"], keep=False) if tuned else True
    parts = reserve_parts(free, rules)
    kept = gpd.overlay(
        free[["piece", "parcel_id", "zone_id", "geometry"]].loc[free["split"]],
        parts.loc[parts["split"], ["geometry", "parcel_id"]],
        how="intersection",
        keep_geom_type=True,
    )
    kept = kept[kept["parcel_id_1"] == kept["parcel_id_2"]]
    pieces["reserve_m2"] = area_by_piece(kept, pieces) + area_by_piece(
        parts[~parts["split"]], pieces
    )
    pieces["dropped_m2"] = pieces["free_m2"] - pieces["reserve_m2"]
    return densify(pieces, town.buildings, rules).groupby("zone_id").sum(numeric_only=True)


def newest(plans):
    """Take from every plan area what newer ones cover."""
    plans = plans.sort_values("adopted").reset_index(drop=True)
    land = plans.geometry.to_numpy().copy()
    for row, shape in enumerate(plans.geometry):
        over = plans.sindex.query(shape, predicate="intersects")
        newer = over[over > row]
        if newer.size:
            land[row] = shape.difference(plans.geometry.iloc[newer].union_all())
    plans = plans.set_geometry(gpd.GeoSeries(land, crs=plans.crs))
    return plans[~plans.is_empty]


def reserve_parts(free, rules):
    """Free land of one plot in one zone, as single polygons that are large and wide enough."""
    key = ["parcel_id", "zone_id"]
    together = free[free["split"]][[*key, "geometry"]].dissolve(
        by=key, as_index=False, grid_size=0.001
    )
    together["split"], together["piece"] = True, -1
    single = free.loc[~free["split"], [*key, "split", "piece", "geometry"]]
    parts = pd.concat([single, together]).explode(ignore_index=True)
    parts = parts[parts.area >= rules.min_part_m2 - ROUNDING_M]
    core = parts.buffer(ROUNDING_M - rules.min_width_m / 2, quad_segs=QUAD_SEGS)
    # A negative buffer is now and then empty for a wide part: ask again, as geo.land.rules does.
    wide = ~core.is_empty
    inscribed = parts[~wide].maximum_inscribed_circle(tolerance=CIRCLE_TOLERANCE_M)
    wide[~wide] = inscribed.length >= rules.min_width_m / 2 - ROUNDING_M
    return parts[wide]


def densify(pieces, buildings, rules):
    buildings = buildings.copy()
    buildings["whole_m2"] = buildings.area
    buildings["bra_m2"] = densification.existing_bra_m2(
        buildings["gross_area_m2"], buildings["floors"], buildings["whole_m2"].to_numpy()
    )
    on = gpd.overlay(
        buildings[["whole_m2", "bra_m2", "geometry"]],
        pieces[["piece", "geometry"]],
        how="intersection",
    )
    on["footprint_m2"] = on.area
    on["existing_bra_m2"] = on["bra_m2"] * on["footprint_m2"] / on["whole_m2"]
    on["missing"] = on["existing_bra_m2"].isna()
    by_piece = on.groupby("piece")[["footprint_m2", "existing_bra_m2", "missing"]].sum()
    by_piece["existing_bra_m2"] = by_piece["existing_bra_m2"].where(by_piece["missing"] == 0)
    pieces = pieces.join(by_piece.reindex(pieces["piece"]).set_axis(pieces.index))
    inside = pieces["footprint_m2"].notna()
    pieces.loc[~inside, ["footprint_m2", "existing_bra_m2"]] = 0.0
    pieces["plot_row"], pieces["plan_row"] = pieces["parcel_id"], pieces["plan_id"]
    found = densification.densify(pieces, max_utilisation=rules.max_utilisation)
    return pieces.drop(columns="geometry").join(found)


def area_by_piece(frame, pieces):
    return frame.area.groupby(frame["piece"]).sum().reindex(pieces["piece"], fill_value=0).array
