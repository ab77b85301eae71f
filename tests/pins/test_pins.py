"""What users see is what it was; ``python -m tests.pins`` writes it anew where that is meant."""

from __future__ import annotations

import difflib

import pytest

from tests.pins.desk import desk
from tests.pins.pinned import EXPECTED, PINS, expected_file, read

MOST_LINES = 200  # of a difference; more is not read


@pytest.fixture(scope="module")
def at():
    with desk() as made:
        yield made


def difference(before, after, name):
    lines = difflib.unified_diff(
        before.splitlines(),
        after.splitlines(),
        f"expected {name}",
        f"made {name}",
        lineterm="",
        n=1,
    )
    found = list(lines)
    more = len(found) - MOST_LINES
    return "\n".join([*found[:MOST_LINES], *([f"… {more} more lines"] if more > 0 else [])])


@pytest.mark.parametrize("name", PINS)
def test_what_users_see_is_what_it_was(name, at):
    before, after = read(expected_file(name)), PINS[name](at)
    if before != after:
        pytest.fail(difference(before, after, name) or "only the ends of lines", pytrace=False)


def test_no_file_is_kept_that_nothing_makes():
    assert set(EXPECTED.rglob("*.txt")) == {expected_file(name) for name in PINS}
