"""Arcs lie within a millimetre of their circle and go the way that SOSI defines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.sosi import arcs
from geo.intake.sosi.faults import ObjectError

CENTRE = np.array([613_800.0, 6_649_900.0])


def on_circle(radius, angle):
    return CENTRE + radius * np.array([math.cos(angle), math.sin(angle)])


def sagitta(points, radius):
    """How far the middles of the strokes lie inside the circle, at most."""
    middles = (points[1:] + points[:-1]) / 2
    return radius - np.hypot(*(middles - CENTRE).T).min()


def turned(points):
    """The angle that the strokes go around the centre, anticlockwise."""
    angles = np.unwrap(np.arctan2(*(points - CENTRE).T[::-1]))
    return angles[-1] - angles[0]


@given(
    radius=st.floats(1, 5_000),
    start=st.floats(-math.pi, math.pi),
    sweep=st.one_of(st.floats(0.1, 6), st.floats(-6, -0.1)),
    share=st.floats(0.1, 0.9),
)
def test_an_arc_through_three_points(radius, start, sweep, share):
    three = np.array([on_circle(radius, start + sweep * part) for part in (0, share, 1)])
    strokes = arcs.through(three, 0.001)
    assert (strokes[[0, -1]] == three[[0, -1]]).all()
    assert turned(strokes) == pytest.approx(sweep, abs=1e-3)
    assert sagitta(strokes, radius) < 0.00101


@given(
    radius=st.floats(1, 5_000),
    start=st.floats(-math.pi, math.pi),
    sweep=st.one_of(st.floats(0.1, 6), st.floats(-6, -0.1)),
)
def test_an_arc_with_a_radius(radius, start, sweep):
    two = np.array([on_circle(radius, start), on_circle(radius, start + sweep)])
    signed = -radius if sweep > 0 else radius
    strokes = arcs.with_radius(two, signed, 0.001, large=abs(sweep) > math.pi)
    if abs(abs(sweep) - math.pi) > 0.01:  # where either arc is as long
        assert turned(strokes) == pytest.approx(sweep, abs=1e-3)
        assert sagitta(strokes, radius) < 0.0011


def test_a_positive_radius_is_clockwise():
    two = np.array([[0.0, 0.0], [20.0, 0.0]])
    over = arcs.with_radius(two, 10.0, 0.001, large=False)
    under = arcs.with_radius(two, -10.0, 0.001, large=False)
    assert over[:, 1].max() == pytest.approx(10, abs=0.001)
    assert under[:, 1].min() == pytest.approx(-10, abs=0.001)


def test_circles_close_and_have_their_area():
    for points in (
        arcs.circle(CENTRE, 30.0, 0.001),
        arcs.circle_through(np.array([on_circle(30, angle) for angle in (0, 2, 4)]), 0.001),
    ):
        assert (points[0] == points[-1]).all()
        x, y = (points - CENTRE).T
        area = abs(np.sum(x[1:] * y[:-1] - x[:-1] * y[1:])) / 2
        assert math.pi * 900 - 0.001 * math.tau * 30 < area < math.pi * 900


def test_three_points_on_a_line_are_that_line():
    line = np.array([[0.0, 0.0], [5.0, 5.0], [10.0, 10.0]])
    assert arcs.through(line, 0.001).tolist() == line.tolist()


@pytest.mark.parametrize("radius", [0.0, 9.0])
def test_a_radius_that_does_not_reach_is_no_arc(radius):
    with pytest.raises(ObjectError, match="arc"):
        arcs.with_radius(np.array([[0.0, 0.0], [20.0, 0.0]]), radius, 0.001, large=False)


def test_an_arc_of_too_many_strokes_is_refused():
    with pytest.raises(ObjectError, match="arc"):
        arcs.circle(CENTRE, 1e9, 0.001)
