"""Whole numbers that no float holds are the same digits in our frames, whatever stands beside."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.intake.sites import open_sites
from geo.ledger.incoming import read_table
from tests.support.sitefiles import zipped

LARGE = [9_007_199_254_740_993, 9_007_199_254_740_992, -(2**53) - 1, 2**62 + 1]
SPOT = shapely.Point(614_196, 6_647_966)


def frame(*ids, **columns):
    columns = {name: pd.array(given, "Int64") for name, given in columns.items()}
    return gpd.GeoDataFrame(
        {"id": pd.array(ids, "Int64"), **columns}, geometry=[SPOT] * len(ids), crs=25832
    )


def geojson(folder, rows):
    shape = {"type": "Point", "coordinates": [11.04, 59.95]}
    features = [
        {
            "type": "Feature",
            "properties": {
                name: None if pd.isna(one) else int(one)
                for name, one in row.items()
                if name != "geometry"
            },
            "geometry": shape,
        }
        for row in rows.to_dict("records")
    ]
    path = folder / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def geopackage(folder, rows):
    rows.to_file(folder / "a.gpkg")
    return folder / "a.gpkg"


def parquet(folder, rows):
    rows.to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def shapefile(folder, rows):
    home = folder / "form"
    home.mkdir()
    rows.to_file(home / "a.shp")
    return zipped(home, folder / "a.zip")


every = pytest.mark.parametrize("write", [geojson, geopackage, parquet, shapefile])


@every
@pytest.mark.parametrize("gaps", [[], [None], [None, None]])
def test_large_ids_keep_their_digits_where_others_are_missing(write, gaps, tmp_path):
    ids = LARGE if write is not shapefile else LARGE[:2]  # 18 digits fit in its whole numbers
    sites = open_sites(write(tmp_path, frame(*ids, *gaps)))
    missing = [str(len(ids) + 1 + at) for at in range(len(gaps))]
    assert list(sites["id"]) == [*map(str, ids), *missing]
    assert "finding.duplicate_id" not in [one.msgid for one in sites.attrs["assumptions"]]


@every
def test_numbers_beside_them_are_numbers_and_unknown_ones_unknown(write, tmp_path):
    jobs = [40, None, 2**60]
    sites = open_sites(write(tmp_path, frame(*LARGE[:2], None, jobs=jobs)))
    assert sites["jobs"].dtype == "float64"
    assert sites["jobs"].fillna(-1).tolist() == [40, -1, 2**60]


def test_a_list_of_projects_keeps_them_too(tmp_path):
    table = read_table(geojson(tmp_path, frame(*LARGE[:2], None, name=[1, 2, 3])), ".geojson")
    ids = [row.cells["project_id"] for row in table.rows]
    assert [one if one is None else str(one) for one in ids] == [*map(str, LARGE[:2]), None]


def test_unsigned_ones_of_parquet_too(tmp_path):
    ids = pd.array([2**64 - 1, 2**64 - 2, None], "UInt64")
    rows = gpd.GeoDataFrame({"id": ids}, geometry=[SPOT] * 3, crs=25832)
    sites = open_sites(parquet(tmp_path, rows))
    assert list(sites["id"]) == [str(2**64 - 1), str(2**64 - 2), "3"]
