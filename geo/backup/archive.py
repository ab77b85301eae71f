"""
A backup as a zip file: written with a checksum for each file, and read with nothing taken on trust.

A zip may come from anywhere. Only names that a backup has are read, none of them a link, none
larger than the manifest says, and all of them are summed before anything is restored.
"""

from __future__ import annotations

import hashlib
import stat
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

import msgspec

from geo.backup.manifest import (
    FORMAT,
    FORMAT_VERSION,
    LARGEST,
    NAME,
    BackupManifest,
    BackupPart,
    is_ours,
)
from geo.errors import BackupError
from geo.pack.location import EMBEDDED, VERSION_ID
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CHUNK: Final = 1_000_000
_MODE: Final = 0o600  # whoever unpacks it by hand does not show the names in it to all
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(ValueError, RuntimeError),  # what zipfile says of flags and lengths that cannot be
)
_WAYS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass
class ArchiveWriter:
    """A backup that is being written; `parts` are the files so far."""

    file: zipfile.ZipFile
    parts: list[BackupPart] = field(default_factory=list)

    def add(self, name: str, pieces: Iterable[bytes]) -> BackupPart:
        """Write one file."""
        sums, size = hashlib.sha256(), 0
        with self.file.open(_info(name), "w", force_zip64=True) as target:
            for piece in pieces:
                target.write(piece)
                sums.update(piece)
                size += len(piece)
        part = BackupPart(name, size, sums.hexdigest())
        self.parts.append(part)
        return part

    def finish(self, manifest: BackupManifest) -> None:
        """Write what it says of itself."""
        with self.file.open(_info(NAME), "w") as target:
            target.write(msgspec.json.format(msgspec.json.encode(manifest)))


@dataclass(frozen=True)
class Archive:
    """A backup that is open and has been checked."""

    path: Path
    file: zipfile.ZipFile
    manifest: BackupManifest

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """
        Open one file of it.

        Raises
        ------
        BackupError
            If it cannot be read, from the block too.
        """
        try:
            with self.file.open(name) as source:
                yield source
        except _DAMAGE as error:
            raise BackupError("error.backup_altered", part=quote(name)) from error

    def pieces(self, part: BackupPart) -> Iterator[bytes]:
        """
        Return one file of it bit by bit; the last comes only where all is as was written.

        Raises
        ------
        BackupError
            If it is another size or has another checksum than the manifest says.
        """
        sums, left = hashlib.sha256(), part.size
        altered = BackupError("error.backup_altered", part=quote(part.name))
        with self.part(part.name) as source:
            while True:
                try:
                    # One byte more than there may be, so that what goes on for ever is seen to.
                    piece = source.read(min(_CHUNK, left + 1))
                except OSError as error:
                    raise altered from error
                sums.update(piece)
                left -= len(piece)
                whole = not piece or left == 0
                if left < 0 or (whole and (left or sums.hexdigest() != part.sha256)):
                    raise altered
                if not piece:
                    return
                yield piece


@contextmanager
def writing(path: Path) -> Iterator[ArchiveWriter]:
    """Begin a zip file that only its owner may read."""
    path.touch(mode=_MODE)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        yield ArchiveWriter(file)


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """
    Open a backup and check all of it.

    Raises
    ------
    BackupError
        If it is no backup, of a newer version, damaged, or holds what no backup does.
    """
    try:
        file = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise BackupError("error.backup_unreadable", path=quote(path)) from error
    except OSError as error:
        raise BackupError("error.backup_missing", path=quote(path)) from error
    with file:
        archive = Archive(path, file, _manifest(file, path))
        _check_names(archive)
        for part in archive.manifest.parts:
            for _ in archive.pieces(part):
                pass
        yield archive


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | _MODE) << 16
    return info


def _manifest(file: zipfile.ZipFile, path: Path) -> BackupManifest:
    foreign = BackupError("error.backup_foreign", path=quote(path))
    if NAME not in file.namelist():
        raise foreign
    try:
        with file.open(NAME) as source:
            text = source.read(LARGEST)
        said = msgspec.json.decode(text)
        if said.get("format") != FORMAT:
            raise foreign
        newer = said.get("format_version", 0) > FORMAT_VERSION
        if not newer:
            return msgspec.convert(said, BackupManifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise foreign from error
    except _DAMAGE as error:
        raise BackupError("error.backup_unreadable", path=quote(path)) from error
    raise BackupError("error.backup_newer", path=quote(path))


def _check_names(archive: Archive) -> None:
    """Compare what is in the zip with what the manifest says."""
    listed = [part.name for part in archive.manifest.parts]
    there = [info.filename for info in archive.file.infolist() if info.filename != NAME]
    for name in [*listed, *there]:
        if not is_ours(name):
            raise BackupError("error.backup_name", name=quote(name))
    for info in archive.file.infolist():
        if stat.S_ISLNK(info.external_attr >> 16) or info.compress_type not in _WAYS:
            raise BackupError("error.backup_name", name=quote(info.filename))
    packs = archive.manifest.packs
    for version in () if packs is None else {*packs.versions, *packs.damaged, packs.in_use}:
        if version != EMBEDDED and not VERSION_ID.fullmatch(version):
            raise BackupError("error.backup_name", name=quote(version))
    if len(set(listed)) < len(listed) or len(set(there)) < len(there):
        raise BackupError("error.backup_foreign", path=quote(archive.path))
    for name in set(listed) ^ set(there):
        raise BackupError("error.backup_part", part=quote(name))
