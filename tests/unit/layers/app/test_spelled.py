"""Choices as they are written in an address."""

from __future__ import annotations

import pytest

from layers.app.address import _spelled


@pytest.mark.parametrize(
    ("value", "written"),
    [(1e6, "1000000"), (1234567.5, "1234567.5"), (0.1 + 0.2, "0.3"), (12000.0, "12000")],
)
def test_a_number_is_written_as_people_write_it(value, written):
    assert _spelled(value) == written


@pytest.mark.parametrize("value", [None, ["a", "b"]])
def test_what_is_no_number_stays_as_it_is(value):
    assert _spelled(value) == value
