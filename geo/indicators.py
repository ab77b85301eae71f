"""Key figures of each business zone: size, part in growth areas, station, planned jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import shapely

from geo import i18n, jobs_today
from geo.errors import NaeringsarealError
from geo.geometry.coverage import Indexed, Sites
from geo.geometry.crs import union_of
from geo.geometry.scale import areas_of
from geo.growth.account import Dominant, account
from geo.growth.estimates import ESTIMATED
from geo.growth.projects import prepared
from geo.growth.rule import Variants
from geo.growth.share import counted_areas, has_effect, inside_fractions
from geo.land import table
from geo.land.registers import built_business_m2
from geo.schema.layers import JOBS
from geo.transport.network import nearest

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.land.account import LandAccount
    from geo.pack.read import Pack


# What a zone's projects come to; `zone_figures` says what each is.
_OF_PROJECTS: Final = (
    *("projects", "projects_estimated", "projects_unknown"),
    *JOBS,
    *("estimated_low", "estimated_high"),
)


def zone_figures(
    zones: GeoDataFrame,
    growth_areas: GeoDataFrame | None,
    projects: GeoDataFrame | None,
    stations: GeoDataFrame | None,
    built_land: GeoDataFrame | None = None,
    businesses: GeoDataFrame | None = None,
) -> DataFrame:
    """
    Key figures per zone, indexed as `zones`.

    Parameters
    ----------
    zones, growth_areas, projects, stations, built_land, businesses
        Layers of a pack, EPSG:25832. `projects` with jobs known or estimated, and `basis`
        (geo.growth.projects.all_jobs).
        A layer that is None leaves its figures unknown (NaN), never 0.

    Returns
    -------
    DataFrame
        area_m2; growth_share and growth_share_regional (0–1, without and with the regional
        areas); projects (count); and of those of them that bring jobs: projects_estimated (those
        whose jobs are estimated) and projects_unknown (those whose jobs are neither known nor
        estimated); jobs_low, jobs, jobs_high (what is known; NaN where no project's is);
        estimated_low and estimated_high (what comes to it by estimates; NaN where there are
        none); official_built_m2 (`geo.land.registers.built_business_m2`); station (name) and
        station_m (straight line from the outline, metres; 0 when the station lies in the zone); and
        `geo.jobs_today.FIGURES` and ``DENSITIES`` of the businesses that are known to lie in the
        zone.
    """
    ground = ground_figures(zones, growth_areas, stations, built_land, businesses)
    return with_projects(ground, zones["zone_id"], projects)


def ground_figures(
    zones: GeoDataFrame,
    growth_areas: GeoDataFrame | None,
    stations: GeoDataFrame | None,
    built_land: GeoDataFrame | None = None,
    businesses: GeoDataFrame | None = None,
) -> DataFrame:
    """Return the figures of `zone_figures` that no list of projects moves."""
    figures = pd.DataFrame({"area_m2": areas_of(zones)}, index=zones.index)
    growth: Variants[Any] = Variants(float("nan"), float("nan"))
    if growth_areas is not None:
        growth = inside_fractions(zones, growth_areas)
    figures["growth_share"], figures["growth_share_regional"] = growth
    figures["official_built_m2"] = built_business_m2(zones, built_land)
    return figures.join(nearest_station(zones, stations)).join(_jobs_today(zones, businesses))


def with_projects(ground: DataFrame, zone_ids: Series, projects: GeoDataFrame | None) -> DataFrame:
    """Complete `ground_figures` to `zone_figures` by a list of projects."""
    first = ["area_m2", "growth_share", "growth_share_regional"]
    return ground[first].join(_jobs_by_zone(zone_ids, projects)).join(ground.drop(columns=first))


def _jobs_today(zones: GeoDataFrame, businesses: GeoDataFrame | None) -> DataFrame:
    if businesses is None:
        columns = [*jobs_today.FIGURES, *jobs_today.DENSITIES]
        return pd.DataFrame(float("nan"), index=zones.index, columns=columns)
    return jobs_today.by_area(businesses, zones).areas


def nearest_station(places: GeoDataFrame, stations: GeoDataFrame | None) -> DataFrame:
    """Nearest station of each place: `station` (name) and `station_m` (straight line, metres)."""
    if stations is None or stations.empty:
        return pd.DataFrame({"station": None, "station_m": float("nan")}, index=places.index)
    sites, layer = (frame.geometry.to_numpy() for frame in (places, stations))
    _, name, metres = nearest(Sites.of(sites, places.crs), Indexed.of(layer), stations["name"])
    table = pd.DataFrame({"station": name, "station_m": metres}, index=places.index)
    return table.astype({"station": stations["name"].dtype})


def _jobs_by_zone(zone_ids: Series, projects: GeoDataFrame | None) -> DataFrame:
    if projects is None:
        return pd.DataFrame(float("nan"), index=zone_ids.index, columns=list(_OF_PROJECTS))
    # What brings no jobs stands among the plan cases, and is in no sum, as in the rule.
    brings = has_effect(projects, adopted_only=False)
    estimated = brings & projects["basis"].isin(ESTIMATED)
    known = brings & ~estimated & projects["jobs"].notna()
    parts = {
        "projects": pd.Series(1, index=projects.index),
        "projects_estimated": estimated.astype("int64"),
        "projects_unknown": (brings & projects["jobs"].isna()).astype("int64"),
        **{name: projects[name].where(known) for name in JOBS},
        "estimated_low": projects["jobs_low"].where(estimated),
        "estimated_high": projects["jobs_high"].where(estimated),
    }
    # min_count: a zone whose projects have no numbers is unknown, not 0
    sums = pd.DataFrame(parts).groupby(projects["zone_id"]).sum(min_count=1).reindex(zone_ids)
    counts = ["projects", "projects_estimated", "projects_unknown"]
    return sums.fillna(dict.fromkeys(counts, 0)).set_axis(zone_ids.index)


def of_all_projects(projects: GeoDataFrame) -> Series:
    """Return what all projects come to, under the names of `zone_figures`, whatever their zone."""
    return _jobs_by_zone(pd.Series([""]), projects.assign(zone_id="")).iloc[0]


def dominant(cases: GeoDataFrame) -> Dominant | None:
    """
    Return the case that alone makes over half of a zone's new jobs; None where there is none.

    `cases` as the projects of `zone_figures`; by the middle of what is known and estimated.
    """
    jobs = cases["jobs"].where(has_effect(cases, adopted_only=False)).dropna()
    if not jobs.sum() > 0 or jobs.max() <= jobs.sum() / 2:
        return None
    most = cases.loc[jobs.idxmax()]
    return Dominant(side="zone", share=float(jobs.max() / jobs.sum()), project=most)


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
    area = areas_of(plots)
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


# Of a zone, and added up over all of them.
BY_ZONE: Final = ("area_m2", "reserve_m2", "densification_bra_m2")
# The layers that each figure rests on, and whose badges it carries.
RESTS_ON: Final = {
    "zones": ("zones",),
    "zones_area_m2": ("zones",),
    "growth_area_m2": ("growth_areas",),
    "reserve_m2": table.LAYERS,
    "densification_bra_m2": table.LAYERS,
    "rule_share": ("projects", "growth_areas"),
    "rule_share_regional": ("projects", "growth_areas"),
}
_RULE_SHARES: Final = Variants("rule_share", "rule_share_regional")
TOLERANCE: Final = 0.001  # of the whole, as for the land account (domain rule: parts are the whole)


@dataclass(frozen=True)
class KeyFigures:
    """
    Key figures of a pack; what cannot be worked out is None, never 0.

    Attributes
    ----------
    values
        By name: zones (count), zones_area_m2 (sum of the outlines), growth_area_m2 (union of the
        areas that count), reserve_m2, densification_bra_m2, rule_share and rule_share_regional
        (0–1).
    zones
        Indexed by zone_id: name, area_m2, reserve_m2, densification_bra_m2; NaN is unknown.
    """

    values: dict[str, float | None]
    zones: DataFrame


def key_figures(pack: Pack, projects: GeoDataFrame | None, land: LandAccount | None) -> KeyFigures:
    """
    Work out the key figures.

    Parameters
    ----------
    pack
        Whose zones and growth areas.
    projects
        With jobs completed (geo.jobs.complete_jobs); None where there are none.
    land
        The pack's land account; None where a layer is missing.

    Raises
    ------
    NaeringsarealError
        If the zones' figures do not sum to the municipality's (domain rule: parts are the whole).
    """
    zones = _zones(pack, land)
    values: dict[str, float | None] = dict.fromkeys(RESTS_ON)
    if pack.has("zones"):
        values |= {"zones": float(len(zones)), "zones_area_m2": float(zones["area_m2"].sum())}
    if pack.has("growth_areas"):
        counted = counted_areas(pack.layer("growth_areas"))
        values["growth_area_m2"] = float(areas_of(counted.dissolve()).sum())
        if projects is not None and "synthetic" not in pack.badges("growth_areas"):
            judged = account(prepared(projects, pack.layer("growth_areas"), {}))
            values |= zip(_RULE_SHARES, (result.share for result in judged), strict=True)
    if land is not None:
        total = land.total()
        for name in ("reserve_m2", "densification_bra_m2"):
            values[name] = _known(total[name])
            _require_whole(name, float(zones[name].sum()), values[name])
            if len(zones) and zones[name].isna().all():
                values[name] = None  # the sum of nothing that is known
    return KeyFigures(values, zones)


def _zones(pack: Pack, land: LandAccount | None) -> DataFrame:
    if not pack.has("zones"):
        return pd.DataFrame(columns=["name", *BY_ZONE])
    frame = pack.layer("zones")
    table = pd.DataFrame({"zone_id": frame["zone_id"], "name": frame["name"]})
    by_zone = table.assign(area_m2=areas_of(frame)).groupby("zone_id", sort=False)
    zones = by_zone.agg({"name": "first", "area_m2": "sum"})
    if land is None:
        return zones.assign(reserve_m2=float("nan"), densification_bra_m2=float("nan"))
    return zones.join(land.by_zone()[["reserve_m2", "densification_bra_m2"]])


def _require_whole(figure: str, parts: float, whole: float | None) -> None:
    if whole is not None and abs(parts - whole) > max(1.0, TOLERANCE * abs(whole)):
        name = i18n.Remark(f"data.figure_{figure}")
        raise NaeringsarealError("error.parts_not_whole", figure=name, parts=parts, whole=whole)


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
