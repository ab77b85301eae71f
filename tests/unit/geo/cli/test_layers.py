"""`layers list` and `layers export`: everything in the catalogue, whole or in part."""

from __future__ import annotations

import json

import pyogrio
import pytest

from geo.__main__ import main
from geo.catalogue import entries
from geo.catalogue.results import product
from geo.catalogue.selection import within
from geo.formats.write import FORMATS
from geo.schema import layers as schema
from geo.workspace import Workspace
from tests.support.packs import changed_pack
from tests.support.reading import embedded


@pytest.fixture(scope="module")
def pack():
    return embedded()


def run(capsys, *arguments):
    code = main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_list_has_every_layer_and_result(capsys):
    code, out, err = run(capsys, "layers", "list", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert [one["name"] for one in document["layers"]] == list(schema.LAYERS)
    results = [entry.name for entry in entries.entries() if entry.is_result]
    assert [one["name"] for one in document["results"]] == results
    assert document["results"][results.index("reserve_plots")] == {
        "name": "reserve_plots",
        "missing": None,
        "badges": ["illustrative", "synthetic"],
    }


def test_a_result_that_cannot_be_reckoned_says_what_it_lacks(capsys, tmp_path):
    folder = changed_pack(tmp_path / "pack", drop=["plan_areas"])
    _, out, _ = run(capsys, "layers", "list", "--pack", folder)
    assert "reserve_plots: mangler datagrunnlag (planformål)" in out
    asked = ("layers", "export", "reserve_plots", "--pack", folder, "--out", tmp_path / "a.gpkg")
    code, _, err = run(capsys, *asked)
    assert code == 2
    assert "plan_areas" in err
    assert not (tmp_path / "a.gpkg").exists()


@pytest.mark.parametrize("ending", FORMATS)
def test_a_result_comes_in_every_format(capsys, tmp_path, ending):
    code, out, err = run(
        capsys, "layers", "export", "zone_figures", "--out", tmp_path / f"a{ending}"
    )
    assert (code, err) == (0, "")
    assert "Skrev 11 objekter" in out
    assert "Illustrativ avgrensning" in out
    assert (tmp_path / f"a{ending}").stat().st_size > 0


def test_a_zone_and_the_corridor_take_what_lies_in_them(capsys, tmp_path, pack):
    zones = pack.layer("zones")
    kjeller = within(pack.layer("parcels"), zones[zones["zone_id"] == "kjeller"])
    run(capsys, "layers", "export", "parcels", "--zone", "kjeller", "--out", tmp_path / "a.gpkg")
    assert pyogrio.read_info(tmp_path / "a.gpkg", layer="a")["features"] == len(kjeller)
    corridor = within(pack.layer("parcels"), product(Workspace.of(pack), "corridor").frame)
    run(capsys, "layers", "export", "parcels", "--corridor", "--out", tmp_path / "b.gpkg")
    assert pyogrio.read_info(tmp_path / "b.gpkg", layer="b")["features"] == len(corridor)
    assert 0 < len(corridor) < len(pack.layer("parcels"))


def test_everything_comes_in_the_system_asked_for(capsys, tmp_path):
    target = tmp_path / "alt.gpkg"
    code, out, _ = run(capsys, "layers", "export", "all", "--crs", "25833", "--out", target)
    assert code == 0
    there = [one for one in entries.entries() if one.missing(embedded()) is None]
    assert f"Skrev {len(there)} lag og resultater" in out
    assert pyogrio.read_info(target, layer="zones")["crs"] == "EPSG:25833"


def test_of_a_small_pack_everything_is_what_there_is(capsys, tmp_path):
    folder = changed_pack(tmp_path / "pack", drop=["parcels", "growth_areas"])
    target = tmp_path / "alt.gpkg"
    code, _, _ = run(capsys, "layers", "export", "all", "--pack", folder, "--out", target)
    names = {name for name, _ in pyogrio.list_layers(target)}
    assert code == 0
    assert {"zones", "zone_figures", "corridor"} <= names
    assert names.isdisjoint({"parcels", "reserve_plots", "projects_rule"})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tull", "--out", "a.gpkg"), "reserve_plots"),
        (("zones", "--zone", "tull", "--out", "a.gpkg"), "kjeller"),
        (("zones", "--zone", "kjeller", "--corridor", "--out", "a.gpkg"), "ikke begge"),
        (("all", "--out", "a.geojson"), ".gpkg"),
        (("zones", "--out", "a.kml", "--crs", "25832"), "4326"),
        (("zones", "--out", "borte/a.xlsx"), "mappen"),
        (("all", "--out", "borte/a.gpkg"), "mappen"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "layers", "export", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
