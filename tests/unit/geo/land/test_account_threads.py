"""
Fifty accounts at once over the same frames, every other one from a basis that they share.

Sessions of a web app are threads that share cached frames. Prepared geometries, and bounds that
GEOS works out when first asked, live inside a geometry: two threads that fill them at once end the
process. Therefore the test runs in a process of its own, whose death is a failure here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]

PROGRAM = """
from concurrent.futures import ThreadPoolExecutor

import shapely

from geo.land.basis import LandBasis
from geo.land.compute import account
from tests.speed import reserve_pack

town = reserve_pack.build(600)
# A holed and a broken shape among them, so that repair runs in all threads too.
shapes = town.parcels.geometry.to_numpy().copy()
shapes[3] = shapely.Polygon([(600000, 6640000), (600090, 6640090), (600090, 6640000),
                             (600000, 6640090)])
parcels = town.parcels.set_geometry(shapes)
layers = parcels, town.plan_areas, town.zones, town.buildings, town.constraints

basis = LandBasis(*layers)

def run(number):
    found = basis.account() if number % 2 else account(*layers)
    kept = [found.pieces.geometry, found.parts.geometry, found.plots.geometry]
    assert not any(shapely.is_prepared(one.to_numpy()).any() for one in kept), "prepared result"
    return found.total().to_dict(), found.plots["class"].tolist(), len(found.parts)

with ThreadPoolExecutor(50) as pool:
    results = list(pool.map(run, range(50)))
assert all(result == results[0] for result in results), "runs differ"
assert not shapely.is_prepared(shapes).any(), "a shared geometry was prepared"
print(len(results))
"""


def test_fifty_runs_at_once_agree_and_survive():
    done = subprocess.run(  # noqa: S603  # the program above
        [sys.executable, "-W", "error", "-c", PROGRAM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "50"
