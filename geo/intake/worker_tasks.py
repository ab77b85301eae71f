"""What `worker_main` does with a file: list its layers, and read one within the limits."""

from __future__ import annotations

import gc
import json
import re
import struct
import threading
import warnings
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pyogrio
from pyogrio import raw

from geo.intake.shapes import curves, declaration, json_records, kml
from geo.intake.systems import declared
from geo.intake.tables import workbooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ROWS: Final = 1000  # at a time, so that a limit is met before all is in memory
_LOOKED_AT: Final = 1000  # features, where a layer does not say what shapes it holds
_HEADER: Final = 5  # bytes of WKB before what is the geometry's own
_NOTHING_IN_IT: Final = 9  # bytes: a head, and that there are 0 parts
_ISO: Final = 1000
_NUMBERS: Final = (2, 3, 3, 4)  # a vertex has, in two dimensions, with Z, with M, with both
_PARQUET: Final = ".parquet"
_XLSX: Final = ".xlsx"
_WORKBOOKS: Final = (_XLSX, ".xls", ".ods")
_ABOVE: Final = 50  # rows that may stand above those of a table
_SOSI: Final = ".sos"
_EXTENSION: Final = b"ARROW:extension:name"
_EXTENSION_METADATA: Final = b"ARROW:extension:metadata"
# Codes of arcs, of what is made of them, and of collections, which may hold them.
_MAY_CURVE: Final = frozenset(range(7, 13))
_LITTLE_STACK: Final = 256 * 1024  # bytes; macOS gives a thread twice that, the others more
_ESRI_IDS: Final = ("OBJECTID", "FID")
_SEQUENCE: Final = "GeoJSONSeq"
_UNSAID: Final = frozenset({"Unknown", "GeometryCollection"})
_SHAPES: Final = curves.IN_SPACE | {
    curves.POINT: "Point",
    curves.LINE: "LineString",
    curves.POLYGON: "Polygon",
    curves.MULTIPOINT: "MultiPoint",
    curves.MULTILINE: "MultiLineString",
    curves.MULTIPOLYGON: "MultiPolygon",
    curves.COLLECTION: "GeometryCollection",  # one that nothing is in
    curves.ARCS: "LineString",
    curves.COMPOUND: "LineString",
    curves.CURVE_POLYGON: "Polygon",
    curves.MULTICURVE: "MultiLineString",
    curves.MULTISURFACE: "MultiPolygon",
}
_KML, _GPX = ".kml", ".gpx"
_POINTS_OF_LINES: Final = frozenset({"route_points", "track_points"})
_MOST_LAYERS: Final = 1000
_CORRUPTED: Final = re.compile(
    r"Geometry of feature \S+ (.*?) ?cannot be parsed: (.*?)[. ]*(?:Skipping|$)", re.DOTALL
)


class _Limit(StrEnum):
    FEATURES = "features"
    VERTICES = "vertices"
    COLUMNS = "columns"


class OverLimitError(Exception):
    """More than the request allows of `what`."""

    def __init__(self, what: _Limit) -> None:
        self.what = what
        super().__init__()


def _list(request: dict[str, Any]) -> dict[str, Any]:
    path = request["path"]
    if path.endswith(_WORKBOOKS):
        return _list_sheets(request)
    if path.endswith(_SOSI):
        return _sosi(request)
    if path.endswith(_PARQUET):
        file = pq.ParquetFile(path)
        about = _about_geometry(file)
        shapes = about["geometry_types"] if about else []
        kinds = [shape.removesuffix(" Z") for shape in shapes] or (["Unknown"] if about else [])
        fields = file.schema_arrow.names[: request["columns"] + 1]
        layer = {"name": None, "kinds": kinds, "features": file.metadata.num_rows}
        return {"layers": [layer | {"fields": fields}], "broken": [], "notes": []}
    notes = kml.mend(path) if path.endswith(_KML) else []
    layers, broken = [], []
    for name, said in _declared(path, notes):
        if name in _POINTS_OF_LINES and path.endswith(_GPX):
            continue
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                layer = _layer(path, name, said, request)
        except (pyogrio.errors.DataSourceError, RuntimeError, ValueError):
            broken.append(name)
            continue
        if layer["kinds"] == ["Unknown"]:  # or what is wrong is told when it is read
            notes += _corrupted(warned)
        in_space = set(layer["kinds"]) & set(curves.IN_SPACE.values())
        if in_space and in_space == set(layer["kinds"]) and layer["features"] <= _LOOKED_AT:
            notes.append(_not_read(name, *sorted(in_space)))
        else:
            layers.append(layer)
    if broken and not layers:
        msg = "no layer can be read"
        raise ValueError(msg)
    return {"layers": layers, "broken": broken, "notes": notes}


