"""
Visible sheets of a workbook of Excel's or LibreOffice's: what cells show, nothing calculated.

Runs in the reader's process.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from python_calamine import (
    CalamineError,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from geo.intake.tables import percents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from python_calamine import CalamineSheet

XLSX: Final = ".xlsx"
_BLANK: Final = ""
_TOO_SPREAD: Final = "Cell limit exceeded"
# Cells of an .xlsx that calamine gives as blank: an error, or a formula with no saved value.
_VALUELESS: Final = re.compile(
    rb'<c r="(\w+)"(?: s="\d+")?'
    rb'(?: t="e"|><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>)'
)

# A row's number, from 1, and its cells; None where blank.
Row = tuple[int, list[str | int | float | None]]


@dataclass(frozen=True)
class Workbook:
    """
    What a workbook shows.

    Attributes
    ----------
    sheets
        Name and rows of those that are not hidden; rows only where anything is in them.
    hidden
        Names of the others.
    """

    sheets: Sequence[tuple[str, Sequence[Row]]]
    hidden: Sequence[str]


def read(path: str, most: int) -> Workbook | None:
    """
    Read a workbook; None if it has a password.

    Parameters
    ----------
    most
        Rows with anything in them that are read of a sheet, and one.

    Raises
    ------
    CalamineError
        If it is broken.
    MemoryError
        If its cells lie too far apart.
    """
    sheets, hidden = [], []
    shares = percents.in_sheets(path) if path.endswith(XLSX) and zipfile.is_zipfile(path) else {}
    try:
        with load_workbook(path) as book:
            for place, sheet in enumerate(book.sheets_metadata):
                if sheet.typ != SheetTypeEnum.WorkSheet:
                    continue
                if sheet.visible != SheetVisibleEnum.Visible:
                    hidden.append(sheet.name)
                    continue
                rows = _rows(book.get_sheet_by_index(place), shares.get(place, frozenset()))
                sheets.append((sheet.name, list(islice(rows, most + 1))))
    except PasswordError:
        return None
    except CalamineError as error:
        if _TOO_SPREAD in str(error):
            raise MemoryError from error
        raise
    return Workbook(sheets, hidden)


def _rows(sheet: CalamineSheet, shares: Collection[percents.Cell]) -> Iterator[Row]:
    first = sheet.start[1] if sheet.start else 0  # columns before it are not among a row's cells
    for number, given in enumerate(sheet.iter_rows(), 1):
        if given.count(_BLANK) < len(given):
            cells = [_shown(cell) for cell in given]
            if shares:
                cells = [
                    # The same text as where the sheet is saved as CSV: no number of anything.
                    percents.shown(cell)
                    if isinstance(cell, int | float) and (number, at) in shares
                    else cell
                    for at, cell in enumerate(cells, first)
                ]
            yield number, cells


def _shown(cell: Any) -> str | int | float | None:  # noqa: ANN401
    if cell == _BLANK:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def valueless(path: str) -> list[str]:
    """Name cells of an .xlsx with a formula that has no saved value, or an error, as "C7"."""
    with zipfile.ZipFile(path) as archive:
        return [
            cell.decode()
            for part in archive.namelist()
            if part.startswith("xl/worksheets/")
            for cell in _VALUELESS.findall(archive.read(part))
        ]


def columns_of(rows: Sequence[Row], most: int) -> Iterator[tuple[int, str, list[Any]]]:
    """
    Yield the columns of a sheet: place, "t" or "n", and its texts or its numbers.

    Of a column that has both, both; no more than `most` columns and one.
    """
    for place, values in enumerate(
        islice(zip(*(cells for _, cells in rows), strict=True), most + 1)
    ):
        texts = [value if isinstance(value, str) else None for value in values]
        numbers = [None if isinstance(value, str) else value for value in values]
        for kind, given in (("t", texts), ("n", numbers)):
            if any(one is not None for one in given):
                yield place, kind, given
