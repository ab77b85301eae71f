"""The ledger of projects as the pages see it: opened, begun from the pack, and written to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo import i18n
from geo.errors import NaeringsarealError
from geo.ledger.database import default_url, exists
from geo.register.store import Register
from layers.app import cache

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.ledger.entries import Head
    from geo.ledger.store import Ledger
    from geo.pack.read import Pack


@dataclass(frozen=True)
class Book:
    """
    The ledger at the start of a run of a page, or why there is none.

    Without a ledger the pages show the pack's own projects, and nothing can be written.
    """

    ledger: Ledger | None
    head: Head | None = None
    error: NaeringsarealError | None = None
    place: str = ""  # where it is, told where `ledger` is not
    sites: Head | None = None  # of the register, whose entries are numbered apart

    @property
    def at(self) -> cache.LedgerAt | None:
        """What figures depend on: a part of every cache's key."""
        return self._at(self.head)

    @property
    def register(self) -> Register | None:
        """The register of sites, which is kept in the same database."""
        if self.ledger is None:
            return None
        return Register(self.ledger.engine, self.ledger.municipality_no)

    @property
    def register_at(self) -> cache.LedgerAt | None:
        """What the register's sites depend on, as `at`."""
        return self._at(self.sites)

    def _at(self, head: Head | None) -> cache.LedgerAt | None:
        if head is None:
            return None
        place = self.place if self.ledger is None else self.ledger.place
        return cache.LedgerAt(place, head.seq, head.at)


def look(pack: Pack) -> Book:
    """
    Open the pack's municipality's ledger; an empty one begins with the pack's projects.

    What cannot be opened is tried again after a while, not at every click.
    """
    if cache.is_public():
        return _only_read(pack)
    found = cache.ledger(default_url(), pack.municipality_no or "")
    if isinstance(found, NaeringsarealError):
        return Book(None, error=found)
    try:
        head = found.head()
        if head.seq == 0 and pack.has("projects"):
            _begin(found, pack)
            head = found.head()
        sites = Register(found.engine, found.municipality_no).head()
    except NaeringsarealError as error:
        return Book(None, error=error)
    return Book(found, head, sites=sites)


def _only_read(pack: Pack) -> Book:
    """
    Look at the list as everyone may: no page gets the ledger, which knows who wrote what and why.

    One that is not there yet is not begun, and one that is empty stays so.
    """
    try:
        if not exists(default_url()):
            return Book(None)
        found = cache.ledger(default_url(), pack.municipality_no or "")
        if isinstance(found, NaeringsarealError):
            return Book(None, error=found)
        sites = Register(found.engine, found.municipality_no).head()
        return Book(None, found.head(), sites=sites, place=found.place)
    except NaeringsarealError as error:
        return Book(None, error=error)


def _begin(ledger: Ledger, pack: Pack) -> None:
    # In the language that the ledger is kept in, whoever comes first.
    say = i18n.say
    ledger.seed(
        pack.layer("projects"),
        author=say("ledger.seed_author", name=pack.name),
        reason=say("ledger.seed_reason", built=pack.built or say("unknown")),
    )


def current_state(pack: Pack, at: cache.LedgerAt | None, ledger: Ledger) -> GeoDataFrame:
    """Return the list as it stood when the run of the page began."""
    return cache.ledger_state(pack, at) if at else ledger.projects()
