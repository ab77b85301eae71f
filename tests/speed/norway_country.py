"""A made-up country of any size, written municipality by municipality for `geo distribute`."""

import multiprocessing
import statistics
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.distribute import layout, partition
from geo.schema.manifest import LayerInfo
from tests.speed import reserve_pack

# A: skewed as inhabitants are: half of the municipalities have less than half of the mean, and the
# largest of 357 has six per cent of all plots.
SPREAD = 1.3  # of the logarithm
FEWEST = 60  # plots
APART_M = 40_000.0  # between the corners of two municipalities; the largest town is 37 km wide
WEST_M = 380_000.0  # how far the first is moved, so that 19 in a row lie about the zone's middle
FIRST = (
    1000  # number of the first municipality: none that begins with 10 has been in use since 2019
)
INFO = LayerInfo(source="Made up for the measurement", licence="None needed", synthetic=True)


@dataclass(frozen=True)
class Place:
    number: str
    plots: int
    east: float
    north: float


def places(municipalities, plots):
    """Sizes that add up to `plots`, the largest first, on a grid of places."""
    middle = (np.arange(municipalities) + 0.5) / municipalities
    normal = statistics.NormalDist()
    share = np.exp(SPREAD * np.array([normal.inv_cdf(1 - one) for one in middle]))
    sizes = np.maximum(np.round(plots * share / share.sum()).astype(int), FEWEST)
    sizes[0] += plots - sizes.sum()
    across = int(np.ceil(np.sqrt(municipalities)))
    return [
        Place(
            f"{FIRST + row:04}",
            int(size),
            APART_M * (row % across) - WEST_M,
            APART_M * (row // across),
        )
        for row, size in enumerate(sizes)
    ]


def write(folder: Path, municipalities, plots, *, plots_per_partition=partition.PLOTS, processes=2):
    """Write the country, and return how many partitions and bytes it has."""
    tasks = [(folder, place, plots_per_partition) for place in places(municipalities, plots)]
    with multiprocessing.get_context("spawn").Pool(processes, maxtasksperchild=20) as pool:
        pool.starmap(_write, tasks, chunksize=1)
    partition.finish(folder, demonstration=True)


def size(folder: Path):
    """Return partitions, features of the layers that are cut, and bytes."""
    facts = [layout.read_facts(folder, path.stem) for path in _facts(folder)]
    parts = [part for one in facts for part in one.partitions]
    features = {
        layer: sum(part.layers[layer].features for part in parts if layer in part.layers)
        for layer in layout.LAYERS
    }
    taken = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    return len(facts), len(parts), features, taken


def _facts(folder):
    return sorted((folder / layout.FACTS).glob("*.json"))


def _write(folder, place, plots_per_partition):
    layers = municipality(place)
    zones = layers["zones"]
    partition.write(
        folder,
        place.number,
        f"Kommune {place.number}",
        layers,
        dict.fromkeys(layers, INFO),
        people=partition.People(
            inhabitants=place.plots * 2,
            inhabitants_date="2026-01-01",
            jobs_today=place.plots,
            jobs_today_date="2026-01-01",
        ),
        outline=shapely.box(*zones.total_bounds).buffer(500, join_style="mitre"),
        plots=plots_per_partition,
    )


def municipality(place):
    """Layers of one municipality: the town of that many plots, with growth areas and projects."""
    town = reserve_pack.build(place.plots)
    moved = {
        name: _moved(getattr(town, name), place)
        for name in ("parcels", "plan_areas", "zones", "buildings", "constraints")
    }
    plans, zones, houses = moved["plan_areas"], moved["zones"], moved["buildings"]
    plans["land_use_status"] = plans["land_use_status"].astype("float64")
    for frame, column in ((plans, "plan_id"), (houses, "building_id"), (houses, "building_type")):
        frame[column] = frame[column].astype("str")
    moved["constraints"]["constraint_id"] = moved["constraints"]["constraint_id"].astype("str")
    zones["name"] = zones["zone_id"]
    growth = zones.iloc[::3]
    moved["growth_areas"] = gpd.GeoDataFrame(
        {
            "area_id": growth["zone_id"].to_numpy(),
            "name": growth["zone_id"].to_numpy(),
            "counts": np.arange(len(growth)) % 4 < 3,
        },
        geometry=growth.geometry.to_numpy(),
        crs=zones.crs,
    )
    moved["projects"] = _projects(place, zones)
    return moved


def _moved(frame, place):
    away = (place.east, place.north)
    return frame.set_geometry(
        gpd.GeoSeries(
            shapely.transform(frame.geometry.to_numpy(), lambda xy: xy + away), crs=frame.crs
        )
    )


def _projects(place, zones):
    rng = np.random.default_rng(int(place.number))
    count = max(3, place.plots // 400)
    x0, y0, x1, y1 = zones.total_bounds
    jobs = rng.integers(5, 200, count).astype(float)
    jobs[rng.random(count) < 0.2] = np.nan
    table = pd.DataFrame(
        {
            "project_id": [f"p{row}" for row in range(count)],
            "name": [f"Sak {row}" for row in range(count)],
            "business_type": "lager",
            "gross_area_m2": rng.uniform(500, 9000, count),
            "jobs_low": jobs * 0.8,
            "jobs": jobs,
            "jobs_high": jobs * 1.25,
            "effect": "counts",
        }
    )
    points = shapely.points(rng.uniform(x0, x1, count), rng.uniform(y0, y1, count))
    return gpd.GeoDataFrame(table, geometry=points, crs=zones.crs)
