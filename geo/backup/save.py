"""A backup made while the app writes, and tried before it is said to be there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from geo import __version__
from geo.backup import archive, rows, scratch
from geo.backup.manifest import (
    FORMAT,
    FORMAT_VERSION,
    PACK_FILE,
    BackupManifest,
    LedgerPart,
    PacksPart,
    choice_part,
    table_part,
    version_part,
)
from geo.errors import BackupError, VersionError
from geo.formats import atomic
from geo.ledger import history, upgrade
from geo.ledger.database import connect, default_url, exists, reading
from geo.ledger.entries import PROJECTS
from geo.pack import location
from geo.pack.location import CHOICE
from geo.pack.read import FILE
from geo.pack.versions import VersionStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    Tell = Callable[[str], None]

_CHUNK: Final = 1_000_000


@dataclass(frozen=True)
class BackupPlaces:
    """What is backed up and restored: the ledger's address, and the home of the pack's versions."""

    ledger: str = field(default_factory=default_url)
    packs: Path = field(default_factory=location.home)


def backup(out: Path, places: BackupPlaces, tell: Tell) -> BackupManifest:
    """
    Write a backup to a file, which is there when all of it has been read back, or not at all.

    The ledger is read in one transaction: what others write meanwhile is in it or is not, never by
    halves. A version of the pack is never changed once it is there, so nobody has to wait.

    Parameters
    ----------
    out
        The file; one that is there is replaced.
    places
        What to back up.
    tell
        Called with the id of a text for each step.

    Raises
    ------
    BackupError
        If there is nothing to back up. If what was written cannot be restored.
    LedgerError, VersionError
        If the ledger, or which version is in use, cannot be read.
    FileError
        If the file cannot be written.
    """
    out = out.absolute()
    atomic.sweep_beside(out)
    with atomic.unwritable(out), atomic.draft_file(out, durable=True) as draft:
        with archive.writing(draft) as writer:
            tell("cli.backup_ledger_step")
            ledger = _add_ledger(writer, places.ledger)
            tell("cli.backup_packs_step")
            packs = _add_packs(writer, VersionStore(places.packs))
            if ledger is None and packs is None:
                raise BackupError("error.backup_nothing")
            manifest = _finished(writer, ledger, packs)
        tell("cli.backup_check_step")
        with archive.reading(draft) as written, scratch.ledger_of(written):
            pass
    return manifest


def keep(out: Path, connection: Connection | None, store: VersionStore) -> None:
    """
    Write what a restored backup takes the place of, as a backup: ledger, and the version in use.

    The versions themselves stay where they are.
    """
    with atomic.draft_file(out, durable=True) as draft, archive.writing(draft) as writer:
        ledger = None if connection is None else add_tables(writer, connection)
        packs = None
        with contextlib.suppress(
            VersionError
        ):  # one that cannot be read is no choice to go back to
            if (store.home / CHOICE).is_file():
                packs = _add_choice(writer, store, [], [])
        _finished(writer, ledger, packs)


def add_tables(writer: archive.ArchiveWriter, connection: Connection) -> LedgerPart | None:
    """Write the ledger's tables; None where there are none."""
    revision = upgrade.revision_of(connection)
    if revision is None:
        return None
    for table in rows.TABLES:
        writer.add(table_part(table), rows.lines(connection, table))
    head = history.head(connection, PROJECTS)
    found = rows.municipalities(connection)
    return LedgerPart(revision, rows.counts(connection), head.seq, found)


def _add_ledger(writer: archive.ArchiveWriter, url: str) -> LedgerPart | None:
    if not exists(url):
        return None
    engine = connect(url)
    try:
        at = engine
        if engine.dialect.name == "postgresql":
            # One picture of all tables, as SQLite gives by itself.
            at = engine.execution_options(isolation_level="REPEATABLE READ")
        with reading(at) as connection:
            return add_tables(writer, connection)
    finally:
        engine.dispose()


def _add_packs(writer: archive.ArchiveWriter, store: VersionStore) -> PacksPart | None:
    # First what is in use: a version is there before it is put into use, and never goes.
    used = (store.home / CHOICE).is_file()
    choice = store.choice()
    versions = sorted(store.versions(), key=lambda one: one.id)
    if not versions and not used:
        return None
    damaged = []
    for version in versions:
        folder = store.directory(version.id)
        sums = ""
        for path in sorted(folder.iterdir()):
            if PACK_FILE.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                part = writer.add(version_part(version.id, path.name), _pieces(path))
                sums = part.sha256 if path.name == FILE else sums
        if version.fault is not None or sums != version.sha256:
            damaged.append(version.id)
    known = [one.id for one in versions]
    if used:
        return _add_choice(writer, store, known, damaged)
    return PacksPart(known, damaged, choice.version, choice.author, choice.at)


def _add_choice(
    writer: archive.ArchiveWriter, store: VersionStore, versions: list[str], damaged: list[str]
) -> PacksPart:
    choice = store.choice()
    writer.add(choice_part(), _pieces(store.home / CHOICE))
    return PacksPart(versions, damaged, choice.version, choice.author, choice.at)


def _finished(
    writer: archive.ArchiveWriter, ledger: LedgerPart | None, packs: PacksPart | None
) -> BackupManifest:
    manifest = BackupManifest(
        format=FORMAT,
        format_version=FORMAT_VERSION,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        program=__version__,
        ledger=ledger,
        packs=packs,
        parts=writer.parts,
    )
    writer.finish(manifest)
    return manifest


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
