"""
Make partitions of what there is: one pack, a folder of packs, or national files.

Packs are read one at a time; national files go through workers (`geo.distribute.national`).
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.comparison import fields
from geo.distribute import national
from geo.distribute import partition as partitions
from geo.distribute.partition import NOBODY_COUNTED, People
from geo.errors import FileError
from geo.formats import atomic
from geo.pack.read import FILE, MANIFEST, read_pack
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from geo.distribute.crew import Crew, Tell

PACKS: Final = "packs"  # the round of packs, for who is told how far it is
_NUMBERS: Final = ("inhabitants", "jobs_today")
_DATES: Final = ("inhabitants_date", "jobs_today_date")
_NUMBER: Final = "municipality_no"
_PEOPLE: Final = "[0-9]{1,9}"


@dataclass(frozen=True)
class Partitioning:
    """
    What was written.

    Attributes
    ----------
    municipalities, partitions
        How many there are of the former in the folder, and how many of the latter were written.
    replaced, kept
        Numbers of municipalities that were in the folder before: those written anew, and those that
        the input does not have.
    unplaced
        By layer, how many features are in no municipality, and left out.
    """

    municipalities: int
    partitions: int
    replaced: Sequence[str] = ()
    kept: Sequence[str] = ()
    unplaced: Mapping[str, int] = field(default_factory=dict)


def partition(
    source: Path,
    output: Path,
    *,
    figures: Path | None,
    plots: int,
    crew: Callable[[], AbstractContextManager[Crew]],
    tell: Tell,
) -> Partitioning:
    """
    Write partitions of all municipalities in a folder.

    Parameters
    ----------
    source
        A pack, a folder of packs, or a folder of national files.
    output
        Folder of the partitions, made if it is not there.
    figures
        CSV of inhabitants and jobs today, see `read_figures`; None where there are none.
    plots
        How many plots a partition has at most.
    crew
        Who does the work on national files.
    tell
        Told how far it is.

    Raises
    ------
    FileError
        If there is nothing of the kind in the folder, or partitions cannot be written, or would lie
        in the same folder or in one of a summary. If two packs are of one municipality.
    PackError
        If a pack cannot be read, or does not say which municipality it is of.
    """
    if source.resolve() == output.resolve():
        raise FileError("error.distribute_same", path=quote(output))
    if (output / fields.RUN).exists():  # it has files of the same names
        raise FileError("error.distribute_output_summary", path=quote(output))
    people = {} if figures is None else read_figures(figures)
    packs = (
        [source] if (source / FILE).exists() else sorted(p.parent for p in source.glob(f"*/{FILE}"))
    )
    if not packs and not national.files(source):
        raise FileError("error.distribute_nothing", path=quote(source))
    _once_each(packs)
    with atomic.unwritable(output):
        output.mkdir(parents=True, exist_ok=True)
        for place in (output, *output.iterdir()):
            atomic.sweep(place)
    before = partitions.written(output)
    if not packs:
        with atomic.unwritable(output), atomic.draft_folder(output) as draft, crew() as workers:
            written, numbers, unplaced = national.cut(
                source.resolve(),
                output.resolve(),
                draft.resolve(),
                people=people,
                plots=plots,
                crew=workers,
                tell=tell,
            )
            count = partitions.finish(output)
        return _told(count, written, before, numbers, unplaced)
    written = 0
    seen: dict[str, Path] = {}
    tell(PACKS, 0, len(packs))
    for done, path in enumerate(packs, 1):
        pack = read_pack(path)
        number = pack.municipality_no
        if number in seen:
            _twice(path, seen[number], number)
        with atomic.unwritable(output):
            found = partitions.write_pack(
                output, pack, people=people.get(str(number), NOBODY_COUNTED), plots=plots
            )
        seen[found.municipality_no] = path
        written += len(found.partitions)
        tell(PACKS, done, len(packs))
    with atomic.unwritable(output):
        count = partitions.finish(output)
    return _told(count, written, before, seen, {})


def _told(
    count: int,
    written: int,
    before: Collection[str],
    now: Collection[str],
    unplaced: Mapping[str, int],
) -> Partitioning:
    replaced = sorted(set(before) & set(now))
    return Partitioning(count, written, replaced, sorted(set(before) - set(now)), unplaced)


def _once_each(packs: Sequence[Path]) -> None:
    """Refuse two packs of one municipality before any is written, as far as manifests tell."""
    seen: dict[str, Path] = {}
    for path in packs:
        try:
            number = tomllib.loads((path / MANIFEST).read_text(encoding="utf-8-sig"))[_NUMBER]
        except (OSError, ValueError, KeyError):  # whoever reads the pack says what is wrong with it
            continue
        if not isinstance(number, str):  # a manifest may say anything
            continue
        if number in seen:
            _twice(path, seen[number], number)
        seen[number] = path


def _twice(path: Path, other: Path, number: object) -> None:
    raise FileError(
        "error.distribute_twice", path=quote(path), other=quote(other), number=quote(number)
    )


def read_figures(path: Path) -> dict[str, People]:
    """
    Read what municipalities are compared by.

    Parameters
    ----------
    path
        CSV, UTF-8, with a comma or semicolon between: municipality_no, inhabitants,
        inhabitants_date, jobs_today, jobs_today_date. An empty cell is unknown.

    Raises
    ------
    FileError
        If it cannot be read, lacks a column, has a municipality twice, or a number in it is none;
        names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError("error.distribute_figures", path=quote(path)) from error
    first = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if ";" in first else ",")
    try:
        rows = list(reader)
    except csv.Error as error:
        raise FileError("error.distribute_figures", path=quote(path)) from error
    for name in (_NUMBER, *_NUMBERS, *_DATES):
        if name not in (reader.fieldnames or ()):
            raise FileError("error.distribute_figures_column", path=quote(path), column=name)
    found: dict[str, People] = {}
    for line, row in enumerate(rows, 2):
        values: dict[str, Any] = {name: (row[name] or "").strip() or None for name in _DATES}
        for name in _NUMBERS:
            said = (row[name] or "").strip()
            if said and not re.fullmatch(_PEOPLE, said):
                raise FileError(
                    "error.distribute_number", path=quote(path), line=str(line), value=quote(said)
                )
            values[name] = int(said) if said else None
        number = (row[_NUMBER] or "").strip().zfill(4)
        if number in found:
            raise FileError(
                "error.distribute_figures_twice", path=quote(path), number=quote(number)
            )
        found[number] = People(**values)
    return found
