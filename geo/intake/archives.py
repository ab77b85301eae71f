"""Files brought into a folder of ours under names of ours, whatever they or their zip call them."""

from __future__ import annotations

import re
import shutil
import stat
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from geo.errors import FileError, TooDemandingError
from geo.intake import kinds
from geo.intake.job import MEGABYTE, Dataset
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from geo.intake.job import Job
    from geo.intake.kinds import Kind

RATIO_MATTERS: Final = 20 * MEGABYTE  # bytes; below, even the tightest zip does no harm

# Parts that a workbook has.
_WORKBOOKS: Final = {"xl/workbook.xml": kinds.XLSX, "META-INF/manifest.xml": kinds.ODS}
_GEODATABASE: Final = ".gdb"
_GEODATABASE_FILE: Final = re.compile(r"a[0-9a-f]{8}\.[\w.]+|gdb|timestamps", re.ASCII)
_SYSTEM_TABLE: Final = "a00000001.gdbtable"  # every file geodatabase has it
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_LOCKED: Final = 0x1  # PKWARE, APPNOTE 4.4.4, bit 0 of the flags


@dataclass(frozen=True)
class _Part:
    """A file in a zip or folder: its name there, and how to get at it."""

    name: PurePosixPath
    open: Callable[[], IO[bytes]]


def bring_in(source: Path | bytes, job: Job) -> list[Dataset]:
    """
    Bring what can be opened into the job's folder, the likeliest first.

    Raises
    ------
    FileError
        If there is no such file, or it is of no kind that is read, or too much, or unsafe.
    """
    if isinstance(source, bytes):
        _require_size(len(source), job)
        path = job.new_path(".given")
        path.write_bytes(source)
        return [_marked(one) for one in _open(path, job)]
    if source.is_dir():
        return _from_folder(source, job)
    try:
        _require_size(source.stat().st_size, job)
        family = kinds.FAMILIES.get(source.suffix.lower())
        if family is not None:
            return _with_family(source, job)
        mates = {ending: source.with_name(source.name + ending) for ending in kinds.UNSAVED}
        mates = {ending: mate for ending, mate in mates.items() if mate.is_file()}
        _require_size(sum(one.stat().st_size for one in (source, *mates.values())), job)
        # The copy is ours: GDAL puts files of its own beside what it reads.
        found = _open(Path(shutil.copyfile(source, job.new_path(".given"))), job)
        for ending, mate in mates.items():
            if found[0].kind is kinds.GEOPACKAGE:
                shutil.copyfile(mate, f"{found[0].path}{ending}")
    except FileNotFoundError as error:
        raise FileError("error.file_missing", path=quote(source)) from error
    except OSError as error:
        raise FileError("error.file_unreadable", path=job.shown) from error
    return found


def _marked(dataset: Dataset) -> Dataset:
    """Mark a GeoPackage that came without the folder it stood in, and may be in use there."""
    if dataset.kind is not kinds.GEOPACKAGE or Path(f"{dataset.path}-wal").exists():
        return dataset
    return replace(dataset, unsaved=kinds.keeps_changes_apart(dataset.path))


