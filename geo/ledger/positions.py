"""Projects' positions under other headings than the list's own, placed as sites are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from geo.errors import ImportRowError
from geo.intake.systems.projection import bring_home
from geo.intake.tables import placing, row_systems
from geo.intake.tables.headings import LOOKED_AT, axes, spot_column
from geo.intake.tables.positions import BLANK
from geo.ledger.headings import EASTING, NORTHING, WKT, continued
from geo.schema.coercion import quote
from geo.schema.text import find, is_unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pandas import DataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.intake.job import Job
    from geo.intake.systems.projection import Hints
    from geo.schema.findings import Finding


@dataclass(frozen=True)
class Placed:
    """
    Where the rows of a table are.

    Attributes
    ----------
    shapes
        Of each row in EPSG:25832; None where its cells are blank, or why they cannot be used.
    columns
        Those that the positions stand in.
    points
        Whether there was room for no more than points.
    notes
        What a reader must be told.
    """

    shapes: Sequence[BaseGeometry | ImportRowError | None]
    columns: frozenset[str]
    points: bool
    notes: Sequence[Finding]


def placed(table: DataFrame, job: Job, hints: Hints, own: Collection[str]) -> Placed | None:
    """
    Place the rows of a table.

    Parameters
    ----------
    own
        The table's columns that the list knows, by the list's names.

    Returns
    -------
    Placed or None
        None where no column has positions, or where the list's own columns have them.

    Raises
    ------
    FileError, CrsError, ParameterError
        As in `geo.intake.sites.open_sites`.
    """
    wkt = placing.wkt_column(table)
    # The list's own WKT is in its own system, and may go on in other cells.
    if WKT in own and (wkt is None or hints.each is None or continued(2) in own):
        return None
    if wkt is None and {EASTING, NORTHING} <= set(own):
        return None
    columns = (wkt,) if wkt is not None else _columns(table)
    if not columns:
        return None
    frame = placing.place(table, job)
    home, notes = bring_home(frame, job.shown, hints)
    unplaced = frame.attrs.get("unplaced", {})
    shapes: list[BaseGeometry | ImportRowError | None] = []
    for row, cells in zip(table.index, table[list(columns)].itertuples(index=False), strict=True):
        if row in unplaced:
            shapes.append(_why(cells, *unplaced[row]))
        elif row not in home.index:
            shapes.append(ImportRowError("error.import_row_system"))
        else:
            shape = home.geometry[row]
            lost = not isinstance(shape, shapely.Geometry)
            shapes.append(_unread(cells[0]) if lost else shape)
    return Placed(shapes, frozenset(columns), wkt is None, notes)


def used_for_system(table: DataFrame, hints: Hints) -> frozenset[str]:
    """Return the column that says which reference system rows are in, where it is gone by."""
    if hints.crs is not None or hints.each is None or row_systems.by_column(table) is None:
        return frozenset()
    return frozenset({str(find(table.columns, row_systems.SYSTEM))})


def _columns(table: DataFrame) -> tuple[str, ...]:
    found = axes(table.columns)
    if found is not None:
        return found.east, found.north
    spot = spot_column(
        [str(name) for name in table.columns],
        [table[name].dropna().head(LOOKED_AT).tolist() for name in table.columns],
    )
    return () if spot is None else (spot[0],)


def _why(cells: Sequence[Any], msgid: str, parts: Mapping[str, object]) -> ImportRowError | None:
    if all(map(is_unknown, cells)):
        return None
    if msgid == BLANK:
        return ImportRowError("error.import_position_half", column=str(parts["column"]))
    return ImportRowError(
        "error.import_position", column=str(parts["column"]), value=str(parts["value"])
    )


def _unread(cell: object) -> ImportRowError | None:
    return None if is_unknown(cell) else ImportRowError("error.import_wkt", value=quote(cell))
