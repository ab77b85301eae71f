"""A file opened: which layers it has, and one of them read, whatever its format."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo.errors import FileError
from geo.intake import kinds
from geo.intake.archives import bring_in
from geo.intake.contents import MAX_NAMED, entries_of, note
from geo.intake.frames import read_entry
from geo.intake.job import Job, Limits
from geo.intake.tables import placing, row_systems
from geo.schema import layers as schema
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import Series

    from geo.intake.contents import Layer, LayerSource
    from geo.schema.findings import Finding

_FLAT: Final = schema.POLYGON
_SPOT: Final = schema.POINT | {"MultiPoint"}


class UnusableFileError(FileError):
    """Not one feature of a file can be used; the finding about the first of them says why."""

    def __init__(self, *, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.msgid)

    def say(self, language: str) -> str:
        """Say what is wrong with the first feature."""
        return self.finding.say(language)


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
    entries: list[LayerSource]
    notes: list[Finding] = field(default_factory=list)
    in_degrees_by_default: bool = False
    in_columns: bool = False
    systems: Series | None = None

    @property
    def layers(self) -> list[Layer]:
        """All layers with positions."""
        return [entry.layer for entry in self.entries if entry.layer.kinds]

    def read(self, name: str | None = None, *, placeless: bool = False) -> Any:  # noqa: ANN401  # a GeoDataFrame
        """
        Read a layer; without a name, the first with areas, else with points, else the first.

        Of a SOSI file's object types, the largest of these.

        Returns
        -------
        GeoDataFrame
            Whatever columns it has, in the system that it says, if it says one.

        Raises
        ------
        FileError
            If there is no layer of this name. If it is a table without positions, unless features
            may be `placeless`.
        """
        table = self.table(name)
        if self.in_columns and len(table):
            return placing.place(table, self.job, placeless=placeless)
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
        table, named, notes = read_entry(entry, self.job)
        self.notes += notes
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

    def _named(self, name: str) -> LayerSource:
        for entry in self.entries:
            if entry.layer.name == name:
                return entry
        known = ", ".join(quote(layer.name) for layer in self.layers[:MAX_NAMED])
        raise FileError(
            "error.layer_not_in_file", path=self.job.shown, layer=quote(name), known=known
        )

    def _likeliest(self) -> LayerSource:
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
        yield Opened(job, entries_of(datasets, job, notes), notes)


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
