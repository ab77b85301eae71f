"""The layers of one invented municipality: a pack's, generated as the embedded pack's are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.facts import UTM_32N, rounded
from data.synthetic import profiles, town
from data.synthetic.constraints import SEVERITY
from data.synthetic.seeds import generator

if TYPE_CHECKING:
    from numpy.random import Generator
    from shapely import Point, Polygon

    from data.comparison.county import Described
    from data.synthetic.profiles import Profile

SOURCE: Final = "Oppdiktet, egen generering"
LICENCE: Final = "Egen, fri bruk"

CORNERS: Final = 9
BETWEEN_ZONES_M: Final = 2_600.0  # from the municipality's middle to each zone
GROWTH_MARGIN_M: Final = 150.0
YEARS: Final = (2026, 2034)
JOBS: Final = (15, 160)  # of a project, by its middle figure
SPREAD: Final = (0.8, 1.25)  # low and high against the middle
WITH_FLOOR_AREA_ONLY: Final = 0.2  # share of the projects whose jobs are reckoned by the norms
WITH_NO_FIGURES: Final = 0.1
FLOOR_AREA_M2: Final = (1_500, 9_000)


@dataclass(frozen=True)
class _Kind:
    """What a zone of a profile is for: its norm of jobs and its ABC class."""

    business_profile: str
    abc: str


KINDS: Final = {
    "lillestrom-by": _Kind("kontor", "A"),
    "strommen": _Kind("kontor", "A"),
    "skedsmokorset": _Kind("lett_industri", "B"),
    "hvam": _Kind("lett_industri", "B"),
    "frogner": _Kind("lett_industri", "B"),
    "berger": _Kind("industri_lager", "C"),
    "heia": _Kind("industri_lager", "C"),
}


def generate(one: Described, outline: Polygon) -> dict[str, gpd.GeoDataFrame]:
    """
    Generate every layer that the municipality has, EPSG:25832 in whole centimetres.

    Parameters
    ----------
    one
        What county.toml says of it.
    outline
        The municipality's polygon.

    Returns
    -------
    dict
        Layers of the pack, without those that county.toml leaves out.
    """
    rng = generator("county", one.municipality_no)
    places = _places(one, rng)
    zones = _zones(one, places, rng)
    growth_areas = _growth_areas(zones)
    layers = {
        "municipality": _tidy(
            [{"municipality_no": one.municipality_no, "name": one.name, "geometry": outline}]
        ),
        "zones": zones,
        "growth_areas": growth_areas,
        **town.grow(zones, _profiles(one)),
        "constraints": _constraints(one, places, rng),
        "constraint_coverage": _tidy([{"kind": kind, "geometry": outline} for kind in SEVERITY]),
        "projects": _projects(one, zones, growth_areas, rng),
        "context": _water(places, rng),
    }
    return {name: frame for name, frame in layers.items() if name not in one.without}


def _places(one: Described, rng: Generator) -> list[Point]:
    turn = rng.uniform(0, 2 * np.pi) + np.arange(len(one.zones)) * 2 * np.pi / len(one.zones)
    away = BETWEEN_ZONES_M * np.column_stack([np.cos(turn), np.sin(turn)])
    return list(shapely.points(np.asarray(one.at) + away))


def _zone_ids(one: Described) -> list[str]:
    return [f"{one.municipality_no}-{number}" for number, _ in enumerate(one.zones, start=1)]


def _profiles(one: Described) -> dict[str, Profile]:
    known = profiles.read()
    return {
        zone_id: replace(known[name], gnr=gnr)
        for gnr, (zone_id, name) in enumerate(zip(_zone_ids(one), one.zones, strict=True), start=1)
    }


def _zones(one: Described, places: list[Point], rng: Generator) -> gpd.GeoDataFrame:
    rows = [
        {
            "zone_id": zone_id,
            "name": f"{one.name} {number}",
            "zone_type": "næringsområde",
            "status_text": "Området er oppdiktet.",
            "abc": KINDS[name].abc,
            "business_profile": KINDS[name].business_profile,
            "illustrative": False,
            "source": SOURCE,
            "geometry": _blob(place, one.radius_m, rng),
        }
        for number, (zone_id, name, place) in enumerate(
            zip(_zone_ids(one), one.zones, places, strict=True), start=1
        )
    ]
    return _tidy(rows)


def _growth_areas(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    # The last of three zones is regional, and does not count: the county has both kinds.
    regional = len(zones) - 1 if len(zones) > 2 else len(zones)  # noqa: PLR2004  # two zones are both local
    chosen = [0, regional] if regional < len(zones) else [0]
    rows = [
        {
            "area_id": f"vekst-{zones['zone_id'].iloc[row]}",
            "name": f"Vekstområde {zones['name'].iloc[row]}",
            "category": "prioritert vekstområde" if row == 0 else "regionalt næringsområde",
            "counts": row == 0,
            "illustrative": False,
            "source": SOURCE,
            "geometry": zones.geometry.iloc[row].buffer(GROWTH_MARGIN_M, quad_segs=4),
        }
        for row in chosen
    ]
    return _tidy(rows)


def _constraints(one: Described, places: list[Point], rng: Generator) -> gpd.GeoDataFrame:
    rows = [
        {
            "constraint_id": f"{one.municipality_no}-{kind}-{number}",
            "kind": kind,
            "severity": severity,
            "source": SOURCE,
            "geometry": _blob(_edge(place, one.radius_m, rng), 0.35 * one.radius_m, rng),
        }
        for kind, severity in SEVERITY.items()
        for number, place in enumerate(places, start=1)
    ]
    return _tidy(rows)


def _water(places: list[Point], rng: Generator) -> gpd.GeoDataFrame:
    lake = _blob(_edge(places[0], 380.0, rng), 110.0, rng)
    return _tidy([{"name": "Oppdiktvatnet", "kind": "lake", "geometry": lake}])


def _projects(
    one: Described, zones: gpd.GeoDataFrame, growth_areas: gpd.GeoDataFrame, rng: Generator
) -> gpd.GeoDataFrame:
    counted = growth_areas.loc[growth_areas["counts"]].geometry.iloc[0]
    inside = round(one.inside * one.projects)
    reach = BETWEEN_ZONES_M + one.radius_m
    rows = []
    for number in range(1, one.projects + 1):
        is_inside = number <= inside
        within = counted if is_inside else shapely.Point(one.at).buffer(reach).difference(counted)
        middle = int(rng.integers(*JOBS))
        low, high = (round(middle * share) for share in SPREAD)
        area = float(rng.integers(*FLOOR_AREA_M2))
        draw = rng.random()
        known = draw >= WITH_FLOOR_AREA_ONLY + WITH_NO_FIGURES
        rows.append(
            {
                "project_id": f"{one.municipality_no}-p{number:02d}",
                "name": f"Oppdiktet sak {number}",
                "zone_id": zones["zone_id"].iloc[0] if is_inside else None,
                "business_type": zones["business_profile"].iloc[0],
                "gross_area_m2": area if draw >= WITH_NO_FIGURES else None,
                "site_area_m2": None,
                "area_kind": None,
                "jobs_low": low if known else None,
                "jobs": middle if known else None,
                "jobs_high": high if known else None,
                "year": int(rng.integers(*YEARS)),
                "status": "foreslått",
                "effect": "counts",
                "source": SOURCE,
                "accuracy_m": 0.0,
                "geometry": _point_in(within, rng),
            }
        )
    numbers = ("gross_area_m2", "site_area_m2", "jobs_low", "jobs", "jobs_high", "accuracy_m")
    types = {**dict.fromkeys(numbers, "float64"), "year": "Int32"}
    return _tidy(rows).astype(types) if rows else _nothing()


def _nothing() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"project_id": []}, geometry=[], crs=UTM_32N)


def _point_in(area: Polygon, rng: Generator) -> Point:
    x0, y0, x1, y1 = area.bounds
    while True:
        point = shapely.Point(rng.uniform(x0, x1), rng.uniform(y0, y1))
        if area.contains(point):
            return point


def _edge(place: Point, radius_m: float, rng: Generator) -> Point:
    turn = rng.uniform(0, 2 * np.pi)
    return shapely.Point(place.x + radius_m * np.cos(turn), place.y + radius_m * np.sin(turn))


def _blob(centre: Point, radius_m: float, rng: Generator) -> Polygon:
    turns = (np.arange(CORNERS) + rng.uniform(-0.25, 0.25, CORNERS)) / CORNERS * 2 * np.pi
    reach = radius_m * rng.uniform(0.75, 1.2, CORNERS)
    ring = np.column_stack([centre.x + reach * np.cos(turns), centre.y + reach * np.sin(turns)])
    return shapely.Polygon(ring)


def _tidy(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows)
    columns = [column for column in table.columns if column != "geometry"]
    frame = gpd.GeoDataFrame(table, geometry="geometry", crs=UTM_32N)
    return rounded(frame[[*columns, "geometry"]])
