"""Which character set a SOSI file is written in: what its header says, held against its bytes."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.intake.sosi.faults import Notes

# TEGNSETT with letters and digits only, since programs spell the names as they like.
_CODECS: Final[Mapping[str, str]] = {
    "UTF8": "utf-8",
    "ISO88591": "iso8859_1",
    "ISO885910": "iso8859_10",
    "ISO885915": "iso8859_15",
    "LATIN1": "iso8859_1",
    "ANSI": "cp1252",
    "CP1252": "cp1252",
    "WINDOWS1252": "cp1252",
    "WIN1252": "cp1252",
    "DOSN8": "cp865",
    "DOS": "cp865",
    "CP865": "cp865",
    "CP850": "cp850",
    "DECM8": "iso8859_1",  # alike in all letters that Norwegian has
    "DECN8": "iso8859_1",
}
_SEVEN_BITS: Final = frozenset({"ND7", "DECN7", "NS4551", "NS45511", "ISO646NO"})
_FROM_SEVEN: Final = str.maketrans("[\\]{|}", "ÆØÅæøå")
_SEVEN_NAME: Final = "ND7"
_SHOWN: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8",
    "cp1252": "ANSI",
    "cp865": "DOSN8",
    "iso8859_10": "ISO8859-10",
}
_TRIED: Final = ("cp1252", "iso8859_10", "cp865")
# Letters of Norwegian and Sámi, and of names from the neighbours.
_LETTERS: Final = frozenset("ÆØÅæøåÄÖÜäöüÉéÈèÊêÓóÒòÔôÀàÁáÂâÇçŠšŽžČčĐđŊŋŦŧÐðÞþ")
_SAID: Final = re.compile(rb"^[ \t]*\.\.\.?TEGNSETT[ \t]+([^\r\n!]*)", re.MULTILINE | re.IGNORECASE)
_SEVEN_BIT_NORTH: Final = re.compile(rb"^[ \t]*\.\.N\\H?[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_IN_UTF8: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_MOSTLY: Final = 0.9
_HEAD: Final = 65_536  # bytes in which the header stands
_ASCII: Final = bytes(range(128))


def to_utf8(data: bytes, notes: Notes) -> bytes:
    """
    Return the file in UTF-8, whatever it is written in.

    What the header says is taken unless the bytes show otherwise; then that is told.
    """
    marked = data.startswith(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    found = _SAID.search(data, 0, _HEAD)
    said = found[1].decode("ascii", "replace").strip(' \t"') if found else ""
    key = re.sub("[^A-Z0-9]", "", said.upper())
    seven = key in _SEVEN_BITS
    codec = _codec(data, _CODECS.get(key), marked=marked, seven=seven)
    if codec is None:
        return data
    if codec == _SEVEN_NAME:
        if not seven:
            _tell(notes, said, codec)
        return data.decode("ascii", "replace").translate(_FROM_SEVEN).encode()
    if _CODECS.get(key) != codec:
        _tell(notes, said, codec)
    if codec == "utf-8" and _valid(data):
        return data
    return data.decode(codec, "replace").encode()


def _tell(notes: Notes, said: str, codec: str) -> None:
    used = _SHOWN.get(codec, codec)
    if said:
        notes.add("finding.sosi_charset", said=said, used=used)
    else:
        notes.add("finding.sosi_charset_missing", used=used)


def _codec(data: bytes, said: str | None, *, marked: bool, seven: bool) -> str | None:
    """Name of the codec that fits the bytes; None where there is nothing to decode."""
    if data.isascii():
        return _SEVEN_NAME if seven or _SEVEN_BIT_NORTH.search(data, 0, _HEAD) else None
    foreign = data.translate(None, _ASCII)
    if marked or _valid(data) or _mostly_utf8(foreign):
        return "utf-8"
    own = () if said is None or said == "utf-8" else (said,)
    counts = Counter(foreign)
    tried: tuple[str, ...] = (*own, *_TRIED)
    return max(tried, key=lambda codec: _letters(codec, counts))


def _valid(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(foreign: bytes) -> bool:
    """Tell whether all but a few foreign bytes stand together as in UTF-8."""
    return sum(len(one) for one in _IN_UTF8.findall(foreign)) > _MOSTLY * len(foreign)


def _letters(codec: str, foreign: Mapping[int, int]) -> int:
    """How many of the foreign bytes are letters that a Norwegian text has."""
    return sum(
        count
        for byte, count in foreign.items()
        if bytes([byte]).decode(codec, "replace") in _LETTERS
    )
