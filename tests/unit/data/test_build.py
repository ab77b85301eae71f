"""The build gives the same pack every time, and the pack that is kept is its result."""

import hashlib
import subprocess
import sys
import tomllib

import geopandas as gpd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from data import build

CENTIMETRES_M = 0.02  # another processor may round the last centimetre the other way


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_builds_give_the_same_bytes(fresh, tmp_path, pytestconfig):
    command = [sys.executable, "-m", "data.build", "--output", str(tmp_path)]
    # In another process, so that neither Python's hash seed nor what is cached is shared.
    subprocess.run(command, check=True, cwd=pytestconfig.rootpath, capture_output=True)  # noqa: S603  # our own module
    for name in ("pack.gpkg", "manifest.toml", "strategy.toml", "en.po"):
        assert sha256(tmp_path / name) == sha256(fresh / name), name


def test_build_replaces_an_older_pack_and_leaves_no_draft(fresh, tmp_path):
    (tmp_path / "pack.gpkg").write_text("old")
    build.build(tmp_path)
    assert sha256(tmp_path / "pack.gpkg") == sha256(fresh / "pack.gpkg")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"pack.gpkg", "manifest.toml", "strategy.toml", "en.po"}


@pytest.mark.parametrize("name", build.LAYERS)
def test_committed_layer_is_what_the_sources_give(name, committed, layers):
    kept = gpd.read_file(committed / "pack.gpkg", layer=name)
    made = layers[name]
    assert_frame_equal(kept.drop(columns="geometry"), made.drop(columns="geometry"))
    same = shapely.equals_exact(kept.geometry.array, made.geometry.array, tolerance=CENTIMETRES_M)
    assert same.all()


@pytest.mark.parametrize("name", ["strategy.toml", "en.po"])
def test_committed_text_is_its_source(name, committed, fresh):
    assert (committed / name).read_bytes() == (fresh / name).read_bytes()


def test_committed_manifest_holds_the_checksum_of_the_committed_pack(committed):
    manifest = tomllib.loads((committed / "manifest.toml").read_text(encoding="utf-8"))
    assert manifest["sha256"] == sha256(committed / "pack.gpkg")


def test_pack_is_small_enough_to_be_kept_in_the_repository(committed):
    assert (committed / "pack.gpkg").stat().st_size < 3_000_000


def test_boundary_of_another_size_stops_the_build():
    with pytest.raises(build.BoundaryError, match=r"458\.2 km²"):
        build.check_area(458.2e6)
