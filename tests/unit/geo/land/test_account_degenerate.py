"""Land as it comes in real files: slivers, holes, copies, bow-ties, borders that only touch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import rotate
from shapely.ops import split

from geo.geometry import polygons
from geo.land.rules import ReserveRules
from tests.support.land import WORLD, buildings, constraints, land, parcels, plans, zones
from tests.support.shapes import square

BOW_TIE = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])  # 5 000 m²
RING = Polygon(box(0, 0, 100, 100).exterior, [box(20, 20, 80, 80).exterior])  # 6 400 m²


def total(found):
    return found.total()[["gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"]]


def faults(found):
    return found.faults[["layer", "row", "fault"]].to_numpy().tolist()


# Shapes


def test_a_bow_tie_plot_is_repaired_and_listed():
    found = land([BOW_TIE])
    assert total(found)["gross_m2"] == pytest.approx(5000)
    assert faults(found) == [["parcels", 0, polygons.INVALID]]


@pytest.mark.parametrize(
    ("layer", "areas"),
    [("buildings", [5000, 0]), ("constraints", [0, 5000])],
)
def test_a_bow_tie_obstacle_is_repaired_and_listed(layer, areas):
    built = buildings(BOW_TIE) if layer == "buildings" else None
    found = land([square(0, 0)], built, excluded=[BOW_TIE] if layer == "constraints" else ())
    assert total(found)[["built_m2", "excluded_m2"]].tolist() == pytest.approx(areas)
    assert faults(found) == [[layer, 0, polygons.INVALID]]


def test_bow_tie_plans_and_zones_are_repaired_and_listed():
    found = land([square(0, 0)], plan=plans(BOW_TIE), zone=zones(BOW_TIE))
    assert total(found)["gross_m2"] == pytest.approx(5000)
    assert [fault[0] for fault in faults(found)] == ["plan_areas", "zones"]


def test_a_plot_with_a_hole_leaves_the_hole_out():
    assert total(land([RING]))["reserve_m2"] == 6400


def test_a_building_round_a_yard_leaves_the_yard_free():
    plot = total(land([square(0, 0)], buildings(RING)))
    assert plot["built_m2"] == 6400
    assert plot["reserve_m2"] == 3600


def test_a_plot_in_several_pieces_is_one_plot():
    found = land([MultiPolygon([square(0, 0), square(500, 0)])])
    assert len(found.plots) == 1
    assert len(found.parts) == 2
    assert total(found)["reserve_m2"] == 20_000


def test_a_collection_counts_by_its_polygons():
    mixed = GeometryCollection([square(0, 0), LineString([(0, 0), (9, 9)]), Point(3, 3)])
    assert total(land([mixed]))["gross_m2"] == 10_000


@pytest.mark.parametrize(
    "shape",
    [None, Polygon(), Point(5, 5), LineString([(0, 0), (9, 9)]), Polygon([(0, 0), (9, 9), (3, 3)])],
    ids=["none", "empty", "point", "line", "flat"],
)
def test_a_plot_without_area_is_left_out_and_listed(shape):
    found = land(parcels(square(0, 0), shape))
    assert total(found)["gross_m2"] == 10_000
    assert faults(found) == [["parcels", 1, polygons.UNUSABLE]]


def test_heights_are_ignored():
    raised = shapely.force_3d(square(0, 0), 120.0)
    found = land([raised], buildings(shapely.force_3d(box(0, 0, 50, 100), 130.0)))
    assert total(found)["built_m2"] == 5000


# Copies


def test_the_same_plot_twice_is_counted_once_and_listed():
    found = land([square(0, 0), square(0, 0)])
    assert total(found)["gross_m2"] == 10_000
    assert faults(found) == [["parcels", 1, polygons.DUPLICATE]]


def test_the_same_building_twice_counts_once():
    twice = buildings(square(0, 0), square(0, 0), gross_area_m2=1000.0)
    found = land([square(0, 0)], twice)
    assert found.plots["existing_bra_m2"].item() == 1000


def test_the_same_plan_twice_counts_land_once():
    found = land([square(0, 0)], plan=plans(WORLD, WORLD), zone=zones(WORLD, WORLD))
    assert total(found)["gross_m2"] == 10_000


def test_the_same_constraint_twice_excludes_once():
    found = land([square(0, 0)], excluded=[box(0, 0, 50, 100)] * 3)
    assert total(found)["excluded_m2"] == 5000


# Touching, and almost touching


def test_a_building_that_touches_takes_nothing():
    assert total(land([square(0, 0)], buildings(square(100, 0))))["built_m2"] == 0


def test_a_plan_that_touches_gives_no_piece():
    found = land([square(0, 0)], plan=plans(square(0, 0), square(100, 0), square(100, 100)))
    assert len(found.pieces) == 1


def test_a_border_that_is_off_by_a_nanometre_gives_no_shred():
    found = land([square(0, 0)], plan=plans(square(0, 0), box(100 - 1e-9, 0, 200, 100)))
    assert len(found.pieces) == 1
    assert total(found)["gross_m2"] == pytest.approx(10_000)


def test_a_gap_of_a_tenth_of_a_millimetre_between_plans_does_not_split_a_part():
    two = plans(box(-500, -500, 15, 500), box(15.0001, -500, 500, 500))
    found = land([box(0, 0, 30, 100)], plan=two, rules=ReserveRules(min_part_m2=2500))
    assert total(found)["reserve_m2"] == pytest.approx(3000, abs=0.1)


def test_a_slanting_plan_border_does_not_split_a_part():
    generator = np.random.default_rng(5)
    for turn in generator.uniform(0, 2 * math.pi, 50):
        far = 1e3 * np.array([math.cos(turn), math.sin(turn)])
        line = LineString(
            [
                (600_015 - far[0], 6_640_050 - far[1]),
                (600_015 + far[0], 6_640_050 + far[1]),
            ]
        )
        halves = split(line.buffer(900), line).geoms
        plot = rotate(box(600_000, 6_640_000, 600_030, 6_640_100), 17)
        found = land(
            [plot],
            plan=plans(*halves),
            zone=zones(plot.buffer(500)),
            rules=ReserveRules(min_part_m2=2500),
        )
        assert total(found)["reserve_m2"] == pytest.approx(3000, abs=0.1)


def test_slivers_between_plots_and_plans_go_with_the_plot_that_they_are_on():
    found = land(
        [box(0, 0, 100.3, 100)],
        plan=plans(square(0, 0), box(100, 0, 200, 100)),
        zone=zones(square(0, 0), box(100, 0, 200, 100)),
        rules=ReserveRules(),
    )
    assert total(found)[["dropped_m2", "reserve_m2"]].tolist() == pytest.approx([0, 10_030])
    assert found.by_zone()["reserve_m2"].tolist() == pytest.approx([10_000, 30])


def test_slivers_that_lie_apart_are_dropped_not_lost():
    found = land(
        [box(0, 0, 100.8, 100)],
        plan=plans(square(0, 0), box(100.5, 0, 200, 100)),
        rules=ReserveRules(),
    )
    assert total(found)[["dropped_m2", "reserve_m2"]].tolist() == pytest.approx([30, 10_000])


def test_a_thin_plot_is_dropped():
    assert total(land([box(0, 0, 0.01, 4000)], rules=ReserveRules()))["dropped_m2"] == 40


# Empty layers


@pytest.mark.parametrize("empty", ["parcels", "plan", "zone"])
def test_without_land_there_is_an_empty_account(empty):
    layers = {"parcels": parcels(square(0, 0)), "plan": plans(WORLD), "zone": zones(WORLD)}
    layers[empty] = layers[empty].iloc[:0]
    found = land(layers["parcels"], plan=layers["plan"], zone=layers["zone"])
    assert len(found.plots) == len(found.parts) == 0
    assert total(found).tolist() == [0] * 5
    assert found.balance_error_m2 == 0
    assert len(found.by_zone()) == (0 if empty == "zone" else 1)
    assert found.as_dict()["balance_error_m2"] == 0


def test_without_buildings_and_constraints_all_land_is_reserve():
    found = land([square(0, 0)], buildings(), excluded=constraints())
    assert total(found).tolist() == [10_000, 0, 0, 0, 10_000]


def test_an_account_without_land_can_be_cut_and_asked():
    found = land(parcels()).within(square(0, 0))
    assert len(found.parts) == 0
    assert found.total()["plots"] == 0
