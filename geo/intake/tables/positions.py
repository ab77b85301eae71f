"""Rows of a table given their places, from two columns of coordinates or from one with both."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.intake.coordinates import interpreted
from geo.intake.numerals import Numeral, Pair, combined, labelled, likeliest
from geo.intake.systems.crs import DEGREES
from geo.schema.coercion import TWOFOLD, quote
from geo.schema.text import is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame, Series

    from geo.intake.tables.headings import Axes

BLANK: Final = "finding.position_blank"
VALUELESS: Final = "finding.position_valueless"
UNREADABLE: Final = "finding.position_unreadable"
_PLAIN: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_MOST_DEGREES: Final = 180


@dataclass
class Places:
    """
    Where the rows of a table are.

    Attributes
    ----------
    x, y
        NaN for a row without a place.
    crs
        The system that the table leaves no doubt of.
    unplaced
        Why a row has no place, by its label: the text, and what its placeholders stand for.
    own
        Of cells in several systems: what each row says or shows that its own is, by its label.
    """

    x: Any
    y: Any
    crs: str | None = None
    unplaced: dict[int, tuple[str, Mapping[str, object]]] = field(default_factory=dict)
    own: dict[int, str] = field(default_factory=dict)


def from_columns(table: DataFrame, axes: Axes) -> Places:
    """Read two columns; a cell may have letters, minutes and seconds, or points in thousands."""
    x, y = np.full(len(table), np.nan), np.full(len(table), np.nan)
    places = Places(x, y, axes.crs or (DEGREES if axes.degrees else None))
    signed = []
    both = zip(table.index, table[axes.east], table[axes.north], strict=True)
    for at, (label, east, north) in enumerate(both):
        found = _cells(east, north)
        if isinstance(found, Pair):
            swap = found.north_first is True
            x[at], y[at] = (found.second, found.first) if swap else (found.first, found.second)
            signed.append(found.signed)
        else:
            places.unplaced[label] = _why(axes, (east, north), found)
    if places.crs is None and signed and all(signed):
        places.crs = DEGREES
    return places


def _cells(east: object, north: object) -> Pair | tuple[bool, bool]:
    """Two cells as a pair, or which of them can be read on their own."""
    if _is_number(east) and _is_number(north):
        return Pair(float(east), float(north), None, plausible=True)  # type: ignore[arg-type]
    if _is_plain(east) and _is_plain(north):
        x, y = (float(cell.replace(",", ".")) for cell in (east, north))  # type: ignore[attr-defined]
        return Pair(x, y, None, plausible=True)
    (of_east, first), (of_north, second) = _cell(east), _cell(north)
    found = likeliest(combined((of_east, of_north), (first, second)))
    return found or (first is not None, second is not None)


def _is_plain(value: object) -> bool:
    """Whether a text is a number that can mean but one; nearly all are, and there may be many."""
    return (
        isinstance(value, str)
        and _PLAIN.fullmatch(value) is not None
        and not TWOFOLD.fullmatch(value)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _cell(value: object) -> tuple[str | None, Numeral | None]:
    if _is_number(value):
        return None, Numeral((float(value),))  # type: ignore[arg-type]
    return labelled(value.upper()) if isinstance(value, str) else (None, None)


def _why(
    axes: Axes, cells: tuple[object, object], readable: tuple[bool, bool]
) -> tuple[str, Mapping[str, object]]:
    names = (axes.east, axes.north)
    blank = [name for name, cell in zip(names, cells, strict=True) if is_unknown(cell)]
    if blank:
        return BLANK, {"column": " / ".join(quote(name) for name in blank)}
    wrong = [at for at in (0, 1) if not readable[at]]
    if len(wrong) == 1:
        return UNREADABLE, {"column": quote(names[wrong[0]]), "value": quote(cells[wrong[0]])}
    return UNREADABLE, {
        "column": " / ".join(quote(name) for name in names),
        "value": " / ".join(quote(cell) for cell in cells),
    }


def from_cells(values: Series, crs: str | None, *, told: bool) -> Places:
    """
    Read a column with both numbers in each cell.

    Parameters
    ----------
    crs
        The system that the heading names.
    told
        Whether another column says which system rows are in.
    """
    places = Places(np.full(len(values), np.nan), np.full(len(values), np.nan), crs)
    own: dict[int, str | None] = {}
    sized: dict[int, str | None] = {}
    for at, (label, value) in enumerate(zip(values.index, values, strict=True)):
        named, pair = interpreted(value) if isinstance(value, str) else (None, None)
        if pair is not None:
            places.x[at], places.y[at] = _east_north(pair)
            own[label] = named
            sized[label] = named or crs or (DEGREES if _is_degrees(pair) else None)
        elif is_unknown(value):
            places.unplaced[label] = BLANK, {"column": quote(values.name)}
        else:
            places.unplaced[label] = _unread(values.name, value)
    systems = set(sized.values())
    if len(systems) <= 1:
        places.crs = next(iter(systems), None)
    elif any(own.values()):
        places.own = {row: named for row, named in own.items() if named is not None}
    elif not told:  # nothing is said anywhere, but degrees are no metres
        places.own = {row: size for row, size in sized.items() if size is not None}
    return places


def _unread(column: object, value: object) -> tuple[str, Mapping[str, object]]:
    return UNREADABLE, {"column": quote(column), "value": quote(value)}


def _is_degrees(pair: Pair) -> bool:
    return max(abs(pair.first), abs(pair.second)) <= _MOST_DEGREES


def _east_north(pair: Pair) -> tuple[float, float]:
    """Put east first; where nothing says which is which, north is the greater in all of Norway."""
    north_first = pair.north_first
    if north_first is None:
        north_first = pair.first > pair.second
    return (pair.second, pair.first) if north_first else (pair.first, pair.second)
