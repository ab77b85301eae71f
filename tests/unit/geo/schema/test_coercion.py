"""Numbers as people write them; what each text means is known beforehand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.schema.coercion import ambiguous, legible, to_number


def column(*values):
    return pd.Series(
        values, dtype="str" if all(isinstance(v, str | None) for v in values) else object
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("12 000", 12_000), ("12\N{NO-BREAK SPACE}000,5", 12_000.5), ("12'000", 12_000)),
        *(("1\N{NARROW NO-BREAK SPACE}234\N{THIN SPACE}567", 1_234_567), ("1.234.567", 1_234_567)),
        *(("1,234,567", 1_234_567), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("12,5", 12.5)),
        *(("12.5", 12.5), ("0,125", 0.125), ("1234.567", 1234.567), ("\N{MINUS SIGN}5", -5)),
        *(("\N{ZERO WIDTH SPACE}7\N{SOFT HYPHEN}", 7), (" 40 ", 40), ("1e3", 1000), ("5,", 5)),
    ],
)
def test_a_number_that_means_one_thing_is_that_number(text, number):
    assert to_number(column(text)).tolist() == [number]
    assert ambiguous(column(text)).tolist() == [False]


@pytest.mark.parametrize(
    "text", ["12 00", "1 2", "1.2.3", "1.234.56", "12 000 m2", "nan", "inf", ""]
)
def test_what_is_no_number_is_unknown(text):
    assert math.isnan(to_number(column(text)).item())
    assert not ambiguous(column(text)).item()


@pytest.mark.parametrize(
    ("others", "read"),
    [
        *(([], None), (["12 000", "40"], None), (["3,5", "3.5"], None), (["0"], None)),
        *((["3,5"], 12_000), (["1.234.567"], 12_000), (["12.000,5"], 12_000)),
        *((["12.5"], 12), (["1,234,567"], 12), (["0.125"], 12), (["1,000.5"], 12)),
    ],
)
def test_the_column_decides_what_twelve_point_three_noughts_is(others, read):
    values = column("12.000", *others)
    numbers = to_number(values)
    assert (None if math.isnan(numbers[0]) else numbers[0]) == read
    assert ambiguous(values).tolist() == [read is None, *(False for _ in others)]
    # And the same with the marks exchanged.
    mirrored = column(*(one.translate(str.maketrans(".,", ",.")) for one in values))
    assert to_number(mirrored).equals(numbers)


@pytest.mark.parametrize(
    "other", [".", ",", "-", "-.", "1.", "40,", "-1.", "0.000", "0,000", ".000", "-0.000", "00.000"]
)
def test_a_mark_without_decimals_decides_nothing(other):
    values = column("12.000", other, None)
    assert math.isnan(to_number(values)[0])
    assert ambiguous(values).tolist() == [True, False, False]
    # One with decimals beside it does.
    values = column("12.000", other, "3,5")
    assert to_number(values)[0] == 12_000
    assert not ambiguous(values).any()


@pytest.mark.parametrize("other", [".5", "0.00", "0.125", "0.0001", "1234.000", "1.50"])
def test_decimals_behind_a_mark_decide_also_where_they_are_noughts(other):
    assert to_number(column("12.000", other))[0] == 12


def test_numbers_of_a_workbook_say_nothing_of_what_texts_beside_them_mean():
    values = column(12.345, "12.000", None, 5)
    assert to_number(values).tolist()[::3] == [12.345, 5]
    assert ambiguous(values).tolist() == [False, True, False, False]


STYLES = [(blank, mark) for blank in ("", " ", "\N{NO-BREAK SPACE}", "'") for mark in ",."] + [
    (".", ","),
    (",", "."),
]


@given(
    st.lists(st.decimals(0, 10**8, places=2), min_size=1, max_size=8),
    st.sampled_from(STYLES),
)
def test_a_column_in_one_style_is_read_as_it_was_written(numbers, style):
    thousands, mark = style
    texts = [
        f"{one:,.2f}".replace(".", "|").replace(",", thousands).replace("|", mark)
        for one in numbers
    ]
    assert to_number(column(*texts)).tolist() == [float(one) for one in numbers]


@given(st.lists(st.integers(1000, 10**8), min_size=1), st.sampled_from(".,"))
def test_whole_numbers_in_thousands_are_right_or_unknown_and_told(numbers, mark):
    texts = column(*(f"{one:,}".replace(",", mark) for one in numbers))
    read, doubtful = to_number(texts), ambiguous(texts)
    for one, number, told in zip(numbers, read, doubtful, strict=True):
        assert math.isnan(number) if told else number == one


@given(st.text())
def test_legible_text_has_nothing_at_its_edges_and_stays_so(text):
    assert legible(legible(text)) == legible(text)
