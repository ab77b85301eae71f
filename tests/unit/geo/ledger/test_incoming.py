"""Files from people: what is read of them, and one clear sentence where that cannot be done."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from geo.errors import CrsMissingError, FileMissingError
from geo.ledger import incoming, sheets
from geo.ledger.errors import (
    GeoPackageUnreadableError,
    ImportColumnsError,
    ImportEmptyError,
    ImportFormatError,
    ImportRowsError,
    ImportTooLargeError,
    ImportUnpackedError,
    WorkbookLockedError,
    WorkbookUnreadableError,
)
from geo.ledger.exchange import read_changes, xlsx_bytes
from geo.ledger.incoming import MAX_BYTES, MAX_ROWS, read_table
from geo.messages import LANGUAGES
from tests.exchanging import HOSTILE, ORIGIN, geopackage, state, workbook
from tests.shapes import frame, square

X, Y = 620_000, 6_650_000
EMPTY = state().iloc[:0]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TABLE_OF_TEXTS = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def rows(content, ending=".xlsx"):
    return [(row.number, dict(row.cells)) for row in read_table(content, ending).rows]


def refused(error, content, ending=".xlsx"):
    with pytest.raises(error) as caught:
        read_changes(content, ending, EMPTY)
    for language in LANGUAGES:
        said = caught.value.say(language)
        assert said.endswith(".")
        assert "{" not in said


def repacked(members):
    """Workbook of one sheet with some of its members replaced or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["navn"], ["x"]))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        kept = {name: old.read(name).decode() for name in old.namelist()}
        for name, text in (kept | members(kept)).items():
            new.writestr(name, text)
    return made.getvalue()


def with_sheet(lines):
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    return repacked(lambda _: {"xl/worksheets/sheet1.xml": sheet})


def with_shared_texts(texts, declared=""):
    """Workbook as Excel saves it: with a table of texts, here the heading and one name."""
    lines = "".join(
        f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(2)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    return repacked(
        lambda kept: {
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": f'{declared}<sst xmlns="{MAIN}">{texts}</sst>',
            "[Content_Types].xml": kept["[Content_Types].xml"].replace("</Types>", TABLE_OF_TEXTS),
        }
    )


# Workbooks


def test_rows_have_the_numbers_that_excel_shows():
    content = workbook([], ["Navn", "BRA"], [], ["Hvam", 1200], [None, None], ["Heia", None])
    assert rows(content) == [
        (4, {"name": "Hvam", "gross_area_m2": 1200}),
        (6, {"name": "Heia", "gross_area_m2": None}),
    ]


@pytest.mark.parametrize("title", ["Prosjekter", "Projects"])
def test_the_sheet_with_our_title_is_read_wherever_it_stands(title):
    content = workbook(["navn"], ["Feil ark"], **{title: [["navn"], ["Riktig ark"]]})
    assert [cells["name"] for _, cells in rows(content)] == ["Riktig ark"]


def test_without_our_title_the_first_sheet_is_read():
    content = workbook(["navn"], ["Første"], Annet=[["navn"], ["Andre"]])
    assert [cells["name"] for _, cells in rows(content)] == ["Første"]


def test_columns_that_are_not_known_are_named():
    (note,) = read_table(workbook(["navn", "farge", "tittel"], ["Hvam", "rød", "x"]), ".xlsx").notes
    assert "farge, tittel" in note.say("nb")


def test_formulas_are_read_as_their_text_and_told_of():
    book = openpyxl.Workbook()
    for row in (["navn", "merknad", "jobs"], ["=A1&B1", "fri", "=1+1"]):
        book.active.append(row)
    book.active["B2"] = ArrayFormula("B2:B2", "=SUM(C2:C9)")
    content = io.BytesIO()
    book.save(content)
    table = read_table(content.getvalue(), ".xlsx")
    assert table.rows[0].cells == {"name": "=A1&B1", "note": "=SUM(C2:C9)", "jobs": "=1+1"}
    assert "formel: 3." in table.notes[0].say("nb")


@pytest.mark.parametrize("text", [*HOSTILE, "x005F_", "_x005F_", "_x000D_"])
def test_text_that_excel_has_saved_again_is_the_same(text):
    # Excel moves texts to a table of their own and escapes them after the standard.
    escaped = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    for character in "\ufffe\uffff":
        escaped = escaped.replace(character, f"_x{ord(character):04X}_")
    shown = escaped.replace("&", "&amp;").replace("<", "&lt;")
    saved = with_shared_texts(f'<si><t>navn</t></si><si><t xml:space="preserve">{shown}</t></si>')
    assert rows(saved) == [(2, {"name": text})]


def test_text_in_several_fonts_is_one_text():
    runs = "<si><t>navn</t></si><si><r><t>Hvam </t></r><r><rPr><b/></rPr><t>nord</t></r></si>"
    assert rows(with_shared_texts(runs)) == [(2, {"name": "Hvam nord"})]


@pytest.mark.parametrize(
    "content", [b"", b"navn;jobs\nHvam;3\n", b"PK\x03\x04 half a zip", b"\x89PNG\r\n\x1a\n" * 9]
)
def test_what_is_no_workbook_is_refused(content):
    refused(WorkbookUnreadableError, content)


def test_a_zip_of_something_else_and_broken_xml_are_refused():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("brev.txt", "Hei")
    refused(WorkbookUnreadableError, other.getvalue())
    content = workbook(["navn"], ["Hvam"])
    refused(WorkbookUnreadableError, with_sheet("<row><"))
    for cut in range(0, len(content), 97):
        refused(WorkbookUnreadableError, content[:cut])


def test_a_workbook_with_a_password_and_one_of_the_old_kind_are_told_apart():
    old = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)
    refused(WorkbookUnreadableError, old)
    refused(WorkbookLockedError, old + "EncryptedPackage".encode("utf-16-le"))


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    assert sheets.MAX_UNPACKED == 500_000_000
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 20_000_000)
    bomb = repacked(lambda _: {"xl/media/image1.png": "0" * 20_000_000})
    assert len(bomb) < 100_000
    refused(ImportUnpackedError, bomb)


