"""A place written as text: degrees in several spellings, or UTM with or without its zone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shapely import Point

from geo.errors import ParameterError, PositionTextError
from geo.intake.numerals import likeliest, pairs
from geo.intake.systems.crs import DEGREES, ZONES, Reading, reading, readings
from geo.schema.coercion import legible, quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.intake.numerals import Pair

MOST: Final = 100  # places in one text; more are better kept in a file
_LONGEST: Final = 200  # characters of one
_MARKS: Final = re.compile(r"[;\n]")
_METRES: Final = 1000  # a number above this is no angle
_SYSTEMS: Final = frozenset({DEGREES, *(crs for _, crs in ZONES)})
# WGS84's own UTM (326..) differs from EUREF89's by less than a metre.
_SYSTEM: Final = re.compile(
    r"\b(?:EPSG\s*:*\s*(?:(?P<degrees>4326|4258)|(?:258|326)(?P<code>3\d))"
    r"|(?:(?:EU89|EUREF\s?89|ETRS\s?89|WGS\s?84)[\s,/-]*)?UTM[\s_-]*(?:SONE|ZONE)?[\s_-]*"
    r"(?P<utm>3\d)(?P<band>[\s-]*[A-Z](?![^\W\d_]))?"
    r"|(?:SONE|ZONE)\s*(?P<zone>3\d)(?:[A-Z]\b)?|(?P<square>3\d)\s?[T-X]\b|^(?P<half>3\d)N\b)(?![^\W\d_])"
)
# Words around coordinates that say nothing of where they are.
_PROSE: Final = re.compile(
    r"\b(?:EU89|EUREF\s?89|ETRS\s?89|WGS\s?84|UTM|(?:GPS-?)?KOORDINAT(?:ER|ENE)?|COORDINATES?"
    r"|POSISJON(?:EN)?|POSITION|POINT)(?![^\W\d_])"
)


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
        What a reader must be told: that degrees have the longitude first, against what is usual,
        which zone was taken, or that other systems fit too.
    """

    point: Point
    crs: str
    assumptions: list[Finding] = field(default_factory=list)


def parse(text: str, near: BaseGeometry | None = None) -> Position:
    """
    Read a pair of coordinates.

    Degrees may be decimal or in minutes and seconds, with point or comma, in either order; UTM may
    name its zone ("32V 614196 6647966", "UTM32 N 6647966 Ø 614196") and may have blanks, points
    or commas between thousands. Which axis is which and which zone it is follows from letters at
    the numbers and from where in Norway they fall, and of several zones the one nearest to `near`
    is taken.

    Parameters
    ----------
    near
        Where places are expected, EPSG:25832.

    Raises
    ------
    PositionTextError
        If it is no pair of coordinates.
    ParameterError
        If the place is not in Norway, however it is read; or is on Svalbard or Jan Mayen.
    """
    shown = quote(text)
    crs, pair = interpreted(text)
    if pair is None:
        raise PositionTextError("error.position_text", text=shown)
    first, second, known = pair.first, pair.second, pair.north_first
    if crs is not None:
        tried = [reading(crs, first, second, near, swap=swap) for swap in (False, True)]
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
        if any(_is_afar(one, pair) for one in ([crs] if crs is not None else _SYSTEMS)):
            raise ParameterError("error.position_afar", text=shown)
        raise ParameterError("error.position_outside", text=shown)
    best = _nearest(found, near)
    notes = [] if crs is not None else _notes(best, found, shown)
    if best.crs == DEGREES and not best.swapped and known is None:
        notes.append(Finding(shown, None, "finding.position_east_first", "warning"))
    return Position(Point(best.x, best.y), best.crs, notes)


def _is_afar(crs: str, pair: Pair) -> bool:
    """Tell whether a pair is a place on Svalbard or Jan Mayen when it is read in a system."""
    orders = (False, True) if pair.north_first is None else (pair.north_first,)
    return any(
        reading(crs, pair.first, pair.second, None, swap=swap).is_afar
        for swap in orders
        if (crs == DEGREES) == (max(pair.first, pair.second) < _METRES)
    )


def parse_all(text: str, near: BaseGeometry | None = None) -> list[Position]:
    """
    Read one pair of coordinates, or several with semicolons or ends of lines between.

    Parameters and errors as in `parse`, of the first that cannot be read; also a
    `ParameterError` beyond `MOST`.
    """
    # Before any is read: a link may hold ten thousand. Marks may stand within pairs too.
    if len(_MARKS.findall(text.strip())) >= 2 * MOST:
        raise ParameterError("error.too_many_positions", limit=MOST)
    found = _parsed(text, near)
    if len(found) > MOST:
        raise ParameterError("error.too_many_positions", limit=MOST)
    return found


def _parsed(text: str, near: BaseGeometry | None) -> list[Position]:
    for mark in ("\n", ";"):
        try:
            return [parse(text, near)]  # the mark may stand between the numbers of a pair too
        except PositionTextError:
            each = [one for one in text.split(mark) if one.strip()]
            if len(each) > 1:
                return [spot for one in each for spot in _parsed(one, near)]
    return [parse(text, near)]


def interpreted(text: str) -> tuple[str | None, Pair | None]:
    """
    Return the system that a text names, if any, and its two numbers as they stand.

    The letter of "UTM32 N" is the hemisphere's or north's: what makes a place of it is taken.
    """
    if len(text) > _LONGEST:
        return None, None
    plain = legible(text).upper().replace("\N{MINUS SIGN}", "-")
    crs, rests = named_system(plain)
    found = [likeliest(pairs(without_prose(rest))) for rest in rests]
    best = likeliest(one for one in found if one is not None)
    return crs, best


def without_prose(text: str) -> str:
    """Return a text in capitals without the words that say nothing of where a place is."""
    return _PROSE.sub(" ", text)


def named_system(text: str) -> tuple[str | None, list[str]]:
    """
    Take the system out of a text in capitals: its name, and what may be left.

    Two texts may be left where a zone's letter may be the label of a number.
    """
    found = _SYSTEM.search(text)
    if found is None:
        return None, [text]
    said = found.groupdict()
    number = next(
        (said[one] for one in ("code", "utm", "zone", "square", "half") if said[one]), None
    )
    crs = DEGREES if number is None else dict(ZONES).get(int(number))
    if crs is None:
        return None, [text]
    before, after, letter = text[: found.start()], text[found.end() :], said["band"] or ""
    # Close to the number it is the zone's own, as in 32V.
    letters = dict.fromkeys(("", letter) if letter[:1].isalpha() else (letter, ""))
    return crs, [f"{before} {one} {after}" for one in letters]


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
