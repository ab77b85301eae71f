"""Generated layers look like a town and are marked as generated."""

import pytest
import shapely

from data.synthetic import profiles

SYNTHETIC = {"parcels", "plan_areas", "buildings", "constraints", "constraint_coverage"}


def vacancy(plots):
    """Share of the plot area without a building, by zone."""
    total = plots.groupby("zone_id")["area_m2"].sum()
    free = plots[~plots["built"]].groupby("zone_id")["area_m2"].sum()
    return free / total


def test_synthetic_layers_are_marked_and_no_others(manifest):
    marked = {name for name, layer in manifest["layers"].items() if layer["synthetic"]}
    assert marked == SYNTHETIC


def test_manifest_describes_and_counts_every_layer(manifest, layers):
    assert list(manifest["layers"]) == list(layers)
    for name, layer in manifest["layers"].items():
        assert layer["features"] == len(layers[name])
        assert layer["source"], name
        assert layer["licence"], name
        assert layer["accuracy"], name


def test_about_1500_parcels(layers):
    parcels = layers["parcels"]
    assert 1400 <= len(parcels) <= 1650
    assert parcels["parcel_id"].is_unique
    assert parcels["synthetic"].all()


def test_parcel_numbers_are_above_any_real_one(layers):
    numbers = layers["parcels"]["parcel_id"].str.split("/").str[0].astype(int)
    assert set(numbers) == set(range(901, 912))


def test_parcels_do_not_overlap_each_other(layers):
    plots = layers["parcels"].geometry.array
    one, other = shapely.STRtree(plots).query(plots, predicate="intersects")
    pairs = one < other
    shared = shapely.area(shapely.intersection(plots[one[pairs]], plots[other[pairs]]))
    assert pairs.any()
    assert shared.max() < 1


def test_each_parcel_lies_in_one_zone(layers):
    joined = layers["parcels"].sjoin(layers["zones"], predicate="within")
    assert len(joined) == len(layers["parcels"])
    assert joined.index.is_unique


def test_plots_measure_from_under_1_to_60_dekar_except_the_airfield(plot_table):
    large = plot_table[plot_table["area_m2"] > 60_000]
    assert set(large["zone_id"]) == {"kjeller"}
    assert len(large) == 4
    assert plot_table["area_m2"].min() >= 800


def test_each_building_lies_inside_one_parcel_four_metres_from_its_border(layers):
    buildings, parcels = layers["buildings"], layers["parcels"]
    joined = buildings.sjoin(parcels, predicate="within")
    assert len(joined) == len(buildings)
    borders = parcels.geometry.boundary.loc[joined["index_right"]].set_axis(joined.index)
    assert joined.distance(borders).min() >= 4


def test_buildings_do_not_overlap_each_other(layers):
    buildings = layers["buildings"]
    assert buildings.area.sum() == pytest.approx(buildings.union_all().area)


def test_some_buildings_lack_floors_or_area_but_most_have_them(layers):
    known = layers["buildings"][["floors", "gross_area_m2"]].notna().mean()
    assert 0.8 < known["gross_area_m2"] < 1
    assert 0.8 < known["floors"] < 1


def test_vacancy_is_as_the_strategy_says(plot_table):
    share = vacancy(plot_table)
    assert share["berger"] < 0.06
    assert share["heia"] == pytest.approx(0.40, abs=0.03)
    assert share["heia"] > share["nesa-syd"] > share["hvam"] > share["berger"]
    assert share[["lillestrom-by", "strommen"]].between(0.04, 0.09).all()
    assert share[["fetsund-sentrum", "sorumsand", "frogner"]].between(0.10, 0.20).all()


def test_halls_are_low_and_blocks_are_tall(layers):
    buildings = layers["buildings"]
    business = buildings[buildings["building_type"] != "bolig"]
    gnr = business["building_id"].str[1:4].astype(int)
    floors = business.groupby(gnr)["floors"].max()
    zones = profiles.read()
    assert floors[zones["berger"].gnr] <= 2
    assert floors[zones["lillestrom-by"].gnr] == 8


def test_first_plans_cover_each_zone_once_and_newer_ones_lie_on_top(layers):
    plans = layers["plan_areas"]
    newer = plans["plan_id"].str.contains("-N")
    first = plans[~newer]
    assert first.area.sum() == pytest.approx(first.union_all().area, abs=50)
    assert first.area.sum() == pytest.approx(layers["zones"].area.sum(), rel=1e-3)
    assert plans.loc[newer, "adopted"].min() >= 2020 > first["adopted"].max() - 2
    assert newer.sum() >= 11


def test_plans_hold_both_utilisation_types_gaps_and_land_that_is_not_business(layers):
    plans = layers["plan_areas"]
    assert set(plans["utilisation_type"].dropna()) == {16, 18}
    assert plans[["utilisation_type", "utilisation_value", "max_floors"]].isna().any().all()
    assert {"1110", "2010"} <= set(plans["land_use_code"])
    assert set(plans["land_use_status"]) == {"1", "2", "3"}
    by_type = plans.groupby("utilisation_type")["utilisation_value"]
    assert by_type.min().ge([35, 60]).all()
    assert by_type.max().le([70, 250]).all()


def test_constraints_lie_in_what_was_mapped_for_their_kind(layers):
    covered = layers["constraint_coverage"].set_index("kind").geometry
    for kind, found in layers["constraints"].groupby("kind"):
        outside = found.geometry.difference(covered[kind]).area.sum()
        assert outside < 0.001 * found.area.sum(), kind


def test_coverage_is_partial_and_heritage_is_not_mapped(layers):
    municipality = layers["municipality"].set_index("municipality_no").geometry["3205"]
    covered = layers["constraint_coverage"].set_index("kind").geometry
    assert set(covered.index) == {"flood", "farmland", "quick_clay", "nature"}
    assert (covered.area < 0.9 * municipality.area).all()


def test_flood_touches_zones_by_the_river_and_fields_only_nibble_at_edges(layers):
    zones = layers["zones"].set_index("zone_id").geometry
    kinds = layers["constraints"].dissolve("kind").geometry
    for zone in ("nesa-syd", "hvam", "lillestrom-by"):
        assert 0 < zones[zone].intersection(kinds["flood"]).area < 0.35 * zones[zone].area, zone
    for zone in ("berger", "heia", "frogner", "skedsmokorset", "sorumsand"):
        assert 0 < zones[zone].intersection(kinds["farmland"]).area < 0.15 * zones[zone].area, zone
