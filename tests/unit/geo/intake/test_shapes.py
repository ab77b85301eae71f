"""Shapes that people have: read whole, or left out by themselves for a reason that is true."""

from __future__ import annotations

import math
import sqlite3
import struct

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake.shapes import curves
from geo.intake.sites import UnusableFileError, open_sites, read_layer
from tests.support import intake_shapes as made
from tests.support.intake_shapes import POSITIONS, SOLID, TIN, X, Y
from tests.support.rows import rows
from tests.support.shapes import square

CIRCLE = math.pi * 100**2
HALF = CIRCLE / 2


def read(text, name, **more):
    return open_sites(text.encode(), name, **more)


def told(sites):
    return [(one.msgid, one.feature, dict(one.parts)) for one in sites.attrs["assumptions"]]


def msgids(sites):
    return [one.msgid for one in sites.attrs["assumptions"]]


def wkt_sites(*texts):
    body = "".join(f'{n};"{text}"\n' for n, text in enumerate(texts))
    sites = read(f"id;wkt\n{body}", "a.csv")
    sites.attrs["assumptions"] = [
        one for one in sites.attrs["assumptions"] if one.msgid != "finding.assumed_utm32"
    ]
    return sites


GOOD = f"POLYGON(({X} {Y},{X + 200} {Y},{X + 200} {Y + 100},{X} {Y + 100},{X} {Y}))"
ELSEWHERE = GOOD.replace(f"{X} ", f"{X + 300} ").replace(f"{X + 200} ", f"{X + 500} ")


@pytest.mark.parametrize(("shape", "kind"), [(TIN, "TIN"), (SOLID, "PolyhedralSurface")])
def test_a_layer_in_space_does_not_take_the_others_along(shape, kind):
    polygon = made.gml_polygon()
    sites = read(made.gml(("Omrade", "a", polygon), ("Terreng", "t", shape)), "a.gml")
    assert sites.area.tolist() == [20_000]
    parts = {"part": "Terreng", "type": kind}
    assert told(sites) == [("finding.layer_in_space", None, parts)]


@pytest.mark.parametrize(("shape", "kind"), [(TIN, "TIN"), (SOLID, "PolyhedralSurface")])
def test_a_row_in_space_is_named_as_what_it_is(shape, kind):
    polygon = made.gml_polygon()
    sites = read(made.gml(("Omrade", "a", polygon), ("Omrade", "t", shape)), "a.gml")
    assert sites.area.tolist() == [20_000]
    assert told(sites) == [("finding.shape_unreadable", "2", {"type": kind})]


def test_a_file_with_nothing_but_shapes_in_space_says_so():
    with pytest.raises(UnusableFileError) as raised:
        read(made.gml(("Terreng", "t", TIN)), "a.gml")
    assert raised.value.finding.msgid == "finding.layer_in_space"


def test_a_geometry_that_gml_cannot_make_out_ends_neither_the_reading_nor_the_rows_after_it():
    curve = '<gml:Curve gml:id="k"><gml:segments><gml:Clothoid/></gml:segments></gml:Curve>'
    polygon = made.gml_polygon()
    members = [("Omrade", "a", polygon), ("Omrade", "b", curve), ("Omrade", "c", polygon)]
    sites = read(made.gml(*members), "a.gml")
    assert sites["gml_id"].tolist() == ["a", "c"]
    ((msgid, feature, parts),) = told(sites)
    assert (msgid, feature) == ("finding.feature_corrupted", "b")
    assert "NULL geometry" in parts["reason"]


def geopackage(tmp_path, *, kind="GEOMETRY", heights=False):
    """Two sites, in a layer that says it holds another shape."""
    path = tmp_path / "a.gpkg"
    rows(square(X, Y), square(X + 200, Y), id=["a", "b"]).to_file(path, layer="tomter")
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name = ?, z = ?", (kind, int(heights))
        )
    database.close()
    return path


