"""Sites by what is asked of them: unknown never passes and is always counted."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo.errors import CriteriaError
from geo.register.filters import SiteWishes, matching, old, overlaps

UNKNOWN = None
SITES = gpd.GeoDataFrame(
    {
        "name": ["a", "b", "c", "d"],
        "zone_id": ["heia", "heia", "berger", UNKNOWN],
        "readiness": ["byggeklar", UNKNOWN, "idé", "regulert"],
        "availability": ["ledig", "solgt", "ledig", "ledig"],
        "owner_type": ["kommunal", UNKNOWN, "privat", UNKNOWN],
        "area_m2": [10_000.0, 20_000.0, 5_000.0, 40_000.0],
        "power_mw": [12.0, float("nan"), 3.0, float("nan")],
    },
    geometry=[box(x, 0, x + 100, 100) for x in (0, 200, 400, 600)],
    crs=25832,
)


def asked(**wishes):
    found = matching(SITES, SiteWishes(**wishes))
    return "".join(found.sites["name"]), found.left_out, dict(found.unknown)


@pytest.mark.parametrize(
    ("wishes", "names", "left_out", "unknown"),
    [
        ({}, "abcd", 0, {}),
        ({"min_mw": 10.0}, "a", 2, {"min_mw": 2}),
        ({"min_mw": 12.0}, "a", 2, {"min_mw": 2}),  # just as much is enough
        ({"min_mw": 12.1}, "", 2, {"min_mw": 2}),
        ({"min_mw": 0.0}, "abcd", 0, {}),
        ({"min_daa": 10.0}, "abd", 0, {}),
        # b is sold: what is not known of it does not matter.
        ({"min_mw": 10.0, "availability": ("ledig",)}, "a", 1, {"min_mw": 1}),
        ({"readiness": ("byggeklar", "regulert")}, "ad", 1, {"readiness": 1}),
        ({"owner_types": ("kommunal",)}, "a", 2, {"owner_types": 2}),
        ({"zones": ("heia",), "min_mw": 10.0}, "a", 2, {"zones": 1, "min_mw": 2}),
    ],
)
def test_a_filter_lets_through_what_is_known_to_fit(wishes, names, left_out, unknown):
    assert asked(**wishes) == (names, left_out, unknown)


@given(st.floats(0, 100), st.sets(st.integers(0, 3)))
def test_forgetting_a_figure_never_lets_a_site_through(least, forgotten):
    wishes = SiteWishes(min_mw=least)
    before = set(matching(SITES, wishes).sites["name"])
    power = SITES["power_mw"].mask(SITES.index.isin(forgotten))
    after = set(matching(SITES.assign(power_mw=power), wishes).sites["name"])
    assert after <= before


@pytest.mark.parametrize("least", [-1.0, float("nan"), float("inf")])
def test_a_least_that_is_no_amount_is_refused(least):
    with pytest.raises(CriteriaError):
        SiteWishes(min_mw=least)


def test_a_figure_is_old_after_twelve_months():
    dates = pd.Series(["2025-11-30", "2025-11-29", None, "2027-01-01"])
    assert old(dates, dt.date(2026, 11, 30)).tolist() == [False, True, False, False]


def test_overlaps_are_measured_of_both():
    shapes = gpd.GeoSeries([box(50, 0, 250, 100), Point(450, 50), Point(900, 0)], crs=25832)
    found = overlaps(shapes, SITES)
    assert found[["shape", "site"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 2]]
    # 50 m of a site's 100 m and of the shape's 200 m.
    assert found["share"].tolist() == pytest.approx([0.25, 0.25, 1.0])
    assert found["same"].tolist() == pytest.approx([0.5, 0.5, 1.0])


def test_neighbours_that_only_touch_do_not_overlap():
    assert overlaps(gpd.GeoSeries([box(100, 0, 200, 100)], crs=25832), SITES).empty


def test_nothing_overlaps_an_empty_register():
    assert overlaps(SITES.geometry, SITES.iloc[:0]).empty
