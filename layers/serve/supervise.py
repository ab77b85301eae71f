"""Several processes that serve, each on a port of its own, watched over by this one."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from layers.serve.logs import log

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence
    from types import FrameType

READY: Final = b"1"
WARM_S: Final = 300  # that a process may take to get warm: a large pack's tiles are cut then
_AGAIN_S: Final = 1.0  # before a process that ended is started anew
_MOST_FAILURES: Final = 5  # in a row before any of them was ready: then it is no accident
_LOOK_S: Final = 0.2


@dataclass
class _Worker:
    """One process and its port; `ready` is where it says that it is."""

    place: socket.socket
    process: subprocess.Popen[bytes]
    ready: int
    is_ready: bool = False
    begun: float = field(default_factory=time.monotonic)

    @property
    def port(self) -> int:
        port: int = self.place.getsockname()[1]
        return port

    def look(self) -> bool:
        """Whether it is ready, without waiting."""
        if not self.is_ready and select.select([self.ready], [], [], 0)[0]:
            self.is_ready = os.read(self.ready, 1) == READY
        return self.is_ready

    def close(self) -> None:
        os.close(self.ready)
        assert self.process.stdin is not None
        self.process.stdin.close()


class Supervisor:
    """
    Starts the processes, starts one anew that ends, and stops them with itself.

    SIGHUP replaces them one by one: the new one is warm before the old one, which shares its port,
    is told to finish; so no visitor is turned away. A new one that does not get warm leaves the
    old in place.

    Parameters
    ----------
    places
        Bound sockets, one for each process.
    environment
        Of the processes, without what this one has read from the file of settings: a replaced
        process reads the file anew.
    arguments
        Of ``python -m layers.serve`` as it was called.
    drain_seconds
        What a process that is stopped may take to finish.
    """

    def __init__(
        self,
        places: Sequence[socket.socket],
        environment: Mapping[str, str],
        arguments: Sequence[str],
        drain_seconds: float,
    ) -> None:
        self._environment = dict(environment)
        self._arguments = list(arguments)
        self._drain = drain_seconds
        self._stopping = self._replacing = False
        self._failures = 0
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, self._replace)
        self._workers = [self._start(place) for place in places]

    def run(self) -> int:
        """Watch until told to stop; returns the exit code, 2 where no process ever got ready."""
        while not self._stopping:
            if self._replacing:
                self._replacing = False
                self._replace_all()
            for index, worker in enumerate(self._workers):
                if worker.look():
                    self._failures = 0
                if worker.process.poll() is not None:
                    self._restart(index, worker)
            if self._failures >= _MOST_FAILURES:
                log.error("gave up", failures=self._failures)
                self._end(self._workers)
                return 2
            time.sleep(_LOOK_S)
        self._end(self._workers)
        return 0

    def _stop(self, _: int, __: FrameType | None) -> None:
        self._stopping = True

    def _replace(self, _: int, __: FrameType | None) -> None:
        self._replacing = True

    def _start(self, place: socket.socket) -> _Worker:
        ready, told = os.pipe()
        process = subprocess.Popen(  # noqa: S603  # ourselves
            [
                *(sys.executable, "-m", "layers.serve", *self._arguments),
                *("--socket", str(place.fileno()), "--told", str(told)),
            ],
            stdin=subprocess.PIPE,
            env=self._environment,
            pass_fds=(place.fileno(), told),
        )
        os.close(told)
        log.info("worker started", pid=process.pid, port=place.getsockname()[1])
        return _Worker(place, process, ready)

    def _restart(self, index: int, worker: _Worker) -> None:
        if not worker.is_ready:
            self._failures += 1
        log.warning("worker ended", pid=worker.process.pid, code=worker.process.returncode)
        worker.close()
        time.sleep(_AGAIN_S)
        self._workers[index] = self._start(worker.place)

    def _replace_all(self) -> None:
        for index, old in enumerate(self._workers):
            new = self._start(old.place)
            while not new.look() and new.process.poll() is None and not self._stopping:
                if time.monotonic() - new.begun > WARM_S:
                    new.process.kill()
                time.sleep(_LOOK_S)
            if not new.is_ready:
                log.error("not replaced", port=old.port, pid=old.process.pid)
                self._end([new])
                return
            self._workers[index] = new
            self._end([old])
            log.info("replaced", port=new.port, pid=new.process.pid)

    def _end(self, workers: Sequence[_Worker]) -> None:
        for worker in workers:
            if worker.process.poll() is None:
                worker.process.terminate()
        end = time.monotonic() + self._drain + _AGAIN_S
        for worker in workers:
            try:
                worker.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("worker killed", pid=worker.process.pid)
                worker.process.kill()
                worker.process.wait()
            worker.close()
