"""Which reference system coordinates are in, where a file does not say or says it wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.errors import ParameterError
from geo.schema import layers as schema
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

DEGREES: Final = "EPSG:4326"
ZONES: Final[tuple[tuple[int, str], ...]] = (
    (32, schema.CRS),
    (33, "EPSG:25833"),
    (35, "EPSG:25835"),
    (31, "EPSG:25831"),
    (34, "EPSG:25834"),
    (36, "EPSG:25836"),
)
# A degree of longitude wide each, with the same numbers in all: only the place tells which.
NTM: Final = tuple(f"EPSG:{5100 + zone}" for zone in range(5, 31))
_NTM_NORTH: Final = (950_000.0, 2_600_000.0)
WEB_MERCATOR: Final = "EPSG:3857"
# Those that are tried wherever a place is, and those only where it is expected.
USUAL: Final = (DEGREES, *(crs for _, crs in ZONES[:3]), WEB_MERCATOR)
SELDOM: Final = tuple(crs for _, crs in ZONES[3:])

# Mainland Norway with about 30 km of margin, degrees; drawn by hand, to tell land from open sea and
# neighbouring countries where the same numbers fit several systems. Says nothing about a border.
_NORWAY: Final = shapely.Polygon(
    [
        *((4.2, 62.0), (4.2, 59.0), (5.2, 58.2), (6.5, 57.6), (8.6, 57.8), (10.2, 58.6)),
        *((11.6, 58.6), (12.3, 59.9), (13.2, 60.9), (12.8, 62.2), (12.6, 63.2), (14.8, 64.2)),
        *((15.2, 66.0), (17.0, 67.6), (18.8, 68.2), (20.6, 68.7), (24.0, 68.3), (26.5, 69.0)),
        *((28.5, 68.6), (29.9, 69.1), (31.8, 69.8), (31.8, 70.7), (26.0, 71.6), (21.0, 71.0)),
        *((17.5, 70.2), (14.0, 69.5), (11.4, 68.0), (11.2, 65.5), (8.5, 64.4), (5.5, 63.1)),
    ]
)
# Sites of a municipality lie in it or in its neighbours'.
NEARBY_M: Final = 30_000.0
HERE, IN_NORWAY, PERHAPS, NOWHERE = range(4)


@dataclass(frozen=True)
class Reading:
    """One way of reading coordinates; `rank` is how well it fits, lowest best."""

    crs: str
    swapped: bool
    rank: int
    x: float
    y: float

    @property
    def fits(self) -> bool:
        """Whether it is a place that may concern Norway."""
        return self.rank < NOWHERE

    @property
    def is_afar(self) -> bool:
        """Whether it is a place on Svalbard or Jan Mayen."""
        return any(
            left <= self.x <= right and low <= self.y <= high
            for left, low, right, high in schema.ISLANDS_AFAR
        )


def named(text: str | None, spelled: str | None = None) -> CRS | None:
    """
    Return the horizontal system that a file names; None for none, and for one that is not known.

    Parameters
    ----------
    text
        As GDAL names it, or the file itself.
    spelled
        The same as PROJJSON: GDAL knows of systems that have no name here.
    """
    for one in (text, spelled):
        if not one:
            continue
        try:
            crs = flat(CRS.from_user_input(one))
        except CRSError:
            continue
        # GDAL's names for GeoPackage's srs_id −1 and 0, and for what it cannot make out.
        if not crs.name.lower().startswith(("undefined", "unknown")) and _is_horizontal(crs):
            return crs
    return None


def flat(crs: CRS) -> CRS:
    """Return the horizontal part: EPSG:5972 is 25832 with a height system."""
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if len(crs.axis_info) > 2 and not crs.is_geocentric:  # noqa: PLR2004  # a height too
        return crs.to_2d()
    return crs


def _is_horizontal(crs: CRS) -> bool:
    return bool(crs.is_geographic or crs.is_projected)


def chosen(text: str) -> CRS:
    """
    Return the system that a person chose: "25833", "EPSG:25833".

    Raises
    ------
    ParameterError
        If there is no such system.
    """
    number = str(text).strip().upper().removeprefix("EPSG:")
    try:
        crs = flat(CRS.from_epsg(number))
    except (CRSError, ValueError) as error:
        raise ParameterError("error.unknown_crs", crs=quote(text)) from error
    if not _is_horizontal(crs):  # heights alone, or distances from the middle of the Earth
        raise ParameterError("error.unknown_crs", crs=quote(text))
    return crs


def readings(x: float, y: float, near: BaseGeometry | None = None) -> list[Reading]:
    """
    Return the ways in which a pair of numbers is a place in Norway, the likeliest first.

    Parameters
    ----------
    near
        In EPSG:25832; a reading within `NEARBY_M` of it comes first.
    """
    found = [one for one in _tried(USUAL, x, y, near) if one.fits]
    if near is not None:
        seldom = (*SELDOM, *(NTM if is_ntm(x, y) else ()))
        found += [one for one in _tried(seldom, x, y, near) if one.rank == HERE]
    return sorted(found, key=lambda one: one.rank)


def _tried(systems: Iterable[str], x: float, y: float, near: BaseGeometry | None) -> list[Reading]:
    return [reading(crs, x, y, near, swap=swap) for crs in systems for swap in (False, True)]


def is_ntm(x: float, y: float) -> bool:
    """Whether a pair of numbers has the size of those of an NTM zone, in either order."""
    low, high = _NTM_NORTH
    return low <= max(x, y) <= high and 0 <= min(x, y) <= low / 4


def reading(crs: Any, x: float, y: float, near: BaseGeometry | None, *, swap: bool) -> Reading:  # noqa: ANN401
    """Tell how well a pair of numbers fits when it is read so."""
    first, second = (y, x) if swap else (x, y)
    name = crs if isinstance(crs, str) else crs.to_string()
    east, north, rank = np.nan, np.nan, NOWHERE
    if np.isfinite([first, second]).all():
        try:
            east, north = _transformer(name, schema.CRS).transform(first, second)
            rank = _rank(east, north, near)
        except ProjError:
            rank = NOWHERE
    return Reading(name, swap, rank, float(east), float(north))


def ranks(
    crs: str, places: NDArray[np.float64], near: BaseGeometry | None, *, swap: bool
) -> NDArray[np.int_]:
    """(n,) how well places (n, 2) fit when they are read so: `reading`'s rank of each."""
    found = np.full(len(places), NOWHERE)
    first, second = places.T[::-1] if swap else places.T
    try:
        east, north = _transformer(crs, schema.CRS).transform(first, second)
    except ProjError:
        return found
    within = (east >= schema.MIN_X) & (east <= schema.MAX_X)
    within &= (north >= schema.MIN_Y) & (north <= schema.MAX_Y)
    east, north = east[within], north[within]
    degrees = _transformer(schema.CRS, DEGREES).transform(east, north)
    fitting = np.where(shapely.contains_xy(_NORWAY, *degrees), IN_NORWAY, PERHAPS)
    if near is not None:
        fitting[shapely.dwithin(shapely.points(east, north), near, NEARBY_M)] = HERE
    found[within] = fitting
    return found


def is_afar(x: float, y: float) -> bool:
    """Whether numbers are a place on Svalbard or Jan Mayen in a system that is usual there."""
    tried = (DEGREES, schema.CRS, ZONES[1][1])
    return any(reading(one, x, y, None, swap=False).is_afar for one in tried)


def _rank(east: float, north: float, near: BaseGeometry | None) -> int:
    within = schema.MIN_X <= east <= schema.MAX_X and schema.MIN_Y <= north <= schema.MAX_Y
    if not within:
        return NOWHERE
    place = shapely.Point(east, north)
    if near is not None and place.distance(near) <= NEARBY_M:
        return HERE
    degrees = shapely.Point(_transformer(schema.CRS, DEGREES).transform(east, north))
    return IN_NORWAY if _NORWAY.contains(degrees) else PERHAPS


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
