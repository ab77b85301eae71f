"""Questions to the entries: the newest, the earlier, and the projects as they were."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from geo.errors import LedgerError
from geo.ledger.entries import Entry, Head, from_row
from geo.ledger.fields import DTYPES, FIELDS
from geo.ledger.tables import entries
from geo.schema.layers import CRS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geopandas import GeoDataFrame
    from sqlalchemy import ColumnElement, Connection, Select

_CHUNK = 1_000  # ids in one question: SQLite takes 32 766 at most, PostgreSQL 65 535


def head(connection: Connection, municipality_no: str | None = None) -> Head:
    """Newest entry of a municipality, or of them all."""
    query = sa.select(entries.c.seq, entries.c.at).order_by(entries.c.seq.desc()).limit(1)
    if municipality_no is not None:
        query = query.where(entries.c.municipality_no == municipality_no)
    row = connection.execute(query).first()
    return Head(0, None) if row is None else Head(row.seq, row.at)


def listed(
    connection: Connection, municipality_no: str, project_id: str | None, limit: int | None
) -> list[Entry]:
    """Entries of a municipality or of one project in it, newest first, at most `limit`."""
    query = (
        sa.select(entries)
        .where(entries.c.municipality_no == municipality_no)
        .order_by(entries.c.seq.desc())
        .limit(limit)
    )
    if project_id is not None:
        query = query.where(entries.c.project_id == project_id)
    return [from_row(row) for row in connection.execute(query)]


def entry(connection: Connection, municipality_no: str, seq: int) -> Entry:
    """
    One entry by its number.

    Raises
    ------
    LedgerError
        If the municipality has none of this number.
    """
    theirs = entries.c.municipality_no == municipality_no
    row = connection.execute(sa.select(entries).where(theirs, entries.c.seq == seq)).first()
    if row is None:
        raise LedgerError("error.ledger_unknown_entry", seq=str(seq))
    return from_row(row)


def before(connection: Connection, municipality_no: str, later: Entry) -> Entry | None:
    """Entry of the same project that precedes one; None for its first."""
    query = sa.select(entries).where(
        entries.c.municipality_no == municipality_no,
        entries.c.project_id == later.project_id,
        entries.c.revision == later.revision - 1,
    )
    row = connection.execute(query).first()
    return None if row is None else from_row(row)


def project_ids(connection: Connection, municipality_no: str) -> set[str]:
    """Ids of all projects there are or have been."""
    theirs = entries.c.municipality_no == municipality_no
    return set(connection.scalars(sa.select(entries.c.project_id).where(theirs).distinct()))


def newest(
    connection: Connection, municipality_no: str, projects: Collection[str]
) -> dict[str, Entry]:
    """Newest entry of each of these projects, removed ones included, by project."""
    wanted, found = list(projects), {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        last = _last(municipality_no, entries.c.project_id.in_(chunk))
        for row in connection.execute(sa.select(entries).where(entries.c.seq.in_(last))):
            found[row.project_id] = from_row(row)
    return found


def state(connection: Connection, municipality_no: str, at: datetime | int | None) -> GeoDataFrame:
    """
    Projects now, at a time, or after an entry.

    Returns
    -------
    GeoDataFrame
        `fields.FIELDS`, `revision` (int64) and geometry in EPSG:25832, one row a project by
        project_id, in the types of the pack's layer. Projects removed by then are not in it.

    Raises
    ------
    LedgerError
        If no entry has the number `at` yet: what comes after it could still change.
    ValueError
        If `at` is a time without a zone.
    """
    last = _last(municipality_no, *_until(connection, at))
    columns = [entries.c[name] for name in (*FIELDS, "revision", "geometry")]
    query = (
        sa.select(*columns)
        .where(entries.c.seq.in_(last), sa.not_(entries.c.removed))
        .order_by(entries.c.project_id)
    )
    return _frame(connection.execute(query).all())


def _until(connection: Connection, at: datetime | int | None) -> list[ColumnElement[bool]]:
    if at is None:
        return []
    if isinstance(at, datetime):
        if at.tzinfo is None:
            msg = "a time must say which zone it is in"
            raise ValueError(msg)
        return [entries.c.at <= at]
    if not 0 <= at <= head(connection).seq:
        raise LedgerError("error.ledger_unknown_entry", seq=str(at))
    return [entries.c.seq <= at]


def _last(municipality_no: str, *conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    return (
        sa.select(sa.func.max(entries.c.seq))
        .where(entries.c.municipality_no == municipality_no, *conditions)
        .group_by(entries.c.project_id)
    )


def _frame(rows: Sequence[Any]) -> GeoDataFrame:
    # Whole columns: as a list of rows pandas would guess each type from what happens to be there.
    columns = list(zip(*rows, strict=True)) or [()] * (len(FIELDS) + 2)
    *values, revision, wkb = columns
    made = {
        name: pd.Series(list(column), dtype=DTYPES[kind])
        for (name, kind), column in zip(FIELDS.items(), values, strict=True)
    }
    made["revision"] = pd.Series(revision, dtype="int64")
    shapes = shapely.from_wkb(np.array(wkb, dtype=object))
    return gpd.GeoDataFrame(made, geometry=shapes, crs=CRS)
