"""What is offered of land that is too large, and what is left out for its plan or its use."""

from __future__ import annotations

import threading
from dataclasses import replace

import pandas as pd
import pytest
import shapely

from geo.geometry.overlay import THREADS
from geo.jobs import read_norms
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.context import context_of
from geo.search import offers
from geo.search.answers import loosened
from geo.search.candidates import candidates
from geo.search.criteria import Criteria
from geo.search.ranking import search
from geo.search.survey import survey
from tests.support.rows import rows
from tests.support.searching import EAST, NORTH, account_of, at, ids, layers, pack_of, result

CUT = Criteria(min_daa=10.0, cut=True)


def row(found, plots):
    (only,) = found.hits[found.hits["parcel_ids"] == plots].to_dict("records")
    # A column of texts has NaN where there is none.
    return {name: None if value != value else value for name, value in only.items()}  # noqa: PLR0124


def cases(*shapes, **columns):
    usual = {
        "project_id": [f"p{number}" for number in range(len(shapes))],
        "name": [f"Sak {number}" for number in range(len(shapes))],
        "effect": "planned",
        "status": "forslag",
        "accuracy_m": 50.0,
    }
    return rows(*shapes, **(usual | columns))


def found_with(projects, wish, **other):
    frames = layers(**other)
    base = context_of(pack_of(frames), projects, read_norms())
    pieces = candidates(account_of(frames), join=wish.join, densification=wish.densification)
    return search(base, survey(base, pieces), wish)


# Size


@pytest.mark.parametrize(
    ("wish", "sizes"),
    [
        # 20 daa is no more than twice 10 and stays; 40 daa (2/2) is cut.
        (CUT, {"1/1, 1/2": 20, "1/3": 10, "1/4": 10, "2/2": 10}),
        (replace(CUT, cut=False), {"1/1, 1/2": 20, "1/3": 10, "1/4": 10, "2/2": 40}),
        # Above the most: both are cut to the least.
        (replace(CUT, max_daa=15.0), {"1/1": 10, "1/3": 10, "1/4": 10, "2/2": 10}),
        (replace(CUT, max_daa=15.0, cut=False), {"1/3": 10, "1/4": 10}),
        (
            replace(CUT, max_daa=15.0, target_daa=12.0),
            {"1/1, 1/2": 12, "1/3": 10, "1/4": 10, "2/2": 12},
        ),
    ],
)
def test_what_is_too_large_is_cut_to_the_wish(wish, sizes):
    found = result(wish)
    assert {
        plots: pytest.approx(area / 1000)
        for plots, area in zip(found.hits["parcel_ids"], found.hits["area_m2"], strict=True)
    } == sizes


def test_a_piece_lies_at_the_end_nearest_the_station_and_has_figures_of_its_own():
    """2/2 is 200 by 200 m, its west side 2 400 m from the station; 100 by 100 m of it are cut."""
    found = result(CUT)
    hit = row(found, "2/2")
    assert (hit["cut"], hit["id"]) == (True, "reserve:o:2/2:1:cut")
    assert hit["part_area_m2"] == pytest.approx(40_000)
    assert (hit["rest_m2"], hit["rest_parts"]) == (pytest.approx(30_000), 1)
    assert hit["station_m"] == pytest.approx(2400)
    assert hit["allowed_bra_m2"] == pytest.approx(10_000)  # a quarter of the part's
    # The flood is the south-west quarter of 2/2; the piece lies on its west side.
    piece = hit["geometry"]
    assert piece.bounds[0] == pytest.approx(EAST + 2000)
    flooded = piece.intersection(at(2000, 0)).area
    assert hit["flood_m2"] == pytest.approx(flooded)


def test_no_two_threads_ask_for_a_projection_at_once(monkeypatch):
    real = offers.area_factors

    def asked(shapes, crs):
        assert threading.current_thread() is threading.main_thread()
        return real(shapes, crs)

    monkeypatch.setattr(offers, "area_factors", asked)
    assert result(replace(CUT, max_daa=15.0)).hits["cut"].sum() == THREADS


@pytest.mark.parametrize(
    ("wish", "plots", "fit"),
    [
        (Criteria(min_daa=10.0), "1/1, 1/2", 10 / 20),
        (Criteria(min_daa=10.0), "2/2", 10 / 40),
        (CUT, "2/2", 0.5),  # no better than the largest that is not cut
        (Criteria(min_daa=10.0, target_daa=16.0), "1/1, 1/2", 16 / 20),
        (Criteria(min_daa=10.0, target_daa=16.0), "1/3", 10 / 16),  # under the wished
        (Criteria(target_daa=20.0), "1/1, 1/2", 1.0),
    ],
)
def test_the_term_of_size_is_how_well_it_fits(wish, plots, fit):
    assert row(result(wish), plots)["term_size"] == pytest.approx(fit)


