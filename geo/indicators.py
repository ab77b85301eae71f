"""Key figures of each business zone: size, part in growth areas, station, planned jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from geo.geometry.crs import union_of
from geo.growth.share import inside_fraction

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series


def zone_figures(
    zones: GeoDataFrame,
    growth_areas: GeoDataFrame | None,
    projects: GeoDataFrame | None,
    stations: GeoDataFrame | None,
) -> DataFrame:
    """
    Key figures per zone, indexed as `zones`.

    Parameters
    ----------
    zones, growth_areas, projects, stations
        Layers of a pack, EPSG:25832. `projects` with jobs completed (geo.jobs.complete_jobs).
        A layer that is None leaves its figures unknown (NaN), never 0.

    Returns
    -------
    DataFrame
        area_m2; growth_share and growth_share_regional (0–1, without and with the regional
        areas); projects (count), projects_unknown (those without a number of jobs); jobs_low,
        jobs, jobs_high (NaN where no project has a number); station (name) and station_m
        (straight line from the outline, metres; 0 when the station lies in the zone).
    """
    figures = pd.DataFrame({"area_m2": zones.area}, index=zones.index)
    if growth_areas is None:
        figures["growth_share"] = figures["growth_share_regional"] = float("nan")
    else:
        counted = growth_areas[growth_areas["counts"].fillna(value=False).astype(bool)]
        figures["growth_share"] = inside_fraction(zones, counted)
        figures["growth_share_regional"] = inside_fraction(zones, growth_areas)
    figures = figures.join(_jobs_by_zone(zones["zone_id"], projects))
    return figures.join(nearest_station(zones, stations))


def nearest_station(places: GeoDataFrame, stations: GeoDataFrame | None) -> DataFrame:
    """Nearest station of each place: `station` (name) and `station_m` (straight line, metres)."""
    if stations is None or stations.empty:
        return pd.DataFrame({"station": None, "station_m": float("nan")}, index=places.index)
    nearest = places[["geometry"]].sjoin_nearest(
        stations[["name", "geometry"]], distance_col="station_m"
    )
    # Two stations equally near give two rows: the first by name is taken, so that order is stable.
    nearest = nearest.sort_values("name").loc[lambda rows: ~rows.index.duplicated()]
    return nearest.rename(columns={"name": "station"})[["station", "station_m"]].reindex(
        places.index
    )


def _jobs_by_zone(zone_ids: Series, projects: GeoDataFrame | None) -> DataFrame:
    columns = ["projects", "projects_unknown", "jobs_low", "jobs", "jobs_high"]
    if projects is None:
        return pd.DataFrame(float("nan"), index=zone_ids.index, columns=columns)
    groups = projects.groupby("zone_id")
    per_zone = pd.DataFrame(
        {
            "projects": groups.size(),
            "projects_unknown": groups["jobs"].agg(lambda jobs: jobs.isna().sum()),
            # min_count: a zone whose projects have no numbers is unknown, not 0
            "jobs_low": groups["jobs_low"].sum(min_count=1),
            "jobs": groups["jobs"].sum(min_count=1),
            "jobs_high": groups["jobs_high"].sum(min_count=1),
        }
    ).reindex(zone_ids)
    per_zone[["projects", "projects_unknown"]] = per_zone[["projects", "projects_unknown"]].fillna(
        0
    )
    return per_zone.set_axis(zone_ids.index)


def in_zone(features: GeoDataFrame, zone: GeoDataFrame) -> GeoDataFrame:
    """Features that lie in the zone by a point inside each: a plot belongs to one zone only."""
    spots = features.geometry.representative_point()
    return features[shapely.covers(union_of(zone), spots.to_numpy())]


def plot_figures(plots: GeoDataFrame, buildings: GeoDataFrame | None) -> dict[str, float]:
    """
    Count and size of plots: count, area_m2, median_m2, and how many carry no building.

    `empty` is NaN where there is no layer of buildings. A building stands on the plot that holds
    a point inside it. Areas in m², EPSG:25832.
    """
    area = plots.area
    empty = float("nan")
    if buildings is not None:
        spots = buildings.geometry.representative_point().to_numpy()
        empty = len(plots) - len(set(plots.sindex.query(spots, predicate="intersects")[1]))
    return {
        "count": len(plots),
        "area_m2": float(area.sum()),
        "median_m2": float(area.median()),
        "empty": empty,
    }
