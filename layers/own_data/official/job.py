"""
A fetch from the official services in the background: how far it is, and what it came to.

It lives in the server, by a key that its reader holds: neither another page nor a browser that
loads anew ends it, and nobody else's is touched. Each is a process of its own (`worker`), so that
it can be stopped at once, whatever a service is doing; the answers that have come are kept, and the
next fetch uses them again.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.pack.renewal import PAIR
from geo.schema import layers as schema
from geo.schema.coercion import quote
from layers.errors import BuildError
from layers.own_data.official import worker
from layers.own_data.official.worker import FetchOrder, words
from layers.sources import services as catalogues
from layers.sources.answers import default_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layers.sources.services import Catalogue, Service

SERVICES_VARIABLE: Final = "NAERINGSAREAL_SERVICES"
MOST_RUNNING: Final = 3  # A: in one server; each may need a processor and a gigabyte
MOST_KEPT: Final = 12  # A: results that wait to be looked at; the oldest makes room
_MUNICIPALITY: Final = "municipality"
_ROOT: Final = Path(__file__).parents[3]
_END_S: Final = 10.0  # until a process that was told to end has ended; it takes milliseconds
_LAST_WORDS: Final = 300  # characters of what a process said that broke down


class FetchState(StrEnum):
    """How a fetch stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    DONE = "done"


class AskState(StrEnum):
    """How one service stands."""

    WAITING = "waiting"
    ASKING = "asking"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class ServiceState:
    """
    One service of a fetch.

    Attributes
    ----------
    done, total
        Features that have come, and that will; `total` is None where that is unknown.
    kept
        Features that the municipality's layer has of it.
    reason
        Why it gave nothing, by language; empty where that is not known.
    """

    service: Service
    state: AskState = AskState.WAITING
    done: int = 0
    total: int | None = None
    kept: int | None = None
    reason: Mapping[str, str] = field(default_factory=dict)


def read_catalogue() -> Catalogue:
    """
    Read the catalogue that the page asks: the built-in one, and the operator's file of services.

    Raises
    ------
    ParameterError
        If the file is not there or cannot be used.
    """
    named = os.environ.get(SERVICES_VARIABLE)
    return catalogues.read(Path(named).resolve() if named else None)


