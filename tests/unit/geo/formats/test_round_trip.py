"""Every layer through every format and back: places within a millimetre, values as they were."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely
from defusedxml import ElementTree

from geo.catalogue import entries
from geo.catalogue.codebook import codebook
from geo.catalogue.results import product
from geo.formats.content import Content
from geo.formats.csv_table import FORMULA
from geo.formats.provenance import Provenance
from geo.formats.write import FORMATS, export_content
from tests.support.rows import rows
from tests.support.shapes import square
from tests.support.whole_pack import whole_desk, whole_pack
from tests.support.written_files import read

X, Y = 610_000.123, 6_640_000.456
MILLIMETRE = 0.001
KEY = "rad_nr"  # tells the rows apart, for FlatGeobuf has an order of its own
NAMES = [entry.name for entry in entries.entries()]
PROVENANCE = Provenance("Kilde", "Lisens", "2026", synthetic=True, pack_sha256="ab12")


@pytest.fixture(scope="module")
def pack():
    return whole_pack()


@pytest.fixture(scope="module")
def products(pack):
    return {name: product(whole_desk(pack), name).frame for name in NAMES}


def nasty():
    holed = square(X, Y, side=100).difference(square(X + 10, Y + 10, side=20))
    several = shapely.MultiPolygon([square(X + 200, Y, side=50), square(X + 300, Y, side=50)])
    return rows(
        holed,
        several,
        shapely.force_3d(square(X + 400, Y, side=10), 77.0),
        square(X + 500, Y, side=10),
        name=["Bygdøy allé", "Ås & <b>", None, "=1+1"],
        kommunenr=["0301", "3205", None, "0001"],
        utnyttingsgrad_før_planen=[0.1, np.nan, 1e300, -0.5],
        utnyttingsgrad_etter_planen=[0.1 + 0.2, 2.5, np.nan, 0.0],
        antall=pd.array([1, None, 2**53 + 1, -4], dtype="Int64"),
        vedtatt=pd.array([True, None, False, True], dtype="boolean"),
        dag=[dt.date(2026, 11, 27), None, dt.date(1900, 1, 1), dt.date(2030, 12, 31)],
        tid=pd.to_datetime(
            ["2026-11-27T12:34:56", None, "1970-01-01T00:00:00", "2030-06-01T00:00:01"]
        ),
        merknad=["<script>alert(1)</script>", "a & b < c; d, e", "\u202eabc", "linje 1\nlinje 2"],
    )


def written(frame, path, layer=""):
    frame = frame.reset_index(drop=True).assign(**{KEY: range(len(frame))})
    content = Content(frame=frame, provenance=PROVENANCE, codebook=codebook(frame, layer))
    export_content(content, path)
    return frame


def back(path):
    found = read(path)
    return found.set_index(found[KEY].astype(int)).sort_index()


def assert_same_places(before, after):
    assert len(before) == len(after)
    a, b = shapely.force_2d(before.geometry.array), shapely.force_2d(after.geometry.array)
    assert (shapely.is_missing(a) == shapely.is_missing(b)).all()
    there = ~shapely.is_missing(a)
    assert (shapely.get_num_coordinates(a) == shapely.get_num_coordinates(b))[there].all()
    assert shapely.hausdorff_distance(a[there], b[there]).max(initial=0) <= MILLIMETRE


def is_missing(value):
    return pd.isna(value) or value in ("", "NaT")


def assert_same_value(before, after, ending):
    if is_missing(before):
        assert is_missing(after), (before, after)
    elif isinstance(before, bool | np.bool_):
        assert str(after).lower() in ({"true", "1", "1.0"} if before else {"false", "0", "0.0"})
    elif isinstance(before, int | float | np.number):
        assert float(after) == pytest.approx(float(before), rel=1e-12)
    elif isinstance(before, pd.Timestamp):
        assert pd.Timestamp(str(after)).replace(tzinfo=None) == before
    elif isinstance(before, dt.date):
        assert str(after)[:10] == before.isoformat()
    elif ending == ".csv" and before.startswith(FORMULA):
        assert after == f"'{before}"
    else:
        assert str(after) == before


def assert_same_values(before, after, ending):
    for column in before.columns.drop("geometry"):
        assert column in after, column
        for a, b in zip(before[column], after[column], strict=True):
            cut = ending == ".zip" and isinstance(a, str) and len(a.encode()) > 254
            if not cut:  # said in the file's own text; see test_shapefile
                assert_same_value(a, b, ending)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_layer_comes_back_as_it_was(tmp_path, products, name, ending):
    before = written(products[name], tmp_path / f"lag{ending}", name)
    after = back(tmp_path / f"lag{ending}")
    assert_same_places(before, after)
    assert_same_values(before, after, ending)


@pytest.mark.parametrize("ending", FORMATS)
def test_difficult_values_come_back_as_they_were(tmp_path, ending):
    before = written(nasty(), tmp_path / f"lag{ending}")
    after = back(tmp_path / f"lag{ending}")
    assert_same_places(before, after)
    assert_same_values(before, after, ending)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_feature_without_a_place_is_kept(tmp_path, ending):
    frame = rows(square(X, Y, side=10), None, navn=["her", "ingen steder"])
    before = written(frame, tmp_path / f"lag{ending}")
    after = back(tmp_path / f"lag{ending}")
    assert_same_places(before, after)
    assert after["navn"].tolist() == ["her", "ingen steder"]


@pytest.mark.parametrize("ending", FORMATS)
def test_points_and_polygons_in_one_layer_are_all_kept(tmp_path, ending):
    frame = rows(shapely.Point(X, Y), square(X, Y, side=10), navn=["punkt", "flate"])
    before = written(frame, tmp_path / f"lag{ending}")
    assert_same_places(before, back(tmp_path / f"lag{ending}"))


@pytest.mark.parametrize("ending", FORMATS)
def test_an_empty_layer_is_a_file_without_rows(tmp_path, ending):
    written(nasty().head(0), tmp_path / f"lag{ending}")
    assert len(read(tmp_path / f"lag{ending}")) == 0


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_is_left_beside_the_file(tmp_path, ending):
    path = tmp_path / f"lag{ending}"
    written(nasty(), path)
    read(path)
    expected = {path.name} | ({f"{path.name}-metadata.json"} if ending == ".csv" else set())
    assert {one.name for one in tmp_path.iterdir()} == expected


def test_kml_is_well_formed_whatever_stands_in_names_and_sources(tmp_path):
    evil = "slutt ]]> <b> & \x07"
    content = Content(
        frame=rows(square(X, Y, side=10), name=evil, felt=evil),
        provenance=Provenance(source=evil),
        title=evil,
    )
    export_content(content, tmp_path / "lag.kml")
    texts = [one.text for one in ElementTree.parse(tmp_path / "lag.kml").iter()]
    # The names of file and feature, the field, and the source on it: the driver does no better.
    assert texts.count("slutt ]] > <b> & ") == 4
