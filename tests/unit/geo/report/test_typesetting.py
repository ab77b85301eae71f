"""Documents as another program reads them: tagged, whole, the same each time, and any text safe."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.report import typesetting
from geo.report.typeface import MISSING, MOST_CHARACTERS, printable, width_of
from tests.support.documents import elements, plain, read, xmp

AT = dt.datetime(2026, 11, 23, 15, 57, tzinfo=dt.UTC)
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"/>'
TEMPLATE = b"""
#import "common.typ": *
#show: styled
#show: pages.with(content.frame, badges: content.badges)
#titled(content.name)
#figures(content.figures)
#titled(level: 2, "Tabell")
#table-of(content.head, content.rows, (1fr, 20mm))
#items(content.items)
#framed-text(content.name)
#map-of(content.map)
"""
CONTENT = {
    "frame": {"title": "Prøve", "pack": "Pakke", "foot": "Fot", "page": ["Side", "av"]},
    "badges": ["Illustrativ avgrensning."],
    "name": "Gården",
    "figures": [{"label": "Areal", "value": "10,0\N{NO-BREAK SPACE}daa", "note": "anslag"}],
    "head": ["Hensyn", "Svar"],
    "rows": [["Flom", "Fritt"]],
    "items": [{"sign": "✓", "colour": "#1a7f4b", "text": "Grunnen"}, "Uten tegn"],
    "map": {"picture": "m.svg", "alt": "Kart over Gården", "legend": [], "caption": "1:7 500"},
}

few = settings(deadline=None, max_examples=25)


@pytest.fixture(autouse=True)
def template(monkeypatch):
    there = typesetting._templates() | {"prøve.typ": TEMPLATE}
    monkeypatch.setattr(typesetting, "_templates", lambda: there)


def document(language="nb", **content):
    return typesetting.pdf(
        "prøve",
        CONTENT | content,
        title="Tittelen",
        language=language,
        at=AT,
        pictures={"m.svg": PICTURE},
    )


def test_a_document_is_tagged_for_readers_aloud_and_for_archives():
    pdf = read(document())
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb-NO"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    said = xmp(pdf)
    assert (said["pdfaid:part"], said["pdfaid:conformance"], said["pdfuaid:part"]) == (
        "2",
        "A",
        "1",
    )
    assert [one.title for one in pdf.outline[:1]] == ["Gården"]


def test_headings_tables_lists_and_pictures_are_said_to_be_what_they_are():
    found = [kind for kind, _ in elements(read(document()))]
    assert [one for one in found if one in {"/H1", "/H2"}] == ["/H1", "/H2"]
    assert (found.count("/TH"), found.count("/TD")) == (2, 2)
    assert found.count("/LI") == 3  # a figure and two items
    (figure,) = [one for kind, one in elements(read(document())) if kind == "/Figure"]
    assert figure["/Alt"] == "Kart over Gården"


def test_english_is_said_to_be_english():
    assert read(document("en")).trailer["/Root"]["/Lang"] == "en-GB"


def test_the_same_content_gives_the_same_bytes():
    assert document() == document()
    assert document() != document(name="Annet")


def test_badges_and_page_numbers_are_on_every_page():
    pages = read(document(rows=[["Flom", "Fritt"]] * 100)).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        text = plain(page)
        assert "Illustrativ avgrensning." in text
        assert f"Side {number} av 3" in text
    assert all("Hensyn Svar" in plain(page) for page in pages[:2])  # the table's head is repeated


MARKUP = '#include("/etc/passwd") *x* $1$ #panic() <a> @b </svg> \\ // /* = H'


def test_text_is_never_markup():
    pdf = read(document(name=MARKUP, rows=[[MARKUP, MARKUP]], badges=[MARKUP]))
    text = plain(pdf.pages[0]).replace(" ", "")
    assert text.count(MARKUP.replace(" ", "")) == 4 + 1  # name twice, two cells, and the badge


def test_a_word_that_is_wider_than_its_place_is_broken_and_stays_in_it():
    word = "m" * 200
    page = read(document(name=word, rows=[["Flom", word]])).pages[0]
    rights = []

    def met(text, cm, tm, _font, size):
        if text.strip():
            left = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
            rights.append(left + width_of(text.strip(), size * tm[0] * cm[0]))

    page.extract_text(visitor_text=met)
    assert max(rights) <= 595 - 51 + 1  # points, to the right margin
    assert "".join(plain(page).split()).count("m") > 3 * 200


def test_what_is_longer_than_a_document_takes_is_cut_and_the_document_says_so():
    text = plain(read(document(name="ord " * MOST_CHARACTERS)).pages[-1])
    assert "er kortet" in text
    assert "er kortet" not in plain(read(document(name="ord " * 300)).pages[-1])


@given(st.text(max_size=300) | st.text(st.characters(categories=["Cf", "Mn", "Co", "Cs", "Zs"])))
@few
def test_any_text_is_set(text):
    pdf = read(document(name=text, rows=[[text, text]], figures=[{"label": text, "value": text}]))
    assert "Side 1 av" in plain(pdf.pages[0])


@given(st.text())
def test_what_is_printable_stays_so_and_nothing_of_it_is_lost(text):
    line = printable(text)
    assert printable(line) == line
    whole = unicodedata.normalize("NFC", text)
    kept = sum(unicodedata.category(one) not in {"Cc", "Cf"} and not one.isspace() for one in whole)
    assert kept == sum(not one.isspace() for one in line)


def test_what_the_font_lacks_is_seen_to_be_missing():
    assert printable("Tomt 😀 slutt\x00\ufeff") == f"Tomt {MISSING} slutt"
    assert printable("Z" + "\u0301" * 500) == "Ź" + "\u0301" * 3 + MISSING
