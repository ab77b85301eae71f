"""
Answers kept on disk, so that an interrupted build goes on where it was, and a repeated one is fast.

An answer is kept under a hash of its request. It is completed beside its place and then moved
there, so that what lies there is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from geo.formats import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS_IN_HOUR: Final = 3600.0


def default_folder() -> Path:
    """Return the folder in the user's own cache."""
    return Path(platformdirs.user_cache_dir("naeringsareal", appauthor=False)) / "services"


class AnswerStore:
    """
    Answers by request.

    Parameters
    ----------
    folder
        Made where it is not there.
    max_age_h
        Older answers are not used, and are removed.
    """

    def __init__(self, folder: Path, max_age_h: float) -> None:
        self._folder = folder
        self._oldest = time.time() - max_age_h * SECONDS_IN_HOUR
        with atomic.unwritable(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._remove_old()

    @staticmethod
    def key(method: str, url: str, params: Mapping[str, str], body: str = "") -> str:
        """Name a request."""
        said = json.dumps([method, url, sorted(params.items()), body])
        return hashlib.sha256(said.encode()).hexdigest()

    def get(self, key: str) -> bytes | None:
        """Return an answer that is here and young enough."""
        path = self._folder / key
        try:
            return path.read_bytes() if path.stat().st_mtime >= self._oldest else None
        except OSError:
            return None

    def put(self, key: str, answer: bytes) -> None:
        """
        Keep an answer.

        Raises
        ------
        FileError
            If the disk is full or closed to us.
        """
        with atomic.unwritable(self._folder), atomic.draft_file(self._folder / key) as draft:
            draft.write_bytes(answer)

    def drop(self, key: str) -> None:
        """Forget one answer."""
        (self._folder / key).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all answers."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)

    def _remove_old(self) -> None:
        atomic.sweep(self._folder)
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):  # another build may have been first
                if path.stat().st_mtime < self._oldest:
                    path.unlink()


class NoAnswers(AnswerStore):
    """A place that keeps nothing, so that every question is asked anew, on a full disk too."""

    def __init__(self) -> None:
        """Need no folder."""

    def get(self, _key: str) -> bytes | None:
        """Have none."""
        return None

    def put(self, _key: str, _answer: bytes) -> None:
        """Let it go."""

    def drop(self, _key: str) -> None:
        """Have nothing to forget."""

    def clear(self) -> None:
        """Have nothing to forget."""
