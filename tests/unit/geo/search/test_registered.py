"""Land that is a site in the register: what it says is told and asked of; unknown never fits."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest

from geo.errors import CriteriaError
from geo.jobs import read_norms
from geo.screening.context import context_of
from geo.screening.registered import on_site
from geo.search.answers import loosened
from geo.search.candidates import candidates
from geo.search.criteria import Criteria, from_json
from geo.search.ranking import search
from geo.search.survey import survey
from tests.support.searching import account_of, ids, layers, pack_of

EVERY = {"readiness_by": "rule", "availability": "ledig", "power_mw": None, "power_date": None}


@pytest.fixture(scope="module")
def ground():
    frames = layers()
    base = context_of(pack_of(frames), None, read_norms())
    pieces = candidates(account_of(frames), join=True, densification=False)
    return base, survey(base, pieces), pieces


def register_of(pieces):
    """Three sites: all of 1/3 with 12 MW, half of 2/2 with none told, a corner of 1/4."""
    at = pieces.set_index("parcel_ids").geometry
    half, corner = at["2/2"], at["1/4"]
    west, south, east, north = half.bounds
    half = half.intersection(type(half)([(west, south), (west, north), (east, south)]))
    rows = [
        {"site_id": "a", "name": "A", "readiness": "regulert", **EVERY, "power_mw": 12.0},
        {"site_id": "b", "name": "B", "readiness": None, **EVERY, "availability": "reservert"},
        {"site_id": "c", "name": "C", "readiness": "idé", **EVERY, "power_mw": 99.0},
    ]
    small = corner.centroid.buffer(1.0).union(corner.centroid.buffer(200).difference(corner))
    shapes = [at["1/3"], half, small]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=pieces.crs)


def found(ground, register="theirs", **wish):
    base, surveyed, pieces = ground
    theirs = register_of(pieces) if isinstance(register, str) else register
    return search(replace(base, register=theirs), surveyed, Criteria(**wish))


def test_a_hit_tells_which_site_it_is(ground):
    hits = found(ground).hits.set_index("parcel_ids")
    assert hits.loc["1/3", ["site_id", "site_name", "site_readiness"]].tolist() == [
        "a",
        "A",
        "regulert",
    ]
    assert hits.loc["1/3", "site_power_mw"] == 12.0
    assert hits.loc["1/3", "site_share"] == pytest.approx(1.0)
    assert hits.loc["2/2", "site_availability"] == "reservert"
    assert hits.loc["2/2", "site_share"] == pytest.approx(0.5)
    # What has but a little in common with a site is none.
    assert hits.loc["1/4", ["site_id", "site_power_mw"]].isna().all()


def test_what_is_mostly_a_sold_site_is_left_out_and_told(ground):
    register = register_of(ground[2])
    sold = register.assign(availability="solgt")
    result = found(ground, register=sold, min_mw=1.0)
    assert ids(result) == []
    (one,) = result.left_out
    assert (one.reason, one.count, one.names) == ("sold", 1, ("A",))
    # Whoever asks for what is left out sees it, and that it is sold.
    hits = found(ground, register=sold, min_mw=1.0, unplanned=True).hits
    assert hits[["parcel_ids", "site_availability"]].to_numpy().tolist() == [["1/3", "solgt"]]
    # A vacant part is not sold because a small site within it is.
    small = register.iloc[[0]].assign(availability="solgt")
    small = small.set_geometry(small.centroid.buffer(1))
    assert "1/3" in ids(found(ground, register=small))


@pytest.mark.parametrize(
    ("wish", "plots"),
    [
        ({"registered": True}, ["1/3", "2/2"]),
        ({"min_mw": 12.0}, ["1/3"]),
        ({"min_mw": 12.1}, []),
        ({"readiness": ("regulert", "byggeklar")}, ["1/3"]),
        ({"readiness": ("idé",)}, []),
        # The power of B is not known: let pass only where the reader lets what is unknown pass.
        ({"registered": True, "min_mw": 1.0, "accept_unknown": True}, ["1/3", "2/2"]),
    ],
)
def test_what_the_register_says_can_be_asked_of(ground, wish, plots):
    assert sorted(ids(found(ground, **wish))) == plots


def test_what_is_left_out_because_it_is_unknown_is_counted(ground):
    result = found(ground, registered=True, min_mw=1.0)
    assert ids(result) == ["1/3"]
    assert result.not_known == 1


def test_without_a_register_nothing_meets_a_wish_for_power(ground):
    result = found(ground, register=None, min_mw=1.0)
    assert ids(result) == []
    assert result.not_known == result.candidates


def test_a_search_that_asks_nothing_of_an_empty_register_is_as_before(ground):
    base, surveyed, pieces = ground
    empty = register_of(pieces).iloc[:0]
    assert list(found(ground, register=empty).hits) == list(search(base, surveyed, Criteria()).hits)


def test_the_nearest_power_is_offered(ground):
    wish = Criteria(registered=True, min_mw=20.0)
    result = found(ground, registered=True, min_mw=20.0)
    step = next(one for one in result.relaxed if one.criterion == "min_mw")
    assert loosened(wish, step).min_mw == 12.0


def test_a_wish_of_the_register_goes_there_and_back_as_json():
    wish = Criteria(min_mw=12.5, readiness=("idé", "byggeklar"), registered=True)
    assert from_json(wish.as_json()) == wish


@pytest.mark.parametrize("wish", [{"min_mw": -1.0}, {"readiness": ("klar",)}])
def test_a_wish_that_makes_no_sense_is_refused(wish):
    with pytest.raises(CriteriaError):
        Criteria(**wish)


def test_sites_on_a_place_are_told_the_largest_overlap_first(ground):
    pieces = ground[2]
    register = register_of(pieces)
    place = pieces.set_index("parcel_ids").geometry["2/2"]
    (told,) = on_site(place, register)
    assert told["site_id"] == "b"
    assert told["power_mw"] is None
    assert told["share"] == pytest.approx(0.5)
    assert on_site(place.centroid.buffer(1), register.iloc[:0]) == []
