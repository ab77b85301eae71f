"""Backups that are damaged, foreign or hostile are refused, and nothing is touched."""

from __future__ import annotations

import io
import json
import os
import random
import stat
import zipfile

import pytest

from geo.__main__ import main
from geo.backup import archive, manifest
from geo.backup.manifest import NAME, is_ours
from geo.backup.restore import check, restore
from geo.backup.save import BackupPlaces, backup
from geo.errors import BackupError
from geo.ledger.store import Ledger
from tests.support.backups import everything, rezipped, silent
from tests.support.errors import raising
from tests.support.ledgers import BY, sqlite_url

SECRET = "svært-hemmelig"  # noqa: S105  # to be looked for
ENTRIES = "ledger/ledger_entries.jsonl"


@pytest.fixture
def places(tmp_path):
    """Places with one entry, that no refused backup may change."""
    url = sqlite_url(tmp_path / "ledger.sqlite")
    ledger = Ledger.open(url, "3205")
    ledger.add({"name": "Berger"}, None, **BY)
    ledger.close()
    return BackupPlaces(url, tmp_path / "packs")


def refused(path, places, code):
    before = everything(places)
    with raising(code) as caught:
        restore(path, places, silent, replace=True)
    with raising(code):
        check(path, silent)
    assert everything(places) == before
    assert not places.packs.exists()
    for language in ("nb", "en"):
        assert caught.value.say(language).endswith(".")
    return caught.value


def test_a_truncated_file_is_refused_wherever_it_ends(saved, places, tmp_path):
    whole = saved.read_bytes()
    for share in (0.0, 0.01, 0.3, 0.7, 0.99):
        cut = tmp_path / "kort.zip"
        cut.write_bytes(whole[: int(len(whole) * share)])
        refused(cut, places, "error.backup_unreadable")


def test_a_changed_byte_is_never_restored(saved, tmp_path):
    """Any byte: it is refused, or it is one that says nothing, such as a date in the zip."""
    whole, chance = saved.read_bytes(), random.Random(7)  # noqa: S311  # the same every time
    target, refusals = tmp_path / "endret.zip", 0
    with archive.reading(saved) as found:
        truth = {part.name: b"".join(found.pieces(part)) for part in found.manifest.parts}
    ends = range(len(whole) - 3000, len(whole))  # the zip's list of contents
    for at in [*chance.sample(range(len(whole)), 60), *chance.sample(ends, 120)]:
        changed = bytearray(whole)
        changed[at] ^= 1 << chance.randrange(8)
        target.write_bytes(changed)
        try:
            with archive.reading(target) as found:
                parts = found.manifest.parts
                assert {part.name: b"".join(found.pieces(part)) for part in parts} == truth
        except BackupError:
            refusals += 1
    assert refusals > 90


def test_a_file_whose_content_is_not_that_of_its_checksum_is_refused(saved, places, tmp_path):
    def change(content):
        lines = content[ENTRIES].replace(b'"jobs":0.0', b'"jobs":1.0')
        assert lines != content[ENTRIES]
        return content | {ENTRIES: lines}

    refused(rezipped(saved, tmp_path / "a.zip", change), places, "error.backup_altered")


def test_a_missing_and_an_extra_file_are_refused(saved, places, tmp_path):
    def less(content):
        return {name: data for name, data in content.items() if name != ENTRIES}

    def more(content):
        return content | {"packs/versions/20260101T000000Z-00000000/pack.gpkg": b"x"}

    for change in (less, more):
        refused(rezipped(saved, tmp_path / "a.zip", change), places, "error.backup_part")


@pytest.mark.parametrize(
    "name",
    [
        *("../utenfor.toml", "/etc/passwd.toml", "packs/versions/../../../a.toml", "packs\\a.toml"),
        "packs/versions/20260101T000000Z-00000000/../a.toml",
        "packs/versions/20260101T000000Z-00000000/.a.toml",
        "packs/versions/20260101T000000Z-00000000/a/b.toml",
        "packs/versions/20260101T000000Z-00000000/a.py",
        "packs/versions/20260101T000000Z-00000000/a.toml\n",
        "packs/versions/20260101T000000Z-00000000.damaged/a.toml",
        *("ledger/andre.jsonl", "manifest.json", ".lock", "", "packs/versions//", "C:/a.toml"),
    ],
)
def test_a_name_that_no_backup_has_is_refused(name, saved, places, tmp_path):
    assert not is_ours(name)

    def change(content):
        said = json.loads(content[NAME])
        said["parts"].append({"name": name, "size": 1, "sha256": "0" * 64})
        extra = {} if name in {"", "manifest.json"} else {name: b"x"}
        return content | extra | {NAME: json.dumps(said).encode()}

    refused(rezipped(saved, tmp_path / "a.zip", change), places, "error.backup_name")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "ledger.sqlite"]


def test_a_link_is_refused(saved, places, tmp_path):
    target = rezipped(saved, tmp_path / "a.zip", lambda content: content | {})
    with zipfile.ZipFile(target) as old:
        content = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(target, "w") as new:
        for name, data in content.items():
            info = zipfile.ZipInfo(name)
            kind = stat.S_IFLNK if name.endswith("pack.gpkg") else stat.S_IFREG
            info.external_attr = (kind | 0o777) << 16
            new.writestr(info, data)
    refused(target, places, "error.backup_name")


