"""Columns as people write them, made into the types that calculations need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pandas import Series

MAX_QUOTED: Final = 80
_MAX_EXACT: Final = 2.0**53  # beyond this a float no longer holds every whole number
_TRUE: Final = frozenset({"true", "1", "ja", "yes", "sann", "j", "y", "t"})
_FALSE: Final = frozenset({"false", "0", "nei", "no", "usann", "n", "f"})


def quote(value: object) -> str:
    """Return a value from a file as one short line, fit to stand in a message."""
    value = f"{value:g}" if isinstance(value, float) else value
    line = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 1] + "…"


def to_text(values: Series) -> Series:
    """
    Text without surrounding space; empty text is unknown.

    Numbers lose the ".0" that a column gets when one of its values is missing, so that a code
    that a driver took for a number (1300.0) is the code again (1300).
    """
    text = values.astype("str")
    if pd.api.types.is_numeric_dtype(values):
        text = text.str.removesuffix(".0")
    text = text.str.strip()
    return text.where(values.notna() & (text != ""), None).astype("str")


def to_number(values: Series) -> Series:
    """Numbers with a point or a comma; what is no finite number is unknown."""
    if not pd.api.types.is_numeric_dtype(values):
        text = values.astype("str").where(values.notna(), None)
        values = text.str.replace(r"\s", "", regex=True).str.replace(",", ".", regex=False)
    # A nullable integer that is missing becomes NaN, like every other unknown number.
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def to_integer(values: Series) -> Series:
    """Whole numbers; what is not whole is unknown."""
    numbers = to_number(values)
    whole = (numbers % 1 == 0) & (numbers.abs() < _MAX_EXACT)
    return numbers.where(whole).astype("Int64")


def to_flag(values: Series) -> Series:
    """Yes and no as true/false, 1/0, ja/nei; anything else is unknown (null, dtype boolean)."""
    text = to_text(values).str.lower()
    flags = pd.Series(pd.NA, index=values.index, dtype="boolean")
    flags[text.isin(_TRUE)] = True
    flags[text.isin(_FALSE)] = False
    return flags


COERCIONS: Final[Mapping[str, Callable[[Series], Series]]] = {
    "str": to_text,
    "float64": to_number,
    "Int64": to_integer,
    "bool": to_flag,
}
