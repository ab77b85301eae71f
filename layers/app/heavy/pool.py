"""
The processes that do heavy work, and the line before them.

A job is known by a key: who asks for what is asked already, waits with the others. One that nobody
waits for is stopped: it is told so, and where it does not hear, its process is killed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psutil
from loky import ProcessPoolExecutor
from loky.backend import get_context

from geo.errors import ParameterError
from layers.app.heavy import child
from layers.app.heavy.board import Board
from layers.app.heavy.job import HeavyJob
from layers.app.heavy.outcome import Refusal, Stopped
from layers.errors import HeavyWorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from concurrent.futures import Future

    from layers.app.heavy.job import Work
    from layers.app.heavy.outcome import Outcome

T = TypeVar("T")

VARIABLE: Final = "NAERINGSAREAL_HEAVY_PROCESSES"
MOST: Final = 64  # more than any server for a town hall has cores
_GONE_S: Final = 5.0  # until a process that was killed is gone; it takes milliseconds
_LOOK_S: Final = 0.005
IDLE_S: Final = 900  # A: until a process that has nothing to do gives its memory back
# Imported before the first job comes.
_TASKS: Final = tuple(f"layers.app.heavy.{name}" for name in ("tasks", "drafts", "takeouts"))
# loky ends workers that grow by 300 MB, as a leak; ours keep packs on purpose.
_ENVIRONMENT: Final = {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e15"}

_LOG: Final = logging.getLogger(__name__)


def processes() -> int:
    """
    Return how many processes heavy work may have; 0 has everything done in the server itself.

    Raises
    ------
    ParameterError
        If the setting is no such number.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return max(1, (os.cpu_count() or 1) - 1)
    if not (said.isascii() and said.isdigit() and int(said) <= MOST):
        raise ParameterError("error.heavy_processes", variable=VARIABLE, value=said, most=MOST)
    return int(said)


class _Slot:
    """A place for one process; it is started with its first job."""

    def __init__(self, imports: tuple[str, ...]) -> None:
        self._imports = imports
        self.board = Board.new()
        self.job: HeavyJob[Any] | None = None
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, job: HeavyJob[Any]) -> Future[Outcome]:
        self.job, job.board = job, self.board
        work = job.work
        future: Future[Outcome] = self._ready().submit(child.run, job.number, work.task, work.args)
        return future

    def warm(self, first: Callable[[], None]) -> None:
        """Start the process and do something there, so that the next job need not wait for it."""
        for _ in range(2):  # the first time it may be found to have been ended meanwhile
            with contextlib.suppress(OSError, RuntimeError):  # the next job says what is wrong
                self._ready().submit(first)
                return
            self.kill()

    def _ready(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                max_workers=1,
                # Of loky for its way to start: it does not import __main__, where Streamlit puts
                # the page that happens to run.
                context=get_context("loky"),
                initializer=child.begin,
                initargs=(str(self.board.path), self._imports),
                timeout=IDLE_S,
                env=_ENVIRONMENT,
            )
        return self._executor

    def kill(self) -> None:
        executor, self._executor = self._executor, None
        if executor is None:
            return
        # Here and now: loky tells that the job has ended before it has ended the process, which
        # meanwhile writes where its asker takes away what there is.
        for pid in tuple(executor._processes or ()):  # noqa: SLF001  # it names them to nobody
            _end(pid)
        executor.shutdown(wait=False, kill_workers=True)
        self.board.sweep()

    def close(self) -> None:
        self.kill()
        self.board.close()


