"""The cache folder: the collections of one pack version as files, complete or not there."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import platformdirs

from geo.formats import atomic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.pack.read import Pack
    from layers.publish.collections import Collection

FORMAT_VERSION: Final = 1  # of the files; another number makes them anew


def cache_root() -> Path:
    """Return the folder that holds what is published, in the user's own cache."""
    return Path(platformdirs.user_cache_path("naeringsareal")) / "publish"


def write(pack: Pack, shown: Iterable[Collection], root: Path) -> Path:
    """
    Write the collections as GeoParquet, unless the same are there, and return their folder.

    The folder's name begins with the pack's hash and goes on with that of the features, for
    projects change without the pack. Folders of other versions are removed: who serves them has
    them in memory.

    Raises
    ------
    FileError
        If the folder cannot be written.
    """
    shown = [*shown]
    target = root / f"{pack.sha256[:16]}-{_fingerprint(shown)}"
    with atomic.unwritable(root):
        root.mkdir(parents=True, exist_ok=True)
        atomic.sweep(root)
        if not target.is_dir():
            with atomic.draft_folder(root) as draft:
                for one in shown:
                    one.frame.to_parquet(draft / f"{one.name}.parquet")
                atomic.put(draft, target)
        for old in root.iterdir():
            if old != target and old.is_dir() and not old.name.startswith(atomic.DRAFT):
                shutil.rmtree(old, ignore_errors=True)
    return target


def _fingerprint(shown: Iterable[Collection]) -> str:
    sums = hashlib.sha256(str(FORMAT_VERSION).encode())
    for one in shown:
        table = pd.DataFrame(one.frame).assign(geometry=one.frame.geometry.to_wkb())
        sums.update(f"{one.name} {[*table.columns]} {[*table.dtypes]}".encode())
        sums.update(pd.util.hash_pandas_object(table).to_numpy().tobytes())
    return sums.hexdigest()[:8]
