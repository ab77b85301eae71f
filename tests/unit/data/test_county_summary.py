"""The summary that the app comes with is what the county gives, and says that it is made up."""

import json

import geopandas as gpd
import pandas as pd
import pytest

from data.comparison import build, county
from data.comparison.layers import generate
from geo.comparison import fields
from geo.distribute import parameters
from geo.land.compute import account

LARGEST_BYTES = 150_000
ZONED = ("gross_m2", "built_m2", "water_m2", "dropped_m2", "reserve_m2", "unplotted_m2")
COMPARED = (*ZONED, "densification_bra_m2", "plots", "unknown_plots")


@pytest.fixture(scope="module")
def rows():
    table = gpd.read_parquet(build.DEFAULT_OUTPUT / fields.MUNICIPALITIES)
    return table.set_index(list(fields.KEYS), drop=False)


@pytest.fixture(scope="module")
def run():
    return json.loads((build.DEFAULT_OUTPUT / fields.RUN).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sets():
    return parameters.read(build.SETS)


def of_standard(rows):
    return rows.xs(parameters.STANDARD, level="parameter_set")


def test_every_municipality_stands_once_in_every_set(rows, sets):
    expected = {(one.municipality_no, every.name) for one in county.read() for every in sets}
    assert set(rows.index) == expected
    assert rows.index.is_unique
    assert list(rows.columns) == list(fields.MUNICIPALITY_COLUMNS)


def test_the_municipality_with_a_broken_partition_is_unknown_and_tells_which(rows):
    broken = rows.loc["9912"]
    assert set(broken["status"]) == {fields.UNKNOWN}
    assert broken["reason"].str.contains("parcels/9912-000.parquet", regex=False).all()
    assert broken[[*fields.LAND, *fields.RULE]].isna().all(axis=None)
    assert set(rows.drop("9912", level=0)["status"]) == {fields.COMPLETE}


def test_what_nobody_knows_is_null_and_never_nothing(rows):
    usual = of_standard(rows)
    assert usual.index[usual["excluded_m2"].isna()].tolist() == ["9904", "9912"]
    assert usual.index[~usual["constraints_mapped"]].tolist() == ["9904"]
    assert usual.index[usual["jobs_total"].isna()].tolist() == ["9907", "9912"]
    assert usual.index[usual["inhabitants"].isna()].tolist() == ["9909"]
    assert usual.index[usual["jobs_today"].isna()].tolist() == ["9909"]


@pytest.mark.parametrize("number", ["9901", "9903", "9904"])
def test_figures_are_those_of_the_account_of_the_whole_municipality(number, rows, sets):
    described = county.read()
    place = [one.municipality_no for one in described].index(number)
    layers = generate(described[place], county.outlines(described).geometry.iloc[place])
    names = ("parcels", "plan_areas", "zones", "buildings")
    for one in sets:
        found = account(
            *(layers[name] for name in names),
            layers.get("constraints"),
            one.rules,
            water=layers["context"],
        )
        kept, total = rows.loc[(number, one.name)], found.total()
        for name in COMPARED:
            assert kept[name] == pytest.approx(total[name], abs=0.5), (one.name, name)
        assert kept["outside_zones_m2"] == pytest.approx(found.outside_zones_m2, abs=0.5)
        if "constraints" in layers:
            assert kept["excluded_m2"] == pytest.approx(total["excluded_m2"], abs=0.5)


def test_zones_add_up_to_their_municipality(rows):
    zones = pd.read_parquet(build.DEFAULT_OUTPUT / fields.ZONES)
    sums = zones.groupby(list(fields.KEYS))[[*ZONED]].sum()
    whole = rows.loc[sums.index, [*ZONED]].astype(float)
    assert (sums - whole).abs().max(axis=None) < 1


def test_every_row_and_the_run_say_that_all_is_made_up(rows, run):
    assert rows["synthetic_layers"].str.contains("parcels", regex=False).all()
    assert run["demonstration"] is True
    assert run["licence"] == "Egen, fri bruk"
    assert "parcels" in run["synthetic_layers"]


def test_nothing_tells_of_the_machine_that_made_it():
    for name in build.FILES:
        content = (build.DEFAULT_OUTPUT / name).read_bytes()
        assert b"/tmp" not in content, name
        assert b"/county/" not in content, name


def test_the_example_is_small_enough_to_be_kept_in_the_repository():
    sizes = [(build.DEFAULT_OUTPUT / name).stat().st_size for name in build.FILES]
    assert sum(sizes) < LARGEST_BYTES
