"""
Programs that are killed (SIGKILL) at a chosen moment of their work.

A moment is when a file or folder is about to be made, opened to be written, moved or removed, when
a lock is taken, and before and after each statement and commit of a database. The program is forked
from one that has imported everything, so that a kill costs little.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from geo.backup.restore import restore
from geo.backup.save import BackupPlaces, backup
from geo.ledger.entries import Change
from geo.ledger.store import Ledger
from geo.pack.read import read_pack
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from layers.maps import tiles
from tests.support.ledgers import program

BATCH = 12
_FILES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "fcntl.flock", "fcntl.lockf"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def write(url, reason):
    """Open a ledger, which may have to be made, and write a batch."""
    ledger = Ledger.open(url, "3205")
    changes = [Change(values={"name": f"Felt {part}", "jobs": part}) for part in range(BATCH)]
    ledger.write(changes, author="a", reason=reason)
    ledger.close()


def add(home, folder, replaces):
    """Make a version of the pack, and put it into use."""
    VersionStore(Path(home)).add(
        partial(copy_pack, Path(folder)), Signature("Kari", "Ny"), replaces=replaces
    )


def activate(home, version):
    VersionStore(Path(home)).activate(version, author="Kari")


def cut(folder, pack):
    tiles.TILES = Path(folder)
    layers = {"plots": read_pack(pack).layer("parcels")[["geometry"]]}
    tiles.ensure("0123456789abcdef", layers, _tick)


def save(out, url, packs):
    backup(Path(out), BackupPlaces(url, Path(packs)), _tick)


def put_back(path, url, packs):
    restore(Path(path), BackupPlaces(url, Path(packs)), _tick, replace=True)


TASKS = {one.__name__: one for one in (write, add, activate, cut, save, put_back)}

_moments = {"seen": 0, "last": None}


def _tick(*_arguments, **_options):
    if _moments["seen"] is not None:
        _moments["seen"] += 1
        if _moments["seen"] == _moments["last"]:
            os.kill(os.getpid(), signal.SIGKILL)


def _audit(name, arguments):
    if name in _FILES or (name == "open" and arguments[2] & _WRITES):
        _tick()


def _task(name, arguments, last, report):
    """In the forked program: do a task, up to a moment or to its end."""
    sys.addaudithook(_audit)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, _tick)
    _moments.update(seen=0, last=last)
    TASKS[name](*arguments)
    os.write(report, json.dumps(_moments["seen"]).encode())


def serve():
    """Fork a program for each line read, and tell how it ended."""
    for line in sys.stdin:
        name, arguments, last = json.loads(line)
        reading, report = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _task(name, arguments, last, report)
                os._exit(0)
            finally:
                os._exit(1)
        os.close(report)
        with open(reading, "rb") as said:  # noqa: PTH123  # a pipe has no path
            text = said.read()
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        print(json.dumps([ended, json.loads(text or "null")]), flush=True)  # noqa: T201


class Killer:
    """Has tasks done by a program of their own, to their end or to a moment of them.

    Since a task does not take the same steps each time, some of its last moments may never come.
    """

    def __init__(self, process):
        self._process = process
        self._kills = [0, 0]

    def most_were_killed(self):
        """Whether nearly all that were to be killed were; begins to count anew."""
        asked, killed = self._kills
        self._kills = [0, 0]
        return asked > 3 and killed >= 0.7 * asked

    def whole(self, task, *arguments):
        """Have it done to its end; returns how many moments it had."""
        ended, moments = self._ask(task, arguments, None)
        assert ended == 0
        return moments

    def kill(self, task, *arguments, at):
        """Have it done until a moment."""
        ended, _ = self._ask(task, arguments, at)
        assert ended in {-signal.SIGKILL, 0}
        self._kills[0] += 1
        self._kills[1] += ended != 0

    def _ask(self, task, arguments, last):
        json.dump([task.__name__, [*map(str, arguments)], last], self._process.stdin)
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(self._process.stderr.read())
        return json.loads(line)


@contextmanager
def killer():
    source = "from tests.support import killing\nkilling.serve()"
    with program(source, stdin=subprocess.PIPE) as process:
        yield Killer(process)
        process.stdin.close()
        process.wait()


def spread(moments, most):
    """At most so many of the moments, first and last among them, evenly spread."""
    if moments <= most:
        return range(1, moments + 1)
    step = (moments - 1) / (most - 1)
    return sorted({1 + round(step * number) for number in range(most)})
