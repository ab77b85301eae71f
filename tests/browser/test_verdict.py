"""What the overview and the page of the rule say in the browser while cases have no figure."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from layers.app import style
from tests.browser.conftest import rerun, settled

GAUGE = "[data-testid=stVegaLiteChart][aria-label]"
MODES = [
    {},
    {"adopted": "1"},
    {"estimates": "0"},
    {"adopted": "1", "estimates": "0"},
]


def open_page(page, server, path="", **query):
    page.goto(f"{server}/{path}?{urlencode(query)}")
    page.wait_for_selector(GAUGE)
    settled(page)


def said(page):
    """All words on the page, and what the pictures say aloud."""
    labels = "() => [...document.querySelectorAll('[aria-label]')].map(one => one.ariaLabel)"
    return "\n".join([page.inner_text("body"), *page.evaluate(labels)])


@pytest.mark.parametrize("query", MODES, ids=str)
def test_the_overview_of_the_embedded_pack_never_says_that_the_rule_is_kept(page, server, query):
    open_page(page, server, **query)
    text = said(page)
    assert "Regelen er oppfylt" not in text
    assert "Oppfylt" not in text
    assert "Kan ikke avgjøres" in text


def test_the_choices_on_the_overview_stand_in_the_link_and_the_link_gives_the_same(page, server):
    open_page(page, server)
    for choice in ("Bare kjente tall", "Bare vedtatte"):
        with rerun(page):
            page.click(f"button:has-text('{choice}')")
    page.wait_for_url("**adopted=1**")
    assert "estimates=0" in page.url
    line = "Kjente tall: 3 av 6 saker"
    assert line in page.inner_text("body").replace("\N{NO-BREAK SPACE}", " ")
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector(f"text={line}")


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_gauges_stand_clear_of_each_other_and_inside_the_window(page, server, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, server)
    first, second = (one.bounding_box() for one in page.query_selector_all(GAUGE)[:2])
    apart = first["x"] + first["width"] <= second["x"] + 1
    below = first["y"] + first["height"] <= second["y"] + 1
    assert apart or below
    assert second["x"] + second["width"] <= width


def test_an_undecided_rule_has_a_grey_gauge_hatched_where_it_may_reach(page, server):
    open_page(page, server)
    fills = page.eval_on_selector_all(
        f"{GAUGE} path", "paths => paths.map(one => one.getAttribute('fill'))"
    )
    assert not {style.GOOD, style.BAD, style.UNSURE} & set(fills)
    # From 46 to 83 % a stripe for every second per cent, beside what is solid: 19 stripes and
    # 1 arc in each of the two gauges, and the range's faint ground.
    assert fills.count(style.TRACK) == 2
    assert fills.count(style.MUTED) >= 2 * 20
