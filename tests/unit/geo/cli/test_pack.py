"""Versions from the command line: exit 0, or 2 with one sentence; files are left as they were."""

from __future__ import annotations

import json
import shutil

import pytest
import shapely

from geo.__main__ import main
from geo.pack.location import current, read_current
from geo.pack.versions import VersionStore
from tests.support.ownpacks import EAST, WEST, X, Y, own_pack
from tests.support.rows import rows
from tests.support.sitefiles import written

HALF = shapely.box(X, Y, X + 100, Y + 200)


@pytest.fixture(autouse=True)
def pack(tmp_path, monkeypatch):
    monkeypatch.delenv("NAERINGSAREAL_LANG", raising=False)
    made = own_pack(tmp_path / "kilde")
    return made.directory


@pytest.fixture
def in_use(pack, capsys):
    """The small pack as the version in use; returns its id."""
    return document(capsys, "add", pack, "--activate")["version"]


def run(capsys, *arguments):
    code = main(["pack", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys, *arguments):
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def refused(capsys, *arguments):
    """The one sentence that a command ends with; nothing is written then."""
    before = [one.id for one in VersionStore().versions()]
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert [one.id for one in VersionStore().versions()] == before
    return err


@pytest.fixture
def zones(tmp_path):
    frame = rows(HALF, WEST, områdenavn=["Øst", "Vest"], teller=1)
    frame.to_file(tmp_path / "soner.gpkg", driver="GPKG")
    return tmp_path / "soner.gpkg"


def test_a_pack_that_was_built_becomes_a_version_byte_by_byte(capsys, pack):
    made = document(capsys, "add", pack, "--reason", "Bygd")
    assert VersionStore().read(made["version"]).sha256 == made["sha256"]
    listed = document(capsys, "versions")
    assert listed["active"] == "embedded"
    assert [one["reason"] for one in listed["versions"]] == ["Bygd"]
    assert "zones" in listed["versions"][0]["layers"]


def test_a_layer_is_taken_in_put_into_use_compared_and_taken_back(capsys, in_use, zones):
    made = document(capsys, "import", "zones", zones, "--activate", "--licence", "CC BY 4.0")
    assert made["mapping"]["zone_id"] == "områdenavn"
    assert current() == made["version"]
    assert read_current().info("zones").licence == "CC BY 4.0"
    changes = document(capsys, "compare", in_use, "active")["layers"]
    zone = next(one for one in changes if one["layer"] == "zones")
    # Øst is half of what it was; both zones lost their description.
    assert zone["before"]["area_m2"] == pytest.approx(50_000)
    assert zone["after"]["area_m2"] == pytest.approx(30_000)
    assert (zone["added"], zone["removed"], zone["changed"]) == (0, 0, 2)
    assert all(one["same"] for one in changes if one["layer"] != "zones")
    code, out, _ = run(capsys, "activate", in_use)
    assert (code, current()) == (0, in_use)
    assert in_use in out


@pytest.mark.usefixtures("in_use")
def test_a_file_that_takes_the_place_of_all_says_in_numbers_what_goes(capsys, tmp_path):
    one = rows(EAST, områdenavn=["Øst"], teller=1)
    one.to_file(tmp_path / "en.gpkg", driver="GPKG")
    change = document(capsys, "import", "zones", tmp_path / "en.gpkg")["change"]
    assert (change["added"], change["removed"], change["changed"]) == (0, 1, 1)
    code, out, _ = run(capsys, "import", "zones", tmp_path / "en.gpkg", "--lang", "en")
    assert code == 0
    assert "2 features" in out
    assert "removed 1" in out


def test_the_figures_follow_the_version_in_use(capsys, in_use, zones):
    def reserve():
        assert main(["reserve", "--json"]) == 0
        return sum(zone["reserve_m2"] for zone in json.loads(capsys.readouterr().out)["zones"])

    assert reserve() == pytest.approx(50_000)
    run(capsys, "import", "zones", zones, "--activate")
    assert reserve() == pytest.approx(30_000)
    run(capsys, "activate", in_use)
    assert reserve() == pytest.approx(50_000)


def test_columns_constants_and_codes_can_be_said(capsys, in_use, tmp_path):
    frame = rows(EAST, WEST, nr=["a", "b"], g=[1, 2], slag=["Rart", "flom"])
    frame.to_file(tmp_path / "h.gpkg", driver="GPKG")
    made = document(
        capsys,
        *("import", "constraints", tmp_path / "h.gpkg", "--map", "constraint_id=nr/g"),
        *("--map", "kind=slag", "--set", "severity=exclude", "--code", "kind:Rart=nature"),
    )
    frame = VersionStore().read(made["version"]).layer("constraints")
    assert frame["constraint_id"].tolist() == ["a/1", "b/2"]
    assert frame["kind"].tolist() == ["nature", "flood"]
    assert set(frame["severity"]) == {"exclude"}
    assert current() == in_use


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("activate", "20200101T000000Z-00000000"), "20200101T000000Z-00000000"),
        (("activate", "../x"), "../x"),
        (("compare", "embedded", "20200101T000000Z-00000000"), "20200101T000000Z"),
        (("add", "nowhere"), "nowhere"),
        (("import", "husnr", "FILE"), "husnr"),
        (("import", "zones", "nowhere.gpkg"), "nowhere.gpkg"),
        (("import", "zones", "FILE", "--map", "zone_id"), "zone_id"),
        (("import", "zones", "FILE", "--map", "zone_id=xx"), "xx"),
        (("import", "zones", "FILE", "--map", "eier=teller"), "eier"),
        (("import", "zones", "FILE", "--code", "abc=B"), "abc=B"),
        (("import", "stations", "FILE"), "Polygon"),
        (("import", "growth_areas", "FILE", "--crs", "99"), "99"),
        (("import", "zones", "FILE", "--nature", "rar"), "rar"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(capsys, zones, arguments, said):
    given = [zones if one == "FILE" else one for one in arguments]
    if arguments[1] == "stations":
        given += ["--map", "station_id=områdenavn", "--map", "name=områdenavn"]
    assert said in refused(capsys, *given)


def test_an_empty_file_and_one_without_a_reference_system_are_refused(capsys, tmp_path):
    empty = rows(EAST, områdenavn="x").iloc[:0]
    empty.to_file(tmp_path / "tom.gpkg", driver="GPKG")
    assert "tom.gpkg" in refused(capsys, "import", "zones", tmp_path / "tom.gpkg")
    away = shapely.box(500, 500, 90_000, 90_000).wkt
    text = f'områdenavn;WKT\nA;"{away}"\n'
    (tmp_path / "uten.csv").write_text(text, encoding="utf-8")
    assert "koordinatsystem" in refused(capsys, "import", "zones", tmp_path / "uten.csv")


def test_a_version_that_is_damaged_is_one_sentence_and_another_can_be_chosen(capsys, in_use):
    (VersionStore().directory(in_use) / "pack.gpkg").write_text("x")
    code = main(["rule", "--json"])
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert in_use in err
    assert run(capsys, "activate", "embedded")[0] == 0
    assert main(["pack", "info"]) == 0


def test_the_environment_goes_before_and_it_is_said(capsys, pack, monkeypatch):
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(pack))
    code, out, _ = run(capsys, "activate", "embedded")
    assert code == 0
    assert "NAERINGSAREAL_PACK" in out


@pytest.mark.parametrize("ending", [".gml", ".shp", ".geojson", ".gpkg"])
def test_a_file_in_a_folder_that_is_read_only_is_read_and_nothing_is_put_beside_it(
    capsys, tmp_path, ending
):
    # Root may write anywhere, so that what lies in the folder is looked at as well.
    home = tmp_path / "delt"
    home.mkdir()
    frame = rows(HALF, WEST, omradenavn=["Øst", "Vest"])
    made = written(tmp_path, ending, frame)
    shutil.copy(made, home / made.name)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in home.iterdir()}
    (home / made.name).chmod(0o444)
    home.chmod(0o555)
    try:
        found = document(capsys, "import", "zones", home / made.name)
    finally:
        home.chmod(0o755)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in home.iterdir()} == before
    assert len(before) == 1
    zones = VersionStore().read(found["version"]).layer("zones")
    assert zones["name"].tolist() == ["Øst", "Vest"]
    assert zones.area.sum() == pytest.approx(30_000, rel=1e-3)
