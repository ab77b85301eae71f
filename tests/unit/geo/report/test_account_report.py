"""The land account in Word: its numbers are those of the commands, and other programs open it."""

from __future__ import annotations

import contextlib
import io
import json
import math
import subprocess
from datetime import UTC, datetime

import pytest
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PdfReader

from geo import i18n
from geo.__main__ import main
from geo.land.pieces import PIECE_AREAS
from geo.pack.read import DEFAULT_PACK
from geo.report.account.since import Earlier
from geo.report.account_report import gathered
from geo.report.words import rounded
from geo.workspace import Workspace
from tests.support import nasty, ownpacks, reading, worddocs
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

AT = datetime(2026, 11, 30, 16, 5, tzinfo=UTC)
PERCENT = "90\N{NO-BREAK SPACE}%"
RULE = f"{PERCENT}-regelen, brutto nye arbeidsplasser"
LAND = "Arealregnskap, område for område"


@pytest.fixture
def quick(monkeypatch):
    """Maps and charts as a dot each, where nobody looks at them: drawing them takes most time."""
    worddocs.dots_for_pictures(monkeypatch)


@pytest.fixture(scope="module")
def report():
    pack = reading.embedded()
    earlier = Earlier(version="embedded", at=None, pack=pack)
    return gathered(Workspace.of(pack), earlier)


@pytest.fixture(scope="module")
def data(report):
    return report.as_word("nb", AT)


@pytest.fixture(scope="module")
def document(data):
    return worddocs.opened(data)


@pytest.fixture(scope="module")
def tables(document):
    return worddocs.tables(document)


@pytest.fixture(scope="module")
def pdf(soffice, data, tmp_path_factory):
    return worddocs.as_pdf(soffice, data, tmp_path_factory.mktemp("word"))


def asked(*arguments):
    """What a command says as JSON of the embedded pack."""
    with reading.read_once([DEFAULT_PACK]), contextlib.redirect_stdout(io.StringIO()) as said:
        assert main([*arguments, "--json"]) == 0
    return json.loads(said.getvalue())


def small(folder, **changed):
    return gathered(Workspace.of(ownpacks.own_pack(folder, **changed)))


def text_of(document):
    cells = [cell for one in worddocs.tables(document).values() for row in one for cell in row]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def plain(cell):
    return worddocs.figure(cell).replace("\N{NO-BREAK SPACE}", " ")


def daa(value):
    return i18n.daa(value, "nb")


def number(value):
    return i18n.number(value, "nb")


def floor_area(land):
    """As pages round it; where plots say nothing there is more, which is said at the figure."""
    more = " + ukjent" if land["unknown_plots"] else ""
    return f"{number(rounded(land['densification_bra_m2']))}{more}"


# Structure


def test_a_chapter_for_each_zone_stands_between_the_municipality_and_the_sources(document, report):
    chapters = worddocs.headings(document)
    names = [zone.name for zone in report.facts.zones]
    assert chapters == [
        *("Sammendrag", "Slik er tallene regnet", "Kommunen samlet", f"{PERCENT}-regelen"),
        "Endring siden en tidligere versjon",
        *names,
        *("Åpne saker og det som er ukjent", "Kilder", "Lag dokumentet igjen"),
    ]
    assert len(names) == 11


def test_each_zone_begins_on_a_new_page(document, report):
    names = {zone.name for zone in report.facts.zones}
    begun = [one for one in document.paragraphs if one.style.name == "Heading 1"]
    broken = {one.text for one in begun if one.paragraph_format.page_break_before}
    assert names <= broken


def test_every_table_has_a_header_row_that_comes_again_and_a_caption(document):
    assert len(document.tables) > 11 * 4
    for table in document.tables:
        first, *others = (row._tr.trPr.find(qn("w:tblHeader")) for row in table.rows)
        assert first is not None
        assert others
        assert not any(one is not None for one in others)
    captions = [one for one in worddocs.captions(document) if one.startswith("Tabell ")]
    assert [one.split(".")[0] for one in captions] == [
        f"Tabell {place + 1}" for place in range(len(document.tables))
    ]


def test_every_picture_says_what_it_shows(document, report):
    said = worddocs.pictures(document)
    assert len(said) == 2 + 1 + len(report.facts.zones)  # charts, all zones, each zone
    assert all(said)
    heia = next(one for one in said if "Heia" in one)
    assert "1:" in heia  # the scale


def test_the_file_names_no_person(document):
    said = document.core_properties
    assert (said.author, said.last_modified_by) == ("", "")
    assert said.created == AT


# The numbers of the commands


def test_the_account_by_zone_is_that_of_reserve_and_sums_to_its_last_row(tables):
    zones = asked("reserve")["zones"]
    head, *body, total = tables[LAND]
    assert head[:6] == ["Område", "Brutto", "Bebygd", "Båndlagt", "For smått", "Ledig"]
    for row, zone in zip(body, zones, strict=True):
        figures = [worddocs.figure(cell) for cell in row[1:]]
        assert figures == [
            *(daa(zone[name]) for name in PIECE_AREAS),
            floor_area(zone),
            number(zone["unknown_plots"]),
        ]
    sums = [daa(math.fsum(zone[name] for zone in zones)) for name in PIECE_AREAS]
    assert [worddocs.figure(cell) for cell in total[1:6]] == sums
    floor = math.fsum(zone["densification_bra_m2"] for zone in zones)
    assert worddocs.figure(total[6]) == f"{number(rounded(floor))} + ukjent"


