"""A workbook's sheet of projects opened with care, and cells made what the fields want."""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import (
    SHARED_STRINGS,
    SHEET_MAIN_NS,
)
from openpyxl.xml.functions import iterparse

from geo import i18n
from geo.errors import ImportFileError
from geo.intake.tables import percents
from geo.ledger.fields import FIELDS, FIRST_YEAR, LAST_YEAR, NUMBER, YEAR
from geo.ledger.headings import EASTING, NORTHING, REVISION
from geo.ledger.workbook import codes
from geo.schema.coercion import to_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# A list of 10 000 projects with five entries each unpacks to about a fifth of it.
MAX_UNPACKED: Final = 500_000_000  # bytes
_MEGABYTE: Final = 1_000_000
_MAX_COLUMNS: Final = 100  # ours, and a place so long that it fills fifty cells
_LAST_ROW: Final = 1_048_576  # of a sheet of Excel's; a file may claim any number

# Excel puts an encrypted workbook into a file of the old kind, under this name.
_OLD_KIND: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")

_STRING: Final = f"{{{SHEET_MAIN_NS}}}si"
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMULA: Final = "f"  # openpyxl's type of such a cell


@dataclass(frozen=True)
class WorkbookSheet:
    """
    Cells of a sheet.

    Attributes
    ----------
    headings
        The first row with anything in it.
    rows
        Number and cells of the other rows with anything under a heading; empty cells are None.
    formulas
        Number of cells that hold a formula; it stands among the cells as text.
    """

    headings: Sequence[object]
    rows: Sequence[tuple[int, Sequence[object]]]
    formulas: int


class _Reader(ExcelReader):
    """openpyxl's reader, which takes half of the escapes out of shared strings, without that."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                for _, node in iterparse(source):
                    if node.tag == _STRING:
                        told = Text.from_tree(node)
                        self.shared_strings.append("" if told is None else told.content)
                        node.clear()


def read_sheet(content: bytes, max_rows: int) -> WorkbookSheet:
    """
    Read the sheet of projects: the one with our title in any language, else the first.

    Raises
    ------
    ImportFileError
        If there is no workbook, or too much in it.
    """
    if content.startswith(_OLD_KIND) and _ENCRYPTED in content:
        raise ImportFileError("error.import_locked")
    try:
        _require_small(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out of a file is not for us
            reader = _Reader(io.BytesIO(content), read_only=True, keep_links=False)
            reader.read()
            return _read(_chosen(reader.wb), max_rows)
    except ImportFileError:
        raise
    except Exception as error:  # a broken file fails in as many ways as there are parts in it
        raise ImportFileError("error.import_workbook") from error


def _require_small(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # No member gives more than it claims here: zipfile stops reading there.
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
            raise ImportFileError("error.import_unpacked", limit=MAX_UNPACKED // _MEGABYTE)


def _chosen(book: Any) -> Any:  # noqa: ANN401
    titles = {i18n.say("sheet.projects", language) for language in i18n.LANGUAGES}
    sheets = [sheet for sheet in book.worksheets if sheet.title in titles]
    return (sheets or book.worksheets)[0]


def _read(sheet: Any, max_rows: int) -> WorkbookSheet:  # noqa: ANN401
    headings: list[object] = []
    rows: list[tuple[int, Sequence[object]]] = []
    width, formulas = _MAX_COLUMNS, 0
    lines = sheet.iter_rows(max_col=_MAX_COLUMNS, max_row=_LAST_ROW)
    for number, line in enumerate(lines, 1):
        cells = [None if one.value is None else _value(one) for one in line[:width]]
        if all(one is None for one in cells):
            continue
        if not headings:
            while cells[-1] is None:
                cells.pop()
            headings, width = cells, len(cells)
            continue
        if len(rows) == max_rows:
            raise ImportFileError("error.import_rows", limit=max_rows)
        formulas += sum(one.data_type == _FORMULA for one in line[:width])
        rows.append((number, cells))
    return WorkbookSheet(headings, rows, formulas)


def _value(cell: Any) -> object:  # noqa: ANN401
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return percents.shown(value) if percents.is_percent(cell.number_format) else value
    if isinstance(value, str):
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return text if text.strip() else None
    # A formula over many cells comes as an object that has a text.
    return getattr(value, "text", value)


_NUMBERS: Final = (
    *(name for name, kind in FIELDS.items() if kind in {NUMBER, YEAR}),
    REVISION,
    EASTING,
    NORTHING,
)
_DAY_ZERO: Final = date(1899, 12, 30)  # of Excel's calendar


def coerced(names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """
    Make the cells of these columns what the fields want, where it is plain what is meant.

    What is not stays as it came, so that the field's own check refuses it by name.
    """
    columns = {name: [row[name] for row in rows] for name in names}
    for name, values in columns.items():
        kind = FIELDS.get(name)
        if name in _NUMBERS:
            columns[name] = _numbers([_year(one) for one in values] if kind == YEAR else values)
        elif kind is not None:
            columns[name] = [_text(name, one) for one in values]
    if not columns:
        return [{} for _ in rows]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _numbers(values: list[Any]) -> list[Any]:
    written = [number for number, one in enumerate(values) if isinstance(one, str)]
    texts = pd.Series([values[number] for number in written], dtype="str")
    found = list(values)
    for number, text, read in zip(written, texts, to_number(texts), strict=True):
        blank = not text.strip()
        found[number] = None if blank else text if math.isnan(read) else float(read)
    return found


def _year(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, date):
        return value
    # 2027 typed into a cell that is formatted as a date is the 2 027th day of Excel's calendar.
    day = (date(value.year, value.month, value.day) - _DAY_ZERO).days
    return day if FIRST_YEAR <= day <= LAST_YEAR else value.year


def _text(name: str, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return (
        codes(name).get(value.strip().casefold(), value) if isinstance(value, str) else str(value)
    )
