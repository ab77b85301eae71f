"""A file of projects from people, read into rows of our columns; nothing is judged here."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo import i18n
from geo.errors import FileError, ImportFileError
from geo.intake.job import Job, Limits
from geo.intake.kinds import ENDINGS
from geo.intake.opening import opened
from geo.intake.systems.projection import Hints, bring_home
from geo.intake.tables import placing, row_systems
from geo.ledger.headings import heading, is_place, recognise
from geo.ledger.positions import placed, used_for_system
from geo.ledger.sheets import read_sheet
from geo.schema.coercion import quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.errors import ImportRowError
    from geo.ledger.positions import Placed
    from geo.ledger.sheets import WorkbookSheet


MAX_ROWS: Final = 10_000  # far above any municipality's list of projects
MAX_BYTES: Final = 50_000_000
PROJECTS: Final = "projects"  # the layer of a file of ours

_MEGABYTE: Final = 1_000_000
_SQLITE_MAGIC: Final = b"SQLite format 3\x00"
_WHOLE: Final = 2**53  # beyond it a float leaves whole numbers out
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
        The feature's geometry in EPSG:25832, or why what the row says of it cannot be used.
    """

    number: int
    cells: Mapping[str, Any]
    shape: BaseGeometry | ImportRowError | None = None


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
    has_points
        Whether its rows' shapes are points from columns, with no room for an area.
    notes
        What a reader must be told.
    hints
        Of coordinates that stand in columns: what is known of their reference system.
    """

    columns: frozenset[str]
    rows: Sequence[Row]
    has_shapes: bool = False
    has_points: bool = False
    notes: list[Finding] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)

    @property
    def has_places(self) -> bool:
        """Whether it says where projects are, or that it is not known."""
        return self.has_shapes or self.has_points or any(map(is_place, self.columns))


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
    table = _frame(sheet)
    hints = replace(how.hints, columns=True, each=row_systems.of_rows(table))
    found = _columns(sheet.headings)
    job = Job(how.name, Path(), Limits.from_environment())
    places = placed(table, job, hints, found.values())
    used = used_for_system(table, hints)
    notes = _told(places, sheet.headings, found, used)
    if sheet.formulas:
        notes.append(note("import.formulas", count=sheet.formulas))
    shapes = [None] * len(sheet.rows) if places is None else places.shapes
    rows = [
        Row(number, {name: cells[column] for column, name in found.items()}, shape)
        for (number, cells), shape in zip(sheet.rows, shapes, strict=True)
    ]
    # A sheet may have rows in which nothing but unknown columns is filled in.
    kept = [
        place
        for place, row in enumerate(rows)
        if row.shape is not None or any(value is not None for value in row.cells.values())
    ]
    if not kept:
        raise ImportFileError("error.import_empty")
    if hints.each is not None:  # from here on by place in the list
        hints = replace(hints, each=hints.each.iloc[kept].reset_index(drop=True))
    return Table(
        frozenset(found.values()),
        [rows[place] for place in kept],
        has_shapes=places is not None and not places.points,
        has_points=places is not None and places.points,
        notes=notes,
        hints=hints,
    )


def _frame(sheet: WorkbookSheet) -> pd.DataFrame:
    """Make a sheet the table that sites are placed by; of headings alike, the first counts."""
    places: dict[str, int] = {}
    for place, one in enumerate(sheet.headings):
        if one is not None:
            places.setdefault(str(one), place)
    columns = {name: [cells[at] for _, cells in sheet.rows] for name, at in places.items()}
    # A cell may hold a whole number that no float does.
    kept = {
        name: [str(one) if isinstance(one, int) and abs(one) > _WHOLE else one for one in cells]
        for name, cells in columns.items()
    }
    return pd.DataFrame(kept, index=[number - 1 for number, _ in sheet.rows])


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
    used = used_for_system(frame, hints)
    shapes: Sequence[BaseGeometry | ImportRowError | None] = [None] * len(frame)
    has_shapes, places = isinstance(frame, gpd.GeoDataFrame), None
    if has_shapes:
        shapes, told = _shapes(frame, how.name, replace(hints, columns=False))
        notes += told
        frame = pd.DataFrame(frame.drop(columns=frame.active_geometry_name))
    found = _columns(list(frame.columns))
    if file.in_columns and not has_shapes:
        places = placed(frame, file.job, hints, found.values())
        shapes = shapes if places is None else places.shapes
    notes += _told(places, list(frame.columns), found, used)
    plain = frame.astype(object)
    plain = plain.where(plain.notna(), None)
    rows = [
        # Of a table as a person finds it there, its headings counted.
        Row(int(row) + 1, {name: record[column] for column, name in found.items()}, shape)
        for (row, *record), shape in zip(plain.itertuples(name=None), shapes, strict=True)
    ]
    if hints.each is not None:  # from here on by place in the list
        hints = replace(hints, each=hints.each.reset_index(drop=True))
    return Table(
        frozenset(found.values()), rows, has_shapes, places is not None, notes=notes, hints=hints
    )


def _shapes(
    frame: GeoDataFrame, shown: str, hints: Hints
) -> tuple[list[BaseGeometry | None], list[Finding]]:
    home, notes = bring_home(frame, quote(shown), hints)
    lost = next((one for one in notes if one.severity == "error"), None)
    if lost is not None:
        # A project without its row would look as if it had been taken out of the list.
        raise ImportFileError("error.import_system", row=lost.parts["row"])
    return list(home.geometry), notes


def _columns(given: Sequence[object]) -> dict[int, str]:
    found = recognise(given)
    if not {"project_id", "name"} & set(found.values()):
        raise ImportFileError(
            "error.import_columns", known=", ".join(_ways_to_say(("name", "project_id")))
        )
    return found


def _told(
    places: Placed | None,
    given: Sequence[object],
    found: Collection[int],
    used: Collection[str],
) -> list[Finding]:
    """Say what was assumed of positions, and which columns were not read."""
    notes = [] if places is None else list(places.notes)
    used = {*used, *(() if places is None else places.columns)}
    spelled = ["" if one is None else str(one) for one in given]
    # Of headings alike, the first is the one that was used.
    gone_by = {*found, *(spelled.index(one) for one in used if one in spelled)}
    others = [one for n, one in enumerate(given) if one is not None and n not in gone_by]
    ignored = [name for one in others if (name := quote(one))]
    if ignored:
        more = ", …" if len(ignored) > _SHOWN else ""
        notes.append(note("import.columns_ignored", columns=", ".join(ignored[:_SHOWN]) + more))
    return notes


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
