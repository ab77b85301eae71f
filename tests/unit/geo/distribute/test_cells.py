"""Cells tile the extent, and no point is in two of them or in none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely import box, union_all

from geo.distribute.cells import cell_of, cells

EXTENT = (0.0, 0.0, 100.0, 60.0)
places = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 60)), max_size=40)


@given(places, st.integers(1, 9))
def test_cells_tile_the_extent_and_every_point_is_in_one(points, most):
    points = np.array(points, dtype=float).reshape(-1, 2)
    boxes = cells(points, EXTENT, most)
    shapes = [box(*one) for one in boxes]
    assert union_all(shapes).equals(box(*EXTENT))
    assert sum(one.area for one in shapes) == 6_000
    found = cell_of(points, boxes)
    for (x, y), number in zip(points, found, strict=True):
        minx, miny, maxx, maxy = boxes[number]
        assert minx <= x <= maxx
        assert miny <= y <= maxy


@given(st.sets(st.tuples(st.integers(0, 100), st.integers(0, 60)), min_size=1), st.integers(1, 9))
def test_no_cell_has_more_plots_than_asked_for_where_they_lie_apart(points, most):
    points = np.array(sorted(points), dtype=float)
    boxes = cells(points, EXTENT, most)
    assert np.bincount(cell_of(points, boxes), minlength=len(boxes)).max() <= most


def test_the_cut_goes_across_the_longer_side_between_the_middle_two():
    points = np.array([[10, 10], [20, 20], [40, 30], [90, 40]], dtype=float)
    assert cells(points, EXTENT, 2) == [(0, 0, 30, 60), (30, 0, 100, 60)]


def test_what_lies_outside_is_by_its_side_and_what_lies_nowhere_in_the_first():
    boxes = [(0.0, 0.0, 50.0, 60.0), (50.0, 0.0, 100.0, 60.0)]
    points = np.array([[-5, 90], [500, -1], [np.nan, 3], [50, 0]])
    assert cell_of(points, boxes).tolist() == [0, 1, 0, 1]
