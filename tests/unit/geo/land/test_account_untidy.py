"""Layers as registers have them: land that is there twice, plans off the ground, lakes."""

from __future__ import annotations

import math

import pytest
from shapely import box
from shapely.affinity import rotate, translate

from geo.land import owners
from geo.land.account import BOUND
from geo.land.compute import account
from geo.land.notes import of_account
from geo.land.rules import ReserveRules
from tests.support.land import BARE, WORLD, buildings, constraints, land, parcels, plans, zones
from tests.support.rows import rows
from tests.support.shapes import square

AREAS = ["gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"]
PLOT = box(0, 0, 200, 100)


def told(found):
    return [note.say("nb") for note in of_account(found)]


def told_of(found, msgid):
    return next((note.parts for note in of_account(found) if note.msgid == msgid), None)


def with_water(plots, *lakes, constraints_=None, built=None):
    water = rows(*lakes, kind="lake")
    layers = (parcels(*plots), plans(WORLD), zones(WORLD), built or buildings(), constraints_)
    return account(*layers, BARE, water=water)


# Plots


def test_a_leasehold_inside_a_plot_is_not_land_twice():
    found = land(parcels(PLOT, box(0, 0, 100, 100), parcel_id=["1/1", "1/1/5"]))
    assert found.total()["gross_m2"] == 20_000
    assert found.plots.set_index("parcel_id")["gross_m2"].to_dict() == {
        "1/1": 10_000,
        "1/1/5": 10_000,
    }
    assert found.balance_error_m2 < 1e-6
    said = next(note for note in told(found) if "oppå" in note)
    assert "1/1/5" in said
    assert "10\N{NO-BREAK SPACE}000 m²" in said


def test_a_leasehold_in_the_middle_leaves_a_plot_with_a_hole():
    found = land([PLOT, box(50, 20, 150, 80)])
    assert found.plots["gross_m2"].tolist() == [14_000, 6000]
    assert found.plots.area.tolist() == [14_000, 6000]


def test_of_two_plots_as_large_the_later_row_holds():
    found = land([box(0, 0, 100, 100), box(60, 0, 160, 100)])
    assert found.plots["gross_m2"].tolist() == [6000, 10_000]


def test_nested_plots_hold_each_its_own():
    found = land([PLOT, box(0, 0, 100, 100), box(0, 0, 50, 50)])
    assert found.plots["gross_m2"].tolist() == [10_000, 7500, 2500]


def test_a_plot_that_others_cover_altogether_has_no_land():
    found = land([PLOT, box(0, 0, 100, 100), box(100, 0, 200, 100)])
    assert found.plots.index.tolist() == [1, 2]
    assert found.total()["gross_m2"] == 20_000


def test_borders_that_miss_each_other_by_a_centimetre_are_not_told():
    found = land([box(0, 0, 100, 50), box(99.99, 0, 200, 50)])
    assert found.total()["gross_m2"] == pytest.approx(10_000)
    assert told_of(found, "finding.plots_overlap") is None


def test_plots_that_touch_stay_the_readers_own_shapes():
    frame = parcels(box(0, 0, 100, 100), box(100, 0, 200, 100))
    found = land(frame)
    assert [one is two for one, two in zip(found.pieces.geometry, frame.geometry, strict=True)]
    assert told_of(found, "finding.plots_overlap") is None


def test_land_in_two_pieces_is_a_balance_error(monkeypatch):
    """The check must not rest on what it checks: with the sharing out of work it finds the land."""
    nothing = owners.PlotOverlaps(*(owners.np.empty(0, dtype=int),) * 2, owners.np.empty(0))
    monkeypatch.setattr(owners, "of_plots", lambda plots: (plots, nothing))
    found = land([PLOT, box(0, 0, 100, 100)])
    assert found.balance_error_m2 == pytest.approx(10_000)
    assert found.total()["balance_error_m2"] == pytest.approx(10_000)


# Buildings


@pytest.mark.parametrize("moved", [0.0, 0.02, 0.5])
@pytest.mark.parametrize("order", [1, -1])
def test_a_building_of_two_sources_counts_once_with_what_is_known_best(moved, order):
    one = box(40, 40, 60, 60)
    twice = buildings(
        one,
        translate(one, moved, moved),
        building_id=["fkb", "osm"],
        floors=[float("nan"), 3.0],
        gross_area_m2=[700.0, float("nan")],
    ).iloc[::order]
    found = land([square(0, 0)], twice)
    assert found.plots["existing_bra_m2"].item() == 700
    assert found.plots["footprint_m2"].item() == 400
    assert found.faults[["layer", "id", "fault"]].to_numpy().tolist() == [
        ["buildings", "osm", owners.SAME]
    ]


