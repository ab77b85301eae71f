"""What kind of file it is, told by what stands in it; its name decides only between plain texts."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from geo.errors import FileError
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """
    A kind of file.

    Attributes
    ----------
    ending
        Of the name under which GDAL is given the file.
    drivers
        Those of GDAL that may open it; none where GDAL has no part in it.
    """

    ending: str
    drivers: tuple[str, ...] = ()


SHAPEFILE: Final = Kind(".shp", ("ESRI Shapefile",))
GEODATABASE: Final = Kind(".gdb", ("OpenFileGDB",))
GEOPACKAGE: Final = Kind(".gpkg", ("GPKG",))
JSON: Final = Kind(".json", ("GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON"))
GML: Final = Kind(".gml", ("GML",))
SOSI: Final = Kind(".sos")
FLATGEOBUF: Final = Kind(".fgb", ("FlatGeobuf",))
KML: Final = Kind(".kml", ("LIBKML",))
GPX: Final = Kind(".gpx", ("GPX",))
MAPINFO: Final = Kind(".tab", ("MapInfo File",))
MAPINFO_TEXT: Final = Kind(".mif", ("MapInfo File",))
DXF: Final = Kind(".dxf", ("DXF",))
PARQUET: Final = Kind(".parquet")
XLSX: Final = Kind(".xlsx")
XLS: Final = Kind(".xls")
ODS: Final = Kind(".ods")
WORKBOOKS: Final = (XLSX, XLS, ODS)
TABLE: Final = Kind(".csv")
ZIP: Final = Kind(".zip")

# Of a zip with several, the first is read unless told otherwise.
BY_PREFERENCE: Final = (
    SHAPEFILE,
    GEODATABASE,
    GEOPACKAGE,
    JSON,
    GML,
    SOSI,
    FLATGEOBUF,
    KML,
    GPX,
    MAPINFO,
    MAPINFO_TEXT,
    DXF,
    PARQUET,
    *WORKBOOKS,
    TABLE,
)
DRIVERS: Final = frozenset(driver for kind in BY_PREFERENCE for driver in kind.drivers)
TABLE_ENDINGS: Final = (".csv", ".tsv", ".txt")
# Endings of files that stand alone, for finding them in a zip.
ENDINGS: Final = (
    *(
        ".geojson",
        ".json",
        ".geojsonl",
        ".geojsons",
        ".ndjson",
        ".gpkg",
        ".gml",
        ".xml",
        ".kml",
        ".gpx",
        ".fgb",
    ),
    *(".dxf", ".parquet", ".geoparquet", ".xlsx", ".xls", ".ods", ".sos", *TABLE_ENDINGS),
)
# Files that go together under one name: the one that is opened, and the endings beside it.
FAMILIES: Final[Mapping[str, tuple[Kind, frozenset[str]]]] = {
    ".shp": (SHAPEFILE, frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})),
    ".tab": (MAPINFO, frozenset({".tab", ".dat", ".map", ".id"})),
    ".mif": (MAPINFO_TEXT, frozenset({".mif", ".mid"})),
}

_HEAD: Final = 4096  # bytes
_LONGEST_PROLOGUE: Final = 1_000_000  # bytes before the first element of an XML file
_CHUNK: Final = 65_536
_MAGIC: Final[Sequence[tuple[bytes, Kind]]] = (
    (b"SQLite format 3\x00", GEOPACKAGE),
    (b"fgb\x03", FLATGEOBUF),
    (b"PAR1", PARQUET),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),  # an empty one
    (b"\x00\x00\x27\x0a", SHAPEFILE),
    (bytes.fromhex("D0CF11E0A1B11AE1"), XLS),
)
_BLANK: Final = b" \t\r\n\f\v\x1e"  # and what begins a record of a sequence (RFC 8142)
# Beside a GeoPackage that is open: changes not yet in it, and those that are to be undone.
UNSAVED: Final = ("-wal", "-journal")
_SQLITE_VERSIONS: Final = slice(18, 20)
# Excel puts an .xlsx with a password into a file of the old kind, under this name.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"} | {
    first.encode(codec): codec for first in ("<?", "{") for codec in ("utf-16-le", "utf-16-be")
}
_XML_ENCODING: Final = re.compile(r"""(\A\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")
_OTHER_ARCHIVES: Final = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
# The first object of a SOSI file, perhaps behind remarks.
_SOSI_HEADER: Final = re.compile(rb"(?:![^\n]*\n\s*)*\.HODE\b", re.IGNORECASE)
# Texts that name themselves in their first line, in the file that bears this ending.
_FIRST_WORDS: Final[Mapping[str, tuple[bytes, Kind]]] = {
    ".tab": (b"!TABLE", MAPINFO),
    ".mif": (b"VERSION", MAPINFO_TEXT),
    ".dxf": (b"0", DXF),
}
_LEADS_ELSEWHERE: Final = (b"OPEN TABLE", b"SEAMLESS")  # a table of MapInfo's made of other files


def kind_of(path: Path, name: str) -> Kind:
    """
    Return the kind of the file at `path`, which people call `name`.

    Raises
    ------
    FileError
        If there is nothing in it. If it is of no kind that is read. If it is XML with a document
        type of its own.
    """
    shown = quote(PurePosixPath(name).name)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise FileError("error.file_empty", path=shown)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return XLSX if kind is XLS and _ENCRYPTED in path.read_bytes() else kind
    text = head.removeprefix(codecs.BOM_UTF8).lstrip(_BLANK)
    ending = PurePosixPath(name).suffix.lower()
    _refuse(text, shown)
    if ending == SOSI.ending or _SOSI_HEADER.match(text):
        return SOSI
    if text.startswith(b"{"):
        return JSON
    if text.startswith(b"<"):
        return _kind_of_xml(path, shown)
    words, kind = _FIRST_WORDS.get(ending, (b"", TABLE))
    text = text.upper()
    if words and text.startswith(words) and not any(word in text for word in _LEADS_ELSEWHERE):
        return kind
    if ending in TABLE_ENDINGS:
        return TABLE
    raise FileError("error.file_unreadable", path=shown)


def _refuse(text: bytes, shown: str) -> None:
    """Say what to do about kinds that people have and that are not read."""
    if text.startswith(_OTHER_ARCHIVES):
        raise FileError("error.archive_kind", path=shown)


def to_utf8(path: Path) -> None:
    """Rewrite a text in UTF-16, which not all readers know; leave whatever else it is."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    codec = next((codec for first, codec in _UTF16.items() if head.startswith(first)), None)
    if codec is None:
        return
    try:
        text = path.read_bytes().decode(codec)
    except UnicodeDecodeError:
        return
    path.write_text(_XML_ENCODING.sub(r"\1", text), encoding="utf-8", newline="")


def keeps_changes_apart(path: Path) -> bool:
    """Tell whether a GeoPackage is in write-ahead mode (SQLite's file format, 1.3.3)."""
    with path.open("rb") as file:
        return file.read(_SQLITE_VERSIONS.stop)[_SQLITE_VERSIONS] == b"\x02\x02"


def _kind_of_xml(path: Path, shown: str) -> Kind:
    kind = _kind_of_root(read_root(path, shown))
    if kind is None:
        raise FileError("error.file_unreadable", path=shown)
    return kind


def _kind_of_root(root: str) -> Kind | None:
    namespace, _, name = root.rpartition(" ")
    if name == "kml":
        return KML
    if name == "gpx":
        return GPX
    # What else GDAL takes for GML it is not asked to try: WFS's own files lead to other servers.
    collection = name in {"FeatureCollection", "Container"} or "gml" in namespace
    return GML if collection else None


def read_root(path: Path, shown: str) -> str:
    """
    Return the name of an XML file's first element, with its namespace and a space before it.

    A document type can only stand before that element, so nothing behind it need be looked at.

    Raises
    ------
    FileError
        If there is a document type: nothing that is read here has one, and it can define entities
        that grow without end or are fetched from elsewhere. If it is no XML.
    """
    roots: list[str] = []

    def doctype(*_: object) -> None:
        raise FileError("error.xml_entities", path=shown)

    def start(name: str, _: object) -> None:
        roots.append(name)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    with path.open("rb") as file:
        for _ in range(_LONGEST_PROLOGUE // _CHUNK + 1):
            chunk = file.read(_CHUNK)
            try:
                parser.Parse(chunk, not chunk)
            except (expat.ExpatError, LookupError, ValueError) as error:  # or its encoding
                if roots:  # the fault is behind the first element: for the format's own reader
                    break
                raise FileError("error.file_unreadable", path=shown) from error
            if roots:
                break
    if not roots:
        raise FileError("error.file_unreadable", path=shown)
    return roots[0]
