"""Jobs of a zone: what is known, what is estimated, and how many cases are neither."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest

from geo.growth.estimates import Estimating
from geo.growth.projects import all_jobs
from geo.indicators import zone_figures
from geo.jobs import read_norms
from geo.schema.layers import CRS
from layers.app import texts
from tests.pages.test_pages import spaced
from tests.support.projects import INSIDE
from tests.support.shapes import frame, square

ZONES = frame(
    *(square(600_000 + 5000 * at, 6_650_000, side=1000) for at in range(4)),
    zone_id=["mixed", "unknown", "estimated", "empty"],
)
# Shops take 15–20 m², warehouses 70–95 m² per job; a site carries 0.25–0.60 m² for each m².
CASES = pd.DataFrame(
    [
        {"zone_id": "mixed", "jobs": 50.0},
        {"zone_id": "mixed", "business_type": "handel", "gross_area_m2": 300.0},
        {"zone_id": "mixed", "business_type": "lager", "site_area_m2": 26_600.0},
        {"zone_id": "mixed"},
        {"zone_id": "unknown"},
        {"zone_id": "estimated", "business_type": "lager", "site_area_m2": 26_600.0},
    ]
).assign(area_kind="new", effect="counts", jobs_low=math.nan, jobs_high=math.nan)


def listed(rows):
    cases = gpd.GeoDataFrame(rows, geometry=[INSIDE] * len(rows), crs=CRS)
    return cases.assign(**all_jobs(cases, read_norms(), Estimating(profiles={})))


@pytest.fixture(scope="module")
def figures():
    return zone_figures(ZONES, None, listed(CASES), None).set_axis(ZONES["zone_id"])


def test_known_estimated_and_unknown_cases_are_told_apart(figures):
    counts = figures[["projects", "projects_estimated", "projects_unknown"]]
    assert counts.loc["mixed"].tolist() == [4, 1, 1]
    assert counts.loc["unknown"].tolist() == [1, 0, 1]
    assert counts.loc["estimated"].tolist() == [1, 1, 0]
    assert counts.loc["empty"].tolist() == [0, 0, 0]


def test_what_is_known_is_summed_without_what_is_estimated(figures):
    # 50, and 300 / 20 to 300 / 15; estimated 26 600 × 0.25 / 95 to 26 600 × 0.60 / 70.
    mixed = figures.loc["mixed"]
    assert (mixed["jobs_low"], mixed["jobs_high"]) == (65, 70)
    assert (mixed["estimated_low"], mixed["estimated_high"]) == pytest.approx((70, 228))


def test_what_brings_no_jobs_is_in_no_sum_and_still_a_plan_case(figures):
    without = CASES.assign(effect="none", zone_id="mixed")
    both = pd.concat([CASES, without], ignore_index=True)
    found = zone_figures(ZONES, None, listed(both), None).set_axis(ZONES["zone_id"]).loc["mixed"]
    assert found["projects"] == 10  # 4, and 6 without effect
    pd.testing.assert_series_equal(found.drop("projects"), figures.loc["mixed"].drop("projects"))


def test_a_zone_without_a_figure_is_unknown_and_not_0(figures):
    names = ["jobs_low", "jobs", "jobs_high", "estimated_low", "estimated_high"]
    assert figures.loc[["unknown", "empty"], names].isna().all(axis=None)
    assert figures.loc["estimated", ["jobs_low", "jobs", "jobs_high"]].isna().all()


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("mixed", "135–298 + ukjent"),
        ("estimated", "70–228"),
        ("unknown", "ukjent"),
        ("empty", "ukjent"),
    ],
)
def test_a_zones_jobs_never_hide_what_is_unknown(figures, zone, written):
    assert spaced(texts.planned_jobs(figures.loc[zone])) == written


def test_without_a_list_of_projects_nothing_is_known():
    figures = zone_figures(ZONES, None, None, None)
    assert figures[["projects", "projects_unknown", "jobs", "estimated_low"]].isna().all(axis=None)