def test_the_rule_is_that_of_rule_in_both_variants(tables):
    said = asked("rule")
    _, *body = tables[RULE]
    results = [
        *(said[name] for name in ("gross", "with_regional_areas")),
        *(said["with_estimates"][name] for name in ("gross", "with_regional_areas")),
    ]
    assert len(body) == len(results)
    for row, result in zip(body, results, strict=True):
        share = worddocs.figure(row[4])
        middle, low, high = (
            i18n.percent(result[name], "nb", 1) for name in ("share", "share_low", "share_high")
        )
        assert share == (middle if low == high else f"{middle} ({low}–{high})")
    verdicts = [worddocs.figure(row[5]).lower() for row in body]
    assert verdicts == ["–", "–", *(one["verdict"] for one in results[2:])]
    assert all("anslag" in row[4] for row in body[2:])
    assert not any("anslag" in row[4] for row in body[:2])
    # Four cases have no figures, and may come on either side.
    assert all(worddocs.figure(row[at]).endswith("ukjent") for row in body for at in (2, 3))


def test_the_command_tells_all_figures_of_the_document(report):
    said = asked("account-report", "--since", "embedded")
    assert said["beregning"] == {"id": report.calculation_id, "saved": False}
    assert said["zones"] == json.loads(json.dumps(report.facts.as_dict()["zones"]))
    assert said["municipality"]["land"]["reserve_m2"] == report.facts.land["reserve_m2"]
    assert said["since"]["figures"]["reserve_m2"]["why_not"] == "synthetic"
    assert said["badges"] == ["illustrative", "synthetic"]
    assert said["pack"]["sha256"] == reading.embedded().sha256


def test_a_zones_chapter_has_its_account_and_its_cases(tables, report):
    zone = report.facts.zone("heia")
    _, *body = tables["Arealregnskap, Heia"]
    shown = {row[0]: worddocs.figure(row[1]) for row in body}
    assert shown["Ledig"] == daa(zone.land["reserve_m2"])
    assert shown["Næringsareal"] == daa(zone.land["gross_m2"])
    floor = [plain(row[1]) for row in tables["Fortetting og plass til arbeidsplasser, Heia"][1:]]
    assert floor == [
        "5 660 m² BRA + ukjent",
        "16 av 41",
        "490–1 290 + ukjent",
        "60–157 + ukjent",
    ]
    kjeller = tables["Plansaker, Kjeller"]
    assert kjeller[1][0] == "Kjeller (kommunedelplan)"
    assert worddocs.figure(kjeller[1][3]) == number(4500)


def test_what_rests_on_made_up_or_drawn_layers_says_so_in_its_own_cell(tables):
    _, *body = tables[LAND]
    assert all(cell.endswith("\nsyntetisk, illustrativ") for row in body for cell in row[1:])
    _, *body = tables["Arealregnskap, Heia"]
    assert all(cell.startswith("syntetisk, illustrativ") for row in body for cell in row[1:])
    answers = {row[1] for row in tables["Hensyn, Heia"][1:]}
    assert answers == {"Ikke vurdert (oppdiktede data)", "Mangler datagrunnlag"}


def test_vacant_land_and_densification_are_never_added(document, report):
    land = report.facts.land
    said = "\n".join(one.text for one in document.paragraphs)
    assert daa(land["reserve_m2"]) in said
    assert "legges ikke sammen" in said
    both = land["reserve_m2"] + land["densification_bra_m2"]
    assert not {daa(both), number(both)} & set(said.split(" "))


# Other programs


def test_libreoffice_opens_it_and_finds_nothing_to_complain_of(pdf, report):
    reader = PdfReader(pdf)
    pages = [page.extract_text() for page in reader.pages]
    whole = "\n".join(pages)
    assert 25 <= len(pages) <= 45
    assert "Error!" not in whole
    assert "Feil!" not in whole
    assert report.calculation_id in whole
    for zone in report.facts.zones:
        assert any(page.lstrip().startswith(zone.name) for page in pages)
    assert f"Side {len(pages)} av {len(pages)}" in pages[-1]


def test_a_zones_page_is_drawn_with_its_map(pdf, pdftoppm, tmp_path, report):
    first = report.facts.zones[0].name
    pages = [page.extract_text() for page in PdfReader(pdf).pages]
    place = next(at for at, page in enumerate(pages, 1) if page.lstrip().startswith(first))
    subprocess.run(  # noqa: S603  # Poppler
        [pdftoppm, "-png", "-r", "40", "-f", str(place), "-l", str(place), pdf, tmp_path / "page"],
        check=True,
        timeout=60,
    )
    (drawn,) = tmp_path.glob("page*.png")
    with Image.open(drawn) as image:
        colours = image.convert("RGB").getcolors(1_000_000)
    paper = max(count for count, _ in colours)
    whole = sum(count for count, _ in colours)
    assert len(colours) > 200
    assert paper < 0.85 * whole  # a page of text alone is nine tenths paper


