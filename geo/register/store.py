"""The register of sites, read, written and undone as the ledger is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from geo.ledger import history
from geo.ledger.database import reading
from geo.ledger.entries import EntryList
from geo.ledger.store import Entries
from geo.ledger.tables import entry_table
from geo.register import fields

if TYPE_CHECKING:
    from datetime import datetime

    from geopandas import GeoDataFrame

# Entries are numbered apart from the projects': a site that is entered changes no figure of the
# rule, and no number that a calculation is known by.
SITES: Final = EntryList(
    table=entry_table("register_entries", "site_id", fields.FIELDS, fields.REQUIRED),
    id="site_id",
    fields=fields.FIELDS,
    cleaned=fields.cleaned,
    merged=fields.merged,
    places=fields.outlines,
    otherwise="tomt",
    named_if="published",  # what a site is called inside is not known outside later either
)


@dataclass(frozen=True)
class Register(Entries):
    """One municipality's register of sites, in the database of its ledger."""

    kept: ClassVar[EntryList] = SITES

    def sites(self, at: datetime | int | None = None) -> GeoDataFrame:
        """Sites now, at a time, or after entry number `at`; see `geo.ledger.history.state`."""
        with reading(self.engine) as connection:
            return history.state(connection, self.kept, self.municipality_no, at)