def test_a_piece_that_does_not_meet_the_wish_itself_is_not_offered():
    """All of 2/2 may have 40 000 m² BRA, a quarter of it only 10 000."""
    wish = replace(CUT, min_bra_m2=15_000.0)
    assert row(result(wish), "2/2")["area_m2"] == pytest.approx(40_000)  # whole, then
    assert "2/2" not in ids(result(replace(wish, max_daa=30.0)))


def test_a_rectangle_has_to_fit_in_the_piece():
    found = result(replace(CUT, rectangle_m=(150.0, 120.0)))
    assert row(found, "2/2")["area_m2"] == pytest.approx(40_000)
    small = result(replace(CUT, rectangle_m=(60.0, 40.0)))
    place = small.hits["parcel_ids"].tolist().index("2/2")
    assert small.hits["cut"].iloc[place]
    assert small.rectangles[place].difference(small.hits.geometry.iloc[place]).area < 1e-6


def test_built_plots_are_not_cut():
    found = result(Criteria(min_daa=1.0, cut=True, densification=True))
    assert not row(found, "2/4")["cut"]


def test_the_road_decides_the_end_where_only_that_is_asked_for():
    """The road lies south of 2/2, 100 m away."""
    piece = row(result(replace(CUT, max_road_m=500.0)), "2/2")["geometry"]
    assert piece.bounds[1] == pytest.approx(NORTH)
    assert row(result(replace(CUT, max_road_m=500.0)), "2/2")["road_m"] == pytest.approx(100)


# Distances


def test_nearness_goes_by_the_distance_that_is_chosen():
    straight, road = result(Criteria()), result(Criteria(along_roads=True))
    one, other = row(straight, "2/2"), row(road, "2/2")
    assert one["station_m"] == other["station_m"] == pytest.approx(2400)
    assert one["network_m"] == other["network_m"]
    assert one["term_station"] == pytest.approx(max(0, 1 - 2400 / 2000))
    near = row(road, "1/1, 1/2")
    assert near["term_station"] == pytest.approx(1 - near["network_m"] / 2000)
    assert one["network_basis"] == "mapped"


def test_without_roads_nothing_is_known_of_the_way_along_them():
    found = result(Criteria(), context=None)
    assert found.hits["network_m"].isna().all()
    assert found.hits["network_basis"].isna().all()


def test_a_way_that_is_not_known_is_no_shorter_than_the_straight_line():
    """2/2 lies 2 400 m from the station, 1/1 and 1/2 lie 400 m from it; no road leads there."""
    wish = Criteria(max_station_m=1500.0, along_roads=True, accept_unknown=True)
    found = result(wish, context=None)
    near = row(found, "1/1, 1/2")
    assert (near["unknown"], pd.isna(near["term_station"])) == ("network", True)
    assert "2/2" not in ids(found)
    far = row(result(Criteria(along_roads=True), context=None), "2/2")
    assert (far["term_station"], pd.isna(far["network_m"])) == (0, True)


# Plan and use


def made_up_plans():
    return {"plan_areas": layers()["plan_areas"].assign(synthetic=True)}


def test_land_whose_only_plan_is_a_case_under_way_is_left_out_and_told():
    """Two thirds of 2/2 lie in the case, a third of 1/4 does."""
    case = shapely.union(
        shapely.box(EAST + 2000, NORTH, EAST + 2134, NORTH + 200),
        shapely.box(EAST + 1000, NORTH, EAST + 1033, NORTH + 100),
    )
    usual = found_with(cases(case), Criteria(), **made_up_plans())
    assert "2/2" not in ids(usual)
    assert "1/4" in ids(usual)
    (told,) = usual.left_out
    assert (told.reason, told.count, told.names) == ("no_plan", 1, ("Sak 0",))
    assert told.area_m2 == pytest.approx(40_000)
    asked = found_with(cases(case), Criteria(unplanned=True), **made_up_plans())
    hit = row(asked, "2/2")
    assert (hit["plan"], hit["case"], hit["left_out"]) == ("case", "Sak 0", "no_plan")
    assert hit["case_share"] == pytest.approx(0.67)
    assert asked.left_out == ()
    assert row(asked, "1/3")["plan"] == "unknown"  # a made-up plan is no evidence


