"""
Files and folders that nobody meets half made: made beside their place and moved there when whole.

Whatever ends the making, an error or Ctrl-C, leaves what was there before and nothing else. A
program that is killed leaves its draft too, which `sweep` removes a day later from folders that
are the program's own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import FileError
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAFT: Final = ".draft-"  # how the name of a folder with something half made begins
ABANDONED: Final = timedelta(days=1)  # a draft that old belongs to a program that was killed


@contextlib.contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """
    Say of `path` what goes wrong with files in the block.

    Raises
    ------
    FileError
        If the system or GDAL does not let a file be written.
    """
    try:
        yield
    except (OSError, DataSourceError, DataLayerError) as error:
        raise FileError("error.file_unwritable", path=quote(path)) from error


@contextlib.contextmanager
def draft_file(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """
    Give the block a file to make, in a folder of its own, and then move it to its place.

    Parameters
    ----------
    path
        The place, in a folder that exists. What the block makes beside the draft goes there too,
        after it: where another program holds the file open, as Excel does, nothing is replaced.
    durable
        Bring all of it to the disk, so that a power cut leaves the old or the new.

    Raises
    ------
    OSError
        If it cannot be moved there.
    """
    with TemporaryDirectory(dir=path.parent, prefix=DRAFT, ignore_cleanup_errors=True) as folder:
        draft = Path(folder) / path.name
        yield draft
        if durable:
            _flush(draft.parent)
        for made in sorted(draft.parent.iterdir(), key=lambda made: (made != draft, made.name)):
            made.replace(path.parent / made.name)
    if durable:
        _flush_names(path.parent)


@contextlib.contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Give the block an empty folder to fill and to `put` beside `parent`'s others, or it goes."""
    with TemporaryDirectory(dir=parent, prefix=DRAFT, ignore_cleanup_errors=True) as folder:
        # Inside, since a temporary folder itself is closed to everyone else.
        draft = Path(folder) / "new"
        draft.mkdir()
        yield draft


def put(draft: Path, place: Path, *, durable: bool = False) -> None:
    """
    Move what `draft_folder` gave to its place; what lay there goes with the block's end.

    Raises
    ------
    OSError
        If it cannot be moved there; what lay there is back.
    """
    old = draft.with_name("old")
    if durable:
        _flush(draft)
    try:
        if place.exists():
            place.rename(old)
        draft.rename(place)
    except BaseException:  # by Ctrl-C too
        if old.exists() and not place.exists():
            old.rename(place)
        raise
    if durable:
        _flush_names(place.parent)


def sweep(folder: Path) -> None:
    """Remove the drafts that killed programs left in a folder."""
    oldest = time.time() - ABANDONED.total_seconds()
    for path in folder.glob(f"{DRAFT}*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)


def sweep_beside(path: Path) -> None:
    """Remove the drafts of one file that killed programs left in a folder that is not ours."""
    oldest = time.time() - ABANDONED.total_seconds()
    for folder in path.parent.glob(f"{DRAFT}*"):
        with contextlib.suppress(OSError):
            names = {one.name for one in folder.iterdir()}
            if folder.stat().st_mtime < oldest and names <= {path.name}:
                shutil.rmtree(folder, ignore_errors=True)


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    _flush_names(folder)


def _flush_names(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