def _require_size(size: int, job: Job) -> None:
    limit = job.limits.megabytes
    if size > limit * MEGABYTE:
        raise FileError(
            "error.file_too_large", path=job.shown, size=-(-size // MEGABYTE), limit=limit
        )


def _open(path: Path, job: Job) -> list[Dataset]:
    kinds.to_utf8(path)
    kind = kinds.kind_of(path, job.name)
    if kind is kinds.ZIP:
        return _unzip(path, job)
    title = PurePosixPath(job.name.replace("\\", "/")).stem
    return [Dataset(path.rename(path.with_suffix(kind.ending)), kind, title)]


def _with_family(path: Path, job: Job) -> list[Dataset]:
    """Bring in a shapefile or its like that stands in a folder, with what goes with it."""
    _, endings = kinds.FAMILIES[path.suffix.lower()]
    mates = [
        mate
        for mate in path.parent.iterdir()
        if mate.stem == path.stem and mate.suffix.lower() in endings and mate.is_file()
    ]
    _require_size(sum(mate.stat().st_size for mate in mates), job)
    kinds.kind_of(path, path.name)
    parts = [_part(mate, mate.name) for mate in mates]
    return _collect(parts, job)


def _from_folder(folder: Path, job: Job) -> list[Dataset]:
    if folder.suffix.lower() != _GEODATABASE:
        raise FileError("error.file_unreadable", path=job.shown)
    files = [file for file in folder.iterdir() if file.is_file()]
    _require_size(sum(file.stat().st_size for file in files), job)
    return _collect([_part(file, f"{folder.name}/{file.name}") for file in files], job)


def _part(path: Path, name: str) -> _Part:
    return _Part(PurePosixPath(name), lambda: path.open("rb"))


def _unzip(path: Path, job: Job) -> list[Dataset]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _require_harmless(members, path.stat().st_size, job)
            names = {member.filename for member in members}
            for part, kind in _WORKBOOKS.items():
                if part in names:
                    return [_workbook(archive, members, kind, path, job)]
            parts = [_member(archive, member) for member in members]
            found = _collect(parts, job)
    except (FileError, MemoryError):
        raise
    except Exception as error:  # a broken zip fails in as many ways as there are parts in it
        raise FileError("error.file_unreadable", path=job.shown) from error
    if not found:
        raise FileError("error.archive_nothing", path=job.shown)
    return found


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Part:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    return _Part(name, lambda: archive.open(member))


def _require_harmless(members: Sequence[zipfile.ZipInfo], packed: int, job: Job) -> None:
    limits = job.limits
    if len(members) > limits.members:
        raise FileError(
            "error.archive_members", path=job.shown, count=len(members), limit=limits.members
        )
    for member in members:
        name = member.filename.replace("\\", "/")
        link = stat.S_ISLNK(member.external_attr >> 16)
        if link or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            raise FileError("error.archive_unsafe", path=job.shown, member=quote(member.filename))
        if member.flag_bits & _LOCKED:
            raise FileError("error.archive_locked", path=job.shown)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_megabytes * MEGABYTE:
        raise job.unpacks_to_too_much()
    if unpacked > max(RATIO_MATTERS, limits.ratio * packed):
        raise FileError("error.archive_ratio", path=job.shown, limit=limits.ratio)


def _workbook(
    archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo], kind: Kind, path: Path, job: Job
) -> Dataset:
    """Look through a workbook before it is read: true sizes, and no document types."""
    for member in members:
        part = job.new_path(".part")
        with archive.open(member) as source:
            job.copy(source, part)
        # With a password, parts of an .ods are no XML.
        if kind is kinds.XLSX and member.filename.lower().endswith((".xml", ".rels")):
            kinds.read_root(part, job.shown)
        part.unlink()
    target = path.with_suffix(kind.ending)
    shutil.copyfile(path, target)  # the zip is still open, which Windows lets nobody rename
    return Dataset(target, kind, PurePosixPath(job.name).stem)


def _collect(parts: Iterable[_Part], job: Job) -> list[Dataset]:
    """Copy the files that belong to something, each under a name of ours; leave the others."""
    families: dict[tuple[str, str], dict[str, _Part]] = {}
    geodatabases: dict[str, list[_Part]] = {}
    singles: list[_Part] = []
    for part in parts:
        name = part.name
        if "__MACOSX" in name.parts or name.name.startswith("."):
            continue
        if _GEODATABASE_FILE.fullmatch(name.name):
            geodatabases.setdefault(str(name.parent), []).append(part)
        else:
            family = families.setdefault((str(name.parent), name.stem.lower()), {})
            family[name.suffix.lower()] = part
            singles.append(part)
    found = [
        _geodatabase(files, job)
        for files in geodatabases.values()
        if any(part.name.name == _SYSTEM_TABLE for part in files)
    ]
    for members in families.values():
        found += [_family(leader, members, job) for leader in kinds.FAMILIES if leader in members]
    refused: list[FileError] = []
    beside = {part.name: part for part in singles}
    for part in singles:
        if part.name.suffix.lower() in kinds.ENDINGS:
            try:
                found += _single(part, beside, job)
            except (TooDemandingError, MemoryError):
                raise
            except FileError as error:  # a readme, for one; worth a word if there is nothing else
                refused.append(error)
    if refused and not found:
        raise refused[0]
    return sorted(found, key=lambda dataset: kinds.BY_PREFERENCE.index(dataset.kind))


def _take(part: _Part, target: Path, job: Job) -> None:
    with part.open() as source:
        job.copy(source, target)


def _geodatabase(parts: Iterable[_Part], job: Job) -> Dataset:
    folder = job.new_path(_GEODATABASE)
    folder.mkdir()
    title = ""
    for part in parts:
        _take(part, folder / part.name.name, job)
        title = part.name.parent.stem
    return Dataset(folder, kinds.GEODATABASE, title or job.shown)


def _family(leader: str, members: dict[str, _Part], job: Job) -> Dataset:
    kind, endings = kinds.FAMILIES[leader]
    target = job.new_path(leader)
    for ending in endings & members.keys():
        _take(members[ending], target.with_suffix(ending), job)
    if kinds.kind_of(target, target.name) is not kind:
        raise FileError("error.file_unreadable", path=job.shown)
    return Dataset(target, kind, members[leader].name.stem)


def _single(part: _Part, beside: Mapping[PurePosixPath, _Part], job: Job) -> list[Dataset]:
    target = job.new_path(".given")
    _take(part, target, job)
    kinds.to_utf8(target)
    kind = kinds.kind_of(target, part.name.name)
    if kind is kinds.ZIP:
        return []  # zips within zips are not followed
    target = target.rename(target.with_suffix(kind.ending))
    for ending in kinds.UNSAVED if kind is kinds.GEOPACKAGE else ():
        mate = beside.get(part.name.with_name(part.name.name + ending))
        if mate is not None:
            _take(mate, target.with_name(target.name + ending), job)
    return [_marked(Dataset(target, kind, part.name.stem))]
