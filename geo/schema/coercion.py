"""Columns as people write them, made into the types that calculations need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pandas import Series

MAX_QUOTED: Final = 80
MAX_EXACT: Final = 2.0**53  # beyond this a float no longer holds every whole number
_TRUE: Final = frozenset({"true", "1", "ja", "yes", "sann", "j", "y", "t"})
_FALSE: Final = frozenset({"false", "0", "nei", "no", "usann", "n", "f"})


# Marks that are not seen: soft hyphen, zero-width, direction of writing, byte order.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_BLANKS: Final = re.compile(r"[^\S\n]+")
_MINUS: Final = re.compile("[\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}]")
_PARTED: Final = re.compile(r"(?<=\d)[ '’](?=\d{3}(?!\d))")  # thousands
_MARKS: Final = re.compile("[.,]")
TWOFOLD: Final = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
# An empty mark "." and "1." have no decimals; "0.000" is nought wherever its thousands are parted.
_SAYS_NOTHING: Final = re.compile(r"-?(?:\d*[.,]|0*[.,]000)")
_ONE_MARK: Final = re.compile(r"-?\d*([.,])\d+")
# Points or commas between thousands, and perhaps the other before decimals.
_IN_THREES: Final = re.compile(r"-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)([.,])\d*)?")


def quote(value: object) -> str:
    """Return a value from a file as one short line, fit to stand in a message."""
    value = f"{value:g}" if isinstance(value, float) else value
    line = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 1] + "…"


def legible(text: str) -> str:
    """Return a text as it is seen: without invisible marks, each run of blanks as one blank."""
    if text.isascii() and "  " not in text and "\t" not in text:
        return text.strip()
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


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
    """
    Numbers as people write them; what is no finite number, or can mean two, is unknown.

    Blanks and apostrophes may part thousands, and so may points or commas. A mark that stands
    once begins the decimals, and so does one behind the other mark; one that is repeated, or
    before the other, parts thousands. But "12.000" can mean twelve or twelve thousand: there the
    column's other texts decide, if they all have decimals behind the same mark ("12.5" and
    "1,234,567" show that it is the point, "3,5" and "1.234,5" that it is the comma; ".", "1." and
    "0.000" show nothing). If there are none, or they differ, it is unknown (`ambiguous`).
    """
    is_text = _is_text(values)
    # A nullable integer that is missing becomes NaN, like every other unknown number.
    others = values.astype(object).mask(is_text, np.nan)
    numbers = pd.to_numeric(others, errors="coerce").astype("float64")
    if is_text.any():
        texts = _written(values[is_text])
        mark = _decimal_mark(texts)
        pointed = pd.Series([_pointed(one, mark) for one in texts], index=values.index[is_text])
        numbers[is_text] = pd.to_numeric(pointed, errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def ambiguous(values: Series) -> Series:
    """Whether each is a number that can mean two, as "12.000", and its column does not decide."""
    texts = values[_is_text(values)]
    written = _written(texts)
    undecided = _decimal_mark(written) is None
    twofold = [undecided and TWOFOLD.fullmatch(one) is not None for one in written]
    return pd.Series(twofold, index=texts.index, dtype=bool).reindex(values.index, fill_value=False)


def _is_text(values: Series) -> Series:
    """Which values are not numbers already; in a workbook's column both may stand."""
    if pd.api.types.is_numeric_dtype(values):
        return pd.Series(data=False, index=values.index)
    if values.dtype == object:
        return pd.Series([isinstance(one, str) for one in values], index=values.index, dtype=bool)
    return values.notna()


def _written(values: Series) -> list[str]:
    """Texts without what may part thousands beside point and comma."""
    return [
        one if one.isalnum() and one.isascii() else _PARTED.sub("", _MINUS.sub("-", legible(one)))
        for one in values.astype("str")
    ]


def _decimal_mark(texts: Iterable[str]) -> str | None:
    """Return the one mark that texts have before decimals; None where they do not show it."""
    shown = set()
    for text in dict.fromkeys(texts):
        if TWOFOLD.fullmatch(text) or _SAYS_NOTHING.fullmatch(text):
            continue
        if found := _ONE_MARK.fullmatch(text):
            shown.add(found[1])
        elif found := _IN_THREES.fullmatch(text):
            shown.add(found[2] or {".": ",", ",": "."}[found[1]])
    return shown.pop() if len(shown) == 1 else None


def _pointed(text: str, mark: str | None) -> str | None:
    """Write a number with a point before its decimals and nothing between its thousands."""
    if not _MARKS.search(text):
        return text
    if TWOFOLD.fullmatch(text):
        if mark is None:
            return None
        return text.replace(mark, ".") if mark in text else _MARKS.sub("", text)
    found = _IN_THREES.fullmatch(text)
    if found and len(_MARKS.findall(text)) > 1:
        return text.replace(found[1], "").replace(found[2] or found[1], ".")
    return text.replace(",", ".")


def to_integer(values: Series) -> Series:
    """Whole numbers; what is not whole is unknown."""
    numbers = to_number(values)
    whole = (numbers % 1 == 0) & (numbers.abs() < MAX_EXACT)
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
