"""A pack is read as it is; what is wrong with it is told, and nothing escapes as noise."""

from __future__ import annotations

import pytest

from geo import i18n
from geo.errors import PackError
from geo.pack import read as packs
from geo.pack.location import PACK_VARIABLE, default_directory
from geo.pack.read import read_pack
from geo.schema.manifest import LayerInfo
from tests.support.errors import raising
from tests.support.rows import rows
from tests.support.shapes import square

PLOT = square(610_000, 6_640_000, side=1000)
MANIFEST = """
name = "Prøvekommune"
municipality_no = "3205"
built = 2026-01-02

[layers.municipality]
source = "Kartverket"
licence = "CC BY 4.0"
synthetic = false
features = 2

[layers.parcels]
source = "laget"
synthetic = true
"""


@pytest.fixture
def directory(tmp_path):
    file = tmp_path / "pack.gpkg"
    numbers = ["3205", "3222"]
    rows(PLOT, PLOT, municipality_no=numbers, name="K").to_file(file, layer="municipality")
    rows(PLOT, parcel_id="1/2").to_file(file, layer="parcels")
    areas = rows(PLOT, area_id="a", name="A", counts=True, illustrative=True)
    areas.to_file(file, layer="growth_areas")
    (tmp_path / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def ids(pack):
    return {(finding.layer, finding.msgid) for finding in pack.findings}


def test_a_pack_has_its_name_and_its_version(directory):
    pack = read_pack(directory)
    assert pack.name == "Prøvekommune"
    assert pack.municipality_no == "3205"
    assert pack.built == "2026-01-02"
    assert len(pack.sha256) == 64


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b'msgid "Kjeller"\nmsgstr "Kjeller\nno end', b"not one line of it"]
)
def test_translations_that_cannot_be_read_are_told_and_the_own_words_shown(directory, content):
    (directory / "en.po").write_bytes(content)
    assert ("en.po", "finding.translation_unreadable") in ids(read_pack(directory))
    assert i18n.of_pack("Kjeller", directory, "en") == "Kjeller"
    (directory / "en.po").write_bytes(b'msgid "Kjeller"\nmsgstr "The Kjeller"\n')
    assert ("en.po", "finding.translation_unreadable") not in ids(read_pack(directory))
    assert i18n.of_pack("Kjeller", directory, "en") == "The Kjeller"


def test_the_version_follows_the_file_and_not_the_manifest(directory):
    with (directory / "manifest.toml").open("a", encoding="utf-8") as file:
        file.write("# endret\n")
    before = read_pack(directory).sha256
    rows(PLOT, station_id="s", name="S").to_file(directory / "pack.gpkg", layer="stations")
    assert read_pack(directory).sha256 != before


def test_reading_does_not_change_the_file(directory):
    before = sorted((p.name, p.read_bytes()) for p in directory.iterdir())
    read_pack(directory)
    assert sorted((p.name, p.read_bytes()) for p in directory.iterdir()) == before


def test_the_municipality_is_the_packs_own(directory):
    assert read_pack(directory).municipality["municipality_no"].tolist() == ["3205"]


def test_a_layer_that_is_not_there_is_an_error_that_names_it(directory):
    pack = read_pack(directory)
    assert not pack.has("zones")
    with raising("error.missing_layer", match="zones"):
        pack.layer("zones")


def test_a_layer_that_the_manifest_does_not_know_has_no_source(directory):
    pack = read_pack(directory)
    assert pack.info("growth_areas") == LayerInfo()
    assert ("growth_areas", "finding.source_unknown") in ids(pack)


def test_badges_come_from_the_manifest_and_from_the_features(directory):
    pack = read_pack(directory)
    assert pack.badges("parcels") == {"synthetic"}
    assert pack.badges("growth_areas") == {"illustrative"}
    assert pack.badges("municipality", "zones") == frozenset()
    assert pack.badges("parcels", "growth_areas") == {"synthetic", "illustrative"}


def test_without_a_manifest_the_folder_gives_the_name(directory):
    (directory / "manifest.toml").unlink()
    pack = read_pack(directory)
    assert pack.name == directory.name
    assert ("manifest.toml", "finding.manifest_missing") in ids(pack)


@pytest.mark.parametrize("written", ["301", '"301"', '"0301"'])
def test_a_lost_zero_in_the_manifest_is_put_back(directory, written):
    text = MANIFEST.replace('"3205"', written)
    (directory / "manifest.toml").write_text(text, encoding="utf-8")
    assert read_pack(directory).municipality_no == "0301"


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe\x00", b"a = 1\na = 2"])
def test_a_broken_manifest_is_a_clear_error(directory, content):
    (directory / "manifest.toml").write_bytes(content)
    with raising("error.manifest_unreadable", match="manifest"):
        read_pack(directory)


def test_a_manifest_of_odd_types_breaks_nothing(directory):
    odd = 'name = [1]\nlayers = 3\nmunicipality_no = 1979-05-27\nbuilt = ""'
    (directory / "manifest.toml").write_text(odd, encoding="utf-8")
    pack = read_pack(directory)
    assert pack.built is None
    assert ("manifest.toml", "finding.manifest_municipality_no") in ids(pack)


def test_a_folder_without_a_pack_is_a_clear_error(tmp_path):
    with raising("error.pack_not_found", match=r"pack\.gpkg"):
        read_pack(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"name,value\n1,2\n", b"SQLite format 3\x00", b"SQLite format 3\x00" * 500]
)
def test_a_file_that_is_no_geopackage_is_a_clear_error(tmp_path, content, capfd):
    (tmp_path / "pack.gpkg").write_bytes(content)
    with raising("error.pack_unreadable", match=r"pack\.gpkg"):
        read_pack(tmp_path)
    assert capfd.readouterr() == ("", "")


def test_a_folder_named_as_the_file_is_a_clear_error(tmp_path):
    (tmp_path / "pack.gpkg").mkdir()
    with raising("error.pack_unreadable", match=r"pack\.gpkg"):
        read_pack(tmp_path)


def test_half_a_geopackage_is_told_without_noise(directory, capfd):
    file = directory / "pack.gpkg"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    try:
        told = [finding.say() for finding in read_pack(directory).findings]
    except PackError as error:
        assert error.code == "error.pack_unreadable"  # noqa: PT017
        told = [error.say("nb")]
    assert any("kan ikke leses" in sentence for sentence in told)
    assert capfd.readouterr() == ("", "")


def test_a_layer_of_unknown_name_is_named_and_left_out(directory):
    rows(PLOT, a=1).to_file(directory / "pack.gpkg", layer="sonner")
    pack = read_pack(directory)
    assert ("sonner", "finding.layer_unknown") in ids(pack)
    assert not pack.has("sonner")


def test_the_environment_names_the_pack(monkeypatch, tmp_path):
    monkeypatch.delenv(PACK_VARIABLE, raising=False)
    assert default_directory() == packs.DEFAULT_PACK
    monkeypatch.setenv(PACK_VARIABLE, str(tmp_path))
    assert default_directory() == tmp_path


def test_the_embedded_pack_has_nothing_wrong_but_jobs_that_no_source_states():
    pack = read_pack(packs.DEFAULT_PACK)
    others = [f.say() for f in pack.findings if f.msgid != "finding.jobs_unknown"]
    assert others == []
