"""Cells of a table made into columns: which row has the headings, and which have anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import FileError
from geo.intake.tables.headings import LOOKED_AT, heading_row
from geo.schema.coercion import legible
from geo.schema.findings import Finding, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from geo.intake.job import Job

_UNITS: Final = frozenset(
    {
        *("m", "m2", "m²", "kvm", "daa", "da", "dekar", "ha", "meter", "metre", "moh", "m.o.h."),
        *("°", "grader", "degrees", "deg", "%", "stk", "stk.", "antall", "nr", "nr.", "år", "tall"),
        *("tekst", "text", "number", "count", "years"),
    }
)
# A unit may have a digit (m2), but no number is one.
_IN_BRACKETS: Final = re.compile(r"[\[(](?!.*\d[\d.,]).*[\])]")


def to_frame(
    rows: Sequence[tuple[int, Sequence[object]]], job: Job, *, narrow: bool = False
) -> tuple[DataFrame, list[Finding]]:
    """
    Make a table of its rows.

    Parameters
    ----------
    rows
        Those with anything in them: number in the file, from 1, and cells, of which blank ones
        are None.
    narrow
        Whether a row with more values than headings is left out, for no one knows which value
        belongs to which; else what stands beside the headings is passed over.

    Returns
    -------
    DataFrame
        Its index is the row's number less one. A column of texts and numbers has both.
    list of Finding
        What a reader must be told.

    Raises
    ------
    FileError
        If it holds more than the limits allow. If nothing stands below the headings, or only rows
        that are longer.
    """
    if not rows:
        return pd.DataFrame(), []
    at, sure = heading_row([cells for _, cells in rows[:LOOKED_AT]])
    number, given = rows[at]
    notes = []
    if number > 1:
        notes.append(Finding(job.shown, None, "finding.headings_row", "warning", {"at": number}))
    above = rows[at - 1][1] if at and rows[at - 1][0] == number - 1 else ()
    names = _names(given, above)
    limits = job.limits
    if len(given) > limits.columns:
        raise FileError("error.too_many_columns", path=job.shown, limit=limits.columns)
    rows = rows[at + 1 :]
    if rows and all(_is_unit(cell) for cell in rows[0][1] if cell is not None):
        rows = rows[1:]
    if not rows:
        if not sure:  # a line that may be anything
            raise FileError("error.file_empty", path=job.shown)
        raise FileError("error.table_no_rows", path=job.shown)
    if len(rows) > limits.features:
        raise FileError("error.too_many_features", path=job.shown, limit=limits.features)
    if narrow:
        rows, longer = _parted(rows, len(given), job)
        notes += longer
    index = pd.Index([number - 1 for number, _ in rows])
    columns = {
        name: _column([cells[place] if place < len(cells) else None for _, cells in rows])
        for place, name in enumerate(names)
        if name is not None
    }
    table = pd.DataFrame(columns)
    return table.set_axis(index, axis=0), notes


def _names(given: Sequence[object], above: Sequence[object]) -> list[str | None]:
    """Names of the columns, none twice; a blank one is called as what stands right above it."""
    names: list[str | None] = []
    for place, cell in enumerate(given):
        told = above[place] if cell is None and place < len(above) else cell
        name = None if told is None else legible(str(told))
        while name in names and name is not None:
            name += "_"
        names.append(name or None)
    return names


def _is_unit(cell: object) -> bool:
    text = legible(str(cell)).lower()
    return text in _UNITS or _IN_BRACKETS.fullmatch(text) is not None


def _parted(
    rows: Sequence[tuple[int, Sequence[object]]], width: int, job: Job
) -> tuple[Sequence[tuple[int, Sequence[object]]], list[Finding]]:
    """Rows that are no longer than the headings, and what is to be said of the others."""
    longer = {number for number, cells in rows if any(cell is not None for cell in cells[width:])}
    if not longer:
        return rows, []
    if len(longer) == len(rows):
        raise FileError("error.rows_too_long", path=job.shown, at=min(longer), width=width)
    labels = [number - 1 for number in sorted(longer)]
    report = Report(job.shown, pd.Series(None, index=labels, dtype=object))
    report.rows("finding.row_too_long", "error", labels, width=width)
    return [row for row in rows if row[0] not in longer], report.findings


def _column(values: list[object]) -> Any:  # noqa: ANN401  # a Series
    """Texts, numbers or, as they stand, both."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return pd.Series(values, dtype="str")
    if kinds <= {int, float}:
        whole = kinds == {int} and None not in values
        return pd.Series(values, dtype="int64" if whole else "float64")
    return pd.Series(values, dtype=object)
