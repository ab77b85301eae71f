"""Tasks for the processes of heavy work: each does one thing that a real one might."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from geo.errors import MissingLayerError

STEPS = 20
STEP_S = 0.02


def add(_progress, *numbers):
    yield sum(numbers)


def steps(progress, seconds):
    """Tell every step of as many."""
    for step in range(STEPS):
        progress(step, STEPS)
        time.sleep(seconds / STEPS)
    progress(STEPS, STEPS)
    yield STEPS


def begun(path):
    """Note in a file that a task has begun, by the process's id."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")


def sleep(_progress, path, seconds=60.0):
    """Sleep in one step, deaf to being told to stop."""
    begun(path)
    time.sleep(seconds)
    yield seconds


def work(_progress, path, seconds=60.0):
    """Work in small steps."""
    begun(path)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))
    yield seconds


def stubborn(_progress, path, seconds=60.0):
    """Take being told to stop for something else."""
    end = time.monotonic() + seconds
    for _ in range(2):
        try:
            begun(path)  # in here: who reads it may say stop before it returns
            while time.monotonic() < end:
                sum(range(1000))
        except BaseException:  # noqa: BLE001, S112  # what a library should not do
            continue
    yield seconds


def die(_progress):
    os.kill(os.getpid(), signal.SIGKILL)
    yield None


def refuse(_progress):
    raise MissingLayerError("error.missing_layer", layer="parcels")
    yield None


def fail(_progress):
    message = "a fault with C:\\secret in it"
    raise ZeroDivisionError(message)
    yield None


def modules(_progress):
    yield sorted({name.partition(".")[0] for name in sys.modules})


def lands_ready(_progress):
    from layers.app.heavy import tasks  # noqa: PLC0415  # which most processes here do without

    yield tasks._basis.cache_info().currsize


def niceness(_progress):
    yield os.getpid(), os.nice(0)


def many(_progress, count):
    for number in range(count):
        yield [number]


def wait_for(true, seconds=60.0):
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def fill_slowly(progress, folder, seconds=60.0):
    """Write file after file to a folder."""
    steps = round(seconds / STEP_S)
    for step in range(steps):
        (Path(folder) / f"{step}.part").write_bytes(bytes(1000))
        progress(step, steps)
        time.sleep(STEP_S)
    yield folder


def fill_deaf(progress, folder, seconds=60.0):
    """Write on to a folder, whatever is said: only being killed ends it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            yield from fill_slowly(progress, folder, seconds)
        except BaseException:  # noqa: BLE001, S112  # what a library should not do
            continue


def keep_in_scratch(_progress, note, seconds=60.0):
    """Leave something on the way, deaf to being told to stop."""
    handle, name = tempfile.mkstemp()
    os.close(handle)
    Path(note).write_text(name, encoding="utf-8")
    time.sleep(seconds)
    yield name
