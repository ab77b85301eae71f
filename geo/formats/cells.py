"""Cells of an Excel sheet: text that is text whatever it looks like, numbers with all digits."""

from __future__ import annotations

import re
from typing import Any, Final

from openpyxl.cell import Cell  # type: ignore[import-untyped]
from openpyxl.styles.cell_style import StyleArray  # type: ignore[import-untyped]
from openpyxl.styles.numbers import (  # type: ignore[import-untyped]
    BUILTIN_FORMATS_REVERSE,
)

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


class _Exact(Cell):  # type: ignore[misc]  # openpyxl is untyped
    """A cell that is written as it is told, however long; openpyxl cuts texts and numbers."""

    __slots__ = ()

    def check_string(self, value: str) -> str:
        return value


def cell(sheet: Any, value: object) -> Any:  # noqa: ANN401
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
