"""A place written as text: degrees in several spellings, or UTM with or without its zone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shapely import Point

from geo.errors import ParameterError, PositionTextError
from geo.intake.crs import DEGREES, ZONES, Reading, reading, readings
from geo.schema.coercion import quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

MOST: Final = 100  # places in one text; more are better kept in a file
_LONGEST: Final = 200  # characters of one
_HALF_TURN, _SIXTIETHS = 180, 60
_METRES: Final = 1000  # a number above this is no angle
_NUMBER: Final = r"-?\d+(?:[.,]\d+)?"
_NORTHWARDS: Final = frozenset({"N", "NORD", "NORTH", "LAT", "BREDDE", "BREDDEGRAD"})
_EASTWARDS: Final = frozenset(
    {"Ø", "E", "O", "ØST", "OST", "EAST", "LON", "LNG", "LENGDE", "LENGDEGRAD"}
)
_BACKWARDS: Final = frozenset({"S", "W", "V", "SØR", "SOUTH", "VEST", "WEST"})
_SYSTEM: Final = re.compile(
    r"\b(?:EPSG\s*:?\s*258(3[0-9])|(?:EU89|EUREF89|ETRS89|WGS84|WGS\s84)?[\s,/-]*UTM[\s-]*"
    r"(?:SONE|ZONE)?\s*(3[0-9])[\s-]*[A-Z]?|(?:SONE|ZONE)\s*(3[0-9])[A-Z]?|(3[0-9])\s?[T-X])\b"
)
_ANGLE: Final = (
    rf"(?P<degrees>{_NUMBER})\s*(?:°|º|GRADER)"
    rf"\s*(?:(?P<minutes>{_NUMBER})\s*['′’´])?\s*(?:(?P<seconds>{_NUMBER})\s*(?:\"|″|”|''))?"
)
_LABEL: Final = r"(?P<label>[A-ZÆØÅ]*)"
_SPACED: Final = re.compile(r"(?<![\d.,])(\d{1,3}) (\d{3}) (\d{3})(?:([.,])(\d+))?(?![\d])")
_SPACED_SHORT: Final = re.compile(r"(?<![\d.,])(\d{3}) (\d{3})(?:([.,])(\d+))?(?!\d| \d{3}\b)")


@dataclass(frozen=True)
class Position:
    """
    A place that was read from a text.

    Attributes
    ----------
    point
        EPSG:25832.
    crs
        The system that the numbers were read in.
    assumptions
        What a reader must be told: that axes were swapped, or that other systems fit too.
    """

    point: Point
    crs: str
    assumptions: list[Finding] = field(default_factory=list)


def parse(text: str, near: BaseGeometry | None = None) -> Position:
    """
    Read a pair of coordinates.

    Degrees may be decimal or in minutes and seconds, with point or comma, in either order; UTM may
    name its zone ("32V 614196 6647966") and may have spaces in its numbers. Which axis is which
    and which zone it is follows from where in Norway the numbers fall, and of several zones the
    one nearest to `near` is taken.

    Parameters
    ----------
    near
        Where places are expected, EPSG:25832.

    Raises
    ------
    PositionTextError
        If it is no pair of coordinates.
    ParameterError
        If the place is not in Norway, however it is read.
    """
    shown = quote(text)
    if len(text) > _LONGEST:
        raise PositionTextError("error.position_text", text=shown)
    plain = " ".join(text.upper().replace("\N{MINUS SIGN}", "-").split())
    zone, rest = _zone(plain)
    first, second, known = _pair(re.sub("[:=]", " ", rest), shown)
    if zone is not None:
        tried = [reading(zone, first, second, near, swap=swap) for swap in (False, True)]
        found = sorted((one for one in tried if one.fits), key=lambda one: one.rank)
    else:
        found = [
            one
            for one in readings(first, second, near)
            if one.crs in _SYSTEMS and (one.crs == DEGREES) == (max(first, second) < _METRES)
        ]
    if known is not None:
        found = [one for one in found if one.swapped is known]
    if not found:
        raise ParameterError("error.position_outside", text=shown)
    best = _nearest(found, near)
    return Position(Point(best.x, best.y), best.crs, [] if zone else _notes(best, found, shown))


def parse_all(text: str, near: BaseGeometry | None = None) -> list[Position]:
    """
    Read one pair of coordinates, or several with a semicolon between.

    Parameters and errors as in `parse`, of the first that cannot be read; also a
    `ParameterError` beyond `MOST`.
    """
    try:
        return [parse(text, near)]  # a semicolon may stand between the numbers of a pair too
    except PositionTextError:
        each = [one for one in text.split(";") if one.strip()]
        if len(each) < 2:  # noqa: PLR2004  # not several
            raise
    if len(each) > MOST:
        raise ParameterError("error.too_many_positions", limit=MOST)
    return [parse(one, near) for one in each]


_SYSTEMS: Final = frozenset({DEGREES, *(crs for _, crs in ZONES)})


def _zone(text: str) -> tuple[str | None, str]:
    """Take the zone out of a text: its system, and what is left."""
    found = _SYSTEM.search(text)
    if found is None:
        return None, text
    number = int(next(group for group in found.groups() if group))
    crs = dict(ZONES).get(number)
    if crs is None:
        return None, text
    return crs, f"{text[: found.start()]} {text[found.end() :]}"


def _pair(text: str, shown: str) -> tuple[float, float, bool | None]:
    """Two numbers in the order they stand, and whether the first is known to be north."""
    in_angles = re.search(_ANGLE, text) is not None
    if not in_angles:
        text = _separate(_SPACED_SHORT.sub(_join, _SPACED.sub(_join, text)))
    number = _ANGLE if in_angles else rf"(?P<number>{_NUMBER})"
    # Letters stand before both numbers or behind both.
    before = text.strip()[:1].isalpha()
    pattern = rf"{_LABEL}\s*{number}" if before else rf"{number}\s*{_LABEL}"
    found = list(re.finditer(pattern, text))
    labels = [one["label"] for one in found]
    numbers = [_angle(one) if in_angles else _plain(one["number"]) for one in found]
    left = re.sub(pattern, " ", text)
    if len(numbers) != 2 or left.strip(" ,;/()") or not all(map(_is_label, labels)):  # noqa: PLR2004
        raise PositionTextError("error.position_text", text=shown)
    first, second = (
        -abs(number) if label in _BACKWARDS else number
        for number, label in zip(numbers, labels, strict=True)
    )
    north = [label in _NORTHWARDS for label in labels]
    east = [label in _EASTWARDS for label in labels]
    if (north[0] and north[1]) or (east[0] and east[1]):
        raise PositionTextError("error.position_text", text=shown)
    known = True if north[0] or east[1] else False if east[0] or north[1] else None
    return first, second, known


def _plain(text: str) -> float:
    return float(text.replace(",", "."))


def _is_label(label: str) -> bool:
    return not label or label in _NORTHWARDS | _EASTWARDS | _BACKWARDS | {"X", "Y"}


def _join(found: re.Match[str]) -> str:
    """Write a number with spaces between its thousands as one."""
    *digits, point, decimals = found.groups()
    return "".join(digits) + (f".{decimals}" if point else "")


def _separate(text: str) -> str:
    """Put a space for each comma that parts the numbers, and leave those that begin decimals."""
    text = text.replace(";", " ").replace("/", " ")
    text = re.sub(r",(?=\s|$)", " ", text)
    if "." in text or re.fullmatch(r"\s*-?\d{5,7},-?\d{5,7}\s*", text):
        return text.replace(",", " ")
    return text


def _angle(found: re.Match[str]) -> float:
    degrees, minutes, seconds = (
        _plain(found[name] or "0") for name in ("degrees", "minutes", "seconds")
    )
    if not (0 <= minutes < _SIXTIETHS and 0 <= seconds < _SIXTIETHS and degrees <= _HALF_TURN):
        raise PositionTextError("error.position_text", text=quote(found[0]))
    return degrees + minutes / _SIXTIETHS + seconds / _SIXTIETHS**2


def _nearest(found: Sequence[Reading], near: BaseGeometry | None) -> Reading:
    if near is None:
        return found[0]
    best = [one for one in found if one.rank == found[0].rank]
    return min(best, key=lambda one: float(near.distance(Point(one.x, one.y))))


def _notes(best: Reading, found: Sequence[Reading], shown: str) -> list[Finding]:
    def note(msgid: str, **parts: object) -> Finding:
        return Finding(shown, None, msgid, "warning", parts)

    notes = []
    rivals = [one.crs for one in found if one.rank == best.rank and one.crs != best.crs]
    if rivals:
        others = ", ".join(dict.fromkeys(rivals))
        notes.append(note("finding.position_of_several", crs=best.crs, others=others))
    elif best.crs != DEGREES:
        notes.append(note("finding.position_read", crs=best.crs))
    return notes
