"""What columns of a table are called, and in which of its rows their names stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.intake.coordinates import interpreted, named_system, without_prose
from geo.intake.numerals import labelled
from geo.schema.coercion import legible
from geo.schema.text import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What people call the columns, first choice first. Case, blanks and hyphens do not matter.
EAST: Final = ("lon", "lengdegrad", "longitude", "lng", "øst", "ost", "east", "easting", "x")
NORTH: Final = ("lat", "breddegrad", "latitude", "nord", "north", "northing", "y")
SHAPE: Final = ("wkt", "geometry_wkt", "wkt_geom", "geometri", "geometry", "geom", "the_geom")
_EAST_LETTERS: Final = ("e", "ø")
_NORTH_LETTERS: Final = ("n",)
# Columns that may have both numbers in one cell.
_SPOT: Final = frozenset(
    {
        *("koordinater", "koordinat", "koordinatene", "koordinatpar", "gps_koordinater", "gps"),
        *("posisjon", "position", "coordinates", "coordinate", "coords", "stedfesting", "utm"),
        *("lat_lon", "latlon", "lat/lon", "lat,lon", "latlng", "lon_lat", "lonlat", "nord/øst"),
        *("øst/nord", "lengde/bredde", "bredde/lengde", "point", "punkt"),
    }
)
_DEGREES: Final = ("lon", "lengdegrad", "lng", "lat", "bredde")  # names that leave no doubt
_LETTERS_X: Final = frozenset({"x", "y"})  # in Norwegian surveying x is north
_BESIDE: Final = frozenset(  # words that stand beside an axis's name
    {
        *("koordinat", "koordinater", "koord", "coordinate", "coord", "sone", "zone"),
        *("m", "meter", "metre", "metres", "meters", "deg", "degrees", "grader", "dd"),
        *("desimalgrader", "desimal", "verdi", "akse", "retning"),
    }
)
# What EWKT (PostGIS) begins with; 0 says that it is in no system.
EWKT: Final = re.compile(r"^\s*SRID=(\d{1,6});", re.IGNORECASE)
_WKT: Final = re.compile(r"\s*(SRID=\d+;)?\s*[A-Z]{3,20}[ ZM]*(\(| EMPTY)", re.IGNORECASE)
_BARE_CODE: Final = re.compile(r"(?<!\d)(?:EPSG\W*)?((?:258|326)3\d|4326|4258)(?!\d)")
LOOKED_AT: Final = 20  # rows with anything in them
_SOME: Final = 2


@dataclass(frozen=True)
class Axes:
    """
    Two columns that say where rows are.

    Attributes
    ----------
    crs
        The system that their headings name.
    degrees
        Whether their names leave no doubt that it is degrees.
    """

    east: str
    north: str
    crs: str | None
    degrees: bool


@dataclass(frozen=True)
class _Axis:
    column: str
    rank: int
    crs: str | None
    degrees: bool


def axes(columns: Iterable[object]) -> Axes | None:
    """
    Return the columns of positions, the likeliest names first; None where there are none.

    Names may have the system with them ("Nord (UTM32)"); then both columns must be of one.
    """
    named = [_named(column) for column in columns]
    easts = [axis for spelled in named if (axis := _axis(spelled, (*EAST, *_EAST_LETTERS)))]
    norths = [axis for spelled in named if (axis := _axis(spelled, (*NORTH, *_NORTH_LETTERS)))]
    found = [
        (east.degrees != north.degrees, east.rank, north.rank, east, north)
        for east in easts
        for north in norths
        if east.crs == north.crs or None in {east.crs, north.crs}
    ]
    if not found:
        return None
    *_, east, north = min(found, key=lambda one: one[:3])
    return Axes(east.column, north.column, east.crs or north.crs, east.degrees)


def _named(column: object) -> tuple[str, str | None, list[list[str]]]:
    """Take a heading apart: itself, its system, and the words that may be its name."""
    text = _BARE_CODE.sub(r" EPSG:\1 ", legible(str(column)).upper().replace("_", " "))
    crs, rests = named_system(" ".join(text.split()))
    words = [
        [
            word.removesuffix("koordinat").removesuffix("koord")
            for word in re.findall(r"[^\W\d_]+", without_prose(rest).lower())
            if word not in _BESIDE
        ]
        for rest in rests
    ]
    return str(column), crs, [[spell(column)], *words]


def _axis(named: tuple[str, str | None, list[list[str]]], names: Sequence[str]) -> _Axis | None:
    column, crs, readings = named
    for words in readings:
        # "X (nord)" is north, whatever x is elsewhere.
        told = [word for word in words if word not in _LETTERS_X] or words
        if len(told) == 1 and told[0] in names:
            return _Axis(column, names.index(told[0]), crs, told[0].startswith(_DEGREES))
    return None


def shape_column(columns: Iterable[str], values: Iterable[Sequence[object]]) -> str | None:
    """Return the first column that is called as WKT is and holds some."""
    for column, given in zip(columns, values, strict=True):
        if spell(column) in SHAPE and any(_is_wkt(value) for value in given):
            return column
    return None


def spot_column(
    columns: Iterable[str], values: Iterable[Sequence[object]]
) -> tuple[str, str | None] | None:
    """Return the first column with both numbers in its cells, and the system that it names."""
    for column, given in zip(columns, values, strict=True):
        crs, rests = named_system(_BARE_CODE.sub(r" EPSG:\1 ", legible(column).upper()))
        bare = {spell(re.sub(r"[()\[\]]", " ", rest)).strip("_") for rest in (column, *rests)}
        if bare & _SPOT and any(_is_spot(value) for value in given):
            return column, crs
    return None


def _is_wkt(value: object) -> bool:
    return isinstance(value, str) and _WKT.match(value) is not None


def _is_spot(value: object) -> bool:
    return isinstance(value, str) and interpreted(value)[1] is not None


def heading_row(rows: Sequence[Sequence[object]]) -> tuple[int, int]:
    """
    Find the row of headings among the first with anything in them.

    It is the first in which the columns of a position stand by name, with coordinates below them;
    else the first with a name of WKT or of whole coordinates, with some below it; else the first
    in which the columns of a position stand; else the first with more than one name; else the
    first.

    Returns
    -------
    tuple of int
        Its place among the rows, and how sure that is, the higher the surer.
    """
    rows = rows[:LOOKED_AT]
    for sure, stands in ((4, _over_numbers), (3, _over_spots), (2, _is_named), (1, _has_some)):
        for number, row in enumerate(rows):
            if stands(_names(row), rows[number + 1 :]):
                return number, sure
    return 0, 0


def _over_numbers(names: Sequence[str], below: Sequence[Sequence[object]]) -> bool:
    found = axes(names)
    if found is None:
        return False
    east, north = names.index(found.east), names.index(found.north)
    return any(_is_number(_at(row, east)) and _is_number(_at(row, north)) for row in below)


def _over_spots(names: Sequence[str], below: Sequence[Sequence[object]]) -> bool:
    values = [[_at(row, place) for row in below] for place in range(len(names))]
    return shape_column(names, values) is not None or spot_column(names, values) is not None


def _is_named(names: Sequence[str], _: Sequence[Sequence[object]]) -> bool:
    return axes(names) is not None


def _has_some(names: Sequence[str], _: Sequence[Sequence[object]]) -> bool:
    return sum(map(bool, names)) >= _SOME


def _at(row: Sequence[object], place: int) -> object:
    return row[place] if place < len(row) else None


def _is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return labelled(cell.upper())[1] is not None
    return cell is not None


def _names(row: Sequence[object]) -> list[str]:
    return [legible(str(cell)) if cell is not None else "" for cell in row]