@pytest.mark.parametrize(
    "ids",
    [
        *([0, 0], [0.0, 0.0], ["0", "0"], ["0", 0], ["", ""], [" ", " "]),
        *([None, None], [float("nan"), float("nan")], [None, ""], [3, 4]),
    ],
)
def test_buildings_without_a_number_are_not_one_for_that(ids):
    """12 of 20 m are shared, 60 % of each: as little as two of one number may have."""
    two = buildings(
        box(10, 10, 30, 30), box(18, 10, 38, 30), building_id=ids, gross_area_m2=[500.0, 300.0]
    )
    assert land([square(0, 0)], two).plots["existing_bra_m2"].item() == pytest.approx(800)


@pytest.mark.parametrize("ids", [[7, 7], ["7", "7"], [300.0, 300.0], ["00-a", "00-a"]])
def test_buildings_of_one_number_on_shared_ground_are_one(ids):
    two = buildings(
        box(10, 10, 30, 30), box(18, 10, 38, 30), building_id=ids, gross_area_m2=[500.0, 300.0]
    )
    assert land([square(0, 0)], two).plots["existing_bra_m2"].item() == 500


def test_the_same_ground_with_other_floors_does_not_depend_on_the_order():
    one = square(10, 10, side=20)
    both = buildings(one, one, floors=[1.0, 3.0])
    for layer in (both, both.iloc[::-1]):
        assert land([square(0, 0)], layer).plots["existing_bra_m2"].item() == 1200


def test_one_building_twice_leaves_densification_as_it_is():
    plan = plans(PLOT, utilisation_type=16, utilisation_value=50.0, max_floors=2.0)
    rules = ReserveRules()
    one = box(50, 30, 100, 70)
    once = land([PLOT], buildings(one), plan=plan, rules=rules).total()
    twice = land([PLOT], buildings(one, translate(one, 0.03)), plan=plan, rules=rules).total()
    assert once["densification_bra_m2"] == pytest.approx(3402.3, abs=0.1)
    assert twice["densification_bra_m2"] == pytest.approx(once["densification_bra_m2"], abs=3)


def test_a_part_without_floor_area_belongs_to_the_building_around_it():
    both = buildings(
        square(0, 0, side=40),
        square(0, 0, side=20),
        floors=[float("nan"), float("nan")],
        gross_area_m2=[2000.0, float("nan")],
    )
    found = land([square(0, 0)], both)
    assert found.plots["existing_bra_m2"].item() == 2000
    assert not found.plots["unknown"].item()


def test_a_tower_on_a_lower_building_has_its_own_ground():
    both = buildings(square(0, 0, side=40), square(0, 0, side=20), floors=[2.0, 10.0])
    found = land([square(0, 0)], both)
    assert found.plots["footprint_m2"].item() == 1600
    assert found.plots["existing_bra_m2"].item() == 2 * 1200 + 10 * 400


def test_row_houses_stay_two_buildings():
    both = buildings(box(0, 0, 10, 10), box(10, 0, 20, 10), floors=1.0)
    found = land([square(0, 0)], both)
    assert found.plots["existing_bra_m2"].item() == 200
    assert found.faults.empty


# Parts


@pytest.mark.parametrize("gap", [0.01, 0.05, 0.09])
@pytest.mark.parametrize("turn", [0, 17])
def test_a_gap_of_centimetres_between_plans_does_not_split_a_part(gap, turn):
    def turned(shape):
        return rotate(shape, turn, origin=(0, 0))

    two = plans(turned(box(-500, -500, 20, 500)), turned(box(20 + gap, -500, 500, 500)))
    rules = ReserveRules(min_part_m2=1100)
    found = land([turned(box(0, 0, 40, 30))], plan=two, rules=rules)
    assert found.total()["reserve_m2"] == pytest.approx(1200 - 30 * gap, abs=0.05)
    assert found.parts.area.sum() == pytest.approx(1200 - 30 * gap, abs=0.05)


