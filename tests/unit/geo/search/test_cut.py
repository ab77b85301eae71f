"""A piece cut out of a part: of the wished size, inside, in one piece, and where one comes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.geometry.width import wide
from geo.search import cut as module
from geo.search.cut import cut_out

WIDTH = 20.0
FIELD = shapely.box(0, 0, 1000, 500)  # 500 daa


def test_a_field_is_cut_at_the_corner_where_one_comes_by_hand():
    """200 by 200 m in the south-west corner; the rest is an L of 460 daa, in one piece."""
    found = cut_out(FIELD, 40_000, shapely.Point(-300, -300), WIDTH)
    assert found.piece.area == pytest.approx(40_000, abs=0.001)
    assert found.piece.bounds == pytest.approx((0, 0, 200, 200), abs=0.01)
    assert (found.rest_m2, found.rest_parts) == (pytest.approx(460_000, abs=0.01), 1)


def test_a_narrow_field_is_cut_from_border_to_border():
    """100 m wide: 40 daa is the nearest 400 m of it."""
    found = cut_out(shapely.box(0, 0, 1000, 100), 40_000, shapely.Point(1200, 50), WIDTH)
    assert found.piece.bounds == pytest.approx((600, 0, 1000, 100), abs=0.01)


def test_without_a_goal_it_is_cut_where_there_is_most_room():
    bottle = shapely.union_all([shapely.box(0, 0, 300, 300), shapely.box(300, 130, 900, 170)])
    found = cut_out(bottle, 10_000, None, WIDTH)
    assert found.piece.distance(shapely.Point(150, 150)) == 0


def test_a_neck_that_is_too_narrow_is_passed_by():
    """The goal is at the neck's end, 10 m wide; the piece begins where the field is wide."""
    bottle = shapely.union_all([shapely.box(0, 0, 300, 300), shapely.box(300, 145, 900, 155)])
    found = cut_out(bottle, 10_000, shapely.Point(1000, 150), WIDTH)
    assert found.piece.bounds[2] == pytest.approx(300, abs=0.01)
    assert wide(np.array([found.piece], dtype=object), WIDTH).all()


@pytest.mark.parametrize(
    ("part", "area"),
    [
        (FIELD, 500_000),  # all of it is no piece
        (FIELD, 600_000),
        (FIELD, 0.0),
        (FIELD, 300.0),  # a circle of 20 m takes 314 m²
        (shapely.box(0, 0, 1000, 10), 5_000),  # nowhere 20 m wide
    ],
)
def test_what_cannot_be_cut_gives_none(part, area):
    assert cut_out(part, area, shapely.Point(0, 0), WIDTH) is None


def _blob(seed, corners, hole):
    """A field of so many corners, some hundred metres across; with a house and its yard."""
    made = np.random.default_rng(seed)
    angle = np.sort(made.uniform(0, 2 * np.pi, corners))
    reach = made.uniform(60, 400, corners)
    ring = shapely.Polygon(np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]))
    field = ring.buffer(0)
    if hole:
        field = field.difference(shapely.Point(made.uniform(-80, 80, 2)).buffer(25))
    parts = shapely.get_parts(field)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    return shapely.transform(largest, lambda at: at + np.array([612_000.0, 6_650_000.0]))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    corners=st.integers(3, 14),
    hole=st.booleans(),
    share=st.floats(0.05, 0.9),
    angle=st.floats(0, 6.3),
)
def test_a_piece_is_inside_of_the_size_in_one_piece_and_wide_enough(
    seed, corners, hole, share, angle
):
    part = _blob(seed, corners, hole)
    assume(part.area > 5_000)
    middle = part.centroid
    goal = shapely.Point(middle.x + 2000 * np.cos(angle), middle.y + 2000 * np.sin(angle))
    found = cut_out(part, share * part.area, goal, WIDTH)
    assume(found is not None)
    piece = found.piece
    assert piece.geom_type == "Polygon"
    assert piece.is_valid
    assert share * part.area <= piece.area <= share * part.area * 1.01
    assert piece.difference(part).area < 1e-5
    assert wide(np.array([piece], dtype=object), WIDTH).all()
    assert found.rest_m2 == pytest.approx(part.area - piece.area, abs=0.01)
    again = cut_out(part, share * part.area, goal, WIDTH)
    assert again.piece.equals_exact(piece)


def test_nearly_every_field_that_is_wide_can_be_cut():
    """What the property passes over must be the exception."""
    goal = shapely.Point(610_000, 6_651_000)
    fields = [_blob(seed, 4 + seed % 9, seed % 2 == 0) for seed in range(60)]
    fields = [one for one in fields if one.area > 20_000]
    cut = [cut_out(one, 0.3 * one.area, goal, WIDTH) is not None for one in fields]
    assert len(cut) > 30
    assert np.mean(cut) > 0.95


def test_a_border_that_the_engine_draws_across_itself_is_no_end():
    """GEOS 3.14 grows this field, made narrower before, to one that no overlay takes."""
    field = _blob(143, 13, hole=True)
    inner = shapely.buffer(field, -WIDTH / 2, join_style="mitre")
    assert not shapely.buffer(inner, WIDTH / 2, join_style="mitre").is_valid
    found = cut_out(field, 0.5 * field.area, shapely.Point(615_000, 6_650_000), WIDTH)
    assert found.piece.area == pytest.approx(0.5 * field.area, abs=0.001)


def test_the_part_itself_is_left_as_it_was():
    part = shapely.box(0, 0, 1000, 500)
    before = part.wkb
    cut_out(part, 40_000, shapely.Point(0, 0), WIDTH)
    assert part.wkb == before


def halved(field, start, sides, area_m2):
    """Grow by halving alone, of the whole field each time: slow, and plain to see."""
    middle = shapely.get_coordinates(start)[0]
    farthest = shapely.hausdorff_distance(field, start) + 1.0
    along, across = module._directions(field)
    reach = 2 * farthest * max(one for one in sides if one < np.inf)
    low, high = 0.0, 2 * farthest
    for _ in range(60):
        size = (low + high) / 2
        half = [reach if one == np.inf else one * size for one in sides]
        a, b = along * half[0], across * half[1]
        box = shapely.Polygon([middle + a + b, middle - a + b, middle - a - b, middle + a - b])
        parts = shapely.get_parts(shapely.intersection(field, box))
        near = [one for one in parts if one.area and one.distance(start) <= 0.001]
        piece = max(near, key=lambda one: one.area, default=shapely.Polygon())
        if 0 <= piece.area - area_m2 <= module._EXACT_M2:
            return piece
        low, high = (size, high) if piece.area < area_m2 else (low, size)
    return None


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    corners=st.integers(3, 14),
    hole=st.booleans(),
    share=st.floats(0.02, 1.1),
    inside=st.booleans(),
    sides=st.sampled_from(module._SIDES),
)
def test_a_piece_is_the_one_that_halving_finds(seed, corners, hole, share, inside, sides):
    field = _blob(seed, corners, hole)
    assume(field.area > 5_000)
    far = shapely.Point(field.centroid.x + 3000, field.centroid.y - 500)
    start = (
        field.point_on_surface()
        if inside
        else shapely.get_point(shapely.shortest_line(field, far), 0)
    )
    found = module._grown(field, start, sides, share * field.area)
    plain = halved(field, start, sides, share * field.area)
    assert (found is None) == (plain is None)
    if found is not None:
        assert 0 <= found.area - share * field.area <= module._EXACT_M2
        assert found.symmetric_difference(plain).area < 2 * module._EXACT_M2 + 1e-4
