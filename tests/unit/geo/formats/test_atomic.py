"""What is interrupted while it is made leaves what was there before, and no litter."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from pyogrio.errors import DataSourceError

from geo.formats import atomic
from tests.support.errors import raising


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "fil.txt"
    path.write_text("gammel")
    return path


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pakke"
    folder.mkdir()
    (folder / "old.txt").write_text("gammel")
    return folder


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_takes_the_place_of_the_old_one_when_it_is_whole(place, durable):
    with atomic.draft_file(place, durable=durable) as draft:
        draft.write_text("n")
        assert place.read_text() == "gammel"
        draft.write_text("ny")
    assert place.read_text() == "ny"
    assert names(place.parent) == ["fil.txt"]


@pytest.mark.parametrize("error", [OSError(28, "full"), RuntimeError(), KeyboardInterrupt()])
def test_an_interrupted_file_leaves_the_old_one_and_no_litter(place, error):
    def make():
        with atomic.draft_file(place) as draft:
            draft.write_text("halv")
            draft.with_name("ved siden av").write_text("halv")
            raise error

    with pytest.raises(type(error)):
        make()
    assert place.read_text() == "gammel"
    assert names(place.parent) == ["fil.txt"]


def test_what_is_made_beside_a_file_comes_after_it(place, monkeypatch):
    moved = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda a, b: (moved.append(b.name), replace(a, b)))
    with atomic.draft_file(place) as draft:
        for name in ("a", "fil.txt", "z"):
            draft.with_name(name).write_text(name)
    assert moved == ["fil.txt", "a", "z"]
    assert names(place.parent) == ["a", "fil.txt", "z"]


def test_a_place_that_another_program_holds_open_is_left_with_its_neighbours(place, monkeypatch):
    (place.parent / "a").write_text("gammel")

    def held_open(*_):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", held_open)

    def make():
        with atomic.unwritable(place), atomic.draft_file(place) as draft:
            draft.write_text("ny")
            draft.with_name("a").write_text("ny")

    with raising("error.file_unwritable", match=r"fil\.txt"):
        make()
    assert (place.read_text(), (place.parent / "a").read_text()) == ("gammel", "gammel")
    assert names(place.parent) == ["a", "fil.txt"]


def test_what_is_to_last_is_brought_to_the_disk_before_and_after_it_is_moved(place, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(place.read_text()))
    with atomic.draft_file(place, durable=True) as draft:
        draft.write_text("ny")
    assert synced == ["gammel", "gammel", "ny"]


@pytest.mark.parametrize("durable", [False, True])
def test_a_folder_takes_the_place_of_the_old_one(pack, durable):
    with atomic.draft_folder(pack.parent) as draft:
        (draft / "new.txt").write_text("ny")
        assert names(pack) == ["old.txt"]
        atomic.put(draft, pack, durable=durable)
    assert names(pack) == ["new.txt"]
    assert names(pack.parent) == ["pakke"]


def test_a_folder_is_put_where_there_was_none_and_is_open_to_others(tmp_path):
    (tmp_path / "vanlig").mkdir()
    with atomic.draft_folder(tmp_path) as draft:
        atomic.put(draft, tmp_path / "ny")
    assert (tmp_path / "ny").stat().st_mode == (tmp_path / "vanlig").stat().st_mode


@pytest.mark.parametrize("error", [OSError(28, "full"), RuntimeError(), KeyboardInterrupt()])
def test_an_interrupted_folder_leaves_the_old_one_and_no_litter(pack, error):
    def make():
        with atomic.draft_folder(pack.parent) as draft:
            (draft / "inni").mkdir()
            raise error

    with pytest.raises(type(error)):
        make()
    assert names(pack) == ["old.txt"]
    assert names(pack.parent) == ["pakke"]


@pytest.mark.parametrize("error", [PermissionError(13, "in use"), KeyboardInterrupt()])
def test_a_folder_that_cannot_be_put_brings_the_old_one_back(pack, monkeypatch, error):
    rename = Path.rename

    def refused(self, target):
        if self.name == "new":
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(type(error)), atomic.draft_folder(pack.parent) as draft:
        atomic.put(draft, pack)
    assert names(pack) == ["old.txt"]
    assert names(pack.parent) == ["pakke"]


@pytest.mark.parametrize("error", [OSError(28, "full"), DataSourceError("full")])
def test_what_cannot_be_written_is_said_of_its_place(place, error):
    with raising("error.file_unwritable", match=r"fil\.txt"), atomic.unwritable(place):
        raise error


def test_only_drafts_that_are_a_day_old_are_swept_away(tmp_path):
    for name in (".draft-old", ".draft-new", "old"):
        (tmp_path / name / "inni").mkdir(parents=True)
        if name.endswith("old"):
            os.utime(tmp_path / name, (time.time() - 90_000,) * 2)
    atomic.sweep(tmp_path)
    assert names(tmp_path) == [".draft-new", "old"]
