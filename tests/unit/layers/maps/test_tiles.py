"""Tiles are cut once, whole or not at all, and the oldest make room."""

from __future__ import annotations

import json
import threading

import pytest

from layers.app import static_files
from layers.maps import tiles
from tests.support.errors import raising
from tests.support.shapes import frame, square

VERSION = "0123456789abcdef0123"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tiles, "TILES", tmp_path / "tiles")
    return tmp_path / "tiles"


def layers(count=3):
    plots = [square(614_000 + 200 * i, 6_648_000) for i in range(count)]
    return {"plots": frame(*plots), "buildings": frame(*plots)}


def test_every_zoom_level_gets_its_tiles(folder):
    name = tiles.ensure(VERSION, layers(), lambda _: None)
    for kind in ("plots", "buildings"):
        zooms = {int(level.name) for level in (folder / name / kind).iterdir()}
        assert zooms == set(tiles.levels(kind))
        assert all(list(level.rglob("*.pbf")) for level in (folder / name / kind).iterdir())


def test_what_plots_are_called_lies_beside_their_tiles_by_row(folder):
    named = layers()
    named["plots"] = named["plots"].assign(parcel_id=["1/1", "1/2", "</script>Å"])
    name = tiles.ensure(VERSION, named, lambda _: None)
    assert json.loads((folder / name / tiles.NAMES).read_text(encoding="utf-8")) == [
        *("1/1", "1/2", "</script>Å"),
    ]


def test_buildings_have_no_tiles_where_they_cannot_be_seen():
    assert list(tiles.levels("plots")) == [9, 10, 11, 12, 13, 14, 15]
    assert list(tiles.levels("buildings")) == [14, 15]


def test_progress_goes_from_nothing_to_all():
    shares = []
    tiles.ensure(VERSION, layers(), shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


def test_the_second_time_nothing_is_cut():
    tiles.ensure(VERSION, layers(), lambda _: None)
    tiles.ensure(VERSION, layers(), lambda _: pytest.fail("cut again"))


def test_two_sessions_at_once_cut_them_once():
    begun = []

    def session():
        tiles.ensure(VERSION, layers(), lambda share: begun.append(1) if share == 0 else None)

    threads = [threading.Thread(target=session) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun == [1]


def test_a_cut_that_fails_leaves_nothing_behind(folder):
    def stop(share):
        if share > 0.5:
            message = "stopped"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        tiles.ensure(VERSION, layers(), stop)
    assert list(folder.iterdir()) == []


def test_tiles_that_another_server_has_cut_meanwhile_are_taken(folder):
    def other(share):
        if share == 1:
            (folder / f"{VERSION[:16]}-{tiles.FORMAT_VERSION}" / "plots").mkdir(parents=True)

    name = tiles.ensure(VERSION, layers(), other)
    assert [one.name for one in folder.iterdir()] == [name]
    assert [one.name for one in (folder / name).iterdir()] == ["plots"]


def test_old_versions_make_room(folder, monkeypatch):
    monkeypatch.setattr(static_files, "GRACE_S", -1)  # what nobody is about to fetch
    for number in range(tiles.KEPT_VERSIONS + 2):
        tiles.ensure(f"{number:016d}ffff", layers(1), lambda _: None)
    assert len(list(folder.iterdir())) == tiles.KEPT_VERSIONS


def test_a_layer_without_features_has_no_tiles_and_no_error(folder):
    empty = layers(1)["plots"].iloc[:0]
    name = tiles.ensure(VERSION, {"plots": empty, "buildings": empty}, lambda _: None)
    assert list((folder / name).rglob("*.pbf")) == []


def test_classes_are_kept_by_their_content(folder):
    name = tiles.ensure(VERSION, layers(), lambda _: None)
    first = tiles.write_classes(name, "01-")
    assert (folder / first).read_text() == '"01-"'
    assert tiles.write_classes(name, "01-") == first
    assert tiles.write_classes(name, "012") != first


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(tiles, "TILES", tmp_path / "file" / "tiles")
    with raising("error.tiles_unwritable"):
        tiles.ensure(VERSION, layers(), lambda _: None)
