"""Workbooks that openpyxl does not write: .xls (MS-XLS in MS-CFB) and .ods (OpenDocument 1.3)."""

from __future__ import annotations

import io
import struct
import zipfile
from xml.sax.saxutils import escape

_SECTOR = 512
_END, _FREE, _TABLE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_BOF, _EOF, _BOUNDSHEET, _LABEL, _NUMBER, _FILEPASS = 0x809, 0x0A, 0x85, 0x204, 0x203, 0x2F
_SMALLEST = 4096  # bytes; smaller streams are kept in another way

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = ("office", "table", "text", "style", "manifest")
_NAMESPACES = " ".join(f'xmlns:{name}="{_URN}:{name}:1.0"' for name in _NAMES)


def compound(name, stream):
    """A compound file with one stream."""
    stream += bytes(-len(stream) % _SECTOR) + bytes(max(0, _SMALLEST - len(stream)))
    sectors = -(-len(stream) // _SECTOR)
    chain = [_TABLE, _END, *range(3, 2 + sectors), _END]
    assert len(chain) <= _SECTOR // 4
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)

    def entry(title, kind, child, start, size):
        text = title.encode("utf-16-le") + b"\x00\x00"
        about = struct.pack("<HBB3I36xIQ", len(text), kind, 1, _NONE, _NONE, child, start, size)
        return text.ljust(64, b"\x00") + about

    folder = entry("Root Entry", 5, 1, _END, 0) + entry(name, 2, _NONE, 2, len(stream))
    return header + table + folder.ljust(_SECTOR, b"\x00") + stream


def xls(*, password=False, **sheets):
    """A workbook of sheets, each a list of rows; one that begins with _ is hidden."""

    def record(kind, content=b""):
        return struct.pack("<HH", kind, len(content)) + content

    def text(value, length):
        return struct.pack(f"<{length}B", len(value), 1) + value.encode("utf-16-le")

    begin = struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)
    before = record(_BOF, begin) + (record(_FILEPASS, b"\x01\x00" * 3) if password else b"")
    parts = []
    for lines in sheets.values():
        part = record(_BOF, begin.replace(b"\x05\x00", b"\x10\x00", 1))
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                place = struct.pack("<3H", row, column, 0)
                if isinstance(cell, str):
                    part += record(_LABEL, place + text(cell, "H"))
                elif cell is not None:
                    part += record(_NUMBER, place + struct.pack("<d", cell))
        parts.append(part + record(_EOF))
    titles = [text(name.strip("_"), "B") for name in sheets]
    at = len(before) + sum(4 + 6 + len(title) for title in titles) + 4
    for name, title, part in zip(sheets, titles, parts, strict=True):
        before += record(_BOUNDSHEET, struct.pack("<IBB", at, name.startswith("_"), 0) + title)
        at += len(part)
    return compound("Workbook", before + record(_EOF) + b"".join(parts))


def ods(*, password=False, doctype="", **sheets):
    """As `xls`; each sheet goes on with blank rows to the last, as LibreOffice writes it."""

    def cell(value):
        if value is None:
            return "<table:table-cell/>"
        kind = "string" if isinstance(value, str) else "float"
        number = "" if isinstance(value, str) else f' office:value="{value}"'
        shown = f"<text:p>{value if doctype else escape(str(value))}</text:p>"
        return f'<table:table-cell office:value-type="{kind}"{number}>{shown}</table:table-cell>'

    styles = "".join(
        f'<style:style style:name="{name}" style:family="table">'
        f'<style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("shown", "true"), ("hidden", "false"))
    )
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    last = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    tables = "".join(
        f'<table:table table:name="{name.strip("_")}"'
        f' table:style-name="{"hidden" if name.startswith("_") else "shown"}">'
        + "".join(
            f"<table:table-row>{''.join(map(cell, line)) or blank}</table:table-row>"
            for line in lines
        )
        + f"{last}</table:table>"
        for name, lines in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content {_NAMESPACES}'
        f' office:version="1.3"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    ).encode()
    secret = '<manifest:encryption-data manifest:checksum="x"/>' if password else ""
    manifest = (
        f'<manifest:manifest {_NAMESPACES}><manifest:file-entry manifest:full-path="content.xml"'
        f' manifest:media-type="text/xml">{secret}</manifest:file-entry></manifest:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", b"\x8f\x01\x00" * 50 if password else content)
    return buffer.getvalue()
