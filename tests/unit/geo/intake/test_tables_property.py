"""One and the same table in every way in which people save it; the answer is always the same."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.intake.sites import open_sites
from tests.unit.geo.intake.test_coordinates import STYLES

SITES = [("Nordre Å", 614_196, 6_647_966, 40), ("Fløy B", 613_800, 6_649_900, 1_250)]
HEADINGS = [
    ("navn", "øst", "nord", "arbeidsplasser"),
    ("Navn", "UTM øst", "Nord (UTM32)", "Ansatte"),
    ("\N{SOFT HYPHEN}NAVN", "X-koordinat (EUREF89 UTM 32)", "Y-koordinat (EUREF89 UTM 32)", "Jobs"),
    ("name", "E", "N\N{ZERO WIDTH SPACE}", "employees"),
]
ABOVE = [
    *([], [[]], [[], []], [["Næringstomter 2024"]], [["Tomter, ledige; alle"], []]),
    [["Tomt", "Koordinater", "", "Tall"]],
]
# A whole number in one style and no other: what the column's other numbers are written like.
COUNTS = {"plain": str, "blanks": lambda one: f"{one:,}".replace(",", " "), "comma": "{},0".format}
tables = st.fixed_dictionaries(
    {
        "above": st.sampled_from(ABOVE),
        "headings": st.sampled_from(HEADINGS),
        "blank": st.sets(st.integers(0, 2)),
        "style": st.sampled_from(sorted(STYLES)),
        "counts": st.sampled_from(sorted(COUNTS)),
    }
)


def lines_of(table, *, numbers):
    """Rows of cells, with blank ones among them."""
    write, count = STYLES[table["style"]], COUNTS[table["counts"]]
    lines = [*table["above"], list(table["headings"])]
    for place, (name, east, north, jobs) in enumerate(SITES):
        lines += [[]] * (place in table["blank"])
        told = [east, north, jobs] if numbers else [write(east), write(north), count(jobs)]
        lines.append([name, *told])
    return lines + [[]] * (2 in table["blank"])


def assert_the_same(sites):
    found = zip(sites["name"], sites.geometry.x, sites.geometry.y, sites["jobs"], strict=True)
    assert list(found) == SITES
    assert sites["id"].tolist() == ["1", "2"]
    assert all(isinstance(shape, Point) for shape in sites.geometry)
    assert not [one for one in sites.attrs["assumptions"] if one.severity == "error"]


@given(
    tables,
    st.sampled_from(";,\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "cp865"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@settings(deadline=None)
def test_a_text(table, delimiter, encoding, end, quoted):
    def cell(text):
        needed = quoted or delimiter in text
        return f'"{text}"' if needed else text

    lines = [delimiter.join(map(cell, line)) for line in lines_of(table, numbers=False)]
    content = end.join(lines).encode(encoding, errors="ignore")  # invisible marks are not in all
    assert_the_same(open_sites(content, "a.csv"))


@given(tables, st.booleans(), st.booleans())
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_a_workbook(table, numbers, hidden):
    book = openpyxl.Workbook()
    if hidden:
        book.active.append(["navn", "øst", "nord"])
        book.active.append(["Skjult", 1, 2])
        book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Tomter")
    for line in lines_of(table, numbers=numbers):
        sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    assert_the_same(open_sites(buffer.getvalue(), "a.xlsx"))


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_is_of_the_same_place(style):
    table = {
        "above": [],
        "headings": HEADINGS[0],
        "blank": set(),
        "style": style,
        "counts": "plain",
    }
    lines = lines_of(table, numbers=False)
    assert_the_same(open_sites("\n".join(map(";".join, lines)).encode(), "a.csv"))
