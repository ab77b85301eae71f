"""The same figures on dask's workers; one that is killed in the middle changes nothing but time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from types import SimpleNamespace

import pandas as pd
import pytest
from distributed import KilledWorker, LocalCluster

import geo.distribute
from geo.__main__ import main
from geo.comparison import fields
from geo.distribute import crew as crew_module
from geo.distribute import parameters, partition, run, scheduler
from geo.distribute.crew import Failure, alone, dask_crew
from geo.errors import FileError, PackError, ParameterError
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.schema.validation import check_layer
from tests.support.municipality import FACTS, layers
from tests.support.ports import free_port

SETS = parameters.combined({})
PEOPLE = """\
municipality_no;inhabitants;inhabitants_date;jobs_today;jobs_today_date
3205;95000;2026-01-01;;
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("in")
    for number in ("9901", "9902"):
        given = {
            n: check_layer(n, frame)[0]
            for n, frame in layers(int(number), across=3, along=3).items()
        }
        partition.write(place, number, number, given, FACTS, plots=5)
    partition.finish(place)
    return place


@pytest.fixture(scope="module")
def cluster():
    with dask_crew(workers=2, memory="2GB") as (crew, dashboard):
        assert dashboard.startswith("http://127.0.0.1:")
        yield crew


def test_a_worker_killed_in_the_middle_changes_nothing_but_time(cluster, folder, tmp_path):
    from distributed import default_client  # noqa: PLC0415  # on a worker alone

    workers = default_client().run(os.getpid)
    killed = []

    def kill(name, done, everything):
        if name == run.PARTITIONS and done == 1 and everything > 3:
            killed.append(next(iter(workers.values())))
            os.kill(killed[0], signal.SIGKILL)

    found = run.run(folder, tmp_path / "out", SETS, cluster, tell=kill)
    expected = run.run(folder, tmp_path / "alone", SETS, alone)
    assert len(killed) == 1
    assert found.failures == {}
    for name, table in expected.tables.items():
        mine = found.tables[name].drop(columns="geometry", errors="ignore")
        pd.testing.assert_frame_equal(
            pd.DataFrame(mine), pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
        )
    for _ in range(100):
        if len(now := set(default_client().run(os.getpid).values())) == 2:
            break
        time.sleep(0.1)
    assert len(now) == 2
    assert killed[0] not in now


@pytest.mark.usefixtures("cluster")
def test_workers_leave_ctrl_c_to_the_process_that_called_them():
    from distributed import default_client  # noqa: PLC0415  # on a worker alone

    # In a terminal it reaches them too, and each would print a traceback.
    found = default_client().run(signal.getsignal, signal.SIGINT)
    assert set(found.values()) == {signal.SIG_IGN}
    assert len(found) == 2


def fails(code):
    raise PackError(code, path="x") if code else ZeroDivisionError


def test_a_task_that_fails_says_why_and_the_others_go_on(cluster):
    asked = [("error.pack_not_found",), (None,), ("error.pack_unreadable",)]
    found = dict(cluster(fails, asked))
    assert found[0] == Failure("error.pack_not_found", {"path": "x"})
    assert found[1].code == "error.distribute_task"
    assert found[2].code == "error.pack_unreadable"


def test_what_is_no_scheduler_and_no_memory_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(scheduler, "PATIENCE_S", 0.5)
    with pytest.raises(FileError) as caught, dask_crew(f"tcp://127.0.0.1:{free_port()}"):
        pass
    assert caught.value.code == "error.distribute_scheduler"
    with pytest.raises(ParameterError) as wrong, dask_crew(memory="mye"):
        pass
    assert wrong.value.code == "error.distribute_memory"


