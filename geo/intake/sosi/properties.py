"""The properties of SOSI objects: names, values and groups, as columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.intake.sosi.faults import TooManyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# A quoted text, a remark until the end of its line, or a word.
_WORD: Final = re.compile(r'"([^"]*)"?|(![^\n]*)|(\S+)')
_SPECIAL: Final = re.compile(r'["!\n]')
_BETWEEN: Final = "; "  # values of a property that an object has several times
_DEEPEST: Final = 10  # groups within groups


def value_of(raw: str) -> str:
    """Return a value without quotes and remarks."""
    if _SPECIAL.search(raw) is None:
        return raw.strip()
    words = ((one[1] if one[3] is None else one[3]) for one in _WORD.finditer(raw))
    return " ".join(" ".join(word.split()) for word in words if word)


def properties(told: Iterable[str]) -> Iterator[tuple[str, str]]:
    """
    Read an object's properties from its lines but the first.

    Returns
    -------
    Iterator
        Path and value of each: ``KOPIDATA.OMRÅDEID``, ``0618``. A group without a value of its own
        is in the paths of its members only.
    """
    path: list[str] = []
    raw = ""
    for text in told:
        bare = text.lstrip(".")
        level = min(len(text) - len(bare), _DEEPEST)
        if not level:
            raw = f"{raw}\n{text}"
            continue
        if path and raw:
            yield ".".join(path), value_of(raw)
        name, *rest = bare.split(None, 1) or ("",)
        del path[max(level - 2, 0) :]
        path.append(name)
        raw = rest[0] if rest else ""
    if path and raw:
        yield ".".join(path), value_of(raw)


class PropertyTable:
    """Values of many objects, by the path of each property; no more paths than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: dict[str, list[int]] = {}
        self._values: dict[str, list[str]] = {}

    def add(self, row: int, path: str, value: str) -> None:
        """
        Add a value; a further one of the same object is joined to the first.

        Raises
        ------
        TooManyError
            If there are more properties than the limit.
        """
        if not value:
            return
        rows = self._rows.get(path)
        if rows is None:
            rows = self._rows[path] = []
            self._values[path] = []
            if len(self._rows) > self._most:
                raise TooManyError("columns")
        values = self._values[path]
        if rows and rows[-1] == row:
            values[-1] += _BETWEEN + value
        else:
            rows.append(row)
            values.append(value)

    def named(self) -> Mapping[str, str]:
        """
        Return the column's name of each path.

        That is the property's own name; where several groups have one of that name, the first at
        the top level or in the file keeps it, and the others are named with their group.
        """
        names: dict[str, str] = {}
        taken: set[str] = set()
        for path in sorted(self._rows, key=lambda one: "." in one):  # stable: as in the file
            leaf = path.rpartition(".")[2]
            names[path] = path if leaf in taken else leaf
            taken.add(names[path])
        return {path: names[path] for path in self._rows}

    def values(self, path: str, count: int) -> list[str | None]:
        """Return a column, a value for each object."""
        column: list[str | None] = [None] * count
        for row, value in zip(self._rows[path], self._values[path], strict=True):
            column[row] = value
        return column
