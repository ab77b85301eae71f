"""Tables: rows with a position in two columns or in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import FileError
from geo.intake.shapes import wkt
from geo.intake.systems import crs as intake_crs
from geo.intake.systems.projection import OWN_SYSTEMS
from geo.intake.tables.headings import EWKT, LOOKED_AT, axes, shape_column, spot_column
from geo.intake.tables.positions import BLANK, VALUELESS, from_cells, from_columns
from geo.intake.tables.row_systems import by_column
from geo.intake.tables.sheets import VALUELESS_ROWS
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.findings import ROW_REMARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.intake.job import Job
    from geo.intake.tables.positions import Places

_MOST_NAMED: Final = 20  # headings
# GEOS goes into collections within collections until the process crashes, at some thousands.
_MAX_COLLECTIONS: Final = 100


def place(table: DataFrame, job: Job, *, placeless: bool = False) -> GeoDataFrame:
    """
    Give a table's rows their positions: from WKT, from two columns, or from one with both numbers.

    Parameters
    ----------
    placeless
        Whether a table without columns for a position is taken as rows without a place.

    Returns
    -------
    GeoDataFrame
        In the system that the columns' names or the WKT leave no doubt of, else in none. A row
        without a readable position has no geometry; ``attrs["unplaced"]`` says why,
        ``attrs[OWN_SYSTEMS]`` which systems rows are in where their cells say several, and
        ``attrs["axes"]`` which two columns positions were read from, if it was two.

    Raises
    ------
    FileError
        If there are no such columns.
    """
    shape = wkt_column(table)
    if shape is not None:
        return _from_wkt(table, shape, job)
    found = axes(table.columns)
    places = _in_one_column(table) if found is None else from_columns(table, found)
    if places is None and placeless:
        return gpd.GeoDataFrame(table, geometry=[None] * len(table), crs=schema.CRS)
    if places is None:
        headings = ", ".join(quote(name) for name in table.columns[:_MOST_NAMED])
        more = ", …" if len(table.columns) > _MOST_NAMED else ""
        raise FileError("error.coordinate_columns", path=job.shown, headings=headings + more)
    points = gpd.points_from_xy(places.x, places.y)
    points[np.isnan(places.x)] = None
    frame = gpd.GeoDataFrame(table, geometry=points, crs=places.crs)
    frame.attrs |= {
        "unplaced": _explained(places.unplaced, table),
        "axes": () if found is None else (found.east, found.north),
        OWN_SYSTEMS: places.own,
    }
    frame.attrs.pop(VALUELESS_ROWS, None)  # pandas copies it with every step
    return frame


def _explained(
    unplaced: Mapping[int, tuple[str, Mapping[str, object]]], table: DataFrame
) -> dict[int, tuple[str, Mapping[str, object]]]:
    """Say of a row that seems blank that it has a cell whose value the workbook does not hold."""
    rows: Mapping[int, str] = table.attrs.get(VALUELESS_ROWS, {})
    return {
        row: (VALUELESS, {**parts, "cell": quote(rows[row + 1])})
        if said == BLANK and row + 1 in rows
        else (said, parts)
        for row, (said, parts) in unplaced.items()
    }


def _in_one_column(table: DataFrame) -> Places | None:
    spot = _spot_column(table)
    if spot is None:
        return None
    return from_cells(table[spot[0]], spot[1], told=by_column(table) is not None)


def _spot_column(table: DataFrame) -> tuple[str, str | None] | None:
    return spot_column(
        [str(name) for name in table.columns],
        [table[name].dropna().head(LOOKED_AT).tolist() for name in table.columns],
    )


def kinds_in(table: DataFrame) -> tuple[str, ...]:
    """Shapes that a table's rows seem to have; none where it says no position."""
    shape = wkt_column(table)
    if shape is not None:
        words = table[shape].dropna().str.extract(r"^\s*(?:SRID=\d+;)?\s*([A-Za-z]+)")[0]
        known = {kind.upper(): kind for kind in _KINDS}
        return tuple(known[word] for word in words.str.upper().unique() if word in known)
    return ("Point",) if has_position(table.columns) or _spot_column(table) else ()


def has_position(columns: Iterable[object]) -> bool:
    """Whether the columns' names say that rows have a position."""
    return axes(columns) is not None


_KINDS: Final = (
    *("Point", "LineString", "Polygon"),
    *("MultiPoint", "MultiLineString", "MultiPolygon"),
)


def wkt_column(table: DataFrame) -> str | None:
    """Return the column of a table that holds WKT, None where there is none."""
    return shape_column(
        [str(name) for name in table.columns],
        [table[name].dropna().tolist() for name in table.columns],
    )


def _from_wkt(table: DataFrame, column: str, job: Job) -> GeoDataFrame:
    texts: Series = table[column].astype("str")
    if int(texts.str.count(",").sum()) + len(texts) > job.limits.vertices:
        raise FileError("error.too_many_vertices", path=job.shown, limit=job.limits.vertices)
    said = texts.str.extract(EWKT, expand=False).replace("0", None).dropna().unique()
    bare = texts.str.replace(EWKT, "", regex=True)
    deep = bare.str.upper().str.count("COLLECTION") > _MAX_COLLECTIONS
    plain: Any = bare.where(bare.notna() & ~deep, None).astype(object).to_numpy(copy=True)
    plain[pd.isna(plain)] = None
    try:
        shapes, remarks = wkt.read(plain, list(table.index), job.limits.vertices)
    except wkt.ManyVerticesError as error:
        limit = job.limits.vertices
        raise FileError("error.too_many_vertices", path=job.shown, limit=limit) from error
    crs = f"EPSG:{said[0]}" if len(said) == 1 else None
    rest = table.drop(columns=column)
    # What was called so in the file must not be taken for the geometry.
    rest = rest.rename(columns={"geometry": "geometry_"})
    frame = gpd.GeoDataFrame(rest, geometry=shapes).set_crs(intake_crs.named(crs))
    frame.attrs[ROW_REMARKS] = remarks
    return frame