@pytest.mark.usefixtures("cluster")
def test_the_commands_give_the_figures_of_reserve_and_rule(tmp_path, capsys):
    from distributed import default_client  # noqa: PLC0415  # on a worker alone

    figures = tmp_path / "folk.csv"
    figures.write_text(PEOPLE)
    cut, out = str(tmp_path / "in"), str(tmp_path / "out")
    asked = ["--partition", "--input", str(DEFAULT_PACK), "--output", cut]
    asked += ["--plots-per-partition", "600", "--figures", str(figures), "--json"]
    assert main(["distribute", *asked]) == 0
    assert json.loads(capsys.readouterr().out)["partitions"] == 4
    address = default_client().scheduler.address
    asked = ["--input", cut, "--output", out, "--scheduler", address, "--building-buffer", "10"]
    assert main(["distribute", *asked, "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert "http" in said.err
    row = document["municipalities"][0]
    assert main(["reserve", "--building-buffer", "10", "--json"]) == 0
    reserve = json.loads(capsys.readouterr().out)
    for name in ("gross_m2", "built_m2", "excluded_m2", "dropped_m2", "reserve_m2"):
        whole = sum(zone[name] for zone in reserve["zones"])
        assert row[name] == pytest.approx(whole, abs=1)
    assert row["outside_zones_m2"] == pytest.approx(reserve["outside_zones_m2"], abs=1)
    assert main(["rule", "--json"]) == 0
    rule = json.loads(capsys.readouterr().out)
    assert {name: row[name] for name in fields.RULE[:7]} == {
        name: rule["gross"][name] for name in fields.RULE[:7]
    }
    assert row["inhabitants"] == 95_000
    assert row["jobs_today"] is None
    assert "parcels" in row["synthetic_layers"].split(",")
    pack = read_pack(DEFAULT_PACK)
    run_facts = json.loads((tmp_path / "out" / fields.RUN).read_text())
    sources = {one["layer"]: one["source"] for one in run_facts["sources"]}
    assert sources["parcels"] == pack.info("parcels").source
    assert run_facts["parameter_sets"]["standard"]["building_buffer_m"] == 10


@pytest.mark.usefixtures("cluster")
def test_a_broken_partition_ends_the_command_with_a_sentence(folder, tmp_path, capsys):
    from distributed import default_client  # noqa: PLC0415  # on a worker alone

    place = tmp_path / "in"
    shutil.copytree(folder, place)
    path = min((place / "parcels").glob("9901-*"))
    path.write_bytes(b"PAR1")
    address = default_client().scheduler.address
    asked = ["--input", str(place), "--output", str(tmp_path / "out"), "--scheduler", address]
    assert main(["distribute", *asked, "--lang", "en"]) == 2
    err = capsys.readouterr().err.strip().splitlines()[-1]
    assert path.name in err
    assert "9901" in err
    assert "Traceback" not in err


def test_without_dask_the_command_says_what_to_install(folder, tmp_path, monkeypatch, capsys):
    # All of the room is imported again, as where dask has never been.
    monkeypatch.setattr(geo, "distribute", geo.distribute)
    for name in [*sys.modules]:
        if name == "geo.distribute" or name.startswith("geo.distribute."):
            monkeypatch.delitem(sys.modules, name)
        elif name.partition(".")[0] in ("dask", "distributed", "dask_geopandas"):
            monkeypatch.setitem(sys.modules, name, None)
    asked = ["distribute", "--input", str(folder), "--output", str(tmp_path / "out")]
    assert main(asked) == 2
    err = capsys.readouterr().err
    assert err.strip().count("\n") == 0
    assert "requirements-distribute.txt" in err


def test_how_many_workers_died_is_what_the_scheduler_allowed():
    def result():
        raise KilledWorker("task", None, 3)

    found = crew_module._result(SimpleNamespace(result=result))  # no five deaths for it
    assert (found.code, found.parts["times"]) == ("error.distribute_killed", "4")


def test_a_scheduler_without_workers_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(scheduler, "PATIENCE_S", 0.5)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=None) as empty:
        address = empty.scheduler_address
        with pytest.raises(FileError) as caught, dask_crew(address):
            pass
    assert caught.value.code == "error.distribute_no_workers"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--partition", "--anew"], "--anew"),
        (["--partition", "--min-part", "10"], "--min-part"),
        (["--plots-per-partition", "10"], "--plots-per-partition"),
        (["--figures", "x.csv"], "--figures"),
        (["--workers", "0"], "--workers"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "--workers"),
        (["--memory", "3GB", "--scheduler", "tcp://127.0.0.1:1"], "--memory"),
        (["--sets", "x.toml", "--target", "0.8"], "--sets"),
        (["--building-buffer", "-1"], "-1"),
        (["--target", "2"], "2"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path, capsys, asked, said):
    place = ["--input", str(tmp_path), "--output", str(tmp_path / "out")]
    assert main(["distribute", *place, *asked]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert said in err
