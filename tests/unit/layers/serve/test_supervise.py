"""Processes that serve: started, started anew, replaced, given up; each stands in for a server."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

import pytest

from layers.serve import process as process_module
from layers.serve import supervise
from layers.serve.process import Process
from tests import PATIENCE_S

pytestmark = pytest.mark.skipif(os.name != "posix", reason="several processes need POSIX")

# Does what `way` says with the pipe and the socket that it is given.
WORKER = """
import os, signal, socket, sys, time
told, place = int(sys.argv[sys.argv.index("--told") + 1]), sys.argv.index("--socket") + 1
way = open({way!r}).read()
if way == "fails":
    sys.exit(3)
signal.signal(signal.SIGTERM, signal.SIG_IGN if way == "stays" else lambda *_: sys.exit(0))
socket.socket(fileno=int(sys.argv[place])).listen()
if way != "never warm":
    os.write(told, b"1")
while True:
    time.sleep(0.05)
    if way != "hangs":
        os.write(told, b".")
"""


@pytest.fixture
def way(tmp_path, monkeypatch):
    """Say how those behave that are started from now on."""
    script, file = tmp_path / "worker.py", tmp_path / "way"
    script.write_text(WORKER.format(way=str(file)), encoding="utf-8")
    monkeypatch.setattr(process_module, "_COMMAND", (sys.executable, str(script)))
    monkeypatch.setattr(supervise, "_AGAIN_S", 0.05)
    monkeypatch.setattr(supervise, "_LOOK_S", 0.01)
    file.write_text("serves", encoding="utf-8")
    return lambda said: file.write_text(said, encoding="utf-8")


@pytest.fixture
def place():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        yield taken


@pytest.fixture
def watching(place, monkeypatch):
    """A supervisor of one port, whose loop the test turns itself; ended with the test."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    opened = []
    found = supervise.Supervisor(
        [place], dict(os.environ), [], drain_seconds=0, opened=lambda: opened.append(True)
    )
    found.opened = opened
    yield found
    found._end()


def turn(supervisor, holds):
    """Let it watch until `holds()` is true; fail where it never is."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        supervisor._round()
        time.sleep(0.01)


def ready(supervisor):
    now = supervisor._slots[0].now
    return now is not None and now.is_ready


def connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.usefixtures("way")
def test_it_says_once_that_all_are_ready(watching):
    turn(watching, lambda: ready(watching))
    for _ in range(3):
        watching._round()
    assert watching.opened == [True]


@pytest.mark.usefixtures("way")
def test_one_that_is_killed_is_started_anew_on_its_port_which_is_closed_meanwhile(
    watching, monkeypatch
):
    turn(watching, lambda: ready(watching))
    (slot,) = watching._slots
    old = slot.now.pid
    assert connects(slot.port)
    monkeypatch.setattr(supervise, "_AGAIN_S", 0.5)
    os.kill(old, signal.SIGKILL)
    turn(watching, lambda: slot.now is None)
    assert not connects(slot.port)
    turn(watching, lambda: ready(watching))
    assert slot.now.pid != old
    assert connects(slot.port)


def test_one_that_says_nothing_for_long_is_started_anew(watching, way, monkeypatch):
    way("hangs")
    turn(watching, lambda: ready(watching))
    old = watching._slots[0].now.pid
    way("serves")
    monkeypatch.setattr(process_module, "SILENT_S", 0.3)
    turn(watching, lambda: ready(watching) and watching._slots[0].now.pid != old)


def test_one_that_does_not_get_warm_is_started_anew(watching, way, monkeypatch):
    way("never warm")
    monkeypatch.setattr(process_module, "WARM_S", 0.5)
    turn(watching, lambda: watching._slots[0].failures > 0)
    way("serves")
    monkeypatch.setattr(process_module, "WARM_S", PATIENCE_S)
    turn(watching, lambda: ready(watching))


def test_where_none_ever_starts_it_gives_up(watching, way):
    way("fails")
    assert watching.run() == 2


@pytest.mark.usefixtures("way")
def test_one_is_replaced_once_the_new_one_is_ready_and_the_port_stays_open(watching):
    turn(watching, lambda: ready(watching))
    (slot,) = watching._slots
    old = slot.now
    watching._asked = True
    turn(watching, lambda: slot.coming is not None)
    assert slot.now is old
    turn(watching, lambda: slot.now is not old or not connects(slot.port))
    assert slot.now.is_ready
    turn(watching, lambda: not watching._leaving)
    assert connects(slot.port)
    assert old._popen.returncode == 0


def test_one_that_cannot_be_replaced_stays(watching, way):
    turn(watching, lambda: ready(watching))
    (slot,) = watching._slots
    old = slot.now
    way("fails")
    watching._asked = True
    turn(watching, lambda: slot.coming is not None)
    turn(watching, lambda: slot.coming is None)
    assert slot.now is old
    assert connects(slot.port)
    assert not watching._queue


def test_one_that_does_not_finish_in_time_is_killed(way, place):
    way("stays")
    one = Process(place, [], dict(os.environ))
    end = time.monotonic() + PATIENCE_S
    while not one.is_ready and time.monotonic() < end:
        assert not one.has_ended()
        time.sleep(0.01)
    one.finish(0.1)
    while not one.has_ended():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert one._popen.returncode == -signal.SIGKILL


@pytest.mark.usefixtures("way")
def test_a_port_that_somebody_else_has_taken_is_tried_again(watching):
    turn(watching, lambda: ready(watching))
    (slot,) = watching._slots
    watching._slots[0].now._popen.kill()
    turn(watching, lambda: slot.now is None)
    with socket.create_server(("127.0.0.1", slot.port)):
        slot.again = 0
        watching._round()
        assert slot.now is None
    turn(watching, lambda: ready(watching))
