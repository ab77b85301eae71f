"""Pages from a projector's width to a phone's, and at 200 % zoom: nothing cut off, nothing over."""

from __future__ import annotations

import re
import time

import pytest

from tests.browser.conftest import map_frame, settled
from tests.browser.test_browser import PATHS, open_page

# Width and height in CSS pixels; 720 × 450 is what 1440 × 900 has at 200 % zoom, and 320 what
# WCAG 1.4.10 asks that a page is read in without scrolling to the side.
SIZES = {
    "nb": ((1440, 900), (1024, 768), (768, 1024), (720, 450), (390, 844), (320, 640)),
    "en": ((1024, 768), (390, 844)),
}
PHONE = (390, 844)
ANSWERED_ON_A_MAP = ("overview", "zones", "corridor", "reserve", "layers")
FOLLOWS_S = 20
SEEN_OF_MAP = 200  # pixels of its height that a phone shows at once

PROBLEMS = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const said = [];
  const text = element =>
    (element.innerText || element.getAttribute("aria-label") || element.tagName)
      .trim().replace(/\\s+/g, " ").slice(0, 60);
  const seen = element => {
    const {width, height, right} = element.getBoundingClientRect();
    return width > 1 && height > 1 && right > 0
      // The link past a map is there for the keyboard alone, until it has the focus.
      && getComputedStyle(element).visibility !== "hidden" && !element.closest(
        "[inert], [aria-hidden=true], [data-testid=stElementToolbar], .map-skip:not(:focus)");
  };
  if (main.scrollWidth > main.clientWidth) said.push("the page scrolls to the side");

  const READ = "h1, h2, h3, button, button *, label, label *, [role=tab], [data-testid^=stMetric], "
    + "[data-testid^=stMetric] *, [data-testid=stPageLink-NavLink] *, .legend span, .badge, "
    + ".rows th, .rows td, [data-testid=stCaptionContainer], [data-testid=stAlertContainer] *";
  const wide = main.clientWidth;
  for (const element of main.querySelectorAll(READ)) {
    if (!seen(element)) continue;
    const clips = getComputedStyle(element).overflowX !== "visible";
    if (clips && element.scrollWidth > element.clientWidth + 1) {
      said.push(`cut off: ${text(element)}`);
    }
    if (element.getBoundingClientRect().right > main.getBoundingClientRect().left + wide + 1
        && !element.closest(".rows")) said.push(`beyond the edge: ${text(element)}`);
  }

  // What figures rest on is said once: on a phone the map's and the figures' follow one another.
  const badges = [...main.querySelectorAll(".badges")].filter(seen);
  for (const [place, row] of badges.entries()) {
    const next = badges[place + 1];
    if (!next || next.textContent !== row.textContent) continue;
    const between = next.getBoundingClientRect().top - row.getBoundingClientRect().bottom;
    if (between > 0 && between < 60) said.push(`said twice: ${text(row.firstElementChild)}`);
  }

  // A word goes on in the next line only where no line holds it.
  for (const element of main.querySelectorAll(
      "[data-testid=stMetricLabel], [data-testid=stMetricValue], button, .rows th, .rows td")) {
    if (!seen(element)) continue;
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!seen(walker.currentNode.parentElement)) continue;
      for (const word of walker.currentNode.nodeValue.matchAll(/[\\p{L}\\p{N}\\u00a0]+/gu)) {
        const range = document.createRange();
        range.setStart(walker.currentNode, word.index);
        range.setEnd(walker.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map(rect => Math.round(rect.top)));
        if (lines.size > 1) said.push(`broken: ${word[0]}`);
      }
    }
  }

  const reached = [...main.querySelectorAll(
    "button, a[href], input, textarea, [role=radio], [role=tab], [role=slider], summary, iframe"
  )].filter(seen);
  const box = element => element.closest("[data-testid=stElementContainer]");
  const rects = reached.map(element => element.getBoundingClientRect());
  for (let one = 0; one < reached.length; one++) {
    for (let other = one + 1; other < reached.length; other++) {
      if (box(reached[one]) && box(reached[one]) === box(reached[other])) continue;
      if (reached[one].contains(reached[other]) || reached[other].contains(reached[one])) continue;
      const [a, b] = [rects[one], rects[other]];
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
          && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2) {
        said.push(`one over the other: ${text(reached[one])} / ${text(reached[other])}`);
      }
    }
  }
  return [...new Set(said)];
}"""

TOP = """() => document.querySelector("iframe.stCustomComponentV1").getBoundingClientRect().top
  + document.querySelector("[data-testid=stMain]").scrollTop"""


def problems_at_rest(page):
    """What is wrong once charts and grids have followed the window: on a busy machine, seconds."""
    end = time.monotonic() + FOLLOWS_S
    found = True
    while found and time.monotonic() < end:
        page.wait_for_timeout(350)
        found = page.evaluate(PROBLEMS)
    return found


@pytest.mark.parametrize("language", SIZES)
@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_whole_at_every_size(page, server, name, language):
    page.set_viewport_size({"width": SIZES[language][0][0], "height": SIZES[language][0][1]})
    address = f"{server}/{PATHS[name]}"
    open_page(page, f"{address}{'&' if '?' in address else '?'}lang={language}")
    page.wait_for_selector(f"html[lang={language}]", state="attached")
    settled(page)
    problems = {}
    for width, height in SIZES[language]:
        page.set_viewport_size({"width": width, "height": height})
        if found := problems_at_rest(page):
            problems[f"{width}×{height}"] = found
        if (width, height) == PHONE and name in ANSWERED_ON_A_MAP:
            top = page.evaluate(TOP)
            if top + SEEN_OF_MAP > height:
                problems["map"] = f"{top} px from the top"
    assert problems == {}


@pytest.mark.parametrize(("width", "height"), [(1440, 900), PHONE])
def test_a_plots_account_opens_where_one_looks(page, server, width, height):
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, f"{server}/reserve?zone=heia")
    map_frame(page)
    page.get_by_role("tab", name="Tomter").click()
    page.wait_for_selector("text=/^\\d+ tomter, /")
    settled(page)
    grid = page.locator("[data-testid=stDataFrame]").last
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 20, "y": 55})  # the box of the first row, far below the map
    heading = page.get_by_role("heading", name=re.compile("^Tomt "))
    heading.wait_for()
    page.wait_for_function(
        "() => document.activeElement.matches('.st-key-plot_account :is(h2, h3)')"
    )
    top = heading.bounding_box()["y"]
    assert 0 < top < 0.7 * height
    page.get_by_role("button", name="Lukk tomten").click()
    heading.wait_for(state="detached")
    assert page.errors == []
