"""Heavy work as a reader meets it: how far it is, and three ways to leave it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from layers.app.heavy.pool import VARIABLE
from tests.browser.conftest import ROOT, running_server
from tests.support.heavy_tasks import STEPS

APP = str(ROOT / "tests" / "support" / "heavy_app.py")
WORKING = re.compile(r"Regner nummer 1 (\d+ sekund|\d+.%)")
AHEAD = "Venter i kø: 1 regnestykke foran."
STOPPED = "Utregningen er avbrutt. Ingenting av det halvferdige er tatt vare på."
DONE = f"Nummer 2: {STEPS} trinn"


@pytest.fixture(scope="module")
def slow():
    """A server with one process, whose first work takes two minutes and whose second is quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "1")
        with running_server(app=APP) as address:
            yield address


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
