"""Tables as people make them: where the headings stand, and how numbers and places are written."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from shapely import Point

from geo.intake.sites import Limits, UnusableFileError, layers_of, open_sites, read_layer
from tests.support import sosi, spreadsheets
from tests.support.errors import raising

X, Y = 614_196.0, 6_647_966.0
ROW = ["Tomt æøå", X, Y, 40]
HEADINGS = ["navn", "øst", "nord", "arbeidsplasser"]
OUT, IN = "finding.headings_row", "finding.assumed_utm32"


def workbook(**sheets):
    """A workbook of sheets, each a list of rows; one that begins with _ is hidden."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name.strip("_"))
        for line in lines:
            sheet.append(line)
        sheet.sheet_state = "hidden" if name.startswith("_") else "visible"
    return saved(book)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rewritten(content, change):
    """A workbook with its first sheet changed."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                changed = change(part)
                assert changed != part
                part = changed
            archive.writestr(name, part)
    return target.getvalue()


def notes(sites):
    return [finding.msgid for finding in sites.attrs["assumptions"]]


def said(sites, msgid):
    return [one.say("nb") for one in sites.attrs["assumptions"] if one.msgid == msgid]


def assert_the_site(sites):
    assert sites["name"].tolist() == ["Tomt æøå"]
    assert sites["jobs"].tolist() == [40]
    assert sites.geometry.tolist() == [Point(X, Y)]


ABOVE = {
    "nothing": [],
    "title": [["Oversikt"]],
    "title and a blank row": [["Næringstomter 2024", None, None, None], []],
    "blank rows": [[], []],
    "groups": [["Tomt", "Koordinater", None, "Tall"]],
    "names of columns in a sentence": [["Liste over navn, øst og nord"], ["navn"]],
    "a legend": [["x", "betyr", "nord"], ["Kilde", "Kommunen"]],
}


@pytest.mark.parametrize("above", ABOVE)
def test_the_headings_of_a_workbook_may_stand_below_something(above):
    sites = open_sites(workbook(Ark1=[*ABOVE[above], HEADINGS, ROW]), "a.xlsx")
    assert_the_site(sites)
    row = len(ABOVE[above]) + 1
    assert notes(sites) == ([OUT, IN] if row > 1 else [IN])
    assert row == 1 or f"rad {row}" in said(sites, OUT)[0]


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("delimiter", ";,\t|")
def test_the_headings_of_a_text_may_stand_below_something(above, delimiter):
    lines = [*ABOVE[above], HEADINGS, ["Tomt æøå", "614196", "6647966", "40"]]
    quoted = [[f'"{cell or ""}"' for cell in line] for line in lines]
    text = "\n".join(delimiter.join(line) for line in quoted)
    sites = open_sites(text.encode(), "a.csv")
    assert_the_site(sites)
    row = len(ABOVE[above]) + 1
    assert notes(sites) == ([OUT, IN] if row > 1 else [IN])
    assert row == 1 or f"rad {row}" in said(sites, OUT)[0]


def test_units_below_the_headings_and_names_above_them_belong_to_the_headings():
    lines = [["Navn", "UTM32", None, "BRA"], [None, "Øst", "Nord", None], ["", "[m]", "[m]", "m²"]]
    sites = open_sites(workbook(Ark=[*lines, ["A", X, Y, 1200]]), "a.xlsx")
    assert sites[["name", "gross_area_m2"]].to_numpy().tolist() == [["A", 1200]]


def test_a_hidden_sheet_is_passed_over_and_told():
    old = ["GAMMEL", 614_300, 6_648_000, 10]
    content = workbook(_Skjult=[HEADINGS, old], Ark1=[HEADINGS, ROW])
    sites = open_sites(content, "a.xlsx")
    assert_the_site(sites)
    assert "Skjult" in said(sites, "finding.sheets_hidden")[0]
    assert [layer.name for layer in layers_of(content, "a.xlsx")] == ["Ark1"]


def test_formats_to_the_last_row_are_no_rows():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    sheet.append(ROW)
    for row in (1_000, 1_048_576):
        sheet.cell(row, 2).fill = PatternFill("solid", fgColor="FFFF00")
    # A hundred thousand formatted cells more, written as Excel does.
    cells = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2_000, 103_000))
    content = rewritten(
        saved(book),
        lambda part: part.replace(b'<row r="1048576"', cells.encode() + b'<row r="1048576"'),
    )
    assert_the_site(open_sites(content, "a.xlsx"))


def test_blank_rows_are_no_sites_and_do_not_shift_the_rows_that_are_named():
    lines = [["Tomter"], HEADINGS, ROW, [], [None, " ", None], ["B", X, "nord for elva", 3], ["C"]]
    sites = open_sites(workbook(Ark=lines), "a.xlsx")
    assert_the_site(sites)
    (unread,) = said(sites, "finding.position_unreadable")
    assert "rad 6" in unread
    assert "«nord for elva»" in unread
    assert "nord" in unread
    (blank,) = said(sites, "finding.position_blank")
    assert "rad 7" in blank
    assert "øst / nord" in blank
    texts = "\n".join(";".join(str(cell or "") for cell in line) for line in lines)
    same = open_sites(texts.encode(), "a.csv")
    assert said(same, "finding.position_unreadable") == [unread.replace("a.xlsx", "a.csv")]
    assert said(same, "finding.position_blank") == [blank.replace("a.xlsx", "a.csv")]
    assert "rad 6" in said(read_layer(texts.encode(), "a.csv"), "finding.position_unreadable")[0]


def test_cells_keep_what_they_are():
    lines = [
        ["id", "øst", "nord", "bra", "dato", "type", "tall"],
        ["007", X, Y, 12.345, date(2024, 5, 17), "kontor", 1],
        ["b", X, Y, "12.000", None, "kontor\N{ZERO WIDTH SPACE}", "2"],
    ]
    sites = open_sites(workbook(Ark=lines), "a.xlsx")
    assert sites["id"].tolist() == ["007", "b"]
    assert sites["gross_area_m2"].tolist()[0] == 12.345
    assert sites["gross_area_m2"].isna().tolist() == [False, True]
    assert sites["dato"].tolist()[0] == "2024-05-17"
    assert sites["business_type"].tolist() == ["kontor", "kontor"]
    assert "finding.number_ambiguous" in notes(sites)


def test_formulas_without_a_value_and_errors_are_told_and_empty_texts_are_not():
    book = openpyxl.Workbook()
    for line in (HEADINGS, ROW, ["B", X, Y, "=1+1"], ["C", X, Y, "#N/A"], ["D", X, Y, "=T(0)"]):
        book.active.append(line)
    # As Excel saves a formula that shows an empty text.
    empty = b'<c r="D5" t="str"><f>T(0)</f><v></v></c>'
    content = rewritten(saved(book), lambda part: re.sub(rb'<c r="D5">.*?</c>', empty, part))
    sites = open_sites(content, "a.xlsx")
    assert sites["jobs"].isna().tolist() == [False, True, True, True]
    (told,) = said(sites, "finding.cells_valueless")
    assert "2 celler" in told
    assert "D3" in told


def test_a_row_whose_place_is_a_formula_without_value_is_not_said_to_be_blank():
    lines = [["navn", "øst", "nord"], ["a", "=1+1", Y], ["b", None, Y]]
    content = workbook(Ark1=lines)
    with pytest.raises(UnusableFileError) as raised:
        open_sites(content, "a.xlsx")
    assert raised.value.finding.msgid == "finding.position_valueless"
    assert "«øst»" in raised.value.say("nb")
    assert "B2" in raised.value.say("nb")
    sites = open_sites(workbook(Ark1=[*lines, ["c", X, Y]]), "a.xlsx")
    assert "rad 2" in said(sites, "finding.position_valueless")[0]
    assert "rad 3" in said(sites, "finding.position_blank")[0]


@pytest.mark.parametrize(
    ("write", "name"),
    [(workbook, "a.xlsx"), (spreadsheets.xls, "a.xls"), (spreadsheets.ods, "a.ods")],
)
def test_workbooks_of_every_kind_are_read_alike(write, name):
    lines = [["Oversikt"], [], HEADINGS, ROW, [], ["007", X, None, 3]]
    sites = open_sites(write(_Skjult=[HEADINGS], Tomter=lines), name)
    assert_the_site(sites)
    assert "Skjult" in said(sites, "finding.sheets_hidden")[0]
    assert "rad 3" in said(sites, OUT)[0]
    assert "rad 6" in said(sites, "finding.position_blank")[0]
    layers = layers_of(write(Ark1=lines, Ark2=lines), name)
    assert [layer.name for layer in layers] == ["Ark1", "Ark2"]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (datetime(2024, 5, 17, 12, 34, 56), "2024-05-17T12:34:56"),  # noqa: DTZ001  # a cell's
        (date(2024, 5, 17), "2024-05-17"),
        (time(7, 30), "07:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (True, "true"),
        ("_x0041_", "A"),
    ],
)
@pytest.mark.parametrize("epoch", [WINDOWS_EPOCH, MAC_EPOCH])
def test_cells_show_what_they_mean(given, read, epoch):
    book = openpyxl.Workbook()
    book.epoch = epoch
    for line in ([*HEADINGS, "annet"], [*ROW, given]):
        book.active.append(line)
    assert open_sites(saved(book), "a.xlsx")["annet"].tolist() == [read]


def table(headings, *lines):
    return "\n".join([headings, *lines]).encode()


@pytest.mark.parametrize(
    ("headings", "cells", "system"),
    [
        ("lat;lon", "59.95°;11.05°", 4326),
        ("lat;lon", "59°57'00\"N;11°03'00\"E", 4326),
        ("lat;lon", "59 57 00;11 03 00", 4326),
        ("breddegrad;lengdegrad", "59,950;11,050", 4326),
        ("øst;nord", "614.505;6.647.616", None),
        ("øst;nord", "614.505,0;6.647.616,0", None),
        ("øst;nord", "614\N{NO-BREAK SPACE}505;6\N{NO-BREAK SPACE}647\N{NO-BREAK SPACE}616", None),
        ("UTM øst;Nord (UTM32)", "614505;6647616", 25832),
        ("X (EUREF89 UTM 32);Y (EUREF89 UTM 32)", "614505;6647616", 25832),
        ("UTM33 Ø;UTM33 N", "279433;6652428", 25833),
        ("East_25833;North_25833", "279433;6652428", 25833),
        ("\ufeffØ\N{SOFT HYPHEN}st;nord\N{ZERO WIDTH SPACE}", "Ø 614505;6647616 N", None),
        ("Østkoordinat;Nordkoordinat", "614505;6647616", None),
        ("X;Y", "6647616 N;614505 Ø", None),
        ("Koordinater", "59.95, 11.05", 4326),
        ("Posisjon", "UTM32 N 6647616 Ø 614505", 25832),
        ("Koordinater (UTM 33)", "279433 6652428", 25833),
        ("koordinat", "6647616 / 614505", None),
    ],
)
def test_a_position_in_any_spelling(headings, cells, system):
    sites = open_sites(table(f"navn;{headings}", f"A;{cells}"), "a.csv")
    assert sites.distance(Point(614_505, 6_647_616)).item() < 2
    assert (IN in notes(sites)) == (system is None)


def test_cells_in_several_systems_are_each_read_in_its_own():
    lines = ("A;59.95, 11.05", "B;UTM33 N 6652428 Ø 279433", "C;6647616 N 614505 Ø", "D;ukjent")
    sites = open_sites(table("navn;posisjon", *lines), "a.csv", near=Point(614_505, 6_647_616))
    assert sites["name"].tolist() == ["A", "B", "C"]
    assert sites.distance(Point(614_505, 6_647_616)).max() < 2
    assert "«ukjent»" in said(sites, "finding.position_unreadable")[0]


def test_of_two_pairs_of_columns_those_of_one_system_go_together():
    headings = "navn;Øst UTM33;Øst UTM32;Nord UTM32;Nord UTM33"
    sites = open_sites(table(headings, "A;279433;614505;6647616;6652428"), "a.csv")
    assert sites.distance(Point(614_505, 6_647_616)).item() < 2


@pytest.mark.parametrize(
    ("content", "error", "reason"),
    [
        (table("navn;øst;nord", "A;seks;6647966"), UnusableFileError, "«seks» i kolonnen «øst»"),
        (
            table("navn;øst;nord", "", "A;;6647966"),
            UnusableFileError,
            "rad 3: kolonnen «øst» er tom",
        ),
        (table("navn;øst;nord", "A;1.2.3;x"), UnusableFileError, "øst / nord"),
        (table("navn;adresse", "A;Storgata 1"), "error.coordinate_columns", "navn, adresse"),
        (table("Tomter", "", "navn;øst;nord"), "error.table_no_rows", "ingen rader"),
        (table("", ";;", ""), "error.file_empty", "ingen objekter"),
        (table("navn;øst;nord", "A;1;2;3"), "error.rows_too_long", "fra rad 2"),
        (table("navn;øst;nord", f"A;{X};{Y}", '"B;1;2'), "error.quote_open", "rad 3"),
    ],
)
def test_the_reason_given_is_the_true_one(content, error, reason):
    with raising(error) as raised:
        open_sites(content, "a.csv")
    assert reason in raised.value.say("nb")
    assert raised.value.say("en").endswith(".")


def test_a_row_that_is_too_long_is_named_and_the_others_are_kept():
    lines = (f"A;{X};{Y};1", f"B;{X};{Y};1;5", f"C;{X};{Y};2;")
    sites = open_sites(table("navn;øst;nord;arbeidsplasser", *lines), "a.csv")
    assert sites["name"].tolist() == ["A", "C"]
    assert "rad 3" in said(sites, "finding.row_too_long")[0]


def test_headings_that_are_the_same_are_both_kept():
    sites = open_sites(table("navn;øst;nord;merknad;merknad", f"A;{X};{Y};a;b"), "a.csv")
    assert sites[["merknad", "merknad_"]].to_numpy().tolist() == [["a", "b"]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "cp865", "utf-16", "utf-16-le"]
)
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_encodings_and_excels_own_first_line(encoding, first):
    text = f"{first}Navn;Øst;Nord\r\nSøndre Å;{X:.0f};{Y:.0f}\r\n"
    sites = open_sites(text.encode(encoding), "a.csv")
    assert sites["name"].tolist() == ["Søndre Å"]
    assert notes(sites) == [IN]


def test_twelve_point_three_noughts_is_unknown_and_told():
    lines = ["A;614196;6647966;12 000", "B;614196;6647966;12.000"]
    sites = open_sites(table("navn;øst;nord;bra", *lines), "a.csv")
    assert sites["gross_area_m2"].tolist()[0] == 12_000
    assert sites["gross_area_m2"].isna().tolist() == [False, True]
    (told,) = said(sites, "finding.number_ambiguous")
    assert "«12.000»" in told
    assert "rad 3" in told


def test_a_sheet_with_more_rows_than_the_limit_is_refused_for_that():
    lines = [HEADINGS, *[ROW] * 12]
    with raising("error.too_many_features"):
        open_sites(workbook(Ark=lines), "a.xlsx", limits=Limits(features=11))
    assert len(open_sites(workbook(Ark=lines), "a.xlsx", limits=Limits(features=12))) == 12


def gml_of(*areas):
    features = "".join(
        f"""<gml:featureMember><a:Tomt gml:id="a{n}"><a:bra>{area}</a:bra><a:kode>0301</a:kode>
        <a:sted><gml:Point srsName="urn:ogc:def:crs:EPSG::25832"><gml:pos>{X} {Y}</gml:pos>
        </gml:Point></a:sted></a:Tomt></gml:featureMember>"""
        for n, area in enumerate(areas)
    )
    head = '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="urn:a">'
    return f"{head}{features}</gml:FeatureCollection>".encode(), "a.gml"


def sosi_of(*areas):
    objects = [
        sosi.item("PUNKT", n, (0, 0), objtype="Tomt", told=f"..BRA {area}\n..KODE 0301")
        for n, area in enumerate(areas, 1)
    ]
    return sosi.document(*objects).encode(), "a.sos"


def csv_of(*areas):
    lines = (f"0301;{X};{Y};{area}" for area in areas)
    return table("kode;øst;nord;bra", *lines), "a.csv"


def geojson_of(*areas):
    features = (
        {
            "type": "Feature",
            "properties": {"bra": area, "kode": "0301"},
            "geometry": {"type": "Point", "coordinates": [11.04, 59.95]},
        }
        for area in areas
    )
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode(), "a.json"


@pytest.mark.parametrize("write", [gml_of, sosi_of, csv_of, geojson_of])
def test_a_text_means_the_same_in_every_format(write):
    doubtful = open_sites(*write("12.000", "1.500"))
    assert doubtful["gross_area_m2"].isna().all()
    assert len(said(doubtful, "finding.number_ambiguous")) == 2
    decided = open_sites(*write("12.000", "1.500", "40.25"))
    assert decided["gross_area_m2"].tolist() == [12.0, 1.5, 40.25]
    assert said(decided, "finding.number_ambiguous") == []
    assert decided.rename(columns=str.lower)["kode"].tolist() == ["0301"] * 3
