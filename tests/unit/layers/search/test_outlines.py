"""Outlines of hits on the map: as near as they say, few corners, and nothing of files as HTML."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from layers.search import outlines as module
from layers.search.outlines import OutlinesDrawn, outlines

EAST, NORTH = 615_000.0, 6_650_000.0
ROUNDING_M = 1.2  # half a unit of a degree, both ways


def frame(shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=25832)


def read(written):
    """Read one hit back, corner by corner, as (polygons, rings, corners)."""
    polygons = []
    for polygon in written.split("|"):
        rings = []
        for ring in polygon.split(";"):
            steps = np.array(ring.split(" "), dtype=int).reshape(-1, 2)
            rings.append(np.cumsum(steps, axis=0) / 1e5)
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(polygons)


def back(drawn):
    shapes = gpd.GeoSeries([read(one) for one in drawn.written], crs=4326)
    return shapes.to_crs(25832)


def round_yard(x, y, holes=()):
    whole = shapely.Point(EAST + x, NORTH + y).buffer(150, quad_segs=32)
    return whole.difference(shapely.union_all(list(holes)))


def test_few_outlines_are_drawn_as_they_are():
    hole = shapely.Point(EAST, NORTH).buffer(20)
    shapes = [round_yard(0, 0, [hole]), shapely.box(EAST, NORTH, EAST + 90, NORTH + 40)]
    drawn = outlines(frame(shapes))
    assert drawn.tolerance_m == module.FINEST_M
    for shape, seen in zip(shapes, back(drawn), strict=True):
        assert seen.boundary.hausdorff_distance(shape.boundary) < module.FINEST_M + ROUNDING_M
        assert seen.area == pytest.approx(shape.area, rel=0.02)


def test_land_in_two_parts_stays_two():
    two = shapely.MultiPolygon(
        [shapely.box(EAST + x, NORTH, EAST + x + 40, NORTH + 40) for x in (0, 100)]
    )
    (seen,) = back(outlines(frame([two])))
    assert len(seen.geoms) == 2
    assert seen.area == pytest.approx(3200, rel=0.02)


def test_many_corners_are_drawn_with_few_and_as_near_as_is_told(monkeypatch):
    monkeypatch.setattr(module, "MOST_CORNERS", 150)
    shapes = [round_yard(400 * k, 0) for k in range(9)]
    drawn = outlines(frame(shapes))
    seen = back(drawn)
    assert shapely.get_num_coordinates(seen.to_numpy()).sum() <= 150
    assert drawn.tolerance_m > module.FINEST_M
    for shape, one in zip(shapes, seen, strict=True):
        assert one.boundary.hausdorff_distance(shape.boundary) < drawn.tolerance_m + ROUNDING_M


def test_more_hits_than_corners_come_to_an_end(monkeypatch):
    monkeypatch.setattr(module, "MOST_CORNERS", 1)
    shapes = [round_yard(400 * k, 0) for k in range(5)]
    assert len(outlines(frame(shapes)).written) == 5


def test_what_a_file_calls_its_plots_is_text_on_the_map():
    drawn = outlines(frame([round_yard(0, 0)]))
    layer = OutlinesDrawn(drawn, "plot_reserve", ["a"], [["<img src=x>", "1 & 2"]])
    assert layer.tips == ("<b>&lt;img src=x&gt;</b><br>1 &amp; 2",)
    assert layer.told == [("a", ["&lt;img src=x&gt;", "1 &amp; 2"], drawn.written[0])]
    assert (layer.kinds, layer.count) == (("plot_reserve",), 1)
