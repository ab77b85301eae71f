"""What is written can be read by others, says where it comes from and runs nothing."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import LinearRing, Polygon

from geo.formats.provenance import Provenance
from geo.formats.write import FORMATS, export_layer, parse_crs
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

X, Y = 610_000, 6_640_000
PLOT = square(X, Y, side=100)
CLOCKWISE = Polygon(
    [(X, Y), (X, Y + 90), (X + 90, Y + 90), (X + 90, Y)],
    [[(X + 10, Y + 10), (X + 20, Y + 10), (X + 20, Y + 20), (X + 10, Y + 20)]],
)
PROVENANCE = Provenance("Kartverket", "CC BY 4.0", "2026", synthetic=True, pack_sha256="ab12")


def layer():
    return rows(PLOT, CLOCKWISE, zone_id=["b", "a"], jobs=[1.0, float("nan")], name="Ås")


@pytest.mark.parametrize(
    "ending", [ending for ending in FORMATS if ending not in {".csv", ".xlsx"}]
)
def test_a_round_trip_keeps_features_and_places(tmp_path, ending):
    path = tmp_path / f"lag{ending}"
    export_layer(layer(), path, provenance=PROVENANCE)
    read = gpd.read_parquet(path) if ending == ".parquet" else gpd.read_file(path)
    read = read.rename(columns={"Name": "name"})  # KML has a name of its own for it
    read = read.to_crs(25832).set_index("zone_id").loc[["b", "a"]]
    assert read.area.tolist() == pytest.approx([10_000, 8_000], rel=1e-4)
    assert read["name"].tolist() == ["Ås", "Ås"]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_geojson_follows_its_standard(tmp_path):
    path = tmp_path / "lag.geojson"
    export_layer(layer(), path, provenance=PROVENANCE)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document  # RFC 7946, section 4
    assert [f["properties"]["zone_id"] for f in document["features"]] == ["b", "a"]
    assert document["features"][1]["properties"]["jobs"] is None
    outer, hole = document["features"][1]["geometry"]["coordinates"]
    assert outer[0] == outer[-1]
    assert LinearRing(outer).is_ccw  # section 3.1.6
    assert not LinearRing(hole).is_ccw
    for lon, lat in outer:
        assert 10 < lon < 12
        assert 59 < lat < 61
        assert (lon, lat) == (round(lon, 9), round(lat, 9))  # a tenth of a millimetre


def test_geojson_says_where_it_comes_from(tmp_path):
    path = tmp_path / "lag.geojson"
    export_layer(layer(), path, provenance=PROVENANCE)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert {k: v for k, v in document.items() if k not in {"type", "features"}} == {
        "source": "Kartverket",
        "licence": "CC BY 4.0",
        "source_date": "2026",
        "synthetic": True,
        "illustrative": False,
        "pack_sha256": "ab12",
    }


def test_an_independent_engine_reads_the_geojson(tmp_path, database):
    path = tmp_path / "lag.geojson"
    export_layer(layer(), path)
    rows_read = database.execute(f"SELECT zone_id, ST_IsValid(geom) FROM ST_Read('{path}')")  # noqa: S608  # our own path
    assert rows_read.fetchall() == [("b", True), ("a", True)]


def test_geojson_in_another_system_is_refused(tmp_path):
    with raising("error.geojson_crs", match=r"\.gpkg"):
        export_layer(layer(), tmp_path / "lag.geojson", crs="EPSG:25832")
    export_layer(layer(), tmp_path / "lag.geojson", crs="EPSG:4326")


def test_a_geopackage_is_in_the_system_asked_for_and_describes_itself(tmp_path):
    path = tmp_path / "lag.gpkg"
    export_layer(layer(), path, crs="EPSG:25833", provenance=PROVENANCE)
    info = pyogrio.read_info(path)
    assert info["crs"] == "EPSG:25833"
    assert info["layer_metadata"]["source"] == "Kartverket"
    assert "Syntetiske data" in info["layer_metadata"]["DESCRIPTION"]


def test_a_table_has_a_point_of_each_feature_and_its_badges(tmp_path):
    path = tmp_path / "lag.csv"
    export_layer(layer(), path, provenance=PROVENANCE)
    table = pd.read_csv(path)
    assert table.loc[0, ["easting", "northing"]].tolist() == [X + 50, Y + 50]
    assert table["synthetic"].all()
    assert set(table["pack_sha256"]) == {"ab12"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "=HYPERLINK(1)"])
def test_a_spreadsheet_runs_nothing(tmp_path, text):
    path = tmp_path / "lag.csv"
    export_layer(rows(PLOT, name=text), path)
    assert pd.read_csv(path)["name"].item() == f"'{text}"


def test_an_existing_file_is_replaced(tmp_path):
    path = tmp_path / "lag.gpkg"
    export_layer(layer(), path)
    export_layer(layer().head(1), path)
    assert len(gpd.read_file(path)) == 1


def test_the_same_layer_gives_the_same_geojson(tmp_path):
    for name in ("a", "b"):
        export_layer(layer(), tmp_path / f"{name}.geojson", provenance=PROVENANCE)
    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()


def test_the_frame_given_is_not_changed(tmp_path):
    given = layer()
    given.attrs["assumptions"] = ["beholdes"]
    export_layer(given, tmp_path / "lag.csv")
    assert given.attrs == {"assumptions": ["beholdes"]}
    assert list(given.columns) == list(layer().columns)


def test_places_that_cannot_be_written_are_clear_errors(tmp_path):
    with raising("error.format_unknown", match=r"\.gpkg"):
        export_layer(layer(), tmp_path / "lag.docx")
    for ending in FORMATS:
        with raising("error.file_unwritable", match="borte"):
            export_layer(layer(), tmp_path / "borte" / f"lag{ending}")


def test_reference_systems_are_named_by_number():
    assert parse_crs("25832") == parse_crs("epsg:25832") == "EPSG:25832"
    for nonsense in ("", "abc", "99999999", "25832.5"):
        with raising("error.unknown_crs"):
            parse_crs(nonsense)
