"""Heavy work as a reader meets it: how far it is, and three ways to leave it."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from layers.app.heavy.pool import VARIABLE
from tests.browser.conftest import ROOT, running_server
from tests.support import heavy_tasks
from tests.support.heavy_tasks import STEPS

APP = str(ROOT / "tests" / "support" / "heavy_app.py")
WORKING = re.compile(r"Regner nummer 1 (\d+ sekund|\d+.%)")
AHEAD = "Venter i kø: 1 regnestykke foran."
STOPPED = "Utregningen er avbrutt. Ingenting av det halvferdige er tatt vare på."
UNDONE = "Det du ba om, ble avbrutt. Alt er som før."
DONE = f"Nummer 2: {STEPS} trinn"


@pytest.fixture(scope="module")
def slow():
    """A server with one process, whose first work takes two minutes and whose second is quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "1")
        with running_server(app=APP) as address:
            yield address


AXE = """() => axe.run(".st-key-heavy", {resultTypes: ["violations"]})
  .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"""


def number(page, value):
    field = page.get_by_label("Nummer", exact=True)
    field.fill(str(value))
    field.press("Enter")


def test_the_reader_stops_it_and_starts_it_again(page, slow):
    page.goto(f"{slow}/?who=stops")
    expect(page.get_by_text(WORKING)).to_be_visible()
    page.get_by_role("button", name="Avbryt").click()
    expect(page.get_by_text(STOPPED)).to_be_visible()
    expect(page.get_by_text(WORKING)).to_have_count(0)
    page.get_by_role("button", name="Start igjen").click()
    expect(page.get_by_text(WORKING)).to_be_visible()
    expect(page.get_by_text(STOPPED)).to_have_count(0)


def test_who_moves_on_does_not_wait_for_what_they_asked_for_before(page, slow):
    page.goto(f"{slow}/?who=moves")
    expect(page.get_by_text(WORKING)).to_be_visible()
    # There is one process: what was asked for before has been stopped.
    number(page, 2)
    expect(page.get_by_text(DONE)).to_be_visible()
    assert page.errors == []


def test_another_reader_is_told_of_the_line_and_comes_on_when_a_page_is_closed(page, browser, slow):
    first = browser.new_page(locale="nb-NO")
    first.goto(f"{slow}/?who=closes")
    expect(first.get_by_text(WORKING)).to_be_visible()
    page.goto(f"{slow}/?who=waits")
    expect(page.get_by_text(AHEAD)).to_be_visible()
    number(page, 2)
    expect(page.get_by_text(AHEAD)).to_be_visible()
    first.close()
    expect(page.get_by_text(DONE)).to_be_visible()


def test_a_second_reader_of_the_same_work_joins_it(page, browser, slow):
    first = browser.new_page(locale="nb-NO")
    first.goto(f"{slow}/?who=same")
    expect(first.get_by_text(WORKING)).to_be_visible()
    page.goto(f"{slow}/?who=same")
    expect(page.get_by_text(WORKING)).to_be_visible()
    page.get_by_role("button", name="Avbryt").click()
    expect(page.get_by_text(STOPPED)).to_be_visible()
    # The first still waits, and nothing was taken from it.
    expect(first.get_by_text(WORKING)).to_be_visible()
    first.close()


def test_what_a_click_began_is_told_and_stopped_without_a_trace(page, slow, tmp_path):
    page.goto(f"{slow}/?folder={tmp_path}")
    page.get_by_role("button", name="Skriv").click()
    expect(page.get_by_text(re.compile(r"Skriver filer \d+.%, \d+ sekund"))).to_be_visible()
    # The button stands far down on the page; the bar and the way out are seen from there.
    expect(page.get_by_role("button", name="Avbryt")).to_be_in_viewport()
    assert any(tmp_path.iterdir())
    # Said once to who does not see the bar, whose words change every second.
    told = page.get_by_role("status").filter(has_text="Skriver filer")
    expect(told).to_have_count(1)
    expect(told.locator("[data-testid=stProgress]")).to_have_attribute("aria-live", "off")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE) == []
    page.get_by_role("button", name="Avbryt").click()
    expect(page.get_by_text(UNDONE)).to_be_visible()
    expect(page.get_by_text("Skriver filer")).to_have_count(0)
    # The page begins anew at once; what was written is gone when its process has let go of it.
    heavy_tasks.wait_for(lambda: not any(tmp_path.iterdir()))
    assert page.errors == []
