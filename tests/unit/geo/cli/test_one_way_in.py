"""The same file is read as the same place, whichever way it comes in."""

from __future__ import annotations

import json

import pytest
import shapely
from pyproj import Transformer

from geo.__main__ import main
from geo.intake.sites import open_sites, read_areas
from geo.intake.systems.projection import Hints
from geo.ledger.incoming import read_table
from geo.pack.read import read_pack
from geo.pack.versions import VersionStore
from tests.support.rows import rows
from tests.support.shapes import square

HOME = square(605_000, 6_640_000, side=20_000)
SITE = shapely.box(613_800, 6_649_900, 614_000, 6_650_000)
AFAR = square(700_000, 6_700_000, side=100)


def moved(shape, crs):
    turn = Transformer.from_crs(25832, crs, always_xy=True).transform
    return shapely.transform(shape, turn, interleaved=False)


def geojson(real, **more):
    properties = {"id": "s", "navn": "S", "arbeidsplasser": 5}
    shape = shapely.geometry.mapping(moved(SITE, real))
    one = {"type": "Feature", "properties": properties, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [one]} | more)


def table(crs, system=None):
    head = "id;navn;arbeidsplasser;wkt" + (";EPSG-kode" if system else "")
    return f'{head}\ns;S;5;"{moved(SITE, crs).wkt}"' + (f";{system}" if system else "") + "\n"


FILES = {
    "declared.geojson": geojson(25833, crs="EPSG:25833"),
    "silent.geojson": geojson(25833),
    "degrees.geojson": geojson(4326),
    "column.csv": table(25835, "25835"),
    "silent.csv": table(25833),
}


@pytest.fixture(autouse=True)
def pack(tmp_path, monkeypatch):
    folder = tmp_path / "pakke"
    folder.mkdir()
    path = folder / "pack.gpkg"
    rows(HOME, municipality_no="3205", name="Her").to_file(path, layer="municipality")
    areas = {"area_id": "a", "name": "A", "counts": True, "illustrative": False}
    rows(SITE.buffer(500), **areas).to_file(path, layer="growth_areas")
    (folder / "manifest.toml").write_text('name = "Her"\nmunicipality_no = "3205"\n')
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(folder))
    monkeypatch.setenv("NAERINGSAREAL_PACKS", str(tmp_path / "versjoner"))
    return folder


def asked(capsys, *arguments):
    code = main([*map(str, arguments), "--json"])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    return json.loads(captured.out)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_same_place_in_every_way_in(name, tmp_path, pack, capsys):
    path = tmp_path / name
    path.write_text(FILES[name])
    near = read_pack(pack).place()
    found = [open_sites(path, near=near), read_areas(path, near=near)]
    found = [frame.geometry.item() for frame in found]
    listed = read_table(path, path.suffix, hints=Hints(near=near))
    found += [row.shape for row in listed.rows]
    for shape in found:
        assert shape.symmetric_difference(SITE).area < 1
    (screened,) = asked(capsys, "screen", path)["sites"]
    assert screened["area_m2"] == pytest.approx(20_000, abs=1)
    assert screened["municipality_no"] == "3205"
    (counted,) = asked(capsys, "rule", "--sites", path)["sites"]
    assert counted["share_inside"] == pytest.approx(1)
    areas = asked(capsys, "rule", "--sites", path, "--growth-areas", path)
    assert areas["sites"][0]["share_inside"] == pytest.approx(1)


def test_a_layer_taken_into_a_pack_is_the_same_place_too(tmp_path, capsys):
    path = tmp_path / "silent.geojson"
    path.write_text(FILES["silent.geojson"])
    made = asked(
        capsys, "pack", "import", "zones", path, "--map", "zone_id=id", "--map", "name=navn"
    )
    zones = VersionStore().read(made["version"]).layer("zones")
    assert zones.geometry.item().symmetric_difference(SITE).area < 1


@pytest.mark.parametrize("option", ["--layer", "--file-layer"])
@pytest.mark.parametrize("command", [["screen"], ["rule", "--sites"]])
def test_every_command_can_be_told_the_layer_and_the_system(command, option, tmp_path, capsys):
    path = tmp_path / "a.gpkg"
    rows(square(1, 1), id="x", jobs=1.0, crs=25832).to_file(path, layer="forst")
    rows(moved(SITE, 25833), id="s", jobs=1.0, crs=25832).to_file(path, layer="sist")
    document = asked(capsys, *command, path, option, "sist", "--crs", "25833")
    assert [one["id"] for one in document["sites"]] == ["s"]
    assert not [note for note in document["notes"] if "a.gpkg" in note]


def test_what_fits_nothing_is_asked_for_by_the_option_that_answers(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("id;øst;nord;arbeidsplasser\ns;500;500;1\n")
    for command in (["screen"], ["rule", "--sites"]):
        assert main([*command, str(path)]) == 2
        assert "--crs" in capsys.readouterr().err


def test_sites_of_another_municipality_are_named_and_counted(tmp_path, capsys):
    path = tmp_path / "a.gpkg"
    rows(SITE, AFAR, id=["her", "der"], jobs=[1.0, 2.0]).to_file(path)
    document = asked(capsys, "rule", "--sites", path)
    assert document["gross"]["jobs_outside"] == 2
    (note,) = (one for one in document["notes"] if "utenfor kommunen" in one)
    assert note.startswith("1 av stedene")
    assert ": der." in note
