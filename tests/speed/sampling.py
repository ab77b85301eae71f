"""
Where the server's time goes while many readers are at work: a sampling profile by py-spy.

Run it from the repository root, where a process may look into another (as root, or with
`sysctl kernel.yama.ptrace_scope=0`)::

    python -m tests.speed.sampling --sessions 30 --seconds 60

Prints shares of the samples of the thread that held Python's lock, which is what readers wait for:
by whose code was running, and by which of our functions it was running for. With `--all-threads`
also of those that work outside the lock, as in GEOS, and of those that wait for it in a call of the
system.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.speed import load
from tests.speed.serving import serving
from tests.speed.visitors import Record, Town

RATE = 50  # samples a second
# A frame as py-spy writes it: function (file:line).
FRAME = re.compile(r"(?P<name>.*) \((?P<file>.*?)(?::\d+)?\)")
# Whose code it is, by a part of the file's path; the first that fits.
OWNERS = (
    ("garbage collection", ("gc_collect", "gcmodule", "script_runner.py:1055")),
    ("websocket, asyncio", ("(layers/serve/",)),
    ("our code", ("(geo/", "(layers/", "(pages/", "(app.py")),
    ("Streamlit", ("streamlit/", "streamlit_folium/")),
    ("pandas, numpy, pyarrow", ("pandas/", "numpy/", "pyarrow/")),
    ("geopandas, shapely, pyproj", ("geopandas/", "shapely/", "pyproj/", "pyogrio/")),
    ("altair, JSON schema", ("altair/", "jsonschema/", "referencing/", "narwhals/")),
    ("folium, Jinja", ("folium/", "branca/", "jinja2/", "markupsafe/")),
    ("SQLAlchemy, SQLite", ("sqlalchemy/", "sqlite")),
    ("websocket, asyncio", ("asyncio/", "uvicorn/", "websockets/", "starlette/", "anyio/")),
    ("protobuf", ("google/protobuf",)),
    ("import", ("importlib",)),
)
ELSE = "the rest of Python"


def owner(frames):
    """Return whose code the innermost frames are; Python's own counts for who called it."""
    for frame in reversed(frames):
        for name, parts in OWNERS:
            if any(part in frame for part in parts):
                return name
    return ELSE


def shown(samples, most):
    """Print both tables."""
    total = sum(samples.values())
    by_owner, by_function, below = (collections.Counter() for _ in range(3))
    for stack, count in samples.items():
        frames = [frame for frame in stack.split(";") if FRAME.fullmatch(frame)]
        by_owner[owner(frames)] += count
        ours = {_named(frame) for frame in frames if owner([frame]) == "our code"}
        below.update(dict.fromkeys(ours, count))
        innermost = next((f for f in reversed(frames) if owner([f]) == "our code"), None)
        if innermost:
            by_function[_named(innermost)] += count
    print(f"{total} samples\n\n| whose code was running | share |\n|---|---|")
    for name, count in by_owner.most_common():
        print(f"| {name} | {count / total:.1%} |")
    print("\n| our function | with all that it calls | it and libraries |\n|---|---|---|")
    for name, count in below.most_common(most):
        print(f"| `{name}` | {count / total:.1%} | {by_function[name] / total:.1%} |")


def _named(frame):
    found = FRAME.fullmatch(frame)
    return f"{found['file']}:{found['name']}"


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description="a sampling profile of the server under load")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--plain", action="store_true", help="start it by streamlit run")
    parser.add_argument("--forced-gc", action="store_true", help="with postScriptGC")
    parser.add_argument("--most", type=int, default=30)
    parser.add_argument("--native", action="store_true", help="frames of C too: shows collection")
    parser.add_argument("--all-threads", action="store_true", help="also those outside Python")
    parser.add_argument("--out", type=Path, help="keep the samples")
    options = parser.parse_args()
    options.sliders = options.files = 0
    options.seed = 1
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None:
        sys.exit("py-spy is missing: pip install py-spy")
    town = Town(options.pack)
    warm = False if options.plain else None
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(pack=options.pack, warm=warm, forced_gc=options.forced_gc) as server,
    ):
        asyncio.run(load.first_visits(server.address, town))
        written = options.out or Path(folder) / "samples.txt"
        command = [spy, "record", "--pid", str(server.pid), "--rate", str(RATE), "--format", "raw"]
        command += ["--native"] if options.native else []
        command += [] if options.all_threads else ["--gil"]
        command += ["--duration", str(int(options.seconds)), "--output", str(written)]
        record = Record()
        with subprocess.Popen(  # noqa: S603  # our own command
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as sampling:
            began, start = server.cpu_s(), time.monotonic()
            asyncio.run(load.readers(server.address, town, record, options))
            cores = (server.cpu_s() - began) / (time.monotonic() - start)
            sampling.wait(60)
        samples = collections.Counter()
        for line in written.read_text(errors="replace").splitlines():
            stack, _, count = line.rpartition(" ")
            samples[stack] += int(count)
    print(
        f"{options.sessions} sessions, {options.seconds:.0f} s, {record.runs} runs, "
        f"server {cores:.2f} cores, load average {os.getloadavg()[0]:.1f}; ",
        end="",
    )
    shown(samples, options.most)


if __name__ == "__main__":
    main()