def test_entities_that_grow_without_end_are_refused():
    grown = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    declared = f'<!DOCTYPE sst [<!ENTITY l0 "ha">{grown}]>'
    texts = "<si><t>navn</t></si><si><t>{}</t></si>"
    assert rows(with_shared_texts(texts.format("&l0;"), declared)) == [(2, {"name": "ha"})]
    refused(WorkbookUnreadableError, with_shared_texts(texts.format("&l9;"), declared))


def test_a_row_that_claims_to_be_the_last_of_billions_ends_nothing():
    lines = "".join(
        f'<row r="{n}"><c t="inlineStr"><is><t>{text}</t></is></c></row>'
        for n, text in ((1, "navn"), (2, "Hvam"), (99_999_999_999, "Heia"))
    )
    assert rows(with_sheet(lines)) == [(2, {"name": "Hvam"})]


def test_a_file_of_more_bytes_or_rows_than_anyone_has_is_refused(monkeypatch, tmp_path):
    refused(ImportTooLargeError, bytes(MAX_BYTES + 1))
    path = tmp_path / "stor.xlsx"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    refused(ImportTooLargeError, path)
    assert MAX_ROWS == 10_000
    monkeypatch.setattr(incoming, "MAX_ROWS", 2)
    three = [["a"], ["b"], ["c"]]
    refused(ImportRowsError, workbook(["navn"], *three))
    assert len(rows(workbook(["navn"], *three[:2]))) == 2
    table = pd.DataFrame({"navn": ["a", "b", "c"]})
    refused(ImportRowsError, geopackage(table), ".gpkg")
    assert len(rows(geopackage(table[:2]), ".gpkg")) == 2


@pytest.mark.parametrize(
    "content",
    [workbook(), workbook(["navn", "jobs"]), workbook([None], [" "]), workbook(["navn"], [" "])],
)
def test_a_sheet_without_projects_is_refused(content):
    refused(ImportEmptyError, content)


@pytest.mark.parametrize("headings", [["farge"], ["jobs", "bra"]])
def test_a_table_that_does_not_say_which_projects_it_is_about_is_refused(headings):
    refused(ImportColumnsError, workbook(headings, [1, 2]))
    table = pd.DataFrame({name: [1] for name in headings})
    refused(ImportColumnsError, geopackage(table), ".gpkg")


@pytest.mark.parametrize("ending", [".csv", ".xls", "", ".GPKG.exe"])
def test_another_kind_of_file_is_refused(ending):
    refused(ImportFormatError, b"navn\nHvam\n", ending)


def test_a_file_that_is_not_there_is_told_of(tmp_path):
    with pytest.raises(FileMissingError):
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


def test_a_layer_without_a_reference_system_is_refused():
    with pytest.warns(UserWarning, match="crs"):
        content = geopackage(frame(square(X, Y), navn=["Hvam"], crs=None))
    refused(CrsMissingError, content, ".gpkg")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource>",
        b'{"type": "FeatureCollection", "features": []}',
        b"SQLite format 3\x00 and then nothing",
    ],
)
def test_what_is_no_geopackage_is_refused_whatever_gdal_could_make_of_it(content):
    refused(GeoPackageUnreadableError, content, ".gpkg")


def test_another_database_and_an_empty_geopackage_are_refused(tmp_path):
    path = tmp_path / "annen.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE projects (navn TEXT)")
        connection.execute("INSERT INTO projects VALUES ('Hvam')")
    connection.close()
    refused(GeoPackageUnreadableError, path.read_bytes(), ".gpkg")
    nothing = gpd.GeoDataFrame({"navn": []}, geometry=[], crs=25832)
    refused(ImportEmptyError, geopackage(nothing), ".gpkg")


def test_a_geopackage_cut_short_is_refused():
    content = geopackage(frame(square(X, Y), navn=["Hvam"]))
    for cut in range(0, 40_000, 7_919):
        refused(GeoPackageUnreadableError, content[:cut], ".gpkg")


def test_an_export_survives_a_flipped_byte_or_is_refused():
    content = xlsx_bytes(state({"name": "Hvam"}), [], ORIGIN)
    for place in range(0, len(content), 211):
        broken = bytearray(content)
        broken[place] ^= 0xFF
        try:
            assert len(read_table(bytes(broken), ".xlsx").rows) <= 1
        except (WorkbookUnreadableError, ImportUnpackedError, ImportColumnsError, ImportEmptyError):
            continue
