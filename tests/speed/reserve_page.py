"""
How long a planner waits for the page of vacant land. Run: python -m tests.speed.reserve_page.

Prints a table. With 40 000 plots and their buildings: seconds from the address to coloured plots
on the map, on a server that got warm before it opened, on one that nothing is ready on, and on a
second visit; from a move of a slider to the new colours; and kilobytes
over the websocket. With the embedded 1 500 plots: seconds from a move of a slider until the link
has the new value and the map the new colours. The first move of the buffer finds nothing reckoned;
those that go on the same way, after a rest, find what the server has reckoned ahead. The browser is
told that no name resolves, so the figures are those of a desk without internet.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from geo.pack.read import DEFAULT_PACK, read_pack
from layers.maps import first_tiles, tiles
from tests.browser.conftest import CHROMIUM, IDLE, ROOT, launch, map_frame, running_server
from tests.speed.serving import serving
from tests.speed.wire import counted
from tests.support.towns import town_pack

PLOTS = 40_000
VISITS = 5
MOVES = 7
LARGE_MOVES = 4
LONGEST_MS = 300_000
AFTERMATH_MS = 1500  # what comes after the map belongs to the payload too
REST_MS = 6000  # of a reader who looks at a large town before the next step

PAYLOAD_KB = 20.0
PAINTED_S = 2.5
FIRST_S = 5.0
ANSWERED_S = 1.5
EMBEDDED_S = 0.3

# The colours are there, and every tile in sight has been drawn.
PAINTED = """() => {
    const drawn = [...document.querySelectorAll('canvas.leaflet-tile')];
    return window.plotClassesShown && drawn.length > 0
        && drawn.every(tile => tile.classList.contains('leaflet-tile-loaded'));
}"""
# Bytes of tiles and colours as they were sent.
FETCHED = """() => performance.getEntriesByType('resource')
    .filter(entry => entry.name.includes('/static/made/'))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
BUFFER_M = 15
WIDTH_M = 20
# Place on the page, name in the address, and step of a slider.
BUFFER = (0, "buffer", 1)
WIDTH = (1, "minwidth", 2)
MAP_COMPONENT = b"streamlit_folium"  # stands in every message to the map


@dataclass
class Visit:
    """Page and map, seconds until painted, and bytes: all, the map's message, sent, tiles."""

    page: object
    frame: object
    seconds: float
    payload: int
    message: int
    wire: int
    tiles: int


def visit(context, address, wire):
    """Open the page and wait until every plot in sight is painted."""
    page = context.new_page()
    page.set_default_timeout(LONGEST_MS)
    received = []
    wire_before = wire.received

    def listen(socket):
        # Functions of its own: Playwright cannot mark the list's built-in append.
        socket.on("framereceived", lambda frame: received.append(frame))  # noqa: PLW0108

    page.on("websocket", listen)
    start = time.perf_counter()
    page.goto(f"{address}/reserve")
    frame = map_frame(page)
    frame.wait_for_function(PAINTED)
    seconds = time.perf_counter() - start
    page.wait_for_timeout(AFTERMATH_MS)
    message = sum(len(part) for part in received if MAP_COMPONENT in _bytes(part))
    tile_bytes = frame.evaluate(FETCHED)
    sent = wire.received - wire_before
    return Visit(page, frame, seconds, sum(map(len, received)), message, sent, tile_bytes)


def slider_seconds(page, frame, start_at, moves, *, idle, which=BUFFER, rest_ms=AFTERMATH_MS):
    """
    Seconds from each press of the arrow on a slider to the new colours.

    With `idle`, the next press waits until the server has finished the whole page; and then or at
    once until the reader has rested.
    """
    waits = []
    place, key, step = which
    slider = page.locator("input[type=range]").nth(place)
    page.wait_for_selector(IDLE)
    if not slider.is_visible():  # the assumptions are folded
        page.get_by_text("Forutsetninger", exact=True).click()
        slider.wait_for()
    for value in range(start_at + step, start_at + step * moves + 1, step):
        before = frame.evaluate("window.plotClassesShown")
        slider.focus()
        start = time.perf_counter()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"location.search.includes('{key}={value}')")
        frame.wait_for_function("before => window.plotClassesShown !== before", arg=before)
        waits.append(time.perf_counter() - start)
        if idle:
            page.wait_for_selector(IDLE)
        page.wait_for_timeout(rest_ms)
    return waits


def measure_town(browser, directory):
    """First visit, the later ones, and one move of the slider, on the large pack."""
    with running_server(pack=directory) as server, counted(server) as (wire, address):
        # One context: on later visits the browser has the app's own files and tiles already.
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        first = visit(context, address, wire)
        first.page.close()
        # A browser that has never been here, on a server that has cut the tiles.
        stranger = browser.new_context(viewport={"width": 1440, "height": 900})
        new = visit(stranger, address, wire)
        stranger.close()
        later = []
        for _ in range(VISITS):
            later.append(visit(context, address, wire))
            later[-1].page.close()
        last = visit(context, address, wire)
        moved = (last.page, last.frame)
        buffer = slider_seconds(*moved, BUFFER_M, LARGE_MOVES, idle=True, rest_ms=REST_MS)
        narrow = slider_seconds(*moved, WIDTH_M, LARGE_MOVES, idle=True, which=WIDTH)
        context.close()
    return first, new, later, (buffer, narrow)


