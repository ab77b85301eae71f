"""Areas over all of Norway against the ellipsoid (geodesic polygons of GeographicLib)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyproj
import pytest
import shapely

from geo.geometry.scale import area_factors, areas_of, correction, on_ground, told
from geo.geometry.width import wide
from geo.land.compute import account
from geo.screening.screen import screen
from geo.search.answers import rectangles
from geo.search.candidates import candidates
from geo.transport.corridor import corridor_polygon, coverage
from tests.support import sites as small
from tests.support.land import BARE, buildings, constraints, parcels, plans, zones
from tests.support.rows import rows

GEOD = pyproj.Geod(ellps="GRS80")
TO_PLANE = pyproj.Transformer.from_crs(4258, 25832, always_xy=True)
CRS = pyproj.CRS.from_epsg(25832)
# Roughly the mainland: a corner every few hundred kilometres of coast and border.
MAINLAND = shapely.Polygon(
    [
        *((4.6, 60), (5, 58.8), (7, 57.9), (9.5, 58.9), (11.3, 58.9), (12.7, 60.7), (12.3, 63)),
        *((14.5, 64.5), (15, 66), (18.3, 68.4), (20.5, 69), (25, 68.5), (26, 69.8), (29, 69)),
        *(
            (31.2, 69.7),
            (31.2, 70.5),
            (28, 71.2),
            (25.5, 71.2),
            (18, 70),
            (12.5, 67.8),
            (10.5, 64.2),
        ),
        *((5, 62.3), (4.6, 60)),
    ]
)
NAMED = {
    "Gamvik": (28.24, 71.06),
    "Vardø": (31.10, 70.37),
    "Kirkenes": (30.05, 69.73),
    "Lindesnes": (7.05, 57.98),
    "Stad": (5.10, 62.20),
    "Lillestrøm": (11.05, 59.96),
}
SIZES_M2 = (1_000.0, 40_000.0, 5_000_000.0)
GAMVIK = TO_PLANE.transform(*NAMED["Gamvik"])


@cache
def places():
    """A place every 50 km or so, and those that are named."""
    grid = [
        (longitude, latitude)
        for latitude in np.arange(58, 71.5, 0.45)
        for longitude in np.arange(4.5, 31.5, 0.45 / np.cos(np.radians(latitude)))
        if MAINLAND.covers(shapely.Point(longitude, latitude))
    ]
    assert len(grid) > 120
    return (*grid, *NAMED.values())


def geodesic_m2(shape):
    """Area on the ellipsoid of a polygon in the plane; its sides cut so that they stay straight."""
    dense = shapely.transform(
        shapely.segmentize(shape, 200.0),
        lambda xy: np.column_stack(TO_PLANE.transform(*xy.T, direction="INVERSE")),
    )
    return abs(GEOD.geometry_area_perimeter(dense)[0])


def ell(place, m2):
    """An L-shaped outline of about this size at a place, turned a little."""
    side = (m2 / 3) ** 0.5
    east, north = TO_PLANE.transform(*place)
    corners = np.array([(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)]) * side
    turned = corners @ np.array([[0.96, 0.28], [-0.28, 0.96]])
    return shapely.Polygon(turned + np.array([east, north]))


@cache
def outlines():
    shapes = np.array([ell(place, m2) for place in places() for m2 in SIZES_M2], dtype=object)
    return shapes, np.array([geodesic_m2(shape) for shape in shapes])


def test_areas_are_those_of_the_ellipsoid_over_all_of_norway():
    shapes, truth = outlines()
    found = areas_of(rows(*shapes)).to_numpy()
    assert np.abs(found / truth - 1).max() < 0.001
    # The plane itself is not: that is what is corrected.
    assert np.abs(shapely.area(shapes) / truth - 1).max() > 0.015


def test_where_the_plane_is_good_enough_nothing_is_changed_in_the_last_digit():
    shapes, truth = outlines()
    factors = area_factors(shapes, CRS)
    good = np.abs(shapely.area(shapes) / truth - 1) < 0.00089
    assert good.sum() > 100
    assert (factors[good] == 1.0).all()
    assert (factors[np.abs(shapely.area(shapes) / truth - 1) > 0.00091] != 1.0).all()


def test_screening_and_account_are_right_over_all_of_norway():
    shapes, truth = outlines()
    one_size = slice(1, None, len(SIZES_M2))
    shapes, truth = shapes[one_size], truth[one_size]
    ground = small.land(municipality=None, zones=None, growth_areas=None, plan_areas=None)
    screened = screen(ground, rows(*shapes, id=[str(n) for n in range(len(shapes))]))
    assert [one.area_m2 for one in screened] == pytest.approx(list(truth), rel=0.001)
    norway = shapely.box(-1e6, 6e6, 2e6, 9e6)
    found = account(
        parcels(*shapes), plans(norway), zones(norway), buildings(), constraints(), BARE
    )
    assert found.plots["gross_m2"].to_list() == pytest.approx(list(truth), rel=0.001)
    assert found.parts["area_m2"].sum() == pytest.approx(truth.sum(), rel=0.001)


@pytest.mark.parametrize("epsg", [25833, 25835, 4326, 4258])
@pytest.mark.parametrize("name", list(NAMED))
def test_the_system_that_a_file_is_in_does_not_change_the_area(epsg, name):
    frame = rows(ell(NAMED[name], 40_000.0))
    brought = frame.to_crs(epsg).to_crs(25832)
    (there,), (back,) = areas_of(frame), areas_of(brought)
    assert back == pytest.approx(there, rel=0.0001)


def test_without_a_place_or_a_system_nothing_is_corrected():
    shapes = np.array([None, shapely.Point(), shapely.Point(np.inf, 0)], dtype=object)
    assert area_factors(shapes, CRS).tolist() == [1, 1, 1]
    assert area_factors(np.array([shapely.Point(GAMVIK)], dtype=object), None).tolist() == [1]
    assert area_factors(np.array([], dtype=object), CRS).tolist() == []
    # One that is nowhere does not hide what is far away.
    mixed = np.array([shapely.Point(np.inf, 0), shapely.Point(GAMVIK)], dtype=object)
    square = shapely.Point(GAMVIK).buffer(50, cap_style="square")
    ratio = geodesic_m2(square) / 100**2
    assert area_factors(mixed, CRS)[1] == pytest.approx(ratio, rel=1e-5)
    # A drawing from (0, 0) is of no place in Norway.
    assert area_factors(np.array([shapely.box(0, 0, 1, 1)], dtype=object), CRS).tolist() == [1]


def test_a_correction_is_told_only_where_there_is_one():
    assert told(correction(np.ones(3))) == ()
    assert told(correction(np.array([]))) == ()
    (said,) = told(correction(np.array([1.0, 0.9897])))
    assert "1,0\N{NO-BREAK SPACE}%" in said.say("nb")
    assert "1.0%" in said.say("en")


def test_width_is_judged_on_the_ground():
    # 20.05 m in the plane is 19.95 m on the ground, where a circle of 20 m has no room.
    strip = shapely.box(0, 0, 200, 20.05)
    strip = np.array([shapely.transform(strip, lambda xy: xy + GAMVIK)], dtype=object)
    assert wide(strip, 20.0).all()
    assert not wide(on_ground(strip, area_factors(strip, CRS)), 20.0).any()


def test_a_rectangle_is_as_large_on_the_ground_as_asked_for():
    plot = np.array([shapely.box(0, 0, 101, 51)], dtype=object)
    plot = np.asarray(shapely.transform(plot, lambda xy: xy + GAMVIK))
    (box,) = rectangles(plot, CRS, (100.0, 50.0))
    assert geodesic_m2(box) == pytest.approx(5000, rel=0.0002)
    assert plot[0].covers(box)
    small_plot = shapely.transform(plot, lambda xy: (xy - GAMVIK) * (100.2 / 101) + GAMVIK)
    assert rectangles(np.asarray(small_plot), CRS, (100.0, 50.0)).tolist() == [None]


def test_a_corridor_is_as_wide_on_the_ground_as_asked_for():
    x, y = GAMVIK
    nodes = rows(shapely.Point(x, y), shapely.Point(x + 2000, y), seq=[1, 2])
    band = corridor_polygon(nodes, width_m=1000)
    line = shapely.LineString(nodes.geometry.to_list())
    length = GEOD.geometry_length(
        shapely.transform(
            line, lambda xy: np.column_stack(TO_PLANE.transform(*xy.T, direction="INVERSE"))
        )
    )
    assert band["length_m"].iloc[0] == pytest.approx(length, rel=0.0005)
    whole = length * 1000 + np.pi * 500**2
    assert band["area_m2"].iloc[0] == pytest.approx(whole, rel=0.001)
    found = coverage(nodes.assign(geometry=nodes.buffer(100)), band)
    circle = geodesic_m2(shapely.Point(GAMVIK).buffer(100))
    assert found["area_m2"].iloc[0] == pytest.approx(circle, rel=1e-5)
    assert found["inside_m2"].iloc[0] == pytest.approx(circle, rel=1e-5)
    assert found["share"].to_list() == pytest.approx([1, 1])


def in_gamvik(x, y, wide_m, high_m):
    """Rectangle x metres east and y north of a place in Gamvik, in the plane."""
    east, north = GAMVIK
    return shapely.box(east + x, north + y, east + x + wide_m, north + y + high_m)


def gamvik(plot_m=100.0):
    """One plot over two zones, with a building of 20 × 20 m and flooded land along one side."""
    plot = in_gamvik(0, 0, plot_m, plot_m)
    layers = {
        "parcels": parcels(plot),
        "plan_areas": plans(in_gamvik(-500, -500, 2000, 2000)),
        "zones": zones(in_gamvik(-500, -500, 550, 2000), in_gamvik(50, -500, 1450, 2000)),
        "buildings": buildings(in_gamvik(0, 0, 20, 20)),
        "constraints": constraints(in_gamvik(0, plot_m - 10, plot_m, 10)),
    }
    return plot, layers


def test_the_account_of_a_plot_in_gamvik_is_of_the_ground_and_its_parts_are_the_whole():
    plot, layers = gamvik()
    found = account(*layers.values(), BARE)
    row = found.plots.iloc[0]
    assert row["gross_m2"] == pytest.approx(geodesic_m2(plot), rel=1e-5)
    assert row["built_m2"] == pytest.approx(geodesic_m2(in_gamvik(0, 0, 20, 20)), rel=1e-4)
    assert row["excluded_m2"] == pytest.approx(geodesic_m2(in_gamvik(0, 90, 100, 10)), rel=1e-4)
    # A floor area from a footprint on one floor is that footprint, on the ground.
    assert row["existing_bra_m2"] == pytest.approx(row["footprint_m2"], rel=1e-5)
    assert row["footprint_m2"] == pytest.approx(row["built_m2"])
    assert row["gross_m2"] == pytest.approx(
        row["built_m2"] + row["excluded_m2"] + row["dropped_m2"] + row["reserve_m2"], abs=1e-6
    )
    assert found.parts["area_m2"].sum() == pytest.approx(row["reserve_m2"], abs=1e-6)
    assert found.area_correction == pytest.approx(1 - geodesic_m2(plot) / 100**2, abs=1e-5)
    half = found.within(in_gamvik(0, 0, 50, 100))
    assert half.parts["area_m2"].sum() == pytest.approx(half.total()["reserve_m2"], abs=1e-6)
    listed = candidates(found, join=True, densification=False)
    assert listed["area_m2"].sum() == pytest.approx(row["reserve_m2"], rel=1e-6)
    assert listed["allowed_bra_m2"].sum() == pytest.approx(
        found.total()["reserve_bra_m2"], rel=1e-6
    )


def test_the_buffer_round_a_building_is_of_metres_on_the_ground():
    _, layers = gamvik()
    rules = type(BARE)(building_buffer_m=15, min_part_m2=0, min_width_m=0)
    built = account(*layers.values(), rules).total()["built_m2"]
    side = 20 * geodesic_m2(in_gamvik(0, 0, 20, 20)) ** 0.5 / 20
    # A building in the plot's corner: its own square, two strips and a quarter of a circle.
    assert built == pytest.approx(side**2 + 2 * 15 * side + np.pi * 15**2 / 4, rel=0.002)


@pytest.mark.parametrize(("limit_m2", "kept"), [(9_890, True), (9_905, False)])
def test_the_least_part_is_judged_by_its_area_on_the_ground(limit_m2, kept):
    # 10 000 m² in the plane, 9 893 m² on the ground.
    plot = in_gamvik(0, 0, 100, 100)
    rules = type(BARE)(building_buffer_m=0, min_part_m2=limit_m2, min_width_m=0)
    ground = in_gamvik(-500, -500, 2000, 2000)
    found = account(parcels(plot), plans(ground), zones(ground), buildings(), None, rules)
    assert (found.total()["reserve_m2"] > 0) is kept
