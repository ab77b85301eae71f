"""A piece of heavy work, and the job that it becomes when somebody asks for it."""

from __future__ import annotations

import logging
import pickle
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from layers.app.heavy.outcome import Fault, Parts, Refusal
from layers.errors import HeavyWorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from layers.app.heavy.board import Board
    from layers.app.heavy.child import Task
    from layers.app.heavy.outcome import Outcome

T = TypeVar("T")

GRACE_S: Final = 0.6  # usual: most steps are shorter

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work(Generic[T]):
    """
    A piece of work.

    Attributes
    ----------
    key
        Names it with everything that it depends on.
    task, args
        A function that a process imports, and what it is given after the way to tell progress;
        small, or quickly pickled.
    joined
        Makes the result of the task's parts.
    grace_s
        From being told to stop until its process is killed.
    """

    key: Hashable
    task: Task
    args: tuple[Any, ...]
    joined: Callable[[list[Any]], T]
    grace_s: float = GRACE_S


def only(parts: list[Any]) -> Any:  # noqa: ANN401  # the task's result
    """Return the result of a task that gives it in one part."""
    (found,) = parts
    return found


class HeavyJob(Generic[T]):
    """Work that somebody has asked for. Threads share it; its `Pool` alone changes it."""

    def __init__(self, work: Work[T], ahead: Callable[[HeavyJob[Any]], int]) -> None:
        self.work = work
        self.waiting = 0
        self.stopping = False
        self.given_again = False
        self.number = 0
        self.board: Board | None = None
        self._ahead = ahead
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._outcome: Outcome | None = None
        self._value: list[T] = []
        self._shown = 0.0

    @property
    def ahead(self) -> int:
        """How many jobs must end before this one begins; 0 where it has begun."""
        return self._ahead(self)

    @property
    def share(self) -> float | None:
        """How much is done, 0–1, never less than before; None where that is not known."""
        board = self.board
        if board is None or self.done:
            return self._shown or None
        done, total = board.told(self.number)
        if total <= 0:
            return self._shown or None
        self._shown = max(self._shown, min(1.0, done / total))
        return self._shown

    @property
    def done(self) -> bool:
        """Whether there is a result, or a reason why there is none."""
        return self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended; tell whether it has."""
        return self._ended.wait(seconds)

    def end(self, outcome: Outcome) -> None:
        """Take the outcome."""
        self._outcome = outcome
        self._ended.set()

    def value(self) -> T:
        """
        Return the result, one and the same to all who waited.

        Raises
        ------
        HeavyWorkError
            If it was stopped, or its process died.
        NaeringsarealError
            What the task raised.
        """
        outcome = self._outcome
        with self._lock:
            if not self._value and isinstance(outcome, Parts):
                parts = []
                for part in outcome.pickled:
                    parts.append(pickle.loads(part))  # noqa: S301  # our own process's
                    time.sleep(0)  # other sessions get a word in
                self._value.append(self.work.joined(parts))
                self._outcome = Parts(())
        if self._value:
            return self._value[0]
        if isinstance(outcome, Refusal):
            raise outcome.error()
        if isinstance(outcome, Fault):
            _LOG.error("A heavy job failed:\n%s", outcome.traceback)
            raise HeavyWorkError("error.heavy_failed")
        raise HeavyWorkError("error.heavy_stopped")
