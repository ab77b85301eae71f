"""
The list of projects and the register of sites, read from where they are kept.

A pack brings plan cases of its own; a ledger has the list that people keep, and the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo import i18n
from geo.ledger.store import Ledger
from geo.register.store import Register

if TYPE_CHECKING:
    from datetime import datetime

    from geopandas import GeoDataFrame

    from geo.ledger.entries import Head
    from geo.pack.read import Pack


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectList:
    """
    A list of projects, and which one it is.

    Attributes
    ----------
    frame
        As the pack's layer `projects`, EPSG:25832; jobs as they were given.
    seq
        Newest entry of the ledger that it was read from; 0 for the pack's own plan cases.
    place
        Where that ledger is, for people; None for the pack's own.
    at
        When that entry was made; None for the pack's own.
    """

    frame: GeoDataFrame
    seq: int = 0
    place: str | None = None
    at: datetime | None = None

    def say(self, language: str) -> str:
        """Name the list in a sentence."""
        if not self.seq:
            return i18n.say("projects.of_pack", language)
        return i18n.say("projects.of_ledger", language, seq=str(self.seq))

    def as_dict(self) -> dict[str, Any]:
        """Return which list it is, as JSON has it."""
        if not self.seq:
            return {"source": "pack", "entry": None, "place": None}
        return {"source": "ledger", "entry": self.seq, "place": self.place}


def pack_projects(pack: Pack) -> ProjectList | None:
    """Return the pack's own plan cases; None where it has none."""
    return ProjectList(frame=pack.layer("projects")) if pack.has("projects") else None


def ledger_projects(
    url: str, municipality_no: str | None, *, read_only: bool = False
) -> ProjectList | None:
    """
    Read the newest list of a ledger that is there already; None where it has no entries.

    Parameters
    ----------
    url
        The ledger's address, as SQLAlchemy writes them.
    municipality_no
        Whose list.
    read_only
        As `geo.ledger.store.Ledger.existing` has it.

    Raises
    ------
    FileError, LedgerError
        As `geo.ledger.store.Ledger.existing`.
    """
    ledger = Ledger.existing(url, municipality_no or "", read_only=read_only)
    try:
        return list_at(ledger)
    finally:
        ledger.close()


def list_at(ledger: Ledger, at: Head | None = None) -> ProjectList | None:
    """Return the list of an open ledger, as of an entry or the newest; None without entries."""
    head = ledger.head() if at is None else at
    if not head.seq:
        return None
    frame = ledger.projects(head.seq)
    return ProjectList(frame=frame, seq=head.seq, place=ledger.place, at=head.at)


def register_sites(
    url: str, municipality_no: str | None, *, read_only: bool = False
) -> GeoDataFrame:
    """
    Read the register of sites in a ledger that is there already; empty where it has no sites.

    Parameters
    ----------
    url, municipality_no, read_only
        As `ledger_projects`.

    Returns
    -------
    GeoDataFrame
        As `geo.register.store.Register.sites`.

    Raises
    ------
    FileError, LedgerError
        As `geo.ledger.store.Ledger.existing`.
    """
    register = Register.existing(url, municipality_no or "", read_only=read_only)
    try:
        return register.sites()
    finally:
        register.close()
