"""Pieces of land: what is joined, how much may be built on them, and that nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.search.candidates import candidates
from tests.support.land import buildings, land, parcels, plans, zones
from tests.support.searching import account_of, layers
from tests.support.shapes import square


def pieces(account=None, *, join=True, densification=False):
    account = account_of(layers()) if account is None else account
    return candidates(account, join=join, densification=densification)


def by_plots(frame):
    return frame.set_index(["zone_id", "parcel_ids"])


def test_parts_that_share_a_border_are_one_piece_and_those_that_meet_in_a_corner_are_not():
    found = by_plots(pieces()).loc["v"]
    assert found.index.tolist() == ["1/1, 1/2", "1/3", "1/4", "2/1"]
    assert found["plots"].tolist() == [2, 1, 1, 1]
    assert found["area_m2"].tolist() == pytest.approx([20_000, 10_000, 10_000, 5_000])


def test_a_zone_border_parts_a_plot():
    found = by_plots(pieces())
    assert found.loc[("v", "2/1"), "area_m2"] == pytest.approx(5_000)
    assert found.loc[("o", "2/1"), "area_m2"] == pytest.approx(5_000)


def test_without_joining_every_part_is_a_piece():
    apart = pieces(join=False)
    assert (apart["plots"] == 1).all()
    assert len(apart) == len(pieces()) + 1
    assert apart["area_m2"].sum() == pytest.approx(pieces()["area_m2"].sum())


def test_allowed_floor_area_follows_the_piece_and_is_unknown_where_a_part_is():
    found = by_plots(pieces()).loc["v"]["allowed_bra_m2"]
    assert found["1/1, 1/2"] == pytest.approx(20_000)
    assert np.isnan(found["1/4"])
    neighbours = land(
        [square(0, 0), square(100, 0)],
        plan=plans(square(0, 0), square(100, 0), utilisation_value=[50.0, None]),
    )
    (bra,) = pieces(neighbours)["allowed_bra_m2"]
    assert np.isnan(bra)


def test_a_part_in_two_plans_has_the_floor_area_of_both():
    two = land(
        [square(0, 0)],
        plan=plans(square(-50, 0), square(50, 0), utilisation_value=[50.0, 200.0]),
    )
    (bra,) = pieces(two)["allowed_bra_m2"]
    assert bra == pytest.approx(0.5 * 5_000 + 2 * 5_000)


def test_a_built_plot_is_a_piece_of_its_own_kind_with_its_unused_floor_area():
    found = pieces(densification=True)
    assert found["kind"].tolist() == ["reserve"] * 7 + ["densification"]
    built = found.iloc[-1]
    assert (built["parcel_ids"], built["id"]) == ("2/4", "densification:o:2/4:1")
    assert built["allowed_bra_m2"] == pytest.approx(8_000)
    assert built["area_m2"] == pytest.approx(10_000)


def test_several_pieces_of_a_plot_are_numbered_the_largest_first():
    cut = land([square(0, 0)], buildings(shapely.box(30, 0, 40, 100), gross_area_m2=9e9))
    found = pieces(cut)
    assert found["id"].tolist() == ["reserve:z0:1/0:1", "reserve:z0:1/0:2"]
    assert found["area_m2"].tolist() == pytest.approx([6_000, 3_000])


def test_an_account_without_vacant_land_has_no_pieces():
    full = land([square(0, 0)], buildings(square(0, 0), gross_area_m2=9e9))
    found = pieces(full, densification=True)
    assert found.empty
    assert {"id", "allowed_bra_m2", "plots"} <= set(found.columns)


def test_a_row_of_plots_is_one_piece_in_whatever_order_they_come():
    row = [square(100 * n, 0) for n in range(5)]
    names = [f"1/{n}" for n in range(5)]
    order = [3, 0, 4, 2, 1]
    one = pieces(land(parcels(*row, parcel_id=names)))
    other = pieces(land(parcels(*(row[n] for n in order), parcel_id=[names[n] for n in order])))
    for found in (one, other):
        assert found["id"].tolist() == ["reserve:z0:1/0:1"]
        assert found["parcel_ids"].tolist() == ["1/0, 1/1, 1/2, 1/3, 1/4"]
        assert found["area_m2"].tolist() == pytest.approx([50_000])


def test_a_zone_border_between_two_plots_keeps_them_apart():
    two = land(
        [square(0, 0), square(100, 0)],
        zone=zones(shapely.box(-10, -10, 100, 110), shapely.box(100, -10, 210, 110)),
    )
    assert pieces(two)["plots"].tolist() == [1, 1]
