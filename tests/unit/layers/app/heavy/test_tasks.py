"""What a process works out is what the server would have worked out itself."""

import dataclasses
import pickle
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geo.errors import MissingLayerError, PackError
from geo.land import compute
from geo.land.rules import ReserveRules
from geo.lists import ProjectList, pack_projects
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.screening.screen import screen
from geo.search import ranking
from geo.search.criteria import Criteria
from geo.transport import corridor
from geo.workspace import Workspace
from layers.app.cache import DataVersion, LedgerAt
from layers.app.heavy import tasks, work
from layers.app.heavy.pool import VARIABLE
from layers.maps import tiles
from tests.support.packs import changed_pack
from tests.support.towns import town_pack

LONG_S = 120.0
TOWN = 2_500  # plots
SITES = 2 * tasks.BATCH + 7


@pytest.fixture(scope="module", params=["embedded", "town"])
def pack(request, tmp_path_factory):
    if request.param == "embedded":
        return embedded()
    return read_pack(town_pack(tmp_path_factory.mktemp("town") / "pack", TOWN))


def done(pool, one):
    with pool.asked(one) as job:
        assert job.wait(LONG_S)
        return job.value()


def same_frame(one, other):
    if one is None or other is None:
        assert one is other
        return
    assert type(one) is type(other)
    if isinstance(one, gpd.GeoDataFrame):
        assert one.crs == other.crs
        assert one.geometry.name == other.geometry.name
        assert list(one.geometry.to_wkb()) == list(other.geometry.to_wkb())
        one, other = (pd.DataFrame(each.drop(columns=each.geometry.name)) for each in (one, other))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def same_account(one, other):
    for member in dataclasses.fields(one):
        left, right = getattr(one, member.name), getattr(other, member.name)
        if isinstance(left, pd.DataFrame):
            same_frame(left, right)
        else:
            assert left == right, member.name


def same_screening(one, other):
    for member in dataclasses.fields(one):
        left, right = getattr(one, member.name), getattr(other, member.name)
        if member.name == "geometry":
            assert left.wkb == right.wkb
        elif isinstance(left, frozenset):
            assert left == right, member.name  # in no order, and written in any
        else:
            # As text: some members have no equality of their own.
            assert repr(left) == repr(right), member.name


@cache
def embedded():
    return read_pack(DEFAULT_PACK)


def sites_in(pack, count):
    rng = np.random.default_rng(1)
    west, south, east, north = pack.layer("zones").total_bounds
    x, y = rng.uniform(west, east, count), rng.uniform(south, north, count)
    side = rng.uniform(20, 300, count)
    return gpd.GeoDataFrame(
        {
            "id": np.arange(count).astype(str),
            "business_type": rng.choice(["kontor", "lager", "handel"], count),
            "gross_area_m2": rng.uniform(500, 20_000, count),
        },
        geometry=[box(*corners) for corners in zip(x, y, x + side, y + side, strict=True)],
        crs=25832,
    )


def test_the_land_account(pool, pack):
    rules = ReserveRules()
    found = done(pool, work.land_account(pack, rules))
    same_account(found, compute.of_pack(pack, rules))


@settings(max_examples=6)
@given(
    rules=st.builds(
        ReserveRules,
        building_buffer_m=st.integers(0, 50).map(float),
        min_part_m2=st.sampled_from([0.0, 1000.0, 10_000.0]),
        min_width_m=st.sampled_from([0.0, 20.0, 60.0]),
        max_utilisation=st.sampled_from([0.2, 0.6, 1.0]),
    ),
    measured=st.booleans(),
)
def test_the_land_account_by_any_rules(pool, rules, measured):
    pack = embedded()
    found = done(pool, work.land_account(pack, rules, measured=measured))
    same_account(found, compute.of_pack(pack, rules, measured=measured))


def test_an_account_with_the_outlines_that_the_server_has_is_the_whole_account(pool, pack):
    usual = done(pool, work.land_account(pack, ReserveRules()))
    outlines = usual.pieces.geometry.to_numpy()
    rules = ReserveRules(building_buffer_m=23, min_part_m2=500)
    found = done(pool, work.land_account(pack, rules, measured=False, outlines=outlines))
    same_account(found, compute.of_pack(pack, rules, measured=False))
    # One and the same, so that the accounts of many sliders hold them once.
    kept = found.pieces.geometry.to_numpy()
    assert all(one is other for one, other in zip(kept, outlines, strict=True))


def test_a_slider_that_moves_on_leaves_the_process_with_all_that_is_ready(pool, tmp_path):
    pack = read_pack(town_pack(tmp_path / "pack", TOWN))
    done(pool, work.land_account(pack, ReserveRules()))
    (before,) = pids(pool)
    for buffer_m in (16, 17, 18):  # left as soon as they are asked for
        with pool.asked(work.land_account(pack, ReserveRules(building_buffer_m=buffer_m))) as job:
            job.wait(0.05)
    rules = ReserveRules(building_buffer_m=16, min_width_m=30)
    found = done(pool, work.land_account(pack, rules))
    same_account(found, compute.of_pack(pack, rules))
    assert pids(pool) == [before]


def pids(pool):
    return [pid for slot in pool._slots if slot._executor for pid in slot._executor._processes]


def test_the_account_of_the_corridor(pool, pack):
    rules = ReserveRules(building_buffer_m=20)
    outline = corridor.corridor_polygon(pack.layer("corridor_nodes")).geometry.iloc[0]
    expected = compute.of_pack(pack, rules).within(outline)
    same_account(done(pool, work.corridor_account(pack, rules)), expected)


