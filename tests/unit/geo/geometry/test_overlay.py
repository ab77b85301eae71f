"""The kernel: polygons cut, subtracted and repaired without losing a square metre."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo.geometry import overlay, polygons
from geo.geometry.polygons import without_newer
from tests.support.shapes import square

BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])  # two triangles of 25 m²
ALL = np.array([0])


def array(*shapes):
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def subtracted(piece, *obstacles):
    count = len(obstacles)
    pairs = np.zeros(count, dtype=np.int64), np.arange(count)
    return overlay.subtract(array(piece), array(*obstacles), *pairs).item()


# Subtraction


def test_one_obstacle_leaves_the_rest():
    assert subtracted(square(0, 0), square(50, 0)).area == 5000


def test_overlapping_obstacles_count_once():
    left = subtracted(square(0, 0), box(0, 0, 40, 100), box(20, 0, 60, 100))
    assert left.area == 4000


def test_each_piece_meets_only_its_own_obstacles():
    pieces = array(square(0, 0), square(0, 0))
    left = overlay.subtract(pieces, array(square(50, 0)), np.array([1]), np.array([0]))
    assert shapely.area(left).tolist() == [10000, 5000]


def test_pieces_without_obstacles_are_left_alone():
    pieces = array(square(0, 0))
    none = np.empty(0, dtype=np.int64)
    assert overlay.subtract(pieces, array(), none, none).tolist() == pieces.tolist()


@pytest.mark.parametrize("count", [overlay.CROWDED, overlay.CROWDED + 1, 100])
def test_a_crowded_piece_gives_the_same_as_an_empty_one(count):
    stripes = [box(k, 0, k + 0.5, 100) for k in range(count)]
    assert subtracted(square(0, 0), *stripes).area == pytest.approx(10_000 - 50 * count)


def test_covered_land_is_measured_on_its_own():
    covered = np.zeros(1)
    obstacles = array(box(0, 0, 40, 100), box(20, 0, 60, 100))
    pairs = np.zeros(2, dtype=np.int64), np.arange(2)
    overlay.subtract(array(square(0, 0)), obstacles, *pairs, covered=covered)
    assert covered.item() == pytest.approx(6000)


def test_a_covered_piece_becomes_empty():
    assert subtracted(square(0, 0), square(-10, -10, side=200)).is_empty


# Intersection


def test_a_polygon_inside_is_handed_on_uncut():
    left = array(square(10, 10, side=10))
    _, _, geometry, whole = overlay.intersect(left, array(square(0, 0)))
    assert whole.tolist() == [True]
    assert geometry[0] is left[0]


def test_a_polygon_across_a_border_is_cut():
    areas = array(square(0, 0), square(100, 0))
    left, right, geometry, _ = overlay.intersect(array(square(70, 0)), areas)
    assert left.tolist() == [0, 0]
    assert right.tolist() == [0, 1]
    assert shapely.area(geometry).tolist() == [3000, 7000]


def test_touching_polygons_do_not_overlap():
    left, *_ = overlay.intersect(array(square(0, 0)), array(square(100, 0), square(100, 100)))
    assert left.size == 0


def test_an_overlap_with_a_line_beside_it_keeps_its_area():
    # They share the square [0,10]² and, along x = 20, a line.
    left = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 30, 10)])
    right = MultiPolygon([box(0, 0, 10, 10), box(15, 0, 20, 10)])
    assert left.intersection(right).geom_type == "GeometryCollection"
    *_, geometry, _ = overlay.intersect(array(left), array(right))
    assert geometry[0].area == 100
    assert geometry[0].geom_type in {"Polygon", "MultiPolygon"}


# Newest first


@pytest.fixture
def stack():
    """Return three squares, each moved 50 m; the area of each overlap is 5 000 m²."""
    return polygons.layer(array(square(0, 0), square(50, 0), square(100, 0)))


def test_the_higher_rank_takes_the_overlap(stack):
    left = without_newer(stack, np.array([0, 1, 2]), np.arange(3))
    assert shapely.area(left).tolist() == [5000, 5000, 10000]


def test_rank_not_order_decides(stack):
    left = without_newer(stack, np.array([2, 0, 1]), np.arange(3))
    assert shapely.area(left).tolist() == [10000, 0, 10000]


def test_only_the_rows_wanted_come_back(stack):
    left = without_newer(stack, np.array([0, 1, 2]), np.array([0]))
    assert shapely.area(left).tolist() == [5000]


# Polygons only


def test_points_and_lines_have_no_area_to_keep():
    left = overlay.polygonal(array(Point(0, 0), LineString([(0, 0), (1, 1)])))
    assert shapely.is_empty(left).all()


def test_a_collection_keeps_its_polygons():
    inner = MultiPolygon([square(200, 0), square(400, 0)])
    mixed = GeometryCollection([square(0, 0), inner, LineString([(0, 0), (9, 9)])])
    assert overlay.polygonal(array(mixed)).item().area == 30_000


# Layers


def test_a_bow_tie_is_repaired_and_named():
    layer = polygons.layer(array(BOW_TIE, square(0, 0)))
    assert layer.faults.tolist() == [polygons.INVALID, None]
    assert layer.area.tolist() == [50, 10000]


@pytest.mark.parametrize(
    "shape",
    [
        None,
        Point(0, 0),
        LineString([(0, 0), (1, 1)]),
        Polygon(),
        Polygon([(0, 0), (10, 0), (20, 0)]),
        shapely.transform(square(0, 0), lambda xy: np.where(xy == 100, np.inf, xy)),
    ],
    ids=["none", "point", "line", "empty", "flat", "infinite"],
)
def test_what_has_no_area_is_left_out_and_named(shape):
    layer = polygons.layer(array(shape))
    assert layer.faults.tolist() == [polygons.UNUSABLE]
    assert layer.geometry.tolist() == [None]
    assert layer.area.tolist() == [0]


def test_a_repeated_polygon_is_left_out_wherever_it_starts():
    ring = [(0, 0), (10, 0), (10, 10), (0, 10)]
    layer = polygons.layer(array(Polygon(ring), Polygon(ring[2:] + ring[:2])), unique=True)
    assert layer.faults.tolist() == [None, polygons.DUPLICATE]


def test_different_polygons_with_the_same_bounds_are_both_kept():
    halves = Polygon([(0, 0), (10, 0), (10, 10)]), Polygon([(0, 0), (10, 10), (0, 10)])
    assert polygons.layer(array(*halves), unique=True).faults.tolist() == [None, None]


def test_heights_do_not_matter():
    flat, raised = square(0, 0), shapely.force_3d(square(0, 0), 125.0)
    layer = polygons.layer(array(flat, raised), unique=True)
    assert layer.faults.tolist() == [None, polygons.DUPLICATE]


def test_the_given_geometries_are_not_touched():
    shapes = array(BOW_TIE, square(0, 0))
    before = shapely.to_wkb(shapes)
    polygons.layer(shapes)
    assert (shapely.to_wkb(shapes) == before).all()
    assert not shapely.is_prepared(shapes).any()


# Blocks


def test_blocks_hold_every_row_once_and_neighbours_together():
    x, y = np.meshgrid(np.arange(40.0), np.arange(40.0))
    bounds = np.column_stack([x.ravel(), y.ravel(), x.ravel() + 1, y.ravel() + 1])
    blocks = overlay.blocks(bounds, size=100)
    assert sorted(np.concatenate(blocks)) == list(range(1600))
    for block in blocks:
        minx, miny, maxx, maxy = overlay.window(bounds[block])
        assert len(block) <= 100
        assert (maxx - minx) * (maxy - miny) <= 4 * 100


def test_rows_without_bounds_are_in_no_block():
    assert overlay.blocks(np.full((3, 4), np.nan)) == []


def test_results_come_in_the_order_of_the_blocks():
    blocks = [np.array([k]) for k in range(50)]
    assert overlay.in_threads(lambda block: block.item(), blocks) == list(range(50))


def test_an_error_in_a_thread_reaches_the_caller():
    def fail(_):
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        overlay.in_threads(fail, [ALL, ALL])
