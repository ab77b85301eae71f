"""Excel: sheets whose cells stay what they are, and a layer with its codebook and origin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import (
    BUILTIN_FORMATS_REVERSE,
)
from openpyxl.utils import get_column_letter

from geo.errors import FileError
from geo.formats.content import Content, points, wkt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from geo.formats.content import Progress


MAX_CELL: Final = 32_767  # characters in a cell of Excel's
MAX_ROWS: Final = 1_048_576  # rows in a sheet of Excel's

# ECMA-376, part 1, 22.9.2.19 (ST_Xstring): a character that XML has not is written _xHHHH_, and so
# is the underscore of a text that happens to look like that.
_UNWRITABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)
_FORMULA: Final = ("=", "+", "-", "@")
_TEXT_STYLE: Final = StyleArray()
_TEXT_STYLE.numFmtId = BUILTIN_FORMATS_REVERSE["@"]
_FORMULA_STYLE: Final = StyleArray(_TEXT_STYLE)
_FORMULA_STYLE.quotePrefix = 1  # else Excel makes a formula of it when somebody edits the cell


class _Exact(Cell):
    """A cell that is written as it is told, however long; openpyxl cuts texts and numbers."""

    __slots__ = ()

    def check_string(self, value: Any) -> Any:  # noqa: ANN401  # as its parent has it
        return value


def add_sheet(
    book: Workbook,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Iterable[object]],
    widths: Iterable[int],
) -> None:
    """
    Add a sheet to a write-only workbook.

    Parameters
    ----------
    heads
        A bold line that stays in sight; none for a sheet that is read like a page.
    rows
        Text is text whatever it begins with, and its cells are formatted as text so that an id
        keeps its zeros when it is edited; numbers keep all their digits.
    widths
        Of the columns, in characters.
    """
    sheet = book.create_sheet(title)
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    if heads:
        sheet.freeze_panes = "A2"
        head = [_cell(sheet, one) for one in heads]
        for one in head:
            one.font = Font(bold=True)
        sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def in_cells(text: str | None) -> list[str]:
    """Cut a text where a cell is full; none is no cell."""
    if text is None:
        return []
    return [text[start : start + MAX_CELL] for start in range(0, len(text), MAX_CELL)]


def _cell(sheet: Any, value: object) -> Any:  # noqa: ANN401  # openpyxl has no public type
    """Return a value as a sheet takes it: text and numbers as exact cells, the rest as it is."""
    if not isinstance(value, str | float):
        return value
    if isinstance(value, float):
        made = _Exact(sheet, row=1, column=1)
        made.value = repr(float(value))  # all seventeen digits
        made.data_type = "n"
        return made
    style = _FORMULA_STYLE if value.startswith(_FORMULA) else _TEXT_STYLE
    made = _Exact(sheet, row=1, column=1, style_array=style)
    made.value = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    made.data_type = "s"  # not a formula, nor an error such as #N/A
    return made


_WIDTHS: Final = (10, 40)  # least and most, characters
_STEP: Final = 2_000  # rows between two reports of progress


def write(content: Content, path: Path, progress: Progress) -> None:
    """
    Write the workbook.

    An outline longer than a cell goes on in the column beside it.

    Raises
    ------
    FileError
        If there are more features than a sheet has rows.
    """
    count = len(content.frame)
    if count >= MAX_ROWS:
        raise FileError("error.too_many_rows", count=count, most=MAX_ROWS - 1)
    table = _table(content)
    book = Workbook(write_only=True)
    rows = table.itertuples(index=False, name=None)
    begun = table.head(200).itertuples(index=False, name=None)
    heads = list(table.columns)
    told = _telling(rows, lambda written: progress(written / count))
    add_sheet(book, content.say("sheet.layer"), heads, told, _fitted([heads, *begun]))
    heads = [content.say(f"codebook.head_{name}") for name in ("column", "meaning", "codes")]
    columns = content.codebook_rows()
    if columns:
        add_sheet(book, content.say("sheet.codebook"), heads, columns, _fitted([heads, *columns]))
    heads, about = [content.say("about.what"), ""], content.about()
    add_sheet(book, content.say("sheet.about"), heads, about, _fitted([heads, *about]))
    book.save(path)


def _telling(rows: Iterable[Any], progress: Progress) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % _STEP == 0:
            progress(number)


def _fitted(rows: Iterable[Sequence[object]]) -> list[int]:
    least, most = _WIDTHS
    longest = (max(len(str(value)) for value in column) for column in zip(*rows, strict=True))
    return [min(max(length + 2, least), most) for length in longest]


def _table(content: Content) -> pd.DataFrame:
    frame = content.frame
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    marks = [content.say(f"export.{name}") for name in content.provenance.badges]
    if marks:
        # On every row, so that none is copied to another sheet without it.
        table.insert(len(table.columns), _free("badge", table), " ".join(marks))
    places = points(frame).assign(crs=f"EPSG:{frame.crs.to_epsg()}")
    outlines = [in_cells(one) for one in wkt(frame)]
    parts = max(map(len, outlines), default=0)
    for name in places:
        table[_free(str(name), table)] = places[name].to_numpy()
    for part in range(parts):
        name = "wkt" if part == 0 else f"wkt_{part + 1}"
        table[_free(name, table)] = [one[part] if part < len(one) else None for one in outlines]
    return _plain(table)


def _free(name: str, table: pd.DataFrame) -> str:
    while name in table:
        name += "_"
    return name


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return values as Excel knows them: no NaN or infinity, no time zones, no lists."""
    columns = {str(name): [_value(one) for one in table[name]] for name in table}
    return pd.DataFrame(columns, dtype=object)


def _value(value: Any) -> Any:  # noqa: ANN401  # a cell of any kind
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tzinfo else value.to_pydatetime()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if isinstance(value, str | int | bool) or _is_day(value) else str(value)


def _is_day(value: object) -> bool:
    return hasattr(value, "isoformat")
