"""Finding a site in a small world whose every figure is worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.jobs import read_norms
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.context import context_of
from geo.search import answers
from geo.search.candidates import candidates
from geo.search.criteria import Criteria, Weights
from geo.search.ranking import TERMS, find, provenance, search
from geo.search.survey import survey
from tests.support.errors import raising
from tests.support.searching import account_of, ids, layers, pack_of, relaxed, result

ALL = ["1/1, 1/2", "1/3", "1/4", "2/1", "2/1", "2/2", "2/3"]


@pytest.fixture(scope="module")
def world():
    frames = layers()
    base = context_of(pack_of(frames), None, read_norms())
    account = account_of(frames)
    pieces = candidates(account, join=True, densification=True)
    return base, survey(base, pieces), account


def hits(world, **wish):
    return search(world[0], world[1], Criteria(**({"densification": True} | wish)))


def plots(world, **wish):
    return sorted(ids(hits(world, **wish)))


def row(world, name, **wish):
    found = hits(world, **wish).hits
    (only,) = found[found["parcel_ids"] == name].to_dict("records")
    return only


# Criteria


@pytest.mark.parametrize(
    ("wish", "truth"),
    [
        ({}, [*ALL, "2/4"]),
        ({"min_daa": 20.0}, ["1/1, 1/2", "2/2"]),  # exactly 20 daa is enough
        ({"min_daa": 20.001}, ["2/2"]),
        ({"max_daa": 5.0}, ["2/1", "2/1", "2/3"]),
        ({"min_daa": 10.0, "max_daa": 20.0}, ["1/1, 1/2", "1/3", "1/4", "2/4"]),
        ({"zones": ("v",)}, ["1/1, 1/2", "1/3", "1/4", "2/1"]),
        ({"zones": ("østSIDA", "v")}, [*ALL, "2/4"]),
        ({"max_station_m": 400.0}, ["1/1, 1/2"]),
        ({"max_station_m": 399.9}, []),
        # 1/3: up 50 m and 600 m along.
        ({"max_station_m": math.hypot(600, 50) + 1e-6}, ["1/1, 1/2", "1/3"]),
        ({"max_road_m": 100.0}, ["1/1, 1/2", "1/4", "2/2", "2/3", "2/4"]),
        ({"max_road_m": 900.0, "road": "e 6"}, ["2/1", "2/1"]),
        ({"min_bra_m2": 20_000.0}, ["1/1, 1/2", "2/2"]),
        ({"min_bra_m2": 8_000.0}, ["1/1, 1/2", "1/3", "2/2", "2/4"]),  # 2/4: unused
        ({"growth": "only"}, ["1/1, 1/2"]),  # 150 of 200 m; the regional area does not count
        ({"growth": "only", "regional_counts": True}, ["1/1, 1/2", "2/2"]),
        ({"corridor_only": True}, ["1/1, 1/2", "1/3"]),
        ({"avoid": ("flood",)}, ["1/1, 1/2", "1/3", "1/4", "2/1"]),
        ({"avoid": ("farmland",)}, [*ALL[:2], *ALL[3:], "2/4"]),
        ({"avoid": ("quick_clay",)}, []),
        ({"rectangle_m": (200.0, 100.0)}, ["1/1, 1/2", "2/2"]),
        ({"rectangle_m": (150.0, 150.0)}, ["2/2"]),
        ({"densification": False, "min_daa": 10.0}, ["1/1, 1/2", "1/3", "1/4", "2/2", "2/4"]),
    ],
)
def test_each_criterion_finds_what_meets_it(world, wish, truth):
    # What `densification` asks for is decided when the candidates are listed.
    assert plots(world, **wish) == sorted(truth)


def test_without_joining_and_densification_they_are_not_among_the_candidates():
    assert "1/1" in ids(result(Criteria(join=False)))
    assert "2/4" not in ids(result(Criteria()))
    assert "2/4" in ids(result(Criteria(densification=True)))


def test_what_is_not_known_passes_only_if_it_is_accepted_and_is_then_told(world):
    # The plan of 1/4 says nothing; flood is not mapped east of 2/2.
    assert "1/4" not in plots(world, min_bra_m2=1.0)
    assert row(world, "1/4", min_bra_m2=1.0, accept_unknown=True)["unknown"] == "min_bra"
    accepted = plots(world, avoid=("flood",), accept_unknown=True)
    assert "2/3" in accepted
    assert "2/2" not in accepted  # a known overlap is not unknown
    assert row(world, "2/3", avoid=("flood",), accept_unknown=True)["unknown"] == "avoid.flood"
    assert row(world, "1/3", avoid=("flood",), accept_unknown=True)["unknown"] == ""


def test_a_rectangle_on_a_built_plot_is_not_known(world):
    wish = {"rectangle_m": (90.0, 90.0), "zones": ("o",)}
    assert plots(world, **wish) == ["2/2"]
    assert plots(world, **wish, accept_unknown=True) == ["2/2", "2/4"]
    assert row(world, "2/4", **wish, accept_unknown=True)["unknown"] == "rectangle"
    assert row(world, "2/2", **wish, accept_unknown=True)["unknown"] == ""


def test_the_rectangle_is_shown_where_it_fits(world):
    found = hits(world, rectangle_m=(200.0, 100.0))
    for box, shape in zip(found.rectangles, found.hits.geometry, strict=True):
        assert box.area == pytest.approx(20_000, rel=1e-4)
        assert box.difference(shape).area < 1e-6


def test_the_limit_takes_the_best_and_says_that_there_may_be_more(world):
    for wish in ({}, {"rectangle_m": (40.0, 40.0)}):
        full = hits(world, **wish)
        for limit in (1, 3, len(full.hits), 99):
            part = search(world[0], world[1], Criteria(**wish), limit=limit)
            assert part.hits["id"].tolist() == full.hits["id"].tolist()[:limit]
            assert part.more == (limit < len(full.hits))


# Figures


def test_the_figures_of_a_hit_are_those_worked_out_by_hand(world):
    hit = row(world, "2/2", business_type="Kontor")
    assert hit["area_m2"] == pytest.approx(40_000)
    assert hit["allowed_bra_m2"] == pytest.approx(40_000)
    assert (hit["zone_name"], hit["abc"], hit["kind"]) == ("Østsida", "C", "reserve")
    assert (hit["station"], hit["station_m"]) == ("Sida stasjon", pytest.approx(2400))
    assert (hit["road"], hit["road_m"]) == ("Rv. 1", pytest.approx(100))
    # Down to the road (all of the south side is as near it), along it, and up to the station.
    assert 100 + 2400 + 150 <= hit["network_m"] <= 100 + 2600 + 150
    assert (hit["growth_share"], hit["growth_share_regional"]) == (0, pytest.approx(1))
    assert (hit["flood_status"], hit["flood_m2"]) == ("overlap", pytest.approx(10_000))
    assert (hit["farmland_status"], hit["farmland_m2"]) == ("clear", 0)
    assert hit["quick_clay_status"] == "not_mapped"
    assert math.isnan(hit["quick_clay_m2"])
    assert hit["constrained_share"] == pytest.approx((10_000 / 40_000 + 0) / 2)
    assert hit["abc_fit"] == "does_not_fit"  # many jobs, far out
    assert (hit["jobs_low"], hit["jobs_high"]) == pytest.approx((40_000 / 28, 40_000 / 23))
    assert hit["synthetic"]


def test_jobs_and_fit_are_of_the_business_that_is_named(world):
    assert row(world, "2/2")["abc_fit"] is None
    assert math.isnan(row(world, "2/2")["jobs_low"])
    assert row(world, "2/2", business_type="lager")["abc_fit"] == "fits"
    assert math.isnan(row(world, "1/4", business_type="lager")["jobs_low"])


# Score


def test_the_score_is_the_weighted_mean_of_its_terms_worked_out_by_hand(world):
    weights = Weights(size=2, station=1, road=3, constraints=1, growth=1, abc=4)
    wish = {
        "min_daa": 10.0,
        "max_station_m": 3000.0,
        "growth": "prefer",
        "regional_counts": True,
        "business_type": "lager",
        "weights": weights,
    }
    hit = row(world, "2/2", **wish)
    terms = {
        "size": 10 / 40,
        "station": 1 - 2400 / 3000,
        "road": 1 - 100 / 2000,
        "constraints": 1 - 0.125,
        "growth": 1.0,
        "abc": 1.0,
    }
    assert {name: hit[f"term_{name}"] for name in TERMS} == pytest.approx(terms)
    total = sum(getattr(weights, name) * value for name, value in terms.items())
    assert hit["score"] == pytest.approx(total / 12)


def test_terms_that_were_not_asked_for_do_not_count(world):
    found = hits(world)
    assert list(found.counted) == ["station", "road", "constraints"]
    assert found.hits[["term_size", "term_growth", "term_abc"]].isna().all(axis=None)


def test_a_term_that_is_not_known_counts_half_and_is_shown_as_unknown():
    known = result(Criteria(weights=Weights(station=3)))
    blind = result(Criteria(weights=Weights(station=3)), stations=None)
    assert blind.hits["term_station"].isna().all()
    before = known.hits.set_index("id").loc[blind.hits["id"]]
    others = before["score"] * 5 - 3 * before["term_station"]
    assert blind.hits["score"].to_numpy() == pytest.approx(((others + 1.5) / 5).to_numpy())


def test_equal_scores_are_ranked_by_id_and_ranks_are_1_2_3(world):
    alike = hits(world, weights=Weights(station=0, road=0, constraints=0, size=1))
    assert alike.hits["score"].unique().tolist() == [0.5]
    assert alike.hits["id"].tolist() == sorted(alike.hits["id"])
    assert alike.hits["rank"].tolist() == list(range(1, 9))


@settings(max_examples=25, deadline=None)
@given(weights=st.lists(st.floats(0, 10), min_size=6, max_size=6).filter(any), data=st.data())
def test_scores_and_terms_are_shares_and_ranks_follow_the_score(world, weights, data):
    wish = Criteria(
        min_daa=data.draw(st.none() | st.floats(0, 50)),
        max_road_m=data.draw(st.none() | st.floats(0, 5000)),
        growth=data.draw(st.sampled_from(["any", "prefer"])),
        accept_unknown=True,
        weights=Weights(**dict(zip(TERMS, weights, strict=True))),
    )
    found = search(world[0], world[1], wish).hits
    values = found[["score", *(f"term_{name}" for name in TERMS)]].to_numpy(dtype=float)
    assert np.nanmin(values, initial=0) >= 0
    assert np.nanmax(values, initial=1) <= 1
    assert (np.diff(found["score"]) <= 1e-8).all()


@settings(max_examples=20, deadline=None)
@given(least=st.floats(0, 50), far=st.floats(0, 5000), more=st.floats(0, 20))
@example(least=0.0, far=5e-324, more=0.0)  # metres / far would overflow
def test_a_stricter_wish_never_finds_more(world, least, far, more):
    wide = Criteria(min_daa=least, max_station_m=far)
    narrow = replace(wide, min_daa=least + more, avoid=("farmland",))
    found = {
        name: set(search(world[0], world[1], one).hits["id"])
        for name, one in (("wide", wide), ("narrow", narrow))
    }
    assert found["narrow"] <= found["wide"]


# Nothing found


def test_a_search_without_hits_names_each_criterion_that_stands_in_the_way_alone(world):
    found = hits(world, min_daa=30.0, max_station_m=500.0)
    assert ids(found) == []
    assert relaxed(found) == {
        "min_daa": answers.Relaxation("min_daa", 1, nearest=pytest.approx(20)),
        "station": answers.Relaxation("station", 1, nearest=pytest.approx(2400)),
    }


def test_letting_a_criterion_go_gives_just_the_hits_that_were_promised(world):
    wish = Criteria(min_daa=30.0, zones=("v",), max_station_m=2500.0, rectangle_m=(150.0, 150.0))
    without = {"min_daa": None, "zones": (), "max_station_m": None, "rectangle_m": None}
    named = {"station": "max_station_m", "rectangle": "rectangle_m"}
    found = search(world[0], world[1], wish)
    promised = {named.get(one.criterion, one.criterion): one.hits for one in found.relaxed}
    for name, nothing in without.items():
        there = len(search(world[0], world[1], replace(wish, **{name: nothing})).hits)
        assert there == promised.get(name, 0)
    assert promised  # else nothing was compared


def test_to_accept_what_is_not_known_may_be_what_helps(world):
    found = hits(world, avoid=("quick_clay",), min_daa=30.0)
    assert relaxed(found)["unknown"].hits == 1
    assert relaxed(found)["avoid.quick_clay"].hits == 1
    assert "unknown" not in relaxed(hits(world, min_daa=99.0, accept_unknown=True))


def test_two_criteria_that_only_help_together_are_not_named(world):
    assert hits(world, min_daa=99.0, max_station_m=1.0).relaxed == ()


def test_the_rectangle_alone_may_stand_in_the_way(world):
    found = hits(world, rectangle_m=(300.0, 190.0), min_daa=20.0)
    assert {name: one.hits for name, one in relaxed(found).items()} == {"rectangle": 2}


def test_more_pieces_than_are_tried_for_the_rectangle_give_at_least(world, monkeypatch):
    monkeypatch.setattr(answers, "MAX_TRIED", 2)
    found = hits(world, rectangle_m=(40.0, 40.0), max_station_m=1.0)
    assert relaxed(found)["station"].at_least
    assert relaxed(found)["station"].hits <= 2


# Missing layers, wrong names


@pytest.mark.parametrize(
    ("layer", "wish"),
    [
        ("stations", {"max_station_m": 5000.0}),
        ("context", {"max_road_m": 5000.0}),
        ("context", {"max_road_m": 5000.0, "road": "E6"}),
        ("context", {"max_station_m": 9000.0, "along_roads": True}),
        ("growth_areas", {"growth": "only"}),
        ("corridor_nodes", {"corridor_only": True}),
        ("constraint_coverage", {"avoid": ("farmland",)}),
        ("constraints", {"avoid": ("farmland",)}),
    ],
)
def test_without_its_layer_a_criterion_is_unknown_and_not_met(layer, wish):
    found = result(Criteria(**wish), **{layer: None})
    assert ids(found) == []
    assert relaxed(found)["unknown"].hits > 0
    accepted = result(Criteria(**wish, accept_unknown=True), **{layer: None})
    assert (accepted.hits["unknown"] != "").all()
    assert found.not_known == len(accepted.hits)
    assert accepted.not_known == 0


def test_what_is_left_out_for_want_of_an_answer_is_counted_beside_the_hits():
    everywhere = layers()["constraint_coverage"]
    farmland = everywhere["kind"] == "farmland"
    # Only the western half is mapped.
    half = everywhere.assign(
        geometry=everywhere.geometry.where(
            ~farmland, everywhere.intersection(shapely.box(*_west(everywhere.total_bounds)))
        )
    )
    wish = {"avoid": ("farmland",)}
    found = result(Criteria(**wish), constraint_coverage=half)
    accepted = result(Criteria(**wish, accept_unknown=True), constraint_coverage=half)
    assert 0 < len(found.hits) < len(accepted.hits)
    assert found.not_known == len(accepted.hits) - len(found.hits)


def _west(bounds):
    west, south, east, north = bounds
    return west, south, (west + east) / 2, north


@pytest.mark.parametrize(
    ("wish", "error", "value"),
    [
        ({"zones": ("v", "Bergen")}, "error.unknown_zone", "Bergen"),
        ({"road": "E18"}, "error.unknown_road", "E18"),
        ({"business_type": "romfart"}, "error.unknown_business_type", "romfart"),
    ],
)
def test_a_name_that_is_not_there_is_refused(world, wish, error, value):
    with raising(error) as refused:
        hits(world, **wish)
    assert value in str(refused.value)


def test_a_zone_s_id_wins_over_another_zone_s_name():
    frames = layers()["zones"].assign(name=["o", "v"])
    found = result(Criteria(zones=("v",)), zones=frames)
    assert set(found.hits["zone_id"]) == {"v"}


def test_a_pack_without_vacant_land_finds_nothing_and_says_so():
    one = layers()["parcels"].iloc[[7]].reset_index(drop=True)  # the built plot
    found = result(Criteria(min_daa=1.0, rectangle_m=(10.0, 10.0)), parcels=one)
    assert (found.candidates, len(found.hits), found.relaxed) == (0, 0, ())


# The whole


def test_the_order_of_plots_does_not_change_the_answer(world):
    frames = layers()
    other = frames["parcels"].iloc[::-1].reset_index(drop=True)
    found = result(Criteria(min_daa=5.0), parcels=other)
    same = search(world[0], world[1], Criteria(min_daa=5.0, zones=("v", "o")))
    kept = same.hits[same.hits["kind"] == "reserve"]
    assert found.hits["id"].tolist() == kept["id"].tolist()
    assert found.hits["score"].tolist() == pytest.approx(kept["score"].tolist())


def test_a_search_leaves_its_candidates_as_they_were(world):
    before = world[1].frame.copy()
    hits(world, rectangle_m=(50.0, 50.0), business_type="kontor", road="E6")
    assert world[1].frame.equals(before)
    assert not shapely.is_prepared(world[1].frame.geometry.to_numpy()).any()


def test_find_is_survey_and_search_in_one(world):
    base, _, account = world
    assert ids(find(base, account, Criteria(min_daa=20.0))) == ids(result(Criteria(min_daa=20.0)))


def test_provenance_has_the_wish_the_parameters_and_the_badges(world):
    base, _, account = world
    wish = Criteria(min_daa=40.0, weights=Weights(road=3))
    said = provenance(base.pack, wish, account)
    assert wish.as_json() in said.parameters
    assert "weight.road=3" in said.parameters
    assert "far_m=2000" in said.parameters
    assert (said.synthetic, said.illustrative) == (True, True)
    assert said.demonstration_for == base.pack.name


def test_every_kind_of_constraint_has_its_answer_in_the_hits(world):
    found = hits(world).hits
    for kind in CONSTRAINT_KINDS:
        assert set(found[f"{kind}_status"]) <= {"overlap", "clear", "not_mapped"}
    assert world[1].kinds == ("farmland", "flood")
