"""One layer of a file read."""

from __future__ import annotations

import json
import warnings
from typing import Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyogrio
from pyogrio import raw

from geo.intake.reader import parquet, sosi_types
from geo.intake.reader.gdal import corrupted, geometry_at, require_driver
from geo.intake.reader.listing import PARQUET, SOSI
from geo.intake.reader.output import ROWS, Limit, OverLimitError, write
from geo.intake.shapes import esri_curves, json_records
from geo.intake.systems import declared

_NOTHING_IN_IT: Final = 9  # bytes: a head of WKB, and that there are 0 parts
_EXTENSION_METADATA: Final = b"ARROW:extension:metadata"
_ESRI_IDS: Final = ("OBJECTID", "FID")
_SEQUENCE: Final = "GeoJSONSeq"


def read_layer(request: dict[str, Any]) -> dict[str, Any]:
    """Write a layer's rows into the file that is asked for, and tell what goes with them."""
    if request["path"].endswith(SOSI):
        return sosi_types.answer(request)
    if request["path"].endswith(PARQUET):
        return parquet.read_layer(request)
    options = {"layer": request["layer"], "batch_size": ROWS}
    path = request["path"]
    info = pyogrio.read_info(path, layer=request["layer"])
    driver = info["driver"]
    require_driver(driver, request)
    if len(info["fields"]) > request["columns"]:
        raise OverLimitError(Limit.COLUMNS)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with raw.open_arrow(path, use_pyarrow=True, **options) as (about, reader):
            at = geometry_at(reader.schema, about)
            rows = write(reader, reader.schema, at, request)
    notes = corrupted(said)
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
        answer["remarks"] = esri_curves.unread(path, rows)
    return answer


def _system_in(field: Any) -> str | None:  # noqa: ANN401  # pyarrow is untyped
    """PROJJSON of a layer's system, which GDAL gives with a geometry that it writes to Arrow."""
    about = json.loads((field.metadata or {}).get(_EXTENSION_METADATA, b"{}") or b"{}")
    return json.dumps(about["crs"]) if isinstance(about.get("crs"), dict) else None


def _without_geometry(out: str, at: int) -> list[int]:
    """Rows, as they were written, in which GDAL has no geometry or one that nothing is in."""
    with pa.memory_map(out) as file:
        column = pa.ipc.open_file(file).read_all().column(at)
    size = pc.fill_null(pc.binary_length(column), 0)
    rows: list[int] = pc.indices_nonzero(pc.less_equal(size, _NOTHING_IN_IT)).to_pylist()
    return rows
