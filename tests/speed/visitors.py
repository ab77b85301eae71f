"""What planners do on the pages, by the websocket: links opened, sliders moved, files, entries."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import time
from dataclasses import dataclass, field

import httpx
import websockets

from geo.pack.read import DEFAULT_PACK, read_pack
from tests.speed.websocket import Reader, RunFailedError, sites_file

# Pages by their name in the address, with what links to them carry.
LINKS = {
    "": ["", "adopted=yes", "lang=en"],
    "zones": ["zone={zone}"],
    "reserve": ["", "zone={zone}", "zone=corridor", "plot={plot}"],
    "corridor": ["", "width=600", "width=1500"],
    "growth_rule": ["", "adopted=yes", "estimates=no", "periods=2028, 2035"],
    "projects": ["", "project={project}"],
    "screening": ["", "way=plot&plot={plot}", "way=point&point=59.955, 11.05&bra=4000&type=kontor"],
    "search": ["", "wish=%7B%22min_daa%22%3A+5.0%7D"],
    "strategy": ["", "zone={zone}"],
    "layers": ["", "layer=zones&format=gpkg", "layer=parcels&area=zone:{zone}"],
    "data": [""],
    "method": [""],
}
NAMES = {"": "front page"} | {name: name for name in LINKS if name}
SLIDER, FILE, ENTRY = "slider moved", "file screened", "project entered"
# What else than a page is done, and how often; the rest is pages.
OTHERS = {SLIDER: 0.05, FILE: 0.03, ENTRY: 0.02}
WAIT_S = (2.0, 6.0)
LINKED = 0.4  # of the pages are opened by a link, in a tab of its own; else from the sidebar
FAILURES = (
    *(RunFailedError, OSError, TimeoutError, httpx.HTTPError),
    websockets.WebSocketException,
)


@dataclass
class Record:
    """Seconds of each thing that was done, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: collections.defaultdict(list))
    errors: dict[str, list[str]] = field(default_factory=lambda: collections.defaultdict(list))

    @property
    def runs(self):
        """How often the server was asked for a page."""
        return sum(map(len, self.seconds.values()))

    def add(self, what, run):
        """Note one answer."""
        self.seconds[what].append(run.seconds)
        self.errors[what] += run.errors

    def all_seconds(self, without=()):
        """Seconds of everything but what is named."""
        return [one for what, took in self.seconds.items() if what not in without for one in took]

    def all_errors(self):
        """Everything that went wrong, as sentences."""
        return [f"{what}: {said}" for what, found in self.errors.items() for said in found]


class Town:
    """What links can name in a pack."""

    def __init__(self, directory=None):
        pack = read_pack(directory or DEFAULT_PACK)
        self._ids = {
            "zone": pack.layer("zones")["zone_id"].tolist(),
            "plot": pack.layer("parcels")["parcel_id"].tolist()[:200],
            "project": pack.layer("projects")["project_id"].tolist(),
        }
        self._bounds = pack.layer("zones").total_bounds

    def link(self, page, rng):
        """Return what a link to this page carries."""
        query = rng.choice(LINKS[page])
        return query.format(**{name: rng.choice(ids) for name, ids in self._ids.items()})

    def file(self, rng, count=1):
        """Return a file of sites that nobody has sent before."""
        west, south, east, north = self._bounds
        places = [(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(count)]
        return sites_file(places, side=rng.uniform(40, 200))


class Planner:
    """One desk: opens pages and waits; a link that is followed closes the tab and opens another."""

    def __init__(self, address, town, record, rng):
        self._address = address
        self._town = town
        self._record = record
        self._rng = rng
        self._reader = None
        self._entered = 0
        self.opened = 0  # tabs

    async def work(self, until):
        """Do what planners do until the time has come."""
        await self._repeat(until, self.step)

    async def slide(self, until):
        """Do nothing but move the slider of the page of vacant land."""
        await self._repeat(until, lambda: self._slider("slider, heavy", "reserve"))

    async def screen(self, until, count):
        """Do nothing but screen files of many sites."""
        await self._repeat(until, lambda: self._file(f"{count} sites", count))

    async def close(self):
        """Close the tab, if it is open."""
        reader, self._reader = self._reader, None
        if reader is not None:
            with contextlib.suppress(*FAILURES):
                await reader.close()

    async def step(self):
        """Do one thing."""
        await self._open()
        what = self._rng.choices([*OTHERS, None], [*OTHERS.values(), 1 - sum(OTHERS.values())])[0]
        if what == SLIDER:
            await self._slider(SLIDER, "reserve")
        elif what == FILE:
            await self._file(FILE, 1)
        elif what == ENTRY:
            await self._entry()
        else:
            await self.visit(self._rng.choice(list(LINKS)))

    async def visit(self, page):
        """Open one page, by a link that somebody has sent or from the sidebar."""
        if self._reader is None or self._rng.random() < LINKED:
            await self._follow(page, self._town.link(page, self._rng))
        else:
            self._record.add(NAMES[page], await self._reader.visit(page))

    async def _follow(self, page, query=""):
        await self.close()
        await self._open()
        self._record.add(NAMES[page], await self._reader.visit(page, query))

    async def _open(self):
        if self._reader is None:
            self._reader = await Reader.open(self._address)
            self.opened += 1

    async def _repeat(self, until, step):
        await asyncio.sleep(self._rng.uniform(0, WAIT_S[1]))
        while time.monotonic() < until:
            try:
                await self._open()
                await step()
            except FAILURES as error:
                self._record.errors["no answer"].append(repr(error)[:300])
                await self.close()
            await asyncio.sleep(self._rng.uniform(*WAIT_S))
        await self.close()

    async def _slider(self, what, page):
        if not self._reader.has("buffer"):
            await self._follow(page)
            await asyncio.sleep(self._rng.uniform(*WAIT_S))
        value = {"data": [self._rng.randint(0, 50)]}
        self._record.add(what, await self._reader.choose("buffer", double_array_value=value))

    async def _file(self, what, count):
        if not self._reader.has("screen.file"):
            await self._follow("screening", "way=file")
        content = self._town.file(self._rng, count)
        self._record.add(what, await self._reader.upload("screen.file", "sites.geojson", content))

    async def _entry(self):
        await self._follow("projects", "new=1")
        reader = self._reader
        form = next(name for name in reader.names() if name.endswith(".reason"))[: -len(".reason")]
        self._entered += 1
        name = f"Prøve {self._rng.randrange(10**9)} {self._entered}"
        reader.write(f"{form}.name", string_value=name)
        reader.write(f"{form}.jobs", double_value=float(self._rng.randint(1, 50)))
        reader.write(f"{form}.jobs_source", string_value="Planbeskrivelse")
        reader.write(f"{form}.reason", string_value="Ny sak")
        await asyncio.sleep(self._rng.uniform(*WAIT_S))
        run = await reader.press_starting(f"FormSubmitter:{form}")
        if reader.has("project_anyway"):
            self._record.add(ENTRY, run)
            run = await reader.press("project_anyway")
        self._record.add(ENTRY, run)
        if "project=" not in reader.query:
            self._record.errors[ENTRY].append("nothing was entered")
