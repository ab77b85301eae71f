"""Constraints: flood, farmland, quick clay and nature, and what of the map they were sought in."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.facts import UTM_32N, rounded
from data.synthetic.seeds import generator

if TYPE_CHECKING:
    from numpy.random import Generator
    from shapely import Geometry, Polygon

PARAMETERS: Final = Path(__file__).parent / "constraints.toml"
SOURCE: Final = "Syntetisk, egen generering"

STEP_M: Final = 120.0  # distance between the points that carry a river band's width
CORNERS: Final = (7, 12)
SIMPLIFY_M: Final = 4.0
ROUNDING: Final = 0.15  # of a shape's size
THREAD_M: Final = 4.0  # half the width of what is too thin to be a field
YARD_M: Final = 6.0
MIN_AREA_M2: Final = 400.0

# What may not be built on, against what has to be looked into first. Our reading.
SEVERITY: Final = {
    "farmland": "exclude",
    "flood": "exclude",
    "quick_clay": "assess",
    "nature": "assess",
}


def constrain(
    zones: gpd.GeoDataFrame,
    context: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    own: Geometry,
) -> dict[str, gpd.GeoDataFrame]:
    """
    Generate constraints and their coverage.

    Parameters
    ----------
    zones
        zone_id and outline, EPSG:25832.
    context
        name, kind and geometry of rivers and lakes.
    buildings
        Generated buildings; fields keep clear of them.
    own
        The municipality's own area; nothing is generated outside of it.

    Returns
    -------
    dict
        Layers ``constraints`` and ``constraint_coverage``. A constraint lies inside the
        coverage of its kind.
    """
    parameters = tomllib.loads(PARAMETERS.read_text(encoding="utf-8"))
    outlines = zones.set_index("zone_id").geometry
    rivers = context[context["kind"] == "river"].set_index("name").geometry
    lake = context[context["kind"] == "lake"].union_all()
    coverage = _coverage(parameters["coverage"], rivers, lake, own)
    shapes = {
        "flood": _flood(parameters, rivers),
        "farmland": _farmland(parameters, outlines, own),
        "quick_clay": _blobs(parameters["quick_clay"], "quick_clay"),
        "nature": _nature(parameters, rivers),
    }
    # Fields lie outside the zones and take only a strip of their edges, up to the buildings.
    core = outlines.union_all().buffer(-parameters["farmland"]["nibble_m"])
    yards = buildings.union_all().buffer(YARD_M)
    taken = shapely.union_all([core, yards, lake, *shapes["flood"]])
    shapes["farmland"] = [field.difference(taken) for field in shapes["farmland"]]
    rows = [
        {
            "constraint_id": f"{kind}-{number:03d}",
            "kind": kind,
            "severity": SEVERITY[kind],
            "source": SOURCE,
            "geometry": part,
        }
        for kind, found in shapes.items()
        for number, part in enumerate(_parts(found, coverage[kind]), start=1)
    ]
    covered = pd.DataFrame({"kind": list(coverage), "geometry": list(coverage.values())})
    return {
        "constraints": _tidy(pd.DataFrame(rows)),
        "constraint_coverage": _tidy(covered),
    }


def _coverage(
    limits: dict[str, float], rivers: gpd.GeoSeries, lake: Geometry, own: Geometry
) -> dict[str, Geometry]:
    x0, y0, x1, y1 = own.bounds
    east = x0 + limits["farmland_share_west"] * (x1 - x0)
    leira = shapely.get_coordinates(rivers["Leira"])
    # Leira runs from north to south; closing its line far to the west gives the side in question.
    corners = [(leira[0, 0], y1), *leira, (leira[-1, 0], y0), (x0, y0), (x0, y1)]
    areas = {
        "flood": rivers.union_all().buffer(limits["flood_m"]),
        "farmland": shapely.box(x0, y0, east, y1),
        "quick_clay": shapely.Polygon(corners),
        "nature": shapely.union(rivers.union_all(), lake).buffer(limits["nature_m"]),
    }
    inside = {kind: area.intersection(own).simplify(SIMPLIFY_M) for kind, area in areas.items()}
    return {kind: _multi(area) for kind, area in inside.items()}


def _flood(parameters: dict[str, Any], rivers: gpd.GeoSeries) -> list[Polygon]:
    bands = [
        band
        for river in parameters["rivers"]
        for band in _bands(rivers[river["name"]], river["flood_half_width_m"], river["name"])
    ]
    return bands + _blobs(parameters["flood_lobes"], "flood_lobes")


def _bands(line: Geometry, half_widths: list[float], name: str) -> list[Polygon]:
    rng = generator(name, "flood")
    points = line.interpolate(np.arange(0, line.length, STEP_M))
    # A moving mean of noise: the width changes over some hundred metres, not from point to point.
    noise = np.convolve(rng.random(len(points) + 8), np.ones(9) / 9, mode="valid")
    noise = (noise - noise.min()) / np.ptp(noise)
    low, high = half_widths
    discs = shapely.buffer(points, low + noise * (high - low), quad_segs=6)
    return [shapely.union(a, b).convex_hull for a, b in itertools.pairwise(discs)]


def _nature(parameters: dict[str, Any], rivers: gpd.GeoSeries) -> list[Polygon]:
    along = [
        rivers[river["name"]].simplify(20).buffer(river["nature_half_width_m"])
        for river in parameters["rivers"]
        if river["nature_half_width_m"]
    ]
    return along + _blobs(parameters["nature"], "nature")


def _farmland(parameters: dict[str, Any], outlines: gpd.GeoSeries, own: Geometry) -> list[Polygon]:
    limits = parameters["farmland"]
    town = outlines.union_all()
    fields = []
    for zone_id, count in parameters["farmland_at_zones"].items():
        rng = generator(zone_id, "farmland")
        edge = outlines[zone_id].buffer(60).exterior
        start = rng.random()
        for number in range(count):
            place = (start + (number + rng.uniform(0, 0.5)) / count) % 1
            centre = edge.interpolate(place, normalized=True)
            fields.append(_blob(centre, rng.uniform(*limits["radius_m"]), rng))
    rng = generator("farmland", "scattered")
    x0, y0, x1, y1 = own.bounds
    for _ in range(limits["scattered"]):
        centre = shapely.Point(rng.uniform(x0, x1), rng.uniform(y0, y1))
        field = _blob(centre, rng.uniform(*limits["scattered_radius_m"]), rng)
        # The zones listed above have their fields; the others are town all round.
        if not field.intersects(town):
            fields.append(field)
    return fields


def _blobs(places: list[dict[str, Any]], purpose: str) -> list[Polygon]:
    table = pd.DataFrame(places)
    centres = gpd.points_from_xy(table["lon"], table["lat"], crs=4326).to_crs(UTM_32N)
    rng = generator(purpose, "blobs")
    pairs = zip(centres, table["radius_m"], strict=True)
    return [_rounded_off(_blob(centre, radius, rng)) for centre, radius in pairs]


def _blob(centre: shapely.Point, radius_m: float, rng: Generator) -> Polygon:
    corners = int(rng.integers(*CORNERS))
    turns = (np.arange(corners) + rng.uniform(-0.25, 0.25, corners)) / corners * 2 * np.pi
    reach = radius_m * rng.uniform(0.7, 1.15, corners)
    ring = np.column_stack([centre.x + reach * np.cos(turns), centre.y + reach * np.sin(turns)])
    return shapely.Polygon(ring)


def _rounded_off(shape: Polygon) -> Polygon:
    reach = ROUNDING * float(np.sqrt(shape.area))
    return shape.buffer(-reach).buffer(2 * reach).buffer(-reach)


def _parts(shapes: list[Any], coverage: Geometry) -> list[Polygon]:
    # Merged within a kind, so that no square metre is listed twice; opened, to lose thin threads.
    merged = shapely.union_all(shapes).buffer(-THREAD_M).buffer(THREAD_M)
    parts = shapely.get_parts(merged.simplify(SIMPLIFY_M).intersection(coverage))
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (
        shapely.area(parts) >= MIN_AREA_M2
    )
    return list(parts[keep])


def _tidy(table: pd.DataFrame) -> gpd.GeoDataFrame:
    return rounded(gpd.GeoDataFrame(table, geometry="geometry", crs=UTM_32N))


def _multi(geometry: Geometry) -> Geometry:
    return shapely.MultiPolygon(
        [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    )
