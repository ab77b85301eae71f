"""The keyboard alone: past the menu, to another page, to an explanation and away from it again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled
from tests.browser.test_axe import opened

TITLE = "h1:has-text('90 %-regelen')"


@pytest.fixture
def at_corridor(page, server):
    opened(page, f"{server}/corridor")
    page.wait_for_selector("[data-testid=stTooltipIcon]")
    return page


def focused(page):
    return page.locator(":focus")


def outline(page):
    """Width of the ring around what has the focus, by whichever means it is drawn."""
    return focused(page).evaluate(
        "one => getComputedStyle(one).outlineStyle !== 'none' || "
        "getComputedStyle(one).boxShadow !== 'none'"
    )


def test_the_first_stop_passes_the_menu(at_corridor):
    page = at_corridor
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Hopp til innholdet")
    expect(focused(page)).to_be_in_viewport()
    assert outline(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page).evaluate("one => Boolean(one.closest('[data-testid=stMain]'))")


def test_a_new_page_begins_at_its_title_and_the_menu_says_where_one_is(at_corridor):
    page = at_corridor
    menu = page.get_by_role("navigation", name="Sider")
    expect(menu.locator("[aria-current=page]")).to_contain_text("Korridoren")
    assert page.evaluate("() => document.activeElement === document.body")  # not on arrival
    menu.get_by_role("link", name="90 %-regelen").focus()
    assert outline(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(TITLE)
    settled(page)
    expect(focused(page)).to_have_text(re.compile("90.%-regelen over tid"))
    expect(focused(page)).to_have_js_property("tagName", "H1")
    expect(page).to_have_title(re.compile("90.%-regelen over tid"))
    expect(menu.locator("[aria-current=page]")).to_have_count(1)
    page.keyboard.press("Tab")
    assert focused(page).evaluate("one => Boolean(one.closest('[data-testid=stMain]'))")

    page.go_back()
    page.wait_for_selector("h1:has-text('Korridoren')")
    settled(page)
    expect(focused(page)).to_contain_text("Korridoren")
    assert page.errors == []


def test_another_language_leaves_the_focus_and_says_so_to_the_browser(at_corridor):
    page = at_corridor
    page.get_by_role("radio", name="Norsk").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_selector("html[lang=en]", state="attached")
    settled(page)
    expect(focused(page)).to_have_text("English")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()


def test_escape_closes_a_help_text_that_the_focus_opened(at_corridor):
    page = at_corridor
    page.get_by_role("button", name="Hjelp til").first.focus()
    page.wait_for_selector("[data-testid=stTooltipContent]")
    page.keyboard.press("Escape")
    expect(page.locator("[data-testid=stTooltipContent]")).to_have_count(0)


def test_a_bare_letter_does_not_run_the_page_anew(at_corridor):
    """Streamlit does so at «r»; whoever talks to the machine would be sent back to the start."""
    page = at_corridor
    page.evaluate(
        """() => {
            const app = document.querySelector("[data-testid=stApp]");
            window.begun = [];
            new MutationObserver(() => window.begun.push(app.dataset.testScriptState))
              .observe(app, {attributeFilter: ["data-test-script-state"]});
        }"""
    )
    page.keyboard.press("r")
    page.wait_for_timeout(700)
    assert page.evaluate("() => window.begun") == []
    # The same key pressed where nothing of ours hears it first: Streamlit still listens.
    page.evaluate("() => document.dispatchEvent(new KeyboardEvent('keydown', {key: 'r'}))")
    page.wait_for_function("() => window.begun.length > 0")
