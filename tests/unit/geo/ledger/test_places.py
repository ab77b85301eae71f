"""Where a project may be."""

from __future__ import annotations

import math

import pytest
import shapely

from geo.ledger.fields import cleaned_places, from_bytes, to_bytes
from tests.support.errors import raising
from tests.support.shapes import square

X, Y = 620_000, 6_650_000


def cleaned(geometry):
    return cleaned_places([geometry], ["Berger"])[0]


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.Point(X, Y),
        square(X, Y),
        shapely.MultiPolygon([square(X, Y), square(X + 500, Y)]),
        None,
    ],
)
def test_points_and_areas_stay_as_they_are_and_none_is_unknown(geometry):
    assert cleaned(geometry) == geometry


def test_heights_go():
    assert cleaned(shapely.Point(X, Y, 120)) == shapely.Point(X, Y)


def test_a_lone_point_in_a_multipoint_is_a_point():
    assert cleaned(shapely.MultiPoint([(X, Y)])) == shapely.Point(X, Y)


def test_a_polygon_that_crosses_itself_is_repaired_as_in_a_pack():
    bow_tie = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    repaired = cleaned(bow_tie)
    assert repaired.is_valid
    assert repaired.area == pytest.approx(5_000)  # two triangles of 100 · 50 / 2


@pytest.mark.parametrize(
    "geometry",
    [
        shapely.Point(),
        shapely.Polygon(),
        shapely.Point(math.nan, Y),
        shapely.Point(math.inf, Y),
        shapely.Point(11.05, 59.95),
        shapely.Point(Y, X),
        shapely.Point(-100_001, Y),
        shapely.Polygon([(X, Y), (X + 9, Y), (X + math.inf, Y + 9)]),
        shapely.LineString([(X, Y), (X + 9, Y)]),
        shapely.MultiPoint([(X, Y), (X + 9, Y)]),
        shapely.GeometryCollection(),
        shapely.GeometryCollection([shapely.LineString([(X, Y), (X + 9, Y)])]),
        shapely.GeometryCollection([shapely.Point(X, Y), shapely.LineString([(X, Y), (X + 9, Y)])]),
        shapely.GeometryCollection([shapely.Point(X, Y), square(X, Y)]),
        shapely.GeometryCollection([shapely.Point(X, Y), shapely.Point(X + 9, Y)]),
        shapely.Polygon([(X, Y), (X + 9, Y), (X + 5, Y)]),
    ],
)
def test_what_is_no_place_in_norway_is_refused_by_name(geometry):
    with raising("error.place", match="Berger"):
        cleaned(geometry)


@pytest.mark.parametrize("alone", [shapely.Point(X, Y), square(X, Y)])
def test_a_collection_of_one_place_is_that_place(alone):
    assert cleaned(shapely.GeometryCollection([alone])) == alone


def test_the_project_at_fault_is_the_one_named():
    with raising("error.place", match="Heia"):
        cleaned_places([None, shapely.Point(X, Y), shapely.Point()], ["Hvam", "Berger", "Heia"])


def test_what_was_given_is_copied():
    given = square(X, Y)
    assert cleaned(given) is not given


@pytest.mark.parametrize("geometry", [None, shapely.Point(X + 0.1, Y + 0.2), square(X, Y)])
def test_a_place_comes_back_from_its_bytes_exactly(geometry):
    assert from_bytes(to_bytes(geometry)) == geometry
