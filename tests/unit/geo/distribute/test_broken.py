"""A broken file names itself and the reason; the rest goes on, and what needed it is unknown."""

from __future__ import annotations

import shutil

import geopandas as gpd
import pandas as pd
import pytest

from geo.comparison import fields
from geo.distribute import intake, layout, parameters, partition, run
from geo.distribute.crew import alone
from geo.errors import FileError, PackError
from geo.schema.validation import check_layer
from tests.support.municipality import FACTS, STEP, layers

SETS = parameters.combined({})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return two municipalities side by side and one far away, and a run of them."""
    towns = [
        {
            name: check_layer(name, frame)[0]
            for name, frame in layers(seed, east=east, across=3, along=3).items()
        }
        for seed, east in ((1, 0.0), (2, 3 * STEP), (3, 50_000.0))
    ]
    place = tmp_path_factory.mktemp("towns")
    for number, given in zip(("9901", "9902", "9903"), towns, strict=True):
        partition.write(place / "in", number, f"Kommune {number}", given, FACTS, plots=50)
    partition.finish(place / "in")
    return place / "in", place / "out", run.run(place / "in", place / "out", SETS)


@pytest.fixture
def folder(tmp_path, made):
    return shutil.copytree(made[0], tmp_path / "in")


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-40])


def another_kind(path):
    path.write_text("municipality_no;name\n")


def gone(path):
    path.unlink()


def without_column(path):
    frame = gpd.read_parquet(path)
    partition.write_layer(path, frame.drop(columns="building_id"))


def another_system(path):
    gpd.read_parquet(path).to_crs(25833).to_parquet(path, write_covering_bbox=True)


def fewer(path):
    partition.write_layer(path, gpd.read_parquet(path).iloc[1:])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut_off, "kan ikke leses som GeoParquet"),
        (another_kind, "kan ikke leses som GeoParquet"),
        (gone, "kan ikke leses som GeoParquet"),
        (without_column, "(building_id)"),
        (another_system, "er ikke i EPSG:25832"),
        (fewer, "skulle hatt"),
    ],
)
def test_a_broken_partition_names_itself_and_the_rest_goes_on(folder, made, tmp_path, spoil, said):
    _, before, sound = made
    shutil.copytree(before, tmp_path / "out")
    path = min((folder / "buildings").glob("9902-*"))
    spoil(path)
    found = run.run(folder, tmp_path / "out", SETS)
    table = found.tables[fields.MUNICIPALITIES].set_index("municipality_no")
    assert "9902" in found.failures
    assert "9903" not in found.failures
    for number, reasons in found.failures.items():
        assert len(reasons) == 1
        assert path.name in reasons[0]
        assert said in reasons[0]
        row = table.loc[number]
        assert (row["status"], row["reason"]) == ("unknown", reasons[0])
        assert row[[*fields.LAND, *fields.RULE]].isna().all()
    before = sound.tables[fields.MUNICIPALITIES].set_index("municipality_no")
    pd.testing.assert_series_equal(
        table.loc["9903"].drop("geometry"), before.loc["9903"].drop("geometry")
    )
    national = found.tables[fields.NATIONAL].iloc[0]
    assert national["municipalities_unknown"] == len(found.failures)
    assert national["reserve_m2"] == pytest.approx(table["reserve_m2"].sum())
    assert set(found.tables[fields.ZONES]["municipality_no"]) == {*table.index} - {*found.failures}


def test_a_neighbour_that_needs_the_broken_file_is_unknown_too(folder, tmp_path):
    cut_off(folder / "buildings" / "9902-000.parquet")
    found = run.run(folder, tmp_path / "out", SETS)
    assert set(found.failures) == {"9901", "9902"}


def test_a_municipality_whose_facts_are_broken_is_unknown_alone(folder, tmp_path):
    (folder / layout.FACTS / "9903.json").write_text("{")
    found = run.run(folder, tmp_path / "out", SETS)
    assert list(found.failures) == ["9903"]
    row = found.tables[fields.MUNICIPALITIES].set_index("municipality_no").loc["9903"]
    assert (row["name"], row["status"]) == ("Kommune 9903", "unknown")
    assert "9903.json" in row["reason"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (layout.DATASET, None),
        (layout.DATASET, "[]"),
        (layout.DATASET, '{"format": 99, "crs": "EPSG:25832"}'),
        (layout.MUNICIPALITIES, "x"),
    ],
)
def test_a_folder_that_is_none_of_ours_is_refused(folder, tmp_path, name, text):
    (folder / name).unlink()
    if text is not None:
        (folder / name).write_text(text)
    with pytest.raises(FileError) as caught:
        run.run(folder, tmp_path / "out", SETS)
    assert str(folder) in caught.value.say("en")
    assert not (tmp_path / "out").exists()


def test_a_run_does_not_write_over_what_it_reads(folder):
    before = (folder / layout.MUNICIPALITIES).read_bytes()
    with pytest.raises(FileError) as caught:
        run.run(folder, folder / "." / "", SETS)
    assert caught.value.code == "error.distribute_same"
    with pytest.raises(FileError) as caught:
        intake.partition(folder, folder, figures=None, plots=5, crew=alone, tell=lambda *_: None)
    assert caught.value.code == "error.distribute_same"
    assert (folder / layout.MUNICIPALITIES).read_bytes() == before


@pytest.mark.parametrize("number", ["../9901", "301", "", "99o1", "99011", "9901\n"])
def test_files_are_named_by_a_municipality_number_and_nothing_else(tmp_path, number):
    with pytest.raises(PackError) as caught:
        partition.write(tmp_path / "in" / "deep", number, "X", {}, {})
    assert caught.value.code == "error.distribute_municipality_no"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "  ", r"a\nb"])
def test_a_set_of_parameters_that_cannot_be_named_in_a_line_is_refused(tmp_path, name):
    (tmp_path / "sets.toml").write_text(f'[sets."{name}"]\nbuilding_buffer_m = 10\n')
    with pytest.raises(FileError) as caught:
        parameters.read(tmp_path / "sets.toml")
    assert caught.value.code == "error.distribute_set_name"
