"""
A backup put back: checked whole, laid beside what is there, and put into use at the end.

Versions of the pack are added to those that are there, since their ids never mean two things; only
which one is in use changes. The ledger is replaced in one transaction, in whatever kind of database
it is kept, and what stood there has been written to a backup of its own before that. So a program
that has the ledger open goes on, and one that is stopped in the middle leaves the old in use.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from geo.backup import archive, rows, save, scratch
from geo.backup.manifest import version_part
from geo.errors import BackupError, LedgerError, VersionError
from geo.formats import atomic
from geo.ledger import upgrade
from geo.ledger.database import connect, exists, is_there, path_of, place_of, reading, writing
from geo.pack.location import CHOICE, EMBEDDED, FOLDER, VERSION_ID, Choice
from geo.pack.versions import VersionStore
from geo.pack.write import checksum
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from geo.backup.archive import Archive
    from geo.backup.manifest import BackupManifest, BackupPart, PacksPart
    from geo.backup.save import BackupPlaces

    Tell = Callable[[str], None]

_BESIDE: Final = ("", "-wal", "-shm")  # an SQLite file, and what belongs to it


@dataclass(frozen=True)
class Restored:
    """
    What was restored.

    Attributes
    ----------
    manifest
        Of the backup.
    kept
        Backup of what was there before; None where there was nothing.
    aside
        Damaged files and folders that were moved out of the way, by their new names.
    """

    manifest: BackupManifest
    kept: Path | None = None
    aside: tuple[Path, ...] = ()


def check(path: Path, tell: Tell) -> BackupManifest:
    """
    Read all of a backup as restoring does, and restore nothing.

    Raises
    ------
    BackupError
        If it cannot be restored by this version of the program.
    """
    tell("cli.restore_check_step")
    with archive.reading(path.absolute()) as found, scratch.ledger_of(found):
        return found.manifest


def restore(path: Path, places: BackupPlaces, tell: Tell, *, replace: bool) -> Restored:
    """
    Put a backup back.

    Parameters
    ----------
    path
        The backup.
    places
        Where to; what the backup has not is left alone.
    tell
        Called with the id of a text for each step.
    replace
        Whether what is there may be replaced; it is kept in a backup of its own.

    Raises
    ------
    BackupError
        If the backup cannot be restored. If there is something already, and `replace` is not set.
        If there is no room.
    LedgerError, VersionError, FileError
        If ledger or versions cannot be written.
    """
    tell("cli.restore_check_step")
    store = VersionStore(places.packs)
    with archive.reading(path.absolute()) as found, scratch.ledger_of(found) as loaded:
        packs = found.manifest.packs
        if packs is not None:
            _require_free(store, packs, replace=replace)
        damaged = loaded is not None and _is_damaged(places.ledger, replace=replace)
        moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
        aside: list[Path] = []
        if packs is not None:
            tell("cli.restore_packs_step")
            with atomic.unwritable(store.home):
                _place(found, packs, store, moment, aside)
        tell("cli.restore_ledger_step")
        with _target(places.ledger, loaded) as target:
            if damaged and target is not None:
                aside += _moved_aside(target, moment)
            kept = _put_into_use(target, loaded, store, packs, _Terms(moment, replace))
        return Restored(found.manifest, kept, tuple(aside))


@dataclass(frozen=True)
class _Terms:
    """When a backup is restored, and whether it may take the place of what is there."""

    moment: str
    replace: bool


def _is_damaged(url: str, *, replace: bool) -> bool:
    """Whether what is at the ledger's address must be moved away first; refuse what may not go."""
    engine = connect(url)
    place = place_of(engine.url)
    try:
        if exists(url) and _has_rows(engine) and not replace:
            raise BackupError("error.restore_over_ledger", place=place)
    except LedgerError as error:
        if path_of(engine.url) is None or error.code != "error.ledger_unreadable":
            raise
        if not replace:
            raise BackupError("error.restore_over_damaged", place=place) from None
        return True
    finally:
        engine.dispose()
    return False


@contextlib.contextmanager
def _target(url: str, loaded: Engine | None) -> Iterator[Engine | None]:
    """Give the block the ledger that is written to; None where there is none to restore."""
    if loaded is None:
        yield None
        return
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _put_into_use(
    target: Engine | None,
    loaded: Engine | None,
    store: VersionStore,
    packs: PacksPart | None,
    terms: _Terms,
) -> Path | None:
    """Replace ledger and choice, and return the backup of what was there; None where nothing."""
    kept = _kept_path(target, store, terms.moment)
    before = None
    with contextlib.suppress(VersionError):  # one that cannot be read is what is repaired here
        before = store.choice()
    if target is not None:
        upgrade.prepare(target)
    try:
        with _switched(target) as connection:
            occupied = _is_occupied(connection, replace=terms.replace)
            had = occupied or (packs is not None and (store.home / CHOICE).is_file())
            if had:
                with atomic.unwritable(kept):
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    save.keep(kept, connection, store)
            if connection is not None and loaded is not None:
                _replace_rows(connection, loaded)
            # The last step but one: what follows is that the ledger's transaction ends.
            if packs is not None:
                store.choose(Choice(packs.in_use, packs.author, packs.at))
    except BaseException:
        if packs is not None and before is not None and store.choice() != before:
            store.choose(before)
        raise
    return kept if had else None


