"""What was read, written for the process that asked: without curves, and within its limits."""

from __future__ import annotations

import struct
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from geo.intake.shapes import curves

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS: Final = 1000  # at a time, so that a limit is met before all is in memory
_HEADER: Final = 5  # bytes of WKB before what is the geometry's own
_ISO: Final = 1000
_NUMBERS: Final = (2, 3, 3, 4)  # a vertex has, in two dimensions, with Z, with M, with both
# Codes of arcs, of what is made of them, and of collections, which may hold them.
_MAY_CURVE: Final = frozenset(range(7, 13))


class Limit(StrEnum):
    """What a file can have too many of."""

    FEATURES = "features"
    VERTICES = "vertices"
    COLUMNS = "columns"


class OverLimitError(Exception):
    """More than the request allows of `what`."""

    def __init__(self, what: Limit) -> None:
        self.what = what
        super().__init__()


def write(
    batches: Iterable[Any],
    schema: Any,  # noqa: ANN401  # pyarrow is untyped
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
                raise OverLimitError(Limit.FEATURES)
            if at is not None:
                vertices += _vertices(batch.column(at))
                if vertices > request["vertices"]:
                    raise OverLimitError(Limit.VERTICES)
            writer.write_batch(batch)
    return features


def _vertices(column: Any) -> int:  # noqa: ANN401  # pyarrow is untyped
    """About how many vertices there are in a column of WKB, told from its size alone."""
    size = pc.sum(pc.binary_length(column)).as_py() or 0
    first = next(
        (wkb.as_py() for wkb in column if wkb.is_valid and len(wkb.as_py()) > _HEADER), b""
    )
    numbers = _NUMBERS[min(_code(first) // _ISO, len(_NUMBERS) - 1)] if first else 2
    return int(size // (8 * numbers))


def _code(wkb: bytes) -> int:
    """ISO 19125 code of a geometry in WKB: its shape, and in thousands which of Z and M it has."""
    code: int = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)[0]
    return code


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
