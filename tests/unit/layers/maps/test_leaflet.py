"""What goes onto the map: small, and harmless whatever a file's attributes say."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import shapely
from shapely import Point

from geo.pack.read import DEFAULT_PACK, Pack
from geo.schema.manifest import LayerInfo
from layers.app import style
from layers.maps import labels, leaflet, offline, pages
from layers.maps.offline import DrawnMap, OfflineMap
from tests.support.shapes import frame, square

HOSTILE = "<img src=x onerror=alert(1)></script>"


def zone(name="Prøve"):
    return frame(square(614_000, 6_648_000), zone_id=["prove"], name=[name])


def script_of(layer):
    """What the browser runs for a map with this layer."""
    leaflet_map = OfflineMap(location=(60, 11), tiles=None)
    layer.add_to(leaflet_map)
    return leaflet.script(leaflet_map).text


def test_a_tooltip_shows_markup_as_text():
    assert leaflet.tip_lines(HOSTILE, HOSTILE) == (
        "<b>&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;</b>"
        "<br>&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;"
    )


def test_a_label_shows_markup_as_text():
    script = script_of(labels.names(zone(HOSTILE), "name"))
    assert "img src=x" in script
    assert "<img src=x" not in script


def test_a_number_marks_each_place_with_the_first_on_top():
    places = frame(square(0, 0), square(500, 0), rank=[1, 2])
    markers = list(labels.numbers(places, "rank")._children.values())
    texts = [next(iter(one._children.values())).options["html"] for one in markers]
    assert texts == ["<span>1</span>", "<span>2</span>"]
    first_offset, second_offset = (one.options["z_index_offset"] for one in markers)
    assert first_offset > second_offset
    (first,) = places.iloc[[0]].representative_point().to_crs(4326)
    assert markers[0].location == pytest.approx([first.y, first.x])


def test_places_of_one_point_are_one_marker_that_names_them_all(tmp_path):
    pack = SimpleNamespace(directory=tmp_path)
    named = frame(
        *(Point(614_000, 6_648_000), Point(615_000, 6_648_000), Point(614_000, 6_648_000)),
        place_id=["a", "b", "c"],
        name=["Ene", "Alene", HOSTILE],
        kind=["company"] * 3,
        employees=[None] * 3,
        accuracy_m=[1000.0, 50.0, 3000.0],
        status=["uncertain", "ok", "uncertain"],
    )
    drawn = OfflineMap()
    pages._places(pack, named, drawn)
    layer, counts = list(drawn._children.values())[-2:]
    tips = [one["properties"]["tip"] for one in layer.data["features"]]
    assert len(tips) == 2
    assert tips[0].replace("\N{NO-BREAK SPACE}", " ") == (
        "<b>2 steder og aktører på dette punktet</b>"
        "<br>Ene – Omtrentlig plassert: ± 1 000 m"
        "<br>&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt; – Omtrentlig plassert: ± 3 000 m"
    )
    assert tips[1] == "<b>Alene</b>"
    (number,) = counts._children.values()
    assert next(iter(number._children.values())).options["html"] == "<span>2</span>"


def test_a_number_that_is_markup_is_shown_as_text():
    hostile = zone().assign(rank=HOSTILE)
    script = script_of(labels.numbers(hostile, "rank"))
    assert "img src=x" in script
    assert "<img src=x" not in script


@pytest.mark.parametrize(
    "name", ["{{ 1 // 0 }}", "{% nothing %}", "{{ cycler.__init__.__globals__.os.mkdir(0) }}"]
)
def test_a_name_that_is_a_template_is_shown_as_it_stands(name):
    area = zone(name)
    tips = leaflet.clickable(area, "zone", id_column="zone_id", tip=lambda row: row["name"])
    for layer in (tips, labels.names(area, "name")):
        assert name in script_of(layer)


def test_only_kind_id_and_tooltip_travel_with_a_feature():
    layer = leaflet.clickable(zone(), "zone", id_column="zone_id", tip=lambda row: row["name"])
    assert layer.data["features"][0]["properties"] == {
        "kind": "zone",
        "id": "prove",
        "tip": "Prøve",
    }


def test_coordinates_are_degrees_with_five_decimals():
    collection = leaflet.feature_collection(zone())
    ring = collection["features"][0]["geometry"]["coordinates"][0]
    assert all(round(value, 5) == value for point in ring for value in point)
    assert shapely.geometry.shape(collection["features"][0]["geometry"]).bounds == pytest.approx(
        (11.0412, 59.9536, 11.0430, 59.9545), abs=0.0001
    )
    assert len(json.dumps(ring)) < 130


def test_a_layer_without_features_is_drawn_as_nothing():
    empty = zone().iloc[:0]
    layer = leaflet.clickable(empty, "zone", id_column="zone_id", tip=lambda row: row["name"])
    assert '"features": []' in script_of(layer)


def test_the_map_asks_for_nothing_but_this_servers_leaflet():
    assert {address for _, address in OfflineMap.default_js + OfflineMap.default_css} == {
        "../../app/static/vendor/leaflet/leaflet.js",
    }


@pytest.fixture
def maps(tmp_path, monkeypatch):
    monkeypatch.setattr(offline, "MAPS", tmp_path / "maps")
    return tmp_path / "maps"


def told(drawn):
    """All that goes to the browser in the page's message."""
    return drawn._template.module.script(drawn) + drawn._template.module.header(drawn)


