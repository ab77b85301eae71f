"""A layer as a frame: its columns as they came, its geometries made, its system named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from geo.errors import FileError
from geo.intake import worker
from geo.intake.contents import told
from geo.intake.shapes import wkb
from geo.intake.systems import crs as intake_crs
from geo.schema.coercion import MAX_EXACT, quote
from geo.schema.findings import ROW_REMARKS, RowRemark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.intake.contents import LayerSource
    from geo.intake.job import Job
    from geo.schema.findings import Finding


def read_entry(
    entry: LayerSource, job: Job
) -> tuple[Any, str | list[str | None] | None, list[Finding]]:
    """Read a layer: a DataFrame or a GeoDataFrame, the system that it names, what is to be told."""
    if entry.error is not None:
        raise entry.error
    if entry.table is not None:
        return entry.table, None, list(entry.told)
    out = job.new_path(".arrow")
    answer = worker.ask("read", entry.dataset, job, layer=entry.inner, out=str(out))
    try:
        with pa.OSFile(str(out), "rb") as file:
            table = pa.ipc.open_file(file).read_all()
        return _frame(table, answer), answer["declared"], told(answer, job)
    except (pa.ArrowException, ValueError, OverflowError, NotImplementedError) as error:
        raise FileError("error.file_unreadable", path=job.shown) from error


def _frame(table: Any, answer: dict[str, Any]) -> Any:  # noqa: ANN401  # pyarrow is untyped
    names = _unique(table.column_names)
    at = answer["geometry"]
    ids = answer.get("ids")
    columns = {
        name: _values(column)
        for number, (name, column) in enumerate(zip(names, table.columns, strict=True))
        if number != at
    }
    if ids is not None:
        columns["id"] = pd.Series(ids, dtype="str")
    elif answer.get("id_column") in columns and "id" not in columns:
        columns["id"] = columns[answer["id_column"]]
    frame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))
    if at is None:
        return frame
    binary = table.column(at).to_numpy()
    made, remarks = wkb.read(binary)
    crs = intake_crs.named(answer["crs"], answer["spelled"])
    placed = gpd.GeoDataFrame(frame, geometry=made, crs=crs)
    told = [
        RowRemark(
            one["row"],
            one["msgid"],
            "error",
            {name: quote(part) for name, part in one["parts"].items()},
        )
        for one in answer.get("remarks", [])
    ]
    placed.attrs[ROW_REMARKS] = [*remarks, *told]
    return placed


def _unique(given: Sequence[str]) -> list[str]:
    """Names of our columns: none twice, and none called as the geometry is."""
    taken = {"geometry"}
    names = []
    for name in given:
        free = name
        while free in taken:
            free += "_"
        taken.add(free)
        names.append(free)
    return names


def _values(column: Any) -> Any:  # noqa: ANN401  # a chunked array in, a Series out
    text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        if not text:
            raise
        # Written in another encoding than the file says.
        raw = column.cast(pa.binary()).to_pylist()
        return pd.Series(
            [None if one is None else one.decode("cp1252", errors="replace") for one in raw],
            dtype="str",
        )
    if pa.types.is_integer(column.type) and column.null_count and _is_beyond_floats(column):
        # Ids, some of them missing: numbers with decimals would give two of them the same digits.
        return pd.Series(column.to_pylist(), dtype="UInt64" if _is_unsigned(column) else "Int64")
    return column.to_pandas(ignore_metadata=True)


def _is_unsigned(column: Any) -> bool:  # noqa: ANN401  # pyarrow is untyped
    return bool(pa.types.is_unsigned_integer(column.type))


def _is_beyond_floats(column: Any) -> bool:  # noqa: ANN401  # pyarrow is untyped
    """Whether whole numbers are so large that a float does not hold each of them."""
    least, most = pc.min_max(column).as_py().values()
    return least is not None and max(-least, most) > MAX_EXACT
