"""
Who does the work: this process, processes of this machine, or any scheduler of dask's.

A crew takes a function and a list of arguments and gives the results back as they come, with their
positions. A task that raises gives a `Failure`; what a worker leaves when it is killed is done
again by another.
"""

from __future__ import annotations

import logging
import signal
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Protocol

from geo import i18n
from geo.distribute import scheduler as schedulers
from geo.errors import FileError, NaeringsarealError, NotInstalledError, PackError, ParameterError
from geo.geometry import overlay
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    # Who is told how far a round is: its name, done, and of how many.
    Tell = Callable[[str, int, int], None]

# After how many workers that died of one task it is given up: memory that does not suffice kills
# them all, while a machine that is switched off kills one.
_DEATHS: Final = 5
_LOOK_S: Final = 5.0  # without a result, until it is looked whether there is anybody at work


@dataclass(frozen=True)
class Failure:
    """Why a task has no result: a text's id and what fills it, as an error has them."""

    code: str
    parts: Mapping[str, object]

    @classmethod
    def of(cls, error: NaeringsarealError) -> Failure:
        """Take what is said from an error, which cannot itself be sent between processes."""
        return cls(error.code, dict(error.parts))

    def say(self, language: str) -> str:
        """One sentence: what is wrong and what to do."""
        return i18n.Remark(self.code, i18n.in_words(self.parts)).say(language)


class Crew(Protocol):
    """Whoever does the work."""

    def __call__(
        self, function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Do the function of each arguments; yields positions and results or failures."""


def alone(
    function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[int, Any]]:
    """Do the work in this process, one after the other."""
    for position, one in enumerate(arguments):
        yield position, _tried(function, *one)


@contextmanager
def dask_crew(
    scheduler: str | None = None,
    *,
    workers: int | None = None,
    memory: str = "auto",
    folders: tuple[Path, Path] | None = None,
) -> Iterator[tuple[Crew, str | None]]:
    """
    Have a scheduler of dask's do the work.

    Parameters
    ----------
    scheduler
        Its address; None starts processes of this machine, that end with the block.
    workers, memory
        How many of these, by default one a core, and how much memory each may take («3GB»).
    folders
        That the workers of a scheduler read and write: each is asked whether it sees them.

    Yields
    ------
    Crew, str
        And the address of its dashboard, None where it has none.

    Raises
    ------
    NotInstalledError
        If dask is not installed.
    FileError
        If the scheduler does not answer, or has no workers, or one of them cannot do our work as
        this process would. In the block: if the scheduler stops answering, or its workers go.
    ParameterError
        If `memory` is no amount of memory.
    """
    try:
        import dask  # noqa: PLC0415  # the app does without
        from dask.utils import parse_bytes  # noqa: PLC0415  # as above
        from distributed import Client, LocalCluster  # noqa: PLC0415  # as above
    except ImportError as error:
        raise NotInstalledError("error.distribute_missing") from error
    if memory != "auto":
        try:
            parse_bytes(memory)
        except ValueError as error:
            raise ParameterError("error.distribute_memory", value=quote(memory)) from error
    with dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS - 1}):
        if scheduler is None:
            with (
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    memory_limit=memory,
                    dashboard_address="127.0.0.1:0",
                    silence_logs=50,
                    preload=__name__,
                ) as cluster,
                Client(cluster) as client,
            ):
                yield _of(client), client.dashboard_link
            return
        schedulers.require(scheduler)
        # What goes wrong is said by us, once.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            client = Client(scheduler, timeout=schedulers.PATIENCE_S)
        except (OSError, ValueError) as error:
            raise FileError("error.distribute_scheduler", address=quote(scheduler)) from error
        with client:
            try:  # tasks wait for ever where there is nobody to do them
                client.wait_for_workers(1, timeout=schedulers.PATIENCE_S)
            except TimeoutError as error:
                given = quote(scheduler)
                raise FileError("error.distribute_no_workers", address=given) from error
            if folders is not None:
                schedulers.agree(client, scheduler, *folders)
            yield _of(client), client.dashboard_link


def dask_setup(_worker: object) -> None:
    """
    Leave Ctrl+C to the process that called the workers, which ends them; dask calls it in each.

    In a terminal it reaches all of them, and each would print where it was.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _of(client: Any) -> Crew:  # noqa: ANN401  # dask is untyped
    def work(
        function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        # A result is not kept by name: what has been done is told by files, not by the scheduler.
        futures = [client.submit(_on_worker, function, *one, pure=False) for one in arguments]
        position = {future.key: number for number, future in enumerate(futures)}
        done: SimpleQueue[Any] = SimpleQueue()
        for future in futures:
            future.add_done_callback(done.put)
        for _ in futures:
            future = _next(done, client)
            yield position[future.key], _result(future, client)

    return work


def _next(done: SimpleQueue[Any], client: Any) -> Any:  # noqa: ANN401  # dask is untyped
    """Wait for a future, for as long as there is a scheduler and anybody at work."""
    alone_since = None
    while True:
        try:
            return done.get(timeout=_LOOK_S)
        except Empty:
            pass
        try:
            found = client.sync(
                client.scheduler.identity, n_workers=0, callback_timeout=schedulers.GONE_S
            )
        except (OSError, TimeoutError) as error:
            raise lost(client) from error
        if found["n_workers"]:
            alone_since = None
            continue
        alone_since = alone_since or time.monotonic()
        if time.monotonic() - alone_since > schedulers.GONE_S:
            address = quote(client.scheduler.address)
            raise FileError("error.distribute_no_workers", address=address)


def lost(client: Any) -> FileError:  # noqa: ANN401  # dask is untyped
    """Return the error of a scheduler that does not answer any more."""
    return FileError("error.distribute_lost", address=quote(client.scheduler.address))


def _result(future: Any, client: Any = None) -> Any:  # noqa: ANN401  # whatever the task gives
    from distributed import KilledWorker  # noqa: PLC0415  # as above

    try:
        return future.result()
    except KilledWorker as error:  # a scheduler that was there allows what it was started with
        times = str(error.allowed_failures + 1)
        return Failure.of(PackError("error.distribute_killed", times=times))
    except CancelledError as error:  # what was waited for is gone with the scheduler
        raise lost(client) from error
    except Exception as error:  # noqa: BLE001  # one partition fails, and not the country
        return Failure.of(PackError("error.distribute_task", reason=quote(error)))


def _on_worker(function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401  # as `_tried`
    with overlay.one_thread():  # a worker is a core's
        return _tried(function, *arguments)


def _tried(function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401  # whatever it gives
    try:
        return function(*arguments)
    except NaeringsarealError as error:
        return Failure.of(error)