def to_be_had(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the layers that a service gives, in the schema's order."""
    return tuple(name for name in schema.LAYERS if _of(catalogue, name))


def needed_with(layers: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """
    Return the layers in the schema's order, with those that they are nothing without.

    What was found and where it was looked for go together (`geo.pack.renewal.PAIR`).
    """
    wanted = set(layers)
    if wanted & set(PAIR):
        wanted |= set(PAIR)
    return tuple(name for name in to_be_had(catalogue) if name in wanted)


def _of(catalogue: Catalogue, layer: str) -> tuple[Service, ...]:
    return tuple(service for service in catalogue.of(layer) if service.type != "none")


class Fetch:
    """
    One fetch. Threads may share it.

    Parameters
    ----------
    number
        Of the municipality, as `layers.sources.assemble.require_number` returns it.
    layers
        At least one that `to_be_had` names.
    """

    def __init__(self, catalogue: Catalogue, number: str, layers: Sequence[str]) -> None:
        self.number = number
        self.layers = needed_with(layers, catalogue)
        self._room = TemporaryDirectory(prefix="naeringsareal-", ignore_cleanup_errors=True)
        self.folder = Path(self._room.name)
        asked = [_MUNICIPALITY, *(name for name in self.layers if name != _MUNICIPALITY)]
        services = [service for name in asked for service in _of(catalogue, name)]
        self._asked = {service.id: ServiceState(service) for service in services}
        named = os.environ.get(SERVICES_VARIABLE)
        self._order = FetchOrder(
            number=number,
            layers=self.layers,
            services=str(Path(named).resolve()) if named else "",
            answers=str(default_folder()),
            folder=str(self.folder),
        )
        self._state = FetchState.RUNNING
        self._reason: Mapping[str, str] = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._process = self._begun()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def state(self) -> FetchState:
        """How it stands."""
        with self._lock:
            return self._state

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self.state is FetchState.RUNNING

    @property
    def reason(self) -> Mapping[str, str]:
        """Why there is nothing at all, by language."""
        with self._lock:
            return self._reason

    @property
    def asked(self) -> tuple[ServiceState, ...]:
        """Return its services, in the order in which they are asked."""
        with self._lock:
            return tuple(self._asked.values())

    @property
    def pack(self) -> Path:
        """Where the pack lies that it came to."""
        return self.folder / worker.PACK

    def report(self, language: str) -> Mapping[str, Any]:
        """Return what became of each layer, as `layers.sources.report.document_of` and more."""
        written = (self.folder / worker.REPORTS).read_text(encoding="utf-8")
        found: Mapping[str, Any] = json.loads(written)[language]
        return found

    def stop(self) -> None:
        """End it now; what has been answered is kept."""
        with self._lock:
            self._stopping = True
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """End it, and take away what it came to."""
        self.stop()
        self.wait(_END_S)
        self._room.cleanup()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; tell whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _begun(self) -> subprocess.Popen[str]:
        with (self.folder / "errors.txt").open("w", encoding="utf-8") as errors:
            return subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", worker.__name__],
                cwd=_ROOT,
                env=_without_ledger() | {"PYTHONUTF8": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )

    def _listen(self) -> None:
        with self._process as process:
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(OSError):  # it ended before it began
                process.stdin.write(self._order.written() + "\n")
                process.stdin.flush()
            for line in process.stdout:
                self._take(line)
            with contextlib.suppress(OSError):
                process.stdin.close()
        self._end()

    def _take(self, line: str) -> None:
        try:
            said = json.loads(line)
            event = said["event"]
        except (ValueError, TypeError, KeyError):  # a library's own words
            return
        with self._lock:
            if event == "asked":
                self._pass_over(said["service"])
                self._change(
                    said["service"], state=AskState.ASKING, done=said["done"], total=said["total"]
                )
            elif event == "ended":
                state = AskState.DONE if said["reason"] is None else AskState.FAILED
                reason = said["reason"] or {}
                self._change(said["service"], state=state, kept=said["kept"], reason=reason)
            elif event == "failed":
                self._reason = said["reason"]
                self._state = FetchState.FAILED
                for name, one in self._asked.items():
                    if one.state is AskState.ASKING:
                        self._change(name, state=AskState.FAILED, reason=self._reason)
            elif event == "finished":
                self._state = FetchState.DONE

    def _pass_over(self, next_one: str) -> None:
        """Of several services for the municipality, the next is asked where one has failed."""
        for name, one in self._asked.items():
            first = one.service.layer == _MUNICIPALITY and one.state is AskState.ASKING
            if first and name != next_one:
                self._change(name, state=AskState.FAILED)

    def _change(self, service: str, **changes: Any) -> None:  # noqa: ANN401  # members of ServiceState
        if service in self._asked:
            self._asked[service] = replace(self._asked[service], **changes)

    def _end(self) -> None:
        with self._lock:
            if self._state is not FetchState.RUNNING:
                return
            if self._stopping:
                self._state = FetchState.STOPPED
                return
            said = (self.folder / "errors.txt").read_text(encoding="utf-8", errors="replace")
            shown = quote(said.strip().rpartition("\n")[2][:_LAST_WORDS])
            self._reason = words(BuildError("error.fetch_broken", shown=shown))
            self._state = FetchState.FAILED


class Fetches:
    """The fetches of one server, by the key that each one's reader holds."""

    def __init__(self, most_running: int = MOST_RUNNING, most_kept: int = MOST_KEPT) -> None:
        self._most_running = most_running
        self._most_kept = most_kept
        self._all: dict[tuple[str, str], Fetch] = {}
        self._lock = threading.Lock()

    def of(self, key: str, person: str) -> Fetch | None:
        """Return the fetch of a key, if it is this person's."""
        with self._lock:
            return self._all.get((key, person))

    def start(
        self, key: str, person: str, catalogue: Catalogue, number: str, layers: Sequence[str]
    ) -> Fetch:
        """
        Begin a fetch in place of the one before; where that goes on, return it.

        Raises
        ------
        BuildError
            If as many go on as the server takes.
        """
        with self._lock:
            before = self._all.get((key, person))
            if before is not None and before.running:
                return before
            if sum(one.running for one in self._all.values()) >= self._most_running:
                raise BuildError("error.fetch_busy", count=self._most_running)
            if before is not None:
                self._all.pop((key, person)).close()
            ended = [name for name, one in self._all.items() if not one.running]
            for name in ended[: max(0, len(self._all) + 1 - self._most_kept)]:
                self._all.pop(name).close()
            try:
                made = Fetch(catalogue, number, layers)
            except OSError as error:  # the disk is full, or no process can be had
                raise BuildError("error.fetch_broken", shown=quote(error)) from error
            self._all[(key, person)] = made
            return made

    def drop(self, key: str, person: str) -> None:
        """Forget a fetch; one that goes on is ended."""
        with self._lock:
            gone = self._all.pop((key, person), None)
        if gone is not None:
            gone.close()

    def close(self) -> None:
        """End all of them: the server goes."""
        with self._lock:
            while self._all:
                self._all.popitem()[1].close()


def _without_ledger() -> dict[str, str]:
    """Return the environment, but for the ledger's password: it is nothing to what answers come."""
    return {name: value for name, value in os.environ.items() if name != ENVIRONMENT_VARIABLE}


FETCHES: Final = Fetches()
atexit.register(FETCHES.close)
