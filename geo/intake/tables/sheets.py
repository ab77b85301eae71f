"""Sheets of a workbook as tables, from what the reader's process wrote of their cells."""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]

from geo.errors import FileError
from geo.intake import worker
from geo.intake.tables.columns import to_frame
from geo.schema.coercion import legible, quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from pandas import DataFrame

    from geo.intake.job import Dataset, Job

# In a table's attrs: rows of the workbook with a cell that shows no value though it is not blank,
# and the first such cell of each.
VALUELESS_ROWS: Final = "valueless_rows"
_LETTERS: Final = string.ascii_uppercase


@dataclass(frozen=True)
class SheetTable:
    """
    A sheet that is not hidden.

    Attributes
    ----------
    rows
        With anything in them, headings and all.
    told
        What a reader must be told of it.
    error
        Why it cannot be read; then its table is empty.
    """

    name: str
    table: DataFrame
    rows: int
    told: tuple[Finding, ...] = ()
    error: FileError | None = None


def read_sheets(dataset: Dataset, job: Job) -> tuple[list[SheetTable], list[Finding]]:
    """
    Read the sheets of a workbook, and what is to be told of it as a whole.

    Raises
    ------
    FileError
        If it has a password. If it is broken. If it costs too much.
    """
    answer = worker.ask("list", dataset, job, out=str(job.new_path("")))
    if answer["locked"]:
        raise FileError("error.workbook_locked", path=job.shown)
    notes = []

    def note(msgid: str, **parts: object) -> None:
        notes.append(Finding(job.shown, None, msgid, "warning", parts))

    if answer["hidden"]:
        note("finding.sheets_hidden", sheets=", ".join(quote(name) for name in answer["hidden"]))
    if answer["valueless"]:
        first, count = quote(answer["valueless"][0]), len(answer["valueless"])
        note("finding.cells_valueless", count=count, cell=first)
    rows = {int(cell.lstrip(_LETTERS)): cell for cell in reversed(answer["valueless"])}
    found = [_sheet(one, job) for one in answer["layers"]]
    for one in found:
        one.table.attrs[VALUELESS_ROWS] = rows
    return found, notes


def _sheet(one: dict[str, Any], job: Job) -> SheetTable:
    count = one["features"]
    try:
        rows = _rows(Path(one["cells"])) if count else []
        table, told = to_frame(rows, job)
    except FileError as error:
        return SheetTable(one["name"], pd.DataFrame(), count, error=error)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileError("error.file_unreadable", path=job.shown) from error
    return SheetTable(one["name"], table, count, tuple(told))


def _rows(path: Path) -> list[tuple[int, list[object]]]:
    """Number and cells of each row; a cell is a text or a number, and None where it is blank."""
    with pa.OSFile(str(path), "rb") as file:
        table = pa.ipc.open_file(file).read_all()
    width = 1 + max((int(name[1:]) for name in table.column_names[1:]), default=-1)
    columns: list[list[object]] = [[None] * table.num_rows for _ in range(width)]
    for name in table.column_names[1:]:
        given = table.column(name).to_pylist()
        column = columns[int(name[1:])]
        for at, value in enumerate(given):
            if isinstance(value, str):
                column[at] = legible(value) or None
            elif value is not None:
                column[at] = int(value) if value.is_integer() else value
    rows = zip(table.column("row").to_pylist(), map(list, zip(*columns, strict=True)), strict=True)
    return [row for row in rows if any(cell is not None for cell in row[1])]