def test_what_each_assumption_moves(pool, pack):
    variants = (ReserveRules(), ReserveRules(building_buffer_m=5), ReserveRules(min_width_m=40))
    found = done(pool, work.sensitivity(pack, variants))
    expected = [compute.of_pack(pack, rules, measured=False) for rules in variants]
    assert found == [tasks.totals(account) for account in expected]
    assert len({one["reserve_m2"] for one in found}) == len(variants)


def test_the_search(pool, pack):
    wish = Criteria(min_daa=2.0, rectangle_m=(20.0, 30.0))
    workspace = Workspace(pack=pack)
    surveyed = workspace.survey(join=wish.join, densification=wish.densification)
    expected = ranking.search(workspace.context, surveyed, wish, limit=20)
    desk = work.desk_at(workspace, "own")
    found = done(pool, work.hits(desk, desk, wish, 20))
    assert len(found.hits) > 0
    same_frame(found.hits, expected.hits)
    assert list(shapely.to_wkb(found.rectangles)) == list(shapely.to_wkb(expected.rectangles))
    for name in ("counted", "candidates", "more", "relaxed", "not_known"):
        assert getattr(found, name) == getattr(expected, name), name


def test_a_screening_of_many_sites_in_their_order(pool, pack):
    sites = sites_in(pack, SITES)
    workspace = Workspace(pack=pack)
    found = done(pool, work.screened(work.desk_at(workspace, "own"), sites, "digest", "F2"))
    expected = screen(workspace.context_for("F2"), sites)
    assert len(found) == len(expected) == SITES
    for one, other in zip(found, expected, strict=True):
        same_screening(one, other)


def test_what_a_process_is_given_loads_no_screen_there():
    own = DataVersion("p", (("kontor", 1.0, 2.0, 0.5, 1.0),), LedgerAt("ledger", 7, None))
    workspace = Workspace(pack=embedded())
    desk = work.desk_at(workspace, own)
    assert b"layers.app.cache" not in pickle.dumps(desk)
    assert desk == work.desk_at(workspace, own)
    assert desk != work.desk_at(workspace, own._replace(norms=()))
    assert desk != work.desk_at(workspace, own._replace(ledger=LedgerAt("ledger", 8, None)))


def test_a_screening_by_a_list_of_projects_and_norms_of_ones_own(pool):
    pack = embedded()
    listed = pack_projects(pack).frame.iloc[:5]
    workspace = Workspace(
        pack=pack, lists=lambda: ProjectList(frame=listed, seq=7, place="test ledger")
    )
    dear = {
        name: dataclasses.replace(norm, low=norm.low * 2, high=norm.high * 2)
        for name, norm in workspace.norms.items()
    }
    workspace = dataclasses.replace(workspace, norms=dear)
    sites = sites_in(pack, 20)
    found = done(pool, work.screened(work.desk_at(workspace, "dear"), sites, "other", "F2"))
    usual = screen(Workspace(pack=pack).context, sites)
    for one, other in zip(found, screen(workspace.context, sites), strict=True):
        same_screening(one, other)
    assert [one.rule_before for one in found] != [one.rule_before for one in usual]
    assert [one.jobs for one in found] != [one.jobs for one in usual]


def test_the_tiles(pool, tmp_path, monkeypatch):
    pack = embedded()
    folders = tmp_path / "process", tmp_path / "server"
    for folder in folders:
        monkeypatch.setattr(tiles, "TILES", folder)
        if folder is folders[0]:
            name = done(pool, tiles.cutting(work.pack_at(pack)))
        else:
            assert tiles.ensure(pack.sha256, tiles.layers_of(pack), lambda _: None) == name
        assert tiles.kept(pack.sha256, pytest.fail) == name
    one, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.pbf")}
        for folder in folders
    )
    assert one
    assert one == other


def test_a_pack_without_plots_says_which_layer_is_missing(pool, tmp_path):
    pack = read_pack(changed_pack(tmp_path / "pack", drop=("plan_areas",)))
    with pytest.raises(MissingLayerError) as missing:
        done(pool, work.land_account(pack, ReserveRules()))
    assert missing.value.parts == {"layer": "plan_areas"}


def test_a_pack_that_is_another_by_now_is_not_reckoned_with(pool, tmp_path):
    directory = changed_pack(tmp_path / "pack")
    pack = read_pack(directory)
    done(pool, work.land_account(pack, ReserveRules()))
    for file in directory.iterdir():
        file.unlink()
    changed_pack(directory, drop=("constraints",))
    with pytest.raises(PackError) as changed:
        done(pool, work.land_account(pack, ReserveRules()))
    assert changed.value.code == "error.heavy_pack_changed"
    again = read_pack(directory)
    same_account(
        done(pool, work.land_account(again, ReserveRules())),
        compute.of_pack(again, ReserveRules()),
    )


def test_work_on_the_embedded_pack_is_done_in_the_server(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    pack = embedded()
    assert not work.plots_are_heavy(pack)
    assert not work.sites_are_heavy(pack, sites_in(pack, work.HEAVY_SITES - 1))
    assert work.sites_are_heavy(pack, sites_in(pack, work.HEAVY_SITES))


def test_without_processes_nothing_is_too_heavy_for_the_server(monkeypatch):
    monkeypatch.setattr(work, "HEAVY_PLOTS", 1)
    pack = embedded()
    assert work.plots_are_heavy(pack)
    monkeypatch.setenv(VARIABLE, "0")
    assert not work.plots_are_heavy(pack)
    assert not work.sites_are_heavy(pack, sites_in(pack, work.HEAVY_SITES))


def test_a_draft_that_lies_nowhere_is_reckoned_in_the_server(monkeypatch, tmp_path):
    monkeypatch.setattr(work, "HEAVY_PLOTS", 1)
    draft = dataclasses.replace(embedded(), directory=tmp_path)
    assert not work.plots_are_heavy(draft)
