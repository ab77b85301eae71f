"""Files from people: what is read of them, and one clear sentence where that cannot be done."""

from __future__ import annotations

import sqlite3

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from geo.i18n import LANGUAGES
from geo.intake.systems.projection import Hints
from geo.ledger import incoming
from geo.ledger.diff import read_changes
from geo.ledger.incoming import MAX_BYTES, MAX_ROWS, read_table
from tests.support.errors import raising
from tests.support.exchanging import geopackage, state, workbook
from tests.support.shapes import frame, square

X, Y = 620_000, 6_650_000
EMPTY = state().iloc[:0]


def rows(content, ending=".xlsx"):
    return [(row.number, dict(row.cells)) for row in read_table(content, ending).rows]


def refused(error, content, ending=".xlsx"):
    with raising(error) as caught:
        read_changes(content, ending, EMPTY)
    for language in LANGUAGES:
        said = caught.value.say(language)
        assert said.endswith(".")
        assert "{" not in said


def test_a_file_of_more_bytes_or_rows_than_anyone_has_is_refused(monkeypatch, tmp_path):
    refused("error.import_too_large", bytes(MAX_BYTES + 1))
    path = tmp_path / "stor.xlsx"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    refused("error.import_too_large", path)
    assert MAX_ROWS == 10_000
    monkeypatch.setattr(incoming, "MAX_ROWS", 2)
    three = [["a"], ["b"], ["c"]]
    refused("error.import_rows", workbook(["navn"], *three))
    assert len(rows(workbook(["navn"], *three[:2]))) == 2
    table = pd.DataFrame({"navn": ["a", "b", "c"]})
    refused("error.import_rows", geopackage(table), ".gpkg")
    assert len(rows(geopackage(table[:2]), ".gpkg")) == 2


@pytest.mark.parametrize(
    "content",
    [workbook(), workbook(["navn", "jobs"]), workbook([None], [" "]), workbook(["navn"], [" "])],
)
def test_a_sheet_without_projects_is_refused(content):
    refused("error.import_empty", content)


@pytest.mark.parametrize("headings", [["farge"], ["jobs", "bra"]])
def test_a_table_that_does_not_say_which_projects_it_is_about_is_refused(headings):
    refused("error.import_columns", workbook(headings, [1, 2]))
    table = pd.DataFrame({name: [1] for name in headings})
    refused("error.import_columns", geopackage(table), ".gpkg")


@pytest.mark.parametrize("ending", [".docx", ".xlsb", "", ".GPKG.exe"])
def test_another_kind_of_file_is_refused(ending):
    refused("error.import_format", b"navn\nHvam\n", ending)


def test_a_file_that_is_not_there_is_told_of(tmp_path):
    with raising("error.file_missing"):
        read_changes(tmp_path / "ingen.xlsx", ".xlsx", EMPTY)


# GeoPackages


def test_features_are_brought_to_our_reference_system():
    layer = frame(square(X, Y), Navn=["Hvam"], Farge=["rød"]).to_crs(4326)
    table = read_table(geopackage(layer, "tegnet"), ".gpkg")
    (row,) = table.rows
    assert (row.number, dict(row.cells)) == (1, {"name": "Hvam"})
    assert row.shape.hausdorff_distance(square(X, Y)) < 0.001
    assert [note.msgid for note in table.notes] == ["import.columns_ignored"]


def test_a_table_without_places_has_none():
    table = read_table(geopackage(pd.DataFrame({"navn": ["Hvam"]}), "liste"), ".gpkg")
    assert not table.has_shapes


def test_a_layer_without_a_reference_system_is_read_by_its_numbers_and_told():
    with pytest.warns(UserWarning, match="crs"):
        content = geopackage(frame(square(X, Y), navn=["Hvam"], crs=None))
    table = read_table(content, ".gpkg")
    assert [note.msgid for note in table.notes] == ["finding.assumed_utm32"]
    assert table.rows[0].shape.equals(square(X, Y))


def test_a_layer_without_a_reference_system_that_fits_nothing_is_refused():
    with pytest.warns(UserWarning, match="crs"):
        content = geopackage(frame(square(500, 500), navn=["Hvam"], crs=None))
    refused("error.crs_ask", content, ".gpkg")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"type": "FeatureCollection", "features": []}',
        b"SQLite format 3\x00 and then nothing",
    ],
)
def test_what_is_no_geopackage_is_refused_whatever_gdal_could_make_of_it(content):
    refused("error.import_geopackage", content, ".gpkg")


def test_a_file_that_makes_gdal_read_another_file_is_refused(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("navn\nHemmelig\n")
    content = (
        "<OGRVRTDataSource><OGRVRTLayer name='secret'>"
        f"<SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    ).encode()
    path = tmp_path / "file.gpkg"
    path.write_bytes(content)
    assert pyogrio.read_dataframe(path)["navn"].tolist() == ["Hemmelig"]
    refused("error.import_geopackage", content, ".gpkg")


def test_another_database_and_an_empty_geopackage_are_refused(tmp_path):
    path = tmp_path / "annen.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE projects (navn TEXT)")
        connection.execute("INSERT INTO projects VALUES ('Hvam')")
    connection.close()
    refused("error.import_geopackage", path.read_bytes(), ".gpkg")
    nothing = gpd.GeoDataFrame({"navn": []}, geometry=[], crs=25832)
    refused("error.import_empty", geopackage(nothing), ".gpkg")


def test_a_geopackage_cut_short_is_refused():
    content = geopackage(frame(square(X, Y), navn=["Hvam"]))
    for cut in range(0, 40_000, 7_919):
        refused("error.import_geopackage", content[:cut], ".gpkg")


# Other files


def test_any_file_of_sites_is_read_where_projects_are_expected():
    near = square(X - 5000, Y - 5000, side=10_000)
    east, north = Transformer.from_crs(25832, 25833, always_xy=True).transform(X, Y)
    text = f"navn;øst;nord\nHvam;{east};{north}\n".encode()
    proposal = read_changes(text, ".csv", EMPTY, hints=Hints(near=near))
    (added,) = proposal.added
    assert added.values["name"] == "Hvam"
    assert added.place.distance(shapely.Point(X, Y)) < 0.01
    assert "finding.assumed_crs" in [note.msgid for note in proposal.notes]
    chosen = read_changes(text, ".csv", EMPTY, hints=Hints(crs="25833", near=near))
    assert chosen.added[0].place.distance(shapely.Point(X, Y)) < 0.01
    layer = frame(square(X, Y), navn=["Hvam"]).to_crs(25833).to_json().encode()
    (added,) = read_changes(layer, ".geojson", EMPTY, hints=Hints(near=near)).added
    assert added.place.symmetric_difference(square(X, Y)).area < 1


def test_a_row_in_a_system_that_is_not_known_is_not_taken_for_one_that_is_gone():
    text = f"navn;øst;nord;epsg\nHvam;{X};{Y};25832\nBerger;{X};{Y};99999\n".encode()
    proposal = read_changes(text, ".csv", EMPTY)
    assert [one.values["name"] for one in proposal.added] == ["Hvam"]
    assert [one.error.code for one in proposal.refused] == ["error.import_row_system"]
    wkt = f'navn;wkt\nHvam;"SRID=25832;POINT ({X} {Y})"\nBerger;"SRID=99999;POINT ({X} {Y})"\n'
    refused("error.import_system", wkt.encode(), ".csv")
