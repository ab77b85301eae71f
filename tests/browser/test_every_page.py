"""
Every page as it is first met, in both languages, opened once for all that is asked of each.

Whose words it is in, what WCAG asks as far as axe-core sees it, in both themes and on a phone, what
it asks of other networks, and how its headings follow one another.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from layers.app import shell
from tests.browser.conftest import map_frame
from tests.browser.test_axe import NARROW, PHONE, WIDE, faults, look, opened
from tests.browser.test_browser import PATHS, WITHOUT_MAP
from tests.browser.test_words import english_on_a_norwegian_page, norwegian_on_an_english_page

LEVELS = (
    "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(one => +one.tagName[1])"
)


@pytest.mark.parametrize("name", shell.PAGES)
def test_a_page_is_for_everyone_and_asks_nobody_else(page, server, name):
    address = f"{server}/{PATHS[name]}"
    has_map = name not in WITHOUT_MAP
    opened(page, address)
    if has_map:
        assert faults(page, map_frame(page)) == []
    assert english_on_a_norwegian_page(page) == set()
    assert faults(page) == []
    look(page, dark=True, size=PHONE)
    assert faults(page) == []

    look(page, size=NARROW)  # WCAG 1.4.10: as 1280 pixels at 400 %
    beside = "one => one.scrollWidth - one.clientWidth"
    assert page.locator("[data-testid=stMain]").evaluate(beside) <= 0

    opened(page, address, "en")
    if has_map:
        map_frame(page)
    assert norwegian_on_an_english_page(page) == set()
    assert faults(page) == []
    look(page, dark=True, size=WIDE)
    assert faults(page) == []

    levels = page.evaluate(LEVELS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))

    assert page.public_requests == []
    assert page.errors == []