def test_what_unpacks_to_more_than_is_said_is_not_unpacked(saved, places, tmp_path):
    def bomb(content):
        said = json.loads(content[NAME])
        gpkg = next(part for part in said["parts"] if part["name"].endswith("pack.gpkg"))
        gpkg["size"] = 10
        return content | {NAME: json.dumps(said).encode(), gpkg["name"]: bytes(20_000_000)}

    refused(rezipped(saved, tmp_path / "a.zip", bomb), places, "error.backup_altered")


@pytest.mark.parametrize("key", ["format", "format_version", "parts", "ledger", "packs"])
@pytest.mark.parametrize("value", ["annet", -1, [1], {"a": []}])
def test_a_list_of_contents_in_another_form_is_foreign(key, value, saved, places, tmp_path):
    def change(content):
        said = json.loads(content[NAME]) | {key: value}
        return content | {NAME: json.dumps(said).encode()}

    target = rezipped(saved, tmp_path / "a.zip", change)
    if (key, value) == ("format_version", -1):
        assert check(target, silent).format_version == -1  # older ones are read as this one
        return
    refused(target, places, "error.backup_foreign")


def test_a_zip_from_elsewhere_is_foreign(places, tmp_path):
    for number, content in enumerate(({"a.txt": b"x"}, {}, {NAME: b"[]"}, {NAME: b"\xff"})):
        target = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(target, "w") as file:
            for name, data in content.items():
                file.writestr(name, data)
        refused(target, places, "error.backup_foreign")


def test_a_newer_format_and_a_newer_ledger_are_refused(saved, places, tmp_path):
    def format_of_tomorrow(content):
        said = json.loads(content[NAME]) | {"format_version": 3, "more": 1}
        return content | {NAME: json.dumps(said).encode()}

    def ledger_of_tomorrow(content):
        said = json.loads(content[NAME])
        said["ledger"]["revision"] = "9999"
        return content | {NAME: json.dumps(said).encode()}

    for change in (format_of_tomorrow, ledger_of_tomorrow):
        refused(rezipped(saved, tmp_path / "a.zip", change), places, "error.backup_newer")


def test_a_version_in_use_that_is_nowhere_is_refused(saved, places, tmp_path):
    def change(content):
        said = json.loads(content[NAME])
        said["packs"]["in_use"] = "20200101T000000Z-00000000"
        return content | {NAME: json.dumps(said).encode()}

    target = rezipped(saved, tmp_path / "a.zip", change)
    before = everything(places)
    with raising("error.restore_version"):
        restore(target, places, silent, replace=True)
    assert everything(places) == before


@pytest.mark.parametrize("path", ["finnes-ikke.zip", "."])
def test_a_file_that_is_not_there_is_said(path, places, tmp_path):
    refused(tmp_path / path, places, "error.backup_missing")


def test_a_full_disk_and_a_closed_folder_leave_no_half_backup(places, tmp_path, monkeypatch):
    folder = tmp_path / "kopier"
    folder.mkdir()
    out = folder / "kopi.zip"
    backup(out, places, silent)
    before = out.read_bytes()
    with raising("error.file_unwritable"):
        backup(tmp_path / "finnes-ikke" / "kopi.zip", places, silent)

    class Full(io.FileIO):
        def write(self, data):
            if self.tell() > 500:
                raise OSError(28, "No space left on device")
            return super().write(data)

    real, opened = zipfile.ZipFile, []

    def on_a_full_disk(path, mode="r", *rest):
        if mode == "w":
            path = Full(path, "w")
            opened.append(path)
        return real(path, mode, *rest)

    monkeypatch.setattr(zipfile, "ZipFile", on_a_full_disk)
    with raising("error.file_unwritable"):
        backup(out, places, silent)
    opened[0].close()
    assert out.read_bytes() == before
    assert os.listdir(folder) == ["kopi.zip"]  # noqa: PTH208  # names are enough


def test_too_little_room_for_the_versions_is_said_before_anything_is_laid_there(
    saved, places, monkeypatch
):
    free = type("Usage", (), {"free": 100})
    monkeypatch.setattr("shutil.disk_usage", lambda _: free)
    before = everything(places)
    with raising("error.restore_no_room"):
        restore(saved, places, silent, replace=True)
    assert everything(places) == before


def test_the_commands_say_what_they_did_and_no_password(tmp_path, places, capsys, monkeypatch):
    out = tmp_path / "kopi.zip"
    monkeypatch.setenv("NAERINGSAREAL_LEDGER", places.ledger)
    assert main(["backup", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "1 oppføringer" in said
    assert "Kommuner: 3205." in said
    assert main(["restore", str(out), "--check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ledger"]["head"] == 1
    assert main(["restore", str(out)]) == 2
    caught = capsys.readouterr()
    assert caught.err.count("\n") == 1
    assert "--replace" in caught.err
    assert main(["restore", str(out), "--replace", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept"].startswith(str(tmp_path / "before-restore-"))
    url = f"postgresql://kari:{SECRET}@127.0.0.1:1/liste"
    for command in (["backup", "--out", str(out)], ["restore", str(out)]):
        assert main([*command, "--ledger", url]) == 2
        caught = capsys.readouterr()
        assert SECRET not in caught.out + caught.err
    assert main(["restore", str(out), "--check", "--replace"]) == 2


def test_the_version_of_the_program_is_the_projects():
    import tomllib  # noqa: PLC0415  # for this alone
    from pathlib import Path  # noqa: PLC0415

    from geo import __version__  # noqa: PLC0415

    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text())
    assert project["project"]["version"] == __version__
    assert manifest.FORMAT_VERSION == 2
