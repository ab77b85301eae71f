"""Files made while the app runs and served to browsers beside the page, not inside its messages."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path
from typing import Final

from geo.formats import atomic

# Streamlit serves ./static at <base>/app/static. A map lives in a component's frame at
# <base>/component/<name>/index.html, so a relative address also survives server.baseUrlPath.
STATIC: Final = Path(__file__).parents[2] / "static"
STATIC_URL: Final = "../../app/static"
MADE: Final = STATIC / "made"  # not in the repository
OPEN: Final = MADE / "open"  # by a public server
MADE_URL: Final = f"{STATIC_URL}/made"
OPEN_URL: Final = f"{MADE_URL}/{OPEN.name}"
GRACE_S: Final = 600  # from a page's end until its browser, on a slow line, has fetched its map


def keep(folder: Path, text: str, suffix: str, *, kept: int) -> str:
    """
    Write a text once and return its file's name, which is the hash of its content.

    So the browser may keep it, and equal content shares it; and nobody finds what another session
    has drawn who does not know each corner of it. Beyond `kept` files those go that were asked for
    longest ago.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}{suffix}"
    try:
        os.utime(path)  # in use: its age is counted from now
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic.draft_file(path) as draft:
            draft.write_text(text, encoding="utf-8")
        forget(folder, kept)
    return path.name


def forget(folder: Path, keep_newest: int) -> None:
    """
    Remove all but the newest entries of a folder, and what killed programs have left there.

    What was made or asked for within `GRACE_S` stays: a browser may be about to fetch it.
    """
    atomic.sweep(folder)
    # What somebody is making just now is none of them yet.
    made = [path for path in folder.iterdir() if not path.name.startswith(atomic.DRAFT)]
    used_lately = time.time() - GRACE_S
    for old in sorted(made, key=_age)[keep_newest:]:
        if -_age(old) > used_lately:
            continue
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:  # another session has just removed it or given it its name
        return 0.0
