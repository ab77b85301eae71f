"""
What a reader of the page that compares municipalities waits for, on a fresh server.

Run it from the repository root: python -m tests.speed.compare_page.

Seconds until the page is finished and those of the server's processor, bytes of the websocket
before compression and as they were sent, and of the map's file: of the invented county that comes
with the program, and of a made-up country of 357 municipalities by 50 sets of parameters. The first
visit, the same page in another tab, and links to another measure, set and municipality.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import tempfile
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import shapely

from data.comparison import county
from geo.comparison import fields
from tests.speed.serving import serving
from tests.speed.websocket import Reader
from tests.speed.wire import counted
from tests.support import compared

MUNICIPALITIES, SETS = 357, 50  # Norway's, by as many sets as a page shows
GOAL_S, GOAL_KB = 2.0, 400.0
ACROSS = 13  # municipalities in a row: a country twice as long as it is wide
SOUTH_M = 6_500_000.0
APART_M = 30_000.0  # between their middles, as Norway's are on the average
STEP_M, BEND_M, WAVE_M = 300.0, 250.0, 1_700.0  # how rough borders and coasts are
SIMPLER_M = 100.0  # as `geo.distribute` leaves them
PARAMETERS = {
    "building_buffer_m": (15.0, 5.0, 10.0, 20.0, 30.0),
    "min_part_m2": (1000.0, 2000.0, 3000.0, 5000.0, 10_000.0),
    "max_utilisation": (0.6, 0.8),
}
MAP = re.compile(r"app/static/\w+/maps/\w+\.js")
CHOICES = (
    ("first visit", ""),
    ("again", ""),
    ("another measure", "measure=reserve_m2_per_inhabitant"),
    ("another set", "set=15-1000-0.8"),
    ("one marked", "municipality=1100"),
)


def outlines(rng):
    """Outlines with about as many corners as a country's have in a summary."""
    at = [divmod(number, ACROSS) for number in range(MUNICIPALITIES)]
    middles = np.array(at)[:, ::-1] * APART_M + rng.uniform(-0.3, 0.3, (len(at), 2)) * APART_M
    described = [
        county.Described(
            municipality_no=str(1000 + number),
            name="",
            at=(x, SOUTH_M + y),
            inhabitants=None,
            jobs_today=None,
            zones=(),
            radius_m=0,
            inside=0,
            projects=0,
            without=frozenset(),
            broken=False,
        )
        for number, (x, y) in enumerate(middles)
    ]
    fine = shapely.segmentize(county.outlines(described).geometry.to_numpy(), STEP_M)
    return shapely.simplify(shapely.transform(fine, _roughened), SIMPLER_M)


def _roughened(xy):
    x, y = xy.T / WAVE_M
    shift = [np.sin(5.1 * y + 2 * np.sin(x)), np.sin(4.3 * x + 2 * np.sin(1.7 * y))]
    return xy + BEND_M * np.column_stack(shift)


def country(folder):
    """Write the summary of a country, and return its folder."""
    rng = np.random.default_rng(1)
    shapes = outlines(rng)
    size = np.exp(rng.normal(13, 1.3, MUNICIPALITIES))  # m² of business land
    sets = list(itertools.product(*PARAMETERS.values()))
    assert len(sets) == SETS
    frames = []
    for values in sets:
        parameters = dict(zip(PARAMETERS, values, strict=True))
        share = np.clip(rng.normal(0.4, 0.1, MUNICIPALITIES) - values[0] / 200, 0.02, 0.9)
        rows = [
            compared.row(
                str(1000 + n),
                parameter_set="-".join(f"{one:g}" for one in values),
                name=f"Kommunenavn {n}",
                **parameters,
                reserve_m2=size[n] * share[n],
                reserve_in_growth_m2=size[n] * share[n] * 0.7,
                densification_bra_m2=size[n] * rng.uniform(0.1, 0.5),
                inhabitants=int(size[n] / 20),
                jobs_today=int(size[n] / 50) if n % 7 else None,
                constraints_mapped=n % 5 > 0,
                status="unknown" if n % 40 == 0 else "complete",
                reason="parcels/0301-000.parquet: avbrutt" if n % 40 == 0 else None,
                missing_layers="constraints, projects" if n % 9 == 0 else None,
                unknown_plots=n % 4,
            )
            for n in range(MUNICIPALITIES)
        ]
        frames.append(compared.frame(*rows).set_geometry(shapes, crs=25832))
    folder.mkdir(parents=True, exist_ok=True)
    pd.concat(frames, ignore_index=True).to_parquet(folder / fields.MUNICIPALITIES)
    corners = int(shapely.get_num_coordinates(shapes).sum())
    print(f"{MUNICIPALITIES} municipalities, {SETS} sets, {corners} corners of outlines")
    return folder


async def visits(name, server, address, wire):
    kept = set()  # maps that the browser has: each is a file that does not change
    for which, query in CHOICES:
        reader = await Reader.open(address)
        try:
            before, worked = wire.received, server.cpu_s()
            run = await reader.visit("compare", query)
            worked = server.cpu_s() - worked
            page = (wire.received - before) / 1000
            new = maps_of(reader) - kept
            kept |= new
            drawn = sum(taken(f"{server.address}/{one}") for one in new) / 1000
            over = "" if worked < GOAL_S and page + drawn < GOAL_KB else "  over the goal"
            print(
                f"{name}, {which}: {run.seconds:.2f} s ({worked:.2f} s of processor), page "
                f"{run.received / 1000:.0f} kB sent as {page:.0f}, map sent as {drawn:.0f}, "
                f"{len(run.errors)} errors{over}",
                flush=True,
            )
        finally:
            await reader.close()


def maps_of(reader):
    """Addresses of the maps that the page shows."""
    told = (getattr(element, "json_args", "") for element in reader.widgets.values())
    return {one for args in told for one in MAP.findall(args)}


def taken(address):
    """Bytes of a file as a browser is sent it."""
    with httpx.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        answer.raise_for_status()
        return sum(map(len, answer.iter_raw()))


def measure(name, folder):
    environment = {} if folder is None else {"NAERINGSAREAL_COMPARISON": str(folder)}
    with (
        serving(warm=True, environment=environment) as server,
        counted(server.address) as (wire, address),
    ):
        asyncio.run(visits(name, server, address, wire))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", type=Path, help="a country that is there already")
    options = parser.parse_args()
    measure("invented county", None)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.summary or country(Path(scratch) / "country")
        measure("country", folder)


if __name__ == "__main__":
    main()
