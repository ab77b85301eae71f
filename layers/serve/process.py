"""One process that serves, as the one that watches over it sees it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from layers.serve.logs import log

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

READY: Final = b"1"  # what it writes when its port is open
ALIVE: Final = b"."  # and then every `BEAT_S`, between two requests
BEAT_S: Final = 5
WARM_S: Final = 300  # that it may take to get warm: a large pack's tiles are cut then
# Pages are threads and a calculation gives way to the others many times a second: what has said
# nothing for so long answers nobody.
SILENT_S: Final = 90

# Among its arguments where the log that it writes into is one: it has to be told before it has read
# the settings, which may be wrong by now.
JSON: Final = "--json"

_COMMAND: Final = (sys.executable, "-m", "layers.serve")


class Process:
    """
    Starts ``python -m layers.serve`` on a port that is taken, and hears from it.

    Parameters
    ----------
    place
        The bound socket.
    arguments
        Of the command.
    environment
        Of the process.
    """

    def __init__(
        self, place: socket.socket, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.port = int(place.getsockname()[1])
        self.is_ready = False
        self._heard, told = os.pipe()
        self._popen = subprocess.Popen(  # noqa: S603  # ourselves
            [
                *(*_COMMAND, *arguments),
                *("--socket", str(place.fileno()), "--told", str(told)),
            ],
            stdin=subprocess.PIPE,  # its end is how it knows that nobody watches any more
            env=environment,
            pass_fds=(place.fileno(), told),
        )
        os.close(told)
        self._last = time.monotonic()
        self._deadline = float("inf")
        log.info("worker started", pid=self.pid, port=self.port)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._popen.pid

    def has_ended(self) -> bool:
        """Whether it is gone; kills it where it has been silent, or finishing, for too long."""
        self._hear()
        if self._popen.poll() is not None:
            log.info("worker ended", pid=self.pid, port=self.port, code=self._popen.returncode)
            self._close()
            return True
        now = time.monotonic()
        if now > self._deadline:
            self._kill("it did not finish in time")
        elif now - self._last > (SILENT_S if self.is_ready else WARM_S):
            self._kill("it does not answer" if self.is_ready else "it does not get warm")
        return False

    def finish(self, seconds: float) -> None:
        """Tell it to finish what is under way, which may take so long."""
        if self._popen.poll() is None:
            self._popen.terminate()
        self._deadline = min(self._deadline, time.monotonic() + seconds)

    def _hear(self) -> None:
        if select.select([self._heard], [], [], 0)[0] and (said := os.read(self._heard, 4096)):
            self.is_ready = self.is_ready or READY in said
            if self.is_ready:  # until then it has `WARM_S` in all
                self._last = time.monotonic()

    def _kill(self, why: str) -> None:
        log.error("worker killed", pid=self.pid, port=self.port, why=why)
        self._deadline = self._last = float("inf")  # once
        self._popen.kill()

    def _close(self) -> None:
        os.close(self._heard)
        assert self._popen.stdin is not None
        self._popen.stdin.close()
