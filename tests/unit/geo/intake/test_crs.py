"""Coordinates whose system is missing or wrong: what is assumed is right, and told."""

from __future__ import annotations

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.intake.sites import open_sites
from geo.intake.systems.crs import NEARBY_M, readings
from tests.support.errors import raising
from tests.support.rows import rows

# Places with their coordinates in EPSG:25832, from norgeskart.no's figures in degrees.
PLACES = {
    "Lillestrøm": (11.0447, 59.9532),
    "Kristiansand": (7.9956, 58.1467),
    "Bergen": (5.3221, 60.3913),
    "Trondheim": (10.3951, 63.4305),
    "Bodø": (14.4049, 67.2804),
    "Tromsø": (18.9553, 69.6492),
    "Vadsø": (29.7491, 70.0744),
}


def projected(place, crs):
    return Transformer.from_crs(4326, crs, always_xy=True).transform(*PLACES[place])


def home(place):
    return shapely.Point(projected(place, 25832))


def table(x, y, names="x,y"):
    return f"{names}\n{x},{y}\n".encode()


def notes(frame):
    return [finding.msgid for finding in frame.attrs["assumptions"]]


def assert_at(sites, place):
    assert sites.geometry.item().distance(home(place)) < 0.5


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("swap", [False, True])
def test_degrees_are_recognised_in_either_order(place, swap):
    x, y = PLACES[place]
    sites = open_sites(table(y, x) if swap else table(x, y), "a.csv")
    assert_at(sites, place)
    assert "finding.assumed_degrees" in notes(sites)
    assert ("finding.assumed_axes" in notes(sites)) is swap


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("crs", [25832, 25833])
@pytest.mark.parametrize("swap", [False, True])
def test_a_zone_is_recognised_by_where_sites_are_expected(place, crs, swap):
    x, y = projected(place, crs)
    sites = open_sites(table(y, x) if swap else table(x, y), "a.csv", near=home(place).buffer(9000))
    assert_at(sites, place)
    assert ("finding.assumed_axes" in notes(sites)) is swap


def test_zone_33_is_recognised_alone_where_zone_32_would_be_at_sea():
    sites = open_sites(table(*projected("Bodø", 25833)), "a.csv")
    assert_at(sites, "Bodø")
    assert notes(sites) == ["finding.assumed_crs"]


def test_numbers_that_fit_two_zones_are_read_in_the_first_and_the_doubt_is_told():
    sites = open_sites(table(*projected("Lillestrøm", 25833)), "a.csv")
    assert notes(sites) == ["finding.assumed_utm32", "finding.assumed_of_several"]
    assert sites.attrs["assumptions"][1].parts["others"] == "EPSG:25833"


def test_the_reader_has_the_last_word():
    x, y = projected("Lillestrøm", 25833)
    for content in (table(x, y), table(y, x)):
        swap = content == table(y, x)
        sites = open_sites(content, "a.csv", crs="EPSG:25833", swap=swap)
        assert_at(sites, "Lillestrøm")
        assert notes(sites) == []
    with raising("error.unknown_crs", match="99999"):
        open_sites(table(x, y), "a.csv", crs="99999")


def geojson(x, y, crs=None):
    said = {"crs": {"type": "name", "properties": {"name": f"EPSG:{crs}"}}} if crs else {}
    return json.dumps({"type": "Point", "coordinates": [x, y]} | said).encode()


@pytest.mark.parametrize(
    ("declared", "real", "swap", "told"),
    [
        (None, 4326, False, []),
        (None, 4326, True, ["finding.assumed_flipped"]),
        (None, 25832, False, ["finding.assumed_utm32"]),
        (None, 25833, False, ["finding.assumed_crs"]),
        (25832, 25832, False, []),
        (25832, 25832, True, ["finding.assumed_flipped"]),
        (25832, 4326, False, ["finding.assumed_instead"]),
        (4326, 25832, False, ["finding.assumed_instead"]),
        (4326, 25833, False, ["finding.assumed_instead"]),
        (4326, 4326, True, ["finding.assumed_flipped"]),
        (25832, 25833, False, ["finding.assumed_instead"]),
        (25833, 25832, False, ["finding.assumed_instead"]),
        (25833, 25833, False, []),
        (25833, 25833, True, ["finding.assumed_flipped"]),
        (4258, 4326, False, []),
        (4258, 4326, True, ["finding.assumed_flipped"]),
        (5110, 5110, True, ["finding.assumed_flipped"]),
        (25832, 25833, True, ["finding.assumed_instead", "finding.assumed_flipped"]),
        (4258, 25832, True, ["finding.assumed_instead", "finding.assumed_flipped"]),
    ],
)
def test_what_a_file_says_is_believed_if_it_can_be(declared, real, swap, told):
    x, y = PLACES["Lillestrøm"] if real == 4326 else projected("Lillestrøm", real)
    content = geojson(*((y, x) if swap else (x, y)), crs=declared)
    sites = open_sites(content, "a.json", near=home("Lillestrøm"))
    assert_at(sites, "Lillestrøm")
    if declared is not None:
        told = [one for one in told if one != "finding.assumed_crs"]
    assert notes(sites)[: len(told)] == told
    assert len(notes(sites)) == len(told)


