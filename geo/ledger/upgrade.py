"""A ledger made ready: created where there is none, brought up to date where it is older."""

from __future__ import annotations

import sqlite3
import time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from geo.errors import LedgerError
from geo.ledger.database import PATIENCE_S, is_there, path_of, place_of, reading, writing
from geo.ledger.tables import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_MIGRATIONS: Final = Path(__file__).parent / "migrations"

# Alembic keeps what it is doing in the module `alembic.op`, which all threads share.
_ONE_AT_A_TIME: Final = Lock()


def prepare(engine: Engine) -> None:
    """
    Create a ledger or bring it up to date; one that is up to date is only read.

    Raises
    ------
    LedgerError
        If a newer version of the program has written it. If the file is no ledger. If there is
        something to write, and we may not. As in `database.reading`.
    """
    path = path_of(engine.url)
    if path is not None and not is_there(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError:
            raise LedgerError("error.ledger_read_only", place=place_of(engine.url)) from None
    with reading(engine) as connection:
        ready = _up_to_date(connection)
    if not ready:
        if path is not None:
            _log_ahead(path, place_of(engine.url))
        migrate(engine)


def require_current(engine: Engine) -> None:
    """
    Make sure that a ledger can be read as it is; nothing is created or brought up to date.

    Raises
    ------
    LedgerError
        If it is older than this version of the program, or newer. If the file is no ledger. As in
        `database.reading`.
    """
    with reading(engine) as connection:
        if not _up_to_date(connection):
            raise LedgerError("error.ledger_older", place=place_of(engine.url))


def migrate(engine: Engine, revision: str = "head") -> None:
    """
    Bring a ledger to a revision, in one transaction.

    Raises
    ------
    LedgerError
        As in `prepare`.
    """
    with _ONE_AT_A_TIME, writing(engine) as connection:
        if not _up_to_date(connection):  # somebody else may have been first
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """
    Return the revision that a ledger's tables have; None where there are none.

    Raises
    ------
    LedgerError
        If a newer version of the program has written it. If the file is no ledger.
    """
    _up_to_date(connection)
    return next(iter(_heads_of(connection)), None)


def is_known(revision: str) -> bool:
    """Whether this version of the program can read what a revision has written."""
    return revision in _revisions()


def _heads_of(connection: Connection) -> tuple[str, ...]:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_heads()


def _up_to_date(connection: Connection) -> bool:
    found = _heads_of(connection)
    if not all(is_known(one) for one in found):
        raise LedgerError("error.ledger_newer", place=place_of(connection.engine.url))
    # A file with other tables belongs to another program; on a server they live side by side.
    is_file = connection.dialect.name == "sqlite"
    if not found and is_file and sa.inspect(connection).get_table_names():
        raise LedgerError("error.ledger_unreadable", place=place_of(connection.engine.url))
    return found == _head()


@cache
def _revisions() -> frozenset[str]:
    script = ScriptDirectory.from_config(_config())
    return frozenset(one.revision for one in script.walk_revisions())


@cache
def _head() -> tuple[str, ...]:
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _log_ahead(path: Path, place: str) -> None:
    """Let readers read while somebody writes (SQLite's WAL); the file remembers it."""
    end = time.monotonic() + PATIENCE_S
    while True:
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise LedgerError("error.ledger_read_only", place=place) from None
            # SQLite does not wait by itself here when several create the file at once.
            if time.monotonic() > end:
                raise LedgerError("error.ledger_busy", place=place) from None
            time.sleep(0.01)
        else:
            return
        finally:
            connection.close()
