"""GDAL, Parquet and SOSI, asked in a process of their own that is ended when it takes too much."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyogrio

from geo.errors import FileError
from geo.intake.job import MEGABYTE
from geo.intake.kinds import DRIVERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo.intake.job import Dataset, Job

_CHILD: Final = "geo.intake.reader.main"
_ROOT: Final = str(Path(__file__).parents[2])
_MAX_IDLE: Final = 2  # readers that stand ready; each takes about 85 MB
_MAX_FILES: Final = 200  # that one reader reads, lest what libraries leak adds up
_NEVER: Final = "http://127.0.0.1:9"  # the port that throws all away; nobody answers there
_ABORTED: Final = -6  # C++ has no other way out when memory is refused
_OUT_OF_TIME: Final = -24  # SIGXCPU: the reader has worked for as long as it may
_WINDOWS_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)

_SETTINGS: Final[Mapping[str, str]] = {
    # No file may lead to another file, to a server, or leave anything beside itself.
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_DRIVER_PATH": "disable",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_DOWNLOAD_WFS_SCHEMA": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "ALLOW_OGR_SQL_FUNCTIONS_FROM_TRIGGER_AND_VIEW": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "OGR_SQLITE_PRAGMA": "trusted_schema=0",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "GDAL_HTTP_PROXY": _NEVER,
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "http_proxy": _NEVER,
    "https_proxy": _NEVER,
    "all_proxy": _NEVER,
    "no_proxy": "",
    "PROJ_NETWORK": "OFF",
    # One geometry that cannot be made out must not end the reading; it is named.
    "GML_SKIP_CORRUPTED_FEATURES": "YES",
    # Codes with leading zeros stay as they are written.
    "GML_FIELDTYPES": "ALWAYS_STRING",
    "SHAPE_RESTORE_SHX": "YES",
    # One thread and little memory held back; the limit on memory is to be the file's own.
    "GDAL_NUM_THREADS": "1",
    "OGR_GPKG_NUM_THREADS": "1",
    "GDAL_CACHEMAX": "64",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
# What Python and the libraries need of the environment. All else stays out: addresses with
# passwords, keys, and what would tell GDAL to go elsewhere. A hole in a format's reader would
# find them first of all.
_INHERITED: Final = frozenset(
    {"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH"}
    | {"SYSTEMROOT", "WINDIR", "COMSPEC", "USERPROFILE", "VIRTUAL_ENV", "CONDA_PREFIX"}
)
_INHERITED_STARTS: Final = ("LC_", "PYTHON", "DYLD_", "PROJ_")


def ask(task: str, dataset: Dataset, job: Job, **more: object) -> dict[str, Any]:
    """
    Have a reader do a task with a dataset, within the job's limits.

    Returns
    -------
    dict
        The reader's answer.

    Raises
    ------
    FileError
        If the file is broken, or brought the reader down. If the reader refuses it.
    TooDemandingError, FileError
        If it is too much.
    """
    limits = job.limits
    request = {
        "task": task,
        "path": str(dataset.path),
        "shown": job.shown,
        "folder": str(job.folder),
        "drivers": dataset.kind.drivers,
        "features": limits.features,
        "vertices": limits.vertices,
        "columns": limits.columns,
        "memory": limits.memory_megabytes * MEGABYTE,
        "seconds": limits.seconds,
        **more,
    }
    with _reader() as reader:
        answer = reader.ask(request, job.remaining())
    if answer is None:
        if reader.late or reader.exit_code in {_ABORTED, _OUT_OF_TIME}:
            raise job.too_demanding()
        raise FileError("error.file_unreadable", path=job.shown)
    if "refused" in answer:
        raise FileError(answer["refused"], **answer["parts"])
    if "failed" in answer:
        raise FileError("error.file_unreadable", path=job.shown)
    if "over" in answer:
        raise _over(answer["over"], job)
    return answer


def _over(what: str, job: Job) -> Exception:
    limits, shown = job.limits, job.shown
    if what == "features":
        return FileError("error.too_many_features", path=shown, limit=limits.features)
    if what == "vertices":
        return FileError("error.too_many_vertices", path=shown, limit=limits.vertices)
    if what == "columns":
        return FileError("error.too_many_columns", path=shown, limit=limits.columns)
    return job.too_demanding()


class _Reader:
    """
    One process that reads.

    Attributes
    ----------
    late
        Whether it was ended for taking too long.
    usable
        Whether it may be given another file.
    """

    def __init__(self) -> None:
        self.late = False
        self.usable = True
        self._files = 0
        self._process = subprocess.Popen(  # noqa: S603  # our own script, and no shell
            [sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            encoding="utf-8",
            creationflags=_WINDOWS_NO_WINDOW,
        )

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    def ask(self, request: Mapping[str, object], seconds: float) -> dict[str, Any] | None:
        """Return the answer, or None from a process that has come to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._files += 1
        self.usable = False
        timer = threading.Timer(seconds, self._end)
        timer.start()
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            self.close()
            return None
        answer: dict[str, Any] = json.loads(line)
        # After a refusal for memory there is no telling what state the libraries are in.
        self.usable = answer.get("over") != "memory" and self._files < _MAX_FILES
        return answer

    def _end(self) -> None:
        self.late = True
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was meant for a process that is gone
                    continue


_idle: list[_Reader] = []
_lock = threading.Lock()


@contextmanager
def _reader() -> Iterator[_Reader]:
    """Give out a reader that nobody else has."""
    with _lock:
        reader = _idle.pop() if _idle else None
    reader = reader or _Reader()
    try:
        yield reader
    finally:
        with _lock:
            keep = reader.usable and not reader.late and len(_idle) < _MAX_IDLE
            if keep:
                _idle.append(reader)
        if not keep:
            reader.close()


@atexit.register
def close_idle() -> None:
    """End the readers that stand ready."""
    with _lock:
        while _idle:
            _idle.pop().close()


@cache
def _environment() -> Mapping[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _INHERITED or name.upper().startswith(_INHERITED_STARTS)
    }
    # All but those that read a file and nothing else: some of GDAL's formats lead to others.
    skipped = sorted(set(pyogrio.list_drivers()) - DRIVERS)
    found = os.pathsep.join([_ROOT, *filter(None, [inherited.get("PYTHONPATH")])])
    ours = {"GDAL_SKIP": ",".join(skipped), "PYTHONPATH": found}
    return {**inherited, **_SETTINGS, **ours}
