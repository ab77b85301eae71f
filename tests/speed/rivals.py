"""
The whole land account against the same account in SQL, in two engines, and by `gpd.overlay`.

Run it from the repository root::

    python -m tests.speed.rivals --sizes 10000 40000 1000000

Every figure is taken in a process of its own, which reads the town from GeoParquet into what the
side calculates with (geometries, or tables of the engine), and reads the clock around the
calculation alone: no imports, no reading. Memory is the largest that the process had during the
calculation, with the town and the libraries in it, and how much of it the calculation added. The
sides take turns, round after round, each with two threads where it has threads; a ratio is the
median of those within a round.

In SQL the account is `tests.support.account_sql` in its fast form, where built and excluded land
are what the subtraction took away, and ours is `measured=False`; `--measured` times the form that
measures them by intersection on all sides but the overlay, which has none. Ours checks more than
the rivals do: sound shapes, plots and buildings that overlap, water. That is part of its figure.
`--core` times the core alone: buildings buffered, united and subtracted from whole plots.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay, polygons
from geo.geometry.width import QUAD_SEGS
from geo.land.compute import account
from geo.land.rules import ReserveRules
from tests.speed import reserve_pack
from tests.speed.reserve_baseline import overlay_pipeline
from tests.support import engines

LAYERS = ("parcels", "plan_areas", "zones", "buildings", "constraints")
RULES = ReserveRules()
TOTALS = (
    *("gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"),
    *("footprint_m2", "densification_bra_m2", "reserve_bra_m2"),
)
# Of each total of the town. They part where pieces of a plot nearly touch, and where GEOS says that
# nothing is left of a wide part that is shrunk, which ours asks again (`geo.geometry.width`).
TOLERANCE = 0.0005
GOAL = 2.0  # times as fast as the fastest rival, with at most half of its memory
JUDGED = (40_000, 1_000_000)
SMALL = 100_000  # up to here several rounds, and the overlay too
ROUNDS = 5


class Ours:
    """The account of `geo.land`, from layers as geopandas reads them."""

    def __init__(self, folder):
        self.town = [gpd.read_parquet(folder / f"{name}.parquet") for name in LAYERS]

    def account(self, *, measured):
        return account(*self.town, RULES, measured=measured).by_zone()

    def core(self):
        parcels, _, _, buildings, _ = self.town
        plots, standing = (
            polygons.layer(each.geometry.to_numpy()) for each in (parcels, buildings)
        )
        with overlay.quiet():
            blocks = overlay.blocks(plots.bounds)
            built = overlay.in_threads(lambda rows: _built_m2(rows, plots, standing), blocks)
        return pd.DataFrame({"built_m2": [sum(built)]})


def _built_m2(rows, plots, standing):
    """Square metres of these plots within the buffer of a building, as the account takes them."""
    buffer_m = RULES.building_buffer_m
    mine = overlay.own(plots.geometry[rows])
    near = standing.near(overlay.window(plots.bounds[rows]), margin_m=buffer_m)
    houses = overlay.own(standing.geometry[near])
    tree = shapely.STRtree(mine)
    house, plot = tree.query(houses, predicate="dwithin", distance=buffer_m)
    order = np.argsort(plot, kind="stable")
    built_up, pile = np.unique(plot[order], return_inverse=True)
    piles = shapely.geometrycollections(houses[house[order]], indices=pile)
    taken = shapely.buffer(piles, buffer_m, quad_segs=QUAD_SEGS)
    left = overlay.subtract(mine, taken, built_up, np.arange(len(taken)))
    return plots.area[rows].sum() - shapely.area(left).sum()


class Overlay(Ours):
    """What an analyst would write with `gpd.overlay`, of plots that are cut alone dissolved."""

    def account(self, *, measured):
        assert not measured, "this side has no other form"
        town = reserve_pack.Town(**dict(zip(LAYERS, self.town, strict=True)))
        return overlay_pipeline(town, RULES, tuned=True)

    def core(self):
        parcels, _, _, buildings, _ = self.town
        taken = buildings.buffer(RULES.building_buffer_m, quad_segs=QUAD_SEGS)
        taken = gpd.GeoDataFrame(geometry=taken, crs=buildings.crs)
        left = gpd.overlay(parcels, taken, how="difference")
        return pd.DataFrame({"built_m2": [parcels.area.sum() - left.area.sum()]})


class InSql:
    """The account in an engine, from tables that it has read itself."""

    def __init__(self, engine, folder):
        self.engine = engine(folder)
        for name in LAYERS:
            self.engine.read(name, folder / f"{name}.parquet")

    def account(self, *, measured):
        return engines.account(self.engine, RULES, measured=measured)

    def core(self):
        return engines.account(self.engine, RULES, measured=False, core=True)


SIDES = {
    "ours": Ours,
    "SedonaDB": lambda folder: InSql(engines.Sedona, folder),
    "DuckDB": lambda folder: InSql(engines.Duck, folder),
    "overlay": Overlay,
}


def run_here(which, work, folder):
    """Run one side in this process and print what it took and what it found, as JSON."""
    side = SIDES[which](Path(folder))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the largest so far
    held = _status_gb("VmRSS")
    before, cpu_before = time.perf_counter(), time.process_time()
    found = side.core() if work == "core" else side.account(measured=work == "measured")
    seconds, cpu = time.perf_counter() - before, time.process_time() - cpu_before
    totals = found[[name for name in TOTALS if name in found]].sum()
    largest = _status_gb("VmHWM")
    took = {"seconds": seconds, "cpu": cpu, "gb": largest, "added": largest - held}
    print(json.dumps(took | {"totals": totals.to_dict()}), flush=True)
    os._exit(0)  # an engine that takes its tables down piece by piece is no part of it


def _status_gb(name):
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:"))
    return int(kib) * 1024 / 1e9


def write_here(plots, folder):
    town = reserve_pack.build(plots)
    for name in LAYERS:
        frame = getattr(town, name)
        frame.assign(row=np.arange(len(frame))).to_parquet(Path(folder) / f"{name}.parquet")


def in_own_process(*arguments):
    command = [sys.executable, "-m", "tests.speed.rivals", *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # our own program
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def compare(plots, work, sides, rounds):
    """Time the sides in turns, hold their totals against each other, and print a line each."""
    took = {side: [] for side in sides}
    with tempfile.TemporaryDirectory() as folder:
        in_own_process("--write", plots, folder)
        for turn in range(rounds):
            start = turn % len(sides)
            for side in [*sides[start:], *sides[:start]]:
                took[side].append(json.loads(in_own_process("--one", side, work, folder)))
    ours = took["ours"]
    ratios = {}
    for side, runs in took.items():
        of_round = [run["seconds"] / own["seconds"] for run, own in zip(runs, ours, strict=True)]
        memory = [run["gb"] for run in runs]
        ratios[side] = (statistics.median(of_round), max(memory) / max(run["gb"] for run in ours))
        off = max(_difference(run["totals"], ours[0]["totals"]) for run in runs)
        seconds = [run["seconds"] for run in runs]
        print(
            f"| {plots} | {work} | {side} | {statistics.median(seconds):.2f} | {min(seconds):.2f}"
            f" | {statistics.median(run['cpu'] for run in runs):.2f} | {ratios[side][0]:.2f}"
            f" | {max(memory):.2f} | {max(run['added'] for run in runs):.2f}"
            f" | {ratios[side][1]:.2f} | {off:.5%} |",
            flush=True,
        )
        assert off < TOLERANCE, f"{side} differs by {off:.3%} at {plots} plots"
    _judge(plots, work, {side: ratio for side, ratio in ratios.items() if side != "ours"})


def _difference(one, other):
    """Largest relative difference of a total of the town."""
    return max(abs(one[name] / total - 1) for name, total in other.items())


def _judge(plots, work, ratios):
    if plots not in JUDGED or work == "core" or not ratios:
        return
    fastest = min(ratios, key=lambda side: ratios[side][0])
    for what, ratio in zip(("time", "memory"), ratios[fastest], strict=True):
        met = "met" if ratio >= GOAL else "MISSED"
        print(f"{plots}: {what} of {fastest} is {ratio:.2f} of ours, goal {GOAL} {met}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 40_000, 1_000_000])
    parser.add_argument("--sides", nargs="+", choices=list(SIDES), help="beside ours")
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS} up to {SMALL} plots, above it one")
    parser.add_argument("--measured", action="store_true")
    parser.add_argument("--core", action="store_true")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run_here(*options.one)
    if options.write:
        write_here(int(options.write[0]), options.write[1])
        return
    work = "core" if options.core else "measured" if options.measured else "account"
    print(
        "| plots | work | side | median s | best s | CPU s | times ours | largest GB | of it added"
        " | times ours | largest difference of a total |\n" + "|---" * 11 + "|",
        flush=True,
    )
    for plots in options.sizes:
        rivals = options.sides or [side for side in SIDES if side != "ours"]
        if work == "measured" or (plots > SMALL and not options.sides):
            rivals = [side for side in rivals if side != "overlay"]
        sides = ["ours", *(side for side in rivals if side != "ours")]
        compare(plots, work, sides, options.rounds or (ROUNDS if plots <= SMALL else 1))


if __name__ == "__main__":
    main()
