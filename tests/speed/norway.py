"""
The whole country through `geo distribute`: time, memory, and whether two workers are twice one.

Run it from the repository root::

    python -m tests.speed.norway --municipalities 20 --plots 200000
    python -m tests.speed.norway --folder DIR          # 357 municipalities, 3.5 million plots

The country is made up, and is written once to the folder. Each run of the command starts from
nothing, reads the partitions and writes the summary. A worker is held to one core, so that one
worker cannot take two; its memory, and that of the process with the scheduler, is read from the
system while it runs. The summaries of all runs must be the same to the square metre.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import psutil

from geo.comparison import fields
from geo.distribute import layout, partition
from tests.speed import norway_country

EVERY_S = 0.25
LIMIT_GB = 3.0
EFFICIENCY_GOAL = 0.85  # of two workers: near linear
MACHINES = 10
WORKERS_A_MACHINE = 2
SAME_M2 = 1.0
MARK = "--multiprocessing-fork"  # in the command of a process that multiprocessing has spawned


@dataclass
class Watched:
    """Largest memory of each process (GB), by what it is."""

    scheduler_gb: float = 0.0
    workers_gb: dict[int, float] = field(default_factory=dict)


def main():
    given = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="norway-", dir=given.folder) as scratch:
        place = Path(scratch)
        source = (given.folder or place) / f"country-{given.municipalities}-{given.plots}"
        if not (source / layout.DATASET).is_file():
            began = time.perf_counter()
            norway_country.write(
                source,
                given.municipalities,
                given.plots,
                plots_per_partition=given.plots_per_partition,
            )
            print(f"written in {time.perf_counter() - began:.0f} s")
        count, parts, features, taken = norway_country.size(source)
        print(f"{count} municipalities, {parts} partitions, {taken / 1e9:.2f} GB, {features}")
        seconds = {}
        summaries = {}
        for workers in given.workers:
            output = place / f"summary-{workers}"
            seconds[workers], watched = run(source, output, workers, given.memory)
            summaries[workers] = summary(output, count)
            _tell(workers, seconds[workers], watched, features["parcels"])
            shutil.rmtree(output / "work", ignore_errors=True)
        missed = _compare(summaries)
        if {1, 2} <= set(seconds):
            missed |= _scaling(seconds[1], seconds[2], parts)
    sys.exit(int(missed))


def run(source, output, workers, memory):
    """Run the command to its end, and return its seconds and the memory of its processes."""
    command = [sys.executable, "-m", "geo", "distribute", "--input", source, "--output", output]
    command += ["--workers", str(workers), "--memory", memory, "--json"]
    watched, began = Watched(), time.perf_counter()
    with (
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as told,
        subprocess.Popen(command, stdout=said, stderr=told) as process,  # noqa: S603  # our own program
    ):
        root = psutil.Process(process.pid)
        while process.poll() is None:
            _watch(root, watched)
            time.sleep(EVERY_S)
        taken = time.perf_counter() - began
        if process.returncode:
            told.seek(0)
            sys.exit(told.read()[-2000:].decode())
        said.seek(0)
        json.loads(said.read())  # one document, as it promises
    return taken, watched


def summary(output, municipalities):
    """Read what a run found; every municipality must be there and be known."""
    table = gpd.read_parquet(output / fields.MUNICIPALITIES)
    assert len(table) == municipalities, len(table)
    assert table["status"].eq(fields.COMPLETE).all(), table[["status", "reason"]]
    return table.set_index(list(fields.KEYS)).sort_index()


def _watch(root, watched):
    try:
        watched.scheduler_gb = max(watched.scheduler_gb, _peak_gb(root.pid))
        for child in root.children(recursive=True):
            if MARK in child.cmdline():
                peak = max(watched.workers_gb.get(child.pid, 0.0), _peak_gb(child.pid))
                watched.workers_gb[child.pid] = peak
                _hold(child.pid, [*watched.workers_gb].index(child.pid) % (os.cpu_count() or 1))
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return  # it ended while it was looked at


def _hold(pid, core):
    """Let every thread of a process run on one core only."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def _peak_gb(pid):
    """Largest memory of a process so far, as Linux tells."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024 / 1e9
    return 0.0


def _tell(workers, seconds, watched, plots):
    peaks = sorted(watched.workers_gb.values(), reverse=True)
    shown = ", ".join(f"{peak:.2f}" for peak in peaks)
    print(
        f"{workers} worker(s): {seconds:.0f} s, {plots / seconds:.0f} plots a second, "
        f"memory of each worker {shown} GB, of the scheduler {watched.scheduler_gb:.2f} GB"
    )
    if len(peaks) != workers:
        print(f"{len(peaks)} processes were seen for {workers} worker(s)")


def _compare(summaries):
    """Say whether all runs found the same; every area to the square metre."""
    first, *others = summaries.values()
    areas = [name for name in fields.LAND if name in first]
    land = first[areas].astype(float)
    national = ", ".join(
        f"{name} {land[name].sum() / 1e6:.2f}" for name in ("gross_m2", "reserve_m2")
    )
    print(f"km²: {national}; largest balance error {land['balance_error_m2'].max():.1e} m²")
    apart = [float(np.nanmax(np.abs(other[areas].astype(float) - land))) for other in others]
    for one in apart:
        print(f"largest difference between two runs: {one:.1e} m²")
    return any(one >= SAME_M2 for one in apart)


def _scaling(one, two, partitions):
    efficiency = one / (2 * two)
    if two >= one:
        print(f"two workers were no faster than one ({efficiency:.2f}): nothing follows for more")
        return True
    # What does not become less with another worker, and what does: a line through two points.
    fixed = max(2 * two - one, 0.0)
    shared = one - fixed
    workers = MACHINES * WORKERS_A_MACHINE
    print(
        f"efficiency of two workers {efficiency:.2f} (goal {EFFICIENCY_GOAL}); "
        f"{fixed:.1f} s are not shared, {shared:.1f} s are"
    )
    # And one partition more: the others wait for whoever has the last one.
    all_workers = fixed + shared / workers + shared / partitions
    print(
        f"{MACHINES} machines of {WORKERS_A_MACHINE} workers: {all_workers:.0f} s, if their cores "
        f"are as fast, all read the {partitions} partitions as fast as from this disk, and the "
        f"scheduler keeps up with {partitions / all_workers:.0f} of them a second"
    )
    return efficiency < EFFICIENCY_GOAL


def _parser():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--municipalities", type=int, default=357)
    parser.add_argument("--plots", type=int, default=3_500_000)
    parser.add_argument("--plots-per-partition", type=int, default=partition.PLOTS)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--memory", default=f"{LIMIT_GB:g}GB")
    parser.add_argument(
        "--folder", type=Path, help="where the country is kept, and found another time"
    )
    return parser


if __name__ == "__main__":
    main()
