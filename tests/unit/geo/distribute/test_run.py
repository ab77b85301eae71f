"""A municipality cut along lines through plots has the figures that it has in one piece."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest

from geo.comparison import fields
from geo.distribute import accounting, layout, parameters, partition, run
from geo.geometry.crs import union_of
from geo.growth.share import counted_areas
from geo.land import compute
from geo.pack.read import Pack
from geo.schema.validation import check_layer
from geo.workspace import Workspace
from tests.support.municipality import FACTS, STEP, layers

LAND = [name for name in fields.LAND if name not in ("balance_error_m2", "reserve_in_growth_m2")]
STANDARD = parameters.combined({})


def usable(given):
    return {name: check_layer(name, frame)[0] for name, frame in given.items()}


def whole(given):
    """Return the layers as a pack that is in one piece."""
    return Pack(None, "Prøve", "9901", None, "", given, FACTS, ())


def written(folder, *municipalities, plots=9, **options):
    for number, given in municipalities:
        partition.write(folder, number, f"Kommune {number}", given, FACTS, plots=plots, **options)
    partition.finish(folder)
    return folder


def rows_of(outcome, number="9901"):
    table = outcome.tables[fields.MUNICIPALITIES]
    return table[table["municipality_no"] == number].set_index("parameter_set")


def same(found, expected):
    if expected is None or pd.isna(expected):
        return pd.isna(found)
    return found == pytest.approx(expected, abs=1e-3, rel=1e-9)


def assert_equal(outcome, pack, sets=STANDARD, number="9901"):
    zones = outcome.tables[fields.ZONES]
    zones = zones[zones["municipality_no"] == number]
    for one in sets:
        account = compute.of_pack(pack, one.rules)
        row, total = rows_of(outcome, number).loc[one.name], account.total()
        assert row["status"] == "complete"
        expected = {**total, "outside_zones_m2": account.outside_zones_m2}
        wrong = {k: (row[k], expected[k]) for k in LAND if not same(row[k], expected[k])}
        assert wrong == {}
        by_zone = account.by_zone()
        mine = zones[zones["parameter_set"] == one.name].set_index("zone_id")
        assert list(mine.index) == list(by_zone.index)
        for name in [*fields.LAND[:-3], "synthetic"]:
            pairs = zip(mine[name], by_zone[name], strict=True)
            assert all(same(*pair) for pair in pairs), (name, mine[name], by_zone[name])
        counted = union_of(counted_areas(pack.layer("growth_areas")))
        reserve = float(account.parts.intersection(counted).area.sum())
        assert row["reserve_in_growth_m2"] == pytest.approx(reserve, abs=0.01)
        assert row["zones_unaccounted"] == (~account.zones["accounted"]).sum()
        document = Workspace(pack=pack).rule().as_dict()
        for name, value in document["gross"].items():
            if name in fields.RULE:
                assert same(row[name], value) if name != "verdict" else row[name] == value
        assert row["not_estimable"] == len(document["not_estimable"]) > 0
        assert row["verdict_with_estimates"] == document["with_estimates"]["gross"]["verdict"]
        assert row["balance_error_m2"] < 0.01


@pytest.mark.parametrize(("seed", "plots"), [(1, 9), (3, 5)])
def test_a_municipality_in_pieces_has_the_figures_of_the_whole(tmp_path, seed, plots):
    given = usable(layers(seed))
    folder = written(tmp_path / "in", ("9901", given), plots=plots)
    count = len(layout.read_facts(folder, "9901").partitions)
    assert count >= 4
    outcome = run.run(folder, tmp_path / "out", STANDARD)
    assert (outcome.partitions, outcome.taken, outcome.failures) == (count, 0, {})
    assert_equal(outcome, whole(given))
    # The trial is one: there is something of all that may go wrong along a cut.
    total = compute.of_pack(whole(given)).total()
    for name in ("excluded_m2", "water_m2", "dropped_m2", "reserve_m2", "unplotted_m2"):
        assert total[name] > 100


def test_several_sets_of_parameters_are_as_many_runs(tmp_path):
    given = usable(layers(4, across=3, along=3))
    folder = written(tmp_path / "in", ("9901", given))
    sets = parameters.combined({"building_buffer_m": [0, 25], "min_part_m2": [200, 1500]})
    assert [one.name for one in sets][:2] == [
        "building_buffer_m=0, min_part_m2=200",
        "building_buffer_m=0, min_part_m2=1500",
    ]
    assert_equal(run.run(folder, tmp_path / "out", sets), whole(given), sets)


def test_buildings_and_constraints_across_the_border_concern_the_neighbour(tmp_path):
    first = usable(layers(5, across=3, along=3))
    second = usable(layers(6, across=3, along=3, east=3 * STEP))
    folder = written(tmp_path / "in", ("9901", first), ("9902", second), plots=6)
    outcome = run.run(folder, tmp_path / "out", STANDARD)
    for number, mine, other in (("9901", first, second), ("9902", second, first)):
        both = dict(mine)
        for name in layout.SHARED:
            frames = [mine[name], other[name]] if number == "9901" else [other[name], mine[name]]
            both[name] = pd.concat(frames, ignore_index=True)
        assert_equal(outcome, whole(both), number=number)
    alone = compute.of_pack(whole(second)).total()
    assert rows_of(outcome, "9902").iloc[0]["built_m2"] > alone["built_m2"] + 1


def test_a_second_run_does_nothing_again_and_a_renewed_file_what_needs_it(tmp_path, monkeypatch):
    given = usable(layers(7, across=8, along=2))
    folder = written(tmp_path / "in", ("9901", given), plots=5)
    done = []
    work = accounting.account

    def counted(task, wanted):
        done.append(task.name)
        work(task, wanted)

    monkeypatch.setattr(accounting, "account", counted)
    first = run.run(folder, tmp_path / "out", STANDARD)
    assert len(done) == first.partitions
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / run.WORK).rglob("*.parquet")}
    done.clear()
    second = run.run(folder, tmp_path / "out", STANDARD)
    assert done == []
    assert second.taken == first.partitions
    assert {p: p.stat().st_mtime_ns for p in before} == before
    pd.testing.assert_frame_equal(
        *(pd.DataFrame(one.tables[fields.ZONES]) for one in (first, second))
    )

    # A house less in one corner: the cells that it is far from are left alone.
    path = min((folder / "buildings").glob("*.parquet"))
    kept = gpd.read_parquet(path).iloc[1:]
    partition.write_layer(path, kept)
    facts = json.loads((folder / layout.FACTS / "9901.json").read_text())
    next(one for one in facts["partitions"] if one["name"] == path.stem)["layers"]["buildings"][
        "features"
    ] -= 1
    (folder / layout.FACTS / "9901.json").write_text(json.dumps(facts))
    third = run.run(folder, tmp_path / "out", STANDARD)
    assert path.stem in done
    assert 0 < len(done) < third.partitions
    done.clear()
    run.run(folder, tmp_path / "out", STANDARD, anew=True)
    assert len(done) == third.partitions


def test_a_run_that_is_broken_off_goes_on_where_it_was(tmp_path, monkeypatch):
    given = usable(layers(8, across=3, along=3))
    folder = written(tmp_path / "in", ("9901", given), plots=5)
    work, done = accounting.account, []

    def stopped(task, wanted):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(task.name)
        work(task, wanted)

    monkeypatch.setattr(accounting, "account", stopped)
    with pytest.raises(KeyboardInterrupt):
        run.run(folder, tmp_path / "out", STANDARD)
    assert not (tmp_path / "out" / fields.MUNICIPALITIES).exists()
    monkeypatch.setattr(accounting, "account", work)
    outcome = run.run(folder, tmp_path / "out", STANDARD)
    assert outcome.taken == 2
    assert_equal(outcome, whole(given))


def test_what_is_missing_is_unknown_and_never_nothing(tmp_path):
    given = usable(layers(9, across=4, along=4))
    unmapped = {name: frame for name, frame in given.items() if name != "constraints"}
    bare = {name: frame for name, frame in given.items() if name in ("zones", "projects")}
    folder = written(tmp_path / "in", ("9901", unmapped), ("9902", bare))
    outcome = run.run(folder, tmp_path / "out", STANDARD)
    row, other = (rows_of(outcome, number).iloc[0] for number in ("9901", "9902"))
    assert not row["constraints_mapped"]
    assert pd.isna(row["excluded_m2"])
    assert row["reserve_m2"] > 0
    assert row["missing_layers"] == "constraints"
    assert row["synthetic_layers"] == "parcels"
    for name in (*fields.LAND, *fields.RULE, *fields.PEOPLE):
        assert pd.isna(other[name]), name
    national = outcome.tables[fields.NATIONAL].iloc[0]
    assert national["reserve_m2"] == pytest.approx(row["reserve_m2"])
    assert national["reserve_m2_unknown_in"] == 1
    assert pd.isna(national["excluded_m2"])


def test_a_zone_of_several_rows_is_one_zone(tmp_path):
    given = usable(layers(1, across=3, along=3))
    again = given["zones"].iloc[[0]].translate(3 * STEP)
    other = given["zones"].iloc[[0]].set_geometry(again)
    given["zones"] = pd.concat([given["zones"], other], ignore_index=True)
    outcome = run.run(
        written(tmp_path / "in", ("9901", given), plots=5), tmp_path / "out", STANDARD
    )
    assert_equal(outcome, whole(given))
