"""
What server and process tell each other while a job runs: how far it is, and that it may stop.

A small file that both have in memory. No lock: a process that is killed while it holds one would
hold up the server. Each number has one writer and is written whole.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from typing import Self

_FIELDS: Final = 4
_BYTES: Final = 8 * _FIELDS
_STOPPED, _JOB, _DONE, _TOTAL = range(_FIELDS)


class Board:
    """
    The board in one file. Jobs are told apart by number, from 1.

    Beside it lies `scratch`, a folder for what the process makes on the way: what a process that
    was killed has left there, the server takes away.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _BYTES)
        self._fields = np.frombuffer(self._memory, dtype=np.int64)

    @property
    def scratch(self) -> Path:
        """The folder; it may not be there."""
        return self.path.with_suffix(".scratch")

    def sweep(self) -> None:
        """Take the scratch folder away."""
        shutil.rmtree(self.scratch, ignore_errors=True)

    @classmethod
    def new(cls) -> Self:
        """Make a board in a file of its own."""
        handle, name = tempfile.mkstemp(prefix="naeringsareal-", suffix=".board")
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(_BYTES))
        return cls(Path(name))

    def stop(self, job: int) -> None:
        """Say that nobody waits for this job, nor for any before it; the server says so."""
        self._fields[_STOPPED] = job

    def stopped(self, job: int) -> bool:
        """Whether nobody waits for this job any more."""
        return bool(self._fields[_STOPPED] >= job)

    def tell(self, job: int, done: int, total: int) -> None:
        """Say how far a job is; the process says so."""
        self._fields[_DONE], self._fields[_TOTAL] = done, total
        self._fields[_JOB] = job

    def has_begun(self, job: int) -> bool:
        """Whether the process has begun this job."""
        return bool(self._fields[_JOB] == job)

    def told(self, job: int) -> tuple[int, int]:
        """Return how much of a job is done, and of how much; (0, 0) until that is known."""
        if self._fields[_JOB] != job:
            return 0, 0
        return int(self._fields[_DONE]), int(self._fields[_TOTAL])

    def close(self) -> None:
        """Let go of the file, and take it away; a process that has it open is not disturbed."""
        self._fields = np.zeros(_FIELDS, dtype=np.int64)
        with contextlib.suppress(BufferError):  # a session is reading it just now
            self._memory.close()
        self.sweep()
        with contextlib.suppress(OSError):  # Windows keeps what a process still has open
            self.path.unlink()
