"""Accounts asked of one basis, in any order, are those that are made anew for each."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import CrsError, PackError
from geo.land.basis import LandBasis
from geo.land.compute import account, of_pack
from geo.land.rules import BUSINESS_CODES, ReserveRules
from tests.speed import reserve_pack
from tests.support.reading import embedded
from tests.unit.geo.land.test_account_properties import worlds

rules = st.builds(
    ReserveRules,
    building_buffer_m=st.sampled_from([0.0, 4.0, 15.0, 15.5, 40.0]),
    min_part_m2=st.sampled_from([0.0, 200.0, 1000.0]),
    min_width_m=st.sampled_from([0.0, 8.0, 20.0]),
    max_utilisation=st.sampled_from([0.3, 0.6]),
    business_codes=st.sampled_from([BUSINESS_CODES, ("1300",)]),
)


def assert_same(one, other):
    """Hold every figure and shape of two accounts against each other, bit by bit."""
    assert json.dumps(one.as_dict()) == json.dumps(other.as_dict())
    for name in ("pieces", "plots"):
        mine, theirs = getattr(one, name).to_wkb(), getattr(other, name).to_wkb()
        assert_frame_equal(mine, theirs, check_exact=True)
    for name in ("part_rows", "zones", "faults"):
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert (one.elsewhere is None) == (other.elsewhere is None)
    if one.elsewhere is not None:
        assert_frame_equal(one.elsewhere.to_wkb(), other.elsewhere.to_wkb())
    assert (one.rules, one.notes, one.crs) == (other.rules, other.notes, other.crs)
    assert one.constraints_mapped == other.constraints_mapped
    assert one.area_correction == other.area_correction


@settings(max_examples=8)
@given(worlds(), st.lists(st.tuples(rules, st.booleans()), min_size=2, max_size=4))
def test_any_sequence_of_rules_gives_the_accounts_made_anew(world, asked):
    layers = (world.parcels, world.plan_areas, world.zones, world.buildings, world.constraints)
    basis = LandBasis(*layers, buffers=2)
    for wanted, measured in asked:
        fresh = account(*layers, wanted, measured=measured)
        assert_same(basis.account(wanted, measured=measured), fresh)


def test_a_town_is_the_same_from_the_basis_though_its_slider_went_to_and_fro():
    town = reserve_pack.build(300)
    layers = (town.parcels, town.plan_areas, town.zones, town.buildings, town.constraints)
    basis = LandBasis(*layers)
    asked = [
        *((15, 1000, 20), (25, 1000, 20), (15, 500, 20), (15, 500, 30), (5, 500, 30)),
        *((0, 500, 30), (15, 1000, 21), (15, 1000, 24), (15, 1000, 22), (0, 500, 20)),
    ]
    for turn, (buffer_m, part_m2, width_m) in enumerate(asked):
        wanted = ReserveRules(building_buffer_m=buffer_m, min_part_m2=part_m2, min_width_m=width_m)
        # Figures that were not checked at first are checked later, and the other way round.
        fresh = account(*layers, wanted, measured=turn % 4 > 1)
        assert_same(basis.account(wanted, measured=turn % 4 > 1), fresh)


def test_a_pack_has_a_basis_with_its_water_and_constraints():
    pack = embedded()
    assert_same(LandBasis.of_pack(pack).account(), of_pack(pack))


def test_accounts_of_one_basis_share_nothing_that_one_may_overwrite():
    town = reserve_pack.build(200)
    layers = (town.parcels, town.plan_areas, town.zones, town.buildings, town.constraints)
    basis = LandBasis(*layers)
    first = basis.account()
    first.pieces["gross_m2"] = 0.0
    first.pieces.geometry.array[0] = None
    assert_same(basis.account(), account(*layers))


def test_a_layer_that_cannot_be_used_is_named_at_once():
    town = reserve_pack.build(200)
    layers = [town.parcels, town.plan_areas, town.zones, town.buildings, None]
    without = [*layers[:3], town.buildings.drop(columns="floors"), None]
    with pytest.raises(PackError) as raised:
        LandBasis(*without)
    assert raised.value.parts == {"layer": "buildings", "column": "floors"}
    elsewhere = [*layers[:3], town.buildings.to_crs(25833), None]
    with pytest.raises(CrsError):
        LandBasis(*elsewhere)
