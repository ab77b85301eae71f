"""Which reference system coordinates are in, where a file does not say or says it wrongly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.errors import CrsError, ParameterError
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

DEGREES: Final = "EPSG:4326"
ZONES: Final[tuple[tuple[int, str], ...]] = (
    (32, schema.CRS),
    (33, "EPSG:25833"),
    (35, "EPSG:25835"),
    (31, "EPSG:25831"),
    (34, "EPSG:25834"),
)
_WEB_MERCATOR: Final = "EPSG:3857"

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
_HERE, _IN_NORWAY, _PERHAPS, _NOWHERE = range(4)


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
        return self.rank < _NOWHERE


def named(text: str | None) -> CRS | None:
    """Return the system that a file names; None for none, and for one that is not known."""
    if text is None:
        return None
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return None
    # GDAL's names for GeoPackage's srs_id −1 and 0, and for what it cannot make out.
    return None if crs.name.lower().startswith(("undefined", "unknown")) else crs


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
        return CRS.from_epsg(number)
    except (CRSError, ValueError) as error:
        raise ParameterError("error.unknown_crs", crs=quote(text)) from error


def readings(x: float, y: float, near: BaseGeometry | None = None) -> list[Reading]:
    """
    Return the ways in which a pair of numbers is a place in Norway, the likeliest first.

    Parameters
    ----------
    near
        In EPSG:25832; a reading within `NEARBY_M` of it comes first.
    """
    systems = (DEGREES, *(crs for _, crs in ZONES[:3]), _WEB_MERCATOR)
    tried = [reading(crs, x, y, near, swap=swap) for crs in systems for swap in (False, True)]
    return sorted((one for one in tried if one.fits), key=lambda one: one.rank)


def reading(crs: Any, x: float, y: float, near: BaseGeometry | None, *, swap: bool) -> Reading:  # noqa: ANN401
    """Tell how well a pair of numbers fits when it is read so."""
    first, second = (y, x) if swap else (x, y)
    name = crs if isinstance(crs, str) else crs.to_string()
    east, north, rank = np.nan, np.nan, _NOWHERE
    if np.isfinite([first, second]).all():
        try:
            east, north = _transformer(name, schema.CRS).transform(first, second)
            rank = _rank(east, north, near)
        except ProjError:
            rank = _NOWHERE
    return Reading(name, swap, rank, float(east), float(north))


def _rank(east: float, north: float, near: BaseGeometry | None) -> int:
    within = schema.MIN_X <= east <= schema.MAX_X and schema.MIN_Y <= north <= schema.MAX_Y
    if not within:
        return _NOWHERE
    place = shapely.Point(east, north)
    if near is not None and place.distance(near) <= NEARBY_M:
        return _HERE
    degrees = shapely.Point(_transformer(schema.CRS, DEGREES).transform(east, north))
    return _IN_NORWAY if _NORWAY.contains(degrees) else _PERHAPS


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


@dataclass(frozen=True)
class Hints:
    """
    What is known of a file's system beside what the file says.

    Attributes
    ----------
    crs, swap
        What a person says it is; then nothing is assumed.
    near
        Where sites are expected, EPSG:25832.
    by_default
        Whether the file is in degrees only because it does not say otherwise.
    columns
        Whether positions stand in columns, so that it is columns that are named if swapped.
    """

    crs: str | None = None
    swap: bool = False
    near: BaseGeometry | None = None
    by_default: bool = False
    columns: bool = False


def bring_home(frame: GeoDataFrame, shown: str, hints: Hints) -> tuple[GeoDataFrame, list[Finding]]:
    """
    Bring a frame to EPSG:25832, saying what had to be assumed.

    Parameters
    ----------
    frame
        In the system that its file says, or in none.
    shown
        The file's name in a message.

    Raises
    ------
    CrsError
        If the numbers fit no system that is tried.
    ParameterError
        If a person chose a system that does not exist.
    """
    said = _flat(frame.crs)
    # Only degrees can be there by default; another system must have been named.
    hints = replace(hints, by_default=hints.by_default and (said is None or said.is_geographic))
    if hints.crs is not None or hints.swap:
        frame = _swap(frame) if hints.swap else frame
        said = chosen(hints.crs) if hints.crs is not None else said
        if said is not None:
            return _project(frame, said, shown), []
    # The median, so that one site that is astray is named on its own and does not decide for all.
    bounds = frame.bounds
    west, south, east, north = bounds.where(np.isfinite(bounds)).median()
    x, y = (west + east) / 2, (south + north) / 2
    if pd.isna(x) or pd.isna(y):
        # Without a single position there is nothing to doubt; each feature is named further on.
        return _project(frame, said or CRS(schema.CRS), shown), []
    as_said = None if said is None else reading(said, x, y, hints.near, swap=False)
    sure = _IN_NORWAY if hints.near is None else _HERE
    if said is not None and as_said is not None and as_said.rank <= sure:
        return _project(frame, said, shown), []
    others = readings(x, y, hints.near)
    best = _best(as_said, others)
    if best is None and (said is None or hints.by_default):
        raise CrsError("error.crs_missing", layer=shown)
    if said is not None and (best is None or best is as_said):
        return _project(frame, said, shown), []
    assert best is not None  # or it was raised or returned above
    frame = _swap(frame) if best.swapped else frame
    return _project(frame, CRS(best.crs), shown), _notes(best, others, said, shown, hints)


def _best(as_said: Reading | None, others: Sequence[Reading]) -> Reading | None:
    """Take the file's word unless another reading fits clearly better."""
    other = others[0] if others else None
    if as_said is None or as_said.rank == _NOWHERE:
        return other
    if other is not None and other.rank < as_said.rank:
        return other
    return as_said


