"""The ledger's tables, as they are after the newest migration."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from geo.ledger.fields import DATE, FIELDS, FLAG, NUMBER, YEAR
from geo.schema.text import LINE, TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.engine.interfaces import Dialect

VERSION_TABLE: Final = "ledger_version"


class Moment(sa.TypeDecorator[datetime]):
    """A time in UTC, aware in Python on both databases, though SQLite stores no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring any aware time to UTC."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Make what SQLite gives back aware, and what PostgreSQL gives back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def json_text(content: Any) -> str:  # noqa: ANN401  # whatever JSON can hold
    """
    Write JSON in the one way that makes equal content equal text; also what the tables store.

    Raises
    ------
    ValueError, TypeError
        If there is NaN, infinity or anything else in it that JSON has not.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


# SQLite numbers rows by itself only under this very type; elsewhere 2³¹ entries are too few.
SEQ: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Both databases then sort as Python does, whatever the server's language.
WORD: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_TYPES: Final[dict[str, Any]] = {
    LINE: sa.Text,
    TEXT: sa.Text,
    NUMBER: sa.Double,
    YEAR: sa.Integer,
    DATE: sa.Text,
    FLAG: sa.Boolean,
}

metadata = sa.MetaData()


def entry_table(
    name: str, of: str, fields: Mapping[str, str], required: Collection[str]
) -> sa.Table:
    """
    Return the table of a list that is kept entry by entry.

    Parameters
    ----------
    name
        Of the table.
    of
        Column with the id of what the entries are about.
    fields
        The list's fields, `of` among them, with the kind of each.
    required
        Those that are never unknown.
    """
    return sa.Table(
        name,
        metadata,
        sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        sa.Column("municipality_no", WORD, nullable=False),
        sa.Column(of, WORD, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("undoes", SEQ, sa.ForeignKey(f"{name}.seq")),
        sa.Column("removed", sa.Boolean, nullable=False),
        *(
            sa.Column(field, _TYPES[kind], nullable=field not in required)
            for field, kind in fields.items()
            if field != of
        ),
        sa.Column("geometry", sa.LargeBinary),
        sa.UniqueConstraint("municipality_no", of, "revision"),
    )


entries = entry_table("ledger_entries", "project_id", FIELDS, ("name", "effect"))

scenarios = sa.Table(
    "ledger_scenarios",
    metadata,
    sa.Column("municipality_no", WORD, primary_key=True),
    sa.Column("name", WORD, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("ledger_seq", SEQ, nullable=False),
    sa.Column("overrides", sa.JSON, nullable=False),
)

calculations = sa.Table(
    "ledger_calculations",
    metadata,
    sa.Column("municipality_no", WORD, primary_key=True),
    sa.Column("id", WORD, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("result", sa.JSON, nullable=False),
)
