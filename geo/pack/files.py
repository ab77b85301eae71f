"""The files of a version: copied, written, and brought to the disk."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Final

from geo.pack.read import FILE, MANIFEST
from geo.pack.write import toml_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORD: Final = "version.toml"
# What lies beside pack.gpkg and belongs to it: strategy.toml, en.po.
_BESIDE: Final = frozenset({".toml", ".po"})


def copy_beside(source: Path, target: Path) -> None:
    """Copy what belongs to a pack beside its two files, such as its translations."""
    for path in source.iterdir():
        if path.is_file() and path.suffix in _BESIDE and path.name not in {MANIFEST, RECORD}:
            shutil.copyfile(path, target / path.name)


def copy_pack(source: Path, target: Path) -> None:
    """Copy a whole pack, byte by byte."""
    for name in (FILE, MANIFEST):
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    copy_beside(source, target)


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_record(path: Path, values: Mapping[str, object]) -> None:
    """Write values as TOML."""
    path.write_text("\n".join(toml_lines(values)) + "\n", encoding="utf-8")


def flush(folder: Path) -> None:
    """Bring a folder's files to the disk, so that a power cut leaves nothing by halves."""
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Bring to the disk which files a folder holds."""
    if os.name == "nt":  # Windows opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