def test_the_gap_itself_is_not_area():
    two = plans(box(-500, -500, 20, 500), box(20.09, -500, 500, 500))
    found = land([box(0, 0, 40, 30)], plan=two, rules=ReserveRules(min_part_m2=1198))
    assert found.total()["dropped_m2"] == pytest.approx(1200 - 30 * 0.09)


def test_a_wider_gap_splits():
    two = plans(box(-500, -500, 20, 500), box(20.2, -500, 500, 500))
    found = land([box(0, 0, 40, 30)], plan=two, rules=ReserveRules(min_part_m2=1100))
    assert found.total()["reserve_m2"] == 0


def test_parts_that_meet_in_a_corner_are_two():
    two = plans(box(0, 0, 30, 30), box(30, 30, 60, 60))
    found = land([box(0, 0, 60, 60)], plan=two, rules=ReserveRules(min_part_m2=1000))
    assert found.total()[["dropped_m2", "reserve_m2"]].tolist() == [1800, 0]


def test_a_plot_over_a_zone_border_is_judged_whole():
    two = zones(box(-500, -500, 19, 500), box(19, -500, 500, 500))
    found = land([box(0, 0, 38, 50)], zone=two, rules=ReserveRules())
    assert found.by_zone()["reserve_m2"].tolist() == pytest.approx([950, 950])
    assert found.by_zone()["dropped_m2"].tolist() == [0, 0]


# Plans


@pytest.mark.parametrize("level", [1, 3, "1", "3.0", 4, 5])
def test_a_plan_off_the_ground_is_apart_and_told(level):
    tunnel = plans(
        PLOT,
        PLOT,
        land_use_code=["1300", "2010"],
        adopted=[2000, 2020],
        vertical_level=[2, level],
    )
    found = land([PLOT], plan=tunnel)
    assert found.total()["gross_m2"] == 20_000
    parts = told_of(found, "finding.plans_off_ground")
    assert parts["count"] == 1
    assert parts["area"].value == 20_000


def test_business_below_ground_is_no_business_land():
    found = land([PLOT], plan=plans(PLOT, vertical_level=1))
    assert found.total()["gross_m2"] == 0


@pytest.mark.parametrize("level", [2, "2", None, float("nan"), " 2 "])
def test_a_plan_on_the_ground_or_without_a_level_holds(level):
    found = land([PLOT], plan=plans(PLOT, vertical_level=[level]))
    assert found.total()["gross_m2"] == 20_000
    assert told_of(found, "finding.plans_off_ground") is None


@pytest.mark.parametrize("status", [None, "", " ", float("nan")])
def test_a_plan_without_a_status_counts_and_is_told(status):
    two = plans(
        box(0, 0, 60, 100),
        box(60, 0, 200, 100),
        box(300, 0, 400, 100),
        land_use_code=["1300", "1300", "1110"],  # the last is housing, and no matter here
        land_use_status=[status, "1", status],
    )
    found = land([PLOT], plan=two)
    assert found.total()["gross_m2"] == 20_000
    parts = told_of(found, "finding.plans_without_status")
    assert (parts["count"], parts["area"].value) == (1, 6000)
    assert any("6\N{NO-BREAK SPACE}000 m²" in one for one in told(found))


def test_a_plan_with_another_status_does_not_count_and_all_with_one_are_not_told():
    two = plans(box(0, 0, 60, 100), box(60, 0, 200, 100), land_use_status=["9", "2"])
    found = land([PLOT], plan=two)
    assert found.total()["gross_m2"] == 14_000
    assert told_of(found, "finding.plans_without_status") is None


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2019-06-11", "2019-06-12"),
        ("12.05.2019", "2019-06-12"),
        ("20190611", "12.06.2019"),
        ("2019", "2019-01-01"),
        ("i fjor", "1950"),
        (None, "1950-01-01"),
        ("2018-12-31T23:59:59", "2019"),
    ],
)
def test_the_newest_plan_holds_by_its_full_date(older, newer):
    for names, dates in ((["old", "new"], [older, newer]), (["new", "old"], [newer, older])):
        found = land([PLOT], plan=plans(PLOT, PLOT, plan_id=names, adopted=dates))
        assert found.pieces["plan_id"].tolist() == ["new"]


