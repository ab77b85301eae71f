"""What must hold of the land account for any land: hypothesis looks for the exception."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity, box

from geo.geometry.width import _in_a_corner, wide
from geo.land.compute import account
from geo.land.rules import ReserveRules
from tests.support.land import buildings, constraints, parcels, plans, zones

if TYPE_CHECKING:
    import geopandas as gpd

few = settings(max_examples=25)

SIDE = 400.0
AREAS = ["gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"]
FIGURES = [*AREAS, "footprint_m2", "existing_bra_m2", "densification_bra_m2", "reserve_bra_m2"]

coordinate = st.floats(-50, SIDE)
length = st.floats(0.5, 150)
angle = st.floats(0, 90)
year = st.lists(st.integers(1950, 2030), min_size=4, max_size=4, unique=True)


@st.composite
def rectangles(draw):
    x, y = draw(coordinate), draw(coordinate)
    return affinity.rotate(box(x, y, x + draw(length), y + draw(length)), draw(angle))


@dataclass(frozen=True)
class World:
    """Plots side by side; everything else lies and overlaps as it likes."""

    parcels: gpd.GeoDataFrame
    plan_areas: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    constraints: gpd.GeoDataFrame | None

    def account(self, rules=None):
        layers = (self.parcels, self.plan_areas, self.zones, self.buildings, self.constraints)
        return account(*layers, rules or ReserveRules(min_part_m2=200, min_width_m=8))


@st.composite
def worlds(draw):
    cuts = sorted({0.0, SIDE, *draw(st.lists(st.floats(20, 380), max_size=3))})
    across = draw(st.floats(50, 350))
    plots = [
        box(west, south, east, north)
        for west, east in pairwise(cuts)
        for south, north in ((0, across), (across, SIDE))
    ]
    plan = [box(-10, -10, 500, 500), *(draw(rectangles()) for _ in range(3))]
    built = draw(st.lists(rectangles(), max_size=8))
    bound = draw(st.none() | st.lists(rectangles(), max_size=4))
    border = draw(st.floats(100, 300))
    return World(
        parcels(*plots),
        plans(
            *plan,
            adopted=draw(year),
            land_use_code=draw(st.lists(st.sampled_from(["1300", "1110"]), min_size=4, max_size=4)),
            utilisation_type=draw(st.lists(st.integers(12, 18), min_size=4, max_size=4)),
            utilisation_value=[60.0, 900.0, float("nan"), 30.0],
        ),
        zones(box(-10, -10, border, 500), box(border, -10, 390, 500)),
        buildings(*built, floors=[float(1 + n % 3) for n in range(len(built))]),
        None if bound is None else constraints(*bound),
    )


def close(one, other):
    """Equal to the square millimetre, or to a billionth."""
    np.testing.assert_allclose(
        one[FIGURES].to_numpy(float), other[FIGURES].to_numpy(float), rtol=1e-9, atol=1e-3
    )


@few
@given(worlds())
def test_the_balance_always_closes(world):
    found = world.account()
    assert found.balance_error_m2 < 0.001
    for table in (found.plots, found.by_zone(), found.total().to_frame().T):
        parts = table[AREAS[1:]].fillna(0).sum(axis=1).astype(float)
        np.testing.assert_allclose(parts, table["gross_m2"].astype(float), atol=1e-3)


@few
@given(worlds())
def test_no_part_is_negative_and_nothing_is_outside_the_plots(world):
    found = world.account()
    assert (found.pieces[AREAS].fillna(0) >= 0).all(axis=None)
    assert found.total()["gross_m2"] <= world.parcels.area.sum() + 1e-3
    assert found.parts.area.sum() == pytest.approx(found.total()["reserve_m2"], abs=0.5)


@few
@given(worlds())
def test_pieces_do_not_overlap(world):
    pieces = world.account().pieces
    with np.errstate(all="ignore"):
        together = shapely.union_all(pieces.geometry.to_numpy())
    assert together.area == pytest.approx(pieces["gross_m2"].sum(), abs=1e-3)


@few
@given(worlds(), st.floats(0, 30), st.floats(0, 30))
def test_a_larger_buffer_never_raises_the_reserve(world, one, other):
    small, large = sorted([one, other])
    rules = ReserveRules(min_part_m2=200, min_width_m=8)
    more = world.account(replace(rules, building_buffer_m=small)).plots["reserve_m2"]
    less = world.account(replace(rules, building_buffer_m=large)).plots["reserve_m2"]
    # A chord of a large arc may cut what an arc of a small one leaves: far below a square metre.
    assert (less <= more + 0.01 * large).all()


@few
@given(worlds())
def test_a_building_outside_changes_nothing(world):
    outside = buildings(
        *world.buildings.geometry, box(2000, 2000, 2100, 2100), box(SIDE + 16, 0, SIDE + 90, 90)
    )
    outside["floors"] = [*world.buildings["floors"], float("nan"), 3.0]
    close(world.account().plots, replace(world, buildings=outside).account().plots)


@few
@given(worlds(), st.randoms(use_true_random=False))
def test_renumbering_and_reordering_change_nothing(world, random):
    def shuffled(frame):
        order = random.sample(range(len(frame)), len(frame))
        return frame.iloc[order].set_axis(
            random.sample(range(100, 100 + len(frame)), len(frame)), axis=0
        )

    other = World(
        *(shuffled(getattr(world, name)) for name in ("parcels", "plan_areas")),
        world.zones,
        shuffled(world.buildings),
        None if world.constraints is None else shuffled(world.constraints),
    )
    one, two = (each.account().plots.set_index("parcel_id") for each in (world, other))
    close(one, two.loc[one.index])
    assert (one["class"] == two["class"].loc[one.index]).all()


@few
@given(worlds(), st.sampled_from([(1000, 0), (0, -1000), (620_000, 6_640_000)]))
def test_moving_everything_changes_nothing(world, by):
    def moved(frame):
        return None if frame is None else frame.set_geometry(frame.translate(*by))

    names = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    other = World(*(moved(getattr(world, name)) for name in names))
    one, two = world.account(), other.account()
    np.testing.assert_allclose(
        one.by_zone()[AREAS].fillna(0), two.by_zone()[AREAS].fillna(0), rtol=1e-6, atol=0.01
    )


@few
@given(worlds(), st.floats(0, SIDE))
def test_two_halves_make_the_whole(world, middle):
    found = world.account()
    west, east = box(-99, -99, middle, 999), box(middle, -99, 999, 999)
    halves = [found.within(half).total()[AREAS].astype(float).fillna(0) for half in (west, east)]
    whole = found.total()[AREAS].astype(float).fillna(0)
    np.testing.assert_allclose(halves[0] + halves[1], whole, atol=1e-3)


def _with_largest_circle(shapes):
    """A square with these taken out and they themselves, and the diameter of what lies in each."""
    with np.errstate(all="ignore"):
        holed = box(0, 0, 300, 300).difference(shapely.union_all(shapes))
        parts = shapely.get_parts(np.array([holed, *shapes], dtype=object))
        largest = 2 * shapely.length(shapely.maximum_inscribed_circle(parts, tolerance=0.001))
    return parts, largest


@few
@given(st.lists(rectangles(), min_size=1, max_size=12), st.floats(2, 60))
def test_width_is_that_of_the_largest_circle(shapes, width):
    parts, largest = _with_largest_circle(shapes)
    clear = np.abs(largest - width) > 0.01 * width  # the chords of the arcs
    with np.errstate(all="ignore"):
        assert (wide(parts, width) == (largest > width))[clear].all()


@few
@given(st.lists(rectangles(), min_size=1, max_size=12), st.floats(2, 60))
def test_a_circle_in_a_corner_lies_inside_whichever_way_the_border_is_drawn(shapes, width):
    parts, largest = _with_largest_circle(shapes)
    found = _in_a_corner(parts, width / 2)
    assert (largest[found] >= width - 0.002).all()
    of_shapes = slice(-len(shapes), None)
    roomy = largest[of_shapes] > width + 0.002
    assert found[of_shapes][roomy].all()  # a rectangle has room in its corners
    assert (_in_a_corner(shapely.reverse(parts), width / 2) == found).all()
    assert (_in_a_corner(_every_point_twice(parts), width / 2) == found).all()


def _every_point_twice(parts):
    def twice(ring):
        return np.repeat(shapely.get_coordinates(ring), 2, axis=0)

    return np.array(
        [
            shapely.Polygon(twice(one.exterior), [twice(hole) for hole in one.interiors])
            for one in parts
        ]
    )
