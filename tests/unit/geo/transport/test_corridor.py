"""The corridor: its axis and polygon, and what lies in it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from shapely import MultiPoint, Point, Polygon

from geo.transport.corridor import (
    MAX_WIDTH_M,
    MIN_WIDTH_M,
    WIDTH_M,
    axis,
    corridor_polygon,
    coverage,
    lies_inside,
)
from tests.support.errors import raising
from tests.support.shapes import frame, square

# One straight kilometre eastwards; with a width of 200 m the band reaches from y −100 to 100.
NODES = frame(Point(0, 0), Point(1000, 0), seq=[1, 2], name=["west", "east"])


def band(width_m=200):
    return corridor_polygon(NODES, width_m=width_m)


def test_the_widths_are_a_thousand_metres_within_five_hundred_and_three_thousand():
    assert (MIN_WIDTH_M, WIDTH_M, MAX_WIDTH_M) == (500, 1000, 3000)


# The axis


def test_the_axis_goes_by_sequence_and_not_by_row():
    nodes = frame(Point(9, 9), Point(0, 0), Point(5, 0), seq=[30, 10, 20])
    assert axis(nodes).wkt == "LINESTRING (0 0, 5 0, 9 9)"


def test_nodes_without_place_or_number_are_left_out():
    nodes = frame(Point(0, 0), None, Point(), Point(7, 7), Point(5, 0), seq=[1, 2, 3, None, 5])
    assert axis(nodes).wkt == "LINESTRING (0 0, 5 0)"


def test_the_axis_has_no_heights():
    assert not axis(frame(Point(0, 0, 5), Point(5, 0, 5), seq=[1, 2])).has_z


@pytest.mark.parametrize(
    ("points", "count"), [([], 0), ([Point(1, 1)], 1), ([Point(1, 1), Point(1, 1)], 1)]
)
def test_fewer_than_two_places_make_no_axis(points, count):
    with raising("error.too_few_nodes") as caught:
        axis(frame(*points, seq=list(range(len(points)))))
    assert caught.value.parts == {"count": count}


def test_nodes_without_sequence_are_refused():
    with raising("error.missing_column"):
        axis(frame(Point(0, 0), Point(1, 1)))


# The polygon


def test_the_band_is_a_rectangle_with_a_half_circle_at_each_end():
    row = band().iloc[0]
    assert (row["width_m"], row["length_m"]) == (200, 1000)
    assert row["area_m2"] == pytest.approx(1000 * 200 + math.pi * 100**2, rel=1e-4)
    assert row["area_m2"] == row.geometry.area
    assert row.geometry.bounds == pytest.approx((-100, -100, 1100, 100))


def test_the_band_has_one_row_in_the_system_of_the_nodes():
    assert len(band()) == 1
    assert band().crs == NODES.crs


def test_the_width_need_not_be_given():
    assert corridor_polygon(NODES)["width_m"].item() == 1000


def test_a_wider_band_holds_the_narrower():
    assert band(600).geometry.item().contains(band(500).geometry.item())


@pytest.mark.parametrize("width", [0, -5, 20_000.1, math.inf, math.nan])
def test_a_width_that_makes_no_sense_is_refused(width):
    with raising("error.width_out_of_range"):
        band(width)


def test_a_width_of_twenty_kilometres_is_the_widest():
    assert band(20_000)["width_m"].item() == 20_000


def test_nodes_in_degrees_are_refused():
    with raising("error.crs_mismatch"):
        corridor_polygon(frame(Point(11, 60), Point(12, 60), seq=[1, 2], crs="EPSG:4258"))


def test_nodes_without_a_reference_system_are_refused():
    with raising("error.crs_missing") as caught:
        corridor_polygon(frame(Point(11, 60), Point(12, 60), seq=[1, 2], crs=None))
    assert caught.value.parts == {"layer": "corridor_nodes"}


# What lies in it


def test_a_zone_is_covered_by_area():
    # 100 m × 100 m, its lower half in the band (y 50–150, the band ends at 100).
    row = coverage(frame(square(400, 50)), band()).iloc[0]
    assert row.to_dict() == pytest.approx({"area_m2": 10_000, "inside_m2": 5000, "share": 0.5})


def test_zones_wholly_in_and_wholly_out():
    table = coverage(frame(square(400, -50), square(400, 500)), band())
    assert table["share"].tolist() == pytest.approx([1, 0])
    assert table["inside_m2"].tolist() == pytest.approx([10_000, 0])


def test_overlapping_corridors_cover_once():
    twice = frame(*band().geometry, *band(100).geometry)
    assert coverage(frame(square(400, 50)), twice)["share"].item() == pytest.approx(0.5)


def test_a_zone_without_a_place_or_an_area_has_no_share():
    table = coverage(frame(None, Polygon(), Point(500, 0)), band())
    assert table["share"].isna().all()
    assert table["area_m2"].tolist() == pytest.approx([np.nan, 0, 0], nan_ok=True)


def test_without_a_corridor_nothing_is_covered():
    assert coverage(frame(square(0, 0)), frame())["share"].tolist() == [0]


def test_the_table_carries_the_index_of_the_zones():
    zones = frame(square(400, 500), square(400, -50)).set_axis(["far", "near"])
    assert coverage(zones, band())["share"].to_dict() == pytest.approx({"far": 0, "near": 1})


def test_points_are_in_or_out_and_the_border_is_in():
    points = frame(Point(500, 0), Point(500, 100), Point(500, 101), None)
    inside = lies_inside(points.set_axis(list("abcd")), band())
    assert inside.to_dict() == {"a": True, "b": True, "c": False, "d": False}
    assert inside.dtype == bool


def test_several_points_are_inside_when_all_of_them_are():
    points = frame(MultiPoint([(1, 0), (2, 0)]), MultiPoint([(1, 0), (1, 500)]))
    assert lies_inside(points, band()).tolist() == [True, False]


def test_geometries_of_the_caller_are_not_prepared():
    zones, corridor = frame(square(400, 50)), band()
    coverage(zones, corridor)
    lies_inside(zones, corridor)
    assert not shapely.is_prepared([*zones.geometry, *corridor.geometry]).any()


@pytest.mark.parametrize("calculate", [coverage, lies_inside])
def test_another_reference_system_is_refused(calculate):
    with raising("error.crs_mismatch"):
        calculate(frame(square(0, 0), crs="EPSG:25833"), band())