def _declared(path: str, notes: list[dict[str, Any]]) -> list[tuple[str, object]]:
    """Layers with the shape that each declares; those that pyogrio cannot be asked of are noted."""
    for _ in range(2):
        try:
            return [(str(name), said) for name, said in pyogrio.list_layers(path)]
        except pyogrio.errors.GeometryError:
            declaration.take_back(path)
    found: list[tuple[str, object]] = []
    for number in range(_MOST_LAYERS):
        try:
            info = pyogrio.read_info(path, layer=number)
        except pyogrio.errors.GeometryError as error:  # which is a kind of the next
            code = int(str(error).rpartition(" ")[2]) % _ISO
            name = str(number + 1) if number else Path(path).stem
            notes.append(_not_read(name, curves.IN_SPACE.get(code, "?")))
        except pyogrio.errors.DataLayerError:
            break
        else:
            found.append((info["layer_name"], info["geometry_type"]))
    return found


def _not_read(layer: str, *shapes: str) -> dict[str, Any]:
    parts = {"part": layer, "type": ", ".join(shapes)}
    return {"msgid": "finding.layer_in_space", "severity": "error", "parts": parts}


def _list_sheets(request: dict[str, Any]) -> dict[str, Any]:
    """Write the cells of each sheet: a column of row numbers, then of texts and of numbers."""
    path = request["path"]
    book = workbooks.read(path, request["features"] + _ABOVE)
    if book is None:
        return {"locked": True}
    layers = []
    for number, (name, rows) in enumerate(book.sheets):
        arrays = {"row": pa.array([row for row, _ in rows], pa.int64())}
        for place, kind, values in workbooks.columns_of(rows, request["columns"]):
            arrays[f"{kind}{place}"] = pa.array(
                values, pa.string() if kind == "t" else pa.float64()
            )
        table = pa.table(arrays)
        out = f"{request['out']}-{number}.arrow"
        with pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        layers.append({"name": name, "features": len(rows), "cells": out})
    valueless = workbooks.valueless(path) if path.endswith(_XLSX) else []
    return {"layers": layers, "hidden": book.hidden, "valueless": valueless, "locked": False}


def _layer(path: str, name: str, declared: object, request: dict[str, Any]) -> dict[str, Any]:
    info = pyogrio.read_info(path, layer=name, force_feature_count=True)
    _require_driver(info["driver"], request)
    kinds = [] if declared is None else [_plain(str(declared))]
    if set(kinds) & _UNSAID:
        kinds = _kinds_in(path, name) or kinds
    fields = [str(field) for field in info["fields"][: request["columns"] + 1]]
    return {"name": name, "kinds": kinds, "features": int(info["features"]), "fields": fields}


def _plain(declared: str) -> str:
    return declared.removeprefix("2.5D ").removeprefix("3D ").removeprefix("Measured ").split()[0]


def _kinds_in(path: str, layer: str) -> list[str]:
    """Which shapes the first features have."""
    options = {"layer": layer, "columns": [], "batch_size": _LOOKED_AT}
    with raw.open_arrow(path, use_pyarrow=True, **options) as (about, reader):
        at = _geometry_at(reader.schema, about)
        batch = next(iter(reader), None)
        shapes = [] if batch is None or at is None else batch.column(at).to_pylist()
    codes = {code for wkb in shapes if wkb for code in curves.kinds_in(wkb)}
    return list(dict.fromkeys(_SHAPES[code] for code in sorted(codes) if code in _SHAPES))


def _code(wkb: bytes) -> int:
    """ISO 19125 code of a geometry in WKB: its shape, and in thousands which of Z and M it has."""
    code: int = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)[0]
    return code


