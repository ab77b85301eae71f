"""Distances along roads: graphs small enough to walk in the head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geo.geometry.coverage import Indexed, Sites
from geo.transport.network import (
    FAR_FROM_ROAD,
    MAX_ACCESS_M,
    NO_ROADS,
    NO_WAY,
    OFF_ROAD,
    along,
    nearest,
    network,
)

STATION = np.array([Point(100, 0)])


def way(places, roads, stations=STATION, which=0):
    graph = network(np.array(roads), stations) if roads is not None else None
    sites = Sites.of(np.array(places))
    return along(sites, np.full(len(places), which), graph)


def test_the_shortest_of_two_ways_is_taken():
    # A square of roads, 100 m a side; a detour past a far corner is longer.
    roads = [
        LineString([(0, 0), (100, 0)]),
        LineString([(0, 0), (0, 100)]),
        LineString([(0, 100), (100, 100), (100, 0)]),
    ]
    metres, reason = way([Point(0, 90), Point(0, 100), Point(60, 110)], roads)
    assert metres.tolist() == pytest.approx([190, 200, 10 + 40 + 100])
    assert reason.tolist() == [None] * 3


def test_lines_that_cross_are_connected():
    metres, _ = way(
        [Point(50, 50)], [LineString([(0, 0), (100, 0)]), LineString([(50, 60), (50, -9)])]
    )
    assert metres[0] == pytest.approx(50 + 50)


def test_the_way_from_the_road_to_the_site_and_to_the_station_is_counted():
    metres, _ = way([Point(0, 30)], [LineString([(0, 10), (100, 10)])])
    assert metres[0] == pytest.approx(20 + 100 + 10)


def test_site_and_station_on_the_same_stretch_need_not_go_round_by_its_ends():
    metres, _ = way([Point(90, 0)], [LineString([(-500, 0), (500, 0)])])
    assert metres[0] == pytest.approx(10)


def test_two_stations_on_one_stretch_are_told_apart():
    stations = np.array([Point(100, 0), Point(300, 0)])
    road = [LineString([(0, 0), (400, 0)])]
    for which, expected in enumerate((100, 300)):
        metres, _ = way([Point(0, 0)], road, stations, which)
        assert metres[0] == pytest.approx(expected)


def test_the_way_starts_at_the_outline():
    metres, _ = way([box(-20, 10, -10, 20)], [LineString([(-100, 0), (100, 0)])])
    assert metres[0] == pytest.approx(10 + 110, abs=10.001)


def test_at_the_station_the_way_to_a_road_and_back_is_no_way_along_it():
    road = [LineString([(0, 0), (200, 0)])]
    stations = np.array([Point(100, 641)])
    metres, reason = way([Point(100, 641), Point(103, 645), Point(100, 0)], road, stations)
    assert np.isnan(metres[:2]).all()  # 641 m to the road and as much back, against 0 and 5 m
    assert reason.tolist() == [OFF_ROAD, OFF_ROAD, None]
    assert metres[2] == pytest.approx(641)  # one leg only, as long as the straight line


whole = st.integers(-900, 900)


@settings(deadline=None, max_examples=60)
@given(st.tuples(whole, whole), st.tuples(whole, whole))
def test_a_way_that_is_told_is_no_longer_off_the_roads_than_the_straight_line(place, station):
    road = [LineString([(-1000, 0), (1000, 0)])]  # along the axis, so a leg is a place's height
    metres, reason = way([Point(place)], road, np.array([Point(station)]))
    straight, legs = Point(place).distance(Point(station)), abs(place[1]) + abs(station[1])
    if legs > straight:
        assert (np.isnan(metres[0]), reason[0]) == (True, OFF_ROAD)
    else:
        assert metres[0] == pytest.approx(legs + abs(place[0] - station[0]))
        assert straight - 1e-6 <= metres[0] <= 3 * straight + 1e-6


def test_roads_that_do_not_meet_give_no_way():
    roads = [LineString([(90, 0), (110, 0)]), LineString([(0, 50), (0, 90)])]
    metres, reason = way([Point(0, 60)], roads)
    assert np.isnan(metres[0])
    assert reason[0] == NO_WAY


def test_a_road_too_far_away_tells_nothing():
    road = [LineString([(0, 0), (200, 0)])]
    metres, reason = way([Point(50, MAX_ACCESS_M), Point(50, MAX_ACCESS_M + 1)], road)
    assert metres[0] == pytest.approx(MAX_ACCESS_M + 50)
    assert (np.isnan(metres[1]), reason[1]) == (True, FAR_FROM_ROAD)


def test_a_station_too_far_from_the_roads_is_not_reached():
    metres, reason = way([Point(0, 0)], [LineString([(0, 0), (9, 0)])], np.array([Point(0, 5000)]))
    assert (np.isnan(metres[0]), reason[0]) == (True, NO_WAY)


def test_without_roads_there_is_no_way_and_that_is_said():
    metres, reason = way([Point(0, 0)], None)
    assert (np.isnan(metres[0]), reason[0]) == (True, NO_ROADS)
    assert network(np.array([], dtype=object), STATION) is None


@pytest.mark.parametrize(
    ("names", "row"), [("abc", 0), ("bac", 1), ("bb ", 0), ([None, "a", "b"], 0)]
)
def test_the_first_by_name_is_taken_of_two_equally_near(names, row):
    sites = Sites.of(np.array([Point(0, 0)]))
    layer = Indexed.of(np.array([Point(-5, 0), Point(5, 0), Point(9, 0)]))
    found, name, metres = nearest(sites, layer, pd.Series([*names]))
    assert (found[0], name[0], metres[0]) == (row, names[row], 5)


def test_what_has_no_place_is_near_nothing():
    sites = Sites.of(np.array([None, Point()]))
    row, name, metres = nearest(sites, Indexed.of(np.array([Point(0, 0)])), pd.Series(["a"]))
    assert (row.tolist(), name.tolist()) == ([-1, -1], [None, None])
    assert np.isnan(metres).all()
