"""
A built pack put in its place: written beside it, read back, and moved there in one go.

Nothing half is ever seen: the pack's folder appears when the pack is complete.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from geo.errors import FileError
from geo.formats import atomic
from geo.pack.read import FILE, MANIFEST, read_pack
from geo.pack.write import Imprint, write_pack
from geo.schema.coercion import quote
from geo.schema.kinds import CONSTRAINT_KIND, REQUIRED
from layers.errors import BuildError
from layers.sources.assemble import Outcome
from layers.sources.http import identity
from layers.sources.report import counted_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from layers.sources.assemble import Built
    from layers.sources.municipality import Place

REPORT: Final = "report.json"
# Notes on how the services were asked: news to whoever builds a pack, and not to who reads it.
_OF_THE_BUILD: Final = frozenset({"finding.service_fallback", "finding.contact_missing"})


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
    BuildError
        If the folder holds something else. If what was written is not what was to be written.
    FileError
        If it cannot be written.
    """
    day = datetime.now(tz=UTC).date().isoformat()
    frames = {built.layer: built.frame for built in layers if built.frame is not None}
    entries = {built.layer: _entry(built, day) for built in layers if built.frame is not None}
    for built in layers:
        _require_counted(built)
    outcome = Outcome(place, tuple(layers), directory, day)
    require_directory(directory)
    with atomic.unwritable(directory):
        directory.parent.mkdir(parents=True, exist_ok=True)
        with atomic.draft_folder(directory.parent) as draft:
            imprint = Imprint(place.name, place.number, day, entries, "Written by layers.build.")
            _write(draft, frames, imprint, directory)
            (draft / REPORT).write_text(report(outcome), encoding="utf-8")
            written = read_pack(draft)
            for name, frame in frames.items():
                if not written.has(name) or len(written.layer(name)) != len(frame):
                    raise BuildError("error.build_broken", layer=name)
            _take_along(directory, draft)
            atomic.put(draft, directory)
    return outcome


def _write(
    draft: Path, frames: Mapping[str, GeoDataFrame], imprint: Imprint, directory: Path
) -> None:
    """Write the pack; what hinders it is said of its place, for the draft is gone by then."""
    try:
        write_pack(draft, frames, imprint)
    except FileError as error:
        if error.code != "error.file_unwritable":
            raise
        raise FileError("error.file_unwritable", path=quote(directory)) from error


def _require_counted(built: Built) -> None:
    """Hold what was counted of each service against what there is of the layer."""
    kept = sum(part.tally.kept for part in built.parts if part.tally is not None)
    if kept != (0 if built.frame is None else len(built.frame)):
        raise BuildError("error.build_uncounted", layer=built.layer, kept=kept)


def _entry(built: Built, day: str) -> dict[str, object]:
    """What the manifest says of a layer that one or more services gave."""
    used = [part.service for part in built.parts if part.frame is not None]
    missing = [part.service.source for part in built.parts if part.frame is None]

    def joined(*values: str) -> str:
        return "; ".join(dict.fromkeys(value for value in values if value))

    lacks = f"Mangler: {joined(*missing)}." if missing else ""
    counted = [
        f"{part.service.source}: {counted_of(part)}."
        for part in built.parts
        if part.frame is not None and (part.service.params or (part.tally and part.tally.told))
    ]
    notes = counted + [
        found.say()
        for part in built.parts
        for found in part.notes
        if found.msgid not in _OF_THE_BUILD
    ]
    said = {
        "source": joined(*(service.source for service in used)),
        "url": joined(*(identity.shown_url(service) for service in used)),
        "licence": joined(*(service.licence for service in used)),
        "date": day,
        "accuracy": joined(*(service.accuracy for service in used)),
        "synthetic": False,
        "illustrative": False,
        "note": " ".join(filter(None, [*dict.fromkeys(s.note for s in used), lacks, *notes])),
    }
    # Also of a service that failed: its kind was asked for, and is not clear for want of an answer.
    asked = {part.service.constraint_kind for part in built.parts}
    kinds = [kind for kind in CONSTRAINT_KIND if kind in asked and kind not in REQUIRED]
    answers = {"answers": kinds} if kinds else {}
    return {name: value for name, value in said.items() if value != ""} | answers


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
    BuildError
        If something else lies there.
    """
    if directory.is_dir():
        names = {path.name for path in directory.iterdir()}
        if not names or {FILE, MANIFEST} <= names:
            return
    elif not directory.exists():
        return
    raise BuildError("error.build_directory", path=quote(directory))
