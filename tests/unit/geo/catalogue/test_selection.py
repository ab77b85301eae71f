"""Which features lie in an area: whole, neighbours left out, borders in."""

from __future__ import annotations

import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.catalogue.selection import within
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

AREA = rows(square(0, 0, side=100))


def names(found):
    return found["navn"].tolist()


def test_what_reaches_in_is_whole_and_what_only_touches_is_left_out():
    frame = rows(
        square(10, 10, side=10),
        square(90, 0, side=50),
        square(100, 0, side=50),
        square(100, 100, side=50),
        square(300, 0, side=50),
        navn=["inne", "over grensen", "nabo", "hjørne", "borte"],
    )
    found = within(frame, AREA)
    assert names(found) == ["inne", "over grensen"]
    assert found.area.tolist() == [100, 2500]


def test_a_point_or_line_on_the_border_is_in():
    frame = rows(
        shapely.Point(100, 50),
        shapely.Point(101, 50),
        shapely.LineString([(100, 0), (100, 100)]),
        None,
        navn=["grense", "utenfor", "langs", "uten sted"],
    )
    assert names(within(frame, AREA)) == ["grense", "langs"]


def test_layers_in_two_systems_are_refused():
    with raising("error.crs_mismatch"):
        within(AREA.to_crs(25833), AREA)


boxes = st.lists(
    st.tuples(st.integers(-50, 150), st.integers(-50, 150), st.integers(1, 60)),
    min_size=1,
    max_size=12,
).map(lambda many: rows(*[square(x, y, side=side) for x, y, side in many], navn=range(len(many))))


@given(boxes)
def test_selecting_twice_changes_nothing(frame):
    once = within(frame, AREA)
    assert names(within(once, AREA)) == names(once)


@given(boxes)
def test_two_halves_select_together_what_the_whole_does(frame):
    halves = [rows(shapely.box(0, 0, 50, 100)), rows(shapely.box(50, 0, 100, 100))]
    apart = {name for half in halves for name in names(within(frame, half))}
    assert apart == set(names(within(frame, AREA)))


@given(boxes)
def test_a_feature_is_in_where_it_shares_ground_with_the_area(frame):
    shared = frame.intersection(AREA.geometry.iloc[0]).area > 0
    assert names(within(frame, AREA)) == frame.loc[shared, "navn"].tolist()
