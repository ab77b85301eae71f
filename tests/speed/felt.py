"""
What a reader waits for and sees jump: a fresh server, its pages, and how far they shift.

python -m tests.speed.felt [--servers 3] [--rounds 3]: from the moment a fresh server answers to an
overview with its verdict and map painted; from a click in the sidebar, as the browser hears it, to
a page at rest, its pictures and map painted; how much of the window moves by itself meanwhile
(CLS), with what moved; and the bytes that the server sends for each page. Where others work on the
machine, the best of several rounds says most of the program, and the load how far to trust others.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

from playwright.sync_api import sync_playwright

from layers.app import shell
from tests.browser.conftest import launch
from tests.speed.serving import serving
from tests.support.rest import at_rest

GOAL_START_S, GOAL_SWITCH_S, GOAL_SHIFT = 4.0, 0.7, 0.05
SIZES = ((1440, 900), (1024, 768), (390, 844))  # of windows that a page is opened in
REST_MS = 1500  # after a page is at rest: what still shifts is seen too

# Shifts as a reader sees them, each with what moved; those right after a key or click are none.
WATCH = """
window.shifts = [];
window.addEventListener('click', () => { window.clickedAt = performance.now(); }, true);
const named = node => {
    const one = node?.closest?.('[data-testid]') || node?.parentElement?.closest('[data-testid]');
    return one ? one.dataset.testid + (one.className.match?.(/st-key-[\\w-]+/)?.[0] || '') : '?';
};
new PerformanceObserver(list => {
    for (const one of list.getEntries()) {
        if (one.hadRecentInput) continue;
        const moved = one.sources.map(source => `${named(source.node)} ` +
            `${Math.round(source.previousRect.y)}→${Math.round(source.currentRect.y)}`);
        window.shifts.push([one.startTime, one.value, moved]);
    }
}).observe({type: 'layout-shift', buffered: true});
"""


def cls(shifts):
    """Cumulative layout shift: the worst 5 s of shifts, each within 1 s of the one before."""
    worst = total = 0.0
    begun = last = None
    for at, value, _ in shifts:
        if begun is None or at - last > 1000 or at - begun > 5000:
            begun, total = at, 0.0
        total, last = total + value, at
        worst = max(worst, total)
    return worst


def moved(shifts):
    """What moved furthest: the sources of the largest shift."""
    return "; ".join(max(shifts, key=lambda one: one[1])[2]) if shifts else ""


def opened(browser, size=SIZES[0]):
    """A page that watches what shifts and counts the bytes of its websocket."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="nb-NO")
    page.set_default_timeout(120_000)
    page.add_init_script(WATCH)
    page.bytes = 0

    def count(frame):
        page.bytes += len(frame if isinstance(frame, bytes) else frame.encode())

    page.on("websocket", lambda socket: socket.on("framereceived", count))
    return page


def starts(browser, count):
    """Seconds from a fresh server's first answer to a usable overview, server by server."""
    found = []
    for _ in range(count):
        with serving(warm=True) as server:
            began = time.perf_counter()
            page = opened(browser)
            page.goto(server.address)
            at_rest(page)
            found.append(time.perf_counter() - began)
            page.close()
    return found


def titles(page):
    """Return each page's link in the sidebar."""
    links = page.locator("[data-testid=stSidebar] [data-testid=stPageLink] a")
    return dict(zip(shell.PAGES, links.all(), strict=True))


def switches(browser, address, rounds):
    """Return the seconds, the shifts and the bytes of each page's switch, once each is warm."""
    page = opened(browser)
    page.goto(address)
    at_rest(page)
    found = {name: ([], [], []) for name in shell.PAGES}
    for round_ in range(rounds + 1):  # the first is to warm up
        for name in (*list(shell.PAGES)[1:], "overview"):
            before = page.locator("h1").inner_text()
            page.evaluate("() => { window.shifts = [] }")
            sent = page.bytes
            titles(page)[name].click()
            page.wait_for_function(
                "was => document.querySelector('h1')?.innerText !== was", arg=before, polling=25
            )
            at_rest(page)
            seconds = page.evaluate("() => performance.now() - window.clickedAt") / 1000
            page.wait_for_timeout(REST_MS)
            if round_:
                times, shifts, sizes = found[name]
                times.append(seconds)
                shifts.append(page.evaluate("() => window.shifts"))
                sizes.append(page.bytes - sent)
    page.close()
    return found


def first_loads(browser, address):
    """Return the shifts of each page opened by its address, size by size."""
    found = {name: [] for name in shell.PAGES}
    for name, (file, _) in shell.PAGES.items():
        path = "" if name == "overview" else file.split("/")[1].split("_", 1)[1].removesuffix(".py")
        for size in SIZES:
            page = opened(browser, size)
            page.goto(f"{address}/{path}")
            at_rest(page)
            page.wait_for_timeout(REST_MS)
            found[name].append(page.evaluate("() => window.shifts"))
            page.close()
    return found


def main():
    """Measure, and print a table; ends with 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    before = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        started = starts(browser, options.servers)
        with serving(warm=True) as server:
            loads = first_loads(browser, server.address)
            switched = switches(browser, server.address, options.rounds)
        browser.close()
    load = " and ".join(f"{one:.0f}" for one in (before, os.getloadavg()[0]))
    print(f"load before and after: {load}")
    print("fresh server to a usable overview: " + ", ".join(f"{one:.1f} s" for one in started))
    heads = ("page", "switch, best", "median", "worst", "CLS, first load", "CLS, switch", "kB")
    print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    for name, (times, shifts, sizes) in switched.items():
        best, usual, worst = min(times), statistics.median(times), max(times)
        print(
            f"| {name} | {best:.2f} s | {usual:.2f} s | {worst:.2f} s "
            f"| {' / '.join(f'{cls(one):.3f}' for one in loads[name])} "
            f"| {max(map(cls, shifts)):.3f} "
            f"| {statistics.median(sizes) / 1000:.0f} |"
        )
    for name, shifts in loads.items():
        for kind, some in (("first load", shifts), ("switch", switched[name][1])):
            worst = max(some, key=cls)
            if cls(worst) > GOAL_SHIFT / 2:
                print(f"{name}, {kind}: {moved(worst)}")
    times = [one for found, _, _ in switched.values() for one in found]
    every = [one for shifts in loads.values() for one in shifts]
    every += [one for _, shifts, _ in switched.values() for one in shifts]
    missed = (
        statistics.median(started) > GOAL_START_S
        or max(times) > GOAL_SWITCH_S
        or max(map(cls, every)) > GOAL_SHIFT
    )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
