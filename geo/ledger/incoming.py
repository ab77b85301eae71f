"""A file of projects from people, read into rows of our columns; nothing is judged here."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo import i18n
from geo.errors import FileError, ImportFileError
from geo.intake.job import Limits
from geo.intake.kinds import ENDINGS
from geo.intake.opening import opened
from geo.intake.systems.projection import Hints, bring_home
from geo.intake.tables import placing
from geo.ledger.fields import FIELDS, FIRST_YEAR, LAST_YEAR, NUMBER, YEAR
from geo.ledger.headings import EASTING, NORTHING, REVISION, heading, recognise
from geo.ledger.sheets import read_sheet
from geo.ledger.workbook import codes
from geo.schema.coercion import quote, to_number
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry


MAX_ROWS: Final = 10_000  # far above any municipality's list of projects
MAX_BYTES: Final = 50_000_000
PROJECTS: Final = "projects"  # the layer of a file of ours

_MEGABYTE: Final = 1_000_000
_SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_SHOWN: Final = 10  # ignored columns that are named


@dataclass(frozen=True)
class Row:
    """
    One project in a file.

    Attributes
    ----------
    number
        Of the row in the sheet, or the feature's fid.
    cells
        Values by our column, as they came; None where the cell is empty.
    shape
        The feature's geometry in EPSG:25832.
    """

    number: int
    cells: Mapping[str, Any]
    shape: BaseGeometry | None = None


@dataclass(frozen=True)
class Table:
    """
    What a file holds.

    Attributes
    ----------
    columns
        Those of `headings.COLUMNS` that it has.
    rows
        As they stand in it.
    has_shapes
        Whether it has geometries of its own.
    notes
        What a reader must be told.
    hints
        Of coordinates that stand in columns: what is known of their reference system.
    """

    columns: frozenset[str]
    rows: Sequence[Row]
    has_shapes: bool = False
    notes: list[Finding] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True)
class Manner:
    """
    How a file is to be read.

    Attributes
    ----------
    name
        What people call it; its ending tells tables of text from other texts.
    layer
        By default the one called as ours, else as sites are read.
    hints
        Where projects are expected, and what a person says of the reference system.
    """

    name: str
    layer: str | None = None
    hints: Hints = field(default_factory=Hints)


def read_table(
    source: Path | str | bytes,
    ending: str,
    *,
    layer: str | None = None,
    hints: Hints | None = None,
) -> Table:
    """
    Read a file.

    Raises
    ------
    FileError, ImportFileError, CrsError, ParameterError
        As in `exchange.read_changes`.
    """
    ending = ending.lower()
    read = _READERS.get(ending)
    if read is None:
        known = ", ".join(_READERS)
        raise ImportFileError("error.import_format", ending=quote(ending), known=known)
    name = f"prosjekter{ending}" if isinstance(source, bytes) else Path(source).name
    return read(_content(source), Manner(name, layer, hints or Hints()))


def note(msgid: str, **parts: object) -> Finding:
    """Something to be told about the file as a whole."""
    return Finding(PROJECTS, None, msgid, "warning", parts)


def _content(source: Path | str | bytes) -> bytes:
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = Path(source).stat().st_size
        except OSError as error:
            raise FileError("error.file_missing", path=quote(source)) from error
    if size > MAX_BYTES:
        limit = MAX_BYTES // _MEGABYTE
        raise ImportFileError("error.import_too_large", size=-(-size // _MEGABYTE), limit=limit)
    return source if isinstance(source, bytes) else Path(source).read_bytes()


def _read_workbook(content: bytes, how: Manner) -> Table:
    sheet = read_sheet(content, MAX_ROWS)
    if not sheet.headings:
        raise ImportFileError("error.import_empty")
    found, notes = _columns(sheet.headings)
    if sheet.formulas:
        notes.append(note("import.formulas", count=sheet.formulas))
    rows = [
        Row(number, {name: cells[column] for column, name in found.items()})
        for number, cells in sheet.rows
    ]
    # A sheet may have rows in which nothing but unknown columns is filled in.
    rows = [row for row in rows if any(value is not None for value in row.cells.values())]
    if not rows:
        raise ImportFileError("error.import_empty")
    hints = replace(how.hints, columns=True)
    return Table(frozenset(found.values()), rows, notes=notes, hints=hints)


def _read_geopackage(content: bytes, how: Manner) -> Table:
    # A file is read as what it looks like, and this one looks like something else.
    if not content.startswith(_SQLITE_MAGIC):
        raise ImportFileError("error.import_geopackage")
    try:
        return _read_file(content, how)
    except FileError as error:
        if error.code != "error.file_unreadable":
            raise
        raise ImportFileError("error.import_geopackage") from error


def _read_file(content: bytes, how: Manner) -> Table:
    """Read a file of any other kind as sites are read; positions in columns are left in them."""
    limits = replace(Limits.from_environment(), features=MAX_ROWS)
    try:
        with opened(content, how.name, limits) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on a file are no news to a planner
            ours = any(entry.layer.name == PROJECTS for entry in file.entries)
            frame = file.table(PROJECTS if ours and how.layer is None else how.layer)
            if file.in_columns and placing.wkt_column(frame) is not None:
                frame = placing.place(frame, file.job)
            hints = replace(
                how.hints, by_default=file.in_degrees_by_default, each=file.systems, columns=True
            )
    except FileError as error:
        if error.code == "error.too_many_features":
            raise ImportFileError("error.import_rows", limit=MAX_ROWS) from error
        if error.code == "error.file_empty":
            raise ImportFileError("error.import_empty") from error
        raise
    if frame.empty:
        raise ImportFileError("error.import_empty")
    notes = list(file.notes)
    shapes: Sequence[BaseGeometry | None] | None = None
    if isinstance(frame, gpd.GeoDataFrame):
        shapes, told = _shapes(frame, how.name, replace(hints, columns=False))
        notes += told
        frame = pd.DataFrame(frame.drop(columns=frame.active_geometry_name))
    found, ignored = _columns(list(frame.columns))
    plain = frame.astype(object)
    plain = plain.where(plain.notna(), None)
    rows = [
        Row(
            int(row) + 1,  # of a table as a person finds it there, its headings counted
            {name: record[column] for column, name in found.items()},
            shapes[number] if shapes is not None else None,
        )
        for number, (row, *record) in enumerate(plain.itertuples(name=None))
    ]
    columns = frozenset(found.values())
    if hints.each is not None:  # from here on by place in the list
        hints = replace(hints, each=hints.each.reset_index(drop=True))
    return Table(columns, rows, shapes is not None, [*notes, *ignored], hints)


def _shapes(
    frame: GeoDataFrame, shown: str, hints: Hints
) -> tuple[list[BaseGeometry | None], list[Finding]]:
    home, notes = bring_home(frame, quote(shown), hints)
    lost = next((one for one in notes if one.severity == "error"), None)
    if lost is not None:
        # A project without its row would look as if it had been taken out of the list.
        raise ImportFileError("error.import_system", row=lost.parts["row"])
    return list(home.geometry), notes


def _columns(given: Sequence[object]) -> tuple[dict[int, str], list[Finding]]:
    found = recognise(given)
    if not {"project_id", "name"} & set(found.values()):
        raise ImportFileError(
            "error.import_columns", known=", ".join(_ways_to_say(("name", "project_id")))
        )
    notes = []
    named = [(n, quote(one)) for n, one in enumerate(given) if one is not None]
    ignored = [one for n, one in named if n not in found and one]
    if ignored:
        more = ", …" if len(ignored) > _SHOWN else ""
        notes.append(note("import.columns_ignored", columns=", ".join(ignored[:_SHOWN]) + more))
    return found, notes


def _ways_to_say(columns: Iterable[str]) -> list[str]:
    said = (
        one
        for column in columns
        for one in (*(heading(column, language) for language in i18n.LANGUAGES), column)
    )
    return list(dict.fromkeys(said))


_READERS: Final[Mapping[str, Callable[[bytes, Manner], Table]]] = {
    **dict.fromkeys((*ENDINGS, ".zip", ".kmz"), _read_file),
    ".gpkg": _read_geopackage,
    ".xlsx": _read_workbook,
}


_NUMBERS: Final = (
    *(name for name, kind in FIELDS.items() if kind in {NUMBER, YEAR}),
    REVISION,
    EASTING,
    NORTHING,
)
_DAY_ZERO: Final = date(1899, 12, 30)  # of Excel's calendar


def coerced(table: Table) -> list[dict[str, Any]]:
    """
    Cells as the fields want them, where it is plain what is meant.

    What is not stays as it came, so that the field's own check refuses it by name.
    """
    columns = {name: [row.cells[name] for row in table.rows] for name in table.columns}
    for name, values in columns.items():
        kind = FIELDS.get(name)
        if name in _NUMBERS:
            columns[name] = _numbers([_year(one) for one in values] if kind == YEAR else values)
        elif kind is not None:
            columns[name] = [_text(name, one) for one in values]
    if not columns:
        return [{} for _ in table.rows]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _numbers(values: list[Any]) -> list[Any]:
    written = [number for number, one in enumerate(values) if isinstance(one, str)]
    texts = pd.Series([values[number] for number in written], dtype="str")
    found = list(values)
    for number, text, read in zip(written, texts, to_number(texts), strict=True):
        blank = not text.strip()
        found[number] = None if blank else text if math.isnan(read) else float(read)
    return found


def _year(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, date):
        return value
    # 2027 typed into a cell that is formatted as a date is the 2 027th day of Excel's calendar.
    day = (date(value.year, value.month, value.day) - _DAY_ZERO).days
    return day if FIRST_YEAR <= day <= LAST_YEAR else value.year


def _text(name: str, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return (
        codes(name).get(value.strip().casefold(), value) if isinstance(value, str) else str(value)
    )
