"""Tables of text: rows with a position in two columns or in one."""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo.errors import FileError
from geo.intake import crs as intake_crs
from geo.intake import wkt
from geo.schema.coercion import to_number
from geo.schema.findings import ROW_REMARKS
from geo.schema.text import find, spell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.intake.job import Job

# What people call the columns, first choice first. Case, spaces and hyphens do not matter, nor
# does a shapefile's limit of ten letters.
EAST: Final = ("lon", "lengdegrad", "longitude", "lng", "øst", "ost", "east", "easting", "x")
NORTH: Final = ("lat", "breddegrad", "latitude", "nord", "north", "northing", "y")
SHAPE: Final = ("wkt", "geometry_wkt", "wkt_geom", "geometri", "geometry", "geom", "the_geom")
_DEGREES: Final = ("lon", "lengdegrad", "lng")  # names that leave no doubt about the system

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS: Final = ";,\t|"
_EWKT: Final = re.compile(r"\s*SRID=(\d{4,6});", re.IGNORECASE)
_WKT: Final = re.compile(r"\s*(SRID=\d+;)?\s*[A-Z]{3,20}[ ZM]*(\(| EMPTY)", re.IGNORECASE)
# GEOS goes into collections within collections until the process crashes, at some thousands.
_MAX_COLLECTIONS: Final = 100


def read_text(path: Path, job: Job) -> DataFrame:
    """
    Read a delimited text; every column is text.

    Raises
    ------
    FileError
        If it holds more than the limits allow. If it is no table.
    """
    text = _decode(path.read_bytes())
    head, _, rest = text.partition("\n")
    if head.lower().startswith("sep="):  # Excel's own way of naming the delimiter
        text, head = rest, rest.partition("\n")[0]
    if not head.strip():
        return pd.DataFrame()
    delimiter = max(_DELIMITERS, key=head.count)
    _require_size(head.count(delimiter) + 1, text.count("\n"), job)
    try:
        table = pd.read_csv(io.StringIO(text), sep=delimiter, dtype="str", skipinitialspace=True)
    except (ValueError, OverflowError) as error:  # pandas' own are kinds of ValueError
        raise FileError("error.file_unreadable", path=job.shown) from error
    if not isinstance(table.index, pd.RangeIndex):
        # Rows are longer than the headings, and no one knows which value belongs to which.
        raise FileError("error.file_unreadable", path=job.shown)
    return table


def _decode(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel saves as CSV in Norway; five of its 256 bytes stand for nothing.
        return content.decode("cp1252", errors="replace")


def _require_size(columns: int, rows: int, job: Job) -> None:
    limits = job.limits
    if columns > limits.columns:
        raise FileError("error.too_many_columns", path=job.shown, limit=limits.columns)
    if rows > limits.features + 1:
        raise FileError("error.too_many_features", path=job.shown, limit=limits.features)


def place(table: DataFrame, job: Job) -> GeoDataFrame:
    """
    Give a table's rows their positions, from WKT or from two columns of numbers.

    Returns
    -------
    GeoDataFrame
        In the system that the columns' names or the WKT leave no doubt of, else in none; a row
        without a readable position has no geometry.

    Raises
    ------
    FileError
        If there are no such columns.
    """
    shape = _shape_column(table)
    if shape is not None:
        return _from_wkt(table, shape, job)
    east, north = find(table.columns, EAST), find(table.columns, NORTH)
    if east is None or north is None:
        raise FileError("error.coordinate_columns", path=job.shown)
    x, y = to_number(table[east]), to_number(table[north])
    points = gpd.points_from_xy(x, y)
    points[(x.isna() | y.isna()).to_numpy()] = None
    degrees = spell(east).startswith(_DEGREES)
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326" if degrees else None)


def kinds_in(table: DataFrame) -> tuple[str, ...]:
    """Shapes that a table's rows seem to have; none where it says no position."""
    shape = _shape_column(table)
    if shape is not None:
        words = table[shape].dropna().str.extract(r"^\s*(?:SRID=\d+;)?\s*([A-Za-z]+)")[0]
        known = {kind.upper(): kind for kind in _KINDS}
        return tuple(known[word] for word in words.str.upper().unique() if word in known)
    return ("Point",) if has_position(table.columns) else ()


def has_position(columns: Iterable[object]) -> bool:
    """Whether the columns' names say that rows have a position."""
    columns = list(columns)
    return find(columns, EAST) is not None and find(columns, NORTH) is not None


_KINDS: Final = (
    *("Point", "LineString", "Polygon"),
    *("MultiPoint", "MultiLineString", "MultiPolygon"),
)


def _shape_column(table: DataFrame) -> str | None:
    for column in table.columns:
        if spell(column) in SHAPE and pd.api.types.is_string_dtype(table[column]):
            given = table[column].dropna()
            if given.map(lambda value: bool(_WKT.match(str(value)))).any():
                return str(column)
    return None


def _from_wkt(table: DataFrame, column: str, job: Job) -> GeoDataFrame:
    texts: Series = table[column].astype("str")
    if int(texts.str.count(",").sum()) + len(texts) > job.limits.vertices:
        raise FileError("error.too_many_vertices", path=job.shown, limit=job.limits.vertices)
    said = texts.str.extract(_EWKT, expand=False).dropna().unique()
    bare = texts.str.replace(_EWKT, "", regex=True)
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
