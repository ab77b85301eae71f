"""The land account on plots whose figures can be worked out in the head."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Polygon, box

from geo.geometry import width
from geo.geometry.width import wide
from geo.land.compute import account
from geo.land.rules import ReserveRules
from tests.support.errors import raising
from tests.support.land import BARE, WORLD, buildings, constraints, land, parcels, plans, zones
from tests.support.reading import embedded
from tests.support.shapes import square


def only(account):
    """Return the one plot of an account."""
    return account.plots.iloc[0]


# Built


def test_an_empty_plot_is_all_reserve():
    plot = only(land([square(0, 0)]))
    assert plot["gross_m2"] == plot["reserve_m2"] == 10_000


def test_a_building_takes_its_footprint_and_its_buffer():
    plot = only(
        land(
            [square(0, 0)],
            buildings(square(40, 40, side=20)),
            rules=ReserveRules(min_part_m2=0, min_width_m=0),
        )
    )
    # 20 m square, 15 m buffer: 400 + 4 · 20 · 15 + a circle drawn with 32 chords.
    circle = 32 / 2 * 15**2 * math.sin(2 * math.pi / 32)
    assert plot["built_m2"] == pytest.approx(400 + 1200 + circle)
    assert plot["built_m2"] + plot["reserve_m2"] == pytest.approx(10_000)


def test_overlapping_buildings_are_built_once():
    both = buildings(box(0, 0, 60, 100), box(40, 0, 80, 100))
    assert only(land([square(0, 0)], both))["built_m2"] == 8000


@pytest.mark.parametrize("buffer_m", [0.0, 5e-324, 2.2e-16, 1e-9, 1e-4])
def test_a_buffer_of_nothing_leaves_the_footprints(buffer_m):
    both = buildings(box(-50, -50, 10, 10), box(5, 5, 33.3, 33.3), box(50, 50, 61.7, 60.1))
    plot = only(land([square(0, 0)], both, rules=replace(BARE, building_buffer_m=buffer_m)))
    expected = 10 * 10 + 28.3**2 - 5 * 5 + 11.7 * 10.1
    assert plot["built_m2"] == pytest.approx(expected)


def test_a_neighbours_building_takes_land_within_its_buffer():
    built = buildings(box(-50, 0, -5, 100))
    rules = ReserveRules(building_buffer_m=15, min_part_m2=0, min_width_m=0)
    plot = only(land([square(0, 0)], built, rules=rules))
    assert plot["built_m2"] == pytest.approx(1000)  # 10 m of the plot's 100
    assert not plot["has_building"]


# Excluded


def test_constraints_take_what_is_not_built():
    plot = only(land([square(0, 0)], buildings(box(0, 0, 50, 100)), excluded=[box(40, 0, 70, 100)]))
    # 40–50 is both: it is built.
    assert plot[["built_m2", "excluded_m2", "reserve_m2"]].tolist() == [5000, 2000, 3000]


def test_overlapping_constraints_exclude_once():
    plot = only(land([square(0, 0)], excluded=[box(0, 0, 50, 100), box(0, 0, 100, 50)]))
    assert plot["excluded_m2"] == 7500


def test_constraints_to_assess_take_nothing():
    assess = constraints(square(0, 0), severity="assess")
    plot = only(land([square(0, 0)], excluded=assess))
    assert plot[["excluded_m2", "reserve_m2"]].tolist() == [0, 10_000]


def test_unmapped_constraints_are_unknown_and_the_account_still_balances():
    found = land([square(0, 0)], buildings(box(0, 0, 50, 100)), excluded=None)
    assert math.isnan(only(found)["excluded_m2"])
    assert math.isnan(found.by_zone()["excluded_m2"].item())
    assert math.isnan(found.total()["excluded_m2"])
    assert found.as_dict()["zones"][0]["excluded_m2"] is None
    assert found.balance_error_m2 == pytest.approx(0)


def test_mapped_constraints_without_any_on_the_land_exclude_nothing():
    assert only(land([square(0, 0)], excluded=constraints()))["excluded_m2"] == 0


# Parts


def test_a_small_part_is_dropped_and_a_part_of_exactly_the_minimum_kept():
    built = buildings(box(10, 0, 90, 100))  # leaves 10 · 100 m on both sides
    rules = ReserveRules(building_buffer_m=0, min_part_m2=1000, min_width_m=0)
    assert only(land([square(0, 0)], built, rules=rules))["reserve_m2"] == 2000
    smaller = buildings(box(9.9, 0, 90, 100))
    plot = only(land([square(0, 0)], smaller, rules=rules))
    assert plot["dropped_m2"] == pytest.approx(990)
    assert plot["reserve_m2"] == pytest.approx(1000)


def test_a_narrow_part_is_dropped_and_one_of_exactly_the_width_kept():
    rules = ReserveRules(building_buffer_m=0, min_part_m2=0, min_width_m=20)
    built = buildings(box(20, 0, 81, 100))  # leaves 20 m and 19 m
    plot = only(land([square(0, 0)], built, rules=rules))
    assert plot[["dropped_m2", "reserve_m2"]].tolist() == [1900, 2000]


def test_a_part_with_a_wide_core_keeps_its_narrow_neck():
    rules = ReserveRules(building_buffer_m=0, min_part_m2=0, min_width_m=20)
    built = buildings(box(50, 10, 100, 100))  # leaves a 50 m core with a neck of 10 m
    plot = only(land([square(0, 0)], built, rules=rules))
    assert plot["reserve_m2"] == 50 * 100 + 50 * 10


def test_a_plan_border_does_not_split_a_part():
    two = plans(box(-500, -500, 15, 500), box(15, -500, 500, 500))
    rules = ReserveRules(min_part_m2=2500, min_width_m=20)
    found = land([box(0, 0, 30, 100)], plan=two, rules=rules)
    assert found.pieces["gross_m2"].tolist() == [1500, 1500]
    assert found.pieces["reserve_m2"].tolist() == [1500, 1500]
    assert found.parts.area.tolist() == pytest.approx([3000])


def test_a_zone_border_does_not_split_a_part_but_its_figures():
    two = zones(box(-500, -500, 10, 500), box(10, -500, 500, 500))
    rules = ReserveRules(min_part_m2=2500, min_width_m=20)
    found = land([box(0, 0, 30, 100)], zone=two, rules=rules)
    assert found.by_zone()["reserve_m2"].tolist() == pytest.approx([1000, 2000])
    assert found.by_zone()["dropped_m2"].tolist() == [0, 0]
    parts = found.parts.sort_values("zone_id")
    assert parts["zone_id"].tolist() == ["z0", "z1"]
    assert parts.area.tolist() == pytest.approx([1000, 2000])


def test_plots_are_judged_each_on_its_own():
    rules = ReserveRules(min_part_m2=2500, min_width_m=20)
    found = land([box(0, 0, 15, 100), box(15, 0, 30, 100)], rules=rules)
    assert found.total()["dropped_m2"] == 3000


def test_one_of_two_parts_across_a_plan_border_may_fall():
    two = plans(box(-500, -500, 500, 50), box(-500, 50, 500, 500))
    built = buildings(box(40, 0, 95, 100))  # leaves 40 m and 5 m, each in both plans
    rules = ReserveRules(building_buffer_m=0, min_part_m2=1000, min_width_m=20)
    found = land([square(0, 0)], built, plan=two, rules=rules)
    assert found.pieces["reserve_m2"].tolist() == [2000, 2000]
    assert found.pieces["dropped_m2"].tolist() == [250, 250]


# Free land on which GEOS 3.14's buffer(−9.999) is empty, though a circle of radius 16.7 m fits.
# Every digit counts: moved to the origin it comes out right.
EMPTIED = Polygon(
    [
        (589144.154, 6680524.214),
        (589126.875, 6680593.014),
        (589197.779, 6680608.845),
        (589205.292, 6680581.289),
        (589204.664, 6680581.194),
        (589203.420, 6680580.878),
        (589203.322, 6680581.040),
        (589201.342, 6680583.213),
        (589198.975, 6680584.958),
        (589196.313, 6680586.208),
        (589193.459, 6680586.914),
        (589190.521, 6680587.050),
        (589187.614, 6680586.611),
        (589172.884, 6680582.877),
        (589170.118, 6680581.879),
        (589167.600, 6680580.360),
        (589165.427, 6680578.379),
        (589163.682, 6680576.013),
        (589162.432, 6680573.351),
        (589161.725, 6680570.497),
        (589161.589, 6680567.559),
        (589162.029, 6680564.652),
        (589166.667, 6680546.350),
        (589167.666, 6680543.584),
        (589169.185, 6680541.067),
        (589171.165, 6680538.893),
        (589173.532, 6680537.148),
        (589176.194, 6680535.898),
        (589179.048, 6680535.192),
        (589181.986, 6680535.056),
        (589184.893, 6680535.495),
        (589214.354, 6680542.963),
        (589215.618, 6680543.419),
        (589215.897, 6680542.398),
    ]
)


def test_a_wide_part_is_kept_where_the_opening_fails():
    circle = shapely.maximum_inscribed_circle(EMPTIED, tolerance=0.01)
    assert circle.length == pytest.approx(16.72, abs=0.02)
    assert wide(np.array([EMPTIED]), 20.0).tolist() == [True]


def test_the_opening_alone_never_drops_a_part(monkeypatch):
    # 21 m wide and 19 m wide; too long and thin for the quick bound to settle the first.
    parts = np.array([box(0, 0, 21, 200), box(0, 0, 19, 200)])
    monkeypatch.setattr(
        width.shapely, "buffer", lambda given, *_, **__: np.full(len(given), Polygon())
    )
    assert wide(parts, 20.0).tolist() == [True, False]


@pytest.mark.parametrize("width", [5.0, 20.0, 39.9, 40.1, 80.0])
def test_width_is_that_of_the_largest_circle(width):
    generator = np.random.default_rng(1)
    holes = [square(x, y, side=8) for x in (5, 60) for y in (5, 40, 75)]
    shapes = [
        shapely.difference(
            box(0, 0, *generator.uniform(10, 120, 2)),
            shapely.union_all(generator.choice(holes, generator.integers(0, 4))),
        )
        for _ in range(200)
    ]
    parts = shapely.get_parts(np.array(shapes))
    largest = 2 * shapely.length(shapely.maximum_inscribed_circle(parts, tolerance=0.001))
    clear = np.abs(largest - width) > 0.006 * width  # the chords of the arcs
    assert (wide(parts, width) == (largest > width))[clear].all()


# Plans and zones


def test_land_without_business_purpose_is_not_counted():
    mixed = plans(box(0, 0, 60, 100), box(60, 0, 100, 100), land_use_code=["1340", "1110"])
    assert only(land([square(0, 0)], plan=mixed))["gross_m2"] == 6000


@pytest.mark.parametrize("code", ["1300", 1300, 1300.0, " 1300 ", "1130", "1831"])
def test_business_codes_are_read_as_text(code):
    assert len(land([square(0, 0)], plan=plans(WORLD, land_use_code=[code])).plots) == 1


@pytest.mark.parametrize("code", ["1110", "0130", "1799", "1832", None])
def test_other_codes_are_no_business(code):
    assert len(land([square(0, 0)], plan=plans(WORLD, land_use_code=[code])).plots) == 0


def test_a_status_may_be_left_out():
    future = plans(box(0, 0, 60, 100), box(60, 0, 100, 100), land_use_status=[1, 2])
    rules = ReserveRules(plan_statuses=("2",))
    assert only(land([square(0, 0)], plan=future, rules=rules))["gross_m2"] == 4000


def test_the_newest_plan_holds_where_two_overlap():
    two = plans(WORLD, box(0, 0, 30, 100), adopted=[2020, 1999], utilisation_value=[100.0, 50.0])
    assert land([square(0, 0)], plan=two).pieces["plan_id"].tolist() == ["p0"]
    two["adopted"] = [1999, 2020]
    assert land([square(0, 0)], plan=two).pieces["gross_m2"].tolist() == [7000, 3000]


def test_a_newer_plan_for_something_else_takes_business_land():
    two = plans(WORLD, box(0, 0, 30, 100), adopted=[1999, 2020], land_use_code=["1300", "1110"])
    assert only(land([square(0, 0)], plan=two))["gross_m2"] == 7000


def test_without_years_the_later_row_is_newer_and_a_missing_year_is_oldest():
    two = plans(box(0, 0, 30, 100), WORLD)
    assert land([square(0, 0)], plan=two).pieces["plan_id"].tolist() == ["p1"]
    two["adopted"] = [1950, None]
    assert land([square(0, 0)], plan=two).pieces["gross_m2"].tolist() == [3000, 7000]


def test_a_plot_on_a_zone_border_is_shared_by_its_pieces():
    two = zones(box(0, 0, 30, 100), box(30, 0, 100, 100))
    found = land([square(0, 0)], zone=two)
    assert found.by_zone()["gross_m2"].tolist() == [3000, 7000]
    assert found.by_zone()["plots"].tolist() == [1, 1]
    assert found.total()["plots"] == 1


def test_overlapping_zones_count_land_once():
    found = land([square(0, 0)], zone=zones(square(0, 0), box(50, 0, 100, 100)))
    assert found.by_zone()["gross_m2"].tolist() == [5000, 5000]


def test_every_zone_has_a_row():
    found = land([square(0, 0)], zone=zones(WORLD, box(6000, 0, 7000, 1000)))
    assert found.by_zone()["gross_m2"].tolist() == [10_000, 0]


# Results


def test_the_index_of_the_plots_is_that_of_the_parcels():
    plots = parcels(square(9000, 0), square(0, 0), square(200, 0)).set_axis([7, 8, 9], axis=0)
    found = land(plots).plots
    assert found.index.tolist() == [8, 9]
    assert found["parcel_id"].tolist() == ["1/1", "1/2"]


def test_plots_with_the_same_label_stay_two():
    twins = parcels(square(0, 0), square(200, 0)).set_axis([5, 5], axis=0)
    assert land(twins).plots.index.tolist() == [5, 5]


def test_the_plots_come_in_the_order_of_the_parcels():
    names = ["c", "a", "b"]
    plots = parcels(square(900, 0), square(0, 900), square(0, 0), parcel_id=names)
    assert land(plots).plots["parcel_id"].tolist() == names


def test_a_plot_in_two_plans_is_one_plot_with_one_shape():
    two = plans(box(-500, -500, 30, 500), box(30, -500, 500, 500))
    found = land([square(0, 0)], plan=two).plots
    assert found.area.tolist() == [10_000]
    assert found["gross_m2"].tolist() == [10_000]


def test_an_area_takes_its_share_of_each_piece():
    built = buildings(box(0, 0, 50, 100))
    found = land([square(0, 0), square(100, 0)], built)
    cut = found.within(box(75, 0, 150, 100))
    assert cut.pieces["gross_m2"].tolist() == [2500, 5000]
    assert cut.total()["reserve_m2"] == 0.25 * 5000 + 5000  # a share, wherever the building stands
    assert cut.parts.area.sum() == 2500 + 5000  # the shapes themselves
    assert found.total()["gross_m2"] == 20_000


def test_an_area_beside_the_land_has_none():
    assert land([square(0, 0)]).within(square(9000, 0)).total()["gross_m2"] == 0


def test_the_json_document_is_the_command_lines():
    found = land(
        parcels(square(0, 0), synthetic=True), buildings(square(0, 0, side=50)), excluded=None
    )
    document = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert document == {
        "zones": [
            {
                "zone_id": "z0",
                "gross_m2": 10_000,
                "built_m2": 2500,
                "excluded_m2": None,
                "dropped_m2": 0,
                "reserve_m2": 7500,
                "densification_bra_m2": 0,  # 2 500 m² allowed on the built land, and built
                "unknown_plots": 0,
                "synthetic": True,
                "unplotted_m2": pytest.approx(WORLD.area - 10_000),
                "water_m2": 0,
            }
        ],
        "balance_error_m2": pytest.approx(0, abs=1e-6),
        "outside_zones_m2": 0,
    }


def test_land_is_synthetic_where_a_plot_is():
    mixed = parcels(square(0, 0), square(200, 0), synthetic=[False, True])
    two = zones(box(0, 0, 100, 100), box(200, 0, 300, 100))
    assert land(mixed, zone=two).by_zone()["synthetic"].tolist() == [False, True]


def test_the_rows_given_are_not_changed():
    plots = parcels(square(0, 0))
    before = plots.copy()
    land(plots)
    pd.testing.assert_frame_equal(plots, before)


# Errors


@pytest.mark.parametrize(
    "wrong",
    [
        {"building_buffer_m": -1},
        {"building_buffer_m": 1000.1},
        {"min_part_m2": math.nan},
        {"min_width_m": math.inf},
        {"max_utilisation": 0},
        {"max_utilisation": 1.01},
        {"business_codes": ()},
        {"plan_statuses": (1, 2)},
    ],
)
def test_impossible_parameters_are_refused(wrong):
    with raising("error.reserve_rule") as caught:
        ReserveRules(**wrong)
    assert caught.value.parts["name"] == next(iter(wrong))


@pytest.mark.parametrize(
    ("layer", "column"),
    [
        ("parcels", "parcel_id"),
        ("plan_areas", "utilisation_value"),
        ("zones", "zone_id"),
        ("buildings", "floors"),
        ("constraints", "severity"),
    ],
)
def test_a_missing_column_is_named(layer, column):
    layers = {
        "parcels": parcels(square(0, 0)),
        "plan_areas": plans(WORLD),
        "zones": zones(WORLD),
        "buildings": buildings(square(0, 0)),
        "constraints": constraints(square(0, 0)),
    }
    layers[layer] = layers[layer].drop(columns=column)
    with raising("error.missing_column") as caught:
        account(**layers, rules=BARE)
    assert caught.value.parts == {"layer": layer, "column": column}


def test_layers_in_two_reference_systems_are_refused():
    with raising("error.crs_mismatch"):
        land(parcels(square(0, 0)).set_crs(25833, allow_override=True))


def test_degrees_are_refused():
    world = [maker(Polygon([(11, 60), (11, 61), (12, 60)])) for maker in (parcels, plans, zones)]
    world = [frame.set_crs(4326, allow_override=True) for frame in world]
    empty = buildings(square(0, 0)).set_crs(4326, allow_override=True)
    with raising("error.crs_mismatch"):
        account(*world, empty, None)


def test_a_plots_utilisation_is_the_ratio_of_the_two_figures_beside_it():
    pack = embedded()
    layers = ("parcels", "plan_areas", "zones", "buildings", "constraints")
    plots = account(*(pack.layer(name) for name in layers)).plots
    known = plots[plots["utilisation"].notna()]
    assert len(known) > 500
    assert known["utilisation"].to_numpy() == pytest.approx(
        (known["existing_bra_m2"] / known["built_bra_m2"]).to_numpy()
    )


def answers(found):
    return found.by_zone()[["reserve_m2", "densification_bra_m2"]].to_numpy().tolist()


UNKNOWN = [pytest.approx(math.nan, nan_ok=True)] * 2
APART = zones(square(0, 0), square(9000, 0))


@pytest.mark.parametrize(
    ("plots", "plan"),
    [
        pytest.param([square(0, 0)], plans(square(0, 0), square(9000, 0)), id="no plots"),
        pytest.param([square(0, 0)], plans(square(0, 0)), id="neither plots nor plans"),
        pytest.param([square(0, 0), square(9000, 0)], plans(square(0, 0)), id="no plans"),
        pytest.param(
            [square(0, 0), square(9100, 0)], plans(square(0, 0), square(9000, 0)), id="beside"
        ),
    ],
)
def test_in_a_zone_without_plots_or_plans_what_is_vacant_is_unknown_not_none(plots, plan):
    found = land(plots, plan=plan, zone=APART)
    assert answers(found) == [[10_000, 0], UNKNOWN]
    assert found.total()["reserve_m2"] == 10_000
    of_json = {zone["zone_id"]: zone for zone in found.as_dict()["zones"]}
    assert (of_json["z0"]["reserve_m2"], of_json["z1"]["reserve_m2"]) == (10_000, None)
    room = found.jobs(pd.DataFrame({"low": [20.0], "high": [40.0]}, index=["lager"]))
    assert room.loc["z1"].isna().all()


def test_in_a_zone_with_plots_and_no_business_land_nothing_is_vacant():
    plan = plans(square(0, 0), square(9000, 0), land_use_code=["1300", "1110"])
    found = land([square(0, 0), square(9000, 0)], plan=plan, zone=APART)
    assert answers(found) == [[10_000, 0], [0, 0]]


def test_a_zone_outside_an_area_has_no_vacant_land_in_it():
    both = plans(square(0, 0), square(9000, 0))
    found = land([square(0, 0), square(9000, 0)], plan=both, zone=APART)
    assert answers(found.within(square(0, 0))) == [[10_000, 0], [0, 0]]