@pytest.mark.parametrize("kind", ["TIN", "POLYHEDRALSURFACE", "TRIANGLE", "GEOMETRY"])
@pytest.mark.parametrize("heights", [False, True])
def test_what_a_geopackage_says_of_its_shapes_does_not_decide(tmp_path, kind, heights):
    path = geopackage(tmp_path, kind=kind, heights=heights)
    before = path.read_bytes()
    sites = open_sites(path)
    assert sites["id"].tolist() == ["a", "b"]
    assert sites.area.tolist() == [10_000, 10_000]
    assert path.read_bytes() == before


def test_a_flatgeobuf_of_any_shape_with_heights_is_read(tmp_path):
    shapes = [shapely.force_3d(square(X, Y), 7.0), shapely.Point(X, Y, 7.0)]
    gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=shapes, crs=25832).to_file(
        tmp_path / "a.fgb", SPATIAL_INDEX="NO"
    )
    sites = open_sites(tmp_path / "a.fgb")
    assert sites.area.tolist() == [10_000, 0]


# Curves.

ARC = f"CIRCULARSTRING({X + 200} {Y},{X + 100} {Y + 100},{X} {Y})"
RING = f"CIRCULARSTRING({X} {Y},{X + 100} {Y + 100},{X + 200} {Y},{X + 100} {Y - 100},{X} {Y})"


@pytest.mark.parametrize(
    ("text", "area"),
    [
        (f"CURVEPOLYGON({RING})", CIRCLE),
        (f"CURVEPOLYGON Z({RING.replace(',', ' 3,').replace(')', ' 3)')})", CIRCLE),
        (f"CURVEPOLYGON(COMPOUNDCURVE({ARC},({X} {Y},{X + 200} {Y})))", HALF),
        (f"MULTISURFACE(CURVEPOLYGON({RING}),{ELSEWHERE[7:]})", CIRCLE + 20_000),
        (f"MULTISURFACE({GOOD[7:]})", 20_000),
        (f"GEOMETRYCOLLECTION(CURVEPOLYGON({RING}))", CIRCLE),
        (RING, CIRCLE),  # a closed line
    ],
)
def test_curves_in_wkt_are_stroked_to_a_millimetre(text, area):
    sites = wkt_sites(text)
    # A millimetre along the circumference.
    assert sites.area.item() == pytest.approx(area, abs=2 * math.pi * 100 * 0.001)


def positions(*places):
    return "".join(f"<gml:pos>{X + x} {Y + y}</gml:pos>" for x, y in places)


ROUND = [(0, 0), (100, 100), (200, 0), (100, -100), (0, 0)]
CENTRE = f'{positions((100, 0))}<gml:radius uom="m">100</gml:radius>'
SEGMENTS = {
    f"<gml:ArcString>{positions(*ROUND)}</gml:ArcString>": CIRCLE,
    f"<gml:Circle>{positions(*ROUND[:3])}</gml:Circle>": CIRCLE,
    f'<gml:CircleByCenterPoint numArc="1">{CENTRE}</gml:CircleByCenterPoint>': CIRCLE,
    f"<gml:LineStringSegment>{positions((0, 0), (200, 0))}</gml:LineStringSegment>"
    f"<gml:Arc>{positions((200, 0), (100, 100), (0, 0))}</gml:Arc>": HALF,
}


@pytest.mark.parametrize(("segments", "area"), SEGMENTS.items())
def test_curves_in_gml_are_stroked_to_a_millimetre(segments, area):
    sites = read(made.gml(("Omrade", "a", made.gml_curved(segments))), "a.gml")
    assert sites.area.item() == pytest.approx(area, abs=2 * math.pi * 100 * 0.001)
    assert told(sites) == []


