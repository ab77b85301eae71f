"""Dates as plan registers and people write them, made into what can be compared."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.schema.coercion import to_text

if TYPE_CHECKING:
    from pandas import Series

# A year alone, a date as ISO 8601 and SOSI write it (time of day left out), or day first with dots.
# With slashes the day may stand first or second, so that is not read.
_FORMS: Final = (
    re.compile(r"(?P<year>\d{4})(?:\.0+)?"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ].*)?"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:\.0+|\d{6})?"),
    re.compile(r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2})\.\s*(?P<year>\d{4})(?: .*)?"),
)
# A: the oldest plan in force is of the 19th century; a year far ahead is a slip of the keyboard.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100


def day_number(values: Series) -> Series:
    """
    Return each date as a number that orders them, 20190612; what cannot be read is NaN.

    A year alone is 20190000, before any day in it.
    """
    return _parsed(values).map(_number, na_action="ignore").astype("float64")


def to_date(values: Series) -> Series:
    """
    Years as numbers where there are nothing but years, else text as in ISO 8601 («2019-06-12»).

    What cannot be read is unknown.
    """
    parsed = _parsed(values)
    if all(date.count("-") == 0 for date in parsed.dropna()):
        return parsed.astype("float64")
    return parsed.astype("str")


def _parsed(values: Series) -> Series:
    """Dates as ISO 8601 text, or a year; those that cannot be read are missing."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d")
    text = to_text(values)
    known = {one: _date(one) for one in text.dropna().unique()}
    return text.map(known, na_action="ignore").astype(object).where(lambda date: date.notna(), None)


def _date(text: str) -> str | None:
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    parts = {name: int(part) for name, part in found.groupdict().items()}
    if not _FIRST_YEAR <= parts["year"] <= _LAST_YEAR:
        return None
    if len(parts) == 1:
        return str(parts["year"])
    try:
        return dt.date(**parts).isoformat()
    except ValueError:
        return None


def _number(date: str) -> float:
    return float(date.replace("-", "").ljust(8, "0")) if date else np.nan
