"""A SOSI file taken apart: its header, its objects, and where each stands."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.intake.sosi.charset import to_utf8
from geo.intake.sosi.faults import Notes, RefusedError
from geo.intake.sosi.header import Header, number_of, read_header
from geo.intake.sosi.lines import Lines
from geo.intake.sosi.properties import properties

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

POINT: Final = frozenset({"PUNKT", "SYMBOL", "TEKST"})
POINTS: Final = frozenset({"SVERM"})
CURVE: Final = frozenset(
    {"KURVE", "LINJE", "BUE", "BUEP", "SIRKEL", "SIRKELP", "KLOTOIDE", "TRASE", "BEZIER"}
)
AREA: Final = frozenset({"FLATE"})
_SHAPED: Final = POINT | POINTS | CURVE | AREA
_HEADER: Final = "HODE"
_END: Final = "SLUTT"
# Objects without a place, and definitions of properties and objects.
_SHAPELESS: Final = frozenset({_HEADER, _END, "DEF", "OBJDEF", "OBJEKT", "MAKRO"})
_ONE_SYSTEM: Final = ("KOORDSYS", "ENHET", "ORIGO-NØ", "ORIGO-N", "ORIGO-Ø")
_LONGEST_NUMBER: Final = 18  # digits


class Document:
    """
    A SOSI file.

    Attributes
    ----------
    lines
        Its lines.
    elements, numbers
        Kind of geometry and serial number of each object; a number that is none is None.
    begin, end
        First line of each object, and the one after its last.
    types
        Object type (OBJTYPE) of each; its kind of geometry where it has none.
    shown
        The file's name in a message.
    """

    def __init__(self, path: str, shown: str, notes: Notes) -> None:
        self.shown = shown
        self.notes = notes
        self.lines = Lines(to_utf8(Path(path).read_bytes(), notes))
        heads = np.flatnonzero(self.lines.level == 1)
        if not len(heads):
            raise RefusedError("error.sosi_nothing", path=shown)
        self.begin = heads
        self.end = np.concatenate((heads[1:], [len(self.lines)]))
        self.elements: list[str] = []
        self.numbers: list[int | None] = []
        for line in heads.tolist():
            element, number = _named(self.lines.text(line))
            self.elements.append(element)
            self.numbers.append(number)
        self.types = list(self.elements)
        for line in self.lines.keyed(b"..OBJTYPE", 2).tolist():
            said = dict(properties(self.lines, [line])).get("OBJTYPE")
            if said:
                self.types[self.owner(line)] = said

    def owner(self, line: int) -> int:
        """Return the object that a line belongs to."""
        return int(np.searchsorted(self.begin, line, "right")) - 1

    @cached_property
    def shaped(self) -> list[int]:
        """Objects that have a geometry."""
        return [n for n, element in enumerate(self.elements) if element in _SHAPED]

    def name(self, number: int) -> str:
        """Return what an object is called in a message: FLATE 12."""
        serial = self.numbers[number]
        element = self.elements[number]
        return element if serial is None else f"{element} {serial}"

    def line(self, number: int) -> int:
        """Return the line at which an object begins, counted from 1."""
        return int(self.begin[number]) + 1

    @cached_property
    def _told(self) -> NDArray[Any]:
        """Lines that tell a property."""
        lines = self.lines
        filled = lines.first < lines.end
        return np.flatnonzero(filled & ~lines.coordinate & ~lines.remark & (lines.level != 1))

    def told(self, number: int) -> list[int]:
        """Return the lines with an object's properties."""
        first, last = np.searchsorted(self._told, (self.begin[number], self.end[number]))
        return self._told[first:last].tolist()  # type: ignore[no-any-return]

    @cached_property
    def part(self) -> Sequence[int]:
        """How many headers stand before each object: serial numbers count from there."""
        return np.cumsum([element == _HEADER for element in self.elements]).tolist()  # type: ignore[no-any-return]

    def header(self, points: NDArray[Any]) -> Header:
        """
        Read the header.

        Raises
        ------
        RefusedError
            As `geo.intake.sosi.header.read_header`. If there are several that differ.
        """
        heads = [n for n, element in enumerate(self.elements) if element == _HEADER]
        said = [self._said(number) for number in heads]
        for other in said[1:]:
            for name in _ONE_SYSTEM:
                if said[0].get(name, ("",))[0] != other.get(name, ("",))[0]:
                    line = self.line(heads[said.index(other)])
                    raise RefusedError("error.sosi_headers", path=self.shown, line=line)
        if not heads:
            self.notes.add("finding.sosi_no_header")
        if _END not in self.elements:
            self.notes.add("finding.sosi_no_end")
        return read_header(said[0] if said else {}, points, self.shown, self.notes)

    def _said(self, number: int) -> Mapping[str, tuple[str, int]]:
        found: dict[str, tuple[str, int]] = {}
        told = self.told(number)
        for path, value in properties(self.lines, told):
            name = path.rpartition(".")[2]
            line = next((n for n in told if f".{name}" in self.lines.text(n)), told[0])
            found.setdefault(name, (value, line + 1))
        return found

    def values(self, key: str) -> Mapping[int, str]:
        """Return a property of all objects that have it, at the top level or one below."""
        found: dict[int, str] = {}
        for level in (2, 3):
            for line in self.lines.keyed(b"." * level + key.encode(), level).tolist():
                for _, value in properties(self.lines, [line]):
                    found.setdefault(self.owner(line), value)
        return found

    def unknown(self) -> None:
        """Tell of objects of a kind that has no meaning here."""
        for number, element in enumerate(self.elements):
            if element not in _SHAPED and element not in _SHAPELESS:
                self.notes.add(
                    "finding.sosi_element", self.name(number), "error", line=self.line(number)
                )


def unit_of(text: str) -> float | None:
    """Return a unit; None for what is none."""
    unit = number_of(text)
    return unit if unit is not None and unit > 0 else None


def _named(text: str) -> tuple[str, int | None]:
    """Kind and serial number of an object: ``.KURVE 12:``."""
    element, _, rest = text[1:].replace("\t", " ").partition(" ")
    element, _, close = element.partition(":")
    word = (rest.partition("!")[0] or close).strip().partition(":")[0].strip()
    plain = word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER
    return element.strip().upper(), int(word) if plain else None
