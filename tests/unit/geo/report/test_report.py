"""The report as another program reads it: every field, both languages, and hostile text."""

from __future__ import annotations

import datetime as dt
import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import pypdf
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from geo.i18n import LANGUAGES, Remark, texts
from geo.report.write import MOST_SITES, report_bytes, write_report
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.model import Flip, Light, Remedy, Sensitivity
from geo.screening.present import paragraph
from geo.screening.screen import screen
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.sites import CLEAR, at, barred, land, screened, spot

AT = dt.datetime(2026, 11, 23, 15, 57, tzinfo=dt.UTC)  # 16.57 in Norway
A4 = (595, 842)  # points
TOWN = land()
OFFICE = {"name": "Nytt kontor på Gården", "business_type": "kontor", "jobs": 300.0}
BARE = land(
    projects=None,
    zones=None,
    growth_areas=None,
    plan_areas=None,
    constraints=None,
    constraint_coverage=None,
    stations=None,
    context=None,
    corridor_nodes=None,
    buildings=None,
    municipality=None,
)

# Drawing a document for every example takes a while on a machine that may be busy.
few = settings(deadline=None, max_examples=15)


def read(document):
    return pypdf.PdfReader(io.BytesIO(document), strict=True)


def said(*found, on=TOWN, language="nb", at=AT, **options):
    """Text of each page, on one line, with plain spaces."""
    document = report_bytes(found, on, language, at=at, **options)
    return [" ".join(page.extract_text().split()) for page in read(document).pages]


@cache
def office():
    return screened(CLEAR, **OFFICE)


@cache
def office_pages():
    return said(office())


def test_a_number_given_here_is_not_shown_beside_a_name():
    drawn = rows(CLEAR, name="Tegnet tomt")  # no column of ids
    (found,) = screen(TOWN, drawn)
    text = said(found)[0]
    assert "Tegnet tomt" in text
    assert "Id " not in text
    assert "Id 1" in office_pages()[0]  # that one has an id of its own


def everything(pdf):
    """Every object that can be reached from the document's root, once."""
    seen, left = set(), [pdf.trailer]
    while left:
        one = left.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            left += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            left += list(one)


# What is on the pages


def test_a_site_has_two_pages_of_a4():
    pages = read(report_bytes([screened(CLEAR)], TOWN, at=AT)).pages
    assert [tuple(round(side) for side in page.mediabox[2:]) for page in pages] == [A4, A4]


@pytest.mark.parametrize(
    "text",
    [
        "Nytt kontor på Gården",
        "Id 1",
        "Grønt lys",
        "✓ Hele stedet ligger i et vekstområde som teller.",
        "Areal 10,0 daa",
        "Kommune 3205 Vår",
        "Område Byen (100 %)",
        "1300 næringsbebyggelse i plan p-a (100 %)",
        "I vekstområder som teller 100 %",
        "Med regionale områder 100 %",
        "Sentrum stasjon: 400 m i luftlinje",  # straight up from (500, −100) to the outline
        "E6: 400 m",
        "Virksomhet Kontor",
        "Nye arbeidsplasser 300 (oppgitt)",
        "Ledig næringsareal ukjent",
        "Fortetting ukjent",
        "en A-virksomhet passer på et A-sted",
        "I korridoren 100 %",
        "Målestokk 1:6 000 på A4",
        "EPSG:25832",
        "Stedet",
        "Prioritert vekstområde",
    ],
)
def test_the_first_page_has_the_light_the_map_and_the_key_figures(text):
    assert text in office_pages()[0]