def _is_occupied(connection: Connection | None, *, replace: bool) -> bool:
    """Whether the ledger has rows; refuse them where they may not go."""
    occupied = connection is not None and any(rows.counts(connection).values())
    if connection is not None and occupied and not replace:  # they came while we unpacked
        place = place_of(connection.engine.url)
        raise BackupError("error.restore_over_ledger", place=place)
    return occupied


def _has_rows(engine: Engine) -> bool:
    with reading(engine) as connection:
        upgrade.revision_of(connection)  # another program's file is told from an empty list
        return any(rows.counts(connection).values())


def _moved_aside(engine: Engine, moment: str) -> Iterator[Path]:
    path = path_of(engine.url)
    assert path is not None
    with atomic.unwritable(path):
        for end in _BESIDE:
            old = path.with_name(f"{path.name}{end}")
            if is_there(old):
                yield old.rename(path.with_name(f"{path.name}.damaged-{moment}{end}"))


def _require_free(store: VersionStore, packs: PacksPart, *, replace: bool) -> None:
    # What a restoring that was stopped has laid there already is in nobody's way.
    others = {one.id for one in store.versions()} - {*packs.versions}
    if not replace and (others or (store.home / CHOICE).is_file()):
        raise BackupError("error.restore_over_packs", path=quote(store.home))
    known = {*packs.versions, EMBEDDED, *(one.id for one in store.versions())}
    if packs.in_use not in known:
        raise BackupError("error.restore_version", version=quote(packs.in_use))


def _place(
    found: Archive, packs: PacksPart, store: VersionStore, moment: str, aside: list[Path]
) -> None:
    """Lay every version that is not there yet beside the others, in use by nobody."""
    missing = {one: parts for one in packs.versions if (parts := _to_place(found, store, one))}
    folder = store.home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    atomic.sweep(folder)
    size = sum(part.size for parts in missing.values() for part in parts)
    if size > shutil.disk_usage(folder).free:
        raise BackupError("error.restore_no_room", path=quote(folder), size=size // 1_000_000)
    for version, parts in missing.items():
        with atomic.draft_folder(folder) as draft:
            for part in parts:
                with (draft / part.name.rpartition("/")[2]).open("wb") as file:
                    for piece in found.pieces(part):
                        file.write(piece)
            place = store.directory(version)
            if place.exists():
                aside.append(place.rename(place.with_name(f"{version}.damaged-{moment}")))
            atomic.put(draft, place, durable=True)


def _to_place(found: Archive, store: VersionStore, version: str) -> list[BackupPart]:
    """Return the files of a version, or none where the very same ones are there already."""
    if not VERSION_ID.fullmatch(version):
        raise BackupError("error.backup_name", name=quote(version))
    start = version_part(version, "")
    parts = [part for part in found.manifest.parts if part.name.startswith(start)]
    there = store.directory(version)
    same = (
        (there / part.name.removeprefix(start)).is_file()
        and checksum(there / part.name.removeprefix(start)) == part.sha256
        for part in parts
    )
    return [] if there.is_dir() and all(same) else parts


def _kept_path(target: Engine | None, store: VersionStore, moment: str) -> Path:
    """Return where to keep what was there: beside the ledger's file, else beside the packs."""
    path = None if target is None else path_of(target.url)
    folder = store.home if path is None else path.absolute().parent
    return folder / f"before-restore-{moment}.zip"


@contextlib.contextmanager
def _switched(target: Engine | None) -> Iterator[Connection | None]:
    """Give the block the ledger to itself; all that it writes is kept at its end, or nothing."""
    if target is None:
        yield None
        return
    with writing(target) as connection:
        yield connection


def _replace_rows(connection: Connection, loaded: Engine) -> None:
    rows.clear(connection)
    with reading(loaded) as source:
        for table in rows.TABLES:
            lines = rows.lines(source, table)
            rows.fill(connection, table, (rows.row(line, table) for line in lines))
            if rows.digest(connection, table) != rows.digest(source, table):
                raise BackupError("error.restore_differs")
