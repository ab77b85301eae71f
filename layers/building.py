"""
A data pack built from the services: what could be had is checked and written, the rest is listed.

Nothing is made up where a service is down, and nothing half is shown: a service that did not give
all that it has gives nothing, and the pack's folder appears when it is complete.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from geo import schema
from geo.coercion import quote
from geo.errors import FileUnwritableError, NaeringsarealError, UnknownLayerError
from geo.pack import FILE, MANIFEST, read_pack
from geo.packfile import Imprint, write_pack
from geo.validation import check_layer
from layers.sources import fetching
from layers.sources.errors import (
    CoverageUnfoundedError,
    MunicipalityNumberError,
    MunicipalityRenumberedError,
    NothingBuiltError,
    PackBrokenError,
    PackDirectoryError,
    ServiceUnusableError,
)
from layers.sources.fetching import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame

    from geo.findings import Finding
    from layers.sources.catalogue import Catalogue, Service
    from layers.sources.place import Place
    from layers.sources.transport import Transport

REPORT: Final = "report.json"
_DIGITS: Final = 4
_MUNICIPALITY: Final = "municipality"


@dataclass(frozen=True, eq=False)
class Built:
    """
    One layer of the pack, or why it is not there.

    Attributes
    ----------
    frame
        As it was written; None where the layer is missing.
    parts
        What each of its services gave.
    findings
        What the check of the layer had to say.
    why
        The catalogue's word for why no service gives it; empty where one does.
    """

    layer: str
    frame: GeoDataFrame | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = field(default=())
    why: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What was built: for which municipality, each layer, and where it lies (None for nowhere)."""

    place: Place
    layers: tuple[Built, ...]
    directory: Path | None
    day: str


def require_number(number: str, catalogue: Catalogue) -> str:
    """
    Return a municipality's number as it is written, if it is one of today's.

    Raises
    ------
    MunicipalityNumberError
        If it is not four digits.
    MunicipalityRenumberedError
        If another number has taken its place.
    """
    number = number.strip()
    if not (number.isascii() and number.isdigit() and len(number) == _DIGITS):
        raise MunicipalityNumberError(value=quote(number))
    if number in catalogue.renumbered:
        raise MunicipalityRenumberedError(number=number, new=catalogue.renumbered[number])
    return number


def collect(
    catalogue: Catalogue,
    number: str,
    transport: Transport,
    only: Sequence[str],
    progress: Callable[[Service, int, int | None], None],
) -> tuple[Place, tuple[Built, ...]]:
    """
    Ask the services for the layers of a pack, and check what they give.

    Parameters
    ----------
    only
        Layers to fetch beside the municipality; all where empty.
    progress
        Called with a service, the features that have come, and those that will, where known.

    Raises
    ------
    UnknownLayerError
        If `only` names what is no layer.
    NaeringsarealError
        If the municipality itself cannot be had: nothing else can be asked for without it.
    """
    for layer in only:
        if layer not in schema.LAYERS:
            raise UnknownLayerError(layer=quote(layer), known=", ".join(schema.LAYERS))
    place, part = _find_place(catalogue, number, transport)
    parts: dict[str, list[Part]] = {_MUNICIPALITY: [part]}
    wanted = [name for name in schema.LAYERS if not only or name in only]
    for layer in wanted:
        for service in catalogue.of(layer):
            if layer != _MUNICIPALITY and service.type != "none":
                progress(service, 0, None)
                one = fetching.fetch(
                    service,
                    place,
                    transport,
                    partial(progress, service),
                )
                parts.setdefault(layer, []).append(one)
    parts = _without_unfounded_coverage(parts)
    names = dict.fromkeys([_MUNICIPALITY, *wanted])
    return place, tuple(_assemble(name, parts.get(name, ()), catalogue) for name in names)


def _find_place(catalogue: Catalogue, number: str, transport: Transport) -> tuple[Place, Part]:
    failure: NaeringsarealError = NothingBuiltError()
    for service in catalogue.of(_MUNICIPALITY):
        try:
            return fetching.find_place(service, number, transport)
        except NaeringsarealError as error:
            failure = error
    raise failure


def _without_unfounded_coverage(parts: Mapping[str, list[Part]]) -> dict[str, list[Part]]:
    """
    Leave out what says that a kind was mapped where a service of that kind's finds failed.

    With the mapped area but without the finds, a site in a flood zone would be called clear.
    """
    failed = {
        part.service.constraint_kind: part.error
        for part in parts.get("constraints", ())
        if part.error is not None
    }
    asked = {part.service.constraint_kind for part in parts.get("constraints", ())}

    def founded(part: Part) -> Part:
        kind = part.service.constraint_kind
        if part.frame is None or (kind in asked and kind not in failed):
            return part
        return Part(part.service, received=part.received, error=CoverageUnfoundedError(kind=kind))

    coverage = [founded(part) for part in parts.get("constraint_coverage", ())]
    return {**parts, **({"constraint_coverage": coverage} if coverage else {})}


