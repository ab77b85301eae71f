"""
The shape that a layer says it has, taken back where pyogrio knows no such shape.

It refuses a file of ten layers because one of them says it holds triangles, and each layer that
says "any shape, with heights". Each geometry says its own shape, so nothing is lost.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import struct
from pathlib import Path
from typing import Final

_ANY: Final = 0
_GML_TYPE: Final = re.compile(r"(?<=<GeometryType>)\d+(?=</GeometryType>)")
_FLATGEOBUF_TYPE, _FLATGEOBUF_Z, _FLATGEOBUF_M = 2, 3, 4  # fields of the header
_FLATGEOBUF_HEADER: Final = 12  # bytes before it: magic, and its size


def take_back(path: str) -> None:
    """Let each layer of a file of ours say that it holds any shape, as far as its format can."""
    file = Path(path)
    if file.suffix == ".gml":
        _gml(file.with_suffix(".gfs"))
    elif file.suffix == ".gpkg":
        _geopackage(file)
    elif file.suffix == ".fgb":
        _flatgeobuf(file)


def _gml(found: Path) -> None:
    """Change what GDAL wrote down of a GML file when it looked through it."""
    with contextlib.suppress(OSError):
        text = found.read_text(encoding="utf-8")
        found.write_text(_GML_TYPE.sub(_known, text), encoding="utf-8")


def _known(declared: re.Match[str]) -> str:
    shape = int(declared[0]) & 0xFFFF
    plain = shape % 1000
    return declared[0] if 0 < plain <= 12 else str(_ANY)  # noqa: PLR2004  # ISO 19125's curves


def _geopackage(file: Path) -> None:
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA trusted_schema = 0")
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY', z = 0")
        database.execute("UPDATE gpkg_geometry_columns SET m = 0")
        database.commit()


def _flatgeobuf(file: Path) -> None:
    """Have a header forget that there are heights, which lie apart from the positions."""
    with contextlib.suppress(OSError, struct.error, IndexError):
        content = bytearray(file.read_bytes())
        table = _FLATGEOBUF_HEADER + struct.unpack_from("<I", content, _FLATGEOBUF_HEADER)[0]
        fields = table - struct.unpack_from("<i", content, table)[0]

        def place(number: int) -> int:
            (offset,) = struct.unpack_from("<H", content, fields + 4 + 2 * number)
            return int(offset)

        if place(_FLATGEOBUF_TYPE):  # what it leaves out is 0, any shape
            return
        for number in (_FLATGEOBUF_Z, _FLATGEOBUF_M):
            if place(number):
                content[table + place(number)] = 0
        file.write_bytes(content)
