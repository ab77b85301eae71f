"""
The command ``screen`` with many sites and with one large outline, from file to document.

Run it from the repository root::

    python -m tests.speed.intake

The processor's seconds of the command and its reader, against those of starting it and screening
one square, measured in the same run: on a machine with other work the ratio tells more.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from tests.speed.screening import embedded, sites_of

MANY, CORNERS = 6_000, 50_000
RATIOS = {"many": 4.0, "county": 2.0}  # times the one square
MIDDLE = (613_000.0, 6_648_000.0)


def county():
    """A ragged outline 60 km across: as GeoJSON about 2 MB."""
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    waves = 0.2 * np.sin(7 * turn) + 0.05 * np.sin(211 * turn) + 0.004 * np.sin(4999 * turn)
    radius = 30_000 * (1 + waves)
    ring = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)]) + MIDDLE
    return gpd.GeoDataFrame({"id": ["fylke"]}, geometry=[shapely.Polygon(ring)], crs=25832)


def work_of(path):
    """Seconds of the processor that the command takes with a file."""
    before = os.times()
    command = [sys.executable, "-m", "geo", "screen", str(path), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command
    after = os.times()
    worked = after.children_user + after.children_system
    return worked - before.children_user - before.children_system


def main():
    square = gpd.GeoDataFrame({"id": ["1"]}, geometry=[shapely.box(*MIDDLE, *MIDDLE)], crs=25832)
    square.geometry = square.buffer(50)
    files = {"one": square, "many": sites_of(embedded(), MANY), "county": county()}
    worked = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in files.items():
            path = Path(folder) / f"{name}.geojson"
            frame.to_crs(4326).to_file(path)
            worked[name] = work_of(path)
            ratio = worked[name] / worked["one"]
            size = path.stat().st_size / 1e6
            print(f"{name}: {size:.1f} MB, {worked[name]:.1f} s, {ratio:.1f} times one", flush=True)
    sys.exit(any(worked[name] / worked["one"] > most for name, most in RATIOS.items()))


if __name__ == "__main__":
    main()
