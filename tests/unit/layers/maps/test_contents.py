"""What lies on a map is read off it: the legend and the table name that, and nothing else."""

from __future__ import annotations

import re

import folium
import pytest

from geo.pack.read import DEFAULT_PACK, Pack
from geo.schema.manifest import LayerInfo
from layers.app import style
from layers.app.map_script import MapScript
from layers.maps import contents, drawing, labels, leaflet, pages
from layers.maps.offline import OfflineMap
from layers.widgets import legend
from tests.support.shapes import frame, square

HOSTILE = "</script><b>&amp;<br>Heia"
SIDE = 1000


def areas(counted=(True, False)):
    shapes = [square(614_000 + 3000 * row, 6_648_000, side=SIDE) for row in range(len(counted))]
    return frame(
        *shapes,
        area_id=[f"a{row}" for row in range(len(counted))],
        name=[f"Område {row}" for row in range(len(counted))],
        category=["bybåndet"] * len(counted),
        counts=list(counted),
        illustrative=[False] * len(counted),
    )


def pack(**layers):
    layers["municipality"] = frame(
        square(610_000, 6_640_000, side=20_000),
        municipality_no=["3205"],
    )
    told = {name: LayerInfo(source="Prøve", licence="Egen") for name in layers}
    return Pack(DEFAULT_PACK, "Prøve", "3205", None, "0" * 64, layers, told, ())


def ground(of):
    """The map that others are put on, of a pack."""

    class View:
        pack = of

    return leaflet.script(pages.ground(View, of.layer("municipality")), "Kart: prøve")


def zones(name="Heia"):
    return frame(square(614_000, 6_648_000, side=SIDE), zone_id=["heia"], name=[name])


def test_the_legend_names_what_the_pack_has_and_nothing_more():
    context = frame(square(615_000, 6_648_000), kind=["lake"])
    drawn = ground(pack(growth_areas=areas([True]), zones=zones(), context=context))
    assert set(drawn.kinds) == {"municipality", "lake", "growth_area", "zone_outline"}


def test_areas_that_count_and_areas_that_do_not_are_two_kinds():
    drawn = ground(pack(growth_areas=areas()))
    assert {"growth_area", "regional_area"} <= set(drawn.kinds)
    assert [row for row in drawn.rows if row[0] == "regional_area"] == [
        ("regional_area", "Område 1", "Regionalt næringsområde (telles ikke) · bybåndet")
    ]


def test_an_area_that_does_not_count_is_drawn_over_the_zone_whose_outline_is_its_own():
    text = ground(pack(growth_areas=areas(), zones=zones())).text
    outlines = [style.STYLES[kind].stroke for kind in ("growth_area", "zone_outline")]
    assert [*outlines, style.STYLES["regional_area"].stroke] == sorted(
        [*outlines, style.STYLES["regional_area"].stroke], key=text.index
    )


def test_what_can_be_drawn_is_in_the_legend():
    drawing_map = OfflineMap()
    drawing.add_to(drawing_map)
    assert leaflet.script(drawing_map).kinds == ("drawn",)


def test_what_moves_is_read_as_the_map_is():
    moving = folium.FeatureGroup()
    leaflet.shapes(zones(), "plot_selected").add_to(moving)
    leaflet.shapes(zones().iloc[:0], "overlap").add_to(moving)
    assert contents.kinds_of(moving) == ["plot_selected"]
    assert contents.rows_of(moving) == [("plot_selected", "", "1 i kartet")]
    assert not contents.named(moving)
    assert contents.kinds_of(None) == []


def clicked(name):
    return leaflet.clickable(
        zones(name),
        "zone",
        id_column="zone_id",
        tip=lambda row: leaflet.tip_lines(row["name"], "Næring", row["name"]),
    )


def test_a_row_says_what_the_pointer_is_told_whatever_the_name():
    assert contents.rows_of(clicked(HOSTILE)) == [("zone", HOSTILE, f"Næring · {HOSTILE}")]


def test_a_name_that_is_markup_is_text_in_the_table_and_in_the_maps_own_name():
    said = contents.table(contents.rows_of(clicked(HOSTILE)), HOSTILE)
    assert "&lt;/script&gt;&lt;b&gt;&amp;amp;&lt;br&gt;Heia" in said
    assert set(re.findall(r"<(\w+)", said)) == {"div", "table", "thead", "tbody", "tr", "th", "td"}
    leaflet_map = OfflineMap()
    assert HOSTILE not in leaflet.script(leaflet_map, HOSTILE).text
    assert leaflet.script(OfflineMap(), HOSTILE).title == HOSTILE


def test_a_map_whose_page_has_the_table_has_none_of_its_own():
    leaflet_map = OfflineMap()
    clicked("Heia").add_to(leaflet_map)
    assert leaflet.script(leaflet_map, table=False).rows == ()


def test_a_map_to_draw_on_keeps_its_name_and_kinds_with_a_shape_to_begin_from():
    begun = drawing.started_with(MapScript("var a;", "Kart", ("zone",)), zones())
    assert (begun.title, begun.kinds) == ("Kart", ("zone",))
    assert begun.text.startswith("var a;\nL.geoJSON(")


def test_the_largest_area_has_the_first_choice_of_place_for_its_name():
    three = frame(
        square(0, 0, side=10),
        square(500, 0, side=20),
        square(900, 0, side=10),
        name=["a", "b", "c"],
    )
    markers = labels.names(three, "name")._children.values()
    written = [next(iter(one._children.values())).options["html"] for one in markers]
    assert written == ["<span>b</span>", "<span>a</span>", "<span>c</span>"]
    assert all(one.options["keyboard"] is False for one in markers)


def test_the_background_stands_apart_in_the_legend_and_what_is_chosen_first():
    said = legend.written(["municipality", "zone_outline", "class.ledig", "plot_selected", "road"])
    names = re.findall(r">([^<>]+)<", said)
    assert names == [
        *("Valgt tomt", "Ledig", "Områdets avgrensning"),
        *("Enkel bakgrunn:", "Kommunen", "Veg"),
    ]


def test_every_kind_has_its_place_in_the_legend():
    assert set(legend.BACKGROUND) <= set(style.STYLES)
    assert legend.written(style.STYLES).count("<img") == len(style.STYLES)


@pytest.mark.parametrize(
    ("setting", "by_itself"), [(None, True), ("auto", True), ("sketch", False)]
)
def test_a_server_can_have_maps_begin_with_the_sketch(monkeypatch, setting, by_itself):
    monkeypatch.delenv("NAERINGSAREAL_BASEMAP", raising=False)
    if setting:
        monkeypatch.setenv("NAERINGSAREAL_BASEMAP", setting)
    of = pack()
    text = leaflet.script(leaflet.base(of, bounds_of=of.layer("municipality"))).text
    assert ("auto: true" in text) is by_itself
    assert "topograatone" in text  # a reader can choose it either way