def measure_warm(browser, directory):
    """First visit on a server that `layers.serve` has started, without tiles on the disk."""
    with serving(pack=directory, warm=True) as server:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        with counted(server.address) as (wire, address):
            first = visit(context, address, wire)
        context.close()
    return first


def measure_bare(browser, folder):
    """Seconds until an empty map stands on a page with nothing else, on later visits."""
    folder.mkdir()
    shutil.copy(ROOT / "tests" / "speed" / "bare_map.py", folder / "bare.py")
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    shutil.copytree(ROOT / "static" / "vendor", folder / "static" / "vendor")
    with running_server(app="bare.py", folder=folder) as address:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        seconds = []
        for _ in range(VISITS + 1):
            page = context.new_page()
            page.set_default_timeout(LONGEST_MS)
            start = time.perf_counter()
            page.goto(address)
            page.wait_for_selector("iframe.stCustomComponentV1")
            frame = page.query_selector("iframe.stCustomComponentV1").content_frame()
            frame.wait_for_function("() => !!window.map")
            seconds.append(time.perf_counter() - start)
            page.wait_for_timeout(AFTERMATH_MS)
            page.close()
        context.close()
    return statistics.median(seconds[1:])


def measure_embedded(browser):
    """Moves of the slider on the embedded pack: page finished, and moved again at once."""
    with running_server(pack=DEFAULT_PACK) as server, counted(server) as (wire, address):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        seen = visit(context, address, wire)
        calm = slider_seconds(seen.page, seen.frame, BUFFER_M, MOVES, idle=True)
        hasty = slider_seconds(seen.page, seen.frame, BUFFER_M + MOVES, MOVES, idle=False)
        context.close()
    return calm, hasty


def forget(directory):
    """Take away the tiles of a pack."""
    name = tiles.name_of(read_pack(directory).sha256)
    for root in (tiles.TILES, first_tiles.folder()):
        shutil.rmtree(root / name, ignore_errors=True)


def _middle(seconds):
    return f"{statistics.median(seconds):.2f} s"


def _bytes(frame):
    return frame.encode() if isinstance(frame, str) else frame


def main():
    """Measure and print."""
    assert CHROMIUM, "Chromium is missing"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        directory = Path(folder) / "pack"
        town_pack(directory, PLOTS)
        pack = read_pack(directory)
        counts = {name: len(pack.layer(name)) for name in ("parcels", "buildings")}
        load = os.getloadavg()[0]
        browser = launch(playwright)
        try:
            warm = measure_warm(browser, directory)
            forget(directory)
            first, new, later, (buffer, narrow) = measure_town(browser, directory)
            bare = measure_bare(browser, Path(folder) / "bare")
            calm, hasty = measure_embedded(browser)
        finally:
            browser.close()
            forget(directory)
    payload, message, sent = (
        getattr(later[0], name) / 1000 for name in ("payload", "message", "wire")
    )
    painted = statistics.median(one.seconds for one in later)
    large = f"slider to new colours, {PLOTS} plots"
    embedded = "slider to new colours, embedded pack"
    print("| measure | figure | goal |\n|---|---|---|")
    for measure, figure, goal in (
        ("plots, buildings", f"{counts['parcels']}, {counts['buildings']}", ""),
        ("load of the machine at the start", f"{load:.1f}", ""),
        ("first visit, server warmed by layers.serve", f"{warm.seconds:.1f} s", f"{FIRST_S:.0f} s"),
        ("first visit, streamlit run, nothing cut", f"{first.seconds:.1f} s", ""),
        ("first visit of a browser, tiles there", f"{new.seconds:.1f} s", ""),
        (f"later visit, painted (median of {VISITS})", f"{painted:.1f} s", f"{PAINTED_S} s"),
        (f"an empty map on an empty page (median of {VISITS})", f"{bare:.1f} s", ""),
        ("later visit / empty page", f"{painted / bare:.1f}", ""),
        ("later visit / first visit", f"{painted / first.seconds:.3f}", ""),
        ("tiles and colours, first visit of a browser", f"{new.tiles / 1000:.0f} kB", ""),
        ("over the websocket, later visit", f"{sent:.1f} kB", f"{PAYLOAD_KB:.0f} kB"),
        ("the same before compression", f"{payload:.1f} kB", ""),
        ("of it the map's message", f"{message:.1f} kB", ""),
        (f"{large}: buffer, first move", _middle(buffer[:1]), f"{ANSWERED_S} s"),
        (
            f"{large}: buffer, on the same way (median of {LARGE_MOVES - 1})",
            _middle(buffer[1:]),
            f"{ANSWERED_S} s",
        ),
        (f"{large}: minimum width (median of {LARGE_MOVES})", _middle(narrow), f"{ANSWERED_S} s"),
        (f"{embedded}: buffer, first move", _middle(calm[:1]), f"{EMBEDDED_S} s"),
        (
            f"{embedded}: buffer, on the same way (median of {MOVES - 1})",
            _middle(calm[1:]),
            f"{EMBEDDED_S} s",
        ),
        (f"{embedded}: buffer, moved on at once", _middle(hasty), f"{EMBEDDED_S} s"),
    ):
        print(f"| {measure} | {figure} | {goal} |")


if __name__ == "__main__":
    main()
