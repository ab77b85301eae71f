"""Shapes in a link come back as they were, or as near as the link says; nonsense is refused."""

from __future__ import annotations

import base64
import random
import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import LinkError
from geo.geometry import link

# Lillestrøm in EPSG:25832, and far beyond.
EASTS, NORTHS = st.integers(60_000_000, 64_000_000), st.integers(660_000_000, 667_000_000)


def centimetre(pair):
    return pair[0] / 100, pair[1] / 100


points = st.tuples(EASTS, NORTHS).map(centimetre).map(shapely.Point)
rings = st.lists(st.tuples(EASTS, NORTHS).map(centimetre), min_size=3, max_size=12, unique=True)
polygons = rings.map(shapely.Polygon)


@given(st.lists(points | polygons, min_size=1, max_size=4))
def test_what_lies_on_the_grid_comes_back_as_it_was(shapes):
    found = link.unpack(link.pack(shapes).text)
    assert found.off_m == 0
    for one, other in zip(found.shapes, shapes, strict=True):
        assert one.wkb == other.wkb


@given(
    st.lists(st.tuples(st.floats(6e5, 6.1e5), st.floats(6.6e6, 6.61e6)), min_size=3, max_size=30)
)
def test_a_corner_moves_less_than_a_centimetre(corners):
    before = shapely.Polygon(corners)
    (on_grid,) = link.on_grid([before])
    moved = np.abs(shapely.get_coordinates(on_grid) - shapely.get_coordinates(before))
    assert moved.max() <= 0.005 + 1e-6
    assert link.unpack(link.pack([on_grid]).text).shapes[0].wkb == on_grid.wkb


def test_a_square_of_a_hundred_metres_is_short_and_keeps_its_hole():
    square = shapely.box(612_000, 6_648_000, 612_100, 6_648_100)
    holed = square.difference(shapely.box(612_040, 6_648_040, 612_060, 6_648_060))
    packed = link.pack([holed])
    assert len(packed.text) < 60
    assert link.unpack(packed.text).shapes[0].area == 10_000 - 400
    assert packed.off_m == 0


def wobbly(corners, radius=400.0, depth=30.0):
    drawn = random.Random(19)  # noqa: S311  # a coast, not a secret
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    far = [radius + depth * drawn.uniform(-0.05, 0.05) + 20 * np.sin(9 * one) for one in angles]
    return shapely.Polygon(
        [
            (612_000 + r * np.cos(a), 6_648_000 + r * np.sin(a))
            for r, a in zip(far, angles, strict=True)
        ]
    )


def test_an_outline_too_long_is_simplified_no_more_than_it_says():
    (shape,) = link.on_grid([wobbly(3_000)])
    packed = link.pack([shape])
    assert 0 < packed.off_m <= max(link.STEPS_M) + 0.01
    assert len(packed.text) <= link.MOST_CHARACTERS
    found = link.unpack(packed.text)
    assert found.off_m == pytest.approx(packed.off_m)
    assert found.shapes[0].is_valid
    assert shapely.hausdorff_distance(found.shapes[0], shape) <= packed.off_m
    # The first step that fits is taken: no outline is coarser than it has to be.
    place = link.STEPS_M.index(round(packed.off_m - 0.01, 1))
    finer = link.pack([shape.simplify(([0.0, *link.STEPS_M])[place])], most=10_000)
    assert len(finer.text) > link.MOST_CHARACTERS


def test_what_is_too_much_for_any_link_is_not_packed():
    many = [shapely.Point(600_000 + 997 * one % 9_000, 6_648_000 + one) for one in range(1_000)]
    assert link.pack(many) is None


@pytest.mark.parametrize(
    "text",
    ["", "A", "AQ", "AQAA", "!!!", "æøå", "AQAB", "AQABAQ", "AQAC____", "_" * 400, "AQAB" * 300],
)
def test_nonsense_is_refused(text):
    with pytest.raises(LinkError):
        link.unpack(text)


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_any_text_is_read_or_refused(text):
    try:
        found = link.unpack(text)
    except LinkError:
        return
    assert all(np.isfinite(shapely.get_coordinates(one)).all() for one in found.shapes)


@given(points | polygons, st.data())
def test_a_text_cut_short_is_refused(shape, data):
    text = link.pack([shape]).text
    cut = data.draw(st.integers(0, len(text) - 2))
    with pytest.raises(LinkError):
        link.unpack(text[:cut])


def written(*numbers):
    """A link's text of these numbers, as no map would make it."""
    packed = b"".join(link._varint(one) for one in numbers)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


HERE = (2 * 61_000_000, 2 * 665_000_000)


@pytest.mark.parametrize(
    "text",
    [
        written(1, 0, 1, 1, 2**62, *HERE),  # corners without end
        written(1, 0, 2**62, 0, *HERE),  # shapes without end
        written(1, 0, 1, 2**62, 3, *HERE),  # holes without end
        written(1, 2**60, 1, 0, *HERE),  # simplified by more than the Earth
        written(1, 0, 1, 0, 4_000_000_000, 4_000_000_000),  # no degrees there
        written(1, 0, 101, *[0, *HERE], *[0, 0, 0] * 100),  # each would be screened
        written(1, 0, 1, 1, 170_000, *[2, 4] * 170_000),  # longer than any that is made
    ],
)
def test_what_no_map_makes_is_refused_before_it_costs_anything(text):
    before = time.process_time()
    with pytest.raises(LinkError):
        link.unpack(text)
    assert time.process_time() - before < 0.05


def test_a_hundred_places_are_read_and_no_more_are_packed():
    text = written(1, 0, 100, *[0, *HERE], *[0, 0, 0] * 99)
    assert len(link.unpack(text).shapes) == 100
    points = [shapely.Point(610_000, 6_650_000)] * 101
    assert link.pack(points[:100]) is not None
    assert link.pack(points) is None


@pytest.mark.parametrize("far", [shapely.Point(np.inf, np.inf), shapely.Point(4e6, -15.6e6)])
def test_what_is_drawn_on_the_other_side_of_the_globe_is_in_no_link(far):
    assert link.pack([far]) is None
