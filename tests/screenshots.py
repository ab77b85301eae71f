"""
Pictures of every page at every size, and of the five questions: ``python -m tests.screenshots``.

They go to docs/screenshots, where the user guide shows some of them: ``PAGE-SIZE.webp`` for a page,
``story-NAME.webp`` for a step of the guide. Chromium asks no public network, and the server has a
list of projects and versions of its own. With names of pages or stories, only those are made.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import sync_playwright

from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.pack import location
from layers.help import guide
from tests.browser.conftest import ROOT, launch, running_server
from tests.browser.test_browser import PATHS
from tests.support.rest import at_rest

FOLDER = ROOT / "docs/screenshots"
MOST_BYTES = 6_000_000  # all of them
QUALITY = 72
# Width, height and how many dots a point of the page has: a browser at 200 % has half the points.
SIZES = {
    "1440x900": (1440, 900, 1),
    "1024x768": (1024, 768, 1),
    "768x1024": (768, 1024, 1),
    "390x844": (390, 844, 1),
    "zoom200": (720, 450, 2),
}
DESK = "1440x900"
PLOT = {"way": "plot", "plot": "909/27", "type": "lager", "bra": "12000"}
NEAR = {"wish": '{"max_station_m": 1000.0, "min_daa": 40.0}'}
ASKED = {
    "zones": {"zone": "heia"},
    "reserve": {"zone": "heia"},
    "rule": {"to": "2030"},
    "screening": PLOT,
    "search": NEAR,
}
RESTS_MS = 1200  # after all is painted: maps and charts move into place


def show_figure(page):
    page.locator("[class*='st-key-figure_number_reserve_land'] button").first.click()
    page.get_by_role("dialog").get_by_role("link").wait_for()


def open_upload(page):
    page.get_by_role("tab", name="Last opp et lag").click()
    page.wait_for_selector("input[type=file]", state="attached")


def scroll_to(words):
    def scroll(page):
        found = page.get_by_text(words, exact=True).first
        found.evaluate("one => one.scrollIntoView({block: 'start'})")
        page.mouse.wheel(0, -80)

    return scroll


# Name → page, address, whether the guide is open, and what is done first.
STORIES = {
    "guide": ("overview", {}, True, None),
    "vacant": ("reserve", {"zone": "heia"}, False, None),
    "figure": ("reserve", {"zone": "heia"}, False, show_figure),
    "account": ("reserve", {"zone": "heia"}, False, scroll_to("Hvor hver kvadratmeter ble av")),
    "rule": ("rule", {"to": "2030"}, False, None),
    "heaviest": ("rule", {"to": "2030"}, False, scroll_to("Det som veier tyngst")),
    "site": ("screening", PLOT, False, None),
    "reasons": ("screening", PLOT, False, scroll_to("Hensyn og begrensninger")),
    "search": ("search", NEAR, False, None),
    "outline": ("data", {}, False, open_upload),
}


@contextmanager
def quiet_server():
    """A server that nobody else writes to, and that does not show this machine's user."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        own = {
            ENVIRONMENT_VARIABLE: f"sqlite:///{folder}/ledger.sqlite",
            location.VERSIONS_VARIABLE: f"{folder}/packs",
            **dict.fromkeys(("LOGNAME", "USER", "LNAME", "USERNAME"), "planlegger"),
        }
        before = {name: os.environ.get(name) for name in own}
        os.environ.update(own)
        try:
            with running_server() as address:
                yield address
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def pictures(address, chosen):
    """Names and what to do for each, by size: a context of Chromium has one."""
    wanted = {size: [] for size in SIZES}
    for size in SIZES:
        for page, path in PATHS.items():
            if not chosen or page in chosen:
                query = urlencode(ASKED.get(page, {}))
                wanted[size].append((f"{page}-{size}", f"{address}/{path}?{query}", False, None))
    for story, (page, asked, first, act) in STORIES.items():
        if not chosen or story in chosen:
            target = f"{address}/{PATHS[page]}?{urlencode(asked)}"
            wanted[DESK].append((f"story-{story}", target, first, act))
    return wanted


def take(address, size, wanted):
    """Take the pictures of one size; returns their bytes in all."""
    width, height, dots = SIZES[size]
    written = 0
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        for name, target, first, act in wanted:
            context = chromium.new_context(
                viewport={"width": width, "height": height},
                device_scale_factor=dots,
                locale="nb-NO",
                timezone_id="Europe/Oslo",
                color_scheme="light",
                reduced_motion="reduce",
            )
            if not first:
                context.add_cookies([{"name": guide.COOKIE, "value": guide.CLOSED, "url": address}])
            page = context.new_page()
            page.set_default_timeout(90_000)
            page.goto(target)
            at_rest(page)
            page.wait_for_timeout(RESTS_MS)
            if act is not None:
                act(page)
                page.wait_for_timeout(RESTS_MS // 2)
                at_rest(page)
            written += save(page.screenshot(), FOLDER / f"{name}.webp", dots)
            context.close()
        chromium.close()
    return written


def save(png, path, dots):
    """Write a picture small enough for a repository; the sharper ones of a zoomed page too."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.save(path, "WEBP", quality=QUALITY - 10 * (dots > 1), method=6)
    return path.stat().st_size


def main(chosen):
    unknown = set(chosen) - set(PATHS) - set(STORIES)
    if unknown:
        sys.exit(f"Neither a page nor a story: {', '.join(sorted(unknown))}")
    begun = time.perf_counter()
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not chosen:
        for path in FOLDER.glob("*.webp"):
            path.unlink()
    with quiet_server() as address:
        wanted = pictures(address, chosen)
        with ThreadPoolExecutor(2) as pool:  # more would only take turns
            jobs = [pool.submit(take, address, size, ones) for size, ones in wanted.items()]
            written = sum(job.result() for job in jobs)
    count = sum(map(len, wanted.values()))
    seconds = time.perf_counter() - begun
    sys.stdout.write(f"{count} pictures, {written / 1e6:.1f} MB, {seconds:.0f} s\n")
    if sum(path.stat().st_size for path in FOLDER.glob("*.webp")) > MOST_BYTES:
        sys.exit(f"The pictures are more than {MOST_BYTES / 1e6:.0f} MB.")


if __name__ == "__main__":
    main(sys.argv[1:])
