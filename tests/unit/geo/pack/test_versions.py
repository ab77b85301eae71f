"""Versions are whole or not there, one is in use, and nothing is ever lost or deleted."""

from __future__ import annotations

import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.errors import VersionError
from geo.pack import location
from geo.pack.location import EMBEDDED, current, default_directory, read_current
from geo.pack.read import DEFAULT_PACK, FILE
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from tests.support.errors import raising
from tests.support.ledgers import program
from tests.support.ownpacks import own_pack

BY = Signature("Kari", "Ny avgrensning", EMBEDDED, ("zones",))

WRITER = """
import sys
from functools import partial
from pathlib import Path
from geo.pack.write import copy_pack
from geo.pack.versions import Signature, VersionStore
store = VersionStore()
for number in range(int(sys.argv[2])):
    fill = partial(copy_pack, Path(sys.argv[1]))
    made = store.add(fill, Signature(sys.argv[3], str(number)), replaces=None)
    store.activate(made.id, author=sys.argv[3])
    print(made.id, flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    own_pack(tmp_path / "kilde")
    return tmp_path / "kilde"


@pytest.fixture
def store():
    return VersionStore()


def added(store, folder, *, signature=BY, replaces=None):
    return store.add(lambda draft: copy_pack(folder, draft), signature, replaces=replaces)


def test_without_versions_the_embedded_pack_is_in_use(store):
    assert default_directory() == DEFAULT_PACK
    assert (current(), store.versions(), store.choice().version) == (EMBEDDED, [], EMBEDDED)


def test_a_version_is_the_whole_pack_with_who_when_and_why(store, folder):
    made = added(store, folder)
    assert [one.id for one in store.versions()] == [made.id]
    assert (made.author, made.reason, made.parent) == ("Kari", "Ny avgrensning", EMBEDDED)
    assert made.layers == ("zones",)
    assert made.id == f"{made.at:%Y%m%dT%H%M%SZ}-{made.sha256[:8]}"
    kept = store.directory(made.id)
    assert {path.name for path in kept.iterdir()} == {
        *("pack.gpkg", "manifest.toml", "strategy.toml", "version.toml")
    }
    assert (kept / FILE).read_bytes() == (folder / FILE).read_bytes()
    assert default_directory() == DEFAULT_PACK


def test_a_version_is_in_use_once_it_is_activated_and_the_environment_goes_before(
    store, folder, monkeypatch
):
    made = added(store, folder, replaces=EMBEDDED)
    assert default_directory() == store.directory(made.id)
    assert read_current().name == "Prøvebygd"
    assert (store.choice().author, current()) == ("Kari", made.id)
    monkeypatch.setenv("NAERINGSAREAL_PACK", str(folder))
    assert default_directory() == folder
    assert current() == str(folder)


def test_going_back_gives_the_same_bytes_and_deletes_nothing(store, folder, tmp_path):
    first = added(store, folder, replaces=EMBEDDED)
    before = read_current().sha256
    own_pack(tmp_path / "annen", buildings=None)
    second = added(store, tmp_path / "annen", replaces=first.id)
    assert read_current().sha256 == second.sha256 != before
    store.activate(first.id, author="Ola")
    assert read_current().sha256 == before == first.sha256
    assert [one.id for one in store.versions()] == [second.id, first.id]
    store.activate(EMBEDDED, author="Ola")
    assert read_current().directory == DEFAULT_PACK


@pytest.mark.parametrize("missing", ["author", "reason"])
def test_a_version_without_author_or_reason_is_not_made(store, folder, missing):
    given = {"author": "Kari", "reason": "x"} | {missing: " "}
    with raising("error.field_missing"):
        added(store, folder, signature=Signature(**given))
    assert store.versions() == []


def test_a_pack_that_fails_to_be_written_leaves_nothing(store):
    def fill(draft):
        (draft / FILE).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with raising("error.file_unwritable"):
        store.add(fill, BY, replaces=EMBEDDED)
    assert store.versions() == []
    assert list((store.home / "versions").iterdir()) == []
    assert default_directory() == DEFAULT_PACK


def test_whoever_comes_second_is_told_and_the_first_stays_in_use(store, folder):
    first = added(store, folder, replaces=EMBEDDED)
    with raising("error.version_conflict", match=first.id):
        added(store, folder, replaces=EMBEDDED)
    assert current() == first.id
    assert len(store.versions()) == 1


def test_two_in_the_same_second_with_the_same_content_are_two_versions_in_order(store, folder):
    made = [added(store, folder).id for _ in range(3)]
    assert len(set(made)) == 3
    assert [one.id for one in store.versions()] == sorted(made, reverse=True)


@pytest.mark.parametrize("version", ["20260101T000000Z-00000000", "../../etc", "", "x" * 300])
def test_an_unknown_version_cannot_be_put_into_use(store, version):
    with raising("error.version_unknown"):
        store.activate(version, author="Kari")
    assert not (store.home / location.CHOICE).exists()


def damage(directory, how):
    if how == "gone":
        shutil.rmtree(directory)
    elif how == "no file":
        (directory / FILE).unlink()
    elif how == "no record":
        (directory / "version.toml").unlink()
    elif how == "manifest":
        (directory / "manifest.toml").write_text("[", encoding="utf-8")
    elif how == "no geopackage":
        (directory / FILE).write_text("x")
    else:
        content = bytearray((directory / FILE).read_bytes())
        content[-100] ^= 1
        (directory / FILE).write_bytes(content)


HOW = ("gone", "no file", "no record", "manifest", "no geopackage", "one bit")


@pytest.mark.parametrize("how", HOW)
def test_a_damaged_version_in_use_is_named_in_both_languages(store, folder, how):
    made = added(store, folder, replaces=EMBEDDED)
    damage(store.directory(made.id), how)
    with raising("error.version_unusable") as caught:
        read_current()
    for language in ("nb", "en"):
        assert made.id in caught.value.say(language)
        assert "pack activate" in caught.value.say(language)


@pytest.mark.parametrize("how", HOW)
def test_a_damaged_version_cannot_be_put_into_use(store, folder, how):
    made = added(store, folder)
    damage(store.directory(made.id), how)
    with raising(("error.version_unusable", "error.version_unknown")):
        store.activate(made.id, author="Kari")
    assert default_directory() == DEFAULT_PACK


@pytest.mark.parametrize("text", ["", "[", 'version = "../../etc"', "version = 3", "\udcff"])
def test_a_choice_that_cannot_be_read_is_named_and_can_be_made_anew(store, folder, text):
    made = added(store, folder, replaces=EMBEDDED)
    (store.home / location.CHOICE).write_bytes(text.encode("utf-8", "surrogateescape"))
    with raising("error.version_choice"):
        default_directory()
    store.activate(made.id, author="Kari")
    assert current() == made.id


def test_a_folder_that_may_not_be_written_to_is_named(store, folder, monkeypatch):
    def refused(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    with raising("error.file_unwritable", match="packs"):
        added(store, folder)


def test_many_threads_make_versions_of_their_own(store, folder):
    def make(number):
        return added(store, folder, signature=Signature("Kari", str(number))).id

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(16)))
    assert len(set(made)) == 16
    assert sorted(one.id for one in store.versions()) == sorted(made)
    assert {one.reason for one in store.versions()} == {str(number) for number in range(16)}


def test_of_many_who_replace_the_same_version_one_succeeds(store, folder):
    def replace(_):
        try:
            return added(store, folder, replaces=EMBEDDED).id
        except VersionError as error:
            assert error.code == "error.version_conflict"  # noqa: PT017
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [one for one in pool.map(replace, range(8)) if one]
    assert len(made) == 1
    assert current() == made[0]


def test_two_programs_write_at_once_and_both_are_kept(store, folder):
    writers = [program(WRITER, str(folder), "5", name) for name in ("a", "b")]
    printed = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(one.id for one in store.versions()) == sorted([*printed[0], *printed[1]])
    assert all(one.fault is None for one in store.versions())
    assert current() in {*printed[0], *printed[1]}


@pytest.mark.parametrize("lines", [1, 3, 6])
def test_a_program_that_is_killed_leaves_nothing_by_halves(store, folder, lines):
    writer = program(WRITER, str(folder), "500", "a")
    printed = [writer.stdout.readline().strip() for _ in range(lines)]
    time.sleep(0.003 * lines)  # into the middle of what comes next
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    assert writer.returncode == -signal.SIGKILL
    kept = store.versions()
    assert set(printed) <= {one.id for one in kept}
    for one in kept:
        assert store.read(one.id).sha256 == one.sha256
    assert current() in {one.id for one in kept}
    assert read_current().name == "Prøvebygd"
    made = added(store, folder, replaces=current())  # nor does it keep others out
    assert current() == made.id


def test_what_a_killed_program_left_is_swept_away_after_a_day(store, folder):
    added(store, folder)
    old, new = (store.home / "versions" / f".draft-{name}" for name in ("old", "new"))
    for path in (old, new):
        path.mkdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    added(store, folder)
    assert (old.exists(), new.exists()) == (False, True)
    assert len(store.versions()) == 2
