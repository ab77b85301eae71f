"""
A pack of 40 000 plots built from a WFS on this machine, as from the official services.

Run it from the repository root::

    python -m tests.speed.build

MapServer serves the plots in pages of 1 000; the build runs in a process of its own, whose memory
is measured. Goals: under three minutes and under 2 GB.
"""

import argparse
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from geo.pack.read import read_pack
from tests.services.test_build import SERVICES, Country
from tests.support import servers, world
from tests.support.hostile import playing

GOAL_S, GOAL_GB = 180.0, 2.0
PAGE = 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=40_000)
    plots = parser.parse_args().plots
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        side = world.SIDE / (1 + plots**0.5) - 1
        shapes = world.boxes(
            plots, side, side + 1, math.ceil(plots**0.5), west=world.WEST, south=world.SOUTH
        )
        parcels = world.teig(plots, 0).set_geometry(shapes, crs=world.CRS)
        country = Country()
        with servers.mapserver(folder / "wfs", parcels) as wfs, playing(country) as (url, _):
            services = SERVICES.format(url=url).replace(f"{url}/teig", wfs)
            (folder / "services.toml").write_text(
                services.replace("page_size = 10\n", f"page_size = {PAGE}\n"), encoding="utf-8"
            )
            command = [sys.executable, "-m", "layers.build", "--municipality", world.NUMBER]
            command += ["--services", str(folder / "services.toml")]
            command += ["--work", str(folder / "work"), "--out", str(folder / "pack")]
            began = time.perf_counter()
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # noqa: S603
            seconds = time.perf_counter() - began
        # Of all children the largest: the build, not the server's short processes.
        gigabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        found = len(read_pack(folder / "pack").layer("parcels"))
    print(f"{found} plots of {plots}: {seconds:.1f} s, largest memory {gigabytes:.2f} GB")
    if found != plots or seconds > GOAL_S or gigabytes > GOAL_GB:
        sys.exit(f"goal: {plots} plots, {GOAL_S:.0f} s, {GOAL_GB} GB")


if __name__ == "__main__":
    main()
