"""A wish there and back as JSON, and what no wish may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.schema.layers import CONSTRAINT_KINDS
from geo.search.criteria import Criteria, Weights, from_json
from tests.support.errors import raising

measures = st.none() | st.floats(0, 1e6)
wishes = st.builds(
    Criteria,
    min_daa=measures,
    rectangle_m=st.none() | st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)),
    zones=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    max_station_m=measures,
    along_roads=st.booleans(),
    cut=st.booleans(),
    unplanned=st.booleans(),
    road=st.none() | st.text(max_size=5),
    avoid=st.lists(st.sampled_from(CONSTRAINT_KINDS), max_size=3).map(tuple),
    growth=st.sampled_from(["any", "prefer", "only"]),
    join=st.booleans(),
    weights=st.builds(Weights, size=st.floats(0, 1e6)),
)


@pytest.mark.parametrize(
    ("values", "wished", "cut_from"),
    [
        ({}, None, None),
        ({"cut": True}, None, None),
        ({"min_daa": 40.0}, 40.0, None),
        ({"min_daa": 40.0, "cut": True}, 40.0, 80.0),
        ({"min_daa": 40.0, "max_daa": 60.0, "cut": True}, 40.0, 60.0),
        ({"min_daa": 40.0, "target_daa": 50.0, "cut": True}, 50.0, 100.0),
        ({"target_daa": 50.0, "max_daa": 55.0, "cut": True}, 50.0, 55.0),
        ({"max_daa": 60.0, "cut": True}, None, None),  # what is wished is not said
    ],
)
def test_which_size_is_wished_and_from_where_land_is_cut(values, wished, cut_from):
    wish = Criteria(**values)
    assert (wish.wished_daa, wish.cut_from_daa) == (wished, cut_from)


@given(wishes)
def test_a_wish_comes_back_as_it_was(wish):
    assert from_json(wish.as_json()) == wish


def test_what_is_asked_for_twice_is_asked_for_once():
    wish = from_json('{"zones": ["b", "a", "b"], "avoid": ["flood", "flood"]}')
    assert wish == Criteria(zones=("b", "a"), avoid=("flood",))


def test_what_is_not_asked_for_is_not_written():
    assert Criteria().as_json() == "{}"
    assert Criteria(min_daa=40).as_json() == '{"min_daa": 40}'


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"min_daa": -1.0}, "min_daa"),
        ({"min_daa": float("nan")}, "min_daa"),
        ({"max_station_m": float("inf")}, "max_station_m"),
        ({"max_road_m": 2e6}, "max_road_m"),
        ({"min_daa": 2.0, "max_daa": 1.0}, "max_daa"),
        ({"min_daa": 2.0, "target_daa": 1.0}, "target_daa"),
        ({"max_daa": 2.0, "target_daa": 3.0}, "target_daa"),
        ({"target_daa": float("nan")}, "target_daa"),
        ({"rectangle_m": (10.0, 0.5)}, "rectangle_m"),
        ({"rectangle_m": (float("nan"), 10.0)}, "rectangle_m"),
        ({"avoid": ("støy",)}, "avoid"),
    ],
)
def test_a_criterion_without_sense_is_refused_by_name(values, named):
    with raising("error.wish") as refused:
        Criteria(**values)
    assert refused.value.parts["name"] == named


@pytest.mark.parametrize("values", [{"size": -1.0}, {"abc": float("nan")}, {"road": 1e7}])
def test_a_weight_without_sense_is_refused(values):
    with raising("error.wish"):
        Weights(**values)


def test_all_weights_may_not_be_0():
    with raising("error.wish"):
        Weights(size=0, station=0, road=0, constraints=0, growth=0, abc=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"min_daa": "40"}',
        '{"min_dekar": 40}',
        '{"min_daa": NaN}',
        '{"min_daa": 1e999}',
        '{"rectangle_m": [1]}',
        '{"growth": "always"}',
        '{"weights": {"noise": 1}}',
        '{"zones": "v"}',
        "\ud800",
    ],
)
def test_what_the_program_does_not_write_is_refused(text):
    with raising("error.wish_unreadable"):
        from_json(text)


def test_a_senseless_value_in_a_saved_search_is_refused_as_such():
    with raising("error.wish"):
        from_json('{"min_daa": -1}')
