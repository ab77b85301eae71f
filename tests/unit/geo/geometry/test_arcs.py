"""Strokes for arcs: against circles whose centre and radius are known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.geometry.arcs import stroke

CENTRE = np.array([613_900.0, 6_649_900.0])
ANGLES = st.floats(-np.pi, np.pi)


def on_circle(radius, *angles):
    return [CENTRE + radius * np.array([np.cos(a), np.sin(a)]) for a in angles]


@given(
    radius=st.floats(0.5, 5_000),
    first=ANGLES,
    sweep=st.floats(0.01, 6.2) | st.floats(-6.2, -0.01),
    part=st.floats(0.1, 0.9),
)
def test_strokes_stay_within_a_millimetre_and_turn_the_right_way(radius, first, sweep, part):
    points = stroke(*on_circle(radius, first, first + part * sweep, first + sweep))
    middles = (points[1:] + points[:-1]) / 2
    assert np.hypot(*(points - CENTRE).T) == pytest.approx(radius, abs=1e-4)
    assert (radius - np.hypot(*(middles - CENTRE).T)).max() < 0.001_1
    length = np.hypot(*np.diff(points, axis=0).T).sum()
    assert length == pytest.approx(radius * abs(sweep), rel=0.01)


def test_the_given_points_are_among_the_strokes():
    given_points = on_circle(100, 0.1, 0.9, 2.2)
    points = stroke(*given_points)
    assert all((points == one).all(axis=1).any() for one in given_points)
    assert (points[0] == given_points[0]).all()
    assert (points[-1] == given_points[2]).all()


def test_an_arc_shared_by_neighbours_gets_the_same_points_both_ways():
    a, b, c = on_circle(37.3, 0.3, 1.1, 2.9)
    assert np.array_equal(stroke(a, b, c), stroke(c, b, a)[::-1])


def test_a_full_circle_is_one_whose_middle_point_lies_across():
    start, across = on_circle(100, 0, np.pi)
    ring = shapely.Polygon(stroke(start, across, start))
    assert ring.area == pytest.approx(np.pi * 100**2, rel=2e-5)
    assert ring.centroid.coords[0] == pytest.approx(tuple(CENTRE), abs=1e-6)


def test_half_a_circle_of_a_hundred_metres_needs_some_hundred_strokes():
    # 2·acos(1 − 0.001/100) is 0.5125°, and each quarter has 90/0.5125 → 176 of them.
    assert len(stroke(*on_circle(100, 0, np.pi / 2, np.pi))) == 2 * 176 + 1


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (1, 1), (2, 2)],
        [(0, 0), (0, 0), (2, 2)],
        [(0, 0), (2, 2), (2, 2)],
        [(1, 1), (1, 1), (1, 1)],
    ],
)
def test_points_on_a_line_stay_as_they_are(points):
    assert stroke(*points).tolist() == [list(map(float, one)) for one in points]


def test_a_radius_without_end_does_not_take_the_memory():
    assert len(stroke((0, 0), (1e15, 1e15), (2e15, 0))) < 300_000


def test_a_circle_smaller_than_the_tolerance_keeps_its_points():
    assert len(stroke((0, 0), (0.0005, 0.0005), (0.001, 0))) == 3