def _assemble(layer: str, parts: Sequence[Part], catalogue: Catalogue) -> Built:
    why = next((s.why for s in catalogue.of(layer) if s.type == "none" and s.why), "none")
    frames = [part.frame for part in parts if part.frame is not None]
    if not frames:
        return Built(layer, None, tuple(parts), why="" if parts else why)
    whole = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=schema.CRS)
    usable, findings = check_layer(layer, whole)
    if usable is None:
        first = next(found for found in findings if found.severity == "error")
        parts = [
            part
            if part.error
            else Part(
                part.service, received=part.received, error=ServiceUnusableError(finding=first)
            )
            for part in parts
        ]
    return Built(layer, usable, tuple(parts), tuple(findings))


def publish(
    place: Place,
    layers: Sequence[Built],
    directory: Path,
    report: Callable[[Outcome], str],
) -> Outcome:
    """
    Write a pack beside its place, read it back, and then put it there in one move.

    Parameters
    ----------
    directory
        Does not exist, is empty, or holds a pack, which is then replaced.
    report
        Makes the text of report.json.

    Raises
    ------
    PackDirectoryError
        If the folder holds something else.
    PackBrokenError
        If what was written is not what was to be written.
    FileUnwritableError
        If it cannot be written.
    """
    day = datetime.now(tz=UTC).date().isoformat()
    frames = {built.layer: built.frame for built in layers if built.frame is not None}
    entries = {built.layer: _entry(built, day) for built in layers if built.frame is not None}
    outcome = Outcome(place, tuple(layers), directory, day)
    with _drafted(directory) as draft:
        imprint = Imprint(place.name, place.number, day, entries, "Written by layers.build.")
        write_pack(draft, frames, imprint)
        (draft / REPORT).write_text(report(outcome), encoding="utf-8")
        written = read_pack(draft)
        for name, frame in frames.items():
            if not written.has(name) or len(written.layer(name)) != len(frame):
                raise PackBrokenError(layer=name)
    return outcome


def _entry(built: Built, day: str) -> dict[str, object]:
    """What the manifest says of a layer that one or more services gave."""
    used = [part.service for part in built.parts if part.frame is not None]
    missing = [part.service.source for part in built.parts if part.frame is None]

    def joined(*values: str) -> str:
        return "; ".join(dict.fromkeys(value for value in values if value))

    lacks = f"Mangler: {joined(*missing)}." if missing else ""
    notes = [found.say() for part in built.parts for found in part.notes]
    return {
        "source": joined(*(service.source for service in used)),
        "url": joined(*(service.url for service in used)),
        "licence": joined(*(service.licence for service in used)),
        "date": day,
        "accuracy": joined(*(service.accuracy for service in used)),
        "synthetic": False,
        "illustrative": False,
        "note": " ".join(filter(None, [*dict.fromkeys(s.note for s in used), lacks, *notes])),
    }


def _take_along(directory: Path, draft: Path) -> None:
    """Keep what others have put beside a pack: the municipality's strategy, translations."""
    if directory.is_dir():
        for path in directory.iterdir():
            if path.is_file() and path.name not in {FILE, MANIFEST, REPORT}:
                shutil.copy2(path, draft / path.name)


def require_directory(directory: Path) -> None:
    """
    Check that a pack may be put here.

    Raises
    ------
    PackDirectoryError
        If something else lies there.
    """
    if directory.is_dir():
        names = {path.name for path in directory.iterdir()}
        if not names or {FILE, MANIFEST} <= names:
            return
    elif not directory.exists():
        return
    raise PackDirectoryError(path=quote(directory))


@contextmanager
def _drafted(directory: Path) -> Iterator[Path]:
    """Give a folder beside the place, which takes the place if all goes well and goes else."""
    require_directory(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    except OSError as error:
        raise FileUnwritableError(path=quote(directory)) from error
    old = draft.with_name(f"{draft.name}-old")
    try:
        yield draft
        _take_along(directory, draft)
        draft.chmod(0o755)  # mkdtemp's own is for its maker alone
        if directory.exists():
            directory.rename(old)
        draft.rename(directory)
    except OSError as error:
        if old.exists() and not directory.exists():
            old.rename(directory)
        raise FileUnwritableError(path=quote(directory)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
