"""One file on its way in: how much it may hold and cost, its name, and where it is taken to."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from geo.errors import ParameterError, TooDemandingError
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.intake.kinds import Kind


PREFIX: Final = "NAERINGSAREAL_LIMIT_"
MEGABYTE: Final = 1_000_000  # bytes
PATIENCE: Final = 10


@dataclass(frozen=True)
class Limits:
    """
    What a file may hold, and what reading it may cost.

    Each is set by an environment variable of its name in capitals after ``NAERINGSAREAL_LIMIT_``.

    Attributes
    ----------
    megabytes
        Size of the file.
    unpacked_megabytes
        Size of all that a zip holds, both as it says and as it turns out.
    ratio
        Times that a zip may grow; asked of zips that unpack to more than `RATIO_MATTERS` MB.
    members
        Files in a zip.
    features, vertices, columns
        Of one layer.
    seconds
        Of the reader's own work, for opening the file and reading a layer: a machine that has much
        else to do is no reason to refuse a file. On the clock it may take `PATIENCE` times that,
        which is all that Windows holds it to.
    memory_megabytes
        For the process that reads it. Held to on Linux; Windows and macOS have no such limit for
        a process, and there only `seconds` and the sizes hold.
    """

    megabytes: int = 50
    unpacked_megabytes: int = 200
    ratio: int = 100
    members: int = 1000
    features: int = 100_000
    vertices: int = 5_000_000
    columns: int = 500
    seconds: int = 12
    memory_megabytes: int = 1000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """
        Return the limits as they are set.

        Raises
        ------
        ParameterError
            If a limit is set to anything but a whole number above 0.
        """
        chosen = {}
        for limit in fields(cls):
            name = PREFIX + limit.name.upper()
            text = environment.get(name, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit()) or int(text) == 0:
                raise ParameterError("error.limit_setting", name=name, value=quote(text))
            chosen[limit.name] = int(text)
        return cls(**chosen)


_CHUNK: Final = 1_000_000


@dataclass(frozen=True)
class Dataset:
    """
    A file that can be opened, with what belongs to it beside it; `title` is for people.

    `unsaved` says that changes to it may lie in a file of their own that did not come along.
    """

    path: Path
    kind: Kind
    title: str
    unsaved: bool = False


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
        self.deadline = time.monotonic() + self.limits.seconds * PATIENCE

    @property
    def shown(self) -> str:
        """The name as it may stand in a message."""
        return quote(PurePosixPath(self.name.replace("\\", "/")).name)

    def remaining(self) -> float:
        """
        Return the seconds that are left.

        Raises
        ------
        TooDemandingError
            If none are.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.too_demanding()
        return left

    def too_demanding(self) -> TooDemandingError:
        """Return what to raise for a file that costs too much."""
        limits = self.limits
        parts = {"seconds": limits.seconds, "megabytes": limits.memory_megabytes}
        return TooDemandingError("error.file_too_demanding", path=self.shown, **parts)

    def new_path(self, ending: str) -> Path:
        """Path of a file that is not there yet."""
        self._taken += 1
        return self.folder / f"f{self._taken}{ending}"

    def copy(self, source: IO[bytes], target: Path) -> None:
        """
        Write a file of a zip, for as long as all of them are within the limit.

        Raises
        ------
        TooDemandingError
            If it goes on for too long, whatever it said of itself.
        """
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                self._written += len(chunk)
                if self._written > self.limits.unpacked_megabytes * MEGABYTE:
                    raise self.unpacks_to_too_much()
                self.remaining()
                file.write(chunk)

    def unpacks_to_too_much(self) -> TooDemandingError:
        """Return what to raise for a zip that holds too much."""
        return TooDemandingError(
            "error.archive_too_large", path=self.shown, limit=self.limits.unpacked_megabytes
        )
