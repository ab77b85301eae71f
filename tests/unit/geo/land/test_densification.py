"""Floor area by hand: every utilisation type, every class, and no square metre counted twice."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from shapely import box

from geo.land.account import BOUND, BUILT_OUT, DENSIFY, UNKNOWN, VACANT, classify
from geo.land.densification import UTILISATION, allowed_bra_m2, existing_bra_m2, jobs
from geo.land.rules import ReserveRules
from tests.support.errors import raising
from tests.support.land import WORLD, buildings, land, plans, zones
from tests.support.shapes import square

NOTHING = float("nan")


def allowed(kind, value, floors, plot_m2=2000.0):
    return allowed_bra_m2([kind], [value], [floors], np.array([plot_m2])).item()


# What the plan allows, on a plot of 2 000 m²


@pytest.mark.parametrize(
    ("kind", "value", "floors", "bra_m2"),
    [
        (12, 40.0, 3.0, 2400.0),  # %-BYA of 1997: 40 % · 2 000 · 3
        (13, 1500.0, NOTHING, 1500.0),  # T-BRA of 1997, m²
        (14, 80.0, NOTHING, 1600.0),  # %-TU of 1997: 80 % · 2 000
        (15, 600.0, 2.0, 1200.0),  # BYA m² · floors
        (16, 40.0, 3.0, 2400.0),  # %-BYA
        (17, 1500.0, NOTHING, 1500.0),  # BRA m²
        (18, 80.0, NOTHING, 1600.0),  # %-BRA
    ],
)
def test_allowed_floor_area_by_type(kind, value, floors, bra_m2):
    assert allowed(kind, value, floors) == pytest.approx(bra_m2)


@pytest.mark.parametrize("kind", [12, 15, 16])
def test_a_footprint_needs_the_number_of_floors(kind):
    assert math.isnan(allowed(kind, 40.0, NOTHING))


@pytest.mark.parametrize("kind", sorted(UTILISATION))
@pytest.mark.parametrize("value", [NOTHING, 0.0, -5.0, None])
def test_a_missing_value_is_unknown_and_never_nothing(kind, value):
    assert math.isnan(allowed(kind, value, 3.0))


@pytest.mark.parametrize("kind", [NOTHING, None, 1, 4, 10, 11, 19])
def test_a_type_without_a_formula_is_unknown(kind):
    assert math.isnan(allowed(kind, 40.0, 3.0))


def test_types_may_be_text():
    assert allowed("18", "80", None) == 1600


# What stands there


@pytest.mark.parametrize(
    ("registered", "floors", "bra_m2"),
    [(900.0, 2.0, 900.0), (NOTHING, 2.0, 800.0), (0.0, 2.0, 800.0), (900.0, NOTHING, 900.0)],
)
def test_existing_floor_area_is_registered_or_footprint_times_floors(registered, floors, bra_m2):
    assert existing_bra_m2([registered], [floors], np.array([400.0])).item() == bra_m2


@pytest.mark.parametrize(("registered", "floors"), [(NOTHING, NOTHING), (0.0, 0.0)])
def test_a_building_without_floor_area_and_floors_is_unknown(registered, floors):
    assert math.isnan(existing_bra_m2([registered], [floors], np.array([400.0])).item())


# A plot of 10 000 m² with %-BRA 100: each m² of land carries 1 m² of floor area


def plot_with(*shapes, rules=None, excluded=(), plan=None, **columns):
    rules = rules or ReserveRules(building_buffer_m=0, min_part_m2=0, min_width_m=0)
    built = buildings(*shapes, **columns)
    return land([square(0, 0)], built, plan=plan, excluded=excluded, rules=rules).plots.iloc[0]


def test_built_land_carries_densification_and_reserve_its_own_capacity():
    plot = plot_with(box(0, 0, 40, 100), gross_area_m2=1000.0)
    assert plot["built_bra_m2"] == 4000
    assert plot["densification_bra_m2"] == 3000  # 4 000 allowed there, 1 000 built
    assert plot["utilisation"] == 0.25
    assert plot["reserve_bra_m2"] == 6000
    assert plot["allowed_bra_m2"] == 10_000


def test_excluded_and_dropped_land_carries_nothing():
    rules = ReserveRules(building_buffer_m=0, min_part_m2=2000, min_width_m=0)
    plot = plot_with(
        box(0, 0, 40, 100),
        box(80, 0, 90, 100),
        gross_area_m2=[500.0, 500.0],
        excluded=[box(40, 0, 80, 100)],
        rules=rules,
    )
    assert plot["dropped_m2"] == 1000
    assert plot["densification_bra_m2"] == 5000 - 1000
    assert plot["reserve_bra_m2"] == 0


def test_a_well_used_plot_has_no_densification():
    plot = plot_with(square(0, 0), gross_area_m2=6000.0)
    assert plot["utilisation"] == 0.6  # not under the threshold
    assert plot["densification_bra_m2"] == 0
    assert plot["class"] == BUILT_OUT


def test_a_plot_just_under_the_threshold_counts():
    plot = plot_with(square(0, 0), gross_area_m2=5999.0)
    assert plot["densification_bra_m2"] == 4001
    assert plot["class"] == DENSIFY


def test_more_than_allowed_is_not_negative():
    plot = plot_with(square(0, 0), gross_area_m2=15_000.0)
    assert plot["utilisation"] == 1.5
    assert plot["densification_bra_m2"] == 0


def test_the_threshold_may_be_moved():
    rules = ReserveRules(building_buffer_m=0, max_utilisation=0.8)
    assert plot_with(square(0, 0), gross_area_m2=7000.0, rules=rules)["class"] == DENSIFY


def test_a_plot_without_a_building_has_no_densification():
    rules = ReserveRules(building_buffer_m=15, min_part_m2=0, min_width_m=0)
    plot = plot_with(box(-50, 0, -5, 100), rules=rules)
    assert plot["built_m2"] == pytest.approx(1000)
    assert plot["densification_bra_m2"] == 0


def test_a_wall_across_the_border_is_no_building():
    plot = plot_with(box(-50, 0, 0.1, 100))  # 10 m² of it on the plot
    assert not plot["has_building"]
    assert plot["class"] == VACANT


def test_a_building_across_a_border_is_shared_by_its_footprint():
    found = land([square(0, 0), square(100, 0)], buildings(box(75, 0, 175, 100), floors=2.0))
    assert found.plots["existing_bra_m2"].tolist() == [5000, 15_000]


def test_floor_area_outside_business_land_is_left_out():
    found = land([square(0, 0)], buildings(box(50, 0, 150, 100), gross_area_m2=4000.0))
    assert found.plots["existing_bra_m2"].item() == 2000


def test_each_plan_has_its_own_limit():
    limits = {"utilisation_type": [18, 17], "utilisation_value": [100.0, 3000.0]}
    two = plans(box(0, 0, 50, 100), box(50, 0, 100, 100), **limits)
    plot = plot_with(square(0, 0), gross_area_m2=2000.0, plan=two)
    assert plot["allowed_bra_m2"] == 5000 + 3000
    assert plot["densification_bra_m2"] == (5000 - 1000) + (3000 - 1000)


def test_a_limit_in_square_metres_is_not_repeated_across_a_zone_border():
    limit = plans(WORLD, utilisation_type=17, utilisation_value=6000.0)
    found = land(
        [square(0, 0)],
        buildings(square(0, 0), gross_area_m2=1000.0),
        plan=limit,
        zone=zones(box(0, 0, 75, 100), box(75, 0, 100, 100)),
    )
    assert found.pieces["allowed_bra_m2"].tolist() == [4500, 1500]
    assert found.total()["densification_bra_m2"] == 5000


# Not knowing


def test_a_built_plot_without_a_limit_is_unknown_and_not_nothing():
    plot = plot_with(square(0, 0), plan=plans(WORLD, utilisation_value=NOTHING))
    assert plot["class"] == UNKNOWN
    assert math.isnan(plot["densification_bra_m2"])


def test_a_building_of_unknown_size_makes_its_plot_unknown():
    found = land(
        [square(0, 0), square(200, 0)],
        buildings(square(0, 0), square(200, 0), floors=[1.0, NOTHING], gross_area_m2=NOTHING),
        plan=plans(WORLD, utilisation_value=300.0),
    )
    assert found.plots["class"].tolist() == [DENSIFY, UNKNOWN]
    zone = found.by_zone().iloc[0]
    assert zone["unknown_plots"] == 1
    assert zone["densification_bra_m2"] == 20_000  # of the one that is known
    assert found.as_dict()["zones"][0]["unknown_plots"] == 1


def test_a_zone_where_nothing_is_known_has_no_figure():
    found = land([square(0, 0)], buildings(square(0, 0), floors=NOTHING))
    assert math.isnan(found.by_zone()["densification_bra_m2"].item())
    assert found.as_dict()["zones"][0]["densification_bra_m2"] is None


def test_a_zone_where_what_is_known_is_used_up_has_nothing_left():
    found = land(
        [square(0, 0), square(200, 0)],
        buildings(square(0, 0), square(200, 0), floors=[1.0, NOTHING]),
    )
    assert found.by_zone()["densification_bra_m2"].item() == 0


def test_a_vacant_plot_without_a_limit_is_vacant_with_unknown_capacity():
    found = land([square(0, 0)], plan=plans(WORLD, utilisation_value=NOTHING))
    assert found.plots["class"].item() == VACANT
    assert math.isnan(found.plots["reserve_bra_m2"].item())
    assert found.by_zone()["unknown_reserve_m2"].item() == 10_000
    assert found.by_zone()["unknown_plots"].item() == 0


# Classes


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({"reserve_m2": 10_000}, VACANT),
        ({"reserve_m2": 1000, "excluded_m2": 8000}, VACANT),  # unbuilt, and some can be built on
        ({"reserve_m2": 5001, "has_building": True}, VACANT),
        ({"reserve_m2": 5000, "has_building": True}, BUILT_OUT),
        ({"reserve_m2": 5001, "has_building": True, "unknown": True}, UNKNOWN),
        ({"excluded_m2": 5001}, BOUND),
        ({"excluded_m2": 5001, "has_building": True, "densification_bra_m2": 10}, BOUND),
        ({"excluded_m2": 5000, "has_building": True, "densification_bra_m2": 10}, DENSIFY),
        ({"has_building": True, "densification_bra_m2": 10}, DENSIFY),
        ({"has_building": True}, BUILT_OUT),
        ({}, BUILT_OUT),  # unbuilt, but nothing large enough
        ({"excluded_m2": NOTHING}, BUILT_OUT),
        ({"excluded_m2": NOTHING, "reserve_m2": 1000}, VACANT),
        ({"excluded_m2": NOTHING, "water_m2": 5001}, BOUND),  # water is known all the same
    ],
)
def test_the_class_follows_the_account(account, expected):
    usual = {
        "gross_m2": 10_000.0,
        "reserve_m2": 0.0,
        "excluded_m2": 0.0,
        "water_m2": 0.0,
        "densification_bra_m2": 0.0,
        "has_building": False,
        "unknown": False,
    }
    assert classify(pd.DataFrame([usual | account])).tolist() == [expected]


# Jobs

NORMS = pd.DataFrame({"low": [20.0, 70.0], "high": [25.0, 95.0]}, index=["kontor", "lager"])


def test_jobs_of_a_floor_area_by_profile():
    found = jobs(pd.Series([1000.0, 1000.0], index=[7, 9]), pd.Series(["kontor", "lager"]), NORMS)
    assert found.index.tolist() == [7, 9]
    assert found["low"].tolist() == pytest.approx([40, 1000 / 95])
    assert found["high"].tolist() == pytest.approx([50, 1000 / 70])


def test_reserve_and_densification_are_two_numbers():
    found = land(
        [square(0, 0)],
        buildings(box(0, 0, 40, 100), gross_area_m2=1000.0),
        zone=zones(WORLD, business_profile="kontor"),
    ).jobs(NORMS)
    assert found.iloc[0].to_dict() == {
        "reserve_jobs_low": 6000 / 25,
        "reserve_jobs_high": 6000 / 20,
        "densification_jobs_low": 3000 / 25,
        "densification_jobs_high": 3000 / 20,
    }


def test_a_plot_across_a_zone_border_has_jobs_by_both_profiles():
    found = land(
        [square(0, 0), square(1000, 0)],
        zone=zones(box(-5000, -5000, 40, 5000), box(40, -5000, 5000, 5000)).assign(
            business_profile=["kontor", "lager"]
        ),
    )
    across, lager = found.plot_jobs(NORMS).itertuples()
    assert across.reserve_jobs_low == pytest.approx(4000 / 25 + 6000 / 95)
    assert across.reserve_jobs_high == pytest.approx(4000 / 20 + 6000 / 70)
    assert lager.reserve_jobs_high == pytest.approx(10_000 / 70)
    assert across.densification_jobs_low == 0  # nothing is built


def test_a_plots_jobs_are_unknown_where_a_part_is():
    found = land(
        [square(0, 0), square(1000, 0)],
        zone=zones(box(-5000, -5000, 40, 5000), box(40, -5000, 5000, 5000)).assign(
            business_profile=["kontor", None]
        ),
    )
    assert found.plot_jobs(NORMS).isna().to_numpy().all()


def test_the_plots_jobs_sum_to_the_zones():
    found = land(
        [square(0, 0), square(100, 0), square(-100, 0)],
        buildings(box(0, 0, 40, 100), gross_area_m2=1000.0),
        zone=zones(box(-5000, -5000, 40, 5000), box(40, -5000, 5000, 5000)).assign(
            business_profile=["kontor", "lager"]
        ),
    )
    sums = found.plot_jobs(NORMS).sum().to_numpy()
    assert sums == pytest.approx(found.jobs(NORMS).sum().to_numpy())


@pytest.mark.parametrize("profile", ["fiskeri", None])
def test_a_profile_without_a_norm_gives_no_jobs(profile):
    found = land([square(0, 0)], zone=zones(WORLD, business_profile=profile)).jobs(NORMS)
    assert found.isna().to_numpy().all()


def test_a_zone_layer_without_profiles_gives_no_jobs():
    assert land([square(0, 0)]).jobs(NORMS).isna().to_numpy().all()


@pytest.mark.parametrize(("low", "high"), [(0.0, 10.0), (20.0, 10.0), (NOTHING, 10.0)])
def test_an_impossible_norm_is_refused(low, high):
    wrong = pd.DataFrame({"low": [low], "high": [high]}, index=["kontor"])
    with raising("error.norm"):
        jobs(pd.Series([1.0]), pd.Series(["kontor"]), wrong)
