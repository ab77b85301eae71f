"""National files give the partitions that the municipalities' own layers give."""

from __future__ import annotations

from contextlib import nullcontext

import dask
import geopandas as gpd
import pandas as pd
import pytest

from geo.distribute import intake, layout, national, partition
from geo.distribute.crew import alone
from geo.errors import FileError
from geo.schema.validation import check_layer
from tests.support.municipality import EAST, NORTH, layers
from tests.support.rows import rows
from tests.support.shapes import square

COLUMNS = "municipality_no,inhabitants,inhabitants_date,jobs_today,jobs_today_date"
MANIFEST = '[layers.parcels]\nsource = "Landet"\nsynthetic = true\n'


def cut(source, output, *, plots):
    with dask.config.set(scheduler="synchronous"):
        return intake.partition(
            source,
            output,
            figures=None,
            plots=plots,
            crew=lambda: nullcontext(alone),
            tell=lambda *_: None,
        )


@pytest.fixture(scope="module")
def towns():
    """Two towns a kilometre apart; the second has no projects and no constraints."""
    first, second = (
        layers(seed, east=east, across=3, along=3) for seed, east in ((1, 0.0), (2, 5_000.0))
    )
    for name in ("projects", "constraints", "growth_areas"):
        del second[name]
    return {"9901": first, "9902": second}


@pytest.fixture(scope="module")
def own(tmp_path_factory, towns):
    """The partitions of the towns' own layers: what is told of each, and its layers in order."""
    folder = tmp_path_factory.mktemp("own")
    for number, given in towns.items():
        usable = {name: check_layer(name, frame)[0] for name, frame in given.items()}
        partition.write(folder, number, "x", usable, {}, plots=9)
    facts = {number: layout.read_facts(folder, number) for number in towns}
    return {
        number: (told, {name: whole(folder, told, name) for name in told.layers})
        for number, told in facts.items()
    }


def whole(folder, facts, name):
    """A layer of a municipality, from all its partitions."""
    return pd.concat(
        gpd.read_parquet(layout.file_of(folder, name, one.name))
        for one in facts.partitions
        if name in one.layers
    ).sort_values(layout.ROW)


def country(folder, towns, *, numbered):
    folder.mkdir()
    corner = EAST - 1000, NORTH - 1000
    homes = [square(*corner, side=4000), square(EAST + 4000, NORTH - 1000, side=4000)]
    rows(*homes, municipality_no=["9901", "9902"], name=["A", "B"]).to_file(
        folder / "municipality.gpkg"
    )
    for name in layout.LAYERS:
        frames = [
            one[name].assign(**({layout.NUMBER: number} if numbered else {}))
            for number, one in towns.items()
            if name in one
        ]
        whole = pd.concat(frames, ignore_index=True)
        if numbered:
            whole.to_parquet(folder / f"{name}.parquet", row_group_size=80)
        else:
            whole.to_file(folder / f"{name}.fgb", SPATIAL_INDEX="NO")
    (folder / "manifest.toml").write_text(MANIFEST)
    return folder


@pytest.mark.parametrize("numbered", [True, False])
def test_national_files_give_what_the_municipalities_give(
    tmp_path, towns, own, monkeypatch, numbered
):
    monkeypatch.setattr(national, "_CHUNK", 100)
    source = country(tmp_path / "landet", towns, numbered=numbered)
    found = cut(source, tmp_path / "in", plots=9)
    assert found.municipalities == 2
    assert found.unplaced == {}
    assert sorted(one.name for one in (tmp_path / "in").glob(".draft*")) == []
    for number, (facts, layers_of) in own.items():
        mine = layout.read_facts(tmp_path / "in", number)
        assert [one.cell for one in mine.partitions] == [one.cell for one in facts.partitions]
        assert mine.layers["parcels"].source == "Landet"
        # None is an answer of constraints and projects, but not of growth areas.
        assert set(mine.layers) == {*facts.layers, "constraints", "projects"}
        for name, expected in layers_of.items():
            there = whole(tmp_path / "in", mine, name)
            assert there.geometry.geom_equals_exact(expected.geometry, 1e-6, align=False).all()
            key = next(column for column in expected if column.endswith(("_id", "kind")))
            assert there[key].tolist() == expected[key].tolist()


def test_what_lies_in_no_municipality_is_left_out_and_counted(tmp_path, towns):
    astray = {name: frame.copy() for name, frame in towns["9901"].items()}
    astray["parcels"].loc[0, "geometry"] = square(0, NORTH)
    source = country(tmp_path / "landet", {"9901": astray, "9902": towns["9902"]}, numbered=False)
    found = cut(source, tmp_path / "in", plots=50)
    assert found.unplaced == {"parcels": 1}


def test_a_national_file_without_a_feature_says_that_there_are_none(tmp_path, towns):
    of_one = {name: towns["9901"][name] for name in ("parcels", "constraints")}
    of_one["constraints"] = of_one["constraints"].iloc[:0]
    source = tmp_path / "landet"
    source.mkdir()
    home = rows(square(EAST - 1000, NORTH - 1000, side=4000), municipality_no=[301], name="A")
    for name, frame in {"municipality": home, **of_one}.items():
        frame.to_file(source / f"{name}.gpkg")
    cut(source, tmp_path / "in", plots=50)
    assert set(layout.read_facts(tmp_path / "in", "0301").layers) == {"parcels", "constraints"}


def test_a_national_file_that_is_broken_is_named(tmp_path, towns):
    source = country(tmp_path / "landet", towns, numbered=True)
    (source / "buildings.parquet").write_bytes(b"PAR1")
    with pytest.raises(FileError) as caught:
        cut(source, tmp_path / "in", plots=50)
    assert "buildings.parquet" in caught.value.say("nb")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("municipality_no,inhabitants\n3205,1\n", "error.distribute_figures_column"),
        (f"{COLUMNS}\n3205,mange,,,\n", "error.distribute_number"),
        (f"{COLUMNS}\n3205,²,,,\n", "error.distribute_number"),
        (f"{COLUMNS}\n0301,1,,,\n301,2,,,\n", "error.distribute_figures_twice"),
        (f"{COLUMNS}\n3205,{'9' * 30},,,\n", "error.distribute_number"),
    ],
)
def test_figures_that_cannot_be_read_are_refused(tmp_path, text, code):
    (tmp_path / "f.csv").write_text(text)
    with pytest.raises(FileError) as caught:
        intake.read_figures(tmp_path / "f.csv")
    assert caught.value.code == code


def test_a_folder_with_nothing_of_the_kind_is_refused(tmp_path):
    with pytest.raises(FileError) as caught:
        cut(tmp_path, tmp_path / "in", plots=5)
    assert caught.value.code == "error.distribute_nothing"
