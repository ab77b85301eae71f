"""A file opened: which layers it has, and one of them read, whatever its format."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]

from geo.errors import FileError, TooDemandingError
from geo.intake import kinds, worker
from geo.intake.archives import bring_in
from geo.intake.job import Job, Limits
from geo.intake.shapes import wkb
from geo.intake.systems import crs as intake_crs
from geo.intake.tables import delimited, placing, row_systems, sheets
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.findings import ROW_REMARKS, Finding, RowRemark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandas import DataFrame, Series
    from shapely.geometry.base import BaseGeometry

    from geo.intake.job import Dataset

_FLAT: Final = schema.POLYGON
_SPOT: Final = schema.POINT | {"MultiPoint"}
_MAX_NAMED: Final = 10
_README: Final = re.compile(r"les(?:[ _-]?meg)?|read[ _-]?me|lisens|licen[cs]e", re.IGNORECASE)


class UnusableFileError(FileError):
    """Not one feature of a file can be used; the finding about the first of them says why."""

    def __init__(self, *, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.msgid)

    def say(self, language: str) -> str:
        """Say what is wrong with the first feature."""
        return self.finding.say(language)


@dataclass(frozen=True)
class Layer:
    """
    A layer that can be read.

    Attributes
    ----------
    name
        Unique in the file; what `open_sites` takes as `layer`.
    kinds
        Geometry types, as far as the layer or its first features say; ``Unknown`` where they do
        not.
    features
        Their number.
    """

    name: str
    kinds: tuple[str, ...]
    features: int


@dataclass(frozen=True)
class _Entry:
    layer: Layer
    dataset: Dataset
    inner: str | None  # GDAL's name of the layer
    table: DataFrame | None = None  # of a file that had to be read to know what it holds
    told: tuple[Finding, ...] = ()  # of that table
    error: FileError | None = None  # why it cannot be read


@dataclass
class Opened:
    """
    An open file.

    Attributes
    ----------
    notes
        What a reader must be told of it.
    in_degrees_by_default, in_columns, systems
        Of the layer that was read: whether it is in degrees only because it does not say
        otherwise, whether its positions stand in columns, and what each of its features says that
        it is in.
    """

    job: Job
    entries: list[_Entry]
    notes: list[Finding] = field(default_factory=list)
    in_degrees_by_default: bool = False
    in_columns: bool = False
    systems: Series | None = None

    @property
    def layers(self) -> list[Layer]:
        """All layers with positions."""
        return [entry.layer for entry in self.entries if entry.layer.kinds]

    def read(self, name: str | None = None, near: BaseGeometry | None = None) -> Any:  # noqa: ANN401  # a GeoDataFrame
        """
        Read a layer; without a name, the first with areas, else with points, else the first.

        Of a SOSI file's object types, the largest of these. Where places are expected (`near`,
        EPSG:25832) decides between systems in one column.

        Returns
        -------
        GeoDataFrame
            Whatever columns it has, in the system that it says, if it says one.

        Raises
        ------
        FileError
            If there is no layer of this name. If it is a table without positions.
        """
        table = self.table(name)
        if self.in_columns and len(table):
            return placing.place(table, self.job, near)
        return table

    def table(self, name: str | None = None) -> Any:  # noqa: ANN401  # or a GeoDataFrame
        """
        Read a layer as `read` does, and leave positions that stand in columns there.

        Returns
        -------
        DataFrame or GeoDataFrame
        """
        if not self.entries:
            raise self.nothing()
        entry = self._named(name) if name is not None else self._likeliest()
        table, named, told = _read(entry, self.job)
        self.notes += told
        self.in_columns = not isinstance(table, gpd.GeoDataFrame)
        self.in_degrees_by_default = self.in_columns or (
            entry.dataset.kind is kinds.JSON and named is None
        )
        if isinstance(named, list) and len(named) != len(table):
            raise FileError("error.several_systems", path=self.job.shown)
        if named is not None:
            self.systems = pd.Series(named, index=table.index, dtype="str")
        elif self.in_degrees_by_default or table.crs is None:
            self.systems = row_systems.of_rows(table)
        return table

    def nothing(self) -> FileError:
        """Return what to raise where there is nothing to read: what was left out of it, or that."""
        left_out = next((one for one in self.notes if one.severity == "error"), None)
        if left_out is not None:
            return UnusableFileError(finding=left_out)
        return FileError("error.file_empty", path=self.job.shown)

    def _named(self, name: str) -> _Entry:
        for entry in self.entries:
            if entry.layer.name == name:
                return entry
        known = ", ".join(quote(layer.name) for layer in self.layers[:_MAX_NAMED])
        raise FileError(
            "error.layer_not_in_file", path=self.job.shown, layer=quote(name), known=known
        )

    def _likeliest(self) -> _Entry:
        spatial = [entry for entry in self.entries if entry.layer.kinds]
        if not spatial:
            filled = [entry for entry in self.entries if entry.layer.features or entry.error]
            return (filled or self.entries)[0]
        filled = [entry for entry in spatial if entry.layer.features] or spatial
        for wanted in (_FLAT, _SPOT):
            suited = [entry for entry in filled if wanted & set(entry.layer.kinds)]
            if suited:
                break
        else:
            suited = filled
        chosen = suited[0]
        msgid = "finding.layer_chosen" if chosen is filled[0] else "finding.layer_preferred"
        if chosen.dataset.kind is kinds.SOSI:  # object types, in the order of their first object
            mates = [entry for entry in suited if entry.dataset is chosen.dataset]
            chosen = max(mates, key=lambda entry: entry.layer.features)
            msgid = "finding.layer_largest"
            own = [entry for entry in filled if entry.dataset is chosen.dataset]
            if len(own) < len(filled):
                read = quote(chosen.dataset.title)
                self.notes.append(note(self.job, "finding.files_left", part=read))
            filled = own
        if len(filled) > 1:
            self.notes.append(note(self.job, msgid, chosen=quote(chosen.layer.name)))
        return chosen


def note(job: Job, msgid: str, **parts: object) -> Finding:
    """Something to be told about the file as a whole."""
    return Finding(job.shown, None, msgid, "warning", parts)


@contextmanager
def opened(source: Path | str | bytes, name: str | None, limits: Limits) -> Iterator[Opened]:
    """
    Open a file for as long as the block lasts; nothing of it is left on this disk afterwards.

    Raises
    ------
    FileError
        If it is not there, too much, unsafe, broken or of no kind that is read.
    """
    path = source if isinstance(source, bytes) else Path(source)
    shown = name or (path.name if isinstance(path, Path) else "")
    with tempfile.TemporaryDirectory(prefix="intake-", ignore_cleanup_errors=True) as folder:
        job = Job(shown, Path(folder), limits)
        datasets = bring_in(path, job)
        notes: list[Finding] = []
        yield Opened(job, _list(datasets, job, notes), notes)


def layers_of(
    source: Path | str | bytes, name: str | None = None, limits: Limits | None = None
) -> list[Layer]:
    """
    List the layers of a file that have positions.

    Raises
    ------
    FileError
        As in `geo.intake.sites.open_sites`.
    """
    with opened(source, name, limits or Limits.from_environment()) as file:
        return file.layers


def _list(datasets: Sequence[Dataset], job: Job, notes: list[Finding]) -> list[_Entry]:
    found: list[_Entry] = []
    failed: list[FileError] = []
    taken: set[str] = set()
    for dataset in datasets:
        if dataset.unsaved:
            notes.append(note(job, "finding.changes_apart", part=quote(dataset.title)))
        try:
            inside = _inside(dataset, job, notes)
        except TooDemandingError:
            raise
        except FileError as error:
            failed.append(error)
            notes += _left_out(dataset, job)
            continue
        for entry in inside:
            own = entry.inner if entry.inner not in {None, dataset.path.stem} else None
            title = dataset.title
            if own is not None:
                title = own if len(datasets) == 1 else f"{dataset.title}: {own}"
            unique = title
            count = 1
            while unique in taken:
                count += 1
                unique = f"{title} ({count})"
            taken.add(unique)
            layer = Layer(unique, entry.layer.kinds, entry.layer.features)
            found.append(replace(entry, layer=layer))
    if failed and not found:
        raise failed[0]
    return found


def _left_out(dataset: Dataset, job: Job) -> list[Finding]:
    """Tell of a part that cannot be read; nobody misses a text about the others."""
    if dataset.kind is not kinds.TABLE:
        return [_broken(job, dataset.title)]
    if _README.fullmatch(dataset.title):
        return []
    return [note(job, "finding.part_no_table", part=quote(dataset.title))]


def _broken(job: Job, part: str) -> Finding:
    return note(job, "finding.part_unreadable", part=quote(part))


def _inside(dataset: Dataset, job: Job, notes: list[Finding]) -> list[_Entry]:
    if dataset.kind is kinds.TABLE:
        table, told = delimited.read_text(dataset.path, job)
        layer = Layer(dataset.title, placing.kinds_in(table), len(table))
        return [_Entry(layer, dataset, None, table, tuple(told))]
    if dataset.kind in kinds.WORKBOOKS:
        return _sheets(dataset, job, notes)
    answer = worker.ask("list", dataset, job)
    ours = dataset.path.stem
    broken = answer["broken"][:_MAX_NAMED]
    notes += [_broken(job, dataset.title if name == ours else name) for name in broken]
    for one in answer["notes"]:  # a format without layers calls its one as we call the file
        if one["parts"].get("part") == ours:
            one["parts"]["part"] = dataset.title
    notes += _told(answer, job)
    return [
        _Entry(Layer(one["name"] or "", _kinds(one), one["features"]), dataset, one["name"])
        for one in answer["layers"]
    ]


def _sheets(dataset: Dataset, job: Job, notes: list[Finding]) -> list[_Entry]:
    found, told = sheets.read_sheets(dataset, job)
    notes += told
    entries = []
    for one in found:
        over = one.rows > job.limits.features  # to be told of, not to be passed over
        shapes = ("Unknown",) if over and one.error else placing.kinds_in(one.table)
        layer = Layer(one.name, shapes, len(one.table))
        entries.append(_Entry(layer, dataset, one.name, one.table, one.told, one.error))
    return entries


def _kinds(one: dict[str, Any]) -> tuple[str, ...]:
    if one["kinds"]:
        return tuple(one["kinds"])
    return ("Point",) if placing.has_position(one["fields"]) else ()


def _read(entry: _Entry, job: Job) -> tuple[Any, str | list[str | None] | None, list[Finding]]:
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
        return _frame(table, answer), answer["declared"], _told(answer, job)
    except (pa.ArrowException, ValueError, OverflowError, NotImplementedError) as error:
        raise FileError("error.file_unreadable", path=job.shown) from error


def _told(answer: dict[str, Any], job: Job) -> list[Finding]:
    """Findings that a reader process tells: each msgid, feature, severity and parts."""
    return [
        Finding(
            job.shown,
            None if one.get("feature") is None else quote(one["feature"]),
            one["msgid"],
            one.get("severity", "warning"),
            {
                name: quote(part) if isinstance(part, str) else part
                for name, part in one.get("parts", {}).items()
            },
        )
        for one in answer.get("notes", [])
    ]


def _frame(table: Any, answer: dict[str, Any]) -> Any:  # noqa: ANN401
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
    return column.to_pandas(ignore_metadata=True)
