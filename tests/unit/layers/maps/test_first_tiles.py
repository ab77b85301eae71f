"""Of a large pack the tiles in sight come first, and all of them are the same as cut at once."""

from __future__ import annotations

import threading

import geopandas as gpd
import pytest
import shapely

from layers.app.heavy import pool, waiting
from layers.app.heavy.job import Work
from layers.errors import HeavyWorkError, TilesUnwritableError
from layers.maps import first_tiles, plots, tiles
from tests import PATIENCE_S
from tests.support import heavy_tasks
from tests.support.errors import raising
from tests.support.reading import embedded


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tiles, "TILES", tmp_path / "tiles")
    return tmp_path


@pytest.fixture
def processes(monkeypatch):
    made = pool.Pool(1)
    monkeypatch.setattr(waiting, "pool", lambda: made)
    yield made
    made.close()


def area(width_m, height_m):
    # Web Mercator itself: a level shows so many of its metres.
    return gpd.GeoDataFrame(geometry=[shapely.box(0, 0, width_m, height_m)], crs=3857)


def files(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("width_m", "height_m", "zoom"),
    [
        # A pixel is 78 271.5 m on level 1, so 76.4 m on level 11; the map shows 676 × 536 of them.
        (676 * 76.4, 10, 11),
        (10, 536 * 76.4, 11),
        (10, 536 * 76.5, 10),
        (1, 1, 15),
        (20_000_000, 20_000_000, 9),
    ],
)
def test_the_map_opens_where_its_area_has_room(width_m, height_m, zoom):
    assert first_tiles.start_zoom(area(width_m, height_m)) == zoom


def test_no_area_at_all_is_the_closest_level():
    assert first_tiles.start_zoom(area(1, 1).iloc[:0]) == 15


def test_the_level_in_sight_comes_first_and_every_level_once():
    order = first_tiles.order(12)
    assert order[:3] == [("plots", 12), ("plots", 13), ("plots", 11)]
    assert sorted(order) == sorted(
        (name, zoom) for name in ("plots", "buildings") for zoom in tiles.levels(name)
    )


def test_all_levels_one_by_one_are_those_cut_at_once(folder, processes):
    pack = embedded()
    first_tiles.begin(pack, 12)
    (cutting,) = (thread for thread in threading.enumerate() if thread.name == "tiles")
    with processes.asked(first_tiles.cutting(first_tiles.work.pack_at(pack), "plots", 12)) as job:
        name = job.value() if job.wait(PATIENCE_S) else None
    assert first_tiles.kept(pack.sha256, 12, pytest.fail) == name
    cutting.join(PATIENCE_S)
    assert tiles.are_whole(pack.sha256)
    other = folder / "other"
    assert tiles.ensure(pack.sha256, tiles.layers_of(pack), lambda _: None, other / "tiles") == name
    assert files(folder / "tiles" / name) == files(other / "tiles" / name)


def test_a_large_pack_that_comes_into_use_is_made_ready_and_a_small_one_is_not(
    processes, monkeypatch
):
    ready = Work("ready", heavy_tasks.lands_ready, (), sum)
    for plots_at_least, lands in ((10**9, 0), (1, 1)):
        monkeypatch.setattr(first_tiles.work, "HEAVY_PLOTS", plots_at_least)
        plots.expect(embedded())
        with processes.asked(ready) as job:
            assert job.wait(PATIENCE_S)
            assert job.value() == lands
        wait_for_cutting()
        assert tiles.are_whole(embedded().sha256) == bool(lands)


def wait_for_cutting():
    for thread in threading.enumerate():
        if thread.name == "tiles":
            thread.join(PATIENCE_S)


def test_a_level_is_not_cut_again(folder, monkeypatch):
    layer = tiles.layers_of(embedded())["plots"]
    tiles.cut_level(folder / "levels", "plots", layer, 12)
    before = files(folder)
    assert before
    monkeypatch.setattr(tiles, "_cut", lambda *_: pytest.fail("cut again"))
    tiles.cut_level(folder / "levels", "plots", layer, 12)
    assert files(folder) == before


def test_a_level_that_is_stopped_is_not_there(folder, monkeypatch):
    def stop(draft, name, _shapes, zoom):
        (draft / name / str(zoom)).mkdir(parents=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(tiles, "_cut", stop)
    with pytest.raises(KeyboardInterrupt):
        tiles.cut_level(folder / "levels", "plots", tiles.layers_of(embedded())["plots"], 12)
    assert list((folder / "levels" / "plots").iterdir()) == []


def test_a_level_without_plots_is_there_so_that_nobody_waits_for_it(folder):
    none = tiles.layers_of(embedded())["plots"].iloc[:0]
    tiles.cut_level(folder / "levels", "plots", none, 12)
    assert list((folder / "levels" / "plots" / "12").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(folder):
    (folder / "file").write_text("no folder")
    with raising("error.tiles_unwritable"):
        tiles.cut_level(folder / "file", "plots", tiles.layers_of(embedded())["plots"], 12)


@pytest.mark.parametrize("error", [TilesUnwritableError, HeavyWorkError])
def test_what_goes_wrong_behind_the_page_is_told_and_tried_again(monkeypatch, caplog, error):
    def fail(*_):
        raise error("error.heavy_lost")

    monkeypatch.setattr(first_tiles, "cutting", fail)
    for _ in range(2):
        first_tiles.begin(embedded(), 12)
        wait_for_cutting()
    assert len(caplog.records) == 2
