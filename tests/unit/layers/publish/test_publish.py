"""What is published as files: whole, of one geometry type, and no older than the pack."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import shapely

from geo.formats.provenance import Provenance
from layers.publish import folder
from layers.publish.collections import Collection, _marked
from tests.support.errors import raising
from tests.support.shapes import frame, square

SQUARE = square(0, 0, side=10)


def collection(*shapes, **columns):
    return Collection("zones", _marked(frame(*shapes, **columns), Provenance()), Provenance())


def version(sha256):
    return SimpleNamespace(sha256=sha256)


def test_single_and_several_polygons_become_several_all_of_them():
    two = shapely.MultiPolygon([SQUARE, square(20, 0, side=10)])
    kept = collection(SQUARE, two).frame.geometry
    assert kept.geom_type.tolist() == ["MultiPolygon", "MultiPolygon"]
    assert kept.area.tolist() == [100, 200]


def test_lines_and_polygons_stay_as_they_are():
    kept = collection(SQUARE, shapely.LineString([(0, 0), (1, 1)])).frame
    assert kept.geom_type.tolist() == ["Polygon", "LineString"]


def test_a_layers_own_column_is_not_overwritten_by_what_is_said_of_the_whole():
    kept = collection(SQUARE, source=["Egen kilde"]).frame
    assert kept["source"].tolist() == ["Egen kilde"]
    assert kept["badge"].isna().all()


def test_a_new_version_takes_the_place_of_the_old(tmp_path):
    old = folder.write(version("a" * 64), [collection(SQUARE)], tmp_path)
    new = folder.write(version("b" * 64), [collection(SQUARE)], tmp_path)
    assert old.name.startswith("a" * 16)
    assert [path.name for path in tmp_path.iterdir()] == [new.name]
    assert gpd.read_parquet(new / "zones.parquet").geometry.iloc[0].equals(SQUARE)


def test_projects_that_change_make_a_new_folder_for_the_same_pack(tmp_path):
    before = folder.write(version("a" * 64), [collection(SQUARE, jobs=[1.0])], tmp_path)
    after = folder.write(version("a" * 64), [collection(SQUARE, jobs=[2.0])], tmp_path)
    assert before != after
    assert not before.exists()


def test_the_same_features_are_not_written_again(tmp_path):
    first = folder.write(version("a" * 64), [collection(SQUARE)], tmp_path)
    stamp = (first / "zones.parquet").stat().st_mtime_ns
    assert folder.write(version("a" * 64), [collection(SQUARE)], tmp_path) == first
    assert (first / "zones.parquet").stat().st_mtime_ns == stamp


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with raising("error.file_unwritable"):
        folder.write(version("a" * 64), [collection(SQUARE)], tmp_path / "file")
