"""
A town hall at once: many readers over real websockets, and how long each waits.

Run it from the repository root::

    python -m tests.speed.load --sessions 30 --seconds 300
    python -m tests.speed.load --sessions 100 --seconds 300
    python -m tests.speed.load --sessions 30 --seconds 120 --plots 40000 --sliders 2
    python -m tests.speed.load --sessions 30 --seconds 120 --files 1
    python -m tests.speed.load --sessions 30 --seconds 60 --compare

Each reader opens one of all twelve pages by a link, waits 2-6 seconds and goes on; some move a
slider of vacant land, screen a file or enter a project, after which every figure of jobs is made
anew. Seconds are from the request to the end of the page, without a browser's drawing. Prints a
table, and ends with 1 where a page showed an error or gave no answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.speed.serving import Server, serving
from tests.speed.visitors import LINKS, Planner, Record, Town
from tests.support.towns import town_pack

GOALS_S = {30: 1.0, 100: 3.0}  # of p95, by sessions
OTHERS_GOAL_S = 1.0  # that a heavy job may hold a page of somebody else's
SITES = 5_000
HEAVY = ("slider, heavy", f"{SITES} sites")
SHOWN_ERRORS = 10


@dataclass
class Measured:
    """What a run of the load came to."""

    record: Record
    elapsed_s: float
    server_cpu_s: float
    own_cpu_s: float
    before_mb: float
    after_mb: float


def measure(server, options, town):
    """Let the readers work, after each page was opened once."""
    asyncio.run(first_visits(server.address, town))
    before_mb, cpu = server.memory_mb(), server.cpu_s()
    own, start = time.process_time(), time.monotonic()
    record = Record()
    asyncio.run(readers(server.address, town, record, options))
    return Measured(
        record,
        time.monotonic() - start,
        server.cpu_s() - cpu,
        time.process_time() - own,
        before_mb,
        server.memory_mb(),
    )


async def first_visits(address, town):
    """Open every page once, one after the other; a server that begins warm has that behind it."""
    planner = Planner(address, town, Record(), random.Random(0))  # noqa: S311
    for page in LINKS:
        await planner.visit(page)
    await planner.close()


async def readers(address, town, record, options):
    """Let so many readers work at once, until the time is up."""
    until = time.monotonic() + options.seconds
    work = []
    for number in range(options.sessions):
        rng = random.Random(1000 * options.seed + number)  # noqa: S311
        planner = Planner(address, town, record, rng)
        if number < options.sliders:
            work.append(planner.slide(until))
        elif number < options.sliders + options.files:
            work.append(planner.screen(until, SITES))
        else:
            work.append(planner.work(until))
    await asyncio.gather(*work)


def table(measured, options):
    """Print one table."""
    record = measured.record
    print("| what | runs | errors | p50 | p95 | p99 | longest |\n|---|---|---|---|---|---|---|")
    for what in sorted({*record.seconds, *record.errors}):
        _row(what, record.seconds.get(what, []), len(record.errors.get(what, [])))
    others = record.all_seconds(without=HEAVY)
    _row("**all but heavy**", others, len(record.all_errors()))
    print()
    goal = GOALS_S.get(options.sessions)
    print(
        f"{options.sessions} sessions, {measured.elapsed_s:.0f} s, "
        f"{record.runs / measured.elapsed_s:.1f} runs/s; "
        f"server {measured.server_cpu_s / measured.elapsed_s:.2f} cores, "
        f"{measured.before_mb:.0f} MB before and {measured.after_mb:.0f} MB after; "
        f"readers {measured.own_cpu_s / measured.elapsed_s:.2f} cores; "
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
        f"p95 goal {goal or '-'} s"
    )
    for said in record.all_errors()[:SHOWN_ERRORS]:
        print(f"  error: {said}")


def _row(what, took, errors):
    figures = (
        [f"{one:.2f} s" for one in (*np.percentile(took, [50, 95, 99]), max(took))] if took else []
    )
    print(f"| {what} | {len(took)} | {errors} | {' | '.join(figures)} |")


def compare(one, other):
    """Print how many times as long the other run took."""
    ratios = [
        np.percentile(other.record.all_seconds(HEAVY), share)
        / np.percentile(one.record.all_seconds(HEAVY), share)
        for share in (50, 95)
    ]
    per_run = [got.server_cpu_s / max(1, got.record.runs) * 1000 for got in (one, other)]
    print(
        f"\nWith Streamlit's own collection after every run: p50 x {ratios[0]:.1f}, "
        f"p95 x {ratios[1]:.1f}; processor {per_run[0]:.0f} -> {per_run[1]:.0f} ms a run\n"
    )


@contextmanager
def packed(options):
    """Yield the folder of the pack to be shown; None for the embedded one."""
    if options.pack or not options.plots:
        yield options.pack
        return
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "pack"
        town_pack(directory, options.plots)
        yield directory


def _options():
    parser = argparse.ArgumentParser(description="many readers at once")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--plots", type=int, default=0, help="make a town of so many plots")
    parser.add_argument("--sliders", type=int, default=0, help="of the sessions, only sliders")
    parser.add_argument("--files", type=int, default=0, help=f"of the sessions, files of {SITES}")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--url", help="a server that runs; else one is started")
    parser.add_argument("--plain", action="store_true", help="start it by streamlit run")
    parser.add_argument("--compare", action="store_true", help="and with postScriptGC")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    """Measure and print."""
    options = _options()
    warm = False if options.plain else None
    failed = False
    with packed(options) as pack:
        town = Town(pack)
        found = []
        for forced_gc in (False, True) if options.compare else (False,):
            started = (
                nullcontext(Server(options.url, 0))
                if options.url
                else serving(pack=pack, warm=warm, workers=options.workers, forced_gc=forced_gc)
            )
            with started as server:
                found.append(measure(server, options, town))
            table(found[-1], options)
            failed = failed or bool(found[-1].record.all_errors())
        if options.compare:
            compare(*found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
