"""The report as another program reads it: every field, both languages, and hostile text."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from geo.i18n import LANGUAGES, Remark, texts
from geo.report import write
from geo.report.content import sentence
from geo.report.typeface import printable
from geo.report.write import report_bytes, write_report
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.model import Flip, Light, Remedy, Sensitivity
from geo.screening.present import paragraph
from geo.screening.screen import screen
from tests.support.documents import elements, plain, read
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


def said(*found, on=TOWN, language="nb", at=AT, **options):
    """Text of each page, on one line, with plain spaces."""
    return [plain(page) for page in read(report_bytes(found, on, language, at=at, **options)).pages]


def whole(*found, **options):
    """Text of all pages, without the head and foot where one goes on to the next."""
    return " ".join(said(*found, **options))


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


def test_a_site_has_pages_of_a4_and_its_details_begin_on_the_second():
    pages = read(report_bytes([screened(CLEAR)], TOWN, at=AT)).pages
    assert {tuple(round(side) for side in page.mediabox[2:]) for page in pages} == {A4}
    assert "Hensyn og begrensninger" not in plain(pages[0])
    assert (
        plain(pages[1])
        .removeprefix("Vurdering av tomt Prøve")
        .startswith(" Hensyn og begrensninger")
    )


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
        "Målestokk 1:7 500 på A4",
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
        "Hva skal til? • Svaret er grønt lys, så ingen endring trengs.",
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
    text = " ".join(paragraph(found, language).split())
    assert text in said(found, language=language)[1]


def test_the_report_can_be_had_in_english():
    first, second, *_ = said(screened(CLEAR, **OFFICE), language="en")
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
    first, second, *_ = said(screened(at(5400, 300), **OFFICE))
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
    first, *_ = said(found)
    assert f"{sign} {word.capitalize()}" in first
    assert f"1 {found.name or found.id} {sign} {word}" in said(found, found)[0]


def test_an_uncertain_light_says_what_decides_and_what_it_is_by_the_middle_estimates():
    flip = Flip(assumption="jobs", light=Light.RED, remark=Remark("screen.unknown_jobs"))
    found = replace(
        screened(CLEAR, **OFFICE), sensitivity=Sensitivity(flips=(flip,), untested=("border",))
    )
    first, second, *_ = said(found)
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
    first, second, *_ = said(screened(CLEAR, on=BARE), on=BARE)
    for label in ("Kommune", "Område", "Planformål (SOSI-kode)", "Med regionale områder"):
        assert f"{label} mangler datagrunnlag" in first
    for label in ("Nærmeste stasjon", "Nærmeste hovedveg", "I korridoren"):
        assert f"{label} mangler datagrunnlag" in first
    assert "Nye arbeidsplasser ukjent" in first
    assert "Dyrka mark Mangler datagrunnlag ukjent ukjent ukjent –" in second
    assert "datapakken har ikke vekstområder eller prosjekter" in second
    assert "Datapakken har ingen kartlag her. Bare stedet er tegnet." in first


def test_a_site_without_area_says_so():
    first, *_ = said(screened(spot(500, 500)))
    assert "Areal ukjent, stedet er et punkt eller en linje" in first


def test_a_site_whose_jobs_are_unknown_says_that_the_share_is_as_before_and_the_rule_unknown():
    text = said(screened(at(2400, 300)))[1]
    assert (
        "Stedets arbeidsplasser er ukjente, så andelen med stedet er den samme som uten; "
        "om regelen holder, er ukjent."
    ) in text


def test_a_site_outside_everything_is_reported():
    first, second, *_ = said(screened(at(500_000, 500_000), **OFFICE))
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
    first, second, *_ = said(screened(CLEAR, on=on, jobs=10.0), on=on)
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
        assert f"Side {number} av {len(pages)}" in text


def test_without_a_calculation_none_is_named():
    assert all("16.57 Side" in text for text in office_pages())


def test_the_same_screening_gives_the_same_bytes():
    found = screened(CLEAR, **OFFICE)
    one, other = (report_bytes([found], TOWN, at=AT.replace(microsecond=n)) for n in range(2))
    assert one == other


def test_reports_drawn_at_once_are_those_drawn_one_by_one():
    sites = [screened(at(x, 300), **OFFICE) for x in (100, 450, 950, 2400)]
    alone = [said(one) for one in sites]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(said, sites)) == alone


# Several sites


def test_several_sites_have_a_list_with_the_page_of_each():
    names = ("Første", "Andre", "Tredje")
    pages = said(*(screened(CLEAR, **(OFFICE | {"name": name})) for name in names))
    assert "Vurdering av 3 tomter" in pages[0]
    for name in names:
        (number,) = re.search(rf"{name} ✓ grønt lys 10,0 daa 100 % (\d+)", pages[0]).groups()
        site = pages[int(number) - 1]
        assert f"Prøve {name} Id 1 ✓ Grønt lys" in site
        assert f"Side {number} av {len(pages)}" in site


def test_the_list_leads_to_the_sites_and_nowhere_else():
    found = screened(CLEAR, **OFFICE)
    pdf = read(report_bytes([found, found], TOWN, at=AT))
    links = [one for one in everything(pdf) if one.get("/Subtype") == "/Link"]
    assert len(links) == 4  # the name and the page of each
    assert all("/Dest" in one or one["/A"]["/S"] == "/GoTo" for one in links)


def test_more_sites_than_the_report_holds_are_said_to_be_left_out(monkeypatch):
    monkeypatch.setattr(write, "MOST_SITES", 3)  # as 50 are, and sooner
    found = screened(CLEAR, on=BARE)
    pages = said(*[replace(found, id=f"nr{n}") for n in range(6)], on=BARE)
    assert "Rapporten viser de 3 første av 6 steder." in pages[0]
    assert "3 nr2 ? ukjent" in pages[0]
    assert "nr3" not in "".join(pages)


# Hostile text

HOSTILE = {
    "markup": "<script>alert(1)</script> **fet** [lenke](http://x.no) {nb} {pages}",
    "long": "Lang " * 200,
    "one word": "a" * 1000,
    "right to left": "A\u202eBC\u202c\u200f \u0645\u0631\u062d\u0628\u0627",
    "control": "a\x00b\x07c\x1bd\r\ne\tf",
    "emoji": "Tomt 😀👨‍👩‍👧 slutt",
    "no-break": "\N{NO-BREAK SPACE}".join(["ord"] * 100),
    "surrogate": "a\ud800b",
    "combining": "Z" + "\u0301" * 500,
    "pdf": ") Tj ET /JavaScript (app.alert(1)) BT (",
    "empty": " ",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_set_as_text_and_all_of_it(text):
    station = replace(office().station, name=text)
    found = replace(office(), id=text, name=text, business_type=text, station=station)
    pages = read(report_bytes([found], TOWN, at=AT, calculation_id=text)).pages
    for page in pages:
        drawn = page.extract_text()
        assert all(one.isprintable() or one in "\n\N{NO-BREAK SPACE}" for one in drawn)
        assert lowest(page) > 20
    shown = "".join("".join(page.extract_text() for page in pages).split())
    assert "".join(printable(text).split()) in shown


def test_markup_is_shown_as_it_stands():
    first, *_ = said(screened(CLEAR, name=HOSTILE["markup"]))
    assert "<script>alert(1)</script> **fet** [lenke](http://x.no) {nb} {pages}" in first


def test_what_the_font_lacks_is_seen_to_be_missing():
    assert "Tomt ☐☐☐☐ slutt" in said(screened(CLEAR, name=HOSTILE["emoji"]))[0]


def test_a_name_of_many_pages_is_there_whole():
    assert whole(replace(office(), name="Lang " * 1500)).count("Lang") > 1500


def test_what_does_not_fit_a_page_goes_on_to_the_next():
    found = screened(CLEAR, on=BARE)
    reasons = found.verdict.reasons * 20
    found = replace(
        found,
        verdict=replace(found.verdict, reasons=reasons),
        unknown=found.unknown * 20,
        assumptions=found.assumptions * 20,
    )
    text = whole(found, on=BARE)
    remarks = (*(one.remark for one in reasons), *found.unknown, *found.assumptions)
    for remark in remarks:
        assert text.count(" ".join(sentence(remark.say("nb")).split())) >= 20
    assert "er kortet" not in text


def lowest(page):
    """Distance (points) from the page's lower edge to its lowest text."""
    heights = []

    def met(text, cm, tm, _font, _size):
        if text.strip():
            heights.append(cm[1] * tm[4] + cm[3] * tm[5] + cm[5])

    page.extract_text(visitor_text=met)
    return min(heights)


