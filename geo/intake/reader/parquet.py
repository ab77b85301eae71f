"""GeoParquet, and Parquet without geometry."""

from __future__ import annotations

import json
import threading
from typing import Any, Final

import pyarrow.parquet as pq  # type: ignore[import-untyped]

from geo.intake.reader.output import ROWS, Limit, OverLimitError, write

_LITTLE_STACK: Final = 256 * 1024  # bytes; macOS gives a thread twice that, the others more


def list_layers(request: dict[str, Any]) -> dict[str, Any]:
    """Tell of the one layer that a file is."""
    file = pq.ParquetFile(request["path"])
    about = _about_geometry(file)
    shapes = about["geometry_types"] if about else []
    kinds = [shape.removesuffix(" Z") for shape in shapes] or (["Unknown"] if about else [])
    fields = file.schema_arrow.names[: request["columns"] + 1]
    layer = {"name": None, "kinds": kinds, "features": file.metadata.num_rows}
    return {"layers": [layer | {"fields": fields}], "broken": [], "notes": []}


def read_layer(request: dict[str, Any]) -> dict[str, Any]:
    """Read its rows, and tell its system."""
    file = pq.ParquetFile(request["path"])
    about = _about_geometry(file)
    if file.metadata.num_columns > request["columns"]:
        raise OverLimitError(Limit.COLUMNS)
    if file.metadata.num_rows > request["features"]:
        raise OverLimitError(Limit.FEATURES)
    at = None
    if about:
        _try_shapes(file, about["name"])
        at = file.schema_arrow.names.index(about["name"])
    write(file.iter_batches(batch_size=ROWS), file.schema_arrow, at, request)
    crs = about["crs"] if about else None
    return {"crs": crs, "spelled": None, "declared": None, "geometry": at, "driver": "Parquet"}


def _try_shapes(file: Any, geometry: str) -> None:  # noqa: ANN401  # pyarrow is untyped
    """
    Make each geometry once, in little stack.

    GEOS goes into a collection within a collection without end, and crashes; then it is this
    process that ends, not the one that asked. What passes here is shallow enough for any thread.
    """
    import shapely  # noqa: PLC0415  # no other format needs it

    def run() -> None:
        for batch in file.iter_batches(batch_size=ROWS, columns=[geometry]):
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
