"""GeoJSON, its sequences and Esri's: ids beside the properties, and records that are not whole."""

from __future__ import annotations

import json
import math

import pytest
import shapely

from geo.intake.sites import open_sites
from tests.support import intake_shapes as made
from tests.support.intake_shapes import X, Y


def read(text, name="a.geojson"):
    return open_sites(text.encode(), name)


def told(sites):
    return [(one.msgid, one.say("nb")) for one in sites.attrs["assumptions"]]


@pytest.mark.parametrize(
    ("numbers", "ids"),
    [
        ([7, 9], ["7", "9"]),
        ([0, 1], ["0", "1"]),
        ([7, None], ["7", "2"]),
        ([-3, 12_345_678_901], ["-3", "12345678901"]),
        (["007", "b"], ["007", "b"]),
        (["007", 9], ["007", "9"]),
        ([None, None], ["1", "2"]),
    ],
)
def test_an_id_beside_the_properties_is_the_site_s(numbers, ids):
    assert read(made.geojson(*map(made.feature, numbers)))["id"].tolist() == ids


def test_an_id_used_twice_is_kept_and_told():
    sites = read(made.geojson(made.feature(7), made.feature(7)))
    assert sites["id"].tolist() == ["7", "7"]
    assert [msgid for msgid, _ in told(sites)] == ["finding.duplicate_id"]


def test_an_id_among_the_properties_comes_first():
    assert read(made.geojson(made.feature(7, id="x")))["id"].tolist() == ["x"]


@pytest.mark.parametrize(
    ("features", "ids"),
    [
        ([("K-1", {"id": None})], ["K-1"]),
        ([("K-1", {"id": ""}), ("K-2", {"id": " "})], ["K-1", "K-2"]),
        ([(4, {"id": 3.0}), ("q", {})], ["3", "q"]),
        ([("p", {"id": 3.0}), ("q", {"id": None}), (None, {"id": None})], ["3", "q", "3"]),
        ([("p", {"id": "a"}), (8, {}), ("r", {"id": 2.5})], ["a", "8", "2.5"]),
        ([("p", {"id": "a"}), ("q", {"id": "b"})], ["a", "b"]),
        ([(7.0, {}), ("q", {})], ["7", "q"]),
    ],
)
def test_each_feature_has_the_id_of_its_properties_or_else_its_own(features, ids):
    text = made.geojson(*(made.feature(one, **properties) for one, properties in features))
    assert read(text)["id"].tolist() == ids


def test_a_number_called_id_that_is_no_feature_s_is_left_alone():
    text = made.geojson(made.feature(eier={"id": 5}))
    assert read(text)["id"].tolist() == ["1"]


def test_a_lone_feature_keeps_its_id():
    assert read(json.dumps(made.feature(7)))["id"].tolist() == ["7"]


def test_an_object_id_of_esri_is_the_site_s():
    ring = [[X, Y], [X, Y + 100], [X + 200, Y + 100], [X + 200, Y], [X, Y]]
    text = json.dumps(
        {
            "geometryType": "esriGeometryPolygon",
            "spatialReference": {"wkid": 25832},
            "fields": [{"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"}],
            "features": [{"attributes": {"OBJECTID": 17}, "geometry": {"rings": [ring]}}],
        }
    )
    sites = read(text, "a.json")
    assert (sites["id"].item(), sites.area.item()) == ("17", 20_000)


def esri(*geometries, wkid=25832, kind="Polygon"):
    return json.dumps(
        {
            "geometryType": f"esriGeometry{kind}",
            "spatialReference": {"wkid": wkid},
            "fields": [{"name": "id", "type": "esriFieldTypeString", "alias": "id"}],
            "features": [
                {"attributes": {"id": str(n)}, "geometry": one} for n, one in enumerate(geometries)
            ],
        }
    )


