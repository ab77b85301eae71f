"""Areas from the borders that they refer to, held against areas worked out by hand."""

from __future__ import annotations

import math

import pytest
import shapely

from geo.intake.sites import open_sites, read_layer
from tests.support.sosi import (
    EAST,
    NORTH,
    document,
    flate,
    header,
    ids,
    item,
    notes,
    opened,
    square,
)

# Two areas of 100 × 100 side by side: each has a border of its own, and they share the middle.
MIDDLE = item("KURVE", 1, (100, 0), (100, 100))
WEST = item("KURVE", 2, (100, 100), (0, 100), (0, 0), (100, 0))
EASTERN = item("KURVE", 3, (100, 0), (200, 0), (200, 100), (100, 100))
SIDE_BY_SIDE = (MIDDLE, WEST, EASTERN)


def test_borders_are_shared_and_used_in_either_direction():
    sites = opened(*SIDE_BY_SIDE, flate(4, ":1 :2"), flate(5, ":3 :-1"))
    assert sites.area.tolist() == [10_000, 10_000]
    assert sites.union_all().equals(shapely.box(EAST, NORTH, EAST + 200, NORTH + 100))
    assert ids(sites) == []


def test_the_point_of_an_area_is_not_part_of_it():
    (site,) = opened(square(1, 50, 50, 10), flate(2, ":1")).geometry
    assert site.equals(shapely.box(EAST + 50, NORTH + 50, EAST + 60, NORTH + 60))


def test_references_go_on_in_the_next_lines():
    sites = opened(*SIDE_BY_SIDE, flate(4, ":3\n:2"), flate(5, ":-2 :-3\n!(:1)"))
    assert sites.area.tolist() == [20_000, 20_000]


@pytest.mark.parametrize("island", ["(:2)", "(:-2)", "( :2 )", "(:3)", "\n(:3)"])
def test_an_island_is_a_hole_by_its_border_or_by_its_area(island):
    objects = (square(1, 0, 0, 100), square(2, 10, 10, 20), flate(3, ":2"))
    sites = opened(*objects, flate(4, f":1 {island}"))
    assert sites.area.tolist() == [400, 9_600]
    assert ids(sites) == []


def test_islands_side_by_side_are_taken_out_once():
    sites = opened(
        square(9, -50, -50, 300),
        *SIDE_BY_SIDE,
        flate(4, ":1 :2"),
        flate(5, ":3 :-1"),
        flate(6, ":9 (:4) (:5)"),
        flate(7, ":9 (:4 :5)"),
        flate(8, ":9 (:2 :3)"),
    )
    assert sites.area.tolist() == [10_000, 10_000, 70_000, 70_000, 70_000]


def test_areas_that_are_each_others_islands_come_to_an_end():
    sites = opened(
        square(1, 0, 0, 100), square(2, 10, 10, 20), flate(3, ":1 (:4)"), flate(4, ":2 (:3)")
    )
    assert sites.area.iloc[0] == 9_600


def test_a_border_in_the_wrong_order_and_direction_is_put_right_and_told():
    sites = opened(*SIDE_BY_SIDE, flate(4, ":1 :-2"), flate(5, ":3 :1"))
    assert sites.area.tolist() == [10_000, 10_000]
    assert ids(sites) == ["turned", "turned"]
    assert "FLATE 4 (linje 24)" in notes(sites)[0].say("nb")


@pytest.mark.parametrize(
    ("refs", "reason", "said"),
    [
        (":2", "open", "et gap på 100.00"),
        (":2 :99", "reference", "objekt 99"),
        (":1 :6", "no_curve", "PUNKT 6"),
        (":1 :4", "no_curve", "FLATE 4"),
        (":1 :2 tull", "reference_text", "«tull» på linje 38"),
        (":1 :2s4", "reference_text", "«:2s4»"),
        ("(:1 :2)", "no_border", "ikke til noen avgrensning"),
        (":7", "border", "KLOTOIDE 7 på linje 32"),
        (":1 :2 :1", "reference_twice", "to ganger"),
    ],
)
def test_an_area_without_a_whole_border_is_named_and_the_others_are_read(refs, reason, said):
    sites = opened(
        *SIDE_BY_SIDE,
        flate(4, ":1 :2"),
        item("PUNKT", 6, (1, 1)),
        item("KLOTOIDE", 7, (0, 0), (50, 50)),
        flate(5, refs),
        layer="Areal",
    )
    assert sites.area.tolist() == [10_000]
    (note,) = notes(sites)
    assert (note.msgid, note.severity) == (f"finding.sosi_{reason}", "error")
    assert said in note.say("nb")
    assert "FLATE 5 (linje 36)" in note.say("nb")


