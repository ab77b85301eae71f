"""A planner replaces the outlines by the municipality's own, and takes them back."""

from __future__ import annotations

import pytest

from geo.pack.location import EMBEDDED, current
from geo.pack.versions import VersionStore
from tests.browser.conftest import eventually, map_frame, rerun, running_server, settled
from tests.browser.test_projects import draw_rectangle, drawing_frame
from tests.support.reading import embedded


@pytest.fixture
def desk():
    """A server with versions of its own, which the test may read."""
    with running_server() as address:
        yield address


@pytest.fixture
def zones(tmp_path):
    """Kjeller alone, as a square of 1 000 daa in the middle of the sketch, under other names."""
    sketch = embedded().layer("zones")
    kjeller = sketch[sketch["zone_id"] == "kjeller"]
    square = kjeller.geometry.representative_point().buffer(500, cap_style="square")
    frame = kjeller[["name", "geometry"]].assign(geometry=square)
    frame.rename(columns={"name": "hva"}).to_file(tmp_path / "soner.gpkg", driver="GPKG")
    return tmp_path / "soner.gpkg"


def open_tab(page, address, name):
    page.goto(f"{address}/data")
    page.get_by_role("tab", name=name).click()
    page.wait_for_selector(f"[role=tab][aria-selected=true]:has-text('{name}')")
    settled(page)


def choose(page, label, option):
    box = page.locator(f"[data-testid=stSelectbox]:has(label:has-text('{label}')) [role=combobox]")
    found = page.get_by_role("option", name=option, exact=True)
    box.click()

    def opened():
        if not found.is_visible():  # the page was scrolled to the box, which closes its list again
            box.press("ArrowDown")
        return found.is_visible()

    eventually(page, opened)
    found.click()


def zones_on_the_overview(page, address):
    page.goto(address)
    heading = page.wait_for_selector("h2:has-text('næringsområde')")
    settled(page)
    return heading.inner_text()


def test_own_outlines_are_uploaded_mapped_put_into_use_seen_and_taken_back(page, desk, zones):
    before = zones_on_the_overview(page, desk)
    open_tab(page, desk, "Last opp et lag")
    page.wait_for_selector("input[type=file]", state="attached")
    page.set_input_files("input[type=file]", zones)
    page.wait_for_selector("text=Gjettet ut fra hvor omrisset ligger")
    with rerun(page):
        page.get_by_text("Bytt hele laget", exact=True).click()
    page.wait_for_selector("text=Laget kan ikke tas i bruk")  # no column is called what we know
    for label in ("Navn", "Områdets id"):
        with rerun(page):
            choose(page, label, "hva")
    page.wait_for_selector("text=Hva endres?")
    page.wait_for_selector("text=Begrunnelse")
    settled(page)
    map_frame(page)
    assert page.get_by_role("button", name="Ta i bruk som ny versjon").is_disabled()
    with rerun(page):
        page.get_by_text("Ja, 11 objekter skal bort").click()  # by id, «Kjeller» is another
    page.get_by_label("Begrunnelse", exact=True).fill("Vedtatt avgrensning")
    page.get_by_role("button", name="Ta i bruk som ny versjon").click()
    page.wait_for_selector("[data-testid=stToast]")
    settled(page)
    made = VersionStore().versions()[0]
    assert current() == made.id
    zone = VersionStore().read(made.id).layer("zones")
    assert (zone["name"].item(), zone.area.item()) == ("Kjeller", pytest.approx(1_000_000))

    after = zones_on_the_overview(page, desk)
    assert after != before
    assert "1" in after

    open_tab(page, desk, "Versjoner")
    page.get_by_role("button", name="Ta i bruk: Datapakken").click()
    page.wait_for_selector("[data-testid=stToast]")
    assert current() == EMBEDDED
    assert zones_on_the_overview(page, desk) == before
    assert page.errors == []
    assert page.public_requests == []


def test_a_zone_drawn_on_the_map_becomes_a_version(page, desk):
    open_tab(page, desk, "Tegn et område")
    draw_rectangle(page, drawing_frame(page), 40, 30)
    page.get_by_label("Navn", exact=True).fill("Nytt felt")
    with rerun(page):
        page.get_by_label("Navn", exact=True).press("Enter")
    page.wait_for_selector("text=Hva endres?")
    page.wait_for_selector("text=Begrunnelse")
    settled(page)
    page.get_by_label("Begrunnelse", exact=True).fill("Prøve")
    page.get_by_role("button", name="Ta i bruk som ny versjon").click()
    page.wait_for_selector("[data-testid=stToast]")
    kept = VersionStore().read(current()).layer("zones").set_index("zone_id")
    assert len(kept) == 12
    assert kept.loc["nytt-felt"].geometry.area > 0
    assert kept.loc["nytt-felt", "illustrative"]  # drawn by hand, as the eleven of the pack
    assert kept["illustrative"].sum() == 12
    assert page.errors == []
