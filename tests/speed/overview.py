"""
How long a planner waits for the overview, and what it costs the network. Run: make speed.

Prints a table: seconds from the address to a painted map on a fresh server and on a second visit,
kilobytes over the websocket, and milliseconds that the server takes for a rerun. The browser is
told that no name resolves, so the figures are those of a desk without internet.
"""

from __future__ import annotations

import statistics
import time

from playwright.sync_api import sync_playwright
from streamlit.testing.v1 import AppTest

from tests.browser.conftest import CHROMIUM, ROOT, launch, map_frame, running_server

RERUNS = 7
# The sentences below the gauges have their figures in bold.
FIGURES = "() => [...document.querySelectorAll('strong')].map(one => one.textContent).join('|')"


def visit(context, address):
    """Seconds until the map is painted, and bytes that came over the websocket."""
    page = context.new_page()
    received = []

    def listen(socket):
        # A function of its own: Playwright cannot mark the list's built-in append.
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", listen)
    start = time.perf_counter()
    page.goto(address)
    map_frame(page)
    seconds = time.perf_counter() - start
    page.wait_for_timeout(1500)  # what comes after the map belongs to the payload too
    return page, seconds, sum(received)


def click_seconds(page):
    """Median seconds from a click on «Bare vedtatte» or back to the new figures on screen."""
    waits = []
    for turn in range(RERUNS):
        choice = "Bare vedtatte" if turn % 2 == 0 else "Vedtatte og plan"
        before = page.evaluate(FIGURES)
        start = time.perf_counter()
        page.click(f"button:has-text('{choice}')")
        page.wait_for_function(f"before => ({FIGURES})() !== before", arg=before)
        waits.append(time.perf_counter() - start)
        page.wait_for_timeout(500)
    return statistics.median(waits)


def server_seconds():
    """Median seconds that the page's script takes on the server when it runs again."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    waits = []
    for _ in range(RERUNS):
        start = time.perf_counter()
        app.run()
        waits.append(time.perf_counter() - start)
    return statistics.median(waits)


def main():
    """Measure and print."""
    assert CHROMIUM, "Chromium is missing"
    with running_server() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        # One context: on the second visit the browser has the app's own files already.
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page, first, payload = visit(context, address)
        page.close()
        page, second, again = visit(context, address)
        click = click_seconds(page)
        browser.close()
    print("| measure | figure |\n|---|---|")
    print(f"| first visit on a fresh server, to painted map | {first:.1f} s |")
    print(f"| second visit, to painted map | {second:.1f} s |")
    print(f"| second visit / first visit | {second / first:.2f} |")
    print(f"| payload over the websocket, first visit | {payload / 1000:.0f} kB |")
    print(f"| payload over the websocket, second visit | {again / 1000:.0f} kB |")
    print(f"| rerun on the server (median of {RERUNS}) | {server_seconds() * 1000:.0f} ms |")
    print(f"| click on a choice to the new figure (median of {RERUNS}) | {click * 1000:.0f} ms |")


if __name__ == "__main__":
    main()
