"""A planner draws a project, and two planners meet over the same one."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import expect

from geo.ledger.store import Ledger
from tests.browser.conftest import PATIENCE_MS, rerun, running_server, settled


@pytest.fixture
def desk(ledger_file):
    """A server with a ledger of its own, which the test may read."""
    with running_server() as address:
        yield address, f"sqlite:///{ledger_file}"


def open_form(page, address, query):
    page.goto(f"{address}/projects?{query}")
    page.wait_for_selector("text=Begrunnelse")
    settled(page)


def drawing_frame(page):
    """The frame of the map that has the buttons for drawing."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('iframe.stCustomComponentV1')]"
        ".some(frame => frame.contentWindow.drawnShapes)"
    )
    for frame in page.frames:
        if frame.evaluate("() => !!window.drawnShapes"):
            return frame
    return None


def draw_rectangle(page, frame, width, height, *, there=0):
    """Draw a rectangle so many pixels large from the middle of a map with so many on it."""
    frame.click(".leaflet-draw-draw-rectangle")
    box = frame.query_selector("#map_div").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    with rerun(page):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + width, y + height, steps=4)
        page.mouse.up()
        frame.wait_for_function(
            "count => window.drawnShapes.getLayers().length === count", arg=there + 1
        )


def test_a_rectangle_drawn_on_the_map_becomes_the_projects_place(page, desk):
    address, url = desk
    open_form(page, address, "new=1")
    draw_rectangle(page, drawing_frame(page), 40, 30)
    page.get_by_label("Navn", exact=True).fill("Tegnet prosjekt")
    page.get_by_label("Begrunnelse").first.fill("Prøve")
    page.get_by_role("button", name="Legg til prosjektet").click()
    page.wait_for_function("() => location.search.includes('project=tegnet-prosjekt')")
    with closing(Ledger.open(url, "3205")) as ledger:
        place = ledger.history("tegnet-prosjekt")[0].geometry
    assert place.geom_type == "Polygon"
    width, height = (place.bounds[2] - place.bounds[0], place.bounds[3] - place.bounds[1])
    assert width / height == pytest.approx(40 / 30, rel=0.1)
    assert page.errors == []
    assert page.public_requests == []


def test_the_second_of_two_planners_is_told_and_loses_nothing(browser, desk):
    address, url = desk
    pages = [browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2)]
    for page in pages:
        page.set_default_timeout(PATIENCE_MS)
        open_form(page, address, "project=kjeller-kdp")
    for page, name in zip(pages, ("Først", "Sist"), strict=True):
        page.get_by_label("Navn", exact=True).fill(name)
        page.get_by_label("Begrunnelse").first.fill(f"{name} ute")
        page.get_by_role("button", name="Lagre endringen").click()
        if name == "Først":
            page.wait_for_selector("h2:has-text('Først')")
    last = pages[1]
    last.wait_for_selector("text=Lagre mitt likevel")
    with closing(Ledger.open(url, "3205")) as ledger:
        assert ledger.history("kjeller-kdp")[0].values["name"] == "Først"
    settled(last)
    expect(last.get_by_label("Navn", exact=True)).to_have_value("Sist")
    last.get_by_role("button", name="Lagre mitt likevel").click()
    last.wait_for_selector("h2:has-text('Sist')")
    with closing(Ledger.open(url, "3205")) as ledger:
        names = [entry.values["name"] for entry in ledger.history("kjeller-kdp")]
    assert names == ["Sist", "Først", "Kjeller (kommunedelplan)"]
    for page in pages:
        page.close()
