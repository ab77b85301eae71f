"""The header of a SOSI file: reference system, unit and origin of its coordinates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.intake.sosi.faults import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.intake.sosi.faults import Notes

# SOSI generell del, Realisering i SOSI-format, 5.0: table of national codes. Its 9 is left out:
# sources do not agree whether its degrees count from Oslo or from Greenwich.
SYSTEMS: Final[Mapping[int, int]] = {
    **{axis: 27390 + axis for axis in range(1, 9)},  # NGO1948, axis I to VIII
    **{code: 25810 + code for code in range(19, 27)},  # EUREF89, UTM 29 to 36
    **{code: 23000 + code for code in range(31, 37)},  # ED50, UTM 31 to 36
    50: 4230,  # ED50, degrees
    **{code: 32570 + code for code in range(59, 67)},  # WGS84, UTM 29 to 36
    73: 3035,  # ETRS89-LAEA
    74: 3034,  # ETRS89-LCC
    84: 4258,  # EUREF89, degrees
    184: 4326,  # WGS84, degrees
    **{code: 4900 + code for code in range(205, 231)},  # EUREF89, NTM 5 to 30
    300: 3857,  # Web Mercator
}
_DEGREES: Final = frozenset({4230, 4258, 4326})
_UTM: Final = frozenset({*range(25829, 25837), *range(23031, 23037), *range(32629, 32637)})
_NTM: Final = range(5105, 5131)
# Some programs number NTM from 100; the list has local networks at 101 to 106.
_NTM_FROM_100: Final = range(105, 131)
# Northings and eastings that a place in Norway can have.
_IN_UTM: Final = ((6_300_000, 9_100_000), (-900_000, 1_600_000))
_IN_NTM: Final = ((900_000, 2_700_000), (-300_000, 500_000))
_IN_DEGREES: Final = ((56, 82), (-10, 36))
_UNITS: Final = (1.0, 0.1, 0.01, 0.001, 0.0001)
_UNITS_OF_DEGREES: Final = tuple(10.0**-power for power in range(10))
_SMALLEST, _LARGEST = 1e-12, 1e6  # units
_LONGEST_CODE: Final = 5  # digits
_MARGIN: Final = 1.0  # of the size of the area that the header tells, to each side


@dataclass(frozen=True)
class Header:
    """
    How coordinates are to be understood.

    Attributes
    ----------
    epsg
        Their system; None where the file does not say.
    unit
        Metres or degrees of a step.
    origin
        North and east of their zero.
    """

    epsg: int | None
    unit: float
    origin: tuple[float, float]

    @property
    def geographic(self) -> bool:
        """Whether they are degrees."""
        return self.epsg in _DEGREES

    def placed(self, points: NDArray[Any], unit: float | None = None) -> NDArray[Any]:
        """Return points (east, north) in the system's units."""
        placed = scaled(points, self.unit if unit is None else unit)
        return np.asarray(placed + np.array(self.origin[::-1]))


def scaled(numbers: NDArray[Any], unit: float) -> NDArray[Any]:
    """Multiply by a unit; 0.01 exactly, by dividing by 100."""
    whole = round(1 / unit)
    exact = unit < 1 and math.isclose(whole * unit, 1, rel_tol=1e-12)
    return numbers / whole if exact else numbers * unit


def read_header(
    said: Mapping[str, tuple[str, int]], points: NDArray[Any], shown: str, notes: Notes
) -> Header:
    """
    Read a header.

    Parameters
    ----------
    said
        The last part of each property's name, with its value and its line.
    points
        All of the file, (east, north), in its own numbers.

    Raises
    ------
    RefusedError
        If the system or the unit is none that is known, or not to be seen from the numbers.
    """
    origin = _origin(said, shown)
    epsg = _system(said, points, origin, shown, notes)
    if "ENHET" in said:
        text, line = said["ENHET"]
        unit = unit_of(text)
        if unit is None:
            raise RefusedError(
                "error.sosi_header", path=shown, field="ENHET", value=text, line=line
            )
    else:
        unit = _guessed_unit(said, epsg, points, origin, shown)
        notes.add("finding.sosi_unit_missing", unit=f"{unit:g}")
    return Header(epsg, unit, origin)


