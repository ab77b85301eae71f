"""Sites that may be counted twice or lie outside the municipality: told, and counted."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from geo.growth.doubts import doubts
from tests.support.rows import rows
from tests.support.shapes import square

PLACE = square(0, 0, side=10_000)
SPOT = shapely.Point(500, 500)


def told(*shapes, ids="ABCDEFGHIJKLMNOPQRSTUVWXYZ", place=PLACE, **columns):
    """What is said in Norwegian, by code."""
    sites = rows(*shapes, id=[*ids[: len(shapes)]], **columns)
    return {one.msgid: one.say("nb") for one in doubts(sites, place)}


def test_sites_side_by_side_raise_no_doubt():
    assert told(square(0, 0), square(100, 0), SPOT, shapely.Point(501, 500)) == {}


@pytest.mark.parametrize(
    ("other", "area"),
    [
        (square(1000, 1000), "10 000 m²"),  # the same outline
        (shapely.reverse(square(1000, 1000)), "10 000 m²"),  # drawn the other way round
        (square(1050, 1000), "5 000 m²"),
        (square(1020, 1020, side=10), "100 m²"),  # one inside the other
        (shapely.MultiPolygon([square(1050, 1000), square(3000, 0)]), "5 000 m²"),
    ],
)
def test_outlines_that_share_ground_are_told_with_the_area(other, area):
    found = told(square(1000, 1000), other, square(5000, 5000))
    assert list(found) == ["finding.sites_overlap"]
    assert f"A + B ({area})." in found["finding.sites_overlap"].replace("\xa0", " ")
    assert "Alle er regnet med" in found["finding.sites_overlap"]


def test_outlines_that_miss_each_other_by_how_they_are_drawn_are_not_told():
    assert told(square(0, 0), square(99.5, 0)) == {}  # half a per cent of each


@pytest.mark.parametrize(
    "other",
    [
        SPOT,
        shapely.Point(500.001, 500),
        shapely.MultiPoint([SPOT]).geoms[0],
        square(450, 450),  # around the point
    ],
)
def test_a_place_given_twice_is_told_without_an_area(other):
    found = told(SPOT, other)
    assert list(found) == ["finding.sites_one_place"]
    assert "A + B." in found["finding.sites_one_place"]


def test_every_pair_of_three_is_named_the_largest_first():
    found = told(square(0, 0), square(0, 0), square(0, 50))["finding.sites_overlap"]
    said = [found.index(pair) for pair in ("A + B (10", "A + C (5", "B + C (5")]
    assert said == sorted(said)


def test_the_first_of_many_pairs_are_named():
    found = told(*[SPOT] * 6)["finding.sites_one_place"]  # 15 pairs
    assert found.count(" + ") == 10
    assert "…" in found


def test_sites_are_called_by_name_where_they_have_one():
    found = told(SPOT, SPOT, name=["Berger vest", None])
    assert "Berger vest + B" in found["finding.sites_one_place"]


@pytest.mark.parametrize("word", ["Sum", "SUM:", "Totalt", "i alt", "Total", "Til sammen"])
@pytest.mark.parametrize("column", ["id", "name"])
def test_a_row_that_is_called_a_sum_is_told(word, column):
    columns = {column: ["Berger", word]} if column == "name" else {"ids": ["Berger", word]}
    found = told(SPOT, shapely.Point(1, 1), **columns)
    assert list(found) == ["finding.sum_row_named"]
    assert f"«{word}»" in found["finding.sum_row_named"]


@pytest.mark.parametrize("name", ["Summen AS", "Total Energies", "Samlet plan 3"])
def test_a_name_that_only_begins_like_a_sum_is_none(name):
    assert told(SPOT, shapely.Point(1, 1), name=["Berger", name]) == {}


@pytest.mark.parametrize(
    ("jobs", "is_sum"),
    [
        ([10, 20, 30], True),
        ([10, None, 20.5, 30.5], True),
        ([30, 10, 20], False),  # the first is no sum of what follows
        ([40, 40], False),  # two sites may well be alike
        ([0, 0, 0], False),
        ([None, 10, None], False),
    ],
)
def test_a_last_row_with_the_jobs_of_the_others_is_told(jobs, is_sum):
    apart = [shapely.Point(at * 100, 0) for at in range(len(jobs))]
    assert list(told(*apart, jobs=jobs)) == (["finding.sum_row_equal"] if is_sum else [])


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (shapely.box(9_000, 0, 11_000, 100), "50\xa0%"),
        (shapely.box(9_838, 0, 10_438, 600), "73\xa0%"),
        (shapely.box(9_990, 0, 10_990, 100), "99\xa0%"),
        (shapely.LineString([(9_000, 50), (11_000, 50)]), "50\xa0%"),
        (shapely.MultiPoint([(0, 0), (9_000, 0), (1, 1), (11_000, 50)]), "25\xa0%"),
    ],
)
def test_a_site_across_the_border_is_told_with_the_part_outside(shape, said):
    found = told(shape, square(0, 5_000))
    assert list(found) == ["finding.partly_elsewhere"]
    assert "1 av stedene ligger delvis utenfor kommunen" in found["finding.partly_elsewhere"]
    assert f"A ({said} utenfor)" in found["finding.partly_elsewhere"]


def test_a_site_along_the_border_or_beyond_it_is_not_across_it():
    along, beyond = square(9_900, 0), square(20_000, 0)
    assert list(told(along, beyond)) == ["finding.elsewhere"]
    assert told(along, beyond, place=None) == {}


def test_a_whole_town_is_looked_through_at_once():
    at = np.arange(6_000)
    shapes = shapely.box(at % 80 * 100, at // 80 * 100, at % 80 * 100 + 100, at // 80 * 100 + 100)
    sites = rows(*shapes, id=[str(one) for one in at])
    began = time.process_time()
    assert doubts(sites, PLACE) == []
    assert time.process_time() - began < 2  # 0.1 s on a machine that does nothing else
    heap = rows(
        *(square(0, 0, side=100 + one / 10) for one in range(3_000)), id=sites["id"][:3_000]
    )
    assert "…" in doubts(heap, PLACE)[0].say()
