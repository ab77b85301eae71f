"""
Shapes as a short text for a link, and back: corners in whole centimetres of EPSG:25832.

A byte of form, how far the corners may lie from those that were drawn, and for each shape its rings
with the steps from corner to corner, as numbers of as many bytes as they need: base64 of the kind
that an address holds as it is. TWKB is much the same, and no library here writes it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.errors import LinkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

MOST_CHARACTERS: Final = 1_500  # that a link gives its shapes: e-mail and chat cut long ones
# Each may be screened, and anybody writes links: as many as geo.intake.coordinates reads.
MOST_SHAPES: Final = 100
# How far a corner may be moved so that a link becomes short enough: from less than a map of 1:5000
# shows up to what changes an answer. The reader is told which it was.
STEPS_M: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
_FORM: Final = 1
_PER_M: Final = 100
_MOST_OFF: Final = round(max(STEPS_M) * _PER_M) + 1
_FARTHEST: Final = 1_000_000_000  # centimetres from the origin: the pole; no degrees far beyond
_RING: Final = 3  # the fewest corners that enclose something
_MOST_BYTES: Final = 9  # of one number
_TYPES: Final = frozenset({"Point", "Polygon"})


@dataclass(frozen=True)
class Packed:
    """
    Shapes as they stand in a link.

    Attributes
    ----------
    text
        Letters, digits, ``-`` and ``_``.
    off_m
        How far the outline may lie from the one that was packed; 0 where it is that one.
    """

    text: str
    off_m: float = 0.0


@dataclass(frozen=True)
class Unpacked:
    """Points and polygons in EPSG:25832 that a link held, and how true they are (`Packed`)."""

    shapes: tuple[BaseGeometry, ...]
    off_m: float = 0.0


def on_grid(shapes: Sequence[BaseGeometry]) -> tuple[BaseGeometry, ...]:
    """Return shapes with their corners where a link can name them, to the nearest centimetre."""
    return tuple(shapely.transform(one, _rounded) for one in shapes)


def pack(shapes: Sequence[BaseGeometry], most: int = MOST_CHARACTERS) -> Packed | None:
    """
    Return shapes as a text of at most so many characters; None where no simpler outline fits.

    Nor is there any for more than `MOST_SHAPES`, or for what lies on the other side of the globe.

    Parameters
    ----------
    shapes
        Points and polygons in EPSG:25832. Those that lie on the grid (`on_grid`) come back as they
        are, unless they have to be simplified.
    """
    # Without a place there, it is infinite, which is not within either.
    within = np.abs(shapely.get_coordinates([*shapes])) <= _FARTHEST / _PER_M
    if len(shapes) > MOST_SHAPES or not within.all():
        return None
    text = _written(shapes, 0)
    if text is not None and len(text) <= most:
        return Packed(text)
    for step in STEPS_M:
        simpler = [one.simplify(step, preserve_topology=True) for one in shapes]
        # Beside what is taken away, each corner is moved to the grid.
        text = _written(simpler, round(step * _PER_M) + 1)
        if text is not None and len(text) <= most:
            return Packed(text, step + 1 / _PER_M)
    return None


def unpack(text: str) -> Unpacked:
    """
    Return the shapes that a link names.

    Raises
    ------
    LinkError
        If the text is none that `pack` has made.
    """
    if len(text) > MOST_CHARACTERS:  # before any of it is read
        raise LinkError("error.link_site")
    numbers = _numbers(_bytes(text))
    try:
        if next(numbers) != _FORM:
            raise LinkError("error.link_site")
        off, count = next(numbers), next(numbers)
        if count > MOST_SHAPES or off > _MOST_OFF:
            raise LinkError("error.link_site")
        at = (0, 0)
        shapes = []
        for _ in range(count):
            shape, at = _shape(numbers, at, len(text))
            shapes.append(shape)
    except StopIteration:
        raise LinkError("error.link_site") from None
    if next(numbers, None) is not None or not shapes:
        raise LinkError("error.link_site")
    return Unpacked(tuple(shapes), off / _PER_M)


def _rounded(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(corners * _PER_M) / _PER_M


def _written(shapes: Sequence[BaseGeometry], off: int) -> str | None:
    found = [_FORM, off, len(shapes)]
    at = (0, 0)
    for shape in shapes:
        assert shape.geom_type in _TYPES, "a map lets points and polygons be drawn"
        # The outline first, and then the holes.
        rings = [] if shape.geom_type == "Point" else [*shapely.get_rings(shape)]
        found.append(len(rings))
        for ring in rings or [shape]:
            corners = np.round(shapely.get_coordinates(ring) * _PER_M).astype(np.int64)
            if rings:
                corners = corners[:-1]  # the first again
                found.append(len(corners))
            for x, y in corners.tolist():
                found += [_folded(x - at[0]), _folded(y - at[1])]
                at = (x, y)
    packed = bytearray()
    for number in found:
        packed += _varint(number)
    return base64.urlsafe_b64encode(bytes(packed)).decode("ascii").rstrip("=")


def _shape(
    numbers: Iterator[int], at: tuple[int, int], most: int
) -> tuple[BaseGeometry, tuple[int, int]]:
    rings = next(numbers)
    if rings > most:
        raise LinkError("error.link_site")
    if rings == 0:
        at = _step(numbers, at)
        return shapely.Point(at[0] / _PER_M, at[1] / _PER_M), at
    found = []
    for _ in range(rings):
        count = next(numbers)
        if not _RING <= count <= most:
            raise LinkError("error.link_site")
        corners = []
        for _ in range(count):
            at = _step(numbers, at)
            corners.append((at[0] / _PER_M, at[1] / _PER_M))
        found.append([*corners, corners[0]])
    return shapely.Polygon(found[0], found[1:]), at


def _step(numbers: Iterator[int], at: tuple[int, int]) -> tuple[int, int]:
    x, y = at[0] + _unfolded(next(numbers)), at[1] + _unfolded(next(numbers))
    if max(abs(x), abs(y)) > _FARTHEST:
        raise LinkError("error.link_site")
    return x, y


def _bytes(text: str) -> bytes:
    try:
        raw = text.encode("ascii")
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise LinkError("error.link_site") from None


def _folded(number: int) -> int:
    """Write the sign in the last bit, so that a small step takes one byte whichever way it goes."""
    return 2 * number if number >= 0 else -2 * number - 1


def _unfolded(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:  # noqa: PLR2004  # seven bits a byte; the eighth says that more follow
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _numbers(packed: bytes) -> Iterator[int]:
    number, place = 0, 0
    for byte in packed:
        number |= (byte & 0x7F) << (7 * place)
        place += 1
        if place > _MOST_BYTES:
            raise LinkError("error.link_site")
        if byte < 0x80:  # noqa: PLR2004  # the number's last byte
            yield number
            number, place = 0, 0
    if place:
        raise LinkError("error.link_site")
