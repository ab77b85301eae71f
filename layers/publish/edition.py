"""
What is published at one time: a pack and a list of projects, as one application that answers.

An edition holds all of its features in memory once it is made, so that nobody misses the files
when those of the next take their place.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import filelock

from geo.errors import NaeringsarealError
from geo.formats import atomic
from geo.land import compute
from geo.ledger.database import default_url, exists
from geo.ledger.store import Ledger
from geo.pack import location
from geo.pack.location import default_directory, read_at
from geo.pack.read import Pack, read_pack
from geo.register.store import Register
from layers.publish import folder, server
from layers.publish.collections import Selection, select
from layers.publish.configuration import configuration

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp

    from geo.ledger.entries import Head

_LANDS: Final = 4  # land accounts of a pack that are kept
_UNREADABLE: Final = "unreadable"


@dataclass(frozen=True)
class PublishedState:
    """
    What an edition follows from; another one is made when it is no longer the same.

    Attributes
    ----------
    directory, stamp
        The pack's folder, and when its files were changed.
    heads
        The newest entries of the municipality's ledger and of its register of sites; None without a
        ledger.
    ledger_error
        Why the ledger cannot be read; None where it can.
    """

    directory: Path
    stamp: tuple[tuple[str, int, int], ...]
    heads: tuple[Head, Head] | str | None
    ledger_error: NaeringsarealError | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Edition:
    """
    What is published.

    Attributes
    ----------
    app
        Answers requests.
    pack, selected
        What it rests on, and what of that is published.
    state
        What it was made from.
    place
        Folder of its files.
    """

    app: ASGIApp
    pack: Pack
    selected: Selection
    state: PublishedState
    place: Path


class EditionMaker:
    """
    Makes editions of the pack in use, or of the one in `named`, for an address.

    Parameters
    ----------
    named
        The pack's folder; None for the one in use.
    bind, url
        As `configuration` takes them.
    public
        Whether there is to be nothing in them that not everyone may read.
    """

    def __init__(
        self, named: Path | None, *, bind: tuple[str, int], url: str, public: bool = False
    ) -> None:
        self._named = named
        self._public = public
        self._bind, self._url = bind, url
        self._last: tuple[Path, tuple[tuple[str, int, int], ...], Pack, Callable[..., Any]] | None
        self._last = None

    def state(self, municipality_no: str | None) -> PublishedState:
        """
        Look at what there is now, without reading much of it.

        Raises
        ------
        VersionError
            If the file is damaged that says which version is in use.
        """
        directory = self._named or default_directory()
        stamp = location.stamp(directory)
        try:
            heads = _heads(municipality_no or "", read_only=self._public)
        except NaeringsarealError as error:
            return PublishedState(directory, stamp, _UNREADABLE, error)
        return PublishedState(directory, stamp, heads)

    def make(self) -> Edition:
        """
        Make an edition of what there is now.

        Raises
        ------
        PackError
            If the pack cannot be read.
        FileError
            If its files cannot be written.
        """
        # Looked at before it is read: what changes meanwhile is seen as a change afterwards.
        before = self.state(None)
        pack, lands = self._read(before)
        ledger = self.state(pack.municipality_no)
        state = replace(ledger, directory=before.directory, stamp=before.stamp)
        selected = select(pack, lands, public=self._public)
        root = folder.cache_root()
        with atomic.unwritable(root):
            root.parent.mkdir(parents=True, exist_ok=True)
            # Others publish from the same folder, and remove what is not theirs.
            with filelock.FileLock(root.with_suffix(".lock"), thread_local=False):
                place = folder.write(pack, selected.collections, root)
                app = server.application(self._config(pack, selected, place))
        return Edition(app, pack, selected, state, place)

    def _config(self, pack: Pack, selected: Selection, place: Path) -> dict[str, Any]:
        return configuration(pack, selected.collections, place, bind=self._bind, url=self._url)

    def _read(self, state: PublishedState) -> tuple[Pack, Callable[..., Any]]:
        """Read the pack; one that was read last is not read again, nor is its land measured."""
        if self._last is not None and self._last[:2] == (state.directory, state.stamp):
            return self._last[2:]
        pack = read_pack(self._named) if self._named else read_at(state.directory)
        lands = lru_cache(_LANDS)(partial(compute.of_pack, pack))
        self._last = (state.directory, state.stamp, pack, lands)
        return pack, lands


def _heads(municipality_no: str, *, read_only: bool) -> tuple[Head, Head] | None:
    if not exists(default_url()):
        return None
    # Opened anew each time, so that a file that was put in the old one's place is seen.
    ledger = Ledger.existing(default_url(), municipality_no, read_only=read_only)
    try:
        return ledger.head(), Register(ledger.engine, municipality_no).head()
    finally:
        ledger.close()