def test_patches_of_a_surface_are_one_site_and_nothing_to_repair():
    left = f"{X} {Y} {X + 100} {Y} {X + 100} {Y + 100} {X} {Y + 100} {X} {Y}"
    right = left.replace(str(X + 100), "R").replace(str(X), str(X + 100)).replace("R", str(X + 200))
    sites = read(made.gml(("Omrade", "a", made.gml_patches(left, right))), "a.gml")
    assert sites.area.tolist() == [20_000]
    assert told(sites) == []


def curved_wkb(radius, *, order="<", z=False):
    """A curve polygon of one circle, by hand."""
    angles = (math.pi, math.pi / 2, 0, -math.pi / 2, math.pi)
    numbers = [
        value
        for a in angles
        for value in (X + radius * math.cos(a), Y + radius * math.sin(a), *([5.0] if z else []))
    ]
    mark, more = (b"\x01" if order == "<" else b"\x00"), 1000 * z
    inner = mark + struct.pack(f"{order}II{len(numbers)}d", 8 + more, len(angles), *numbers)
    return mark + struct.pack(f"{order}II", 10 + more, 1) + inner


@settings(max_examples=25)
@given(radius=st.floats(1, 2_000), order=st.sampled_from("<>"), z=st.booleans())
def test_a_circle_in_wkb_has_its_area(radius, order, z):
    shape = shapely.from_wkb(curves.straight(curved_wkb(radius, order=order, z=z)))
    assert shape.area == pytest.approx(math.pi * radius**2, abs=2 * math.pi * radius * 0.001)


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda tail: b"\x01\x0a\0\0\0" + tail))
def test_bytes_that_are_no_geometry_become_none(content):
    straight = curves.straight(content)
    assert straight == content[:5] or shapely.from_wkb(straight, on_invalid="fix") is not None


# Rings and texts that are not right.


@pytest.mark.parametrize(
    ("text", "msgid", "parts"),
    [
        ("POLYGN((1 2,3 4,5 6,1 2))", "finding.wkt_word", {"word": "POLYGN"}),
        (GOOD[:-1], "finding.wkt_brackets", {}),
        (f"{GOOD})", "finding.wkt_brackets", {}),
        (GOOD.replace("((", "("), "finding.wkt_brackets", {}),
        (GOOD.replace(f"{X} {Y}", f"{X},{Y}"), "finding.wkt_numbers", {}),
        (GOOD.replace(f"{X} {Y}", f"{X},5 {Y},5"), "finding.wkt_numbers", {}),
        (GOOD.replace(",", ";"), "finding.wkt_numbers", {}),
        (f"POLYGON(({X} {Y},{X + 9} {Y}))", "finding.wkt_few_points", {}),
        (f"LINESTRING({X} {Y})", "finding.wkt_few_points", {}),
        ("CIRCULARSTRING(0 0,1 1,2 0,3 1)", "finding.wkt_arc_points", {}),
        ("POLYGON EMPTY", "finding.geometry_missing", {}),
        ("TIN(((0 0,1 0,1 1,0 0)))", "finding.shape_unreadable", {"type": "TIN"}),
        ("TRIANGLE((0 0,1 0,1 1,0 0))", "finding.shape_unreadable", {"type": "TRIANGLE"}),
    ],
)
def test_a_fault_in_wkt_is_told_as_what_it_is(text, msgid, parts):
    sites = wkt_sites(GOOD, text)
    assert sites["id"].tolist() == ["0"]
    assert told(sites) == [(msgid, "1", parts)]


def test_an_open_ring_in_wkt_is_closed_and_told():
    sites = wkt_sites(GOOD.replace(f",{X} {Y}))", "))"))
    assert sites.area.tolist() == [20_000]
    assert msgids(sites) == ["finding.ring_closed"]


def test_an_open_ring_in_gml_is_closed_and_told():
    positions = POSITIONS.removesuffix(f" {X} {Y}")
    sites = read(made.gml(("Omrade", "a", made.gml_polygon(positions))), "a.gml")
    assert sites.area.tolist() == [20_000]
    assert msgids(sites) == ["finding.ring_closed"]


