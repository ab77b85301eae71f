"""Shapefiles' texts read in the character set that they are written in, where another is said."""

from __future__ import annotations

import mmap
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEADER: Final = 32  # bytes before the fields, and of each of them
_END: Final = 0x0D
_TEXT: Final = ord("C")
_LANGUAGE_AT: Final = 29
# What a .dbf may say of itself, where no .cpg goes with it: dBASE's language drivers.
_LANGUAGES: Final[Mapping[int, str]] = {
    0x01: "CP437",
    0x02: "CP850",
    0x03: "ANSI 1252",
    0x57: "ANSI 1252",
    0x66: "CP865",
}
# Sets with a byte for each letter, in which UTF-8 is legible nonsense: «Ã¸» for «ø».
_ONE_BYTE: Final = re.compile(
    r"(?:ISO|ANSI|CP|WINDOWS|WIN|IBM|OEM|LATIN)?[\s_-]*"
    r"(?:8859[\s_-]*\d{1,2}|125\d|437|8[56]\d|(?<=LATIN)\d|(?<=ANSI))",
    re.IGNORECASE,
)
_LONGEST: Final = 40  # characters of a set's name


def mend(path: str) -> list[dict[str, Any]]:
    """
    Have GDAL read texts as UTF-8 where they are just that and the file says another set, and tell.

    A text that has other letters than ASCII's and is written in a set of one byte for each is as
    good as never valid as UTF-8, and one cut in the middle of a letter is not either.
    """
    table = Path(path).with_suffix(".dbf")
    if not table.is_file() or table.stat().st_size <= _HEADER:
        return []
    beside = table.with_suffix(".cpg")
    with table.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        said = _said(beside) if beside.is_file() else _LANGUAGES.get(content[_LANGUAGE_AT])
        if said is None or not _ONE_BYTE.fullmatch(said) or not _is_utf8(content):
            return []
    beside.write_text("UTF-8", encoding="ascii")
    parts = {"part": Path(path).stem, "said": said, "used": "UTF-8"}
    return [{"msgid": "finding.dbf_charset", "parts": parts}]


def _said(beside: Path) -> str:
    with beside.open("rb") as file:
        return file.read(_LONGEST).decode("ascii", errors="replace").strip()


def _is_utf8(content: mmap.mmap) -> bool:
    """Whether all names of columns and all texts are UTF-8, and not all of them ASCII."""
    foreign = False
    for texts in _texts(content):
        if texts.isascii():
            continue
        foreign = True
        try:
            texts.decode("utf-8")
        except UnicodeDecodeError:
            return False
    return foreign


def _texts(content: mmap.mmap) -> Iterator[bytes]:
    """Yield the name of each column, and its values one behind the other if they are texts."""
    _, length, width = struct.unpack_from("<IHH", content, 4)
    # As many records as there are: the number that stands in the header may be false.
    count = max(0, len(content) - length) // width if width else 0
    rows = np.frombuffer(content[length : length + count * width], np.uint8).reshape(-1, width or 1)
    start = 1  # behind the mark of those that are deleted
    for at in range(_HEADER, min(length, len(content)) - _HEADER, _HEADER):
        if content[at] == _END:
            return
        name, kind, size = content[at : at + 11], content[at + 11], content[at + 16]
        yield name.partition(b"\0")[0]
        if kind == _TEXT:
            yield rows[:, start : start + size].tobytes()
        start += size
