"""Outlines as a map of many municipalities shows them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from layers.comparison.outlines import drawn

KM = 1000.0


def placed(*shapes):
    return gpd.GeoDataFrame({"name": range(len(shapes))}, geometry=[*shapes], crs=25832)


def ragged(west, east, y, *, step, depth):
    """A line from west to east with a tooth every so many metres."""
    x = np.arange(west, east + step, step)
    return [*zip(x, y + depth * (np.arange(len(x)) % 2), strict=True)]


def two_beside(size, *, step, depth):
    """Two that share a ragged border."""
    border = ragged(0, size, 6_600_000, step=step, depth=depth)
    low = [(size, 6_600_000 - size), (0, 6_600_000 - size)]
    high = [(size, 6_600_000 + size), (0, 6_600_000 + size)]
    return placed(shapely.Polygon(border + low), shapely.Polygon(border + high))


def corners(frame):
    return int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())


def test_what_a_country_is_too_large_to_show_is_not_sent():
    country = two_beside(800 * KM, step=500.0, depth=100.0)
    assert corners(country) > 3000
    assert corners(drawn(country)) < 300


def test_a_county_keeps_its_corners():
    county = two_beside(40 * KM, step=2_000.0, depth=400.0)
    assert corners(drawn(county)) == corners(county)


@pytest.mark.parametrize("size", [40 * KM, 300 * KM, 800 * KM])
def test_neighbours_have_no_gap_and_no_overlap(size):
    low, high = drawn(two_beside(size, step=size / 300, depth=size / 500)).geometry
    shared = low.boundary.intersection(high.boundary).length
    assert shared == pytest.approx(shapely.length(low) / 4, rel=0.2)
    assert low.intersection(high).area < 1.0


def test_one_alone_is_drawn():
    assert drawn(placed(shapely.box(0, 6_600_000, KM, 6_601_000))).geometry.iloc[0].area > 0


def test_islets_go_and_the_largest_part_stays():
    islets = [shapely.box(x, 6_700_000, x + 100, 6_700_100) for x in range(0, 90_000, 1000)]
    main = shapely.box(0, 6_000_000, 500 * KM, 6_400_000)
    shown = drawn(placed(shapely.MultiPolygon([main, *islets]), shapely.MultiPolygon(islets[:1])))
    parts = shapely.get_num_geometries(shown.geometry.to_numpy())
    assert parts.tolist() == [1, 1]
    assert not shown.geometry.is_empty.any()


def test_rows_and_system_are_kept():
    frame = placed(shapely.box(0, 6_600_000, KM, 6_601_000)).set_index("name", drop=False)
    shown = drawn(frame)
    assert shown.crs == frame.crs
    assert shown.index.equals(frame.index)
    assert shown["name"].tolist() == [0]
