"""
Cells of an .xlsx that show a percentage, for it is the format that says so and not the value.

Runs in the reader's process.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Row, from 1, and column, from 0.
Cell = tuple[int, int]

_OWN: Final = frozenset({b"9", b"10"})  # Excel's own formats: 0% and 0.00%
_NO_SIGN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what of a format shows as it is
_FORMAT: Final = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_STYLES: Final = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE: Final = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_HOME: Final = "xl"
_LETTERS_BEFORE_A: Final = ord("A") - 1
_LETTERS: Final = 26


def in_sheets(path: str) -> Mapping[int, frozenset[Cell]]:
    """Return the cells with such a format, by their sheet's place among all of the workbook."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        parts = [f"{_HOME}/{one}" for one in ("styles.xml", "workbook.xml")]
        parts.append(f"{_HOME}/_rels/workbook.xml.rels")
        if not names.issuperset(parts):
            return {}
        styles, book, relations = (archive.read(part) for part in parts)
        chosen = list(_percent_styles(styles))
        if not chosen:
            return {}
        cell = re.compile(
            rb'<(?:\w+:)?c\b(?=[^>]*\ss="(?:' + b"|".join(chosen) + rb')")'
            rb'[^>]*?\sr="([A-Z]+)(\d+)"'
        )
        return {
            place: frozenset(
                (int(row), _column(letters)) for letters, row in cell.findall(archive.read(part))
            )
            for place, part in enumerate(_parts(book, relations))
            if part in names
        }


@lru_cache
def is_percent(code: str) -> bool:
    """Whether a format of numbers shows a sign of percent, and so a hundred times the value."""
    return "%" in _NO_SIGN.sub("", code)


def shown(value: float) -> str:
    """Return a value as such a cell shows it, with all of its digits."""
    return f"{round(100 * value, 10):.15g} %"


def _percent_styles(styles: bytes) -> Iterator[bytes]:
    """Yield the numbers by which cells name a style that shows a percentage."""
    formats = set(_OWN)
    for one in _FORMAT.findall(styles):
        code = html.unescape(_attribute(one, b"formatCode").decode("utf-8", errors="replace"))
        if is_percent(code):
            formats.add(_attribute(one, b"numFmtId"))
    section = _STYLES.search(styles)
    for number, one in enumerate(_STYLE.findall(section[0]) if section else ()):
        if _attribute(one, b"numFmtId") in formats:
            yield str(number).encode()


def _parts(book: bytes, relations: bytes) -> Iterator[str]:
    """Yield the part of the archive that each sheet is, in the workbook's order."""
    targets = {
        _attribute(one, b"Id"): _attribute(one, b"Target").decode("utf-8", errors="replace")
        for one in _RELATION.findall(relations)
    }
    for sheet in _SHEET.findall(book):
        target = targets.get(_attribute(sheet, rb"\w+:id"), "")
        yield posixpath.normpath(posixpath.join(f"/{_HOME}", target)).lstrip("/")


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"\s" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (found[1] or found[2] or b"") if found else b""


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * _LETTERS + letter - _LETTERS_BEFORE_A
    return place - 1
