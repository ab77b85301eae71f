"""The 90 % rule: which part of a site lies inside, by shapes worked out in the head."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon

from geo.growth.share import inside_fraction
from tests.support.errors import raising
from tests.support.shapes import frame, square

AREA = square(0, 0, side=1000)
INSIDE, OUTSIDE, BORDER = Point(500, 500), Point(5000, 5000), Point(1000, 500)


def fraction(site, *areas):
    return inside_fraction(frame(site), frame(*areas)).item()


@pytest.mark.parametrize(("site", "share"), [(INSIDE, 1), (BORDER, 1), (OUTSIDE, 0)])
def test_a_point_is_inside_or_not_and_the_border_is_inside(site, share):
    assert fraction(site, AREA) == share


def test_a_site_across_the_border_counts_by_area():
    assert fraction(square(900, 0, side=200), AREA) == pytest.approx(0.5)


def test_a_site_that_only_touches_the_area_is_outside():
    assert fraction(square(1000, 0, side=200), AREA) == 0


def test_a_site_that_fills_the_area_is_inside():
    assert fraction(AREA, AREA) == 1


def test_overlapping_areas_count_once():
    # The site is 200 m wide; the areas cover its first 100 m, twice over for 50 of them.
    areas = square(0, 0, side=100), square(50, 0, side=50)
    assert fraction(shapely.box(0, 0, 200, 50), *areas) == pytest.approx(0.5)


def test_areas_that_meet_leave_no_seam():
    site = square(900, 0, side=200)
    assert fraction(site, AREA, square(1000, 0, side=1000)) == 1


def test_a_hole_in_an_area_is_outside():
    ring = AREA.difference(square(400, 400, side=200))
    assert fraction(INSIDE, ring) == 0


def test_a_line_counts_by_length():
    assert fraction(LineString([(900, 500), (1300, 500)]), AREA) == pytest.approx(0.25)


def test_a_line_along_the_border_is_inside():
    assert fraction(LineString([(1000, 0), (1000, 1000)]), AREA) == 1


def test_a_multipolygon_counts_by_the_area_of_all_its_parts():
    site = MultiPolygon([square(0, 0, side=100), square(5000, 0, side=300)])  # 1 and 9 hectares
    assert fraction(site, AREA) == pytest.approx(0.1)


def test_a_multipoint_counts_by_number():
    site = MultiPoint([(1, 1), (2, 2), (3, 3), (5000, 5000)])
    assert fraction(site, AREA) == pytest.approx(0.75)


def test_a_polygon_without_area_counts_by_length_or_as_a_point():
    line = Polygon([(900, 500), (1300, 500), (900, 500), (900, 500)])
    point = Polygon([(5, 5)] * 4)
    assert inside_fraction(frame(line, point), frame(AREA)).tolist() == pytest.approx([0.25, 1])


def test_a_self_crossing_site_counts_by_the_area_it_encloses():
    # Two triangles of 50 × 100 that meet in the middle; the left one is inside.
    bow = Polygon([(950, 0), (1050, 100), (1050, 0), (950, 100)])
    assert fraction(bow, AREA) == pytest.approx(0.5)


def test_heights_do_not_matter():
    site = shapely.force_3d(square(900, 0, side=200), 117.0)
    assert fraction(site, AREA) == pytest.approx(0.5)


def test_without_areas_everything_is_outside():
    shares = inside_fraction(frame(INSIDE, square(0, 0)), frame())
    assert shares.tolist() == [0, 0]


def test_a_site_without_a_place_is_unknown():
    assert inside_fraction(frame(None, Polygon(), INSIDE), frame(AREA)).tolist() == pytest.approx(
        [np.nan, np.nan, 1], nan_ok=True
    )


def test_no_sites_give_no_shares():
    assert inside_fraction(frame(), frame(AREA)).empty


def test_the_shares_carry_the_index_of_the_sites():
    sites = frame(OUTSIDE, INSIDE).set_axis(["b", "a"])
    assert inside_fraction(sites, frame(AREA)).to_dict() == {"b": 0, "a": 1}


def test_geometries_of_the_caller_are_not_prepared():
    sites, areas = frame(square(900, 0, side=200)), frame(AREA)
    inside_fraction(sites, areas)
    assert not shapely.is_prepared([*sites.geometry, *areas.geometry]).any()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:25833"])
def test_sites_in_another_reference_system_are_refused(crs):
    with raising("error.crs_mismatch") as caught:
        inside_fraction(frame(INSIDE, crs=crs), frame(AREA))
    assert caught.value.parts == {"first": crs, "second": "EPSG:25832"}


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_systems_in_which_areas_cannot_be_measured_are_refused(crs):
    with raising("error.crs_mismatch"):
        inside_fraction(frame(INSIDE, crs=crs), frame(AREA, crs=crs))


@pytest.mark.parametrize(
    ("crs_sites", "crs_areas", "layer"),
    [(None, "EPSG:25832", "sites"), ("EPSG:25832", None, "growth_areas")],
)
def test_an_unknown_reference_system_is_refused(crs_sites, crs_areas, layer):
    with raising("error.crs_missing") as caught:
        inside_fraction(frame(INSIDE, crs=crs_sites), frame(AREA, crs=crs_areas))
    assert caught.value.parts == {"layer": layer}
