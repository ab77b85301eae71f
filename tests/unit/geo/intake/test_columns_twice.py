"""Two columns that say the same thing and differ: which of them is read is told."""

from __future__ import annotations

import io

import openpyxl
import pytest

from geo.i18n import LANGUAGES
from geo.intake.sites import open_sites, read_areas
from geo.ledger.incoming import read_table
from tests.support.rows import rows
from tests.support.shapes import square

X, Y = 614_196, 6_647_966
TWICE, RIVAL = "finding.column_twice", "finding.column_rival"


def csv(*lines):
    return "\n".join(";".join(map(str, line)) for line in lines).encode()


def xlsx(*lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append([None if cell == "" else cell for cell in line])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sites(write, headings, *cells):
    lines = [["navn", "øst", "nord", *headings]]
    lines += [[f"T{at}", X, Y, *own] for at, own in enumerate(cells)]
    return open_sites(write(*lines), f"a.{write.__name__}")


def told(read):
    found = [one for one in read.attrs["assumptions"] if one.msgid in {TWICE, RIVAL}]
    return [(one.msgid, one.parts["used"], one.parts["column"]) for one in found]


both = pytest.mark.parametrize("write", [csv, xlsx])


@both
@pytest.mark.parametrize(
    ("headings", "cells", "column", "read", "notes"),
    [
        (["arbeidsplasser"] * 2, [(40, 70)], "jobs", [40], [TWICE]),
        (["arbeidsplasser"] * 2, [(40, 40), (1, 2)], "jobs", [40, 1], [TWICE]),
        (["arbeidsplasser"] * 2, [(40, 40), (1, "")], "jobs", [40, 1], []),
        (["arbeidsplasser"] * 2, [(40, 40), ("", 2)], "jobs", [40, -1], [TWICE]),
        (["arbeidsplasser"] * 2, [("", 70)], "jobs", [70], []),
        (["arbeidsplasser"] * 3, [("", 40, 70)], "jobs", [40], [TWICE]),
        (["arbeidsplasser"] * 3, [(1, 2, 3)], "jobs", [1], [TWICE, TWICE]),
        (["Arbeidsplasser", "arbeidsplasser"], [(40, 70)], "jobs", [40], [TWICE]),
        (["Jobs", "jobs"], [(40, 70)], "jobs", [40], [TWICE]),
        (["arbeidsplasser", "antall ansatte"], [(40, 70)], "jobs", [40], [RIVAL]),
        (["antall ansatte", "arbeidsplasser"], [(40, 70)], "jobs", [70], [RIVAL]),
        (["arbeidsplasser", "antall ansatte"], [(40, 40)], "jobs", [40], []),
        (["arbeidsplasser", "antall ansatte"], [("", 40)], "jobs", [40], []),
        (["BRA", "bruksareal"], [(1200, 1300)], "gross_area_m2", [1200], [RIVAL]),
        (["tomteareal"] * 2, [(1200, "1 200")], "site_area_m2", [1200], []),
        (["type", "virksomhetstype"], [("kontor", "lager")], "business_type", ["kontor"], [RIVAL]),
        (["type", "type"], [("kontor", "lager")], "business_type", ["kontor"], [TWICE]),
        (["merknad", "merknad"], [("a", "b")], "merknad_", ["b"], []),
        (["arbeidsplasser", "arbeidsplasser maks"], [(40, 70)], "jobs_high", [70], []),
    ],
)
def test_what_is_not_read_is_told_where_it_differs(write, headings, cells, column, read, notes):
    found = sites(write, headings, *cells)
    assert [-1 if one != one else one for one in found[column]] == read  # noqa: PLR0124  # NaN
    assert [one for one, *_ in told(found)] == notes


@both
def test_it_is_said_which_one_is_read_in_both_languages(write):
    found = sites(write, ["ansatte", "arbeidsplasser"], (1, 2))
    (note,) = found.attrs["assumptions"][-1:]
    for language in LANGUAGES:
        assert "arbeidsplasser" in note.say(language)
        assert "ansatte" in note.say(language)
    assert told(found) == [(RIVAL, "arbeidsplasser", "ansatte")]
    twice = sites(write, ["arbeidsplasser"] * 2, (1, 2)).attrs["assumptions"][-1]
    assert "«arbeidsplasser»" in twice.say("nb")


@both
@pytest.mark.parametrize("headings", [("øst", "øst", "nord"), ("Øst (UTM32)", "øst (utm32)", "N")])
def test_two_columns_of_one_axis_are_told_where_they_differ(write, headings):
    name = f"a.{write.__name__}"
    differ = open_sites(write(headings, [X, X + 100, Y]), name)
    assert [round(one.x) for one in differ.geometry] == [X]
    assert [one for one, *_ in told(differ)] == [TWICE]
    assert told(open_sites(write(headings, [X, X, Y]), name)) == []


@both
def test_degrees_beside_metres_are_no_second_of_the_same(write):
    headings = ["navn", "lon", "lat", "øst", "nord"]
    assert told(open_sites(write(headings, ["A", 11.04, 59.95, X, Y]), f"a.{write.__name__}")) == []


@both
def test_two_columns_that_name_a_site_are_told_only_if_they_are_called_alike(write):
    found = open_sites(
        write(["navn", "tittel", "id", "lokalid", "øst", "nord"], ["A", "B", 1, 2, X, Y]),
        f"a.{write.__name__}",
    )
    assert told(found) == []
    found = open_sites(
        write(["navn", "navn", "øst", "nord"], ["A", "B", X, Y]), f"a.{write.__name__}"
    )
    assert [one for one, *_ in told(found)] == [TWICE]


def test_maps_and_areas_too(tmp_path):
    path = tmp_path / "a.gpkg"
    rows(square(X, Y), id="a", jobs=1, ansatte=2).to_file(path)
    assert told(open_sites(path)) == [(RIVAL, "jobs", "ansatte")]
    path = tmp_path / "b.gpkg"
    rows(square(X, Y), area_id="a", teller="ja", medregnet="nei").to_file(path)
    assert told(read_areas(path)) == [(RIVAL, "teller", "medregnet")]


@both
@pytest.mark.parametrize("place", [("øst", "nord"), ("Øst (UTM32)", "Nord (UTM32)")])
@pytest.mark.parametrize("second", ["arbeidsplasser", "antall ansatte", None])
def test_a_list_of_projects_says_which_columns_it_does_not_read(write, place, second):
    second = place[0] if second is None else second
    content = write(["navn", *place, "arbeidsplasser", second], ["A", X, Y, 40, 70])
    table = read_table(content, f".{write.__name__}")
    (row,) = table.rows
    assert float(row.cells["jobs"]) == 40
    (note,) = [one for one in table.notes if one.msgid == "import.columns_ignored"]
    assert note.parts["columns"].rstrip("_") == second
