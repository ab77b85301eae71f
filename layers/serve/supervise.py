"""Several processes that serve, each on a port of its own, watched over by this one."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Final

from geo.errors import NaeringsarealError
from layers.publish.server import take
from layers.serve import notify
from layers.serve.logs import log
from layers.serve.process import Process

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

_LOOK_S: Final = 0.2
_TELL_S: Final = 5.0  # between two signs of life to systemd
_AGAIN_S: Final = 1.0  # before a process that ended is started anew, doubled each time in a row
_MOST_AGAIN_S: Final = 60.0
_MOST_FAILURES: Final = 5  # in a row before any process at all was ready: then it is no accident
_MARGIN_S: Final = 1.0  # beyond what is under way may take, until a process is killed


class _Slot:
    """A port, the process that serves there, and the one that is to take over from it."""

    def __init__(self, place: socket.socket) -> None:
        self.host, self.port = place.getsockname()[:2]
        self.place: socket.socket | None = place
        self.now: Process | None = None
        self.coming: Process | None = None
        self.failures = 0
        self.again = 0.0

    def close(self) -> None:
        """Turn callers away at once, instead of letting them wait for a process to come."""
        if self.place is not None:
            self.place.close()
        self.place = None

    def open(self) -> socket.socket | None:
        """Return the port's socket; none where somebody else has taken it in the meantime."""
        if self.place is None:
            try:
                self.place = take(self.host, self.port)
            except NaeringsarealError as error:
                log.error("port taken", port=self.port, code=error.code)
                self._later()
        return self.place

    def ended(self, *, was_ready: bool) -> None:
        """Take notice that its process is gone."""
        self.now = None
        self.failures = 0 if was_ready else self.failures + 1
        self._later()

    def _later(self) -> None:
        self.again = time.monotonic() + min(_MOST_AGAIN_S, _AGAIN_S * 2**self.failures)


class Supervisor:
    """
    Starts the processes, starts one anew that ends or hangs, and stops them with itself.

    SIGHUP replaces them one by one: the new one is warm before the old one, which shares its port,
    is told to finish; so no visitor is turned away. A new one that does not get warm leaves the
    old in place. While a port has no process it is closed, and a proxy tries another.

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
    opened
        Called once, when all are ready.
    """

    def __init__(
        self,
        places: Sequence[socket.socket],
        environment: Mapping[str, str],
        arguments: Sequence[str],
        *,
        drain_seconds: float,
        opened: Callable[[], None],
    ) -> None:
        self._environment = notify.without(dict(environment))
        self._arguments = list(arguments)
        self._drain = drain_seconds + _MARGIN_S
        self._opened = opened
        self._stopping = self._asked = self._all_ready = False
        self._slots = [_Slot(place) for place in places]
        self._leaving: list[Process] = []
        self._queue: list[_Slot] = []
        self._told = 0.0
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, self._replace)

    def run(self) -> int:
        """Watch until told to stop; returns the exit code, 2 where no process ever got ready."""
        gave_up = False
        while not self._stopping and not gave_up:
            self._round()
            gave_up = not self._all_ready and any(
                slot.failures >= _MOST_FAILURES for slot in self._slots
            )
            time.sleep(_LOOK_S)
        if gave_up:
            log.error("gave up", failures=_MOST_FAILURES)
        notify.tell(notify.STOPPING)
        self._end()
        return 2 if gave_up else 0

    def _round(self) -> None:
        for slot in self._slots:
            self._watch(slot)
        self._leaving = [one for one in self._leaving if not one.has_ended()]
        self._go_on_replacing()
        self._tell()

    def _stop(self, _: int, __: FrameType | None) -> None:
        self._stopping = True

    def _replace(self, _: int, __: FrameType | None) -> None:
        self._asked = True

    def _start(self, slot: _Slot) -> Process | None:
        place = slot.open()
        return Process(place, self._arguments, self._environment) if place else None

    def _watch(self, slot: _Slot) -> None:
        """Take notice of what has happened on one port, and start what is to serve there."""
        if slot.now is not None and slot.now.has_ended():
            slot.ended(was_ready=slot.now.is_ready)
            if slot.coming is None:
                slot.close()
        if slot.coming is not None and slot.coming.has_ended():
            log.error("not replaced", port=slot.coming.port, pid=slot.coming.pid)
            slot.coming = None
            self._queue.clear()
        if slot.coming is not None and (slot.coming.is_ready or slot.now is None):
            old, slot.now, slot.coming = slot.now, slot.coming, None
            log.info("replaced", port=slot.now.port, pid=slot.now.pid)
            if old is not None:
                old.finish(self._drain)
                self._leaving.append(old)
        if slot.now is None and time.monotonic() >= slot.again:
            slot.now = self._start(slot)

    def _go_on_replacing(self) -> None:
        """Begin with the next port once the one before is done, so that one is twice at most."""
        if self._leaving or any(slot.coming for slot in self._slots):
            return
        if self._asked and not self._queue:
            self._asked = False
            self._queue = list(self._slots)
        if self._queue:
            slot = self._queue.pop(0)
            slot.coming = self._start(slot)

    def _tell(self) -> None:
        if not self._all_ready and all(slot.now and slot.now.is_ready for slot in self._slots):
            self._all_ready = True
            self._opened()
        if time.monotonic() - self._told > _TELL_S:
            self._told = time.monotonic()
            notify.tell(notify.ALIVE)

    def _end(self) -> None:
        left = [one for slot in self._slots for one in (slot.now, slot.coming) if one]
        for one in left:
            one.finish(self._drain)
        for slot in self._slots:
            slot.close()
        left += self._leaving
        while left := [one for one in left if not one.has_ended()]:
            time.sleep(_LOOK_S / 4)