def _vertices(column: Any) -> int:  # noqa: ANN401  # pyarrow is untyped
    """About how many vertices there are in a column of WKB, told from its size alone."""
    size = pc.sum(pc.binary_length(column)).as_py() or 0
    first = next(
        (wkb.as_py() for wkb in column if wkb.is_valid and len(wkb.as_py()) > _HEADER), b""
    )
    numbers = _NUMBERS[min(_code(first) // _ISO, len(_NUMBERS) - 1)] if first else 2
    return int(size // (8 * numbers))


def _read(request: dict[str, Any]) -> dict[str, Any]:
    if request["path"].endswith(_SOSI):
        return _sosi(request)
    if request["path"].endswith(_PARQUET):
        return _read_parquet(request)
    options = {"layer": request["layer"], "batch_size": _ROWS}
    path = request["path"]
    info = pyogrio.read_info(path, layer=request["layer"])
    driver = info["driver"]
    _require_driver(driver, request)
    if len(info["fields"]) > request["columns"]:
        raise OverLimitError(_Limit.COLUMNS)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with raw.open_arrow(path, use_pyarrow=True, **options) as (about, reader):
            at = _geometry_at(reader.schema, about)
            rows = _write(reader, reader.schema, at, request)
    notes = _corrupted(said)
    if driver == _SEQUENCE:
        notes += json_records.broken(path, rows)
    answer = {
        "crs": about["crs"],
        "spelled": None if at is None else _system_in(reader.schema.field(at)),
        "declared": declared.system_of(path, driver, request["layer"], about["crs"]),
        "geometry": at,
        "driver": driver,
        "notes": notes,
    }
    if driver in {_SEQUENCE, "GeoJSON"}:
        answer["ids"] = json_records.ids(path, rows)
        if at is not None:
            without = _without_geometry(request["out"], at)
            answer["remarks"] = json_records.malformed(path, rows, without)
    if driver == "ESRIJSON":
        answer["id_column"] = next((f for f in info["fields"] if f in _ESRI_IDS), None)
    return answer


def _system_in(field: Any) -> str | None:  # noqa: ANN401  # pyarrow is untyped
    """PROJJSON of a layer's system, which GDAL gives with a geometry that it writes to Arrow."""
    about = json.loads((field.metadata or {}).get(_EXTENSION_METADATA, b"{}") or b"{}")
    return json.dumps(about["crs"]) if isinstance(about.get("crs"), dict) else None


def _corrupted(said: Iterable[warnings.WarningMessage]) -> list[dict[str, Any]]:
    """Features that GML's reader left out, as it warned."""
    found = (_CORRUPTED.search(str(one.message)) for one in said)
    return [
        {
            "msgid": "finding.feature_corrupted",
            "severity": "error",
            "feature": one[1] or None,
            "parts": {"reason": one[2]},
        }
        for one in found
        if one
    ]


def _geometry_at(schema: Any, about: dict[str, Any]) -> int | None:  # noqa: ANN401
    """Place of the geometry among the columns; another column may bear its name."""
    if about["geometry_type"] is None:
        return None
    marked = [n for n, field in enumerate(schema) if _EXTENSION in (field.metadata or {})]
    return marked[-1] if marked else len(schema) - 1


def _read_parquet(request: dict[str, Any]) -> dict[str, Any]:
    file = pq.ParquetFile(request["path"])
    about = _about_geometry(file)
    if file.metadata.num_columns > request["columns"]:
        raise OverLimitError(_Limit.COLUMNS)
    if file.metadata.num_rows > request["features"]:
        raise OverLimitError(_Limit.FEATURES)
    at = None
    if about:
        _try_shapes(file, about["name"])
        at = file.schema_arrow.names.index(about["name"])
    _write(file.iter_batches(batch_size=_ROWS), file.schema_arrow, at, request)
    crs = about["crs"] if about else None
    return {"crs": crs, "spelled": None, "declared": None, "geometry": at, "driver": "Parquet"}


def _sosi(request: dict[str, Any]) -> dict[str, Any]:
    """List a SOSI file's object types, or read one."""
    from geo.intake.sosi import read  # noqa: PLC0415  # with shapely, which no other format needs
    from geo.intake.sosi.faults import TooManyError  # noqa: PLC0415

    given = (request["path"], request["shown"], request["vertices"])
    gc.disable()  # it would look through a million small objects again and again, all in use
    try:
        if request["task"] == "list":
            return {"layers": read.list_types(*given), "broken": [], "notes": []}
        table, answer = read.read_type(*given, request["layer"], request["columns"])
    except TooManyError as error:
        raise OverLimitError(_Limit(error.what)) from error
    finally:
        gc.enable()
    at = table.num_columns - 1
    _write(table.to_batches(max_chunksize=_ROWS), table.schema, at, request)
    return {"spelled": None, "declared": None} | answer | {"geometry": at, "driver": "SOSI"}


def _try_shapes(file: Any, geometry: str) -> None:  # noqa: ANN401
    """
    Make each geometry once, in little stack.

    GEOS goes into a collection within a collection without end, and crashes; then it is this
    process that ends, not the one that asked. What passes here is shallow enough for any thread.
    """
    import shapely  # noqa: PLC0415  # no other format needs it

    def run() -> None:
        for batch in file.iter_batches(batch_size=_ROWS, columns=[geometry]):
            column = batch.column(0).to_numpy(zero_copy_only=False)
            shapely.from_wkb(column, on_invalid="ignore")

    threading.stack_size(_LITTLE_STACK)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def _about_geometry(file: Any) -> dict[str, Any] | None:  # noqa: ANN401  # pyarrow is untyped
    """What the file says of its geometries (GeoParquet 1.1); None where it is no GeoParquet."""
    said = (file.schema_arrow.metadata or {}).get(b"geo")
    if said is None:
        return None
    geo = json.loads(said)
    name = geo["primary_column"]
    column = geo["columns"][name]
    if column["encoding"] != "WKB":
        msg = "geometries that are not WKB"
        raise ValueError(msg)
    crs = column.get("crs", "OGC:CRS84")  # what the absence of a system means there
    crs = json.dumps(crs) if isinstance(crs, dict) else crs
    return {"name": name, "crs": crs, "geometry_types": column.get("geometry_types", [])}


def _require_driver(driver: str, request: dict[str, Any]) -> None:
    if driver not in request["drivers"]:
        msg = f"opened as {driver}"
        raise ValueError(msg)


def _write(
    batches: Iterable[Any],
    schema: Any,  # noqa: ANN401
    at: int | None,
    request: dict[str, Any],
) -> int:
    """Write rows without curves, while they are within the limits; returns their number."""
    features = vertices = 0
    with pa.OSFile(request["out"], "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for given in batches:
            batch = given if at is None else _straightened(given, at)
            features += batch.num_rows
            if features > request["features"]:
                raise OverLimitError(_Limit.FEATURES)
            if at is not None:
                vertices += _vertices(batch.column(at))
                if vertices > request["vertices"]:
                    raise OverLimitError(_Limit.VERTICES)
            writer.write_batch(batch)
    return features


def _without_geometry(out: str, at: int) -> list[int]:
    """Rows, as they were written, in which GDAL has no geometry or one that nothing is in."""
    with pa.memory_map(out) as file:
        column = pa.ipc.open_file(file).read_all().column(at)
    size = pc.fill_null(pc.binary_length(column), 0)
    rows: list[int] = pc.indices_nonzero(pc.less_equal(size, _NOTHING_IN_IT)).to_pylist()
    return rows


def _straightened(batch: Any, at: int) -> Any:  # noqa: ANN401  # pyarrow is untyped
    """Put strokes in the place of arcs, which shapely has not, and GDAL's own are coarse."""
    column = batch.column(at)
    heads = pc.unique(pc.binary_slice(column, 0, _HEADER)).to_pylist()
    if not any(_may_curve(head) for head in heads):
        return batch
    straight = [curves.straight(wkb) if _may_curve(wkb) else wkb for wkb in column.to_pylist()]
    columns = [*batch.columns[:at], pa.array(straight, column.type), *batch.columns[at + 1 :]]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _may_curve(wkb: bytes | None) -> bool:
    return wkb is not None and len(wkb) >= _HEADER and curves.kind_of(wkb) in _MAY_CURVE


TASKS: Final[Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "list": _list,
    "read": _read,
}
