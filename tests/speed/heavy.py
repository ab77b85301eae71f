"""
How long others wait while heavy work goes on. Run: python -m tests.speed.heavy.

On a town of 40 000 plots, over real websockets: one session moves the slider of the page of vacant
land, another screens files of 5 000 sites, and a third opens the overview and the page of zones
again and again. Prints the third's longest wait, 95th percentile and median: with all work in the
server, with heavy work in processes, and with nobody else there; in one run, since the machine
decides the seconds and only their ratio is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from layers.app.heavy.pool import VARIABLE
from tests.speed.serving import serving
from tests.speed.visitors import FAILURES, Town
from tests.speed.websocket import Reader
from tests.support.towns import town_pack

PLOTS = 40_000
SITES = 5_000
SECONDS = 90.0
PAUSE_S = 0.3
WAYS = (("in the server", "0"), ("in processes", None))


class Count:
    """How often heavy work came to its end, and what went wrong."""

    def __init__(self):
        self.moved = self.screened = 0
        self.errors = []


async def slide(reader, until, count, rng):
    while time.monotonic() < until:
        value = {"data": [rng.randint(0, 50)]}
        run = await reader.choose("buffer", double_array_value=value)
        count.moved += 1
        count.errors += run.errors


async def screen(reader, until, count, town, rng):
    while time.monotonic() < until:
        content = town.file(rng, SITES)
        run = await reader.upload("screen.file", "sites.geojson", content)
        count.screened += 1
        count.errors += run.errors


async def watch(reader, until, count):
    """Open two pages in turn until the time has come; returns the seconds of each."""
    took, page = [], 0
    while time.monotonic() < until:
        run = await reader.visit(("", "zones")[page % 2])
        count.errors += run.errors
        took.append(run.seconds)
        page += 1
        await asyncio.sleep(PAUSE_S)
    return took


async def measure(address, town, seconds, *, heavy):
    rng, count = random.Random(1), Count()  # noqa: S311  # no secret
    readers = [await Reader.open(address) for _ in range(3)]
    slider, screener, watcher = readers
    try:
        # First visits read the pack and cut the tiles; they are no part of it.
        for page in ("", "zones"):
            await watcher.visit(page)
        await slider.visit("reserve")
        await screener.visit("screening", "way=file")
        until = time.monotonic() + seconds
        work = [watch(watcher, until, count)]
        if heavy:
            work += [
                slide(slider, until, count, rng),
                screen(screener, until, count, town, rng),
            ]
        found = await asyncio.gather(*work, return_exceptions=True)
        count.errors += [repr(one) for one in found[1:] if isinstance(one, FAILURES)]
        return found[0], count
    finally:
        for reader in readers:
            await reader.close()


def told(name, took, count):
    longest, p95, middle = max(took), np.percentile(took, 95), np.median(took)
    print(
        f"{name}: {len(took)} pages, longest {longest:.2f} s, p95 {p95:.2f} s, median "
        f"{middle:.2f} s; slider moved {count.moved} times, {count.screened} files screened, "
        f"{len(count.errors)} errors {count.errors[:2]}",
        flush=True,
    )
    return longest


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=PLOTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--pack", type=Path, help="a pack that is there already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pack = options.pack or town_pack(Path(folder) / "town", options.plots)
        town = Town(pack)
        longest = {}
        for name, processes in WAYS:
            environment = {} if processes is None else {VARIABLE: processes}
            with serving(pack=pack, environment=environment) as server:
                run = asyncio.run(measure(server.address, town, options.seconds, heavy=True))
                longest[name] = told(f"heavy work {name}", *run)
                if processes is None:
                    run = asyncio.run(measure(server.address, town, options.seconds, heavy=False))
                    told("nobody else", *run)
        before, after = (longest[name] for name, _ in WAYS)
        print(f"longest wait: {before / after:.1f} times as long in the server as in processes")


if __name__ == "__main__":
    main()
