"""
Drafts as files on the server, each under an id that nobody can guess: bounded in size, number, age.

They lie beside the versions of the pack, so that all workers of a server find them, also after a
restart. A draft is JSON; a file from a reader lies beside it under the digest of its content.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from geo.formats import atomic
from geo.pack import location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

HOURS: Final = 24  # after the last change; said to readers, and in docs/drift.md
MOST_BYTES: Final = 200_000  # of one draft: a long form has 20 000
MOST_DRAFTS: Final = 1_000  # on a server; beyond it those go that were changed longest ago
MOST_FILE_BYTES: Final = 5_000_000  # of a file from a reader: sites, and not whole layers
MOST_FILES_BYTES: Final = 200_000_000  # of all of them
_FOLDER: Final = "drafts"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{16}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DRAFT, _FILE = ".json", ".file"


def folder() -> Path:
    """Return where drafts lie; it need not be there yet."""
    return location.home() / _FOLDER


def read(draft: str) -> dict[str, Any] | None:
    """Return what a draft holds; None where there is none of this id, or none any more."""
    if not _ID.fullmatch(draft):
        return None
    path = folder() / f"{draft}{_DRAFT}"
    try:
        if _age_s(path) > HOURS * 3600 or path.stat().st_size > MOST_BYTES:
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(found, allow_nan=False)  # a number beyond all others is none that was written
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write(values: Mapping[str, Any], draft: str | None = None) -> str | None:
    """
    Write a draft, over the one of this id where that is given; returns its id.

    None where it is too large, or the folder cannot be written: then it is not kept.
    """
    text = json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    if len(text) > MOST_BYTES:
        return None
    name = draft if draft is not None and _ID.fullmatch(draft) else secrets.token_urlsafe(12)
    return name if _put(f"{name}{_DRAFT}", text) else None


def write_file(content: bytes) -> str | None:
    """Write a file from a reader; returns its digest, None as in `write`."""
    if len(content) > MOST_FILE_BYTES:
        return None
    digest = hashlib.sha256(content).hexdigest()
    return digest if _put(f"{digest}{_FILE}", content) else None


def read_file(digest: str) -> bytes | None:
    """Return the content with this digest; None where it is not there, or not any more."""
    if not _DIGEST.fullmatch(digest):
        return None
    path = folder() / f"{digest}{_FILE}"
    try:
        if _age_s(path) > HOURS * 3600:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def remove(draft: str) -> None:
    """Remove a draft that is finished, or given up."""
    if _ID.fullmatch(draft):
        with contextlib.suppress(OSError):
            (folder() / f"{draft}{_DRAFT}").unlink(missing_ok=True)


def sweep() -> None:
    """Remove what is too old, and the oldest of what is too much."""
    place = folder()
    with contextlib.suppress(OSError):
        atomic.sweep(place)
        _thin(_newest_first(place, _DRAFT), MOST_DRAFTS, lambda _: 1)
        _thin(_newest_first(place, _FILE), MOST_FILES_BYTES, lambda path: path.stat().st_size)


def _put(name: str, content: bytes) -> bool:
    place = folder()
    path = place / name
    try:
        if path.suffix == _FILE and path.is_file():
            os.utime(path)  # the same content: in use, and its age is counted from now
            return True
        new = not path.is_file()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)  # a name is all that opens a draft
        with atomic.draft_file(path) as made:
            made.touch(mode=0o600)  # names and reasons are nobody else's on the machine
            made.write_bytes(content)
    except OSError:
        return False
    if new:
        sweep()
    return True


def _age_s(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _newest_first(place: Path, suffix: str) -> Iterator[tuple[float, Path]]:
    found = []
    for path in place.glob(f"*{suffix}"):
        with contextlib.suppress(OSError):  # another worker has just removed it
            found.append((_age_s(path), path))
    yield from sorted(found)


def _thin(aged: Iterable[tuple[float, Path]], most: int, weight: Callable[[Path], int]) -> None:
    there = 0
    for age, path in aged:
        with contextlib.suppress(OSError):
            there += weight(path)
            if age > HOURS * 3600 or there > most:
                path.unlink(missing_ok=True)