def test_a_date_that_cannot_be_read_is_told():
    dates = plans(PLOT, PLOT, PLOT, adopted=["12/06/2019", "2019-06-12", "31.02.2020"])
    parts = told_of(land([PLOT], plan=dates), "finding.adopted_unreadable")
    assert parts["count"] == 2
    assert "12/06/2019" in parts["values"]
    assert (
        told_of(land([PLOT], plan=plans(PLOT, adopted=2019)), "finding.adopted_unreadable") is None
    )


# Land in no account


def test_business_land_on_no_plot_is_told_by_zone():
    plan = plans(box(0, 0, 200, 100), box(300, 0, 400, 100))
    two = zones(box(0, 0, 250, 100), box(250, 0, 500, 100))
    found = land([box(0, 0, 50, 100)], plan=plan, zone=two)
    assert found.by_zone()["unplotted_m2"].tolist() == [15_000, 10_000]
    assert [zone["unplotted_m2"] for zone in found.as_dict()["zones"]] == [15_000, 10_000]
    assert told_of(found, "finding.land_unplotted")["area"].value == 25_000
    assert found.within(box(0, 0, 100, 100)).total()["unplotted_m2"] == 5000


def test_business_land_outside_every_zone_is_told():
    found = land([PLOT], plan=plans(PLOT), zone=zones(box(0, 0, 150, 100)))
    assert found.outside_zones_m2 == 5000
    assert found.as_dict()["outside_zones_m2"] == 5000
    assert told_of(found, "finding.land_outside_zones")["area"].value == 5000


def test_a_plan_without_any_plots_is_all_unplotted():
    found = land(parcels(), plan=plans(PLOT))
    assert found.total()["gross_m2"] == 0
    assert told_of(found, "finding.land_unplotted")["area"].value == 20_000


def test_what_was_not_measured_is_unknown_not_none():
    layers = (parcels(PLOT), plans(PLOT), zones(WORLD), buildings(), None, BARE)
    found = account(*layers, measured=False)
    assert math.isnan(found.total()["unplotted_m2"])
    assert found.as_dict()["zones"][0]["unplotted_m2"] is None
    assert found.as_dict()["outside_zones_m2"] is None


# Water


def test_a_lake_is_not_vacant():
    found = with_water([PLOT], box(100, 0, 200, 100), constraints_=constraints())
    assert found.total()[AREAS].tolist() == [20_000, 0, 10_000, 0, 10_000]
    assert found.total()["water_m2"] == 10_000
    assert told_of(found, "finding.land_water")["area"].value == 10_000


def test_water_under_a_constraint_is_excluded_once():
    bound = constraints(box(50, 0, 150, 100))
    found = with_water([PLOT], box(100, 0, 200, 100), constraints_=bound)
    assert found.total()[AREAS].tolist() == [20_000, 0, 15_000, 0, 5000]


def test_water_is_taken_out_also_where_constraints_are_not_mapped():
    found = with_water([PLOT], box(80, 0, 200, 100))
    total = found.total()
    assert total["reserve_m2"] == 8000
    assert total["water_m2"] == 12_000
    assert math.isnan(total["excluded_m2"])  # of constraints nothing is known
    assert found.balance_error_m2 < 1e-6


def test_a_plot_in_a_lake_is_bound():
    assert with_water([PLOT], PLOT).plots["class"].item() == BOUND


def test_two_lakes_on_the_same_water_count_once():
    lake = box(100, 0, 200, 100)
    assert with_water([PLOT], lake, translate(lake, 10)).total()["water_m2"] == 10_000


# What changes nothing


def test_a_copy_of_a_row_changes_no_figure():
    layers = {
        "parcels": parcels(PLOT, box(200, 0, 300, 100)),
        "plan_areas": plans(box(0, 0, 150, 100), box(150, 0, 300, 100)),
        "zones": zones(box(0, 0, 180, 100), box(180, 0, 300, 100)),
        "buildings": buildings(box(20, 20, 50, 50), gross_area_m2=1500.0),
        "constraints": constraints(box(100, 50, 220, 100)),
    }
    once = account(**layers).by_zone()[AREAS]
    for name, frame in layers.items():
        copied = layers | {name: frame.iloc[[*range(len(frame)), 0]].reset_index(drop=True)}
        again = account(**copied).by_zone()[AREAS].groupby(level="zone_id").first()
        assert again.to_numpy() == pytest.approx(once.to_numpy(), abs=1e-6), name
