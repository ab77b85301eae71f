"""
The quick bound of the search for rectangles loses no place: held against plain erosion.

Plain: for one direction, the centres of all rectangles inside are the polygon without what is
within the rectangle's reach of each edge, worked out edge by edge.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from geo.geometry.rectangle_fit import border, own_directions, room_between
from geo.geometry.rectangle_spans import Directions
from geo.geometry.rectangles import TOLERANCE_M, placed
from geo.land.compute import account
from geo.search.candidates import RESERVE, candidates
from tests.support.reading import embedded

ELL = shapely.Polygon([(0, 0), (100, 0), (100, 50), (50, 50), (50, 100), (0, 100)])


def bounded(shape, long, short, degrees=0.0):
    """Room, and the box for the centre, turned as the rectangle is."""
    spans = Directions(np.array([0]), np.radians([degrees]))
    room, boxes = room_between(border(np.array([shape]), short), spans, long, short)
    return bool(room[0]), shapely.box(*boxes.low[0], *boxes.high[0])


def centres(shape, long, short, degrees):
    """Where the centre of a rectangle inside may be, turned as the rectangle is."""
    flat = affinity.rotate(shape, -degrees, origin=(0, 0))
    reach = shapely.box(-long / 2, -short / 2, long / 2, short / 2)
    corners = np.array(reach.exterior.coords[:4])
    crossed = []
    for ring in [flat.exterior, *flat.interiors]:
        ends = np.array(ring.coords)
        for start, end in pairwise(ends):
            both = np.concatenate([corners + start, corners + end])
            crossed.append(shapely.convex_hull(shapely.MultiPoint(both)))
    return flat.difference(shapely.union_all(crossed))


def test_a_corner_in_the_way_leaves_no_room_where_the_extent_alone_would():
    assert bounded(shapely.box(0, 0, 100, 100), 80, 80)[0]
    assert not bounded(ELL, 80, 80)[0]


def test_a_rectangle_as_large_as_the_polygon_has_room_at_its_middle():
    room, box = bounded(shapely.box(0, 0, 100, 50), 100, 50)
    assert room
    assert box.centroid.distance(shapely.Point(50, 25)) < 0.01
    assert box.area < 0.01


def test_the_centre_is_bounded_to_the_arm_that_has_room():
    _, box = bounded(ELL, 90, 40)  # only along the lower arm: 45 ≤ x ≤ 55, 20 ≤ y ≤ 30
    assert box.covers(shapely.box(45, 20, 55, 30))
    assert shapely.box(45, 20, 55, 30).buffer(4).covers(box)


def test_a_rectangle_far_too_small_for_the_cells_is_not_ruled_out():
    room, box = bounded(shapely.box(0, 0, 5000, 5000), 3, 1)
    assert room
    assert box.covers(shapely.box(1.5, 0.5, 4998.5, 4999.5))


blobs = st.lists(
    st.tuples(st.floats(0, 120), st.floats(0, 120), st.floats(8, 50)), min_size=1, max_size=6
)


@settings(max_examples=150, deadline=None)
@given(land=blobs, holes=blobs, long=st.floats(5, 120), part=st.floats(0.1, 1), data=st.data())
def test_no_place_is_lost_in_a_random_polygon(land, holes, long, part, data):
    whole = shapely.union_all([shapely.Point(x, y).buffer(r, quad_segs=2) for x, y, r in land])
    taken = shapely.union_all([shapely.box(x, y, x + r / 4, y + r / 6) for x, y, r in holes])
    shape = max(shapely.get_parts(whole.difference(taken)), key=shapely.area, default=None)
    if shape is None:
        return
    short, degrees = long * part, data.draw(st.floats(0, 180))
    truth = centres(shape, long, short, degrees)
    room, box = bounded(shape, long, short, degrees)
    if not truth.is_empty:
        assert room
        assert truth.difference(box.buffer(1e-3)).area < 1e-6


@lru_cache
def open_land():
    pack = embedded()
    names = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    land = account(*(pack.layer(layer) for layer in names), measured=False)
    pieces = candidates(land, join=True, densification=False)
    return pieces.geometry[pieces["kind"] == RESERVE].to_numpy()


@pytest.mark.parametrize(("long", "short"), [(50, 40), (80, 60), (150, 90), (120, 15)])
def test_the_embedded_pack_is_answered_as_by_the_plain_version(long, short):
    shapes = open_land()
    found = ~shapely.is_missing(placed(shapes, long, short))
    assert found.any()
    assert not found.all()
    for shape, ours in zip(shapes, found, strict=True):
        # What is found has been checked against the polygon; what is not found may lack half a
        # metre, and no more.
        if not ours and shape.area >= long * short:
            assert not plainly_fits(shape, long + TOLERANCE_M, short + TOLERANCE_M)


@pytest.mark.parametrize(("long", "short"), [(50, 40), (80, 60), (150, 90)])
def test_the_plain_version_finds_most_that_is_found_in_the_embedded_pack(long, short):
    shapes = open_land()
    hits = shapes[~shapely.is_missing(placed(shapes, long, short))]
    # It looks every fifteen degrees and along the edges, not everywhere.
    assert sum(plainly_fits(shape, long - 1, short - 1) for shape in hits) >= 0.9 * len(hits)


def plainly_fits(shape, long, short):
    middle = shapely.Point(*shape.centroid.coords[0])
    shape = affinity.translate(shape, -middle.x, -middle.y)
    own = np.degrees(own_directions(np.array([shape])).angle)
    every = np.concatenate([own, np.arange(0, 180, 15)])
    return any(not centres(shape, long, short, math.fmod(one, 180)).is_empty for one in every)