def number_of(text: str) -> float | None:
    """Return a number; None for what is none."""
    try:
        value = float(text.split(maxsplit=1)[0].replace(",", "."))
    except (ValueError, IndexError):
        return None
    return value if math.isfinite(value) else None


def unit_of(text: str) -> float | None:
    """Return a unit; None for what cannot be one."""
    unit = number_of(text)
    return unit if unit is not None and _SMALLEST <= unit <= _LARGEST else None


def _pair(said: Mapping[str, tuple[str, int]], name: str) -> tuple[float, float] | None:
    """North and east, in one property or in two; None where there is no such pair."""
    if f"{name}-NØ" in said:
        words = said[f"{name}-NØ"][0].split()
    else:
        words = [said[f"{name}-{axis}"][0] for axis in "NØ" if f"{name}-{axis}" in said]
    numbers = [number_of(word) for word in words[:2]]
    if len(numbers) != 2 or None in numbers:  # noqa: PLR2004  # a pair
        return None
    return numbers[0] or 0.0, numbers[1] or 0.0


def _origin(said: Mapping[str, tuple[str, int]], shown: str) -> tuple[float, float]:
    origin = _pair(said, "ORIGO")
    if origin is None and "ORIGO-NØ" in said:
        value, line = said["ORIGO-NØ"]
        raise RefusedError(
            "error.sosi_header", path=shown, field="ORIGO-NØ", value=value, line=line
        )
    return origin or (0.0, 0.0)


def _system(
    said: Mapping[str, tuple[str, int]],
    points: NDArray[Any],
    origin: tuple[float, float],
    shown: str,
    notes: Notes,
) -> int | None:
    if "KOORDSYS" not in said:
        return None
    text, line = said["KOORDSYS"]
    word = (text.split() or [""])[0]
    plain = word.isascii() and word.isdigit() and len(word) <= _LONGEST_CODE
    code = int(word) if plain else 0
    if code in SYSTEMS:
        return SYSTEMS[code]
    if code in _NTM_FROM_100 and len(points):
        unit = unit_of(said["ENHET"][0]) if "ENHET" in said else None
        if unit and _fits(scaled(np.median(points, axis=0), unit), origin, _IN_NTM):
            notes.add("finding.sosi_ntm", code=code, zone=code - 100, right=code + 100)
            return 5000 + code
    raise RefusedError("error.sosi_system", path=shown, code=text, line=line)


def _fits(
    point: NDArray[Any], origin: tuple[float, float], box: Sequence[tuple[float, float]]
) -> bool:
    place = (origin[0] + point[1], origin[1] + point[0])
    return all(low <= one <= high for one, (low, high) in zip(place, box, strict=True))


def _guessed_unit(
    said: Mapping[str, tuple[str, int]],
    epsg: int | None,
    points: NDArray[Any],
    origin: tuple[float, float],
    shown: str,
) -> float:
    """Find the only unit with which the middle of the file lies where it must."""
    low, high = _pair(said, "MIN"), _pair(said, "MAX")
    if low is not None and high is not None:
        margins = [max(_MARGIN, _MARGIN * (b - a)) for a, b in zip(low, high, strict=True)]
        box: Sequence[tuple[float, float]] = [
            (a - margin, b + margin) for a, b, margin in zip(low, high, margins, strict=True)
        ]
    elif epsg in _DEGREES:
        box = _IN_DEGREES
    elif epsg in _NTM:
        box = _IN_NTM
    elif epsg is None or epsg in _UTM:
        box = _IN_UTM
    else:
        box = ()
    units = _UNITS_OF_DEGREES if epsg in _DEGREES else _UNITS
    middle = np.median(points, axis=0) if len(points) else np.zeros(2)
    fitting = [unit for unit in units if box and _fits(middle * unit, origin, box)]
    if len(fitting) != 1:
        raise RefusedError("error.sosi_unit", path=shown)
    return fitting[0]
