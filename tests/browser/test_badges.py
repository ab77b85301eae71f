"""Badges explain themselves: to a pointer that rests on them, to a finger, and to the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import map_frame, settled

MEANING = "Laget av et program for å vise metoden, ikke målt eller registrert."


def badge(page):
    return page.get_by_role("button", name="Syntetiske data").first


def tip(page):
    return badge(page).get_by_role("tooltip")


def opened(page, server):
    page.goto(f"{server}/reserve")
    settled(page)
    map_frame(page)  # nothing moves the badge any more
    badge(page).wait_for()


def size(page):
    box = tip(page).bounding_box()
    return box["width"], box["height"]


def is_shown(page):
    """Whether the explanation is drawn; else it is clipped to a point."""
    width, height = size(page)
    clipped = tip(page).evaluate("one => getComputedStyle(one).clipPath")
    assert (clipped == "none") == (width > 100 and height > 20)
    return clipped == "none"


def test_a_pointer_that_rests_on_a_badge_is_told_what_it_means(page, server):
    opened(page, server)
    assert not is_shown(page)
    badge(page).hover()
    assert is_shown(page)
    expect(tip(page)).to_contain_text(MEANING)
    page.mouse.move(5, 5)
    assert not is_shown(page)


def test_the_keyboard_reaches_a_badge_and_is_told_what_it_means(page, server):
    opened(page, server)
    badge(page).evaluate("one => one.previousElementSibling.focus()")
    page.keyboard.press("Tab")
    assert badge(page).evaluate("one => one === document.activeElement")
    assert is_shown(page)
    page.keyboard.press("Tab")
    assert not is_shown(page)
    # To a screen reader the explanation is a part of the badge.
    page.get_by_role("button", name=MEANING).first.wait_for(state="attached")
    assert page.errors == []


def test_escape_closes_the_explanation_and_a_pointer_may_rest_on_it(page, server):
    """WCAG 1.4.13."""
    opened(page, server)
    badge(page).hover()
    box = tip(page).bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 1)  # across what is between the two
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    assert is_shown(page)
    page.keyboard.press("Escape")
    assert not is_shown(page)
    page.mouse.move(5, 5)
    badge(page).hover()
    assert is_shown(page)
    page.mouse.move(5, 5)
    badge(page).focus()
    assert is_shown(page)
    page.keyboard.press("Escape")
    assert not is_shown(page)
    assert badge(page).evaluate("one => one === document.activeElement")


@pytest.fixture
def phone(browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="nb-NO"
    )
    yield context.new_page()
    context.close()


def test_a_tap_tells_what_a_badge_means_within_the_phones_screen(phone, server):
    opened(phone, server)
    badge(phone).scroll_into_view_if_needed()
    badge(phone).tap()
    assert is_shown(phone)
    box = tip(phone).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    phone.touchscreen.tap(195, 60)  # beside it
    assert not is_shown(phone)
