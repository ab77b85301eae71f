"""Curves in WKB (ISO 19125, SQL/MM) turned into strokes, which GDAL makes too coarse for areas."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.geometry.arcs import METRES_A_DEGREE, TOLERANCE_M, stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Points = NDArray[np.float64]

POINT, LINE, POLYGON = 1, 2, 3
MULTIPOINT, MULTILINE, MULTIPOLYGON, COLLECTION = 4, 5, 6, 7
ARCS, COMPOUND, CURVE_POLYGON, MULTICURVE, MULTISURFACE = 8, 9, 10, 11, 12

_STRAIGHT: Final = {ARCS: LINE, COMPOUND: LINE, CURVE_POLYGON: POLYGON}
_STRAIGHT_MANY: Final = {MULTICURVE: MULTILINE, MULTISURFACE: MULTIPOLYGON}
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000  # PostGIS' own bits, beside ISO's thousands
_ISO: Final = 1000
_MOST_DEGREES: Final = 360.0
_DEEPEST: Final = 32  # geometries within each other, as GDAL has it
# Shapes in space (ISO 19125), which have no area in the plane that could be told.
IN_SPACE: Final = {15: "PolyhedralSurface", 16: "TIN", 17: "Triangle"}


def kind_of(wkb: bytes) -> int:
    """Return the code of a geometry's shape, whatever dimensions it has."""
    code: int = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)[0]
    return int((code & 0xFFFF) % _ISO)


def straight(wkb: bytes) -> bytes:
    """
    Return a geometry in two dimensions with strokes in the place of its curves.

    What is no WKB comes back as its head alone, which is no geometry to anybody.
    """
    try:
        return _Reader(wkb).geometry()
    except (struct.error, ValueError, IndexError):
        return wkb[:5]


def kinds_in(wkb: bytes) -> frozenset[int]:
    """Return the codes of the shapes that a geometry is made of, where it is a collection."""
    if kind_of(wkb) != COLLECTION:
        return frozenset({kind_of(wkb)})
    reader = _Reader(wkb)
    try:
        reader.geometry()
    except (struct.error, ValueError, IndexError):
        return frozenset({COLLECTION})
    return frozenset(reader.kinds) or frozenset({COLLECTION})


def strokes(points: Points) -> Points:
    """Turn a string of arcs into one of strokes: each second point lies on the way of an arc."""
    tolerance = TOLERANCE_M
    if np.abs(points).max(initial=0.0) <= _MOST_DEGREES:
        tolerance /= METRES_A_DEGREE
    starts = range(0, len(points) - 2, 2)
    arcs = [stroke(points[n], points[n + 1], points[n + 2], tolerance) for n in starts]
    rest = points[2 * len(arcs) :]
    return np.vstack([*(arc[:-1] for arc in arcs), rest])


def joined(lines: Sequence[Points]) -> Points:
    """Put lines that follow each other together."""
    return np.vstack([lines[0], *(line[1:] for line in lines[1:])])


def line(points: Points) -> bytes:
    """WKB of a line."""
    return _head(LINE) + _counted(points)


def polygon(rings: Sequence[Points]) -> bytes:
    """WKB of a polygon."""
    return _head(POLYGON) + struct.pack("<I", len(rings)) + b"".join(map(_counted, rings))


def many(kind: int, members: Sequence[bytes]) -> bytes:
    """WKB of a collection, or of several of a kind."""
    return _head(kind) + struct.pack("<I", len(members)) + b"".join(members)


def point(place: Points) -> bytes:
    """WKB of a point."""
    return _head(POINT) + _plain(place)


def _head(kind: int) -> bytes:
    return struct.pack("<BI", 1, kind)


def _counted(points: Points) -> bytes:
    return struct.pack("<I", len(points)) + _plain(points)


def _plain(points: Points) -> bytes:
    return np.ascontiguousarray(points, dtype="<f8").tobytes()


class _Reader:
    """Reads one geometry, from its head to its last member."""

    def __init__(self, wkb: bytes) -> None:
        self._wkb = wkb
        self._at = 0
        self._order = "<"
        self._numbers = 2
        self.kinds: set[int] = set()

    def geometry(self, depth: int = 0) -> bytes:
        kind = self._open(depth)
        self.kinds |= {kind} - {COLLECTION}
        if kind == POINT:
            return point(self._points(1)[0])
        if kind in {LINE, ARCS, COMPOUND}:
            return line(self._line(kind, depth))
        if kind in {POLYGON, CURVE_POLYGON}:
            return polygon(self._rings(kind, depth))
        if kind > MULTISURFACE:
            msg = "a shape that has no strokes"
            raise ValueError(msg)
        count = self._count()
        members = [self.geometry(depth + 1) for _ in range(count)]
        return many(_STRAIGHT_MANY.get(kind, kind), members)

    def _open(self, depth: int) -> int:
        if depth > _DEEPEST:
            msg = "geometries within each other without end"
            raise ValueError(msg)
        self._order = "<" if self._wkb[self._at] else ">"
        self._at += 1
        code = self._count()
        self._at += 4 if code & _SRID else 0
        thousands, kind = divmod(code & 0xFFFF, _ISO)
        measures = bool(code & _Z or thousands in {1, 3}) + bool(code & _M or thousands in {2, 3})
        self._numbers = 2 + measures
        return kind

    def _rings(self, kind: int, depth: int) -> list[Points]:
        count = self._count()
        if kind == POLYGON:
            return [self._points(self._count()) for _ in range(count)]
        return [self._line(self._open(depth + 1), depth + 1) for _ in range(count)]

    def _line(self, kind: int, depth: int) -> Points:
        count = self._count()
        if kind == COMPOUND:
            parts = [self._line(self._open(depth + 1), depth + 1) for _ in range(count)]
            return joined(parts)
        points = self._points(count)
        return strokes(points) if kind == ARCS else points

    def _count(self) -> int:
        (count,) = struct.unpack_from(f"{self._order}I", self._wkb, self._at)
        self._at += 4
        return int(count)

    def _points(self, count: int) -> Points:
        numbers = count * self._numbers
        read: Any = np.frombuffer(self._wkb, f"{self._order}f8", numbers, self._at)
        self._at += 8 * numbers
        points: Points = read.reshape(count, self._numbers)[:, :2].astype("float64")
        return points
