"""The font of documents: what it can draw of any text, and how wide that is."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

from fontTools.ttLib import TTFont

FAMILY: Final = "Source Sans Pro"
MISSING: Final = "\N{BALLOT BOX}"  # stands visibly where the font lacks a character
MOST_CHARACTERS: Final = 10_000  # of one text: some pages of print
ELLIPSIS: Final = "…"

# More accents on one letter than any language has would cover the lines around it.
_MOST_MARKS: Final = 4
_MARKS: Final = re.compile(f"[\u0300-\u036f]{{{_MOST_MARKS + 1},}}")

_MODULE: Final = "font_source_sans_pro"
# The faces that templates and maps use: plain and what is set heavier.
_PLAIN, _HEAVY = "SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"


class _Face(NamedTuple):
    """Advances of characters, in widths of the font's square."""

    advances: dict[int, float]


def directory() -> Path:
    """Return the folder with the font's files."""
    return Path(str(resources.files(_MODULE))) / "files"


@lru_cache(maxsize=2)
def _face(name: str) -> _Face:
    with TTFont(directory() / name, lazy=True) as font:
        glyphs, square = font["hmtx"].metrics, font["head"].unitsPerEm
        return _Face({code: glyphs[one][0] / square for code, one in font.getBestCmap().items()})


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    both = _face(_PLAIN).advances.keys() & _face(_HEAVY).advances.keys()
    # Private characters mean nothing to a reader aloud, and archives refuse them.
    return frozenset(code for code in both if unicodedata.category(chr(code)) != "Co")


def printable(text: object, most: int = MOST_CHARACTERS) -> str:
    """
    Return text as one line that the font can draw.

    Control characters and marks of direction go; a character that the font lacks becomes
    `MISSING`; of a text that is `too_long`, the beginning is left, and ends in `ELLIPSIS`.
    """
    # Cut before it is looked at, since composing a text takes time by its length.
    composed = unicodedata.normalize("NFC", _MARKS.sub(_few, str(text)[:most]))
    drawn = "".join(map(_drawn, composed))
    line = " ".join(part for part in drawn.split(" ") if part)  # keeps no-break spaces
    return line + ELLIPSIS if too_long(text, most) else line


def too_long(text: object, most: int = MOST_CHARACTERS) -> bool:
    """Tell whether a text is longer than a document takes."""
    return len(str(text)) > most


def _few(marks: re.Match[str]) -> str:
    return marks.group()[:_MOST_MARKS] + MISSING


def _drawn(character: str) -> str:
    kind = unicodedata.category(character)
    if character in "\t\n\r\v\f" or kind in {"Zl", "Zp"}:
        return " "
    if kind in {"Cc", "Cf"}:
        return ""
    if ord(character) in _drawable():
        return character
    return " " if kind == "Zs" else MISSING


def width_of(text: str, size: float, *, heavy: bool = False) -> float:
    """Return the width of printable text in the unit of its size, without kerning."""
    advances = _face(_HEAVY if heavy else _PLAIN).advances
    return sum(advances[ord(one)] for one in text) * size
