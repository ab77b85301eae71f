"""A cell that shows a percentage is no number of anything, in a workbook as in a text."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from geo.intake.sites import open_sites, read_layer
from geo.ledger.incoming import read_table

X, Y = 614_196.0, 6_647_966.0
HEADINGS = ["navn", "øst", "nord", "arbeidsplasser"]


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def workbook(*cells, blank_rows=0, blank_columns=0, before=()):
    """One row for each value of jobs and its format, below and beside what is blank."""
    book = openpyxl.Workbook()
    sheet = book.active
    for title, kind in before:
        if kind == "chart":
            book.create_chartsheet(title, 0)
        else:
            other = book.create_sheet(title, 0)
            other["D3"], other["D2"] = 0.25, "arbeidsplasser"
            other["D3"].number_format = "0%"
            other.sheet_state = kind
    for row, line in enumerate([HEADINGS, *(["A", X, Y, value] for value, _ in cells)]):
        for column, value in enumerate(line):
            at = sheet.cell(1 + blank_rows + row, 1 + blank_columns + column, value)
            if row and column == 3:
                at.number_format = cells[row - 1][1]
    return saved(book)


def rewritten(content, part, change):
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            given = source.read(name)
            made = change(given) if re.fullmatch(part, name) else given
            assert made != given or not re.fullmatch(part, name)
            archive.writestr(name, made)
    return target.getvalue()


def unread(sites):
    return [
        (one.parts["column"], one.parts["value"])
        for one in sites.attrs["assumptions"]
        if one.msgid == "finding.value_unreadable"
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "50 %"),
        (1, "100 %"),
        (0.07, "7 %"),
        (0.125, "12.5 %"),
        (-0.5, "-50 %"),
        (40, "4000 %"),
    ],
)
@pytest.mark.parametrize("code", ["0%", "0.00%", '0.0" "%', "#,##0 %;[Red]-0%", "[$-414]0%"])
def test_a_percentage_is_unknown_and_told_as_in_a_text(value, shown, code):
    sites = open_sites(workbook((value, code), (40, "General")), "a.xlsx")
    assert sites["jobs"].isna().tolist() == [True, False]
    lines = [";".join(HEADINGS), f"A;{X};{Y};{shown}", f"A;{X};{Y};40", ""]
    text = open_sites("\n".join(lines).encode(), "a.csv")
    assert unread(sites) == unread(text) == [("jobs", shown)]


@pytest.mark.parametrize("code", ["General", "0", '0" %"', r"0\%", '"50%: "0', "#,##0"])
def test_a_number_that_shows_no_percentage_is_that_number(code):
    sites = open_sites(workbook((0.5, "0%"), (40, code)), "a.xlsx")
    assert sites["jobs"].fillna(-1).tolist() == [-1, 40]


@pytest.mark.parametrize("blank_rows", [0, 3])
@pytest.mark.parametrize("blank_columns", [0, 2, 26])
@pytest.mark.parametrize("before", [[], [("Diagram", "chart")], [("Skjult", "hidden")]])
def test_it_is_the_cell_that_is_meant_wherever_it_stands(blank_rows, blank_columns, before):
    content = workbook(
        *((40, "0"), (0.5, "0%"), (20, "0")),
        blank_rows=blank_rows,
        blank_columns=blank_columns,
        before=before,
    )
    sites = open_sites(content, "a.xlsx")
    assert sites["jobs"].fillna(-1).tolist() == [40, -1, 20]


def test_texts_and_truths_with_such_a_format_are_what_they_are():
    sites = read_layer(workbook(("40", "0%"), (True, "0%")), "a.xlsx")
    assert sites["arbeidsplasser"].tolist() == ["40", "true"]


def test_other_programs_write_the_same_in_other_words():
    def renamed(part):
        part = re.sub(rb'<c r="(\w+)" s="(\d+)"', rb'<c s="\2" r="\1"', part)
        return (
            part.replace(b"<c ", b"<x:c ")
            .replace(b"</c>", b"</x:c>")
            .replace(
                b"<worksheet ",
                b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ',
            )
        )

    content = workbook((0.5, "0%"), (40, "0"))
    moved = rewritten(
        content,
        r"xl/_rels/workbook\.xml\.rels",
        lambda part: part.replace(b"/xl/worksheets", b"worksheets"),
    )
    for one in (rewritten(content, r"xl/worksheets/sheet1\.xml", renamed), moved):
        assert open_sites(one, "a.xlsx")["jobs"].fillna(-1).tolist() == [-1, 40]


def test_it_is_the_same_in_a_list_of_projects():
    rows = read_table(workbook((0.5, "0%"), (40, "0"), (True, "0%")), ".xlsx").rows
    assert [row.cells["jobs"] for row in rows] == ["50 %", 40, True]