def test_a_closed_border_may_be_an_arc_a_circle_and_a_track():
    half = item("BUEP", 1, (50, 0), (0, 50), (-50, 0))
    across = item("LINJE", 2, (-50, 0), (50, 0))
    circle = item("SIRKEL", 3, (0, 0), told="..RADIUS 20")
    by_points = item("SIRKELP", 4, (10, 0), (0, 10), (-10, 0))
    track = item("TRASE", 5, told="..REF :1 :2")
    sites = opened(
        *(half, across, circle, by_points, track),
        *(flate(6, ":1 :2"), flate(7, ":3"), flate(8, ":4"), flate(9, ":-5")),
    )
    # A stroke lies within a millimetre of its arc, so the area lacks less than that of its length.
    wanted = [math.pi * 50**2 / 2, math.pi * 20**2, math.pi * 10**2, math.pi * 50**2 / 2]
    lengths = [math.pi * 50, math.tau * 20, math.tau * 10, math.pi * 50]
    for area, right, length in zip(sites.area, wanted, lengths, strict=True):
        assert right - length * 0.001 < area < right
    assert ids(sites) == []


def test_an_area_with_its_own_ring_and_no_references_is_that_ring():
    ring = [(0, 0), (30, 0), (30, 30), (0, 30), (0, 0)]
    sites = opened(item("FLATE", 1, *ring, objtype="Areal"))
    assert sites.area.tolist() == [900]
    assert ids(sites) == ["own_border"]


def test_borders_that_close_are_areas_where_a_file_has_none():
    borders = [
        item("KURVE", 1, (0, 0), (100, 0), (100, 100), objtype="RpGrense"),
        item("BUEP", 2, (100, 100), (50, 100), (0, 100), objtype="RpGrense"),
        item("KURVE", 3, (0, 0), (0, 100), objtype="RpGrense"),
        item("KURVE", 4, (100, 0), (300, 0), objtype="RpGrense"),
    ]
    text = item("TEKST", 5, (1, 1), objtype="RpPåskrift")
    sites = opened(*borders, text)
    assert sites.area.tolist() == [10_000]
    assert ids(sites) == ["closed", "idle"]
    assert notes(sites)[1].parts["count"] == 1


def test_curves_that_are_no_borders_stay_curves_though_they_close():
    content = document(square(1, 0, 0, 100, objtype="Høydekurve")).encode()
    curves = read_layer(content, "plan.sos")
    assert curves.geom_type.tolist() == ["LineString"]
    assert ids(curves) == []
    # Of sites, any line that closes is an outline, whatever the format, and that is told.
    sites = open_sites(content, "plan.sos")
    assert sites.geom_type.tolist() == ["Polygon"]
    assert [one.msgid for one in notes(sites)] == ["finding.line_closed"]


def test_objects_of_different_units_meet_where_they_are_rounded():
    fine = item("KURVE", 1, (0, 0), (100.004, 0), (100.004, 50), told="...ENHET 0.001", unit=0.001)
    coarse = item("KURVE", 2, (100.004, 50), (0, 50), (0, 0))
    (area,) = opened(fine, coarse, flate(3, ":1 :2")).area
    assert area == pytest.approx(5_000.2, abs=0.2)


def test_the_same_number_twice_is_told():
    sites = opened(square(1, 0, 0, 10), square(1, 0, 0, 20), flate(2, ":1"))
    assert sites.area.tolist() == [100]
    assert ids(sites) == ["number_twice"]


def test_headers_that_agree_number_their_own_objects():
    one, other = (square(1, 0, 0, side) + flate(2, ":1") for side in (10, 20))
    both = document(one, header(), other)
    sites = open_sites(both.encode(), "a.sos")
    assert sites.area.tolist() == [100, 400]
    assert ids(sites) == []