@given(st.text("POLYGNMUTICRSAEZ(), 0123456789.-e", max_size=60))
def test_any_text_as_wkt_is_read_or_named(text):
    sites = wkt_sites(GOOD, f"POLYGON({text}")
    assert sites["id"].tolist()[0] == "0"
    assert len(sites) == 2 or len(told(sites)) >= 1


@pytest.mark.parametrize("suffix", ["", " Z", " M", " ZM"])
def test_heights_and_measures_change_no_area(suffix):
    more = {"": "", " Z": " 5", " M": " 7", " ZM": " 5 7"}[suffix]
    body = GOOD.removeprefix("POLYGON").replace(",", f"{more},").replace("))", f"{more}))")
    assert wkt_sites(f"POLYGON{suffix}{body}").area.tolist() == [20_000]


# Collections.


@pytest.mark.parametrize(
    ("members", "area", "notes"),
    [
        (f"{GOOD}", 20_000, []),
        (f"{GOOD},POINT({X} {Y})", 20_000, ["finding.beside_areas"]),
        (f"GEOMETRYCOLLECTION({GOOD}),{ELSEWHERE}", 40_000, []),
        (f"LINESTRING({X} {Y},{X} {Y + 9}),POINT({X} {Y})", 0, ["finding.beside_lines"]),
        (f"POINT({X} {Y}),MULTIPOINT({X} {Y},{X} {Y + 1})", 0, []),
    ],
)
def test_a_collection_is_its_parts_of_the_highest_dimension(members, area, notes):
    sites = wkt_sites(f"GEOMETRYCOLLECTION({members})")
    assert sites.area.tolist() == [area]
    assert msgids(sites) == notes


def test_what_is_left_out_of_a_collection_is_counted():
    line = f"LINESTRING({X} {Y},{X} {Y + 9})"
    sites = wkt_sites(f"GEOMETRYCOLLECTION({GOOD},POINT({X} {Y}),{line},{line})")
    ((_, feature, parts),) = told(sites)
    assert (feature, parts) == ("0", {"points": 1, "lines": 2, "areas": 1})


def test_parts_of_a_collection_that_overlap_are_counted_once():
    sites = wkt_sites(f"GEOMETRYCOLLECTION({GOOD},{GOOD})")
    assert sites.area.tolist() == [20_000]
    assert msgids(sites) == ["finding.geometry_repaired"]


# Null island.


def test_a_row_at_null_is_named_and_does_not_decide_for_the_others():
    null = {"type": "Point", "coordinates": [0, 0]}
    text = made.geojson(made.feature(geometry=null, id="null"), made.feature(id="ok"))
    sites = read(text, "a.geojson")
    assert sites["id"].tolist() == ["ok"]
    assert told(sites) == [("finding.null_island", "null", {})]


# Closed lines.


@pytest.mark.parametrize(
    ("points", "area"),
    [
        ([(0, 0), (200, 0), (200, 100), (0, 100), (0, 0)], 20_000),
        ([(0, 0), (200, 0), (200, 100), (0, 100), (0, 0.9)], 20_000),
        ([(0, 0), (200, 0), (200, 100), (0, 100), (0, 1.1)], None),
        ([(0, 0), (200, 0), (0, 0)], None),
        ([(0, 0), (200, 0), (100, 0), (0, 0)], None),  # there and back
    ],
)
def test_a_line_that_ends_where_it_begins_is_an_area_for_sites_alone(tmp_path, points, area):
    line = shapely.LineString([(X + x, Y + y) for x, y in points])
    rows(line, id="a").to_file(tmp_path / "a.gpkg")
    sites = open_sites(tmp_path / "a.gpkg")
    assert sites.area.item() == pytest.approx(area or 0)
    assert msgids(sites) == (["finding.line_closed"] if area else [])
    assert read_layer(tmp_path / "a.gpkg").geom_type.tolist() == ["LineString"]
