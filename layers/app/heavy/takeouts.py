"""Work on files to take away, which a process makes of the pack that it has read by itself."""

from __future__ import annotations

import hashlib
import pickle
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.catalogue import entries as catalogue
from geo.catalogue import selection
from geo.catalogue.qgis import together_as_file
from geo.catalogue.results import product
from geo.formats import write
from geo.formats.write import File
from geo.land.pieces import telling
from geo.ledger import export
from geo.screening import present
from layers.app.heavy.job import Work, only
from layers.app.heavy.tasks import BATCH, DeskAt, desk_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geopandas import GeoDataFrame

    from geo.catalogue.selection import Area
    from geo.formats.content import Content
    from geo.formats.provenance import Provenance
    from geo.ledger.entries import Entry
    from geo.ledger.workbook import Origin
    from geo.screening.model import Screening
    from geo.workspace import Workspace
    from layers.app.heavy.child import Progress

_FINE: Final = 1000  # steps of a bar
_WORDS: Final = 0.9  # A: of the time that screenings take, until all of them are put in words
_READY: Final = 0.4  # A: of the time that all layers take, until all of them are there


@dataclass(frozen=True)
class Wanted:
    """
    What is to be in a file, and how.

    Attributes
    ----------
    area
        None for everything.
    width_m
        Of the corridor.
    crs
        Reference system, as `geo.formats.write.export_content` takes it.
    """

    name: str
    language: str
    crs: str
    width_m: float
    area: Area | None = None


def layer(
    desk: DeskAt | Workspace, entry: str, wanted: Wanted, key: tuple[object, ...]
) -> Work[File]:
    """Return the work of writing one layer of the catalogue; `key` names all that it rests on."""
    return Work(("layer", key), write_layer, (desk, entry, wanted), only)


def everything(desk: DeskAt | Workspace, wanted: Wanted, key: tuple[object, ...]) -> Work[File]:
    """Return the work of writing all of the catalogue as one GeoPackage."""
    return Work(("everything", key), write_everything, (desk, wanted), only)


def screened(
    screenings: Sequence[Screening],
    name: str,
    provenance: Provenance,
    crs: object,
    language: str,
) -> Work[File]:
    """Return the work of writing screenings as a GeoJSON file."""
    pickled, digest = [], hashlib.sha256()
    for start in range(0, len(screenings), BATCH):
        pickled.append(pickle.dumps(tuple(screenings[start : start + BATCH]), protocol=5))
        digest.update(pickled[-1])
        time.sleep(0)  # other sessions get a word in
    args = (tuple(pickled), len(screenings), name, provenance, crs, language)
    return Work(("screened", digest.hexdigest(), name, language), write_screened, args, only)


def frame(rows: GeoDataFrame, name: str, provenance: Provenance) -> Work[File]:
    """Return the work of writing rows that the page has to a file of this name."""
    return Work(("frame", id(rows), name), write_frame, (rows, name, provenance), only)


def listed(
    state: GeoDataFrame, entries: Sequence[Entry], origin: Origin, name: str, language: str
) -> Work[File]:
    """Return the work of writing the list of projects as a workbook."""
    args = (state, tuple(entries), origin, name, language)
    return Work(("listed", origin, name, language), write_listed, args, only)


def write_listed(
    _progress: Progress,
    state: GeoDataFrame,
    entries: Sequence[Entry],
    origin: Origin,
    name: str,
    language: str,
) -> Iterator[File]:
    """Write the list of projects; the task of `listed`."""
    data = export.xlsx_bytes(state, entries, origin, language=language)
    yield File(name, data, write.FORMATS[Path(name).suffix].mime)


def write_layer(
    progress: Progress, at: DeskAt | Workspace, entry: str, wanted: Wanted
) -> Iterator[File]:
    """Write one layer; the task of `layer`."""
    with telling(part(progress, 0.0, _READY)):
        content = _content(desk_of(at), entry, wanted)
    told = _share(part(progress, _READY, 1.0))
    yield write.as_file(content, wanted.name, crs=wanted.crs, progress=told)


def write_everything(progress: Progress, at: DeskAt | Workspace, wanted: Wanted) -> Iterator[File]:
    """Write all layers; the task of `everything`."""
    desk = desk_of(at)
    with telling(part(progress, 0.0, _READY)):
        there = [one for one in catalogue.entries() if one.missing(desk) is None]
        items = [(one, _content(desk, one.name, wanted)) for one in there]
    told = _share(part(progress, _READY, 1.0))
    yield together_as_file(items, wanted.name, crs=wanted.crs, progress=told)


def write_screened(  # what is in the file, and what it says of itself
    progress: Progress,
    pickled: Sequence[bytes],
    count: int,
    name: str,
    provenance: Provenance,
    crs: object,
    language: str,
) -> Iterator[File]:
    """Write screenings; the task of `screened`."""
    tell = part(progress, 0.0, _WORDS)

    def each() -> Iterator[Screening]:
        for number, batch in enumerate(pickled):
            tell(min(count, number * BATCH), count)
            yield from pickle.loads(batch)  # noqa: S301  # our own server's

    found = present.table(each(), crs, language)
    told = part(progress, _WORDS, 1.0)
    yield _file(found, name, provenance, language, told)


def write_frame(
    progress: Progress, rows: GeoDataFrame, name: str, provenance: Provenance
) -> Iterator[File]:
    """Write rows; the task of `frame`."""
    yield _file(rows, name, provenance, i18n.DEFAULT_LANGUAGE, progress)


def _file(
    rows: GeoDataFrame, name: str, provenance: Provenance, language: str, progress: Progress
) -> File:
    ending = Path(name).suffix
    data = write.as_bytes(
        rows, ending, provenance=provenance, language=language, progress=_share(progress)
    )
    return File(name, data, write.FORMATS[ending].mime)


def _content(desk: Workspace, entry: str, wanted: Wanted) -> Content:
    of = product(desk, entry, width_m=wanted.width_m)
    return selection.content(of, desk.pack, wanted.language, area=wanted.area)


def part(progress: Progress, begin: float, end: float) -> Progress:
    """Return what tells of a part of the work as such."""

    def tell(done: int, total: int) -> None:
        share = begin + (end - begin) * done / max(1, total)
        progress(round(_FINE * share), _FINE)

    return tell


def _share(progress: Progress) -> Callable[[float], None]:
    return lambda share: progress(round(_FINE * share), _FINE)
