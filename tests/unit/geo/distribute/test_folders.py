"""What was in a folder before is told, and neither partitions nor a summary go over the other."""

from __future__ import annotations

import json
import shutil

import pytest

from geo.__main__ import main
from geo.comparison import fields
from geo.distribute import layout, partition
from geo.pack.read import DEFAULT_PACK, MANIFEST
from geo.schema.validation import check_layer
from tests.support.municipality import FACTS, layers


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    for number, plots in (("9901", 3), ("3205", 2)):
        given = {n: check_layer(n, frame)[0] for n, frame in layers(1, across=2, along=2).items()}
        partition.write(place, number, number, given, FACTS, plots=plots)
    partition.finish(place)
    return place


@pytest.fixture
def folder(tmp_path, made):
    return shutil.copytree(made, tmp_path / "in")


def files(place, number):
    return {path.name for path in place.rglob(f"{number}-*.parquet")}


def said(capsys, *asked):
    assert main(["distribute", "--lang", "en", *map(str, asked)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    return err


def test_partitions_in_a_folder_that_has_some_say_what_was_there(folder, capsys):
    before, kept = files(folder, "3205"), files(folder, "9901")
    assert len(before) > 1
    asked = ["distribute", "--partition", "--input", str(DEFAULT_PACK), "--output", str(folder)]
    assert main([*asked, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["replaced"], document["kept"]) == (["3205"], ["9901"])
    # Of what was there, nothing is left that nobody reads.
    assert files(folder, "3205") == {"3205-000.parquet"}
    assert files(folder, "9901") == kept
    assert [one.name for one in layout.read_facts(folder, "3205").partitions] == ["3205-000"]


def test_a_municipality_that_is_half_written_is_not_taken_for_whole(folder, monkeypatch):
    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(partition, "write_layer", broken)
    given = {n: check_layer(n, frame)[0] for n, frame in layers(2, across=2, along=2).items()}
    with pytest.raises(KeyboardInterrupt):
        partition.write(folder, "3205", "X", given, FACTS)
    assert partition.written(folder) == ["9901"]
    assert not (folder / layout.FACTS / "3205.json").exists()


def test_two_packs_of_one_municipality_are_refused_before_any_is_written(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / "packs" / name).mkdir(parents=True)
        (tmp_path / "packs" / name / "pack.gpkg").touch()
        (tmp_path / "packs" / name / MANIFEST).write_text('municipality_no = "3205"\n')
    place = tmp_path / "out"
    told = said(capsys, "--partition", "--input", tmp_path / "packs", "--output", place)
    assert "3205" in told
    assert not place.exists()


def test_a_number_that_is_none_is_told_by_who_reads_the_pack(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / "packs" / name).mkdir(parents=True)
        (tmp_path / "packs" / name / "pack.gpkg").touch()
        (tmp_path / "packs" / name / MANIFEST).write_text('municipality_no = ["3205"]\n')
    asked = ["--partition", "--input", str(tmp_path / "packs"), "--output", str(tmp_path / "out")]
    assert main(["distribute", "--lang", "en", *asked]) == 2
    *_, sentence = capsys.readouterr().err.splitlines()
    assert "cannot be read as a GeoPackage" in sentence  # the first of its faults


@pytest.mark.parametrize("place", ["other", "in/parcels", "in/municipalities/summary", "in"])
def test_a_summary_does_not_go_among_partitions(folder, tmp_path, capsys, place):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / layout.DATASET).write_bytes((folder / layout.DATASET).read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    told = said(capsys, "--input", folder, "--output", tmp_path / place)
    assert str(tmp_path / place) in told
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_partitions_do_not_go_over_a_summary(tmp_path, capsys):
    (tmp_path / fields.RUN).write_text("{}")
    told = said(capsys, "--partition", "--input", DEFAULT_PACK, "--output", tmp_path)
    assert "summary" in told
    assert [one.name for one in tmp_path.iterdir()] == [fields.RUN]


def test_where_nothing_can_be_written_nobody_is_called_to_work(folder, tmp_path, capsys):
    (tmp_path / "file").touch()
    # One line: the address of workers would be another.
    assert "file" in said(capsys, "--input", folder, "--output", tmp_path / "file")
    assert "nowhere" in said(capsys, "--input", tmp_path / "nowhere", "--output", tmp_path / "out")
