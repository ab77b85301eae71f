"""The 90 % rule: from sites to a result, in both variants; which projects bring jobs."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from shapely import Point

from geo.growth.rule import Verdict
from geo.growth.share import effective_sites
from tests.support.errors import raising
from tests.support.projects import judged
from tests.support.shapes import frame, square

AREA = square(0, 0, side=1000)
INSIDE, OUTSIDE, BORDER = Point(500, 500), Point(5000, 5000), Point(1000, 500)


# From sites to a result


def test_jobs_are_summed_on_their_side_of_the_border():
    sites = frame(INSIDE, BORDER, OUTSIDE, jobs=[500, 300, 200])
    result = judged(sites, frame(AREA)).counted
    assert (result.jobs_inside, result.jobs_outside) == (800, 200)


def test_a_site_across_the_border_splits_its_jobs_by_area():
    site = frame(square(900, 0, side=200), jobs=[100], jobs_low=[60], jobs_high=[200])
    result = judged(site, frame(AREA)).counted
    assert (result.jobs_inside, result.jobs_outside) == (50, 50)
    assert (result.jobs_inside_low, result.jobs_outside_high) == (30, 100)
    assert result.share_low == pytest.approx(30 / 130)


def test_missing_bounds_are_the_number_itself():
    sites = frame(INSIDE, OUTSIDE, jobs=[90, 10], jobs_low=[np.nan, 5], jobs_high=[120, None])
    result = judged(sites, frame(AREA)).counted
    assert (result.jobs_inside_low, result.jobs_inside_high) == (90, 120)
    assert (result.jobs_outside_low, result.jobs_outside_high) == (5, 10)


def test_unknown_jobs_are_left_out_with_the_end_that_is_known():
    sites = frame(
        *(INSIDE, OUTSIDE, OUTSIDE, OUTSIDE),
        jobs=[90, 10, None, None],
        jobs_low=[90, 10, 1, None],
        jobs_high=[90, 10, None, 999],
    )
    result = judged(sites, frame(AREA)).counted
    assert (result.jobs_total, result.jobs_outside_high) == (100, 10)
    assert result.verdict_of_sums == Verdict.FULFILLED
    assert result.verdict == Verdict.UNDECIDED  # two of unknown number lie outside


def test_between_two_known_ends_the_middle_is_taken():
    site = frame(OUTSIDE, jobs=[None], jobs_low=[1.0], jobs_high=[999.0])
    assert judged(site, frame(AREA)).counted.jobs_outside == 500


def test_jobs_may_be_whole_numbers_with_gaps():
    sites = frame(INSIDE, OUTSIDE, jobs=pd.array([9, None], dtype="Int64"))
    assert judged(sites, frame(AREA)).counted.jobs_total == 9


def test_only_unknown_jobs_cannot_be_decided():
    assert judged(frame(INSIDE, jobs=[None]), frame(AREA)).counted.verdict == Verdict.UNDECIDED


def test_no_sites_are_no_new_jobs():
    assert judged(frame(jobs=[]), frame(AREA)).counted.verdict == Verdict.NO_NEW_JOBS


def test_the_target_reaches_the_result():
    sites = frame(INSIDE, OUTSIDE, jobs=[8, 2])
    assert judged(sites, frame(AREA), target=0.8).counted.verdict == Verdict.FULFILLED


@pytest.mark.parametrize("column", ["jobs", "jobs_low", "jobs_high"])
def test_negative_jobs_are_refused_and_the_site_is_named(column):
    figures = {"jobs": [5.0, 5.0], "jobs_low": [1.0, 1.0], "jobs_high": [9.0, 9.0]}
    figures[column][1] = -0.5
    sites = frame(INSIDE, OUTSIDE, project_id=["a", "b"], **figures)
    with raising("error.negative_jobs") as caught:
        judged(sites, frame(AREA))
    assert caught.value.parts == {"site": "b", "jobs": "-0.5"}


@pytest.mark.parametrize(("low", "high"), [(6, 9), (1, 4), (9, 1)])
def test_jobs_out_of_order_are_refused_and_the_site_is_named(low, high):
    sites = frame(INSIDE, id=["nesa"], jobs=[5], jobs_low=[low], jobs_high=[high])
    with raising("error.jobs_interval") as caught:
        judged(sites, frame(AREA))
    assert caught.value.parts == {"site": "nesa"}


def test_sites_without_a_column_for_jobs_have_none_that_are_known():
    result = judged(frame(INSIDE), frame(AREA))
    assert result.unknown.tolist() == [0]
    assert result.counted.verdict == Verdict.UNDECIDED


# Both variants

REGIONAL = square(4500, 4500, side=1000)  # OUTSIDE lies in it


def account(**columns):
    sites = frame(INSIDE, OUTSIDE, jobs=[800, 200], **columns)
    return judged(sites, frame(AREA, REGIONAL, counts=[True, False]))


def test_areas_that_do_not_count_decide_between_the_variants():
    result = account()
    assert result.counted.share == pytest.approx(0.8)
    assert result.counted.verdict == Verdict.BROKEN
    assert result.regional.share == 1
    assert result.regional.verdict == Verdict.FULFILLED


def test_each_site_shows_its_jobs_and_both_shares():
    sites = account().projects
    assert sites["jobs"].tolist() == [800, 200]
    assert sites["share_inside"].tolist() == [1, 0]
    assert sites["share_inside_regional"].tolist() == [1, 1]


def test_without_the_column_counts_all_areas_count():
    result = judged(frame(OUTSIDE, jobs=[1]), frame(AREA, REGIONAL))
    assert result.counted == result.regional
    assert result.counted.share == 1


def test_an_area_with_null_for_counts_does_not_count():
    areas = frame(AREA, REGIONAL, counts=[True, None])
    assert judged(frame(OUTSIDE, jobs=[1]), areas).counted.share == 0


def test_sites_with_unknown_jobs_are_listed_and_not_summed():
    sites = frame(INSIDE, OUTSIDE, None, project_id=["a", "b", "c"], jobs=[9, None, 5])
    result = judged(sites.set_axis([7, 8, 9]), frame(AREA))
    assert result.unknown.tolist() == [8, 9]  # b has no number, c no place
    assert result.counted.jobs_total == 9
    assert result.as_dict()["jobs_unknown"] == ["b", "c"]


def test_the_account_as_a_document_has_the_agreed_keys_and_no_nan():
    sites = frame(INSIDE, OUTSIDE, None, project_id=["a", "b", "c"], jobs=[9, None, 5])
    document = judged(sites, frame(AREA)).as_dict()
    agreed = ["gross", "with_regional_areas", "sites", "target", "jobs_unknown"]
    more = ["dominant", "with_estimates", "estimated", "not_estimable"]
    assert list(document) == [*agreed, *more]
    assert list(document["with_estimates"]["gross"]) == list(document["gross"])
    assert document["target"] == 0.9
    assert document["sites"] == [
        {"id": "a", "jobs": 9, "share_inside": 1},
        {"id": "b", "jobs": None, "share_inside": 0},
        {"id": "c", "jobs": 5, "share_inside": None},
    ]
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ({"project_id": ["p", "q"], "id": [1, 2]}, ["p", "q"]),
        ({"project_id": ["p", None], "id": [1, 2]}, ["p", "2"]),
        ({"id": [1, 2]}, ["1", "2"]),
        ({}, ["0", "1"]),
    ],
)
def test_sites_are_named_by_project_then_id_then_index(columns, names):
    assert [site["id"] for site in account(**columns).as_dict()["sites"]] == names


# Which projects bring jobs

PROJECTS = frame(INSIDE, INSIDE, INSIDE, INSIDE, effect=["counts", "planned", "none", None])


def test_adopted_and_planned_projects_have_effect():
    assert effective_sites(PROJECTS).index.tolist() == [0, 1]


def test_planned_projects_can_be_left_out():
    assert effective_sites(PROJECTS, adopted_only=True).index.tolist() == [0]


def test_projects_without_the_column_effect_are_refused():
    with raising("error.missing_column"):
        effective_sites(frame(INSIDE))
