"""Constraints in three answers: overlap, clear, not mapped."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.model import Light
from tests.support.rows import rows
from tests.support.sites import at, barred, codes, land, screened, spot

SITE = at(400, 400)  # 10 000 m²
few = settings(deadline=None, max_examples=25)


def flood(constraints, coverage=None, shape=SITE):
    layers = {"constraints": constraints}
    if coverage is not None:
        layers["constraint_coverage"] = coverage
    return screened(shape, on=land(**layers), remedies=False)


def test_an_overlap_is_told_in_square_metres_with_its_source():
    found = flood(barred(at(480, 400))).constraints["flood"]
    assert (found.status, found.severity, found.source) == ("overlap", "exclude", "NVE")
    assert found.m2 == pytest.approx(2000)
    assert found.exclude_m2 == pytest.approx(2000)
    assert found.mapped_share == 1


def test_constraints_of_one_kind_that_overlap_count_once():
    found = flood(barred(at(480, 400), at(470, 400), at(390, 400, side=20)))
    assert found.constraints["flood"].m2 == pytest.approx(3000 + 200)


def test_constraints_of_two_kinds_bar_the_same_land_once():
    both = pd.concat([barred(at(440, 400)), barred(at(440, 400), kind="nature")])
    found = flood(both.reset_index(drop=True))
    assert found.constraints["flood"].m2 == pytest.approx(6000)
    assert found.constraints["nature"].m2 == pytest.approx(6000)
    share = found.verdict.reasons[0].remark.parts["share"].value
    assert share == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("x", "light", "code"),
    [
        (449, Light.RED, "screen.reason_excluded"),  # 51 % barred
        (451, Light.YELLOW, "screen.reason_partly_excluded"),  # 49 %
    ],
)
def test_more_than_half_barred_is_red_and_less_is_yellow(x, light, code):
    found = flood(barred(at(x, 400)))
    assert found.verdict.light == light
    assert code in codes(found, light)


def test_land_to_be_assessed_is_yellow_and_bars_nothing():
    found = flood(barred(SITE, severity="assess"))
    assert found.constraints["flood"].severity == "assess"
    assert found.constraints["flood"].exclude_m2 == 0
    assert codes(found, Light.YELLOW) == ["screen.reason_assess"]


def test_a_neighbour_that_only_touches_is_no_overlap():
    assert flood(barred(at(500, 400))).constraints["flood"].status == "clear"


def test_clear_is_only_what_has_been_mapped():
    found = flood(barred()).constraints
    assert {one.status for one in found.values()} == {"clear"}
    assert {one.m2 for one in found.values()} == {0.0}


def test_partly_mapped_without_overlap_is_not_clear_and_says_how_much():
    half = rows(at(450, 300, side=1000), kind="flood")
    found = flood(barred(), half)
    assert found.constraints["flood"].status == "not_mapped"
    assert found.constraints["flood"].m2 is None
    assert found.constraints["flood"].mapped_share == pytest.approx(0.5)
    assert "screen.unknown_partly" in [one.msgid for one in found.unknown]


def test_an_overlap_where_little_is_mapped_is_an_overlap_all_the_same():
    half = rows(at(450, 300, side=1000), kind="flood")
    found = flood(barred(at(480, 400)), half).constraints["flood"]
    assert (found.status, found.mapped_share) == ("overlap", pytest.approx(0.5))


def test_a_kind_that_is_mapped_nowhere_is_not_mapped():
    found = flood(barred(), rows(at(0, 0, side=1000), kind="flood"))
    assert found.constraints["flood"].status == "clear"
    assert found.constraints["heritage"].status == "not_mapped"
    assert found.constraints["heritage"].mapped_share is None
    assert found.light == Light.UNKNOWN


def test_two_pieces_of_coverage_make_a_whole():
    halves = rows(
        at(400, 400, side=50, height=100), at(450, 400, side=50, height=100), kind="flood"
    )
    assert flood(barred(), halves).constraints["flood"].status == "clear"


def test_a_constraint_at_a_point_is_found_and_on_its_edge_too():
    for place in (spot(450, 450), spot(400, 450)):
        found = flood(barred(SITE), shape=place).constraints["flood"]
        assert (found.status, found.m2) == ("overlap", None)


sides = st.integers(1, 300)
corners = st.integers(300, 600)


@few
@given(st.lists(st.tuples(corners, corners, sides), max_size=4), corners, corners, sides)
def test_a_further_constraint_never_makes_an_overlap_clear_nor_smaller(squares, x, y, side):
    shapes = [at(*corner, side=size) for *corner, size in squares]
    before = flood(barred(*shapes)).constraints["flood"]
    after = flood(barred(*shapes, at(x, y, side=side))).constraints["flood"]
    assert after.status == "overlap" or before.status == after.status == "clear"
    assert after.m2 >= before.m2 - 1e-6
    assert 0 <= after.m2 <= 10_000 + 1e-6


@few
@given(corners, corners, st.integers(1, 200))
def test_less_coverage_never_makes_a_site_clear(x, y, side):
    coverage = rows(at(x, y, side=side), kind="flood")
    found = flood(barred(), coverage).constraints["flood"]
    whole = x <= 400 and y <= 400 and x + side >= 500 and y + side >= 500
    assert (found.status == "clear") == whole
    assert found.mapped_share is not None
    assert 0 <= found.mapped_share <= 1


def test_every_kind_is_answered():
    assert list(flood(barred()).constraints) == list(CONSTRAINT_KINDS)
