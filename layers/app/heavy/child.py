"""What a process runs: a job at a time, until it is told to stop or the server is gone."""

from __future__ import annotations

import _thread
import contextlib
import importlib
import os
import pickle
import signal
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil

from geo.errors import NaeringsarealError
from layers.app.heavy.board import Board
from layers.app.heavy.outcome import Fault, Parts, Refusal, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from layers.app.heavy.outcome import Outcome

    Progress = Callable[[int, int], None]
    Task = Callable[..., Iterator[object]]

# A: pages go first, with three times the processor time where both want it (Linux gives a quarter
# more for each step); further down, work would hardly come on while many pages are opened.
NICE: Final = 5
LOOK_S: Final = 0.05  # between two looks at the board
_LOOKS_A_PARENT: Final = 10  # looks between two at whether the server is there
# Where memory runs out, Linux ends this process and not the server with everybody's sessions.
_END_ME_FIRST: Final = "800"
_GONE: Final = 3  # the exit code of a process whose server is gone


class _StopError(BaseException):
    """
    Nobody waits for the job any more.

    Not an `Exception`: nothing that catches those may take it for an error of its own.
    """


class _Desk:
    """The process's own: its board, and the number of the job at hand, 0 for none."""

    board: Board
    job: int = 0


_DESK: Final = _Desk()


def begin(board: str, modules: tuple[str, ...]) -> None:
    """Make this process ready: an eye on the server, the tasks imported, a lower priority."""
    with contextlib.suppress(OSError):  # not on Linux
        Path("/proc/self/oom_score_adj").write_text(_END_ME_FIRST, encoding="ascii")
    _DESK.board = Board(Path(board))
    tempfile.tempdir = str(_DESK.board.scratch)
    # Also Ctrl-C in the server's terminal comes here; then the server itself says when to end.
    signal.signal(signal.SIGINT, _asked_to_stop)
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    for name in modules:
        importlib.import_module(name)
    # Only now: somebody waits for a process that starts, and starting is short.
    low = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", NICE)
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(low)


def run(job: int, task: Task, args: tuple[Any, ...]) -> Outcome:
    """Do a job; `task` is given a way to tell its progress and then `args`, and yields parts."""

    def progress(done: int, total: int) -> None:
        _DESK.board.tell(job, done, total)

    try:
        _DESK.job = job
        # For each: where a system clears its temporary files, an empty folder goes first.
        _DESK.board.scratch.mkdir(mode=0o700, exist_ok=True)
        progress(0, 0)  # begun, and no more is known
        # Protocol 5 keeps arrays as they lie in memory.
        pickled = tuple(pickle.dumps(part, protocol=5) for part in task(progress, *args))
        _DESK.job = 0
    except _StopError:
        return Stopped()
    except NaeringsarealError as error:
        return Refusal.of(error)
    except Exception:  # noqa: BLE001  # whatever it is, the process goes on and the server tells
        return Fault(traceback.format_exc())
    finally:
        _DESK.job = 0
    return Parts(pickled)


def _asked_to_stop(_number: int, _frame: FrameType | None) -> None:
    if _DESK.job and _DESK.board.stopped(_DESK.job):
        _DESK.job = 0
        raise _StopError


def _watch(server: int) -> None:
    looks = 0
    while True:
        time.sleep(LOOK_S)
        looks += 1
        if looks % _LOOKS_A_PARENT == 0 and _is_gone(server):
            _DESK.board.sweep()
            with contextlib.suppress(OSError):
                _DESK.board.path.unlink()
            os._exit(_GONE)
        job = _DESK.job
        if job and _DESK.board.stopped(job):
            # In the main thread, between two of its steps. Where one takes long, the server does
            # not wait for it and kills this process.
            _thread.interrupt_main()


def _is_gone(server: int) -> bool:
    # An orphan gets another parent, except on Windows.
    return os.getppid() != server or not psutil.pid_exists(server)
