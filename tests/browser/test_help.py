"""Help in a browser: the guide stays closed, a figure explains itself by keyboard, links arrive."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from geo import i18n
from layers.help import guide
from tests.browser.conftest import rerun, settled


def opened(page, address):
    page.goto(address)
    page.wait_for_selector("h1")
    settled(page)


def test_the_guide_is_closed_by_keyboard_and_stays_closed(page, server):
    opened(page, server)
    asked = page.locator(".st-key-guide")
    expect(asked).to_contain_text("Fem spørsmål")
    close = asked.get_by_role("button", name="Lukk")
    close.focus()
    with rerun(page):
        page.keyboard.press("Enter")
    expect(asked).to_have_count(0)
    page.wait_for_function(f"document.cookie.includes('{guide.COOKIE}={guide.CLOSED}')")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    opened(page, server)  # another session of the server's
    expect(page.locator("h2").first).to_be_visible()
    expect(asked).to_have_count(0)
    opened(page, f"{server}/help")
    with rerun(page):
        page.get_by_role("button", name="Vis veiviseren på oversikten igjen").click()
    page.wait_for_function(f"!document.cookie.includes('{guide.COOKIE}')")
    opened(page, server)
    expect(asked).to_contain_text("Fem spørsmål")


def test_a_question_leads_to_its_answer_in_one_click(page, server):
    opened(page, server)
    page.locator(".st-key-guide").get_by_text("Hvor mye ledig areal er det på Heia?").click()
    page.wait_for_url("**/reserve?zone=heia")
    expect(page.locator("h1")).to_contain_text("Ledig areal")
    expect(page.locator("[data-testid=stMetric]").first).to_contain_text("daa")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_figure_explains_itself_by_keyboard_and_leads_to_the_method(page, server, language):
    opened(page, f"{server}/reserve?zone=heia&lang={language}")
    name = i18n.say("figure.of", language, name=i18n.say("reserve.reserve", language))
    sign = page.get_by_role("button", name=name)
    box = sign.bounding_box()
    assert min(box["width"], box["height"]) >= 24  # WCAG 2.2, 2.5.8
    sign.focus()
    page.keyboard.press("Enter")
    told = page.get_by_role("dialog", name=name)
    expect(told).to_contain_text(i18n.say("figure.inputs", language))
    expect(told).to_contain_text("KDD")
    link = told.get_by_role("link").get_attribute("href")
    room = page.viewport_size["height"]
    assert told.bounding_box()["y"] + told.bounding_box()["height"] <= room
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    assert sign.evaluate("one => one === document.activeElement")
    opened(page, f"{server}/{link}")
    expect(page.locator("#reserve")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.lang") == language


def test_a_word_of_the_glossary_has_an_address(page, server):
    opened(page, f"{server}/help#faresone")
    expect(page.locator("#faresone")).to_be_in_viewport()
