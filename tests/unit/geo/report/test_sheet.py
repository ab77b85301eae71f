"""Text that always fits: printable characters, lines no wider than they may be."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.report.sheet import ELLIPSIS, MISSING, Sheet

# Widths are measured one character at a time, on a machine that may be busy.
few = settings(deadline=None)


@pytest.fixture(scope="module")
def sheet():
    moment = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    with Sheet("Prøve", language="nb", made_at=moment) as one:
        yield one


def measured(sheet, line, size, *, bold=False):
    """Width by the library's own measure."""
    sheet.set_font("source", "B" if bold else "", size)
    return sheet.get_string_width(line)


@pytest.mark.parametrize(
    "text",
    [
        "æøåÆØÅ äöüßéè ŠšŽžČčĐđŊŋŦŧ",  # Norwegian, its neighbours, and Sámi
        "– — · ≥ ≤ → m² ± × − … « » “ ” ’ % § € °",
        "1\N{NO-BREAK SPACE}234",
        "ΑΒΓ абв",
    ],
)
def test_what_the_font_has_is_drawn_as_it_stands(text, sheet):
    assert sheet.printable(text) == text


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a\nb\tc\r\nd", "a b c d"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\u202eb\u200fc\u00add\ufeffe\x00f", "abcdef"),
        ("مرحبا", MISSING * 5),
        ("漢字 😀", f"{MISSING * 2} {MISSING}"),
        ("a\ud800b", f"a{MISSING}b"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("  a   b  ", "a b"),
        ("a\N{THIN SPACE}b", "a b"),
        (12, "12"),
        ("", ""),
    ],
)
def test_what_it_lacks_is_seen_and_what_steers_is_gone(text, drawn, sheet):
    assert sheet.printable(text) == drawn


def test_text_is_cut_where_it_is_too_long(sheet):
    assert sheet.printable("abcdef", 4) == f"abc{ELLIPSIS}"
    assert sheet.printable("abcd", 4) == "abcd"


def test_words_are_kept_whole_where_they_fit(sheet):
    # Six words of equal width, two to a line.
    width = measured(sheet, "ord ord", 10) + 0.01
    assert sheet.lines("ord ord ord ord ord ord", width, 10) == ["ord ord"] * 3


def test_a_word_wider_than_a_line_is_broken(sheet):
    width = measured(sheet, "aaaa", 10) + 0.01
    assert sheet.lines("aaaaaaaaaa b", width, 10) == ["aaaa", "aaaa", "aa b"]


def test_lines_that_are_left_out_are_told_by_the_last(sheet):
    width = measured(sheet, "ord ord", 10) + 0.01
    assert sheet.lines("ord ord ord ord ord ord", width, 10, most=2) == [
        "ord ord",
        f"ord{ELLIPSIS}",
    ]


def test_a_sheet_knows_whether_it_cut_something(sheet):
    sheet.shortened = False
    sheet.lines("kort", 100, 10, most=1)
    assert not sheet.shortened
    sheet.lines("langt " * 100, 100, 10, most=1)
    assert sheet.shortened


@few
@given(
    st.text(max_size=200),
    st.floats(5, 170),
    st.sampled_from([7.0, 9.0, 18.0]),
    st.booleans(),
    st.none() | st.integers(1, 4),
)
def test_no_line_is_wider_than_it_may_be(sheet, text, width, size, bold, most):
    lines = sheet.lines(text, width, size, bold=bold, most=most)
    assert most is None or len(lines) <= most
    for line in lines:
        # One character and the ellipsis are drawn however narrow the line.
        assert len(line) <= 2 or measured(sheet, line, size, bold=bold) <= width + 1e-6


@few
@given(st.text(max_size=200), st.floats(20, 170))
def test_nothing_is_lost_when_lines_are_broken(sheet, text, width):
    def bare(what):
        return what.replace(" ", "")

    assert bare("".join(sheet.lines(text, width, 9))) == bare(sheet.printable(text))


@few
@given(st.text(max_size=200))
def test_printable_text_is_one_line_of_characters_that_can_be_drawn(sheet, text):
    drawn = sheet.printable(text)
    assert sheet.printable(drawn) == drawn
    assert all(unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for one in drawn)
