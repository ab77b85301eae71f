"""Builds the pack once for all tests here."""

import tomllib
from pathlib import Path

import geopandas as gpd
import pytest

from data import build

COMMITTED = Path("data/lillestrom")


@pytest.fixture(scope="session")
def fresh(tmp_path_factory):
    """Folder of a pack that was built just now."""
    folder = tmp_path_factory.mktemp("pack")
    build.build(folder)
    return folder


@pytest.fixture(scope="session")
def layers(fresh):
    """Every layer of the fresh pack, as read back from the file."""
    return {name: gpd.read_file(fresh / "pack.gpkg", layer=name) for name in build.LAYERS}


@pytest.fixture(scope="session")
def manifest(fresh):
    return tomllib.loads((fresh / "manifest.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def committed(pytestconfig):
    """Folder of the pack that the app comes with."""
    return pytestconfig.rootpath / COMMITTED


@pytest.fixture(scope="session")
def plot_table(layers):
    """Plots with their area, zone and whether a building stands on them."""
    plots = layers["parcels"][["parcel_id", "geometry"]].copy()
    zones = layers["zones"][["zone_id", "geometry"]]
    centres = plots.set_geometry(plots.representative_point()).sjoin(zones, predicate="within")
    plots["zone_id"] = centres["zone_id"]
    built = plots.sindex.query(layers["buildings"].geometry, predicate="within")
    plots["built"] = plots.index.isin(built[1])
    plots["area_m2"] = plots.area
    return plots
