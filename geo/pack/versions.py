"""Versions of the pack: made whole or not at all, put into use in one step, never changed."""

from __future__ import annotations

import contextlib
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import filelock

from geo.errors import NaeringsarealError, PackError, VersionError
from geo.formats import atomic
from geo.pack import location
from geo.pack.location import CHOICE, EMBEDDED, FOLDER, GONE, VERSION_ID, Choice, read_version
from geo.pack.read import DEFAULT_PACK, FILE, Pack, read_pack
from geo.pack.write import RECORD, checksum, write_record
from geo.schema.coercion import quote
from geo.schema.text import required

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PATIENCE_S: Final = 30  # for the others; the lock is held for milliseconds
_LOCK: Final = ".lock"
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Version:
    """
    One version of the pack.

    Attributes
    ----------
    id
        Time and the beginning of the checksum: ``20261126T153301Z-1a2b3c4d``.
    at, author, reason
        When (UTC), by whom and why it was made.
    parent
        The version that it was made from.
    layers
        Those that differ from the parent's, as its maker says; empty for a whole pack.
    sha256
        Of pack.gpkg.
    fault
        Why it cannot be used; None where nothing is known to be wrong.
    """

    id: str
    at: datetime | None = None
    author: str = ""
    reason: str = ""
    parent: str = ""
    layers: tuple[str, ...] = ()
    sha256: str = ""
    fault: NaeringsarealError | None = None


@dataclass(frozen=True)
class Signature:
    """
    Who makes a version, why, and from what.

    Attributes
    ----------
    author, reason
        One line each; neither may be blank.
    parent
        The version in use when the work began.
    layers
        Those that will differ.
    """

    author: str
    reason: str
    parent: str = EMBEDDED
    layers: Sequence[str] = ()


