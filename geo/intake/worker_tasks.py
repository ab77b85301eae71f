"""What `worker_main` does with a file: list its layers, and read one within the limits."""

from __future__ import annotations

import gc
import json
import struct
import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pyogrio
from pyogrio import raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ROWS: Final = 1000  # at a time, so that a limit is met before all is in memory
_LOOKED_AT: Final = 1000  # features, where a layer does not say what shapes it holds
_HEADER: Final = 5  # bytes of WKB before what is the geometry's own
_ISO: Final = 1000
_NUMBERS: Final = (2, 3, 3, 4)  # a vertex has, in two dimensions, with Z, with M, with both
_PARQUET: Final = ".parquet"
_SOSI: Final = ".sos"
_EXTENSION: Final = b"ARROW:extension:name"
# Codes of arcs, of what is made of them, and of collections, which may hold them.
_MAY_CURVE: Final = frozenset(range(7, 18))
_LITTLE_STACK: Final = 256 * 1024  # bytes; macOS gives a thread twice that, the others more
_UNSAID: Final = frozenset({"Unknown", "GeometryCollection"})
_SHAPES: Final = (
    *("Unknown", "Point", "LineString", "Polygon"),
    *("MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"),
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
    if path.endswith(_SOSI):
        return _sosi(request)
    if path.endswith(_PARQUET):
        file = pq.ParquetFile(path)
        about = _about_geometry(file)
        shapes = about["geometry_types"] if about else []
        kinds = [shape.removesuffix(" Z") for shape in shapes] or (["Unknown"] if about else [])
        fields = file.schema_arrow.names[: request["columns"] + 1]
        layer = {"name": None, "kinds": kinds, "features": file.metadata.num_rows}
        return {"layers": [layer | {"fields": fields}], "broken": []}
    layers, broken = [], []
    for name, declared in pyogrio.list_layers(path):
        try:
            layers.append(_layer(path, str(name), declared, request))
        except (pyogrio.errors.DataSourceError, RuntimeError, ValueError):
            broken.append(str(name))
    if broken and not layers:
        msg = "no layer can be read"
        raise ValueError(msg)
    return {"layers": layers, "broken": broken}


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
    codes = {_code(wkb) % _ISO for wkb in shapes if wkb}
    return [_SHAPES[code] for code in sorted(codes) if 0 < code < len(_SHAPES)]


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
    _require_driver(info["driver"], request)
    if len(info["fields"]) > request["columns"]:
        raise OverLimitError(_Limit.COLUMNS)
    with raw.open_arrow(path, use_pyarrow=True, **options) as (about, reader):
        at = _geometry_at(reader.schema, about)
        codes = _write(reader, reader.schema, at, request)
    if at is not None and any(code % _ISO in _MAY_CURVE for code in codes):
        _straighten(request, at)
    return {"crs": about["crs"], "geometry": at, "driver": info["driver"]}


def _geometry_at(schema: Any, about: dict[str, Any]) -> int | None:  # noqa: ANN401
    """Place of the geometry among the columns; another column may bear its name."""
    if about["geometry_type"] is None:
        return None
    marked = [n for n, field in enumerate(schema) if _EXTENSION in (field.metadata or {})]
    return marked[-1] if marked else len(schema) - 1


def _straighten(request: dict[str, Any], at: int) -> None:
    """Put strokes in the place of arcs, which Arrow is given as they are and shapely has not."""
    _, _, shapes, _ = raw.read(request["path"], layer=request["layer"], columns=[])
    with pa.OSFile(request["out"], "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    straight = pa.array(shapes, pa.binary())
    table = table.set_column(at, pa.field(table.column_names[at], pa.binary()), straight)
    _write(table.to_batches(max_chunksize=_ROWS), table.schema, at, request)


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
    return {"crs": about["crs"] if about else None, "geometry": at, "driver": "Parquet"}


def _sosi(request: dict[str, Any]) -> dict[str, Any]:
    """List a SOSI file's object types, or read one."""
    from geo.intake.sosi import read  # noqa: PLC0415  # with shapely, which no other format needs
    from geo.intake.sosi.faults import TooManyError  # noqa: PLC0415

    given = (request["path"], request["shown"], request["vertices"])
    gc.disable()  # it would look through a million small objects again and again, all in use
    try:
        if request["task"] == "list":
            return {"layers": read.list_types(*given), "broken": []}
        table, answer = read.read_type(*given, request["layer"], request["columns"])
    except TooManyError as error:
        raise OverLimitError(_Limit(error.what)) from error
    finally:
        gc.enable()
    at = table.num_columns - 1
    _write(table.to_batches(max_chunksize=_ROWS), table.schema, at, request)
    return {**answer, "geometry": at, "driver": "SOSI"}


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
) -> set[int]:
    """Write rows for as long as they are within the limits; returns the geometries' codes."""
    features = vertices = 0
    codes: set[int] = set()
    with pa.OSFile(request["out"], "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in batches:
            features += batch.num_rows
            if features > request["features"]:
                raise OverLimitError(_Limit.FEATURES)
            if at is not None:
                vertices += _vertices(batch.column(at))
                if vertices > request["vertices"]:
                    raise OverLimitError(_Limit.VERTICES)
                heads = pc.unique(pc.binary_slice(batch.column(at), 0, _HEADER)).to_pylist()
                codes |= {_code(head) for head in heads if head and len(head) == _HEADER}
            writer.write_batch(batch)
    return codes


TASKS: Final[Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "list": _list,
    "read": _read,
}
