"""Parts of a workbook (ECMA-376) beside its sheets: which there are, their texts and styles."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FIRST_OWN_FORMAT: Final = 164
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERAL: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_IN_DATES: Final = re.compile("[dmyhs]", re.IGNORECASE)


def parsed(
    content: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call for each element, named without what its namespace puts in front of it."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local: dict[str, str] = {}

    def bare(tag: str) -> str:
        return local.get(tag) or local.setdefault(tag, tag.rpartition(":")[2])

    parser.StartElementHandler = lambda tag, given: start(bare(tag), given)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(bare(tag))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.Parse(content, True)  # noqa: FBT003  # takes no keyword


def sheets(content: bytes) -> tuple[list[tuple[str, str, str]], bool]:
    """Name, state and relation of each sheet, and whether days are counted from 1904."""
    found: list[tuple[str, str, str]] = []
    since_1904 = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal since_1904
        if tag == "sheet":
            relation = next((to for key, to in given.items() if key.endswith(":id")), "")
            found.append((given.get("name", ""), given.get("state", "visible"), relation))
        elif tag == "workbookPr":
            since_1904 = given.get("date1904") in {"1", "true"}

    parsed(content, start)
    return found, since_1904


def targets(archive: zipfile.ZipFile, part: str, names: set[str]) -> dict[str, tuple[str, str]]:
    """Path and kind of what a part refers to, by the relation's id."""
    folder, _, name = part.rpartition("/")
    beside = f"{folder}/_rels/{name}.rels"
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", "")))
            found[given.get("Id", "")] = target[1:], given.get("Type", "").rpartition("/")[2]

    if beside in names:
        parsed(archive.read(beside), start)
    return found


def strings(content: bytes) -> list[str]:
    """Return the texts that cells refer to by number, without how they are pronounced."""
    found: list[str] = []
    pieces: list[str] = []
    inside, phonetic = False, False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal inside, phonetic
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":  # how the text is pronounced
            phonetic = True
        inside = tag == "t" and not phonetic

    def end(tag: str) -> None:
        nonlocal inside, phonetic
        inside = False
        if tag == "si":
            found.append(unescaped("".join(pieces)))
        elif tag == "rPh":
            phonetic = False

    def text(given: str) -> None:
        if inside:
            pieces.append(given)

    parsed(content, start, end, text)
    return found


def unescaped(text: str) -> str:
    """Put characters in the place of their codes, such as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def date_styles(content: bytes) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a date."""
    own: dict[int, str] = {}
    used: list[int] = []
    inside = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            own[int(given["numFmtId"])] = given.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            used.append(int(given.get("numFmtId", 0)))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    def is_date(code: int) -> bool:
        if code < _FIRST_OWN_FORMAT and code not in own:
            return code in _DATES
        return _IN_DATES.search(_LITERAL.sub("", own.get(code, "")).split(";")[0]) is not None

    parsed(content, start, end)
    return frozenset(style for style, code in enumerate(used) if is_date(code))
