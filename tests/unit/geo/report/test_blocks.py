"""Blocks made to fit: first smaller, then cut, never beyond the height they are given."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.report.blocks import SCALES, Columns, Item, TableBlock, Texts, fit, stack_height
from geo.report.sheet import Sheet, line_height


@pytest.fixture(scope="module")
def sheet():
    moment = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    with Sheet("Prøve", language="nb", made_at=moment) as one:
        yield one


WIDTH = 170.0


def texts(*said, **options):
    return Texts("", [Item(one) for one in said], **options)


def test_lines_below_each_other_are_as_high_as_they_are_many(sheet):
    assert texts("en", "to", "tre").height(sheet, WIDTH, 1.0) == pytest.approx(3 * line_height(9))


def test_a_row_is_as_high_as_its_tallest_cell(sheet):
    low = TableBlock("", (), [("en", "to")], (0.5, 0.5))
    tall = TableBlock("", (), [("en", "to " * 40)], (0.5, 0.5))
    more = tall.height(sheet, WIDTH, 1.0) - low.height(sheet, WIDTH, 1.0)
    assert more == pytest.approx(line_height(9))


def test_columns_are_as_high_as_the_taller(sheet):
    short, long = texts("en"), texts("en", "to", "tre")
    assert Columns([short], [long]).height(sheet, WIDTH, 1.0) == long.height(sheet, WIDTH, 1.0)


def test_what_has_room_is_left_as_it_is(sheet):
    block = texts("en", "to")
    assert fit(sheet, [block], WIDTH, 50) == 1.0
    assert block.most is None


def test_what_has_little_room_is_set_smaller_before_it_is_cut(sheet):
    block = texts(*["linje"] * 10)
    assert fit(sheet, [block], WIDTH, 10 * line_height(9) * 0.9) == 0.9
    assert block.most is None


def test_what_does_not_fit_at_the_smallest_is_cut_and_says_so(sheet):
    block = texts(*[f"linje {number}" for number in range(10)])
    scale = fit(sheet, [block], WIDTH, 4.5 * line_height(9 * SCALES[-1]))
    lines = [line for _, some in block._lines(sheet, WIDTH, scale) for line in some]
    assert lines == ["linje 0", "linje 1", "linje 2", "linje 3…"]


def test_the_tallest_block_is_cut_first(sheet):
    tall, low = texts(*["linje"] * 20), texts("en", "to")
    fit(sheet, [tall, low], WIDTH, 30)
    assert tall.most is not None
    assert low.most is None


words = st.text("ab ", max_size=400)


@settings(deadline=None, max_examples=50)
@given(st.lists(words, min_size=1, max_size=8), st.lists(words, min_size=1, max_size=8), words)
def test_any_blocks_fit_a_page(sheet, left, right, cell):
    blocks = [
        TableBlock("Tabell", ("a", "b"), [(cell, cell)] * 6, (0.3, 0.7)),
        texts(*left, framed=True),
        Columns([texts(*left)], [texts(*right), texts(*left)]),
    ]
    scale = fit(sheet, blocks, WIDTH, 120)
    assert stack_height(sheet, blocks, WIDTH, scale) <= 120
