"""Points and curves of a SOSI file, and what its objects refer to."""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.geometry.arcs import METRES_A_DEGREE, TOLERANCE_M
from geo.intake.sosi import arcs
from geo.intake.sosi.document import AREA, CURVE
from geo.intake.sosi.faults import ObjectError, TooManyError
from geo.intake.sosi.header import number_of, unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.intake.sosi.document import Document

    Points = NDArray[Any]

# A bracket, a serial number with its direction, a remark, or what is none of them.
_WORD: Final = re.compile(
    r"(?P<bracket>[()])|:\s*(?P<serial>-?\s*[0-9]{1,18})(?=[\s:()!]|$)|(?P<remark>!.*)|[^\s()]+"
)
_NOT_STROKED: Final = frozenset({"KLOTOIDE", "BEZIER"})
_REFERENCES: Final = re.compile(r"\.\.REF(?!\w)", re.IGNORECASE)
# Faults that name their own line, and so hold for whatever refers to the object.
_SAID_OF_THEIR_LINE: Final = frozenset(
    {"finding.sosi_border", "finding.sosi_coordinate", "finding.sosi_odd"}
)
_DEEPEST: Final = 20  # curves made of curves


class GapError(ObjectError):
    """Curves that do not follow each other."""


class Shapes:
    """All places of a document, in its system's units."""

    def __init__(self, document: Document, most: int) -> None:
        self.document = document
        self._left = most
        coordinates = document.lines.coordinates()
        self.header = document.header(coordinates.points)
        limits = np.concatenate((document.begin, document.end[-1:]))
        self._first = np.searchsorted(coordinates.lines, limits).tolist()
        self._wrong: dict[int, int] = {}
        owners = document.owner(coordinates.wrong).tolist()
        for owner, line in zip(owners, coordinates.wrong.tolist(), strict=True):
            self._wrong.setdefault(owner, line)
        self.points = self.header.placed(coordinates.points)
        units = {self.header.unit}
        self._odd_units: dict[int, str] = {}
        for number, text in document.values("ENHET").items():
            if document.elements[number] == "HODE":
                continue
            unit = unit_of(text)
            if unit is None:
                self._odd_units[number] = text
                continue
            own = slice(self._first[number], self._first[number + 1])
            self.points[own] = self.header.placed(coordinates.points[own], unit)
            units.add(unit)
        # Where objects are rounded to different units, so are the places where they meet.
        self.slack = max(units) if len(units) > 1 else 0.0
        self._known: dict[int, Points] = {}
        self._chord = TOLERANCE_M / (METRES_A_DEGREE if self.header.geographic else 1)

    @cached_property
    def _radii(self) -> Mapping[int, str]:
        return self.document.values("RADIUS")

    @cached_property
    def _large(self) -> Mapping[int, str]:
        return self.document.values("STORBUE")

    @cached_property
    def _numbered(self) -> dict[tuple[int, int], int]:
        """Objects by the part of the file and their serial number."""
        document = self.document
        found: dict[tuple[int, int], int] = {}
        for number in document.shaped:
            serial = document.numbers[number]
            if serial is None:
                continue
            first = found.setdefault((document.part[number], serial), number)
            if first != number:
                document.notes.add(
                    "finding.sosi_number_twice",
                    document.name(number),
                    line=document.line(number),
                    first=document.line(first),
                )
        return found

    def own(self, number: int) -> Points:
        """
        Return the coordinates of an object.

        Raises
        ------
        ObjectError
            If one of them is no number.
        """
        if number in self._odd_units:
            raise ObjectError("finding.sosi_unit", value=self._odd_units[number])
        if number in self._wrong:
            line = self._wrong[number]
            word, count = self.document.lines.fault(line)
            if word is None:
                raise ObjectError("finding.sosi_odd", at=line + 1, count=count)
            raise ObjectError("finding.sosi_coordinate", at=line + 1, value=word)
        return self.points[self._first[number] : self._first[number + 1]]

    def curve(self, number: int, within: frozenset[int] = frozenset()) -> Points:
        """
        Return a curve's points, arcs stroked.

        Raises
        ------
        ObjectError
            If it is none, or cannot be made.
        """
        if number not in self._known:
            self._known[number] = self._curve(number, within | {number})
        return self._known[number]

    def _curve(self, number: int, within: frozenset[int]) -> Points:
        element = self.document.elements[number]
        if element in _NOT_STROKED:
            raise ObjectError("finding.sosi_not_stroked", curve=element)
        if element == "TRASE":
            return self._joined(number, within)
        points = self.own(number)
        needed = {"SIRKEL": 1, "SIRKELP": 3, "BUEP": 3}.get(element, 2)
        if len(points) < needed:
            raise ObjectError("finding.sosi_few_points", count=len(points), needed=needed)
        if element == "BUEP":
            return arcs.through(points, self._chord)
        if element == "SIRKELP":
            return arcs.circle_through(points, self._chord)
        if element in {"BUE", "SIRKEL"}:
            radius = number_of(self._radii.get(number, ""))
            if radius is None:
                raise ObjectError("finding.sosi_radius")
            if element == "SIRKEL":
                return arcs.circle(points[0], radius, self._chord)
            large = (number_of(self._large.get(number, "")) or 0) != 0
            return arcs.with_radius(points, radius, self._chord, large=large)
        return points

    def _joined(self, number: int, within: frozenset[int]) -> Points:
        """Put the parts of a TRASE together."""
        outer, islands = self.references(number)
        if islands or not outer or len(within) > _DEEPEST:
            raise ObjectError("finding.sosi_no_border")
        return self.chained(self.parts(number, outer, within), ring=False)

    def chained(self, parts: list[Points], *, ring: bool) -> Points:
        """
        Put curves together that follow each other.

        Raises
        ------
        GapError
            If one does not begin where the one before it ends, or a ring does not come back.
        TooManyError
            If all that was put together is more than the limit.
        """
        self._left -= sum(map(len, parts))
        if self._left < 0:
            raise TooManyError("vertices")
        following = [*parts[1:], *(parts[:1] if ring else [])]
        for one, other in zip(parts, following, strict=False):
            (x1, y1), (x2, y2) = one[-1].tolist(), other[0].tolist()
            gap = math.hypot(x2 - x1, y2 - y1)
            if gap > self.slack:
                raise GapError("finding.sosi_open", gap=f"{gap:.2f}")
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def references(self, number: int) -> tuple[list[int], list[list[int]]]:
        """
        Return the serial numbers that an object refers to, negative against their direction.

        Returns
        -------
        tuple
            Those of the outer border, and those of each island.
        """
        outer: list[int] = []
        islands: list[list[int]] = []
        inside = False
        for line, text in self._reference_lines(number):
            for word in _WORD.finditer(text):
                if word["bracket"]:
                    inside = word["bracket"] == "("
                    islands += [[]] if inside else []
                elif word["serial"]:
                    serial = int("".join(word["serial"].split()))
                    (islands[-1] if inside else outer).append(serial)
                elif word["remark"] is None:
                    raise ObjectError(
                        "finding.sosi_reference_text", value=word[0][:40], at=line + 1
                    )
        islands = [island for island in islands if island]
        used = [*outer, *(serial for island in islands for serial in island)]
        if len(set(used)) < len(used):
            raise ObjectError("finding.sosi_reference_twice")
        return outer, islands

    def _reference_lines(self, number: int) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        on = False
        for line, text in self.document.told(number).items():
            if text[0] != ".":
                if on:
                    found.append((line, text))
            else:
                on = _REFERENCES.match(text) is not None
                if on:
                    found.append((line, text[len("..REF") :]))
        return found

    def resolved(self, number: int, serial: int) -> int:
        """
        Return the object that another refers to.

        Raises
        ------
        ObjectError
            If there is none.
        """
        found = self._numbered.get((self.document.part[number], abs(serial)))
        if found is None:
            raise ObjectError("finding.sosi_reference", target=abs(serial))
        return found

    def parts(
        self, number: int, serials: list[int], within: frozenset[int] = frozenset()
    ) -> list[Points]:
        """
        Return the curves that a border is made of, each in the direction that it is used in.

        Raises
        ------
        ObjectError
            If there is no such object, or it is no curve.
        """
        found = []
        for serial in serials:
            other = self.resolved(number, serial)
            if self.document.elements[other] not in CURVE or other in within:
                raise ObjectError("finding.sosi_no_curve", target=self.document.name(other))
            try:
                points = self.curve(other, within)
            except ObjectError as error:
                if error.msgid in _SAID_OF_THEIR_LINE:
                    raise
                raise ObjectError(
                    "finding.sosi_border",
                    target=self.document.name(other),
                    at=self.document.line(other),
                ) from error
            found.append(points[::-1] if serial < 0 else points)
        return found

    def is_area(self, number: int, serial: int) -> bool:
        """Tell whether an object refers to an area."""
        return self.document.elements[self.resolved(number, serial)] in AREA
