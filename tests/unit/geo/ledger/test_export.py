"""The ledger out to files that other programs read, and back without a difference."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess

import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.formats.excel import MAX_CELL
from geo.i18n import LANGUAGES
from geo.ledger.diff import read_changes
from geo.ledger.export import gpkg_bytes, to_gpkg, to_xlsx, xlsx_bytes
from geo.ledger.fields import FIELDS, LINE, TEXT, VALUES
from geo.ledger.headings import COLUMNS, heading, recognise
from geo.schema.text import LIMITS
from tests.support.errors import raising
from tests.support.exchanging import HOSTILE, NOON, ORIGIN, entries, some_states, state
from tests.support.shapes import square

X, Y = 620_000, 6_650_000
BERGER = {
    "project_id": "007",
    "name": "=Berger",
    "jobs": 120.5,
    "year": 2030,
    "status": "vedtatt",
    "case_ref": "00123",
    "place": shapely.Point(X + 0.123456789, Y),
}
HVAM = {"name": "Hvam", "note": "første\nandre", "place": square(X, Y), "revision": 3}
HEIA = {"name": "Heia"}
STATE = state(BERGER, HVAM, HEIA)

coordinates = st.floats(0, 1000)
points = st.builds(lambda x, y: shapely.Point(X + x, Y + y), coordinates, coordinates)
squares = st.builds(lambda x, y: square(X + x, Y + y), coordinates, coordinates)
several = st.builds(lambda one: shapely.MultiPolygon([one, square(X - 500, Y)]), squares)
alone = squares.map(lambda one: shapely.MultiPolygon([one]))
places = st.none() | points | squares | several | alone


def content(frame, ending, language="nb"):
    if ending == ".gpkg":
        return gpkg_bytes(frame, entries(frame), ORIGIN)
    return xlsx_bytes(frame, entries(frame), ORIGIN, language=language)


def as_written(projects):
    """Projects of a proposal as the ledger would hold them."""
    return {one.project_id: (one.values, one.place) for one in projects}


# Round trips

slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("ending", [".gpkg", ".xlsx"])
@slow
@given(frame=some_states(places).filter(len))
def test_an_export_holds_every_value_and_place_and_proposes_nothing_unless_changed(ending, frame):
    written = content(frame, ending)
    proposal = read_changes(written, ending, frame)
    assert proposal.unchanged == tuple(frame["project_id"])
    assert proposal.changes(overwrite=True, remove_missing=True) == ()
    assert proposal.refused == ()
    assert proposal.notes == ()

    proposal = read_changes(written, ending, frame.iloc[:0])
    expected = {one.project_id: (one.values, one.geometry) for one in entries(frame)}
    assert as_written(proposal.added) == expected


@pytest.mark.parametrize("ending", [".gpkg", ".xlsx"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_was(ending, text):
    frame = state({"project_id": text, "name": text, "note": f"{text}\n{text}", "case_ref": text})
    (found,) = read_changes(content(frame, ending), ending, frame.iloc[:0]).added
    values = [found.project_id, *(found.values[one] for one in ("name", "case_ref", "note"))]
    assert values == [text, text, text, f"{text}\n{text}"]


@pytest.mark.parametrize("ending", [".gpkg", ".xlsx"])
@pytest.mark.parametrize("character", ["a", "\ufffe", "🏗", "\n"])
def test_the_longest_text_is_not_cut(ending, character):
    note = "a" + character * (LIMITS[TEXT] - 2) + "z"
    frame = state({"note": note})
    (found,) = read_changes(content(frame, ending), ending, frame.iloc[:0]).added
    assert found.values["note"] == note


@pytest.mark.parametrize("ending", [".gpkg", ".xlsx"])
def test_an_outline_too_long_for_a_cell_comes_back_whole(ending):
    outline = shapely.Point(X, Y).buffer(500, quad_segs=2000)
    assert len(shapely.to_wkt(outline, rounding_precision=-1)) > 5 * MAX_CELL
    frame = state({"place": outline})
    assert read_changes(content(frame, ending), ending, frame).unchanged == ("p0",)
    (found,) = read_changes(content(frame, ending), ending, frame.iloc[:0]).added
    assert found.place == outline


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_is_read_in_whichever_language_it_was_written(language):
    frame = state(*({"status": one} for one in ("idé", "under bygging", "avslått", None)))
    proposal = read_changes(content(frame, ".xlsx", language), ".xlsx", frame)
    assert len(proposal.unchanged) == 4


def test_a_written_file_is_read_from_its_path_too(tmp_path):
    path = tmp_path / "liste.xlsx"
    to_xlsx(STATE, [], path, ORIGIN)
    assert read_changes(path, ".XLSX", STATE).unchanged == ("007", "p1", "p2")
    assert [one.name for one in tmp_path.iterdir()] == ["liste.xlsx"]


@pytest.mark.parametrize("write", [to_gpkg, to_xlsx])
def test_where_we_may_not_write_one_sentence_says_so(tmp_path, write):
    with raising("error.file_unwritable"):
        write(STATE, [], tmp_path / "ingen" / "liste.fil", ORIGIN)


@pytest.mark.parametrize("ending", [".gpkg", ".xlsx"])
def test_an_empty_ledger_can_be_exported(ending):
    empty = STATE.iloc[:0]
    assert len(content(empty, ending)) > 0


# As other programs see it


def test_pandas_reads_the_workbook():
    sheets = pd.read_excel(
        io.BytesIO(content(STATE, ".xlsx")),
        sheet_name=None,
        dtype={"prosjekt-id": "str"},
        engine="openpyxl",
    )
    assert list(sheets) == ["Prosjekter", "Historikk", "Om filen"]
    projects = sheets["Prosjekter"]
    assert projects["prosjekt-id"].tolist() == ["007", "p1", "p2"]
    assert projects["navn"].tolist() == ["=Berger", "Hvam", "Heia"]
    assert projects["arbeidsplasser"].tolist()[0] == 120.5
    assert projects["arbeidsplasser"].isna().tolist() == [False, True, True]
    assert projects["forventet år"].tolist()[0] == 2030
    assert projects["status"].tolist()[0] == "vedtatt"
    assert projects["virkning"].tolist() == ["vedtatt, teller", "teller ikke", "teller ikke"]
    assert projects["øst (m)"].tolist()[:2] == [620_000.12, 620_050.0]
    assert projects["nord (m)"].isna().tolist() == [False, False, True]
    assert shapely.from_wkt(projects["sted (WKT)"][1]).area == 10_000
    assert projects["merknad"][1] == "første\nandre"
    history = sheets["Historikk"]
    assert history["oppføring"].tolist() == [3, 2, 1]
    assert history["tidspunkt (UTC)"].tolist() == [NOON.isoformat()] * 3
    assert history["hendelse"].tolist() == ["lagt til"] * 3


def test_the_sheet_about_the_file_says_where_it_comes_from_and_what_fields_may_hold():
    lines = pd.read_excel(
        io.BytesIO(content(STATE, ".xlsx")), sheet_name="Om filen", header=None, engine="openpyxl"
    )
    said = dict(zip(lines[0], lines[1], strict=True))
    assert said["Kommune"] == "Lillestrøm (3205)"
    assert said["Nyeste oppføring i prosjektlisten"] == 7
    assert said["Datapakkens sjekksum (SHA-256)"] == "ab12"
    assert said["Merker"].startswith("Syntetiske data")
    allowed = dict(zip(lines[2], lines[3], strict=True))
    assert set(allowed) >= set(COLUMNS)
    assert allowed["status"] == "idé; forslag; vedtatt; under bygging; ferdig; avslått"
    assert allowed["name"] == f"Tekst på én linje, høyst {LIMITS[LINE]} tegn"


def test_no_cell_is_a_formula_and_text_stays_text_when_it_is_edited():
    book = openpyxl.load_workbook(
        io.BytesIO(content(state(*({"name": h} for h in HOSTILE)), ".xlsx"))
    )
    cells = [one for sheet in book for row in sheet for one in row if one.value is not None]
    assert {one.data_type for one in cells} == {"s", "n", "b"}
    names = {one.value: one for one in book.worksheets[0]["B"]}
    assert names["007"].number_format == "@"
    assert names["=1+1"].quotePrefix
    assert not names["007"].quotePrefix


def gdal(*command):
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    return done.stdout


@pytest.mark.skipif(
    shutil.which("ogrinfo") is None and not os.environ.get("CI"),
    reason="GDAL's programs are missing: install «gdal-bin»",
)
def test_gdals_own_programs_read_the_geopackage(tmp_path):
    path = tmp_path / "liste.gpkg"
    to_gpkg(STATE, entries(STATE), path, ORIGIN)
    said = gdal("ogrinfo", "-al", "-so", path)
    assert "Layer name: projects" in said
    assert "Layer name: history" in said
    assert 'ID["EPSG",25832]]' in said
    assert "municipality=Lillestrøm (3205)" in said
    assert "ledger_seq=7" in said

    def table(layer):
        text = gdal("ogr2ogr", "-f", "CSV", "/vsistdout/", path, layer, "-lco", "GEOMETRY=AS_WKT")
        return list(csv.DictReader(io.StringIO(text)))

    projects = table("projects")
    assert [one["project_id"] for one in projects] == ["007", "p1", "p2"]
    assert [one["jobs"] for one in projects] == ["120.5", "", ""]
    assert [one["year"] for one in projects] == ["2030", "", ""]
    assert [one["revision"] for one in projects] == ["1", "3", "1"]
    assert [one["WKT"].partition(" ")[0] for one in projects] == ["POINT", "POLYGON", ""]
    entry = table("history")[2]
    assert (entry["seq"], entry["author"], entry["kind"]) == ("1", "Kari", "added")
    assert (entry["at"], entry["name"]) == (NOON.isoformat(), "=Berger")


def test_the_history_has_all_of_every_entry(tmp_path):
    path = tmp_path / "liste.gpkg"
    to_gpkg(STATE, entries(STATE, undoes=1, removed=True), path, ORIGIN)
    table = pyogrio.read_dataframe(path, layer="history")
    assert set(table.columns) == {
        *("seq", "project_id", "revision", "at", "author", "reason", "kind", "undoes", "removed"),
        *VALUES,
        "geometry_wkt",
    }
    assert table["undoes"].tolist() == [1, 1, 1]
    assert table["removed"].tolist() == [True, True, True]
    assert shapely.from_wkt(table["geometry_wkt"][1]) == HVAM["place"]


# Headings


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_recognised_by_its_name_and_its_headings(language):
    for headings in (COLUMNS, [heading(one, language) for one in COLUMNS]):
        assert recognise(headings) == dict(enumerate(COLUMNS))


@pytest.mark.parametrize(
    ("given_heading", "field"),
    [
        ("Navn", "name"),
        (" ARBEIDSPLASSER ", "jobs"),
        ("BRA", "gross_area_m2"),
        ("type", "business_type"),
        ("Prosjekt-id", "project_id"),
        ("bra m2", "gross_area_m2"),
        ("År", "year"),
        ("Saksnr", "case_ref"),
        ("Øst", "easting"),
        ("lat", "northing"),
    ],
)
def test_the_words_that_planners_use_are_recognised(given_heading, field):
    assert recognise(["farge", given_heading, None]) == {1: field}


def test_of_two_columns_for_one_field_the_likelier_counts():
    assert recognise(["tittel", "navn", "name", "name"]) == {2: "name"}
    assert set(FIELDS) <= set(COLUMNS)
