"""
What a server holds on to while readers come and go: its memory over thousands of pages.

Run it from the repository root::

    python -m tests.speed.memory --runs 5000 --sessions 30

The readers are those of `tests.speed.load`, without their pauses; each leaves after two or three
pages and another comes. Caches fill up at first: the start is the memory after the first pages
(`--warm`), and the memory on the fresh server stands in the first row. Read while nobody asks for
anything, so that no reader of files is counted. The last rows are after all have left.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from pathlib import Path

from tests.speed import load, visitors
from tests.speed.serving import serving
from tests.speed.visitors import Planner, Record, Town

MOST_MB = 150.0  # over the start, at any time after it
LEFT_S = (5, 130, 190)  # after the last has left; Streamlit keeps a session for two minutes
CALM_S = 2.0  # until the server has done what comes after a page


async def round_of(planners, runs, record):
    """Let all of them work until there are so many pages in all."""

    async def work(planner):
        while record.runs < runs:
            try:
                await planner.step()
            except visitors.FAILURES as error:
                record.errors["no answer"].append(repr(error)[:300])
                await planner.close()

    await asyncio.gather(*map(work, planners))
    await asyncio.sleep(CALM_S)


async def follow(server, options):
    """Print a row for each round; return the most over the start, and what went wrong."""
    visitors.WAIT_S = (0.0, 0.0)
    town, record = Town(options.pack), Record()
    planners = [
        Planner(server.address, town, record, random.Random(number))  # noqa: S311
        for number in range(options.sessions)
    ]
    began = time.monotonic()
    print("| pages | sessions so far | memory | over the start |\n|---|---|---|---|")

    def row(said, start):
        now = server.memory_mb()
        over = "" if start is None else f"{now - start:+.0f} MB"
        sessions = sum(planner.opened for planner in planners)
        print(f"| {said} | {sessions} | {now:.0f} MB | {over} |", flush=True)
        return now

    await load.first_visits(server.address, town)
    row("each once", None)
    await round_of(planners, options.warm, record)
    start = row(f"{record.runs}, the start", None)
    most = 0.0
    while record.runs < options.runs:
        await round_of(planners, min(record.runs + options.every, options.runs), record)
        most = max(most, row(record.runs, start) - start)
    for planner in planners:
        await planner.close()
    left = time.monotonic()
    for seconds in LEFT_S if options.leave else LEFT_S[:1]:
        await asyncio.sleep(max(0.0, left + seconds - time.monotonic()))
        row(f"all left, {seconds} s ago", start)
    print(
        f"\n{record.runs} pages in {left - began:.0f} s, {len(record.all_errors())} errors; "
        f"most over the start {most:.0f} MB (goal {MOST_MB:.0f} MB); "
        f"load average {os.getloadavg()[0]:.1f}"
    )
    for said in record.all_errors()[:10]:
        print(f"  error: {said}")
    return most, record.all_errors()


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description="a server's memory over thousands of pages")
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--warm", type=int, default=500, help="pages before the start")
    parser.add_argument("--every", type=int, default=500, help="pages between two rows")
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--plain", action="store_true", help="start it by streamlit run")
    parser.add_argument("--forced-gc", action="store_true", help="with postScriptGC")
    parser.add_argument("--leave", action="store_true", help="wait until sessions are given up")
    options = parser.parse_args()
    warm = False if options.plain else None
    with serving(pack=options.pack, warm=warm, forced_gc=options.forced_gc) as server:
        most, errors = asyncio.run(follow(server, options))
    return int(most > MOST_MB or bool(errors))


if __name__ == "__main__":
    sys.exit(main())
