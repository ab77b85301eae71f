"""The database under the ledger: where it is, how it is opened, read and written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs
import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from geo.errors import LedgerError
from geo.ledger.tables import json_text
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine

ENVIRONMENT_VARIABLE: Final = "NAERINGSAREAL_LEDGER"

# How long a writer waits for the others. A write takes milliseconds; whoever holds the ledger for
# this long is stuck.
PATIENCE_S: Final = 30
# Of a PostgreSQL server. One that is switched off, or behind a wall that drops what it gets, says
# nothing at all: without a limit Linux asks again for a quarter of an hour, and every page waits.
_PATIENCE: Final = {
    "connect_timeout": 10,
    "tcp_user_timeout": 10_000,  # milliseconds, for what was sent to arrive
    "keepalives_idle": 10,  # seconds in which it has sent nothing, until it is asked for a sign
    "keepalives_interval": 5,
    "keepalives_count": 2,
}

_ADVISORY_LOCK: Final = 0x6E_61_65_72  # "naer": one writer at a time, over all municipalities
_POSTGRESQL: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_WRITES: Final = "ledger_writes"

_SQLITE_FAULTS: Final[dict[int, str]] = {
    sqlite3.SQLITE_BUSY: "error.ledger_busy",
    sqlite3.SQLITE_LOCKED: "error.ledger_busy",
    sqlite3.SQLITE_READONLY: "error.ledger_read_only",
    sqlite3.SQLITE_PERM: "error.ledger_read_only",
    sqlite3.SQLITE_NOTADB: "error.ledger_unreadable",
    sqlite3.SQLITE_CORRUPT: "error.ledger_unreadable",
    sqlite3.SQLITE_CANTOPEN: "error.ledger_unreadable",
    sqlite3.SQLITE_FULL: "error.ledger_unreachable",
    sqlite3.SQLITE_IOERR: "error.ledger_unreachable",
}
# By SQLSTATE, or its class (the first two characters).
_POSTGRESQL_FAULTS: Final[dict[str, str]] = {
    "25006": "error.ledger_read_only",  # a server that only follows another
    "42501": "error.ledger_read_only",  # a role without the right
    "55P03": "error.ledger_busy",
    "40": "error.ledger_busy",
    "08": "error.ledger_unreachable",
    "28": "error.ledger_unreachable",
    "3D": "error.ledger_unreachable",
    "53": "error.ledger_unreachable",
    "57": "error.ledger_unreachable",
}


def default_url() -> str:
    """Return the ledger's address: the one in the environment, else a file of the user's own."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        return named
    path = (platformdirs.user_data_path("naeringsareal") / "ledger").with_suffix(".sqlite")
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def connect(url: str, *, read_only: bool = False) -> Engine:
    """
    Make an engine, which threads may share; nothing is opened or created yet.

    Parameters
    ----------
    url
        SQLAlchemy's kind: ``sqlite:///path`` or ``postgresql://user:password@host/database``.
    read_only
        Whether the database is to refuse all that would write.

    Raises
    ------
    LedgerError
        If it is no such address. No part that could be a password is in it, or in any other error
        raised here.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerError("error.ledger_address") from None
    if parsed.drivername in _POSTGRESQL and parsed.database:
        parsed = parsed.set(drivername="postgresql+psycopg")
        patience = {name: most for name, most in _PATIENCE.items() if name not in parsed.query}
        engine = sa.create_engine(
            parsed, connect_args=patience, pool_pre_ping=True, json_serializer=json_text
        )
        if read_only:
            event.listen(engine, "begin", _begin_reading)
        return engine
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and path_of(parsed) is not None:
        return _sqlite(parsed, read_only=read_only)
    raise LedgerError("error.ledger_address")


def path_of(url: URL) -> Path | None:
    """Return the file of an SQLite address; None for a server, or a database in memory."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def is_there(path: Path) -> bool:
    """Whether we can see a file; False too where its folder is closed to us."""
    return os.access(path, os.F_OK)


def exists(url: str) -> bool:
    """
    Whether there is a ledger's file at an address; a server answers for itself.

    Raises
    ------
    LedgerError
        As `connect`.
    """
    path = path_of(connect(url).url)
    return path is None or is_there(path)


def place_of(url: URL) -> str:
    """Where a ledger is, for people: the file, or server and database, and no secrets."""
    path = path_of(url)
    if path is not None:
        return quote(path)
    # A password that was not escaped may have spilled into what looks like the host.
    host = (url.host or "").rpartition("@")[2]
    return quote(f"{host}/{url.database}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """
    One transaction that reads; needs no right to write.

    Raises
    ------
    LedgerError
        In place of the database's own errors, where a person can do something about them.
    """
    with _plain_errors(engine.url), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """
    One transaction that writes, alone: all of it is kept, or nothing.

    Raises
    ------
    LedgerError
        If we may not, or if somebody else writes for longer than `PATIENCE_S`. As in `reading`.
    """
    with (
        _plain_errors(engine.url),
        engine.execution_options(**{_WRITES: True}).begin() as connection,
    ):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        yield connection


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _sqlite(url: URL, *, read_only: bool) -> Engine:
    path = Path(str(url.database)).absolute()
    # A read-only connection may have been opened to a file that was still; it is not kept, since
    # somebody may begin to write.
    pool: dict[str, Any] = {"poolclass": NullPool}
    if not read_only and _may_write(path):
        pool = {"poolclass": QueuePool, "max_overflow": -1}
    opens = partial(_open_file, path, read_only=read_only)
    engine = sa.create_engine(url, creator=opens, json_serializer=json_text, **pool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The lock comes first: to begin as a reader and write later fails when others write.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_file(path: Path, *, read_only: bool) -> sqlite3.Connection:
    mode = "mode=ro" if read_only else "mode=rw"
    if not _may_write(path):
        # Where nobody is writing there is no log beside the file, and we may not make one.
        followed = Path(f"{path}-wal").exists()
        mode = "mode=ro" if followed else "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.as_uri()}?{mode}",
        uri=True,
        timeout=PATIENCE_S,
        isolation_level=None,  # transactions begin where `_sqlite` says
        check_same_thread=False,  # the pool hands a connection to one thread at a time
    )
    try:
        connection.execute("PRAGMA synchronous=FULL")  # what was confirmed survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _may_write(path: Path) -> bool:
    present = [path] if is_there(path) else []
    nearest = next(parent for parent in path.parents if is_there(parent))
    return all(os.access(one, os.W_OK) for one in (*present, nearest))


@contextmanager
def _plain_errors(url: URL) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        fault = _fault(error.orig)
        if fault is None:
            raise
        raise LedgerError(fault, place=place_of(url)) from None


def _fault(error: BaseException | None) -> str | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
        return _SQLITE_FAULTS.get(code & 0xFF)  # the rest of the code is detail
    if isinstance(error, psycopg.Error):
        state = error.sqlstate
        if state is None:  # no answer from a server
            unreachable = isinstance(error, psycopg.OperationalError)
            return "error.ledger_unreachable" if unreachable else None
        return _POSTGRESQL_FAULTS.get(state) or _POSTGRESQL_FAULTS.get(state[:2])
    return None