def _end(pid: int) -> None:
    """End a process and all that it has started, and wait until they are gone."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        for one in family:
            with contextlib.suppress(psutil.Error):
                one.kill()
        end = time.monotonic() + _GONE_S
        while time.monotonic() < end and any(map(_lives, family)):
            time.sleep(_LOOK_S)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _nothing() -> None:
    return


class Pool:
    """
    A number of processes. Threads may share it.

    Parameters
    ----------
    count
        How many, at least one.
    imports
        Modules that a process imports before its first job comes.
    """

    def __init__(self, count: int, imports: tuple[str, ...] = _TASKS) -> None:
        self._slots = [_Slot(imports) for _ in range(count)]
        self._jobs: dict[Hashable, HeavyJob[Any]] = {}
        self._line: list[HeavyJob[Any]] = []
        self._number = 0
        self._closed = False
        self._ends_with_server = False
        self._first: Callable[[], None] = _nothing
        self._lock = threading.RLock()

    @contextmanager
    def asked(self, work: Work[T]) -> Iterator[HeavyJob[T]]:
        """
        Ask for work, and wait for it within the block; who leaves the block, waits no longer.

        What is cached of it should be cached within the block: until then the same work is not
        begun again.
        """
        with self._lock:
            job = self._jobs.get(work.key)
            if job is None or job.stopping:
                job = self._jobs[work.key] = HeavyJob(work, self.ahead)
                if self._closed:
                    job.end(Stopped())  # the server is ending, and would wait for who waits
                else:
                    self._line.append(job)
            job.waiting += 1
            self._next()
            self._make_room()
        try:
            yield job
        finally:
            self._left(job)

    def spare(self, work: Work[T], use: Callable[[HeavyJob[T]], None]) -> None:
        """
        Have work done that nobody waits for, if a process has nothing to do; else forget it.

        Who asks for the same meanwhile, waits for it; for others it is stopped. Then, or when it is
        done, `use` is called with its job, in some thread.
        """
        with self._lock:
            free = next((slot for slot in self._slots if slot.job is None), None)
            if free is None or self._line or self._closed or work.key in self._jobs:
                return
            job = self._jobs[work.key] = HeavyJob(work, self.ahead)
            self._begin(free, job)

        def used() -> None:
            job.wait()
            use(job)

        threading.Thread(target=used, name="spare", daemon=True).start()

    def ahead(self, job: HeavyJob[Any]) -> int:
        """How many jobs must end before this one begins."""
        with self._lock:
            return self._line.index(job) + 1 if job in self._line else 0

    def warm(self, first: Callable[[], None] | None = None) -> None:
        """
        Start the processes.

        `first` is done in each before its first job, and again in those that follow killed ones.
        """
        with self._lock:
            if self._closed:
                return
            self._first = first or self._first
            for slot in self._slots:
                slot.warm(self._first)
            self._end_with_server()

    def close(self) -> None:
        """End all processes; what is asked for ends as stopped."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for job in self._line:
                job.end(Stopped())
            self._line.clear()
            for slot in self._slots:
                if slot.job is not None:
                    slot.job.stopping = True
                slot.close()

    def _end_with_server(self) -> None:
        """
        Have the processes end with the server, whatever they are doing.

        When Python ends, loky waits for its jobs, by a call that it has registered with its first
        process. The last call registered is the first made, and `atexit` comes after them all.
        """
        register: Any = getattr(threading, "_register_atexit", None)
        if register is not None and not self._ends_with_server:
            register(self.close)
        self._ends_with_server = True

    def _next(self) -> None:
        for slot in self._slots:
            if slot.job is None and self._line and not self._closed:
                self._begin(slot, self._line.pop(0))

    def _begin(self, slot: _Slot, job: HeavyJob[Any]) -> None:
        self._number += 1
        job.number = self._number
        self._give(slot, job)

    def _make_room(self) -> None:
        """Stop jobs that nobody waits for, as many as wait in line."""
        running = [slot.job for slot in self._slots if slot.job]
        lacking = len(self._line) - sum(job.stopping for job in running)
        spare = [job for job in running if not (job.waiting or job.stopping)]
        for job in spare[: max(lacking, 0)]:
            self._stop(job)

    def _give(self, slot: _Slot, job: HeavyJob[Any]) -> None:
        try:
            future = slot.submit(job)
            self._end_with_server()
        except (OSError, RuntimeError) as error:  # no process is to be had, or Python ends
            self._ended(slot, job, error)
        else:
            future.add_done_callback(partial(self._heard, slot, job))

    def _heard(self, slot: _Slot, job: HeavyJob[Any], future: Future[Outcome]) -> None:
        error = future.exception()
        with self._lock:
            self._ended(slot, job, future.result() if error is None else error)

    def _ended(self, slot: _Slot, job: HeavyJob[Any], what: Outcome | BaseException) -> None:
        slot.job = None
        if isinstance(what, BaseException):
            slot.kill()  # what is left of it
            if job.stopping or self._closed:
                what = Stopped()
            elif not (job.given_again or slot.board.has_begun(job.number)):
                # It was ended while it had nothing to do, by Linux or an operator: not by this job.
                job.given_again = True
                self._give(slot, job)
                return
            else:
                _LOG.warning("A process for heavy work was lost: %s", what)
                what = Refusal.of(HeavyWorkError("error.heavy_lost"))
        elif job.stopping and not isinstance(what, Stopped):
            # It did not hear, or something in it took what it heard for an error of its own.
            slot.kill()
        job.end(what)
        self._forget(job)
        self._next()
        if slot.job is None and job.stopping and not self._closed:
            slot.warm(self._first)

    def _left(self, job: HeavyJob[Any]) -> None:
        with self._lock:
            job.waiting -= 1
            if job.waiting:
                return
            self._forget(job)
            if job.done or job.stopping:
                return
            if job in self._line:
                job.stopping = True
                self._line.remove(job)
                job.end(Stopped())
                return
            self._stop(job)

    def _stop(self, job: HeavyJob[Any]) -> None:
        """Tell a running job's process to stop; one that does not is killed."""
        job.stopping = True
        assert job.board is not None
        job.board.stop(job.number)
        timer = threading.Timer(job.work.grace_s, self._kill, (job,))
        timer.daemon = True
        timer.start()

    def _kill(self, job: HeavyJob[Any]) -> None:
        with self._lock:
            for slot in self._slots:
                if slot.job is job:
                    slot.kill()

    def _forget(self, job: HeavyJob[Any]) -> None:
        """Forget a job that nobody may join: one that is cached by now, or stopped."""
        if not job.waiting and self._jobs.get(job.work.key) is job:
            del self._jobs[job.work.key]
