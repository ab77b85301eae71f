"""
Questions to the entries: the newest, the earlier, and the projects as they were.

Each is asked of one list, `EntryList`: that of projects, or the register of sites.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from geo.errors import LedgerError
from geo.ledger.entries import Head
from geo.ledger.fields import DTYPES
from geo.schema.layers import CRS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geopandas import GeoDataFrame
    from sqlalchemy import ColumnElement, Connection, Select

    from geo.ledger.entries import Entry, EntryList

_CHUNK = 1_000  # ids in one question: SQLite takes 32 766 at most, PostgreSQL 65 535


def head(connection: Connection, kept: EntryList, municipality_no: str | None = None) -> Head:
    """Newest entry of a municipality, or of them all."""
    query = sa.select(kept.table.c.seq, kept.table.c.at).order_by(kept.table.c.seq.desc()).limit(1)
    if municipality_no is not None:
        query = query.where(kept.table.c.municipality_no == municipality_no)
    row = connection.execute(query).first()
    return Head(0, None) if row is None else Head(row.seq, row.at)


def listed(
    connection: Connection,
    kept: EntryList,
    municipality_no: str,
    one: str | None,
    limit: int | None,
) -> list[Entry]:
    """Entries of a municipality or of one project in it, newest first, at most `limit`."""
    query = (
        sa.select(kept.table)
        .where(kept.table.c.municipality_no == municipality_no)
        .order_by(kept.table.c.seq.desc())
        .limit(limit)
    )
    if one is not None:
        query = query.where(kept.about == one)
    return [kept.from_row(row) for row in connection.execute(query)]


def entry(connection: Connection, kept: EntryList, municipality_no: str, seq: int) -> Entry:
    """
    One entry by its number.

    Raises
    ------
    LedgerError
        If the municipality has none of this number.
    """
    theirs = kept.table.c.municipality_no == municipality_no
    row = connection.execute(sa.select(kept.table).where(theirs, kept.table.c.seq == seq)).first()
    if row is None:
        raise LedgerError("error.ledger_unknown_entry", seq=str(seq))
    return kept.from_row(row)


def before(
    connection: Connection, kept: EntryList, municipality_no: str, later: Entry
) -> Entry | None:
    """Entry of the same project that precedes one; None for its first."""
    query = sa.select(kept.table).where(
        kept.table.c.municipality_no == municipality_no,
        kept.about == later.project_id,
        kept.table.c.revision == later.revision - 1,
    )
    row = connection.execute(query).first()
    return None if row is None else kept.from_row(row)


def ids(connection: Connection, kept: EntryList, municipality_no: str) -> set[str]:
    """Ids of all projects or sites there are or have been."""
    theirs = kept.table.c.municipality_no == municipality_no
    return set(connection.scalars(sa.select(kept.about).where(theirs).distinct()))


def newest(
    connection: Connection, kept: EntryList, municipality_no: str, some: Collection[str]
) -> dict[str, Entry]:
    """Newest entry of each of these, removed ones included, by id."""
    wanted, found = list(some), {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        last = _last(kept, municipality_no, kept.about.in_(chunk))
        for row in connection.execute(sa.select(kept.table).where(kept.table.c.seq.in_(last))):
            last_one = kept.from_row(row)
            found[last_one.project_id] = last_one
    return found


def state(
    connection: Connection, kept: EntryList, municipality_no: str, at: datetime | int | None
) -> GeoDataFrame:
    """
    Projects or sites now, at a time, or after an entry.

    Returns
    -------
    GeoDataFrame
        The list's fields, `revision` (int64) and geometry in EPSG:25832, one row a project or
        site by its id, in the types of the pack's layer. Those removed by then are not in it.

    Raises
    ------
    LedgerError
        If no entry has the number `at` yet: what comes after it could still change.
    ValueError
        If `at` is a time without a zone.
    """
    last = _last(kept, municipality_no, *_until(connection, kept, at))
    columns = [kept.table.c[name] for name in (*kept.fields, "revision", "geometry")]
    query = (
        sa.select(*columns)
        .where(kept.table.c.seq.in_(last), sa.not_(kept.table.c.removed))
        .order_by(kept.about)
    )
    return _frame(kept, connection.execute(query).all())


def _until(
    connection: Connection, kept: EntryList, at: datetime | int | None
) -> list[ColumnElement[bool]]:
    if at is None:
        return []
    if isinstance(at, datetime):
        if at.tzinfo is None:
            msg = "a time must say which zone it is in"
            raise ValueError(msg)
        return [kept.table.c.at <= at]
    if not 0 <= at <= head(connection, kept).seq:
        raise LedgerError("error.ledger_unknown_entry", seq=str(at))
    return [kept.table.c.seq <= at]


def _last(
    kept: EntryList, municipality_no: str, *conditions: ColumnElement[bool]
) -> Select[tuple[int]]:
    return (
        sa.select(sa.func.max(kept.table.c.seq))
        .where(kept.table.c.municipality_no == municipality_no, *conditions)
        .group_by(kept.about)
    )


def _frame(kept: EntryList, rows: Sequence[Any]) -> GeoDataFrame:
    # Whole columns: as a list of rows pandas would guess each type from what happens to be there.
    columns = list(zip(*rows, strict=True)) or [()] * (len(kept.fields) + 2)
    *values, revision, wkb = columns
    made = {
        name: pd.Series(list(column), dtype=DTYPES[kind])
        for (name, kind), column in zip(kept.fields.items(), values, strict=True)
    }
    made["revision"] = pd.Series(revision, dtype="int64")
    shapes = shapely.from_wkb(np.array(wkb, dtype=object))
    return gpd.GeoDataFrame(made, geometry=shapes, crs=CRS)
