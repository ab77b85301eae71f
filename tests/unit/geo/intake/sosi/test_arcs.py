"""Arcs lie within a millimetre of their circle and go the way that SOSI defines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.sosi import arcs
from geo.intake.sosi.faults import ObjectError
from tests.support.sosi import item, notes, opened

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


LINE = np.array([[0.0, 0.0], [5.0, 5.0], [10.0, 10.0]])


@pytest.mark.parametrize(
    ("reason", "made"),
    [
        ("no_radius", lambda: arcs.with_radius(LINE, 0.0, 0.001, large=False)),
        ("no_radius", lambda: arcs.circle(CENTRE, 0.0, 0.001)),
        ("arc_apart", lambda: arcs.with_radius(LINE, 7.0, 0.001, large=False)),
        ("arc_ends", lambda: arcs.with_radius(LINE[[0, 0]], 7.0, 0.001, large=False)),
        ("arc_huge", lambda: arcs.with_radius(LINE, 1e13, 0.001, large=True)),
        ("arc_huge", lambda: arcs.circle(CENTRE, 1e9, 0.001)),
        ("circle", lambda: arcs.circle_through(LINE, 0.001)),
        ("circle", lambda: arcs.circle_through(LINE[[0, 0, 2]], 0.001)),
    ],
)
def test_what_makes_no_arc_is_refused_for_its_own_reason(reason, made):
    with pytest.raises(ObjectError) as error:
        made()
    assert error.value.msgid == f"finding.sosi_{reason}"


@pytest.mark.parametrize("kind", ["KLOTOIDE", "BEZIER"])
def test_a_curve_that_cannot_be_stroked_is_named_by_its_own_kind(kind):
    sites = opened(
        item(kind, 1, (0, 0), (9, 9), objtype="Veg"), item("PUNKT", 2, (0, 0), objtype="Veg")
    )
    (note,) = notes(sites)
    assert f"kurver av typen {kind} kan ikke leses" in note.say("nb")
    assert f"curves of the kind {kind} cannot be read" in note.say("en")


@pytest.mark.parametrize(
    ("points", "norwegian", "english"),
    [
        (((0, 0),), "har 1 punkt og", "has 1 point and"),
        ((), "har 0 punkter og", "has 0 points and"),
    ],
)
def test_one_point_is_not_said_as_several(points, norwegian, english):
    sites = opened(
        item("KURVE", 1, *points, objtype="Tomt"), item("PUNKT", 2, (0, 0), objtype="Tomt")
    )
    (note,) = notes(sites)
    assert norwegian in note.say("nb")
    assert english in note.say("en")


def test_of_lines_alone_the_largest_type_is_not_said_to_have_areas_or_points():
    line = [item("KURVE", n, (0, n), (9, n), objtype="Veg") for n in (1, 2)]
    sites = opened(item("KURVE", 3, (0, 5), (9, 5), objtype="Bekk"), *line)
    (note,) = sites.attrs["assumptions"]
    assert len(sites) == 2
    assert "«Veg» er brukt, objekttypen med flest objekter (flater går foran" in note.say("nb")
    assert "“Veg” is used, the object type with most objects (areas go before" in note.say("en")
