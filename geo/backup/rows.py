"""
Rows of the ledger's tables as lines of JSON, equal whichever database they come from.

Numbers are written so that the same one is read, times in UTC with microseconds, geometries as the
bytes that are stored. So a list that was kept in SQLite can go on in PostgreSQL, and the reverse;
and two tables are equal when their lines are.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from geo.errors import BackupError
from geo.ledger.tables import Moment, metadata
from geo.register.store import SITES
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

# In the order that lets rows refer to others; the register's table is one of them.
TABLES: Final = tuple(table.name for table in SITES.table.metadata.sorted_tables)
_BATCH: Final = 500  # rows written together
_LONGEST: Final = 256_000_000  # bytes of a row; no geometry of a project is near it


def lines(connection: Connection, table: str) -> Iterator[bytes]:
    """Return a table's rows in the order of its key, a line each; none where there is no table."""
    known = metadata.tables[table]
    columns = _columns(connection, known)
    if not columns:
        return
    query = sa.select(*columns).order_by(*known.primary_key.columns)
    for row in connection.execute(query, execution_options={"yield_per": _BATCH}):
        values = zip(columns, row, strict=True)
        said = {column.name: _written(column, value) for column, value in values}
        yield json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def digest(connection: Connection, table: str) -> str:
    """SHA-256 of a table's lines."""
    sums = hashlib.sha256()
    for line in lines(connection, table):
        sums.update(line)
    return sums.hexdigest()


def there(connection: Connection) -> list[str]:
    """Return the tables that a database has, which may be of an older version."""
    known = set(sa.inspect(connection).get_table_names())
    return [name for name in TABLES if name in known]


def counts(connection: Connection) -> dict[str, int]:
    """Count the rows of each table; those that are not there have none."""
    found = dict.fromkeys(TABLES, 0)
    for name in there(connection):
        query = sa.select(sa.func.count()).select_from(metadata.tables[name])
        found[name] = connection.execute(query).scalar_one()
    return found


def municipalities(connection: Connection) -> list[str]:
    """Return the numbers of all municipalities that have rows."""
    found: set[str] = set()
    for name in there(connection):
        column = metadata.tables[name].c.municipality_no
        found.update(str(one) for one in connection.scalars(sa.select(column).distinct()))
    return sorted(found)


def fill(connection: Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows to a table."""
    statement, some = sa.insert(metadata.tables[table]), iter(rows)
    while batch := list(islice(some, _BATCH)):
        connection.execute(statement, batch)


def clear(connection: Connection) -> None:
    """Empty all tables."""
    for name in reversed(TABLES):
        connection.execute(sa.delete(metadata.tables[name]))


def read(file: IO[bytes], table: str) -> Iterator[dict[str, Any]]:
    """
    Return the rows that stand in a file, as `fill` takes them.

    Raises
    ------
    BackupError
        If a line is no row of the table.
    """
    while line := file.readline(_LONGEST):
        try:
            yield row(line, table)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BackupError("error.backup_altered", part=quote(table)) from error


def row(line: bytes, table: str) -> dict[str, Any]:
    """Return the row that stands in a line, as `fill` takes it."""
    known = metadata.tables[table]
    return {name: _read(known.columns[name], value) for name, value in json.loads(line).items()}


def _columns(connection: Connection, table: sa.Table) -> Sequence[sa.Column[Any]]:
    """Return the columns that the table has in this database, which may be of an older version."""
    inspector = sa.inspect(connection)
    if table.name not in inspector.get_table_names():
        return []
    there = {column["name"] for column in inspector.get_columns(table.name)}
    return [column for column in table.columns if column.name in there]


def _written(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401  # whatever a column holds
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    if value is not None and isinstance(column.type, sa.Float):
        return float(value) + 0.0  # there is one zero: SQLite keeps no sign of it
    return value


def _read(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401  # whatever a column holds
    if value is None:
        return None
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value, validate=True)
    return value