def test_a_maps_script_and_styles_are_a_file_that_the_message_names(maps):
    drawn = DrawnMap("var map_div = 'Å';")
    (file,) = maps.iterdir()
    text = file.read_text(encoding="utf-8")
    assert "var map_div = 'Å';" in text
    assert ".leaflet-pane" in text
    assert "url(../../app/static/vendor/leaflet/images/layers.png)" in text
    assert "url(images/" not in text
    assert drawn.default_js[-1][1] == f"../../app/static/made/maps/{file.name}"
    assert len(told(drawn)) < 200


def test_other_maps_are_other_messages_and_the_same_map_is_the_same(maps):
    one, again, other = DrawnMap("1;"), DrawnMap("1;"), DrawnMap("2;")
    assert told(one) == told(again) != told(other)
    assert len(list(maps.iterdir())) == 2


def test_where_no_file_can_be_written_the_message_carries_the_map(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(offline, "MAPS", tmp_path / "file" / "maps")
    drawn = DrawnMap("var map_div = 1;")
    assert "var map_div = 1;" in told(drawn)
    assert ".leaflet-pane" in told(drawn)
    assert drawn.default_js == OfflineMap.default_js


@pytest.mark.parametrize(
    ("answer", "clicked"),
    [
        (None, None),
        ({"last_active_drawing": None}, None),
        ({"last_active_drawing": {"properties": {"tip": "x"}}}, None),
        ({"last_active_drawing": {"properties": {"kind": "zone", "id": "b"}}}, ("zone", "b")),
    ],
)
def test_a_click_is_a_kind_and_an_id_or_nothing(answer, clicked):
    assert leaflet._clicked(answer) == clicked


def test_every_style_gives_leaflet_its_options():
    for drawn in style.STYLES.values():
        options = drawn.leaflet()
        assert options["fill"] == (drawn.fill is not None)


@pytest.fixture
def official_background():
    """A pack whose background is OpenStreetMap's, and whose boundary has a hostile source."""
    told = {
        "municipality": LayerInfo(source=HOSTILE, licence="Egen"),
        "context": LayerInfo(source="Overpass", licence="© OpenStreetMap-bidragsytere, ODbL 1.0"),
    }
    layers = {
        "municipality": frame(square(614_000, 6_648_000), municipality_no=["3205"]),
        "context": frame(square(614_000, 6_648_000), kind=["lake"]),
    }
    return Pack(DEFAULT_PACK, "Prøve", "3205", None, "0" * 64, layers, told, ())


def test_the_map_says_whose_its_own_background_is(official_background):
    script = leaflet.script(
        leaflet.base(official_background, bounds_of=official_background.layer("context"))
    ).text
    assert "Veg, bane og vann: \\u00a9 OpenStreetMap-bidragsytere, ODbL 1.0" in script
    assert "egen skisse" not in script
    assert "<img" not in script
