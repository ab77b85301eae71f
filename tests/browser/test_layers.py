"""A planner takes layers out: as a file that others read, of a drawn area, all in one."""

from __future__ import annotations

import json
import zipfile

import pyogrio
import pytest

from tests.browser.conftest import map_frame, rerun, settled
from tests.browser.test_projects import draw_rectangle, drawing_frame
from tests.support.reading import embedded


@pytest.fixture
def taken(page, tmp_path):
    """Click the button that hands over a file, and return the file as the browser saved it."""

    def take(name):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Last ned {name}").click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
        return tmp_path / name

    return take


def test_a_layer_comes_as_geojson_with_its_provenance(page, server, taken):
    page.goto(f"{server}/layers?layer=zones")
    settled(page)
    document = json.loads(taken("zones.geojson").read_text(encoding="utf-8"))
    assert len(document["features"]) == len(embedded().layer("zones"))
    assert document["illustrative"] is True
    assert document["codebook"][0]["column"] == "zone_id"


def test_a_table_comes_with_its_description(page, server, taken):
    page.goto(f"{server}/layers?layer=stations&format=csv")
    settled(page)
    with zipfile.ZipFile(taken("stations.csv.zip")) as archive:
        assert archive.namelist() == ["stations.csv", "stations.csv-metadata.json"]


def test_a_drawn_area_gives_what_lies_in_it(page, server, taken):
    page.goto(f"{server}/layers?layer=zones")
    settled(page)
    with rerun(page):
        page.click("button:has-text('Tegn på kartet')")
    page.wait_for_selector("text=Tegn området på kartet først")
    draw_rectangle(page, drawing_frame(page), 100, 80)
    document = json.loads(taken("zones_utsnitt.geojson").read_text(encoding="utf-8"))
    everything = len(embedded().layer("zones"))
    assert 0 < len(document["features"]) < everything
    assert "area=drawn:" in document["parameters"]


def test_everything_comes_as_one_file_that_tells_how_far_it_is(page, server, taken):
    page.goto(f"{server}/layers?area=zone:kjeller")
    settled(page)
    make = page.locator("button:has-text('Lag filen')")
    with rerun(page):
        make.click()
    names = {name for name, _ in pyogrio.list_layers(taken("naeringsareal_kjeller.gpkg"))}
    assert {"zones", "reserve_parts", "about", "codebook", "layer_styles"} <= names


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_fits_and_its_map_is_painted(page, server, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server}/layers?layer=reserve_plots&area=zone:kjeller")
    settled(page)
    map_frame(page).wait_for_selector("path.leaflet-interactive")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