# Packs that are otherwise


@pytest.mark.usefixtures("quick")
def test_figures_worked_out_in_the_head(tmp_path):
    found = worddocs.tables(worddocs.opened(small(tmp_path).as_word("nb", AT)))
    _, east, west, total = ([plain(cell) for cell in row] for row in found[LAND])
    nothing = ["0,0 daa"] * 3
    assert east == ["Øst", "40,0 daa", *nothing, "40,0 daa", "0", "0"]
    assert west == ["Vest", "10,0 daa", *nothing, "10,0 daa", "0", "0"]
    assert total == ["Sum", "50,0 daa", *nothing, "50,0 daa", "0", "0"]
    inside, outside, share = (plain(cell) for cell in found[RULE][1][2:5])
    assert (inside, outside, share) == ("80", "20", "80,0 %")


def test_the_same_figures_and_time_give_the_same_bytes(tmp_path):
    found = small(tmp_path)
    again = gathered(Workspace.of(ownpacks.own_pack(tmp_path)))
    assert again.as_word("nb", AT) == found.as_word("nb", AT)


@pytest.mark.usefixtures("quick")
def test_in_english_nothing_of_ours_is_norwegian(tmp_path):
    said = text_of(worddocs.opened(small(tmp_path).as_word("en", AT)))
    assert "Land account of business land" in said
    assert "unknown" in said
    norwegian = {"Sammendrag", "ukjent", "syntetisk", "Hensyn", "Ledig", "Kilder", "Plansaker"}
    assert not norwegian & set(said.split())


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("layer", sorted(set(ownpacks.layers()) - {"zones"}))
def test_a_pack_without_a_layer_says_unknown_and_never_nought(tmp_path, layer):
    found = small(tmp_path, **{layer: None})
    document = worddocs.opened(found.as_word("nb", AT))
    said, tables = text_of(document), worddocs.tables(document)
    missing = i18n.say("account_report.lacking", "nb", layer=i18n.say(f"layer.{layer}", "nb"))
    assert (missing in said) == (layer != "municipality")
    assert (LAND in tables) == (layer not in {"parcels", "plan_areas", "buildings"})
    assert (RULE in tables) == (layer not in {"projects", "growth_areas"})
    if layer == "constraints":
        assert [plain(row[3]) for row in tables[LAND][1:]] == ["ukjent"] * 3
        assert {row[1] for row in tables["Hensyn, Øst"][1:]} == {"Mangler datagrunnlag"}


def test_a_pack_without_zones_is_refused_in_a_sentence(tmp_path):
    with raising("error.missing_layer"):
        small(tmp_path, zones=None)
    with raising("error.missing_layer"):
        small(tmp_path / "empty", zones=ownpacks.layers()["zones"].iloc[:0])


@pytest.mark.usefixtures("quick")
def test_one_zone_and_thirty_have_a_chapter_each(tmp_path):
    for count, charts in ((1, 2), (30, 4)):  # two for every 25 zones
        shapes = [
            square(ownpacks.X + 100 * (n % 40), ownpacks.Y + 200 * (n // 40), side=80)
            for n in range(count)
        ]
        ids = [f"z{n}" for n in range(count)]
        zones = rows(*shapes, zone_id=ids, name=[f"Sone {n}" for n in range(count)])
        parcels = rows(*shapes, parcel_id=ids, synthetic=False)
        folder = tmp_path / str(count)
        found = small(folder, zones=zones, parcels=parcels, projects=None)
        steps = []
        data = found.as_word("nb", AT, lambda done, whole, said=steps: said.append((done, whole)))
        document = worddocs.opened(data)
        assert len(worddocs.headings(document)) == count + 8
        assert steps == [(done, count + 9) for done in range(count + 10)]
        assert len(worddocs.tables(document)[LAND]) == 1 + count + 1
        assert len(worddocs.pictures(document)) == charts + 1 + count


@pytest.mark.usefixtures("quick")
def test_hostile_and_long_names_are_text(tmp_path):
    layers = ownpacks.layers()
    hostile, endless = f"=cmd|'/c calc'!A1 {nasty.HTML} </w:t>", "Sone " + "uten ende " * 60
    layers["zones"]["name"] = [hostile, endless]
    layers["zones"]["status_text"] = nasty.LINES
    layers["projects"]["name"] = ["<w:p/>" * 9, "\x07" + "æ" * 400]
    found = small(tmp_path, zones=layers["zones"], projects=layers["projects"])
    document = worddocs.opened(found.as_word("nb", AT))
    assert hostile in worddocs.headings(document)
    cases = worddocs.tables(document)[f"Plansaker, {hostile}"]
    assert plain(cases[1][0]) == "<w:p/>" * 9


@pytest.mark.usefixtures("quick")
def test_land_that_does_not_sum_is_refused(tmp_path):
    found = small(tmp_path)
    found.facts.zones[0].land["built_m2"] += 5_000.0
    with raising("error.parts_not_whole"):
        found.as_word("nb", AT)