@pytest.mark.parametrize(
    "text",
    [
        "Hensyn Svar Overlapp Hindrer bygging Kartlagt Kilde",
        "Dyrka mark Fritt 0 m² 0 m² 100 % –",
        "90 %-regelen før og etter, brutto nye arbeidsplasser",
        # 900 of 960 jobs, then 1 200 of 1 260; 1 200/9 − 60 may still come outside.
        "Vekstområder som teller 93,8 %: Oppfylt 95,2 %: Oppfylt 73 0",
        "Holder svaret?",
        "Hva skal til? Svaret er grønt lys, så ingen endring trengs.",
        "Tekst til saksfremlegget",
        "Ikke kjent",
        "Forutsetninger",
        "Datapakke Prøve, bygd ukjent, sha256 " + "0" * 52,
    ],
)
def test_the_second_page_has_constraints_the_rule_the_text_and_what_it_rests_on(text):
    assert text in office_pages()[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paragraph_for_the_case_file_is_there_in_full(language):
    found = screened(CLEAR, **OFFICE)
    whole = " ".join(paragraph(found, language).split())
    assert whole in said(found, language=language)[1]


def test_the_report_can_be_had_in_english():
    first, second = said(screened(CLEAR, **OFFICE), language="en")
    assert "Green light" in first
    assert "Area 10.0 daa" in first
    assert "made 23 November 2026 at 16:57" in first
    assert "Growth areas that count 93.8%: Fulfilled 95.2%: Fulfilled 73 0" in second
    assert "Farmland Clear 0 m² 0 m² 100% –" in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_from_the_catalogue(language):
    site = at(950, 300)  # half inside
    found = screened(site, **OFFICE)
    barren = screened(site, on=BARE)
    for text in said(found, barren, language=language) + said(barren, on=BARE, language=language):
        assert not re.search(r"\b(report|screen|legend|badge|layer|light|basis)\.[a-z_]+", text)


def test_an_overlap_is_told_with_its_square_metres_and_what_bars_building():
    # 40 of the site's 100 metres under flood, and 20 under quick clay, which bars building.
    flood, clay = at(450, 300, side=40, height=100), at(450, 300, side=20, height=100)
    kinds = {"kind": ["flood", "quick_clay"], "severity": ["assess", "exclude"]}
    on = land(constraints=barred(flood, clay, **kinds), constraint_coverage=None)
    text = said(screened(CLEAR, on=on), on=on)[1]
    assert "Flom Overlapp, må vurderes 4 000 m² 0 m² ukjent NVE" in text
    assert "Kvikkleire Overlapp, hindrer bygging 2 000 m² 2 000 m² ukjent NVE" in text
    assert "Dyrka mark Mangler datagrunnlag ukjent ukjent ukjent –" in text


def test_the_regional_variant_is_told_apart():
    # In the regional area, 300 jobs more: 900 of 1 260, or 1 200 of 1 260 where that counts.
    first, second = said(screened(at(5400, 300), **OFFICE))
    assert "I vekstområder som teller 0 % Med regionale områder 100 %" in first
    assert "Vekstområder som teller 93,8 %: Oppfylt 71,4 %: Ikke oppfylt" in second
    assert "Med regionale områder 93,8 %: Oppfylt 95,2 %: Oppfylt" in second


@pytest.mark.parametrize("light", list(Light))
def test_every_light_has_a_word_and_a_sign(light):
    found = screened(CLEAR)
    sign = {"GREEN": "✓", "YELLOW": "!", "RED": "×", "UNKNOWN": "?", "UNCERTAIN": "±"}[light.name]
    if light == Light.UNCERTAIN:
        flip = Flip(assumption="jobs", light=Light.RED, remark=Remark("unknown"))
        found = replace(found, sensitivity=Sensitivity(flips=(flip,)))
    else:
        found = replace(found, verdict=replace(found.verdict, light=light))
    word = texts("nb")[f"light.{light.name.lower()}"]
    first, second = said(found)
    assert f"{sign} {word.capitalize()}" in first
    assert f"{sign} {word}" in second


def test_an_uncertain_light_says_what_decides_and_what_it_is_by_the_middle_estimates():
    flip = Flip(assumption="jobs", light=Light.RED, remark=Remark("screen.unknown_jobs"))
    found = replace(
        screened(CLEAR, **OFFICE), sensitivity=Sensitivity(flips=(flip,), untested=("border",))
    )
    first, second = said(found)
    assert "Usikker Med de midterste anslagene: grønt lys." in first
    assert "Holder svaret?" in second
    assert "Antall arbeidsplasser er ukjent." in second
    assert "Ikke prøvd, for spennet er ukjent: vekstområdenes grenser." in second


def test_what_would_better_the_light_is_told():
    remedy = Remedy(kind="jobs_inside", light=Light.GREEN, remark=Remark("screen.unknown_area"))
    text = said(replace(screened(CLEAR), remedies=(remedy,)))[1]
    assert "✓ Arealet er ukjent, for stedet er et punkt eller en linje." in text


# What is not known


def test_a_layer_that_is_missing_is_never_a_zero():
    first, second = said(screened(CLEAR, on=BARE), on=BARE)
    for label in ("Kommune", "Område", "Planformål (SOSI-kode)", "Med regionale områder"):
        assert f"{label} mangler datagrunnlag" in first
    for label in ("Nærmeste stasjon", "Nærmeste hovedveg", "I korridoren"):
        assert f"{label} mangler datagrunnlag" in first
    assert "Nye arbeidsplasser ukjent" in first
    assert "Dyrka mark Mangler datagrunnlag ukjent ukjent ukjent –" in second
    assert "datapakken har ikke vekstområder eller prosjekter" in second
    assert "Datapakken har ingen kartlag her. Bare stedet er tegnet." in first


def test_a_site_without_area_says_so():
    first, _ = said(screened(spot(500, 500)))
    assert "Areal ukjent, stedet er et punkt eller en linje" in first


def test_a_site_whose_jobs_are_unknown_says_that_the_share_is_as_before_and_the_rule_unknown():
    text = said(screened(at(2400, 300)))[1]
    assert (
        "Stedets arbeidsplasser er ukjente, så andelen med stedet er den samme som uten; "
        "om regelen holder, er ukjent."
    ) in text


def test_a_site_outside_everything_is_reported():
    first, second = said(screened(at(500_000, 500_000), **OFFICE))
    assert "ukjent, utenfor kommunene i datapakken" in first
    assert "utenfor næringsområdene" in first
    assert "ingen plan i datapakken" in first
    assert "Bare stedet er tegnet." in first
    assert "Flom Mangler datagrunnlag" in second


def test_a_site_without_a_shape_is_reported():
    found = replace(screened(CLEAR), geometry=shapely.Polygon())
    assert "Stedet har ikke noen geometri som kan tegnes." in said(found)[0]


# Badges, time and place


def test_badges_stand_in_clear_text_on_every_page():
    manifest = {"parcels": {"synthetic": True}, "growth_areas": {"illustrative": True}}
    on = land(manifest=manifest)
    found = screened(CLEAR, on=on)
    found = replace(found, badges=("illustrative", "synthetic"))
    for text in said(found, found, on=on):
        assert "Syntetiske data: laget av et program, ikke målt eller registrert." in text
        assert "Illustrativ avgrensning: tegnet for hånd, ikke vedtatt." in text


def test_made_up_layers_are_not_assessed_and_nothing_rests_on_them():
    names = ("plan_areas", "constraints", "constraint_coverage", "buildings")
    manifest = {name: {"synthetic": True, "source": "Oppdiktet kilde"} for name in names}
    flood = barred(at(450, 300, side=60, height=100))
    on = land(manifest=manifest, constraints=flood)
    first, second = said(screened(CLEAR, on=on, jobs=10.0), on=on)
    assert "? Ukjent" in first
    assert "Ikke vurdert (oppdiktede data): dyrka mark, flom" in first
    assert "Ikke vurdert (oppdiktede data): planformål." in first
    assert second.count("Ikke vurdert (oppdiktede data) ukjent ukjent ukjent –") == len(
        CONSTRAINT_KINDS
    )
    assert "Kartlag med oppdiktede data er ikke brukt: planformål" in second
    for text in (first, second):
        for hidden in ("Syntetiske data", "Oppdiktet kilde", "NVE", "Båndlagt", "fritt", "6,0"):
            assert hidden not in text


def test_no_badge_is_shown_that_the_site_does_not_carry():
    assert all("Syntetiske data:" not in text for text in said(screened(CLEAR)))


def test_every_page_has_pack_time_calculation_and_number():
    pages = said(screened(CLEAR), calculation_id="K7F3QX")
    for number, text in enumerate(pages, start=1):
        assert "Datapakke Prøve (000000000000…)" in text
        assert "laget 23. november 2026 kl. 16.57" in text
        assert "beregning K7F3QX" in text
        assert f"Side {number} av 2" in text


def test_without_a_calculation_none_is_named():
    assert all("16.57 Side" in text for text in office_pages())


def test_the_same_screening_gives_the_same_pages():
    found = screened(CLEAR, **OFFICE)
    one, other = (read(report_bytes([found], TOWN, at=AT)) for _ in range(2))
    for first, second in zip(one.pages, other.pages, strict=True):
        assert first.get_contents().get_data() == second.get_contents().get_data()


def test_reports_drawn_at_once_are_those_drawn_one_by_one():
    sites = [screened(at(x, 300), **OFFICE) for x in (100, 450, 950, 2400)]
    alone = [said(one) for one in sites]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(said, sites)) == alone