PLAIN = {"rings": [[[X, Y], [X, Y + 100], [X + 200, Y + 100], [X + 200, Y], [X, Y]]]}
# A circle of 100 m about (X, Y) in two halves, with a hole of 10 m by 10.
CIRCLE = [
    [X - 100, Y],
    {"c": [[X + 100, Y], [X, Y + 100]]},
    {"c": [[X - 100, Y], [X, Y - 100]]},
]
HOLE = [[X, Y], [X + 10, Y], [X + 10, Y + 10], [X, Y + 10], [X, Y]]


def test_circular_arcs_of_esri_are_stroked_to_a_millimetre():
    sites = read(esri({"curveRings": [CIRCLE, HOLE]}, PLAIN), "a.json")
    assert sites["id"].tolist() == ["0", "1"]
    assert told(sites) == []
    # The stroke lies inside the circle by a millimetre at most: 2 π · 100 m · 0.001 m.
    assert 0 <= math.pi * 100**2 - 100 - sites.area[0] < 0.63
    assert sites.area[1] == 20_000


def test_arcs_of_esri_in_degrees_are_stroked_as_finely():
    half = [[11.0, 60.0], {"c": [[11.002, 60.0], [11.001, 60.001]]}, [11.0, 60.0]]
    sites = read(esri({"curveRings": [half]}, wkid=4326), "a.json")
    assert shapely.get_num_coordinates(sites.geometry.item()) > 100


def test_a_path_of_esri_with_an_arc_is_a_line():
    sites = read(esri({"curvePaths": [CIRCLE[:2]]}, kind="Polyline"), "a.json")
    assert sites.geometry.item().length == pytest.approx(math.pi * 100, abs=0.01)


@pytest.mark.parametrize(
    "member",
    [
        {"b": [[X + 100, Y], [X, Y + 50], [X + 50, Y + 50]]},
        {"a": [[X + 100, Y], [X, Y], 0, 1, 0.5, 100, 0.5]},
        {"c": [[X + 100, Y]]},
    ],
)
def test_other_curves_of_esri_are_named_as_what_they_are_and_the_rest_is_read(member):
    sites = read(esri({"curveRings": [[[X, Y], member, [X, Y]]]}, PLAIN), "a.json")
    assert sites["id"].tolist() == ["1"]
    found = [(one.msgid, one.feature) for one in sites.attrs["assumptions"]]
    assert found == [("finding.esri_curve", "0")]


RECORDS = [json.dumps(made.feature(n)) for n in (7, 9, 11)]
RS = "\x1e"


@pytest.mark.parametrize("name", ["a.geojsons", "a.geojsonl", "a.ndjson", "a.json", "a.geojson"])
@pytest.mark.parametrize("mark", [RS, ""])
def test_a_sequence_is_read_under_all_its_names(name, mark):
    sites = read("".join(f"{mark}{one}\n" for one in RECORDS), name)
    assert sites["id"].tolist() == ["7", "9", "11"]
    assert told(sites) == []


@pytest.mark.parametrize("mark", [RS, ""])
@pytest.mark.parametrize("lost", [1, 2])
def test_a_record_that_is_cut_short_is_named_and_the_rest_is_read(mark, lost):
    records = [one[:40] if n == lost else one for n, one in enumerate(RECORDS)]
    sites = read("".join(f"{mark}{one}\n" for one in records), "a.geojsons")
    assert sites["id"].tolist() == [str(n) for at, n in enumerate((7, 9, 11)) if at != lost]
    ((msgid, said),) = told(sites)
    assert msgid == "finding.record_broken"
    assert f"rad {lost + 1}" in said


def test_a_geometry_that_is_not_written_well_is_named_and_the_rest_is_read():
    flat = {"type": "Point", "coordinates": ["11", "60"]}
    lost = {"type": "Feature", "id": 8, "properties": {}, "geometry": flat}
    none = lost | {"id": 9, "geometry": None}
    sites = read(made.geojson(made.feature(7), lost, none))
    assert sites["id"].tolist() == ["7"]
    found = [(one.msgid, one.feature) for one in sites.attrs["assumptions"]]
    assert found == [("finding.geometry_missing", "9"), ("finding.geojson_coordinates", "8")]
