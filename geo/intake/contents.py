"""The layers of a file, whatever its format, and what of it cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from geo.errors import FileError, TooDemandingError
from geo.intake import kinds, worker
from geo.intake.tables import delimited, placing, sheets
from geo.schema.coercion import quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from geo.intake.job import Dataset, Job

MAX_NAMED: Final = 10
_README: Final = re.compile(r"les(?:[ _-]?meg)?|read[ _-]?me|lisens|licen[cs]e", re.IGNORECASE)


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
class LayerSource:
    """A layer, and what it is read from."""

    layer: Layer
    dataset: Dataset
    inner: str | None  # GDAL's name of the layer
    table: DataFrame | None = None  # of a file that had to be read to know what it holds
    told: tuple[Finding, ...] = ()  # of that table
    error: FileError | None = None  # why it cannot be read


def note(job: Job, msgid: str, **parts: object) -> Finding:
    """Something to be told about the file as a whole."""
    return Finding(job.shown, None, msgid, "warning", parts)


def told(answer: dict[str, Any], job: Job) -> list[Finding]:
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


def entries_of(datasets: Sequence[Dataset], job: Job, notes: list[Finding]) -> list[LayerSource]:
    """
    List the layers in the parts of a file, each with a name of its own.

    What cannot be read is told in `notes`, which grows, as long as something else can be.

    Raises
    ------
    FileError
        Of the first part, where none can be read.
    """
    found: list[LayerSource] = []
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


def _inside(dataset: Dataset, job: Job, notes: list[Finding]) -> list[LayerSource]:
    if dataset.kind is kinds.TABLE:
        table, remarks = delimited.read_text(dataset.path, job)
        layer = Layer(dataset.title, placing.kinds_in(table), len(table))
        return [LayerSource(layer, dataset, None, table, tuple(remarks))]
    if dataset.kind in kinds.WORKBOOKS:
        return _sheets(dataset, job, notes)
    answer = worker.ask("list", dataset, job)
    ours = dataset.path.stem
    broken = answer["broken"][:MAX_NAMED]
    notes += [_broken(job, dataset.title if name == ours else name) for name in broken]
    for one in answer["notes"]:  # a format without layers calls its one as we call the file
        if one["parts"].get("part") == ours:
            one["parts"]["part"] = dataset.title
    notes += told(answer, job)
    return [
        LayerSource(Layer(one["name"] or "", _kinds(one), one["features"]), dataset, one["name"])
        for one in answer["layers"]
    ]


def _sheets(dataset: Dataset, job: Job, notes: list[Finding]) -> list[LayerSource]:
    found, remarks = sheets.read_sheets(dataset, job)
    notes += remarks
    entries = []
    for one in found:
        over = one.rows > job.limits.features  # to be told of, not to be passed over
        shapes = ("Unknown",) if over and one.error else placing.kinds_in(one.table)
        layer = Layer(one.name, shapes, len(one.table))
        entries.append(LayerSource(layer, dataset, one.name, one.table, one.told, one.error))
    return entries


def _kinds(one: dict[str, Any]) -> tuple[str, ...]:
    if one["kinds"]:
        return tuple(one["kinds"])
    return ("Point",) if placing.has_position(one["fields"]) else ()
