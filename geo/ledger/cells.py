"""Cells of a file made what the fields want, where it is plain what is meant."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.ledger.fields import FIELDS, FIRST_YEAR, LAST_YEAR, NUMBER, YEAR
from geo.ledger.headings import EASTING, NORTHING, REVISION
from geo.ledger.workbook import codes
from geo.schema.coercion import to_number

if TYPE_CHECKING:
    from geo.ledger.incoming import Table

_NUMBERS: Final = (
    *(name for name, kind in FIELDS.items() if kind in {NUMBER, YEAR}),
    REVISION,
    EASTING,
    NORTHING,
)
_DAY_ZERO: Final = date(1899, 12, 30)  # of Excel's calendar


def coerced(table: Table) -> list[dict[str, Any]]:
    """
    Cells as the fields want them, where it is plain what is meant.

    What is not stays as it came, so that the field's own check refuses it by name.
    """
    columns = {name: [row.cells[name] for row in table.rows] for name in table.columns}
    for name, values in columns.items():
        kind = FIELDS.get(name)
        if name in _NUMBERS:
            columns[name] = _numbers([_year(one) for one in values] if kind == YEAR else values)
        elif kind is not None:
            columns[name] = [_text(name, one) for one in values]
    if not columns:
        return [{} for _ in table.rows]
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
