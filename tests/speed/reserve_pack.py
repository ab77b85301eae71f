"""A made-up town of any size for the benchmark: the same number of plots gives the same town."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

CRS = 25832
ORIGIN = (600_000.0, 6_640_000.0)
TURN_DEG = 17.0  # nothing in a real town follows the grid of the map
STREET_M = 14.0
BLOCK = (8, 4)  # plots between streets, across and along
PLOTS_A_PLAN = 128
PLOTS_A_ZONE = 4_000
SLICE = 20_000
YEAR = 366  # days, from 1970: old plans are from 1985 to 2009, each newer one has a day of its own


@dataclass(frozen=True)
class Town:
    parcels: gpd.GeoDataFrame
    plan_areas: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    constraints: gpd.GeoDataFrame


def build(plots: int) -> Town:
    rng = np.random.default_rng(3205)
    across = int(np.ceil(np.sqrt(plots * 0.8)))
    along = -(-plots // across)
    x, first_x, streets_x = _axis(rng, across, BLOCK[0])
    y, first_y, streets_y = _axis(rng, along, BLOCK[1])
    corners = np.stack(np.meshgrid(x, y, indexing="ij"), axis=2)
    corners += rng.uniform(-4, 4, corners.shape)  # less than half a street
    cell = np.arange(plots)
    i, j = first_x[cell // along], first_y[cell % along]
    quad = np.stack(
        [corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1]], axis=1
    )
    extent = (x[0] - STREET_M, y[0] - STREET_M, x[-1] + STREET_M, y[-1] + STREET_M)
    return Town(
        parcels=_frame(
            _polygons(quad), parcel_id=np.char.add("1/", cell.astype(str)), synthetic=True
        ),
        plan_areas=_plans(rng, streets_x, streets_y, extent, plots),
        zones=_zones(extent, plots),
        buildings=_buildings(rng, quad),
        constraints=_constraints(rng, extent, plots),
    )


def _axis(rng, plots, block):
    """Corner coordinates along one axis, the first corner of each plot, and the street middles."""
    width = rng.uniform(45, 95, plots)
    street = np.arange(plots) % block == 0
    gaps = np.where(street, STREET_M, 0.0)
    start = np.cumsum(gaps + np.concatenate([[0.0], width[:-1]]))
    # A plot starts where the last one ended, except after a street.
    edges = np.union1d(start, start + width)
    edges = edges[np.concatenate([[True], np.diff(edges) > 1e-6])]
    first = np.searchsorted(edges, start - 1e-6)
    middles = np.append(start[street] - STREET_M / 2, edges[-1] + STREET_M / 2)
    return edges, first, middles


def _buildings(rng, quad):
    count = rng.choice(5, len(quad), p=[0.25, 0.44, 0.2, 0.08, 0.03])  # 1.2 on average
    plot = np.repeat(np.arange(len(quad)), count)
    n = len(plot)
    u, v = rng.uniform(0.2, 0.8, (2, n, 1))
    a, b, c, d = (quad[plot, k] for k in range(4))
    middle = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * d + u * c)
    side = (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)
    up = np.stack([-side[:, 1], side[:, 0]], axis=1)
    length, depth = rng.uniform(5, 20, (n, 1)), rng.uniform(4, 10, (n, 1))
    box = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    wing = np.array([(-1, -1), (1, -1), (1, 0), (0, 0), (0, 1), (-1, 1)])
    shapes = np.empty(n, dtype=object)
    angled = rng.random(n) < 0.2
    for outline, rows in ((box, ~angled), (wing, angled)):
        along = outline[:, :1] * length[rows][:, np.newaxis] * side[rows][:, np.newaxis]
        out = outline[:, 1:] * depth[rows][:, np.newaxis] * up[rows][:, np.newaxis]
        shapes[rows] = _polygons(middle[rows][:, np.newaxis] + along + out)
    floors = rng.integers(1, 6, n).astype(float)
    footprint = shapely.area(shapes)
    registered = np.where(rng.random(n) < 0.7, footprint * floors * 0.9, np.nan)
    floors[rng.random(n) < 0.1] = np.nan
    town = _frame(
        shapes, building_id=np.arange(n), building_type=200, floors=floors, gross_area_m2=registered
    )
    # Whose the ground of two is, is a rule of ours, which the pipeline beside it does not know.
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return town.drop(index=np.unique(other[other > one])).reset_index(drop=True)


def _plans(rng, streets_x, streets_y, extent, plots):
    """Old plans fill the town from street to street; a newer one here and there overrides them."""
    x0, x1 = streets_x[:-1:2], np.append(streets_x[2::2], streets_x[-1])[: len(streets_x[:-1:2])]
    y0, y1 = streets_y[:-1:4], np.append(streets_y[4::4], streets_y[-1])[: len(streets_y[:-1:4])]
    west, south = (each.ravel() for each in np.meshgrid(x0, y0, indexing="ij"))
    east, north = (each.ravel() for each in np.meshgrid(x1, y1, indexing="ij"))
    old = shapely.box(west, south, east, north)
    newer = plots // 400
    at = np.stack([rng.uniform(extent[k], extent[k + 2], newer) for k in (0, 1)], axis=1)
    half = rng.uniform(60, 160, (newer, 2))
    new = shapely.box(*(at - half).T, *(at + half).T)
    shapes = shapely.transform(np.concatenate([old, new]), _turned)
    n = len(shapes)
    value = rng.choice([30.0, 40.0, 60.0, 80.0, 120.0], n)
    kind = rng.choice([12, 14, 15, 16, 16, 17, 18, 18], n)
    value = np.where(np.isin(kind, (15, 17)), value * 50, value)
    value[rng.random(n) < 0.08] = np.nan
    floors = rng.integers(1, 6, n).astype(float)
    floors[rng.random(n) < 0.08] = np.nan
    days = np.concatenate([rng.integers(15, 40, len(old)) * YEAR, 40 * YEAR + np.arange(newer)])
    return _frame(
        shapes,
        plan_id=np.arange(n),
        land_use_code=rng.choice(["1300", "1340", "1350", "1310", "1110"], n),
        land_use_status=rng.choice(["1", "2"], n),
        utilisation_type=kind,
        utilisation_value=value,
        max_floors=floors,
        adopted=days.astype("datetime64[D]").astype(str),
    )


def _zones(extent, plots):
    """Zones with a gap between them; their borders run across plots."""
    n = max(2, round(np.sqrt(plots / PLOTS_A_ZONE)))
    x, y = (np.linspace(extent[k], extent[k + 2], n + 1) for k in (0, 1))
    west, south = (each.ravel() for each in np.meshgrid(x[:-1], y[:-1], indexing="ij"))
    east, north = (each.ravel() for each in np.meshgrid(x[1:], y[1:], indexing="ij"))
    shapes = shapely.box(west + 20, south + 20, east - 20, north - 20)
    shapes = shapely.transform(shapes, _turned)
    return _frame(
        shapes, zone_id=np.char.add("z", np.arange(n * n).astype(str)), business_profile="lager"
    )


def _constraints(rng, extent, plots):
    n = plots // 80
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = rng.lognormal(3.9, 0.5, (n, 1)) * rng.uniform(0.7, 1.3, (n, 24))
    at = np.stack([rng.uniform(extent[k], extent[k + 2], n) for k in (0, 1)], axis=1)
    ring = at[:, np.newaxis] + radius[..., np.newaxis] * np.stack(
        [np.cos(angle), np.sin(angle)], axis=1
    )
    return _frame(
        _polygons(ring),
        constraint_id=np.arange(n),
        kind="flood",
        severity=rng.choice(["exclude", "assess"], n, p=[0.7, 0.3]),
        source="made up",
    )


def _polygons(rings):
    """Polygons from (n, corners, 2), by way of WKB, as compact in memory as read from a file."""
    shapes = np.empty(len(rings), dtype=object)
    for start in range(0, len(rings), SLICE):
        part = slice(start, start + SLICE)
        shapes[part] = shapely.from_wkb(shapely.to_wkb(shapely.polygons(_turned(rings[part]))))
    return shapes


def _turned(xy):
    """Turn everything about one point, so that shared borders stay shared."""
    turn = np.radians(TURN_DEG)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return xy @ matrix.T + np.array(ORIGIN)


def _frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
