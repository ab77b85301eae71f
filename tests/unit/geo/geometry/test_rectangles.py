"""A rectangle of a × b fits or does not: worked by hand, by brute force, and built in."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from geo.geometry import rectangles
from geo.geometry.rectangles import ROUNDING_M, TOLERANCE_M, _wide_places, placed

EAST, NORTH = 615_000.0, 6_650_000.0
ELL = shapely.Polygon([(0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100)])
YARD = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))

sizes = st.floats(5, 120)
angles = st.floats(0, 180)


def fits(shape, long, short):
    (found,) = placed(np.array([shape], dtype=object), long, short)
    if found is not None:
        assert_right(shape, found, long, short)
    return found is not None


def assert_right(shape, found, long, short):
    # Moved to the polygon's middle and back, so covered but for the rounding of coordinates.
    assert found.difference(shape).area < 1e-6
    corners = shapely.get_coordinates(found)[:4]
    sides = sorted(np.hypot(*(corners[k + 1] - corners[k])) for k in (0, 1))
    assert sides == pytest.approx(sorted((long, short)), abs=ROUNDING_M * 1.01)
    assert abs(np.dot(corners[1] - corners[0], corners[2] - corners[1])) < 1e-3  # a right angle


def turned(shape, degrees, *, x=EAST, y=NORTH):
    return affinity.translate(affinity.rotate(shape, degrees, origin=(0, 0)), x, y)


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 133.3])
@pytest.mark.parametrize(
    ("shape", "long", "short", "truth"),
    [
        (shapely.box(0, 0, 50, 40), 50, 40, True),
        (shapely.box(0, 0, 50, 40), 40, 50, True),  # in any order
        (shapely.box(0, 0, 50, 40), 50.01, 39, False),
        (shapely.box(0, 0, 100, 10), 100, 10, True),
        (ELL, 100, 50, True),
        (ELL, 60, 60, False),  # the inner corner may not lie inside it
        (ELL, 51, 51, False),
        (YARD, 100, 40, True),
        (YARD, 100, 41, False),
        (YARD, 40, 40, True),
        (shapely.Polygon([(0, 0), (100, 0), (0, 100)]), 50, 50, True),
        (shapely.Polygon([(0, 0), (100, 0), (0, 100)]), 50.6, 50.6, False),
        (shapely.Point(0, 0).buffer(50, quad_segs=64), 70, 70, True),  # the circle takes 70.7
        (shapely.Point(0, 0).buffer(50, quad_segs=64), 71, 71, False),
    ],
)
def test_a_rectangle_fits_where_it_can_be_shown_by_hand(shape, long, short, truth, degrees):
    assert fits(turned(shape, degrees), long, short) is truth


def test_a_diagonal_rectangle_fits_where_none_along_the_edges_does():
    # A square of 100 m takes 120 × 10 only across: along its diagonal of 141 m.
    square = turned(shapely.box(0, 0, 100, 100), 0)
    assert fits(square, 120, 10)
    assert not fits(square, 140, 10)


def test_a_neck_does_not_join_two_halves_for_a_rectangle():
    halves = shapely.union_all(
        [shapely.box(0, 0, 50, 50), shapely.box(50, 20, 60, 30), shapely.box(60, 0, 110, 50)]
    )
    assert fits(halves, 50, 50)
    assert not fits(halves, 60, 40)
    assert fits(halves, 110, 10)  # through the neck


def test_a_place_is_cut_down_to_single_polygons():
    # An arm that comes back near the disc is cut off from it, and would hide the edges of both.
    disc = shapely.Point(0, 0).buffer(60, quad_segs=64)
    arm = [shapely.box(50, -2, 90, 2), shapely.box(86, -2, 90, 72), shapely.box(0, 68, 90, 72)]
    shape = shapely.union_all([disc, *arm])
    places, cores, owner = _wide_places(np.array([shape]), 100, 60)
    assert shapely.get_type_id(places).tolist() == [3]
    assert places[0].intersection(disc).area == pytest.approx(disc.area)
    assert (len(cores), owner.tolist()) == (1, [0])
    assert fits(turned(shape, 0), 100, 60)


def test_only_what_the_widest_place_leaves_open_is_shrunk(monkeypatch):
    shrunk = []

    def wide_places(shapes, long, short):
        shrunk.extend(shapes)
        return _wide_places(shapes, long, short)

    monkeypatch.setattr(rectangles, "_wide_places", wide_places)
    strip = shapely.box(0, 0, 1000, 35)  # large enough, but no circle of 40 m fits
    # A round room at the end of a long arm; the middle and most of the land are in the arm.
    arm = shapely.union_all([shapely.Point(0, 0).buffer(40), shapely.box(0, -5, 2000, 5)])
    square = shapely.box(0, 0, 45, 45)  # wide enough, and too short whichever way
    found = placed(np.array([strip, arm, square], dtype=object), 50, 40)
    assert [one is not None for one in found] == [False, True, False]
    assert [one.area for one in shrunk] == [pytest.approx(45 * 45)]


def test_what_has_no_area_holds_nothing():
    shapes = np.array([None, shapely.Polygon(), shapely.box(0, 0, 9, 9)], dtype=object)
    assert [one is not None for one in placed(shapes, 8, 8)] == [False, False, True]
    assert placed(np.array([], dtype=object), 8, 8).tolist() == []


def test_the_answer_is_each_polygon_s_own():
    shapes = [turned(ELL, 20), turned(YARD, 50), shapely.box(0, 0, 5, 5), turned(ELL, 71)]
    shapes *= 100  # more than one block, in threads
    together = placed(np.array(shapes, dtype=object), 95, 48)
    alone = [fits(shape, 95, 48) for shape in shapes[:4]]
    assert [one is not None for one in together] == alone * 100
    assert alone == [True, False, False, True]


@settings(max_examples=60, deadline=None)
@given(long=sizes, short=sizes, degrees=angles, data=st.data())
def test_a_rectangle_that_was_built_in_is_found(long, short, degrees, data):
    more = TOLERANCE_M
    inner = shapely.box(0, 0, long + more, short + more)
    spots = st.tuples(st.floats(-60, 160), st.floats(-60, 160), st.floats(5, 60))
    blobs = [
        shapely.Point(x, y).buffer(r, quad_segs=3)
        for x, y, r in data.draw(st.lists(spots, max_size=6))
    ]
    whole = shapely.get_parts(shapely.union_all([inner, *blobs]))
    (shape,) = whole[shapely.intersects(whole, inner.centroid)]
    # Holes beside it do not matter.
    holes = [shapely.Point(x, y).buffer(4) for x, y, _ in data.draw(st.lists(spots, max_size=4))]
    shape = shape.difference(shapely.union_all(holes).difference(inner.buffer(0.01)))
    parts = shapely.get_parts(shape)
    (shape,) = parts[shapely.intersects(parts, inner.centroid)]
    assert fits(turned(shape, degrees), long, short)


@settings(max_examples=60, deadline=None)
@given(
    corners=st.lists(st.tuples(st.floats(0, 200), st.floats(0, 200)), min_size=3, max_size=9),
    long=sizes,
    short=sizes,
)
def test_no_rectangle_fits_that_is_larger_or_wider_than_the_polygon(corners, long, short):
    hull = shapely.convex_hull(shapely.MultiPoint(corners))
    shape = turned(hull.buffer(1, quad_segs=2), 0)
    frame = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    narrow = min(np.hypot(*(frame[k + 1] - frame[k])) for k in (0, 1))
    # The least width of a convex shape is at most the short side of any rectangle around it.
    too_large = (long - ROUNDING_M) * (short - ROUNDING_M) > shape.area
    too_wide = min(long, short) - ROUNDING_M > narrow
    too_long = math.hypot(long, short) - 2 * ROUNDING_M > shapely.length(
        shapely.minimum_bounding_circle(shape)
    )
    found = fits(shape, long, short)
    assert not (found and (too_large or too_wide or too_long))


def brute(shape, long, short):
    """Try every degree and every metre."""
    minx, miny, maxx, maxy = shape.bounds
    x, y = np.meshgrid(np.arange(minx, maxx), np.arange(miny, maxy))
    centres = np.column_stack([x.ravel(), y.ravel()])
    centres = centres[shapely.contains_xy(shape, centres)]
    shapely.prepare(shape)
    corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (long / 2, short / 2)
    for degrees in range(0, 180, 3):
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        ring = corner @ np.array([[cos, sin], [-sin, cos]])
        inside = shapely.contains_xy(shape, centres + ring[0])
        some = centres[inside]
        if len(some) and shapely.covers(shape, shapely.polygons(some[:, None] + ring)).any():
            return True
    return False


@pytest.mark.parametrize("seed", range(12))
def test_brute_force_never_finds_more(seed):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 14))
    radius = rng.uniform(15, 45, 14)
    star = shapely.Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    shape = shapely.make_valid(star)
    for long, short in ((15, 12), (25, 12), (30, 20), (40, 8), (20, 20), (25, 22)):
        if brute(shape, long + TOLERANCE_M, short + TOLERANCE_M):
            assert fits(shape, long, short), (long, short)
        elif not brute(shape, long * 0.85, short * 0.85):
            # Brute force misses by a metre and three degrees at most, not by 15 %.
            assert not fits(shape, long, short), (long, short)


def test_brute_force_has_both_answers_to_compare_with():
    shape = turned(ELL, 30, x=0, y=0)
    assert brute(shape, 90, 40)
    assert not brute(shape, 60, 60)


def test_a_polygon_on_which_the_plain_overlay_fails_is_answered():
    long, short = 58.250015817209245, 28.61105832380724
    inner = shapely.box(0, 0, long + TOLERANCE_M, short + TOLERANCE_M)
    blobs = [
        shapely.Point(x, 0).buffer(r, quad_segs=3) for x, r in ((0, 41.70187270978705), (15, 31))
    ]
    hole = shapely.Point(0, 0).buffer(4).difference(inner.buffer(0.01))
    shape = shapely.union_all([inner, *blobs]).difference(hole)
    (shape,) = (one for one in shapely.get_parts(shape) if one.intersects(inner.centroid))
    assert fits(turned(shape, 0.0), long, short)
