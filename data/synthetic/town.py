"""Assembles the generated layers of all zones: parcels, plan areas and buildings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from data.facts import UTM_32N
from data.synthetic import profiles
from data.synthetic.buildings import build
from data.synthetic.plans import plan
from data.synthetic.plots import lay_out
from data.synthetic.vacancy import vacant_plots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely import Polygon

    from data.synthetic.plans import Plan
    from data.synthetic.profiles import Profile


def grow(
    zones: gpd.GeoDataFrame, described: Mapping[str, Profile] | None = None
) -> dict[str, gpd.GeoDataFrame]:
    """
    Generate plots, plan areas and buildings in every zone that has a profile.

    Parameters
    ----------
    zones
        zone_id and outline, EPSG:25832.
    described
        Profiles by zone_id; those of profiles.toml where it is left out.

    Returns
    -------
    dict
        Layers ``parcels``, ``plan_areas`` and ``buildings``.
    """
    parcels, plan_areas, buildings = [], [], []
    outlines = zones.set_index("zone_id").geometry
    for zone_id, profile in (profiles.read() if described is None else described).items():
        layout = lay_out(zone_id, outlines[zone_id], profile)
        vacant = vacant_plots(zone_id, layout, profile)
        plans = plan(zone_id, layout, profile, vacant)
        plots = [layout.frame.to_map(plot) for plot in layout.plots]
        houses = build(zone_id, plots, _purposes(plots, plans), vacant, profile)
        parcels += [
            {"parcel_id": f"{profile.gnr}/{bnr}", "synthetic": True, "geometry": plot}
            for bnr, plot in enumerate(plots, start=1)
        ]
        plan_areas += [asdict(area) for area in plans]
        buildings += [
            {"building_id": f"B{profile.gnr}-{number:04d}", **asdict(house)}
            for number, house in enumerate(houses, start=1)
        ]
    counts = {"utilisation_type": "Int32", "max_floors": "Int32", "adopted": "int32"}
    return {
        "parcels": _layer(parcels),
        "plan_areas": _layer(plan_areas).astype({**counts, "utilisation_value": "float64"}),
        "buildings": _layer(buildings).astype({"floors": "Int32", "gross_area_m2": "float64"}),
    }


def _purposes(plots: list[Polygon], plans: list[Plan]) -> list[str | None]:
    tree = shapely.STRtree(shapely.point_on_surface(plots))
    purposes: list[str | None] = [None] * len(plots)
    # Plans come oldest first, so a newer plan overwrites what an older one said.
    for area in plans:
        for plot in tree.query(area.geometry, predicate="contains"):
            purposes[plot] = area.land_use_code
    return purposes


def _layer(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows)
    columns = [column for column in table.columns if column != "geometry"]
    return gpd.GeoDataFrame(table, geometry="geometry", crs=UTM_32N)[[*columns, "geometry"]]
