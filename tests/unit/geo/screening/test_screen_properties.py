"""What holds for every screening, whatever the sites."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.screening.present import document
from geo.screening.screen import screen
from tests.support.rows import rows
from tests.support.sites import LAYERS, at, barred, land, spot

few = settings(deadline=None, max_examples=20)

squares = st.builds(at, st.integers(-300, 5500), st.integers(-300, 1200), side=st.integers(1, 900))
points = st.builds(spot, st.integers(-300, 5500), st.integers(-300, 1200))
shapes = squares | squares | points
sites = st.lists(
    st.tuples(shapes, st.none() | st.floats(0, 500), st.sampled_from([None, "kontor", "lager"])),
    min_size=1,
    max_size=6,
)
# Zones and plans that overlap, constraints that overlap, half of everything mapped.
ROUGH = {
    "zones": rows(
        *(at(x, 0, side=1000) for x in (0, 500, 2000)),
        zone_id=["a", "b", "c"],
        name=["A", "B", "C"],
        abc=["A", "B", "C"],
    ),
    "plan_areas": rows(
        *(at(x, 100, side=1000) for x in (0, 300, 2000)),
        plan_id=["p", "q", "r"],
        land_use_code=["1300", "1110", "1300"],
        adopted=[2001, 1999, None],
    ),
    "constraints": barred(at(100, 100, side=300), at(250, 250, side=300)),
    "constraint_coverage": LAYERS["constraint_coverage"].iloc[:3],
}


def frame(wanted):
    places, jobs, types = zip(*wanted, strict=True)
    ids = [str(number) for number in range(len(wanted))]
    return rows(*places, id=ids, jobs=list(map(_float, jobs)), business_type=list(types))


def _float(value):
    return float("nan") if value is None else value


def documents(found):
    return [json.loads(json.dumps(document(one, "nb"), allow_nan=False)) for one in found]


@few
@given(sites)
def test_shares_are_shares_and_parts_make_no_more_than_the_whole(wanted):
    for one in screen(land(accuracy=100, **ROUGH), frame(wanted)):
        parts = [one.growth_share, one.growth_share_regional, one.corridor_share]
        parts += [zone.share for zone in one.zones] + [plan.share for plan in one.plans]
        assert all(0 <= part <= 1 for part in parts)
        assert one.growth_share <= one.growth_share_regional
        assert sum(zone.share for zone in one.zones) <= 1 + 1e-9
        assert sum(plan.share for plan in one.plans) <= 1 + 1e-9
        for constraint in one.constraints.values():
            assert constraint.m2 is None or 0 <= constraint.m2 <= one.area_m2 * (1 + 1e-9)


@few
@given(sites, st.randoms(use_true_random=False))
def test_many_are_screened_as_each_by_itself_in_any_order(wanted, random):
    context = land(accuracy=100, **ROUGH)
    together = documents(screen(context, frame(wanted)))
    order = list(range(len(wanted)))
    random.shuffle(order)
    shuffled = documents(screen(context, frame(wanted).iloc[order]))
    assert [shuffled[order.index(row)] for row in range(len(wanted))] == together
    alone = [documents(screen(context, frame(wanted).iloc[[row]]))[0] for row in order]
    assert alone == shuffled


@few
@given(sites)
def test_the_order_of_the_packs_rows_does_not_matter_where_none_overlap(wanted):
    turned = {name: LAYERS[name].iloc[::-1] for name in ("zones", "plan_areas", "growth_areas")}
    usual = documents(screen(land(accuracy=100), frame(wanted)))
    other = documents(screen(land(accuracy=100, **turned), frame(wanted)))
    assert usual == other


@few
@given(squares)
def test_the_way_along_the_road_is_never_shorter_than_the_straight_one(shape):
    station = screen(land(), rows(shape, id="1"), with_remedies=False)[0].station
    if station.network_m is not None:
        assert station.network_m >= station.distance_m - 1e-6


@few
@given(squares, st.integers(-40, 40))
def test_a_site_drawn_from_another_corner_is_the_same_site(shape, turn):
    corners = list(shape.exterior.coords)[:-1]
    turn %= len(corners)
    turned = type(shape)([*corners[turn:], *corners[:turn]])
    one, other = (screen(land(), rows(each, id="1"))[0] for each in (shape, turned))
    assert other.verdict.light == one.verdict.light
    assert other.growth_share == pytest.approx(one.growth_share)
    for kind, constraint in one.constraints.items():
        assert other.constraints[kind].status == constraint.status
