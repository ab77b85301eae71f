"""
How long a search takes: on the embedded pack, and in a made-up town of 40 000 plots.

Run it from the repository root::

    python -m tests.speed.search --plots 40000

The pack is loaded and the land account made beforehand. Preparing (listing the candidates and
finding out about them) is done once for a pack; every search after that is timed on its own, the
best of three.
"""

import argparse
import time
from pathlib import Path

import geopandas as gpd
import shapely

from geo.jobs import read_norms
from geo.land.compute import account
from geo.pack.read import DEFAULT_PACK, Pack, read_pack
from geo.screening.context import context_of
from geo.search.candidates import candidates
from geo.search.criteria import Criteria
from geo.search.ranking import search
from geo.search.survey import survey
from tests.speed import reserve_pack

EMBEDDED_GOAL_S = 0.3
TOWN_GOAL_S = 2.0
LIMIT = 100  # as the page asks for

WISHES = {
    "5 daa": Criteria(min_daa=5),
    "5 daa, station, road, no flood": Criteria(
        min_daa=5, max_station_m=3000, max_road_m=2000, avoid=("flood",)
    ),
    "40 × 50 m": Criteria(min_daa=2, rectangle_m=(50, 40)),
    "80 × 60 m": Criteria(min_daa=5, rectangle_m=(80, 60)),
    "150 × 90 m": Criteria(min_daa=5, rectangle_m=(150, 90)),
    "150 × 90 m, near a station": Criteria(min_daa=10, rectangle_m=(150, 90), max_station_m=2000),
    "nothing found": Criteria(min_daa=5, rectangle_m=(80, 60), max_station_m=1),
}


def made_up(plots):
    """A pack around the town of the reserve's benchmark, with two stations and a road."""
    town = reserve_pack.build(plots)
    x0, y0, x1, y1 = town.parcels.total_bounds

    def frame(shapes, **columns):
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=town.parcels.crs)

    spots = [(x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3), (x1 - (x1 - x0) / 3, y1 - (y1 - y0) / 3)]
    layers = {
        "parcels": town.parcels,
        "plan_areas": town.plan_areas,
        "zones": town.zones.assign(name=town.zones["zone_id"], abc="C"),
        "buildings": town.buildings,
        "constraints": town.constraints,
        "constraint_coverage": frame([shapely.box(x0, y0, x1, y1).buffer(500)], kind=["flood"]),
        "stations": frame(shapely.points(spots), station_id=["a", "b"], name=["A", "B"]),
        "context": frame([shapely.LineString([(x0, y0), (x1, y1)])], name=["E6"], kind=["road"]),
        "growth_areas": frame(
            [shapely.box(x0, y0, (x0 + x1) / 2, y1)], area_id=["g"], name=["G"], counts=[True]
        ),
    }
    return Pack(
        directory=Path(),
        name="made up",
        municipality_no=None,
        built=None,
        sha256="",
        layers=layers,
        manifest={},
        findings=(),
    )


def timed(task, repeats=1):
    """Return the shortest time, and the result."""
    took = []
    for _ in range(repeats):
        before = time.perf_counter()
        result = task()
        took.append(time.perf_counter() - before)
    return min(took), result


def measure(name, pack, goal_s):
    names = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    land = account(*(pack.layer(layer) for layer in names), measured=False)
    land.parts  # noqa: B018  # decoded once, as the pages have it
    base = context_of(pack, None, read_norms())
    listed, pieces = timed(lambda: candidates(land, join=True, densification=False))
    asked, known = timed(lambda: survey(base, pieces))
    print(f"{name}: {len(pieces)} candidates, listed in {listed:.2f} s, surveyed in {asked:.2f} s")
    for wanted, wish in WISHES.items():
        seconds, found = timed(lambda wish=wish: search(base, known, wish, limit=LIMIT), 3)
        verdict = "" if seconds < goal_s else f"  over the goal of {goal_s} s"
        hits = f"{len(found.hits)}{'+' if found.more else ''}"
        print(f"  {wanted}: {seconds:.2f} s, {hits} hits{verdict}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=40_000)
    options = parser.parse_args()
    measure("embedded pack", read_pack(DEFAULT_PACK), EMBEDDED_GOAL_S)
    measure(f"{options.plots} plots", made_up(options.plots), TOWN_GOAL_S)


if __name__ == "__main__":
    main()