# Several sites


def test_several_sites_have_a_list_with_the_page_of_each():
    sites = [screened(CLEAR, **(OFFICE | {"name": name})) for name in ("Første", "Andre", "Tredje")]
    pages = said(*sites)
    assert len(pages) == 7
    assert "Vurdering av 3 tomter" in pages[0]
    assert "2 Andre ✓ grønt lys 10,0 daa 100 % 4" in pages[0]
    assert "Andre" in pages[3]
    assert "Side 4 av 7" in pages[3]


def test_more_sites_than_the_report_holds_are_said_to_be_left_out():
    found = screened(CLEAR, on=BARE)
    pages = said(*[replace(found, id=f"nr{n}") for n in range(MOST_SITES + 3)], on=BARE)
    assert len(pages) == 1 + 2 * MOST_SITES
    assert "Rapporten viser de 50 første av 53 steder." in pages[0]
    assert "50 nr49 ? ukjent" in pages[0]
    assert "nr50" not in "".join(pages)


# Hostile text

HOSTILE = {
    "markup": "<script>alert(1)</script> **fet** [lenke](http://x.no) {nb} {pages}",
    "long": "Lang " * 2000,
    "one word": "a" * 10_000,
    "right to left": "A\u202eBC\u202c\u200f \u0645\u0631\u062d\u0628\u0627",
    "control": "a\x00b\x07c\x1bd\r\ne\tf",
    "emoji": "Tomt 😀👨‍👩‍👧 slutt",
    "no-break": "\N{NO-BREAK SPACE}".join(["ord"] * 500),
    "surrogate": "a\ud800b",
    "combining": "Z" + "\u0301" * 500,
    "pdf": ") Tj ET /JavaScript (app.alert(1)) BT (",
    "empty": " ",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_drawn_as_text_on_two_pages(text):
    found = screened(CLEAR, **OFFICE)
    station = replace(found.station, name=text)
    found = replace(found, id=text, name=text, business_type=text, station=station)
    document = report_bytes([found], TOWN, at=AT, calculation_id=text)
    assert len(read(document).pages) == 2
    for page in read(document).pages:
        drawn = page.extract_text()
        assert all(one.isprintable() or one in "\n\N{NO-BREAK SPACE}" for one in drawn)


def test_markup_is_shown_as_it_stands():
    first = said(screened(CLEAR, name=HOSTILE["markup"]))[0]
    assert "<script>alert(1)</script> **fet** [lenke](http://x.no) {nb} {pages}" in first


def test_what_the_font_lacks_is_seen_to_be_missing():
    assert "Tomt ☐☐☐☐ slutt" in said(screened(CLEAR, name=HOSTILE["emoji"]))[0]


def test_a_name_that_is_too_long_is_cut_and_the_page_says_so():
    first, second = said(screened(CLEAR, name=HOSTILE["long"]))
    assert re.search(r"Lang \w*…", first)
    for text in (first, second):
        assert "Tekst som slutter med «…», er for lang for siden og er kortet." in text


def test_a_page_where_all_is_shown_whole_does_not_speak_of_cutting():
    assert all("er kortet" not in text for text in said(screened(CLEAR, **OFFICE)))


def test_more_text_than_fits_is_cut_and_stays_on_its_page():
    found = screened(CLEAR, on=BARE)
    found = replace(
        found,
        verdict=replace(found.verdict, reasons=found.verdict.reasons * 20),
        unknown=found.unknown * 20,
        assumptions=found.assumptions * 20,
    )
    pages = read(report_bytes([found], BARE, at=AT)).pages
    assert len(pages) == 2
    for page in pages:
        assert "er kortet" in page.extract_text()
        assert lowest(page) > 20


def lowest(page):
    """Distance (points) from the page's lower edge to its lowest text."""
    heights = []
    page.extract_text(visitor_text=lambda text, _c, tm, *_: heights.append(tm[5]) if text else None)
    return min(height for height in heights if height)


@few
@given(st.text(max_size=300))
def test_any_name_gives_two_pages_with_nothing_in_them_that_runs(name):
    pdf = read(report_bytes([replace(office(), name=name, id=name)], TOWN, at=AT))
    assert len(pdf.pages) == 2
    for one in everything(pdf):
        assert not {"/JavaScript", "/JS", "/URI", "/Launch", "/EmbeddedFiles", "/AA"} & set(one)


def test_the_document_links_to_nothing_and_holds_no_other_file():
    found = screened(CLEAR, name=HOSTILE["pdf"])
    pdf = read(report_bytes([found, found], TOWN, at=AT))
    for one in everything(pdf):
        assert not {"/JavaScript", "/JS", "/URI", "/Launch", "/EmbeddedFiles", "/AA"} & set(one)
        assert one.get("/Subtype") not in {"/Link", "/FileAttachment", "/Widget"}
    assert all("/Annots" not in page for page in pdf.pages)


# For readers aloud and archives


@pytest.mark.parametrize(("language", "tag"), [("nb", "nb-NO"), ("en", "en-GB")])
def test_the_document_says_its_language_and_title(language, tag):
    pdf = read(report_bytes([screened(CLEAR, **OFFICE)], TOWN, language, at=AT))
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == tag
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Nytt kontor på Gården" in pdf.xmp_metadata.dc_title["x-default"]
    assert [one.title for one in pdf.outline] == ["Nytt kontor på Gården"]


def test_the_document_says_that_it_is_for_archives_and_brings_its_fonts():
    pdf = read(report_bytes([screened(CLEAR)], TOWN, at=AT))
    xmp = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>U</pdfaid:conformance>" in xmp
    descriptors = [one for one in everything(pdf) if one.get("/Type") == "/FontDescriptor"]
    assert descriptors
    assert all("/FontFile2" in one for one in descriptors)


# The file


def test_the_file_is_what_a_download_is(tmp_path):
    path = tmp_path / "rapport.pdf"
    write_report([screened(CLEAR)], TOWN, path, at=AT)
    assert len(read(path.read_bytes()).pages) == 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_pdf_is_not_written_over(tmp_path):
    path = tmp_path / "tomter.geojson"
    path.write_text("{}")
    with raising("error.format_unknown"):
        write_report([screened(CLEAR)], TOWN, path, at=AT)
    assert path.read_text() == "{}"


def test_a_folder_that_is_not_there_gives_one_sentence(tmp_path):
    with raising("error.file_unwritable"):
        write_report([screened(CLEAR)], TOWN, tmp_path / "nei" / "rapport.pdf", at=AT)


def test_no_sites_make_no_report():
    with raising("error.nothing_to_report"):
        report_bytes([], TOWN)
