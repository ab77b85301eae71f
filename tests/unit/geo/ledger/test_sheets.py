"""Workbooks from people: their cells as they are, and no harm from any of them."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from geo.errors import ImportFileError
from geo.i18n import LANGUAGES
from geo.ledger import sheets
from geo.ledger.diff import read_changes
from geo.ledger.export import xlsx_bytes
from geo.ledger.incoming import read_table
from tests.support.errors import raising
from tests.support.exchanging import HOSTILE, ORIGIN, state, workbook

EMPTY = state().iloc[:0]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TABLE_OF_TEXTS = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def rows(content, ending=".xlsx"):
    return [(row.number, dict(row.cells)) for row in read_table(content, ending).rows]


def refused(error, content, ending=".xlsx"):
    with raising(error) as caught:
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
    refused("error.import_workbook", content)


def test_a_zip_of_something_else_and_broken_xml_are_refused():
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("brev.txt", "Hei")
    refused("error.import_workbook", other.getvalue())
    content = workbook(["navn"], ["Hvam"])
    refused("error.import_workbook", with_sheet("<row><"))
    for cut in range(0, len(content), 97):
        refused("error.import_workbook", content[:cut])


def test_a_workbook_with_a_password_and_one_of_the_old_kind_are_told_apart():
    old = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)
    refused("error.import_workbook", old)
    refused("error.import_locked", old + "EncryptedPackage".encode("utf-16-le"))


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    assert sheets.MAX_UNPACKED == 500_000_000
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 20_000_000)
    bomb = repacked(lambda _: {"xl/media/image1.png": "0" * 20_000_000})
    assert len(bomb) < 100_000
    refused("error.import_unpacked", bomb)


def test_entities_that_grow_without_end_are_refused():
    grown = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    declared = f'<!DOCTYPE sst [<!ENTITY l0 "ha">{grown}]>'
    texts = "<si><t>navn</t></si><si><t>{}</t></si>"
    assert rows(with_shared_texts(texts.format("ha"))) == [(2, {"name": "ha"})]
    refused("error.import_workbook", with_shared_texts(texts.format("&l9;"), declared))


def test_a_row_that_claims_to_be_the_last_of_billions_ends_nothing():
    lines = "".join(
        f'<row r="{n}"><c t="inlineStr"><is><t>{text}</t></is></c></row>'
        for n, text in ((1, "navn"), (2, "Hvam"), (99_999_999_999, "Heia"))
    )
    assert rows(with_sheet(lines)) == [(2, {"name": "Hvam"})]


def test_an_export_survives_a_flipped_byte_or_is_refused():
    content = xlsx_bytes(state({"name": "Hvam"}), [], ORIGIN)
    for place in range(0, len(content), 211):
        broken = bytearray(content)
        broken[place] ^= 0xFF
        try:
            assert len(read_table(bytes(broken), ".xlsx").rows) <= 1
        except ImportFileError as error:
            assert error.code.removeprefix("error.import_") in {  # noqa: PT017
                *("workbook", "unpacked", "columns", "empty"),
            }
