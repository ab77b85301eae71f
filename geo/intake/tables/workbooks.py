"""
Sheets of a workbook (ECMA-376), read in a stream: what its cells show, nothing calculated.

openpyxl takes fifteen times as long, and GDAL knows neither which sheets are hidden nor, of a
column with texts and numbers, which were which. Runs in the reader's process.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from geo.intake.tables import workbook_parts as parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WORKBOOK: Final = "xl/workbook.xml"
_CHUNK: Final = 65_536
_CUT_AFTER: Final = (b"v>", b"is>", b"f>")  # ends of what a cell holds
_ROW_END: Final = b"row>"
_FIRST_DAY: Final = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001  # no zone in it
_WHOLE: Final = re.compile(r"-?\d{1,15}")
_ROOT: Final = re.compile(rb"<(\w+:)?worksheet\b")
_LETTERS: Final = 26

# A cell's column, from 0, and what it shows.
Cells = dict[int, str | int | float]


@dataclass
class SheetCells:
    """
    Rows of a sheet that hold anything.

    Attributes
    ----------
    rows
        Number, from 1, and cells.
    hidden_rows
        How many of them are hidden.
    uncalculated
        Cells with a formula whose value was not saved, as "C7".
    """

    name: str
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    hidden_rows: int = 0
    uncalculated: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Book:
    strings: Sequence[str]
    dates: frozenset[int]  # styles of dates
    first_day: datetime


def read(path: str, most: int) -> tuple[list[SheetCells], list[str]]:
    """
    Read a workbook's visible sheets.

    Parameters
    ----------
    most
        Rows with anything in them that are read of a sheet.

    Returns
    -------
    list of SheetCells
        In their order.
    list of str
        Names of the sheets that are hidden, which are not read.
    """
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        sheets, since_1904 = parts.sheets(archive.read(_WORKBOOK))
        targets = parts.targets(archive, _WORKBOOK, names)

        def part(kind: str, read: Callable[[bytes], Any], otherwise: Any) -> Any:  # noqa: ANN401
            target = next((to for to, of in targets.values() if of == kind), None)
            return read(archive.read(target)) if target in names else otherwise

        strings = part("sharedStrings", parts.strings, [])
        dates = part("styles", parts.date_styles, frozenset())
        book = _Book(strings, dates, _FIRST_DAY[since_1904])
        found, hidden = [], []
        for name, state, relation in sheets:
            target, kind = targets.get(relation, ("", ""))
            if kind != "worksheet" or target not in names:
                continue
            if state in {"hidden", "veryHidden"}:
                hidden.append(name)
            else:
                found.append(_SheetReader(SheetCells(name), archive.read(target), book).read(most))
    return found, hidden


class _SheetReader:
    """Fills a sheet with its rows; what the handlers keep is of the row and cell they are in."""

    def __init__(self, sheet: SheetCells, content: bytes, book: _Book) -> None:
        self._sheet, self._content, self._book = sheet, content, book
        prefix = _prefix(content)
        self._c, self._f, self._row, self._phonetic = (prefix + n for n in ("c", "f", "row", "rPh"))
        self._texts = frozenset({prefix + "v", prefix + "t"})
        self._columns: dict[str, int] = {}
        self._cells: Cells = {}
        self._pieces: list[str] = []
        self._of_cell: dict[str, str] = {}
        self._number, self._column, self._hidden = 0, -1, False
        self._collects = self._formula = self._pronounced = False

    def read(self, most: int) -> SheetCells:
        content = self._content
        # Formats may go on to row 1 048 576: what is behind the last value is not looked at.
        last = max(content.rfind(one) for one in _CUT_AFTER)
        stop = content.find(_ROW_END, last) + len(_ROW_END) if last >= 0 else 0
        stop = stop if stop >= len(_ROW_END) else len(content)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        for at in range(0, stop, _CHUNK):
            parser.Parse(content[at : min(at + _CHUNK, stop)])
            if len(self._sheet.rows) > most:
                break
        return self._sheet

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag == self._c:
            self._of_cell, self._formula = given, False
            self._column = self._place(given)
        elif tag in self._texts:
            self._collects = not self._pronounced
        elif tag == self._f:
            self._formula = True
        elif tag == self._row:
            self._number = int(given.get("r", self._number + 1))
            self._column, self._cells = -1, {}
            self._hidden = given.get("hidden") in {"1", "true"}
        elif tag == self._phonetic:  # how a text is pronounced
            self._pronounced = True

    def _place(self, given: dict[str, str]) -> int:
        if "r" not in given:
            return self._column + 1
        letters = given["r"].rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = _number_of(letters)
        return self._columns[letters]

    def _text(self, given: str) -> None:
        if self._collects:
            self._pieces.append(given)

    def _end(self, tag: str) -> None:
        if tag in self._texts:
            self._collects = False
        elif tag == self._c:
            self._end_cell()
        elif tag == self._row and self._cells:
            self._sheet.rows.append((self._number, self._cells))
            self._sheet.hidden_rows += self._hidden
        elif tag == self._phonetic:
            self._pronounced = False

    def _end_cell(self) -> None:
        if self._pieces:
            value = _value("".join(self._pieces), self._of_cell, self._book)
            self._pieces = []
            if value != "":
                self._cells[self._column] = value
        elif self._formula:
            self._sheet.uncalculated.append(self._of_cell.get("r", ""))


def _prefix(content: bytes) -> str:
    """Return what the namespace puts in front of the names of a sheet's elements."""
    found = _ROOT.search(content)
    return found[1].decode() if found and found[1] else ""


def _value(text: str, of_cell: dict[str, str], book: _Book) -> str | int | float:
    kind = of_cell.get("t", "n")
    if kind == "s":
        return book.strings[int(text)]
    if kind == "b":
        return "true" if text == "1" else "false"
    if kind != "n":
        return parts.unescaped(text)
    if int(of_cell.get("s", 0)) in book.dates:
        return _day(float(text), book.first_day)
    return int(text) if _WHOLE.fullmatch(text) else float(text)


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _day(number: float, first: datetime) -> str | float:
    """Write a day of Excel's calendar as ISO 8601 does; below one it is a time of day."""
    try:
        moment = first + timedelta(seconds=round(number * 86_400))
    except OverflowError:
        return number
    if 0 <= number < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if number == int(number) else moment.isoformat()


def columns_of(sheet: SheetCells, most: int) -> Iterator[tuple[int, str, list[Any]]]:
    """
    Yield the columns of a sheet: place, "t" or "n", and its texts or its numbers.

    Of a column that has both, both; no more than `most` columns and one.
    """
    width = 1 + max((max(cells) for _, cells in sheet.rows), default=-1)
    for place in range(min(width, most + 1)):
        values = [cells.get(place) for _, cells in sheet.rows]
        texts = [value if isinstance(value, str) else None for value in values]
        numbers = [None if isinstance(value, str) else value for value in values]
        for kind, given in (("t", texts), ("n", numbers)):
            if any(one is not None for one in given):
                yield place, kind, given
