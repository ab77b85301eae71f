"""One file on its way in: its name, the folder it is taken to, and what it has cost so far."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from geo.intake.errors import ArchiveTooLargeError, FileTooDemandingError
from geo.intake.limits import MEGABYTE, Limits
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from geo.intake.kinds import Kind

_CHUNK: Final = 1_000_000


@dataclass(frozen=True)
class Dataset:
    """A file that can be opened, with what belongs to it beside it; `title` is for people."""

    path: Path
    kind: Kind
    title: str


@dataclass
class Job:
    """
    One file on its way in.

    Attributes
    ----------
    name
        What people call it.
    folder
        Of ours, empty, on this disk; the caller removes it.
    deadline
        On `time.monotonic`.
    """

    name: str
    folder: Path
    limits: Limits
    deadline: float = field(init=False)
    _taken: int = 0
    _written: int = 0

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.seconds

    @property
    def shown(self) -> str:
        """The name as it may stand in a message."""
        return quote(PurePosixPath(self.name.replace("\\", "/")).name)

    def remaining(self) -> float:
        """
        Return the seconds that are left.

        Raises
        ------
        FileTooDemandingError
            If none are.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.too_demanding()
        return left

    def too_demanding(self) -> FileTooDemandingError:
        """Return what to raise for a file that costs too much."""
        limits = self.limits
        parts = {"seconds": limits.seconds, "megabytes": limits.memory_megabytes}
        return FileTooDemandingError(path=self.shown, **parts)

    def new_path(self, ending: str) -> Path:
        """Path of a file that is not there yet."""
        self._taken += 1
        return self.folder / f"f{self._taken}{ending}"

    def copy(self, source: IO[bytes], target: Path) -> None:
        """
        Write a file of a zip, for as long as all of them are within the limit.

        Raises
        ------
        ArchiveTooLargeError, FileTooDemandingError
            If it goes on for too long, whatever it said of itself.
        """
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                self._written += len(chunk)
                if self._written > self.limits.unpacked_megabytes * MEGABYTE:
                    raise self.unpacks_to_too_much()
                self.remaining()
                file.write(chunk)

    def unpacks_to_too_much(self) -> ArchiveTooLargeError:
        """Return what to raise for a zip that holds too much."""
        return ArchiveTooLargeError(path=self.shown, limit=self.limits.unpacked_megabytes)