# What is said where the reference system or the order of the axes was guessed.
GUESSED: Final = frozenset(
    {
        *("finding.assumed_instead", "finding.assumed_degrees", "finding.assumed_utm32"),
        *("finding.assumed_crs", "finding.assumed_axes", "finding.assumed_flipped"),
        "finding.assumed_of_several",
    }
)


def _notes(
    best: Reading, others: Sequence[Reading], said: CRS | None, shown: str, hints: Hints
) -> list[Finding]:
    def note(msgid: str, **parts: object) -> Finding:
        return Finding(shown, None, msgid, "warning", parts)

    found = []
    if said is not None and not hints.by_default:
        if not said.equals(CRS(best.crs), ignore_axis_order=True):
            found.append(note("finding.assumed_instead", declared=quote(said.name), crs=best.crs))
    elif best.crs == DEGREES:
        found += [] if said is not None else [note("finding.assumed_degrees")]
    elif best.crs == schema.CRS:
        found.append(note("finding.assumed_utm32"))
    else:
        found.append(note("finding.assumed_crs", crs=best.crs))
    if best.swapped:
        found.append(note("finding.assumed_axes" if hints.columns else "finding.assumed_flipped"))
    rivals = [one.crs for one in others if one.rank == best.rank and one.crs != best.crs]
    if rivals:
        found.append(note("finding.assumed_of_several", crs=best.crs, others=", ".join(rivals)))
    return found


def _flat(crs: CRS | None) -> CRS | None:
    """The horizontal part: EPSG:5972 is 25832 with a height system."""
    if crs is not None and crs.is_compound:
        return crs.sub_crs_list[0]
    return crs


def _swap(frame: GeoDataFrame) -> GeoDataFrame:
    flipped = shapely.transform(frame.geometry.array, lambda one: one[:, ::-1])
    return frame.set_geometry(flipped)


def _project(frame: GeoDataFrame, crs: CRS, shown: str) -> GeoDataFrame:
    flat = _flat(crs)
    frame = frame.set_crs(flat, allow_override=True)
    try:
        if flat is not None and flat.equals(schema.CRS, ignore_axis_order=True):
            return frame.set_crs(schema.CRS, allow_override=True)
        return frame.to_crs(schema.CRS)
    except ProjError as error:
        raise CrsError("error.crs_missing", layer=shown) from error
