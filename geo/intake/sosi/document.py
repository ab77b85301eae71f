"""A SOSI file taken apart: its header, its objects, and where each stands."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.intake.sosi.charset import to_utf8
from geo.intake.sosi.faults import Notes, RefusedError
from geo.intake.sosi.header import Header, read_header
from geo.intake.sosi.lines import Lines
from geo.intake.sosi.properties import properties, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        for owner, text in self._owned(b"..OBJTYPE", 2):
            self.types[owner] = value_of(text) or self.types[owner]

    def owner(self, lines: NDArray[Any]) -> NDArray[Any]:
        """Return the objects that lines belong to."""
        return np.searchsorted(self.begin, lines, "right") - 1

    def _owned(self, key: bytes, level: int) -> Iterator[tuple[int, str]]:
        """Object and value of all properties of a name."""
        lines = self.lines.keyed(key, level)
        for owner, line in zip(self.owner(lines).tolist(), lines.tolist(), strict=True):
            if owner >= 0:
                yield owner, self.lines.text(line)[len(key.decode()) :]

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
    def _told(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Lines that tell a property: number, beginning, end; and each object's first of them."""
        lines = self.lines
        filled = lines.first < lines.end
        told = np.flatnonzero(filled & ~lines.coordinate & ~lines.remark & (lines.level != 1))
        begin = np.searchsorted(told, [*self.begin, len(lines)])
        return told.tolist(), lines.first[told].tolist(), lines.end[told].tolist(), begin.tolist()

    def told(self, number: int) -> dict[int, str]:
        """Return the lines with an object's properties, each with its text."""
        lines, first, end, begin = self._told
        own = range(begin[number], begin[number + 1])
        data = self.lines.data
        return {lines[n]: data[first[n] : end[n]].decode() for n in own}

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
        for path, value in properties(told.values()):
            name = path.rpartition(".")[2].upper()
            line = next(line for line, text in told.items() if f".{name}" in text.upper())
            found.setdefault(name, (value, line + 1))
        return found

    def values(self, key: str) -> Mapping[int, str]:
        """Return a property of all objects that have it, at the top level or one below."""
        found: dict[int, str] = {}
        for level in (2, 3):
            for owner, text in self._owned(b"." * level + key.encode(), level):
                found.setdefault(owner, value_of(text))
        return found

    def unknown(self) -> None:
        """Tell of objects of a kind that has no meaning here."""
        for number, element in enumerate(self.elements):
            if element in _SHAPED or element in _SHAPELESS:
                continue
            last = number == len(self.elements) - 1
            if element and last and _END.startswith(element):
                continue  # that it has no end is told
            if not element or (last and any(one.startswith(element) for one in _SHAPED)):
                self.notes.add("finding.sosi_cut", None, "error", line=self.line(number))
            else:
                self.notes.add(
                    "finding.sosi_element", self.name(number), "error", line=self.line(number)
                )


def _named(text: str) -> tuple[str, int | None]:
    """Kind and serial number of an object: ``.KURVE 12:``."""
    element, _, rest = text[1:].replace("\t", " ").partition(" ")
    element, _, close = element.partition(":")
    word = (rest.partition("!")[0] or close).strip().partition(":")[0].strip()
    plain = word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER
    return element.strip().upper(), int(word) if plain else None
