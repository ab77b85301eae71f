"""Numbers of a position as people write them: each text, and each pair, with all it may mean."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from geo.schema.coercion import TWOFOLD, legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NORTHWARDS: Final = frozenset({"N", "NORD", "NORTH", "LAT", "BREDDE", "BREDDEGRAD"})
EASTWARDS: Final = frozenset(
    {"Ø", "E", "O", "ØST", "OST", "EAST", "LON", "LNG", "LENGDE", "LENGDEGRAD"}
)
_BACKWARDS: Final = frozenset({"S", "W", "V", "SØR", "SOUTH", "VEST", "WEST"})
LABELS: Final = NORTHWARDS | EASTWARDS | _BACKWARDS | {"X", "Y"}

_HALF_TURN, _SIXTIETHS = 180, 60
_PART: Final = r"\d+(?:[.,]\d+)?"
_DECIMAL: Final = re.compile(r"-?\d+(?:[.,]\d+)?")
# Thousands, and millions: no coordinate is greater.
_IN_THREES: Final = re.compile(r"(-?\d{1,3}([ '’.,])\d{3}(?:\2\d{3})?)(?:(?!\2)[.,](\d+))?")
_ANGLE: Final = re.compile(
    rf"(-?{_PART})\s*°\s*(?:({_PART})\s*(?:['′’´]\s*)?)?(?:({_PART})\s*(?:\"|″|”|''|′′|´´)?)?"
)
_BARE_ANGLE: Final = re.compile(rf"(-?\d{{1,3}}) (\d{{1,2}}(?:[.,]\d+)?)(?: ({_PART}))?")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LABELLED: Final = re.compile(r"(?P<before>[^\W\d_]*)(?P<number>(?:[\W\d_])*)(?P<after>[^\W\d_]*)")
_EXPONENT: Final = re.compile(r"-?\d+(?:\.\d+)?E[+-]?\d+")
_EDGES: Final = " ,;/|()[]&"
# What may stand between the two numbers of a pair, what parts them best first.
_BETWEEN: Final = tuple(re.compile(one) for one in (r"\n", r"[;/|]", r",\s", r"\s", ","))
# Where in Norway numbers are: degrees with room for doubt, and metres in any of its zones.
_LATITUDES, _LONGITUDES = (55.0, 82.0), (-10.0, 36.0)
_NORTHINGS, _EASTINGS = (6_200_000.0, 9_000_000.0), (-200_000.0, 1_500_000.0)
_LEAST_METRES: Final = 1000.0


@dataclass(frozen=True)
class Numeral:
    """
    What a text may mean as a number.

    Attributes
    ----------
    values
        The likeliest first; "613.800" may be 613.8 or 613 800.
    parts
        In how many parts it is written: 3 for degrees, minutes and seconds.
    signed
        Whether a degree sign leaves no doubt that it is an angle.
    """

    values: tuple[float, ...]
    parts: int = 1
    signed: bool = False


@dataclass(frozen=True)
class Pair:
    """Two numbers as they stand; `north_first` is None where nothing says which is which."""

    first: float
    second: float
    north_first: bool | None
    plausible: bool
    signed: bool = False


def numeral(text: str) -> Numeral | None:
    """Return what a text may mean as a number; None where it is none."""
    if found := _ANGLE.fullmatch(text):
        return _angle(found, signed=True)
    values = []
    if _DECIMAL.fullmatch(text):
        values.append(float(text.replace(",", ".")))
        if TWOFOLD.fullmatch(text):
            values.append(float(re.sub("[.,]", "", text)))
    elif found := _IN_THREES.fullmatch(text):
        whole = found[1].replace(found[2], "")
        values.append(float(f"{whole}.{found[3] or 0}"))
    if values:
        return Numeral(tuple(values))
    found = _BARE_ANGLE.fullmatch(text)
    return _angle(found, signed=False) if found else None


def _angle(found: re.Match[str], *, signed: bool) -> Numeral | None:
    given = [one.replace(",", ".") for one in found.groups() if one is not None]
    degrees, minutes, seconds = (float(one) for one in (*given, "0", "0")[:3])
    if abs(degrees) > _HALF_TURN or minutes >= _SIXTIETHS or seconds >= _SIXTIETHS:
        return None
    size = abs(degrees) + minutes / _SIXTIETHS + seconds / _SIXTIETHS**2
    return Numeral((-size if given[0].startswith("-") else size,), len(given), signed)


def labelled(cell: str) -> tuple[str | None, Numeral | None]:
    """Take the letters off one coordinate in capitals: "6649900 N" is N and a number."""
    text = _plain(cell)
    if _EXPONENT.fullmatch(text) and math.isfinite(float(text)):
        return None, Numeral((float(text),))
    found = _LABELLED.fullmatch(text)
    labels = [one for one in (found["before"], found["after"]) if one] if found else []
    if found is None or len(labels) > 1 or not LABELS.issuperset(labels):
        return None, None
    return (labels[0] if labels else None), numeral(found["number"].strip(_EDGES))


def pairs(text: str) -> Iterator[Pair]:
    """
    Yield the ways in which a text, in capitals and without a system's name, is two numbers.

    Letters stand before both numbers, behind both, or at one of them; of what parts numbers (a
    line's end, a stroke, a comma and a blank, a blank, a comma) the strongest is tried first.
    """
    text = _plain(text)
    labels = _WORD.findall(text)
    chunks = [one for part in _WORD.split(text) if (one := part.strip(_EDGES))]
    if len(labels) > 2 or not LABELS.issuperset(labels) or not 0 < len(chunks) <= 2:  # noqa: PLR2004
        return
    halves = [(chunks[0], chunks[1])] if len(chunks) == 2 else _splits(chunks[0])  # noqa: PLR2004
    for first, second in halves:
        numbers = numeral(first), numeral(second)
        if _unlike(*numbers):
            continue
        for bound in _bound(labels, text, between=len(chunks) == 2):  # noqa: PLR2004
            yield from combined(bound, numbers)


def _plain(text: str) -> str:
    text = legible(text).replace("º", "°")
    return re.sub(r"\b(?:GRADER|DEG)\b", "°", re.sub("[:=]", " ", text))


def _bound(labels: Sequence[str], text: str, *, between: bool) -> list[tuple[str | None, ...]]:
    """Which label belongs to which of two numbers; one between them may belong to either."""
    if len(labels) != 1:
        return [tuple(labels) or (None, None)]
    before, after = (None, labels[0]), (labels[0], None)
    if between:
        return [before, after]
    return [after] if text.strip(_EDGES).startswith(labels[0]) else [before]


def combined(labels: Sequence[str | None], numbers: Sequence[Numeral | None]) -> Iterator[Pair]:
    """Yield what two labelled numbers may mean together, in degrees before metres."""
    first, second = numbers
    if first is None or second is None:
        return
    north = [label in NORTHWARDS for label in labels]
    east = [label in EASTWARDS for label in labels]
    if all(north) or all(east):
        return
    known = True if north[0] or east[1] else False if east[0] or north[1] else None
    signed = first.signed and second.signed
    for values in product(first.values, second.values):
        a, b = (
            -abs(one) if label in _BACKWARDS else one
            for label, one in zip(labels, values, strict=True)
        )
        yield Pair(a, b, known, _is_plausible(a, b, known), signed)


def _unlike(first: Numeral | None, second: Numeral | None) -> bool:
    """Whether only one is an angle, or is in more parts without a sign to say so."""
    if first is None or second is None:
        return True
    if first.signed or second.signed:
        return not (first.signed and second.signed)
    return first.parts != second.parts


def _splits(chunk: str) -> Iterator[tuple[str, str]]:
    whole = numeral(chunk)
    if whole is not None and whole.parts == 1 and " " in chunk:
        return  # one number with blanks between its thousands
    for between in _BETWEEN:
        for found in between.finditer(chunk):
            yield chunk[: found.start()].strip(_EDGES), chunk[found.end() :].strip(_EDGES)


def _is_plausible(first: float, second: float, known: bool | None) -> bool:  # noqa: FBT001
    orders = [known] if known is not None else [True, False]
    return any(_is_norway(*((first, second) if one else (second, first))) for one in orders)


def _is_norway(north: float, east: float) -> bool:
    degrees = _within(north, _LATITUDES) and _within(east, _LONGITUDES)
    metres = _within(north, _NORTHINGS) and _within(east, _EASTINGS)
    return degrees or (metres and abs(east) >= _LEAST_METRES)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def likeliest(found: Iterable[Pair]) -> Pair | None:
    """Return the first that is in Norway, else the first; None of none."""
    first = None
    for one in found:
        if one.plausible:
            return one
        first = first or one
    return first
