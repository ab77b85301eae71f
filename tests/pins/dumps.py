"""Files as text that can be compared: whole where they are small, else digests that tell where."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pypdf
import shapely
from pyarrow import parquet

from tests.pins.varying import plain

WHOLE = 16_000  # characters that are kept as they are
_FIRST = 3  # rows that are shown of a large table
_CHUNK = 100  # rows to a digest
_BEGINNING = 2000  # characters of a long text
# What GDAL and its helpers write for themselves, other in every version of theirs.
_GDAL_OWN = {"gpkg_extensions", "gpkg_tile_matrix", "gpkg_tile_matrix_set", "sqlite_sequence"}
_VARYING = {"last_change", "update_time", "definition", "definition_12_063"}


def digest(value):
    data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:12]


def table(columns, rows):
    """Rows as CSV, or digests of columns and of every hundred rows where they are many."""
    rows = [[_cell(value) for value in row] for row in rows]
    written = _csv([columns, *rows])
    if len(written) <= WHOLE:
        return written
    lines = [f"{len(rows)} rows, digest {digest(written)}"]
    for place, name in enumerate(columns):
        lines.append(f"column {name}: {digest(json.dumps([row[place] for row in rows]))}")
    lines += _chunks("rows", rows, _csv)
    return "\n".join(lines) + "\n" + _csv([columns, *rows[:_FIRST]])


def text(content):
    """Text as it is, or digests of every hundred lines where it is long."""
    if len(content) <= WHOLE:
        return content
    lines = content.splitlines(keepends=True)
    told = [f"{len(lines)} lines, {len(content)} characters, digest {digest(content)}"]
    told += _chunks("lines", lines, "".join)
    return "\n".join(told) + "\n" + "".join(lines[:_FIRST])[:_BEGINNING]


def _chunks(word, parts, join):
    for start in range(0, len(parts), _CHUNK):
        chunk = parts[start : start + _CHUNK]
        yield f"{word} {start}–{start + len(chunk) - 1}: {digest(join(chunk))}"


def file(path):
    """Return what a file holds."""
    made = _BY_ENDING[path.suffix.lower()](path)
    return made if made.endswith("\n") else f"{made}\n"


def folder(path):
    """Return what all files of a folder hold, but for links, which were there before."""
    found = sorted(one for one in path.iterdir() if one.is_file() and not one.is_symlink())
    return "".join(f"--- {one.name}\n{file(one)}" for one in found)


def _csv(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _cell(value):
    if isinstance(value, bytes):
        return f"bytes {digest(value)}"
    if isinstance(value, shapely.Geometry):
        return f"{value.geom_type} {digest(value.wkb)}"
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  # NaN and NaT
        return "null"
    return value if isinstance(value, str) else repr(getattr(value, "item", lambda: value)())


def _read(path):
    return plain(path.read_bytes().decode("utf-8"))


def _text(path):
    return text(_read(path))


def _geojson(path):
    content = _read(path)
    if len(content) <= WHOLE:
        return content
    document = json.loads(content)
    features = document.pop("features")
    names = list(dict.fromkeys(name for one in features for name in one["properties"]))
    rows = [
        (one.get("id"), *(one["properties"].get(name) for name in names), digest(one["geometry"]))
        for one in features
    ]
    head = json.dumps(document, ensure_ascii=False, indent=1)
    return f"digest {digest(content)}\n{head}\n" + table(("id", *names, "geometry"), rows)


def _csv_file(path):
    content = _read(path)
    if len(content) <= WHOLE:
        return content
    lines = content.splitlines(keepends=True)
    about = "".join(line for line in lines if line.startswith("#"))
    rest = [line for line in lines if not line.startswith("#")]
    head = rest[0].removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    rows = list(csv.reader(rest[1:], delimiter=";" if ";" in head else ","))
    names = next(csv.reader([head], delimiter=";" if ";" in head else ","))
    return f"digest {digest(content)}\n{about}" + table(names, rows)


def _gpkg(path):
    parts = []
    with contextlib.closing(sqlite3.connect(path)) as base:
        names = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        for (name,) in names.fetchall():
            if name.startswith(("rtree_", "sqlite_")) or name in _GDAL_OWN:
                continue
            about = base.execute(f'PRAGMA table_info("{name}")').fetchall()
            columns = [one[1] for one in about if one[1] not in _VARYING]
            types = ", ".join(f"{one[1]} {one[2]}" for one in about)
            chosen = ", ".join(f'"{column}"' for column in columns)
            rows = base.execute(f'SELECT {chosen} FROM "{name}" ORDER BY 1').fetchall()  # noqa: S608
            parts.append(f"-- {name} ({types})\n{table(columns, rows)}")
    return "".join(parts)


def _xlsx(path):
    book = openpyxl.load_workbook(path)
    parts = []
    for sheet in book:
        rows = [[plain(_cell(one)) for one in row] for row in sheet.iter_rows(values_only=True)]
        formats = sorted({cell.number_format for row in sheet.iter_rows() for cell in row})
        frozen = sheet.freeze_panes or "nothing"
        head = f"-- {sheet.title}: {sheet.dimensions}, frozen {frozen}, formats {formats}\n"
        parts.append(head + (table(rows[0], rows[1:]) if rows else ""))
    book.close()
    return "".join(parts)


def _layer(path):
    about = pyogrio.read_info(path)
    known = {
        name: about[name]
        for name in ("layer_name", "crs", "geometry_type", "features", "encoding")
        if name in about
    }
    known |= {name: about.get(name) for name in ("dataset_metadata", "layer_metadata")}
    known["fields"] = [f"{n}:{d}" for n, d in zip(about["fields"], about["dtypes"], strict=True)]
    frame = pyogrio.read_dataframe(path)
    rows = frame.itertuples(index=False, name=None)
    return f"{json.dumps(known, ensure_ascii=False, indent=1)}\n" + table(list(frame), rows)


def _zip(path):
    parts = []
    with tempfile.TemporaryDirectory(prefix="pins-") as home:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            archive.extractall(home)  # a file that we have just made
        for name in names:
            one = Path(home) / name
            dumped = file(one) if one.suffix.lower() in _BY_ENDING else ""
            parts.append(f"-- member {name}\n{dumped}")
    return "".join(parts)


def _parquet(path):
    whole = parquet.read_table(path)
    told = {key.decode(): value.decode() for key, value in (whole.schema.metadata or {}).items()}
    geo = json.loads(told["geo"])
    for column in geo["columns"].values():
        column["crs"] = (column.get("crs") or {}).get("id")
    geo.pop("creator", None)
    types = [f"{one.name}: {one.type}" for one in whole.schema]
    head = {"types": types, "geo": geo, "own": json.loads(told["naeringsareal"])}
    names = whole.schema.names
    rows = [[row[name] for name in names] for row in whole.to_pylist()]
    return f"{json.dumps(head, ensure_ascii=False, indent=1)}\n" + table(names, rows)


def _pdf(path):
    reader = pypdf.PdfReader(path)
    about = {key: str(value) for key, value in (reader.metadata or {}).items()}
    head = f"{len(reader.pages)} pages, title {about.get('/Title')!r}\n"
    return head + "".join(
        f"-- page {number}\n{page.extract_text()}\n" for number, page in enumerate(reader.pages, 1)
    )


_BY_ENDING = {
    ".geojson": _geojson,
    ".csv": _csv_file,
    ".json": _text,
    ".kml": _text,
    ".txt": _text,
    ".prj": lambda path: f"{digest(_read(path))}\n",
    ".cpg": _text,
    ".qml": _text,
    ".sld": _text,
    ".gpkg": _gpkg,
    ".xlsx": _xlsx,
    ".fgb": _layer,
    ".shp": _layer,
    ".zip": _zip,
    ".parquet": _parquet,
    ".pdf": _pdf,
}
