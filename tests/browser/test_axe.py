"""
WCAG 2.1 A and AA as far as axe-core sees it: what a reader opens on a page, and what is known.

The pages as they are first met, and their maps, are held to it by `test_every_page`.

What is known not to be met stands in `layers/accessibility.toml`; each has a test here that fails
when it is gone, so that the list and the statement on the page lose it too.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import streamlit
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from layers import accessibility
from tests.browser.conftest import eventually, map_frame, settled

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
AXE = """([tags, rules]) => axe.run(document, {runOnly: tags, rules, resultTypes: ["violations"]})
  .then(found => found.violations.flatMap(one => one.nodes.map(node => [
    one.id, String(node.target), node.html, node.failureSummary])))"""
# A page has one main part and one title: a frame in it is asked for neither.
OF_PAGES = {rule: {"enabled": False} for rule in ("landmark-one-main", "page-has-heading-one")}
WIDE, PHONE, NARROW = ((width, 900) for width in (1440, 390, 320))


def faults(page, frame=None):
    """What axe-core finds in the page, or a frame of it, but for what is known.

    A page that is drawn a moment ago may not be ready yet: what is found is looked for again.
    """
    asked = [TAGS, OF_PAGES if frame else {}]
    frame = frame or page.main_frame
    if not frame.evaluate("() => Boolean(window.axe)"):
        frame.evaluate(AXE_SCRIPT)
    known = {(one.rule, one.selector) for one in accessibility.deviations()}
    for again in (True, False):
        found = [one for one in frame.evaluate(AXE, asked) if tuple(one[:2]) not in known]
        if not found or not again:
            break
        page.wait_for_timeout(800)
    return found


def look(page, *, dark=False, size=WIDE):
    """Have the page in this theme and size, as the system of the reader has it."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if dark else "light")
    expect(page.locator("[data-testid=stApp]")).to_have_css(
        "color-scheme", "dark" if dark else "light"
    )
    settled(page)


def opened(page, address, language="nb"):
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
    page.wait_for_selector("h1")
    page.wait_for_selector(f"html[lang={language}]", state="attached")
    settled(page)


# As WCAG 1.4.12 has it.
SPACED = """* {line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important} p {margin-bottom: 2em !important}"""
CUT = """() => [...document.querySelectorAll("button, [data-testid=stPageLink-NavLink] span")]
  .filter(one => getComputedStyle(one).overflowY !== "visible" && one.clientHeight > 3
    && (one.scrollHeight > one.clientHeight + 3 || one.scrollWidth > one.clientWidth + 2))
  .map(one => one.textContent)"""


@pytest.mark.parametrize("address", ["", "growth_rule", "search"])
def test_text_that_is_set_wider_is_not_cut_off(page, server, address):
    opened(page, f"{server}/{address}")
    page.add_style_tag(content=SPACED)
    page.wait_for_timeout(300)
    assert page.evaluate(CUT) == []


def unfold(page):
    """Open all that is folded."""
    folded = page.locator("[data-testid=stMain] details:not([open]) > summary")
    for _ in range(folded.count()):
        folded.first.click()
        settled(page)


def tab(name):
    def open_it(page):
        page.get_by_role("tab", name=name).click()
        page.wait_for_selector(f"[role=tab][aria-selected=true]:has-text('{name}')")
        settled(page)

    return open_it


def wait(selector):
    return lambda page: page.wait_for_selector(selector)


# What is not seen when a page is opened: address, and how to get there.
STATES = {
    "a year and a scenario": ("growth_rule?time=year&jobs=300", wait("[data-testid=stDataFrame]")),
    "plots": ("reserve?zone=heia", tab("Tomter")),
    "sensitivity": ("reserve?zone=heia", tab("Følsomhet")),
    "a plot's account": ("reserve?plot=910/1", wait("h2:has-text('Tomt')")),
    "a screened site": ("screening?way=plot&plot=909/27", wait("h2:has-text('909/27')")),
    "a wrong plot number": ("screening?way=plot&plot=9999/1", wait("[role=alert]")),
    "an upload": ("screening?way=file", wait("[data-testid=stFileUploader]")),
    "a new project": ("projects?new=1", wait("h2:has-text('Nytt prosjekt')")),
    "exchange of projects": ("projects", tab("Hent inn og ta ut")),
    "official data": ("data", tab("Hent offisielle data")),
    "a layer": ("layers?layer=reserve_zones", wait("h2")),
}


@pytest.mark.parametrize("state", STATES)
def test_what_a_reader_opens_is_for_everyone_too(page, server, state):
    address, get_there = STATES[state]
    opened(page, f"{server}/{address}")
    get_there(page)
    settled(page)
    unfold(page)
    assert faults(page) == []
    look(page, dark=True)
    assert faults(page) == []


def test_each_known_deviation_has_a_test_that_says_when_it_is_gone():
    here = sys.modules[__name__]
    tests = {name for name in vars(here) if name.startswith("test_known_")}
    assert tests == {f"test_known_{one.id}" for one in accessibility.deviations()}


def test_known_table_menu(page, server):
    opened(page, f"{server}/data")
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    menu = page.get_by_test_id("stDataFrameColumnMenu")
    grid.focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowUp", "Enter", "ArrowUp", "Space", "ContextMenu"):
        page.keyboard.press(key)
    expect(menu).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    # A pointer opens it, by the dots at the end of a heading: what is tried above is not absent.
    def swept():
        box = grid.bounding_box()
        for x in range(96, 320, 8):
            page.mouse.move(box["x"] + x, box["y"] + 15)
            page.wait_for_timeout(200)  # the dots come first
            page.mouse.click(box["x"] + x, box["y"] + 15)
            page.wait_for_timeout(400)
            if menu.count():
                return True
        return False  # on a busy machine the dots may come after the press

    eventually(page, swept)


def test_known_table_unknown():
    """Streamlit paints it in four tenths of the text's colour, which has no setting."""
    scripts = Path(streamlit.__file__).parent.glob("static/static/js/DataFrame.*.js")
    text = "".join(path.read_text(encoding="utf-8") for path in scripts)
    assert re.search(r"textLight:\w+\.colors\.fadedText40", text)


def test_known_table_drawn(page, server):
    opened(page, server)
    page.wait_for_selector("[data-testid=stDataFrame] canvas")


def test_known_map_drawing(page, server):
    opened(page, f"{server}/screening")
    frame = map_frame(page)
    frame.locator(".leaflet-draw-draw-polygon").focus()
    page.keyboard.press("Enter")
    frame.wait_for_selector(".leaflet-draw-tooltip", state="attached")
    frame.locator(".leaflet-container").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.keyboard.press("Space")
    assert frame.locator(".leaflet-editing-icon").count() == 0
