"""Every refusal is true of its file: the fault is made, and only it is told."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from pathlib import Path

import pytest

import geo.intake
from geo.errors import NaeringsarealError
from geo.intake.sites import UnusableFileError, open_sites

RING = "613800 6649900, 614000 6649900, 614000 6650000, 613800 6650000, 613800 6649900"
# Reasons that used to be given for whatever was wrong. Each is true only of what stands here.
BLANKET = {
    "error.file_unreadable",
    "error.file_empty",
    "finding.geometry_missing",
    "error.crs_ask",
    "error.coordinate_columns",
}


def geojson(geometry, **collection):
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **collection})


def polygon(*ring):
    return {"type": "Polygon", "coordinates": [list(map(list, ring))]}


def kml(inside):
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


POINT = ("..NØ", "664995000 61390000")


def sosi(*lines, system="22", unit="0.01"):
    head = [".HODE", "..TEGNSETT UTF-8", "..TRANSPAR", f"...KOORDSYS {system}", "...ORIGO-NØ 0 0"]
    return "\n".join([*head, f"...ENHET {unit}", *lines, ".SLUTT", ""])


# A triangle whose third point is told of on line 12.
FLAT = (
    ".KURVE 1:|..OBJTYPE Kant|..NØ|664990000 61380000|664990000 61400000|665000000 61390000|"
    "664990000 61380000|.FLATE 2:|..OBJTYPE Tomt|..REF :1"
)


# What is wrong, in words; the file's name and content; what is told.
FAULTS = [
    ("nothing at all", "a.geojson", b"", "error.file_empty"),
    ("no features", "a.geojson", '{"type":"FeatureCollection","features":[]}', "error.file_empty"),
    ("noise", "a.geojson", bytes(range(256)) * 4, "error.file_unreadable"),
    ("JSON that ends early", "a.geojson", geojson(None)[:-20], "error.file_unreadable"),
    ("a feature without geometry", "a.geojson", geojson(None), "finding.geometry_missing"),
    (
        "a polygon without coordinates",
        "a.geojson",
        geojson({"type": "Polygon", "coordinates": []}),
        "finding.geometry_missing",
    ),
    (
        "a polygon one level too flat",
        "a.geojson",
        geojson({"type": "Polygon", "coordinates": [[11, 60], [11.1, 60], [11.1, 60.1], [11, 60]]}),
        "finding.geojson_coordinates",
    ),
    (
        "a multipolygon one level too flat",
        "a.geojson",
        geojson(
            {"type": "MultiPolygon", "coordinates": [[[11, 60], [11.1, 60], [11, 60.1], [11, 60]]]}
        ),
        "finding.geojson_coordinates",
    ),
    (
        "coordinates as text",
        "a.geojson",
        geojson({"type": "Point", "coordinates": ["11", "60"]}),
        "finding.geojson_coordinates",
    ),
    (
        "no coordinates at all",
        "a.geojson",
        geojson({"type": "Point"}),
        "finding.geojson_coordinates",
    ),
    (
        "a circle",
        "a.geojson",
        geojson({"type": "Circle", "coordinates": [11, 60]}),
        "finding.geojson_type",
    ),
    ("a geometry of no type", "a.geojson", geojson({}), "finding.geojson_type"),
    ("a geometry in words", "a.geojson", geojson("POINT (11 60)"), "finding.geojson_type"),
    (
        "a Bézier curve of Esri",
        "a.json",
        (
            '{"geometryType":"esriGeometryPolygon","spatialReference":{"wkid":25832},"fields":[],'
            '"features":[{"attributes":{},"geometry":{"curveRings":[[[613800,6649900],'
            '{"b":[[613900,6649900],[613850,6650000],[613880,6650000]]},[613800,6649900]]]}}]}'
        ),
        "finding.esri_curve",
    ),
    ("an empty polygon", "a.csv", "wkt\nPOLYGON EMPTY\n", "finding.geometry_missing"),
    ("an unbalanced bracket", "a.csv", f'wkt\n"POLYGON (({RING})"\n', "finding.wkt_brackets"),
    ("a word that is none", "a.csv", f'wkt\n"POLYGONE (({RING}))"\n', "finding.wkt_word"),
    (
        "two points",
        "a.csv",
        'wkt\n"POLYGON ((613800 6649900, 614000 6649900))"\n',
        "finding.wkt_few_points",
    ),
    ("headings and no rows", "a.csv", "øst;nord\n", "error.table_no_rows"),
    ("no coordinates", "a.csv", "navn;jobs\na;1\n", "error.coordinate_columns"),
    (
        "a word for a coordinate",
        "a.csv",
        "navn;øst;nord\na;her;der\n",
        "finding.position_unreadable",
    ),
    ("blank coordinates", "a.csv", "navn;øst;nord\na;;\n", "finding.position_blank"),
    ("rows longer than the headings", "a.csv", "øst;nord\n1;2;3\n", "error.rows_too_long"),
    ("a quote that is not closed", "a.csv", 'øst;nord;navn\n1;2;"a\n', "error.quote_open"),
    ("numbers of no place", "a.csv", "x;y\n500;500\n", "error.crs_ask"),
    ("a code that is none", "a.csv", "epsg;x;y\n99999;500;500\n", "error.crs_unknown"),
    ("numbers of an NTM zone", "a.csv", "x;y\n150000;1200000\n", "error.crs_ntm"),
    ("zeros", "a.csv", "navn;x;y\na;0;0\n", "finding.null_island"),
    (
        "Longyearbyen",
        "a.geojson",
        geojson(polygon((15.6, 78.2), (15.7, 78.2), (15.7, 78.3), (15.6, 78.2))),
        "finding.islands_afar",
    ),
    (
        "Berlin",
        "a.geojson",
        geojson(polygon((13.3, 52.5), (13.4, 52.5), (13.4, 52.6), (13.3, 52.5))),
        "finding.outside_norway",
    ),
    (
        "no area",
        "a.geojson",
        geojson(polygon((11.05, 59.95), (11.06, 59.95), (11.05, 59.95), (11.05, 59.95))),
        "finding.geometry_collapsed",
    ),
    ("negative jobs", "a.csv", "øst;nord;jobs\n613900;6649950;-5\n", "error.negative_jobs"),
    ("negative floor area", "a.csv", "øst;nord;bra\n613900;6649950;-5\n", "error.negative_area"),
    (
        "negative site",
        "a.csv",
        "øst;nord;tomteareal\n613900;6649950;-5\n",
        "error.negative_site_area",
    ),
    (
        "low above high",
        "a.csv",
        "øst;nord;jobs_low;jobs_high\n613900;6649950;9;5\n",
        "error.jobs_interval",
    ),
    ("only a picture", "a.kml", kml("<GroundOverlay/>"), "finding.kml_overlay"),
    ("only a link", "a.kml", kml("<NetworkLink/>"), "finding.kml_link"),
    (
        "only a model",
        "a.kml",
        kml("<Placemark><name>Hus</name><Model><Link/></Model></Placemark>"),
        "finding.kml_model",
    ),
    ("a document type", "a.gml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "error.xml_entities"),
    ("another archive", "a.rar", b"Rar!\x1a\x07\x00" + bytes(100), "error.archive_kind"),
    ("a zip of other things", "a.zip", zipped(les_md="hei"), "error.archive_nothing"),
    ("SOSI without objects", "a.sos", sosi(), "error.file_empty"),
    ("a text that is no SOSI", "a.sos", "Hei\n", "error.sosi_nothing"),
    (
        "a system that is none",
        "a.sos",
        sosi(".PUNKT 1:", *POINT, system="777"),
        "error.sosi_system",
    ),
    ("a unit that is none", "a.sos", sosi(".PUNKT 1:", *POINT, unit="stor"), "error.sosi_header"),
    (
        "a letter among digits",
        "a.sos",
        sosi(*FLAT.replace("61400000", "614O0000").split("|")),
        "finding.sosi_coordinate",
    ),
    (
        "decimal commas",
        "a.sos",
        sosi(*FLAT.replace("61400000", "61400000,5").split("|")),
        "finding.sosi_coordinate",
    ),
    (
        "a number too many",
        "a.sos",
        sosi(*FLAT.replace("61400000", "61400000 5 6 7").split("|")),
        "finding.sosi_odd",
    ),
    ("a clothoid", "a.sos", sosi(".KLOTOIDE 1:", *POINT), "finding.sosi_not_stroked"),
    (
        "a border that is not there",
        "a.sos",
        sosi(".FLATE 1:", "..OBJTYPE Tomt", "..REF :7", *POINT),
        "finding.sosi_reference",
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "right"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_a_refusal_says_what_is_wrong_and_nothing_else(name, content, right):
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(NaeringsarealError) as raised:
        open_sites(content, name)
    error = raised.value
    told = error.finding.msgid if isinstance(error, UnusableFileError) else error.code
    assert told == right, error.say("nb")
    for language in ("nb", "en"):
        sentence = error.say(language)
        assert sentence
        assert "\n" not in sentence
        assert "{" not in sentence


def test_what_used_to_be_said_of_any_file_is_said_of_few():
    given = [right for *_, right in FAULTS]
    assert {one: given.count(one) for one in BLANKET} == {
        "error.file_unreadable": 2,
        "error.file_empty": 3,
        "finding.geometry_missing": 3,
        "error.crs_ask": 1,
        "error.coordinate_columns": 1,
    }


# Codes that other tests give: limits and zips (test_limits, test_hostile, test_opening), text that
# is typed in (test_coordinates, test_cadastre), layers and systems by name (test_opening, test_crs,
# test_declared), and settings.
ELSEWHERE = {
    *("error.archive_locked", "error.archive_members", "error.archive_ratio"),
    *("error.archive_too_large", "error.archive_unsafe", "error.workbook_locked"),
    *("error.file_missing", "error.file_too_demanding", "error.file_too_large"),
    *("error.too_many_columns", "error.too_many_features", "error.too_many_vertices"),
    *("error.too_many_plots", "error.too_many_positions", "error.limit_setting"),
    *("error.plot_elsewhere", "error.plot_not_found", "error.plot_text"),
    *("error.position_afar", "error.position_outside", "error.position_text"),
    *("error.layer_not_in_file", "error.missing_column", "error.unknown_crs"),
    *("error.crs_unfit", "error.several_systems", "error.systems_unknown"),
    *("error.sosi_headers", "error.sosi_unit"),
}


def test_every_reason_that_intake_has_is_tried():
    folder = Path(geo.intake.__file__).parent
    codes = {
        node.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("error.")
    }
    assert codes == {right for *_, right in FAULTS if right.startswith("error.")} | ELSEWHERE