@few
@given(st.text(max_size=300))
def test_any_name_gives_a_report_with_nothing_in_it_that_runs(name):
    pdf = read(report_bytes([replace(office(), name=name, id=name)], TOWN, at=AT))
    for one in everything(pdf):
        assert not {"/JavaScript", "/JS", "/URI", "/Launch", "/EmbeddedFiles", "/AA"} & set(one)


def test_the_document_leads_nowhere_and_holds_no_other_file():
    pdf = read(report_bytes([screened(CLEAR, name=HOSTILE["pdf"])], TOWN, at=AT))
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
    assert [one.title for one in pdf.outline if not isinstance(one, list)] == [
        "Nytt kontor på Gården"
    ]


def test_what_is_read_aloud_is_said_to_be_what_it_is():
    pdf = read(report_bytes([office()], TOWN, at=AT))
    kinds = [kind for kind, _ in elements(pdf)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 7
    assert kinds.count("/H3") == 3
    assert kinds.count("/TH") == 6 + 5
    assert kinds.count("/TD") == 6 * len(CONSTRAINT_KINDS) + 5 * 2
    (figure,) = [one for kind, one in elements(pdf) if kind == "/Figure"]
    assert figure["/Alt"].startswith(
        "Kart i målestokk 1:7\N{NO-BREAK SPACE}500 over Nytt kontor på Gården. På kartet: stedet"
    )


def test_the_document_brings_its_fonts():
    pdf = read(report_bytes([screened(CLEAR)], TOWN, at=AT))
    descriptors = [one for one in everything(pdf) if one.get("/Type") == "/FontDescriptor"]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(one) for one in descriptors)


# The file


def test_the_file_is_what_a_download_is(tmp_path):
    path = tmp_path / "rapport.pdf"
    write_report([screened(CLEAR)], TOWN, path, at=AT)
    assert path.read_bytes() == report_bytes([screened(CLEAR)], TOWN, at=AT)
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
