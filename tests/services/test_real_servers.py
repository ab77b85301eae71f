"""MapServer and pygeoapi, as they are installed, filled with data in the official columns."""

from __future__ import annotations

import httpx
import pytest

from geo.errors import FileError
from layers.sources.sifting.tally import Tally
from tests.services.conftest import service
from tests.support import world


def test_all_plots_of_the_municipality_come_and_the_neighbours_are_left_out(ask, official_wfs):
    part = ask(service(official_wfs, keep="number"))
    assert part.error is None
    assert part.tally == Tally(
        fetched=world.PLOTS + world.PLOTS_BESIDE, outside=world.PLOTS_BESIDE, kept=world.PLOTS
    )
    assert len(part.frame) == world.PLOTS
    assert part.frame.crs.to_epsg() == 25832
    assert part.frame.geometry.area.sum() == pytest.approx(world.PLOTS * 28 * 28)
    assert set(part.frame["parcel_id"]) == set(world.teig()["matrikkelnummerTekst"][: world.PLOTS])


@pytest.mark.parametrize("page_size", [40, 257, 1000])
def test_the_size_of_a_page_does_not_change_what_comes(ask, official_wfs, page_size):
    part = ask(service(official_wfs, page_size=page_size))
    assert len(part.frame) == world.PLOTS + world.PLOTS_BESIDE
    assert ask.progress[-1] == (257, 257)


def test_a_server_that_caps_its_replies_and_its_hits_is_asked_until_it_is_empty(ask, capped_wfs):
    asked = {"service": "WFS", "version": "2.0.0", "request": "GetFeature", "typeNames": "app:Teig"}
    hits = httpx.get(capped_wfs, params={**asked, "resultType": "hits"}).text
    assert 'numberMatched="100"' in hits  # of 257: it claims to be complete
    part = ask(service(capped_wfs))
    assert part.error is None
    assert part.frame["parcel_id"].nunique() == 257


def test_a_feature_type_that_is_not_there_is_said_in_the_servers_own_words(ask, official_wfs):
    part = ask(service(official_wfs, name="app:Bygning"))
    assert part.frame is None
    assert "Bygning" in part.error.say("nb")


def test_a_picture_from_wms_is_not_taken_for_data(ask, official_wfs):
    west, south, east, north = world.OUTLINE.bounds
    url = (
        f"{official_wfs}?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=Teig&STYLES=&CRS=EPSG:25832"
        f"&BBOX={west},{south},{east},{north}&WIDTH=64&HEIGHT=64&FORMAT=image/png"
    )
    assert httpx.get(url).headers["Content-Type"] == "image/png"
    part = ask(service(url, "file", max_megabytes=1))
    assert part.frame is None
    assert isinstance(part.error, FileError)


def test_features_come_over_all_pages_of_an_ogc_api(ask, official_features):
    part = ask(service(official_features, "ogcapi", "constraints", name="enkeltminner"))
    assert part.error is None
    # Five a page is the server's own limit; twelve there are.
    assert [done for done, _ in ask.progress] == [5, 10, 12]
    assert list(part.frame["constraint_id"]) == list(world.heritage()["kulturminneId"])
    whole = world.heritage().union_all()
    assert part.frame.union_all().hausdorff_distance(whole) < 0.001


def test_a_collection_that_is_not_there_is_said_in_the_servers_own_words(ask, official_features):
    part = ask(service(official_features, "ogcapi", "constraints", name="finnes-ikke"))
    assert part.frame is None
    assert "Collection not found" in part.error.say("nb")