@pytest.mark.parametrize("declared", [4258, 4326, 25832, 25833])
@pytest.mark.parametrize("near", [None, "Lillestrøm"])
def test_axes_in_the_other_order_are_no_reason_to_doubt_the_system(declared, near):
    """Neither in GML nor elsewhere, and whether or not one knows where sites are expected."""
    x, y = PLACES["Lillestrøm"] if declared < 5000 else projected("Lillestrøm", declared)
    # By the authority degrees have the latitude first, and UTM has the easting first.
    wrong = f"{x} {y}" if declared < 5000 else f"{y} {x}"
    gml = (
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"'
        ' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="http://a">'
        '<wfs:member><a:site gml:id="s1"><a:geom>'
        f'<gml:Point gml:id="g1" srsName="urn:ogc:def:crs:EPSG::{declared}">'
        f"<gml:pos>{wrong}</gml:pos></gml:Point></a:geom></a:site></wfs:member>"
        "</wfs:FeatureCollection>"
    )
    sites = open_sites(gml.encode(), "a.gml", near=near and home(near))
    assert_at(sites, "Lillestrøm")
    assert notes(sites) == ["finding.assumed_flipped"]


def test_metres_labelled_as_degrees_in_another_format_are_told_as_such(tmp_path):
    x, y = projected("Lillestrøm", 25832)
    rows(shapely.Point(x, y), crs=4326).to_file(tmp_path / "a.gpkg")
    sites = open_sites(tmp_path / "a.gpkg")
    assert_at(sites, "Lillestrøm")
    (finding,) = sites.attrs["assumptions"]
    assert finding.msgid == "finding.assumed_instead"
    assert "WGS 84" in finding.say("nb")
    assert "EPSG:25832" in finding.say("nb")


def test_a_system_named_after_many_features_is_heard():
    sites = rows(*[shapely.Point(projected("Lillestrøm", 25832))] * 1_000, crs=4326)
    text = sites.to_json(show_bbox=False, drop_id=True)[:-1]
    text += ', "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}}'
    assert text.index('"crs"') > 100_000
    found = open_sites(text.encode(), "a.json")
    assert notes(found) == ["finding.assumed_instead"]


def test_a_file_for_another_municipality_is_left_where_it_says_it_is():
    x, y = projected("Bergen", 25832)
    assert_at(open_sites(geojson(x, y, 25832), "a.json", near=home("Lillestrøm")), "Bergen")


def test_a_system_with_heights_is_its_horizontal_part(tmp_path):
    x, y = projected("Lillestrøm", 25832)
    rows(shapely.Point(x, y, 100), crs=5972).to_file(tmp_path / "a.gpkg")
    sites = open_sites(tmp_path / "a.gpkg")
    assert_at(sites, "Lillestrøm")
    assert notes(sites) == []


def test_numbers_that_fit_nothing_ask_for_a_system():
    with raising("error.crs_ask", match="500; 500.*--crs"):
        open_sites(table(500, 500), "a.csv")


@given(
    x=st.floats(5.5, 12) | st.floats(-1e5, 1.4e6),
    y=st.floats(58.5, 62) | st.floats(6.3e6, 8e6),
    swap=st.booleans(),
)
def test_a_reading_is_a_place_that_concerns_norway_and_the_order_does_not_matter(x, y, swap):
    found = readings(*((y, x) if swap else (x, y)))
    for one in found:
        assert one.fits
        assert -100_000 <= one.x <= 1_400_000
        assert 6_300_000 <= one.y <= 8_000_000
    other_way = readings(*((x, y) if swap else (y, x)))
    places = {(one.crs, one.x, one.y) for one in found}
    assert places == {(one.crs, one.x, one.y) for one in other_way}


@given(x=st.floats(0, 1.2e6), y=st.floats(6.4e6, 7.9e6))
def test_what_is_nearby_comes_first(x, y):
    near = shapely.Point(614_196, 6_647_965)
    found = readings(x, y, near)
    close = [shapely.Point(one.x, one.y).distance(near) <= NEARBY_M for one in found]
    assert close == sorted(close, reverse=True)
