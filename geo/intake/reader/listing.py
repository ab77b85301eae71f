"""Which layers a file has."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyogrio
from pyogrio import raw

from geo.intake.reader import parquet, sosi_types
from geo.intake.reader.gdal import corrupted, geometry_at, require_driver
from geo.intake.shapes import curves, dbf, declaration, esri_curves, kml
from geo.intake.tables import workbooks

PARQUET: Final = ".parquet"
SOSI: Final = ".sos"
_WORKBOOKS: Final = (workbooks.XLSX, ".xls", ".ods")
_KML, _GPX, _JSON, _SHAPEFILE = ".kml", ".gpx", ".json", ".shp"
_LOOKED_AT: Final = 1000  # features, where a layer does not say what shapes it holds
_ABOVE: Final = 50  # rows that may stand above those of a table
_ISO: Final = 1000
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
_POINTS_OF_LINES: Final = frozenset({"route_points", "track_points"})
_MOST_LAYERS: Final = 1000


def list_layers(request: dict[str, Any]) -> dict[str, Any]:
    """Tell which layers a file has, of which shapes, and which of them cannot be read."""
    path = request["path"]
    if path.endswith(_WORKBOOKS):
        return _list_sheets(request)
    if path.endswith(SOSI):
        return sosi_types.answer(request)
    if path.endswith(PARQUET):
        return parquet.list_layers(request)
    notes = _mend(path)
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
            notes += corrupted(warned)
        in_space = set(layer["kinds"]) & set(curves.IN_SPACE.values())
        if in_space and in_space == set(layer["kinds"]) and layer["features"] <= _LOOKED_AT:
            notes.append(_not_read(name, *sorted(in_space)))
        else:
            layers.append(layer)
    if broken and not layers:
        msg = "no layer can be read"
        raise ValueError(msg)
    return {"layers": layers, "broken": broken, "notes": notes}


def _mend(path: str) -> list[dict[str, Any]]:
    """Make a file fit for GDAL where GDAL reads its format wrongly, and tell what was left out."""
    if path.endswith(_KML):
        return kml.mend(path)
    if path.endswith(_SHAPEFILE):
        return dbf.mend(path)
    if path.endswith(_JSON):
        esri_curves.mend(path)
    return []


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
    valueless = workbooks.valueless(path) if path.endswith(workbooks.XLSX) else []
    return {"layers": layers, "hidden": book.hidden, "valueless": valueless, "locked": False}


def _layer(path: str, name: str, declared: object, request: dict[str, Any]) -> dict[str, Any]:
    info = pyogrio.read_info(path, layer=name, force_feature_count=True)
    require_driver(info["driver"], request)
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
        at = geometry_at(reader.schema, about)
        batch = next(iter(reader), None)
        shapes = [] if batch is None or at is None else batch.column(at).to_pylist()
    codes = {code for wkb in shapes if wkb for code in curves.kinds_in(wkb)}
    return list(dict.fromkeys(_SHAPES[code] for code in sorted(codes) if code in _SHAPES))