def test_a_plan_in_force_is_not_undone_by_a_case_that_would_change_it():
    found = found_with(cases(at(2000, 0, side=200)), Criteria())
    hit = row(found, "2/2")
    assert (hit["plan"], hit["case"], hit["left_out"]) == ("in_force", "Sak 0", None)


@pytest.mark.parametrize(
    ("accuracy", "effect", "left_out"),
    [
        (100.0, "planned", True),  # a circle of 195 m, known to 100 m
        (400.0, "planned", False),  # rougher than it is wide: it tells of no land
        (None, "planned", False),
        (100.0, "counts", False),  # adopted
    ],
)
def test_a_case_that_is_a_point_tells_of_land_only_where_it_is_known_well_enough(
    accuracy, effect, left_out
):
    point = shapely.Point(EAST + 2100, NORTH + 100)
    listed = cases(point, site_area_m2=120_000.0, accuracy_m=accuracy, effect=effect)
    found = found_with(listed, Criteria(), **made_up_plans())
    assert ("2/2" not in ids(found)) == left_out


def test_without_a_list_of_projects_nothing_is_left_out():
    found = result(Criteria(), **made_up_plans())
    assert "2/2" in ids(found)
    assert found.left_out == ()
    assert found.hits["case_share"].isna().all()


def test_what_does_not_meet_the_wish_is_not_counted_as_left_out():
    case = cases(at(2000, 0, side=200))
    found = found_with(case, Criteria(max_station_m=500.0), **made_up_plans())
    assert found.left_out == ()


def test_an_airfield_is_left_out_also_where_a_plan_in_force_allows_business():
    """The airfield covers all of 2/2, and 40 m of 100 of 1/4."""
    roads = layers()["context"]
    field = rows(
        shapely.box(EAST + 2000, NORTH, EAST + 2200, NORTH + 200),
        shapely.box(EAST + 1000, NORTH, EAST + 1040, NORTH + 100),
        name="Prøve flyplass",
        kind="airfield",
    )
    context = pd.concat([roads, field], ignore_index=True)
    found = result(Criteria(), context=context)
    assert "2/2" not in ids(found)
    (told,) = found.left_out
    assert (told.reason, told.count, told.names) == ("other_use", 1, ("airfield",))
    part = row(found, "1/4")
    assert (part["use"], part["left_out"]) == ("airfield", None)
    assert part["use_share"] == pytest.approx(0.4)
    hit = row(result(Criteria(unplanned=True), context=context), "2/2")
    assert (hit["use"], hit["left_out"], hit["plan"]) == ("airfield", "other_use", "in_force")
    assert row(result(Criteria()), "2/2")["use"] is None  # no map tells of airfields


# The way on from nothing


def test_where_nothing_fits_the_nearest_miss_is_named_with_its_place():
    found = result(Criteria(min_daa=30.0, max_station_m=500.0))
    near = {one.criterion: (one.zone, one.plots) for one in found.relaxed}
    assert near == {"min_daa": ("Vestsida", "1/1, 1/2"), "station": ("Østsida", "2/2")}


def test_what_is_left_out_may_be_what_helps():
    found = found_with(cases(at(2000, 0, side=200)), Criteria(min_daa=30.0), **made_up_plans())
    assert [(one.criterion, one.hits) for one in found.relaxed if one.criterion == "unplanned"] == [
        ("unplanned", 1)
    ]


@pytest.mark.parametrize(
    "wish",
    [
        Criteria(min_daa=33.3, max_station_m=477.7),
        Criteria(min_daa=30.0, target_daa=35.0, max_station_m=500.0),
        Criteria(max_daa=2.2, zones=("v",)),
        Criteria(min_bra_m2=123_456.7),
        Criteria(min_daa=30.0, rectangle_m=(300.0, 190.0)),
        Criteria(growth="only", min_daa=30.0),
        Criteria(corridor_only=True, min_daa=30.0),
        Criteria(avoid=("quick_clay",), min_daa=30.0),
        Criteria(max_road_m=13.7),
        Criteria(max_station_m=300.0, along_roads=True),
    ],
)
def test_each_step_that_is_offered_leads_to_hits(wish):
    found = result(wish)
    assert ids(found) == []
    assert found.relaxed
    for step in found.relaxed:
        assert ids(result(loosened(wish, step))), step


def test_all_kinds_to_avoid_but_one_stay():
    wish = Criteria(avoid=CONSTRAINT_KINDS)
    step = next(one for one in result(wish).relaxed if one.criterion == "unknown")
    assert loosened(wish, step) == replace(wish, accept_unknown=True)
