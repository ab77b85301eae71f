"""A scheduler and workers that were started by hand, elsewhere: the same figures, or a sentence."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from geo.__main__ import main
from geo.cli import distribute
from geo.comparison import fields
from geo.distribute import crew as crew_module
from geo.distribute import parameters, partition, run, scheduler
from geo.distribute.crew import alone, dask_crew
from geo.errors import FileError
from geo.schema.validation import check_layer
from tests.support.municipality import FACTS, layers
from tests.support.ports import free_port

ROOT = Path(__file__).parents[4]
SETS = parameters.combined({})
LONGEST_S = 60.0


class Elsewhere:
    """A scheduler and two workers in a folder of their own, which know the program by its path."""

    def __init__(self, place):
        self.place = place
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self._all = []
        self.scheduler = self.start("scheduler", "--port", self.address.rpartition(":")[2])
        self.workers = [self.worker(), self.worker()]

    def start(self, *asked, path=ROOT):
        process = subprocess.Popen(  # noqa: S603  # our own
            [sys.executable, "-m", "dask", *asked, "--host", "127.0.0.1", "--no-dashboard"],
            cwd=self.place,
            env={**os.environ, "PYTHONPATH": str(path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._all.append(process)
        return process

    def worker(self, **options):
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny", **options)

    def end(self):
        for process in self._all:
            process.kill()
            process.wait()


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(scheduler, "PATIENCE_S", LONGEST_S)  # a machine may have much else to do


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    found = Elsewhere(tmp_path_factory.mktemp("elsewhere"))
    yield found
    found.end()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("in")
    given = {n: check_layer(n, frame)[0] for n, frame in layers(1, across=3, along=2).items()}
    partition.write(place, "9901", "9901", given, FACTS, plots=1)
    partition.finish(place)
    return place


def refused(elsewhere, folder, output):
    with (
        pytest.raises(FileError) as caught,
        dask_crew(elsewhere.address, folders=(folder, output)),
    ):
        pass
    return caught.value


def test_workers_started_by_hand_give_the_same_figures(elsewhere, folder, tmp_path, capsys):
    out = tmp_path / "out"
    asked = ["--input", str(folder), "--output", str(out), "--scheduler", elsewhere.address]
    assert main(["distribute", *asked]) == 0
    assert "Traceback" not in capsys.readouterr().err
    expected = run.run(folder, tmp_path / "alone", SETS, alone)
    assert expected.failures == {}
    assert expected.partitions > 4
    for name in (fields.ZONES, fields.NATIONAL):
        pd.testing.assert_frame_equal(
            pd.read_parquet(out / name), pd.read_parquet(tmp_path / "alone" / name)
        )
    assert not list(out.glob(".draft-*"))


def test_another_version_is_named(elsewhere, folder, tmp_path, monkeypatch):
    mine = scheduler.about()
    monkeypatch.setattr(scheduler, "about", lambda: {**mine, "shapely": "1.8", "naeringsareal": ""})
    found = refused(elsewhere, folder, tmp_path / "out")
    assert found.code == "error.distribute_version"
    assert "naeringsareal, shapely" in found.say("en")


def test_a_worker_that_sees_another_folder_is_named(elsewhere, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(scheduler, "_listed", lambda _: "another")
    found = refused(elsewhere, folder, tmp_path / "out")
    assert found.code == "error.distribute_folder"
    assert str(folder) in found.say("en")


def test_a_worker_without_the_program_is_named(elsewhere, folder, tmp_path):
    bare = elsewhere.worker(path="")
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        try:
            with dask_crew(elsewhere.address, folders=(folder, tmp_path / "out")):
                time.sleep(0.1)  # it has not come yet
        except FileError as error:
            assert error.code == "error.distribute_no_program"  # noqa: PT017  # a loop around it
            break
    else:
        pytest.fail("the worker was not missed")
    bare.kill()
    bare.wait()


def test_what_takes_a_connection_and_is_no_scheduler_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(scheduler, "PATIENCE_S", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        with pytest.raises(FileError) as caught:
            scheduler.require(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - begun < 10
    assert caught.value.code == "error.distribute_scheduler"
    for nonsense in ("", "nonsense", "http://127.0.0.1:1", "ucx://x:1", "tcp://127.0.0.1"):
        with pytest.raises(FileError) as caught:
            scheduler.require(nonsense)
        assert caught.value.code == "error.distribute_scheduler"


def test_workers_that_all_went_are_not_waited_for(elsewhere, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(scheduler, "GONE_S", 2.0)
    monkeypatch.setattr(crew_module, "_LOOK_S", 0.3)

    def go(name, *_):
        for worker in elsewhere.workers if name == run.PARTITIONS else ():
            worker.kill()

    with pytest.raises(FileError) as caught, dask_crew(elsewhere.address) as (crew, _):
        run.run(folder, tmp_path / "out", SETS, crew, tell=go)
    assert caught.value.code == "error.distribute_no_workers"
    assert not (tmp_path / "out" / fields.MUNICIPALITIES).exists()


def test_a_scheduler_that_dies_in_the_middle_is_said(elsewhere, folder, tmp_path):
    elsewhere.worker()

    def die(name, *_):
        if name == run.PARTITIONS:
            elsewhere.scheduler.kill()

    with pytest.raises(FileError) as caught, dask_crew(elsewhere.address) as (crew, _):
        run.run(folder, tmp_path / "out", SETS, crew, tell=die)
    assert caught.value.code == "error.distribute_lost"
    assert not (tmp_path / "out" / fields.MUNICIPALITIES).exists()


def test_ctrl_c_in_a_terminal_ends_all_with_a_sentence_and_keeps_what_is_done(folder, tmp_path):
    out = tmp_path / "out"
    asked = ["--input", str(folder), "--output", str(out), "--workers", "1", "--lang", "en"]
    asked += ["--building-buffer", "5", "10", "12", "15"]  # something to be in the middle of
    with subprocess.Popen(  # noqa: S603  # our own
        [sys.executable, "-m", "geo", "distribute", *asked],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        for line in process.stderr:
            if line.startswith("Working out partitions: 1 "):
                break
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to workers too
        rest = process.stderr.read()  # until the last of them has gone
    assert process.returncode == 130
    assert rest.strip().splitlines()[-1].startswith("Interrupted.")
    assert "Traceback" not in rest
    assert not (out / fields.MUNICIPALITIES).exists()
    assert not list(out.rglob(".draft-*"))
    found = run.run(folder, out, SETS, alone)
    assert 0 < found.taken < found.partitions
    assert found.failures == {}


def test_a_service_manager_ends_it_in_order_too(capsys):
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended, distribute._ended_in_order("en"):
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 143
    assert capsys.readouterr().err.startswith("Interrupted.")
    assert signal.getsignal(signal.SIGTERM) is before
