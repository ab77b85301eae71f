"""The building blocks of a Word document, as python-docx reads them back."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from geo.report.typesetting import png
from geo.report.word.document import WordDocument
from geo.report.word.elements import Cell, WordTable
from tests.support import nasty, worddocs

AT = datetime(2026, 11, 30, 16, 5, 7, tzinfo=UTC)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>'


def new(**said):
    usual = {"title": "Tittel", "subject": "Emne", "identifier": "abc", "foot": "Fot"}
    return WordDocument(**(usual | {"language": "nb", "at": AT} | said))


def table(rows, **more):
    usual = {"caption": "Tall", "head": ["Sone", "Areal"], "widths": (3, 1), "numbers": {1}}
    return WordTable(rows=rows, **(usual | more))


def read(word):
    return worddocs.opened(word.as_bytes())


def test_a_tables_header_row_comes_again_on_each_page_and_no_row_is_parted():
    word = new()
    word.table(table([["Øst", "1"], ["Vest", "2"]]))
    (found,) = read(word).tables
    flagged = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in found.rows]
    assert flagged == [True, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in found.rows)


def test_columns_share_the_width_of_the_page_between_the_margins():
    word = new()
    word.table(table([["Øst", "1"]], widths=(3, 1)))
    document = read(word)
    (found,), section = document.tables, document.sections[0]
    size = [section.page_width, section.page_height]
    assert size == pytest.approx([Mm(210), Mm(297)], abs=Mm(0.1))
    room = section.page_width - section.left_margin - section.right_margin
    first, second = (cell.width for cell in found.rows[0].cells)
    assert first == pytest.approx(3 * second, rel=0.001)
    assert first + second == pytest.approx(room, abs=Mm(0.1))


def test_what_a_figure_rests_on_stands_in_its_cell():
    word = new()
    word.table(table([["Øst", Cell("1 daa", "syntetisk")]]))
    word.table(table([["Øst", Cell("1 daa", "syntetisk")]], caption="Bred", beside=True))
    found = worddocs.tables(read(word))
    assert found["Tall"][1] == ["Øst", "1 daa\nsyntetisk"]
    assert found["Bred"][1] == ["Øst", "syntetisk\N{EM SPACE}1 daa"]
    assert worddocs.figure(found["Bred"][1][1]) == worddocs.figure(found["Tall"][1][1]) == "1 daa"


def test_tables_and_pictures_have_numbers_of_their_own_that_word_works_out():
    word = new()
    picture = png(SVG, width_px=40)
    word.table(table([["a", "1"]]))
    word.picture(picture, alt="Et kart", caption="Kart")
    word.table(table([["b", "1"]], caption="Mer"))
    document = read(word)
    assert worddocs.captions(document) == ["Tabell 1. Tall", "Figur 1. Kart", "Tabell 2. Mer"]
    fields = [one.text.strip() for one in document.element.body.iter(qn("w:instrText"))]
    assert fields == [rf"SEQ {name} \* ARABIC" for name in ("Tabell", "Figur", "Tabell")]
    assert worddocs.pictures(document) == ["Et kart"]


def test_the_table_of_contents_lists_chapters_that_come_after_it_and_leads_to_them():
    word = new()
    word.contents()
    word.heading("Først")
    word.heading("Del", 2)
    word.heading("Så", new_page=True)
    document = read(word)
    links = list(document.element.body.iter(qn("w:hyperlink")))
    assert [one.find(f".//{qn('w:t')}").text for one in links] == ["Først", "Så"]
    names = {one.get(qn("w:name")) for one in document.element.body.iter(qn("w:bookmarkStart"))}
    assert {one.get(qn("w:anchor")) for one in links} <= names
    settings = document.settings.element
    assert settings.find(qn("w:updateFields")).get(qn("w:val")) == "true"
    marks = [one.get(qn("w:fldCharType")) for one in document.element.body.iter(qn("w:fldChar"))]
    assert marks == ["begin", "separate", "end"]


@pytest.mark.parametrize(("language", "code"), [("nb", "nb-NO"), ("en", "en-GB")])
def test_the_file_says_what_it_is_and_names_nobody(language, code):
    said = read(new(language=language)).core_properties
    assert (said.title, said.subject, said.identifier) == ("Tittel", "Emne", "abc")
    assert (said.author, said.last_modified_by, said.comments) == ("", "", "")
    assert (said.created, said.modified) == (AT, AT)
    assert said.language == code
    defaults = read(new(language=language)).styles.element.find(qn("w:docDefaults"))
    assert defaults.find(f".//{qn('w:lang')}").get(qn("w:val")) == code


def test_pages_but_the_first_have_the_foot_with_their_number():
    section = read(new(foot="Arealregnskap · beregning abc")).sections[0]
    assert section.footer.paragraphs[0].text == "Arealregnskap · beregning abc\tSide 1 av 1"
    assert section.different_first_page_header_footer
    assert section.first_page_footer.paragraphs[0].text == ""


def test_the_same_blocks_give_the_same_bytes():
    def made():
        word = new()
        word.heading("Sone")
        word.picture(png(SVG, width_px=40), alt="Kart", caption="Kart")
        return word.as_bytes()

    first = made()
    assert first == made()
    times = {one.date_time for one in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}


HOSTILE = {
    nasty.HTML: nasty.HTML,
    nasty.LINES: nasty.LINES,
    "=cmd|'/c calc'!A1": "=cmd|'/c calc'!A1",
    "</w:t><w:p/>": "</w:t><w:p/>",
    "a\x00b\x0bc\ufffe\ud800d": "abcd",
    "\U0001f3ed æøå": "\U0001f3ed æøå",
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.items())
def test_hostile_text_is_text_and_what_xml_forbids_is_left_out(text, shown):
    word = new(title=text, foot=text)
    word.heading(text)
    word.paragraph(text)
    word.remark(text)
    word.bullets([text])
    word.table(table([[text, Cell(text, text)]], caption=text, head=[text, text]))
    document = read(word)
    assert worddocs.headings(document)[0].split() == shown.split()
    assert document.tables[0].rows[1].cells[0].text.split() == shown.split()