@dataclass(frozen=True)
class VersionStore:
    """All versions below one folder; threads, sessions and programs may share it."""

    home: Path = field(default_factory=location.home)

    def choice(self) -> Choice:
        """
        Return what is in use.

        Raises
        ------
        VersionError
            If that cannot be read.
        """
        return location.choice(self.home)

    def versions(self) -> list[Version]:
        """Return all versions, the newest first; a damaged one says so."""
        with contextlib.suppress(OSError):
            names = [path.name for path in (self.home / FOLDER).iterdir()]
            found = (name for name in names if VERSION_ID.fullmatch(name))
            return [self._record(name) for name in sorted(found, reverse=True)]
        return []

    def version(self, version_id: str) -> Version:
        """
        Return one version.

        Raises
        ------
        VersionError
            If there is none with this id.
        """
        if VERSION_ID.fullmatch(version_id) and self.directory(version_id).is_dir():
            return self._record(version_id)
        raise VersionError("error.version_unknown", version=quote(version_id))

    def holding(self, sha256: str) -> str | None:
        """Return the id of a version (or of the embedded pack) with this pack.gpkg, if any."""
        if (DEFAULT_PACK / FILE).is_file() and checksum(DEFAULT_PACK / FILE) == sha256:
            return EMBEDDED
        whole = (one for one in self.versions() if one.fault is None)
        return next((one.id for one in whole if one.sha256 == sha256), None)

    def directory(self, version_id: str) -> Path:
        """Return the folder of a version, or of the embedded pack."""
        return (
            DEFAULT_PACK if version_id == EMBEDDED else location.directory_of(version_id, self.home)
        )

    def read(self, version_id: str) -> Pack:
        """
        Read a version, or the embedded pack.

        Raises
        ------
        VersionError
            If there is no such version. If it is damaged.
        """
        if version_id == EMBEDDED:
            return read_pack(DEFAULT_PACK)
        self.version(version_id)
        return read_version(self.directory(version_id))

    def add(
        self, fill: Callable[[Path], object], signature: Signature, *, replaces: str | None
    ) -> Version:
        """
        Make a version.

        Parameters
        ----------
        fill
            Writes the whole pack into the folder that it is given.
        signature
            Who, why, and from what.
        replaces
            The version that it takes the place of, if that is still in use; None leaves in use
            what is.

        Raises
        ------
        FieldError
            If author or reason are blank or cannot be stored.
        VersionError
            If another version has been put into use than the one that it is to replace.
        FileError, VersionError
            If it cannot be written.
        """
        author = required("author", signature.author)
        reason = required("reason", signature.reason)
        with atomic.unwritable(self.home):
            (self.home / FOLDER).mkdir(parents=True, exist_ok=True)
            atomic.sweep(self.home)
            atomic.sweep(self.home / FOLDER)
            with atomic.draft_folder(self.home / FOLDER) as draft:
                fill(draft)
                sha256 = checksum(draft / FILE)
                with self.held():
                    if replaces is not None and self.choice().version != replaces:
                        raise VersionError("error.version_conflict", version=self.choice().version)
                    at = self._moment()
                    name = f"{at:%Y%m%dT%H%M%SZ}-{sha256[:8]}"
                    known: dict[str, object] = {
                        "at": at.isoformat(),
                        "author": author,
                        "reason": reason,
                        "parent": signature.parent,
                        "layers": list(signature.layers),
                        "sha256": sha256,
                    }
                    write_record(draft / RECORD, known)
                    atomic.put(draft, self.directory(name), durable=True)
                    if replaces is not None:
                        self._point(name, author)
        return self._record(name)

    def activate(self, version_id: str, *, author: str, read: Pack | None = None) -> None:
        """
        Put a version, or the embedded pack, into use; nothing is deleted.

        Who has just `read` it, gives it: then it is not read once more to see that it is whole.

        Raises
        ------
        VersionError
            If there is none with this id. If it is damaged.
        FileError, VersionError
            If the choice cannot be written.
        """
        author = required("author", author)
        if read is None or read.directory != self.directory(version_id):
            self.read(version_id)
        with atomic.unwritable(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            with self.held():
                self._point(version_id, author)

    def _record(self, name: str) -> Version:
        directory = self.directory(name)
        try:
            said = tomllib.loads((directory / RECORD).read_text(encoding="utf-8"))
            at = datetime.fromisoformat(str(said["at"]))
        except (OSError, ValueError, KeyError, RecursionError):
            return Version(
                name, fault=VersionError("error.version_unusable", version=name, reason=GONE)
            )
        fault = None
        if not (directory / FILE).is_file():
            missing = PackError("error.pack_not_found", path=quote(directory))
            fault = VersionError("error.version_unusable", version=name, reason=missing)
        layers = said.get("layers")
        return Version(
            id=name,
            at=at,
            author=str(said.get("author", "")),
            reason=str(said.get("reason", "")),
            parent=str(said.get("parent", "")),
            layers=tuple(str(one) for one in layers) if isinstance(layers, list) else (),
            sha256=str(said.get("sha256", "")),
            fault=fault,
        )

    def _moment(self) -> datetime:
        """Return now, or a second after the newest version: ids are in order of time."""
        newest = next(iter(self.versions()), None)
        now = datetime.now(UTC).replace(microsecond=0)
        if newest is None:
            return now
        last = datetime.strptime(newest.id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return max(now, last + _SECOND)

    def _point(self, version_id: str, author: str) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._write_choice(Choice(version_id, author, at))

    def _write_choice(self, choice: Choice) -> None:
        with atomic.draft_file(self.home / CHOICE, durable=True) as draft:
            write_record(draft, asdict(choice))

    def choose(self, choice: Choice) -> None:
        """
        Put a version into use as it was before, by whom and when it was then.

        Raises
        ------
        VersionError
            If there is no such version.
        FileError, VersionError
            If the choice cannot be written.
        """
        if choice.version != EMBEDDED:
            self.version(choice.version)
        with atomic.unwritable(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            with self.held():
                self._write_choice(choice)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """
        Keep all others from changing what there is, for as long as the block lasts.

        Raises
        ------
        VersionError
            If somebody else does so for longer than `PATIENCE_S`.
        """
        try:
            # Not by thread: two sessions are two threads of one program.
            with filelock.FileLock(self.home / _LOCK, timeout=PATIENCE_S, thread_local=False):
                yield
        except filelock.Timeout as error:
            raise VersionError("error.version_busy", path=quote(self.home)) from error
