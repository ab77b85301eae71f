"""What became of a job in its process, as it is sent back; known on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.errors import NaeringsarealError


@dataclass(frozen=True)
class Parts:
    """
    The result, in parts that were pickled each by itself.

    Unpickling is one step, in which no other session of the server gets a word in: so none may be
    large.
    """

    pickled: tuple[bytes, ...]


@dataclass(frozen=True)
class Refusal:
    """An error of ours. By its members, since such errors are not made again from their text."""

    kind: type[NaeringsarealError]
    members: Mapping[str, Any]
    args: tuple[object, ...]

    @classmethod
    def of(cls, error: NaeringsarealError) -> Refusal:
        """Take down an error."""
        return cls(type(error), dict(vars(error)), error.args)

    def error(self) -> NaeringsarealError:
        """Return the error as it was."""
        made = self.kind.__new__(self.kind)
        vars(made).update(self.members)
        made.args = self.args
        return made


@dataclass(frozen=True)
class Fault:
    """An error that was not meant to be, in the process's own words."""

    traceback: str


@dataclass(frozen=True)
class Stopped:
    """The process stopped when it was told to, and can take the next job."""


Outcome = Parts | Refusal | Fault | Stopped
