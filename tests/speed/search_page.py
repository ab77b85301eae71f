"""
What the first visitor to the page that finds a site waits for, on a fresh server.

Run it from the repository root: python -m tests.speed.search_page [--pack DIR].

Seconds until the page is finished, and bytes of the websocket, before compression and as they were
sent: with the usual wish on the embedded pack and on a town of 40 000 plots, the first visit and
the page run again in the same tab.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.speed.serving import serving
from tests.speed.websocket import Reader
from tests.speed.wire import counted
from tests.support.towns import town_pack

PLOTS = 40_000
GOAL_S, GOAL_KB = 2.0, 60.0


async def visits(name, address, wire):
    reader = await Reader.open(address)
    try:
        for which in ("first visit", "again"):
            before = wire.received
            run = await reader.visit("search")
            sent = (wire.received - before) / 1000
            over = "" if run.seconds < GOAL_S and sent < GOAL_KB else "  over the goal"
            print(
                f"{name}, {which}: {run.seconds:.2f} s, {run.received / 1000:.0f} kB, "
                f"sent as {sent:.0f} kB, {len(run.errors)} errors{over}",
                flush=True,
            )
    finally:
        await reader.close()


def measure(name, pack):
    with serving(pack=pack, warm=True) as server, counted(server.address) as (wire, address):
        asyncio.run(visits(name, address, wire))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, help="a town that is there already")
    options = parser.parse_args()
    measure("embedded pack", None)
    with tempfile.TemporaryDirectory() as folder:
        pack = options.pack or town_pack(Path(folder) / "town", PLOTS)
        measure(f"{PLOTS} plots", pack)


if __name__ == "__main__":
    main()
