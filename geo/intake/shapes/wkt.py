"""Geometries in WKT as people write them: read with their curves, or refused for what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import shapely

from geo.intake.shapes import curves
from geo.schema.coercion import quote
from geo.schema.findings import RowRemark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_T = TypeVar("_T")

_KINDS: Final = {
    "POINT": curves.POINT,
    "LINESTRING": curves.LINE,
    "LINEARRING": curves.LINE,
    "POLYGON": curves.POLYGON,
    "MULTIPOINT": curves.MULTIPOINT,
    "MULTILINESTRING": curves.MULTILINE,
    "MULTIPOLYGON": curves.MULTIPOLYGON,
    "GEOMETRYCOLLECTION": curves.COLLECTION,
    "CIRCULARSTRING": curves.ARCS,
    "COMPOUNDCURVE": curves.COMPOUND,
    "CURVEPOLYGON": curves.CURVE_POLYGON,
    "MULTICURVE": curves.MULTICURVE,
    "MULTISURFACE": curves.MULTISURFACE,
}
# What a member is where it does not say.
_MEMBERS: Final = {
    curves.MULTIPOINT: curves.POINT,
    curves.MULTILINE: curves.LINE,
    curves.MULTIPOLYGON: curves.POLYGON,
    curves.MULTICURVE: curves.LINE,
    curves.MULTISURFACE: curves.POLYGON,
}
_STRAIGHT: Final = {curves.MULTICURVE: curves.MULTILINE, curves.MULTISURFACE: curves.MULTIPOLYGON}
_IN_SPACE: Final = frozenset({"TIN", "TRIANGLE", "POLYHEDRALSURFACE"})
_DIMENSIONS: Final = frozenset({"Z", "M", "ZM"})
_NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_TOKEN: Final = re.compile(rf"\s*([A-Za-z]+|{_NUMBER}|\S)")
_CURVED: Final = re.compile("CIRC|CURVE|SURFACE", re.IGNORECASE)
_DEEPEST: Final = 32
_NUMBERS: Final = (2, 3, 4)  # a point has
_FEWEST_IN_RING: Final = 4
_FEWEST_IN_ARC: Final = 3


class ManyVerticesError(Exception):
    """Curves that would take more strokes than there may be vertices."""


def read(
    texts: Sequence[str | None], rows: Sequence[int], most: int
) -> tuple[NDArray[Any], list[RowRemark]]:
    """
    Read geometries.

    Parameters
    ----------
    texts
        One for each row, or None.
    rows
        Labels of the rows.
    most
        Vertices that the curves may come to.

    Returns
    -------
    ndarray, list of RowRemark
        None for what cannot be read, and then a remark that says why.

    Raises
    ------
    ManyVerticesError
        If there are more.
    """
    plain = [None if text is None or _CURVED.search(text) else text for text in texts]
    shapes: NDArray[Any] = shapely.from_wkt(plain, on_invalid="ignore")
    remarks = []
    for at, text in enumerate(texts):
        if text is None or shapes[at] is not None:
            continue
        words = _Words(text, most)
        try:
            shapes[at] = shapely.from_wkb(words.geometry())
        except _FaultError as fault:
            remarks.append(RowRemark(rows[at], fault.msgid, "error", fault.parts))
        except (shapely.GEOSException, NotImplementedError):
            remarks.append(RowRemark(rows[at], "finding.geometry_unreadable", "error", {}))
        else:
            most = words.most
            if words.closed:
                remarks.append(RowRemark(rows[at], "finding.ring_closed", "warning", {}))
    return shapes, remarks


class _FaultError(Exception):
    """What is wrong with a text: the id of the sentence that says so."""

    def __init__(self, msgid: str, **parts: object) -> None:
        self.msgid = msgid
        self.parts = parts
        super().__init__(msgid)


class _Words:
    """The words of one geometry, read from left to right; `closed` where a ring had to be."""

    def __init__(self, text: str, most: int) -> None:
        self._words = _TOKEN.findall(text)
        self._at = 0
        self.closed = False
        self.most = most

    def geometry(self) -> bytes:
        """WKB of the geometry, without curves."""
        wkb = self._geometry(0)
        if self._at < len(self._words):
            raise _FaultError("finding.wkt_brackets")
        return wkb

    def _geometry(self, depth: int, unsaid: int | None = None) -> bytes:
        if depth > _DEEPEST:
            raise _FaultError("finding.geometry_unreadable")
        return self._shape(self._kind(unsaid), depth)

    def _kind(self, unsaid: int | None) -> int:
        word = self._peek()
        if not word.isalpha() and unsaid is not None:
            return unsaid
        self._at += 1
        name = word.upper()
        plain = name.rstrip("ZM") if name.rstrip("ZM") in _KINDS else name
        if plain in _IN_SPACE or name.rstrip("ZM") in _IN_SPACE:
            raise _FaultError("finding.shape_unreadable", type=quote(name))
        if plain not in _KINDS:
            raise _FaultError("finding.wkt_word", word=quote(word))
        if self._peek().upper() in _DIMENSIONS:
            self._at += 1
        return _KINDS[plain]

    def _shape(self, kind: int, depth: int) -> bytes:
        empty = self._empty()
        if kind == curves.POINT:
            return curves.point(np.full(2, np.nan) if empty else self._points(1)[0])
        if kind in {curves.LINE, curves.ARCS, curves.COMPOUND}:
            return curves.line(np.empty((0, 2)) if empty else self._line(kind, depth))
        if kind in {curves.POLYGON, curves.CURVE_POLYGON}:
            return curves.polygon([] if empty else self._list(lambda: self._ring(kind, depth)))
        member = _MEMBERS.get(kind)
        members = [] if empty else self._list(lambda: self._member(member, depth))
        return curves.many(_STRAIGHT.get(kind, kind), members)

    def _member(self, unsaid: int | None, depth: int) -> bytes:
        if unsaid == curves.POINT and self._peek() != "(" and not self._peek().isalpha():
            return curves.point(self._point())  # MULTIPOINT(1 2,3 4)
        return self._geometry(depth + 1, unsaid)

    def _ring(self, kind: int, depth: int) -> NDArray[np.float64]:
        part = curves.LINE if kind == curves.POLYGON else self._kind(curves.LINE)
        ring = self._line(part, depth, ring=True)
        if not np.array_equal(ring[0], ring[-1]):
            self.closed = True
            ring = np.vstack([ring, ring[:1]])
        if len(ring) < _FEWEST_IN_RING:
            raise _FaultError("finding.wkt_few_points")
        return ring

    def _line(self, kind: int, depth: int, *, ring: bool = False) -> NDArray[np.float64]:
        if depth > _DEEPEST:
            raise _FaultError("finding.geometry_unreadable")
        if kind == curves.COMPOUND:
            parts = self._list(lambda: self._line(self._kind(curves.LINE), depth + 1))
            return curves.joined(parts)
        if kind not in {curves.LINE, curves.ARCS}:
            raise _FaultError("finding.geometry_unreadable")
        points = self._points(_FEWEST_IN_ARC if ring or kind == curves.ARCS else 2)
        if kind == curves.ARCS:
            if len(points) % 2 == 0:
                raise _FaultError("finding.wkt_arc_points")
            points = curves.strokes(points)
            self.most -= len(points)
            if self.most < 0:
                raise ManyVerticesError
        return points

    def _points(self, fewest: int) -> NDArray[np.float64]:
        points = np.array(self._list(self._point))
        if len(points) < fewest:
            raise _FaultError("finding.wkt_few_points")
        return points

    def _point(self) -> NDArray[np.float64]:
        numbers = []
        while re.fullmatch(_NUMBER, self._peek()):
            numbers.append(float(self._words[self._at]))
            self._at += 1
        if len(numbers) not in _NUMBERS or self._peek() not in {"", ",", "(", ")"}:
            raise _FaultError("finding.wkt_numbers")
        return np.array(numbers[:2])

    def _list(self, member: Callable[[], _T]) -> list[_T]:
        self._take("(")
        found = [member()]
        while self._peek() == ",":
            self._at += 1
            found.append(member())
        self._take(")")
        return found

    def _empty(self) -> bool:
        empty = self._peek().upper() == "EMPTY"
        self._at += empty
        return empty

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise _FaultError("finding.wkt_brackets")
        self._at += 1

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""
