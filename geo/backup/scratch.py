"""A backup's ledger tried: laid into a database that nobody uses, and brought up to date there."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from geo.backup import rows
from geo.backup.manifest import table_part
from geo.errors import BackupError
from geo.formats import atomic
from geo.ledger import upgrade
from geo.ledger.database import connect, reading, writing
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from geo.backup.archive import Archive
    from geo.backup.manifest import LedgerPart


@contextmanager
def ledger_of(archive: Archive) -> Iterator[Engine | None]:
    """
    Give the block a database with a backup's ledger, as this version of the program keeps it.

    None where the backup has no ledger.

    Raises
    ------
    BackupError
        If a newer version of the program has written it. If what is read back is not the same.
    FileError
        If there is no room for it.
    """
    part = archive.manifest.ledger
    if part is None:
        yield None
        return
    if not upgrade.is_known(part.revision):
        raise BackupError("error.backup_newer", path=quote(archive.path))
    base = Path(tempfile.gettempdir())
    with atomic.unwritable(base):
        folder = tempfile.TemporaryDirectory(prefix="naeringsareal-", dir=base)
    with folder as name:
        path = Path(name, "ledger").with_suffix(".sqlite")
        path.touch()
        engine = connect(f"sqlite:///{path}")
        try:
            upgrade.migrate(engine, part.revision)
            _lay_in(archive, part, engine)
            upgrade.migrate(engine)
            yield engine
        finally:
            engine.dispose()


def _lay_in(archive: Archive, part: LedgerPart, engine: Engine) -> None:
    sums = {one.name: one.sha256 for one in archive.manifest.parts}
    with reading(engine) as connection:
        known = rows.there(connection)  # of the backup's revision
    for table in known:
        name = table_part(table)
        altered = BackupError("error.backup_altered", part=quote(name))
        if name not in sums:
            raise altered
        try:
            with writing(engine) as connection, archive.part(name) as file:
                rows.fill(connection, table, rows.read(file, table))
        except SQLAlchemyError as error:  # rows that the table does not take
            raise altered from error
        with reading(engine) as connection:
            if rows.digest(connection, table) != sums[name]:
                raise altered
    with reading(engine) as connection:
        if rows.counts(connection) != dict.fromkeys(rows.TABLES, 0) | part.rows:
            raise BackupError("error.backup_altered", part=quote("manifest.json"))
