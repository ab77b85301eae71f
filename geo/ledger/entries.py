"""Entries of the ledger: what one of them says, and what a change asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Final

from geo.errors import LedgerError
from geo.ledger import fields
from geo.ledger.fields import cleaned_places, from_bytes, to_bytes
from geo.ledger.tables import entries
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Column, Row, Table

    from geo.ledger.fields import Value


class EntryKind(StrEnum):
    """What an entry did to its project."""

    SEEDED = "seeded"  # the list's first content
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"  # only along the road from idea to finished
    REMOVED = "removed"
    RESTORED = "restored"  # the undoing of a removal
    UNDONE = "undone"
    IMPORTED = "imported"


class Keep(Enum):
    """Stands for leaving the geometry as it is, since None stands for an unknown one."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True)
class Entry:
    """
    One change, and the project as it was right after it, or in the register of sites the site.

    Attributes
    ----------
    seq
        Its number in the database: 1, 2, 3 … without gaps, over all municipalities.
    project_id, revision
        The project or site, and how many entries it has had with this one.
    at
        When, in UTC; never before the entry that precedes it.
    author, reason
        Who, and why.
    kind
        What was done.
    values
        Those of the list's fields, unknown ones as None. For a removed project: as they last were.
    geometry
        EPSG:25832, or None. Possibly shared: never prepare it.
    undoes
        Number of the entry that this one takes back.
    removed
        Whether the project is gone after it.
    """

    seq: int
    project_id: str
    revision: int
    at: datetime
    author: str
    reason: str
    kind: EntryKind
    values: Mapping[str, fields.Value]
    geometry: BaseGeometry | None
    undoes: int | None = None
    removed: bool = False

    @property
    def site_id(self) -> str:
        """Return the site that an entry of the register is about."""
        return self.project_id

    def same_state(self, other: Entry) -> bool:
        """Whether both leave the project alike."""
        mine, theirs = ((e.removed, e.values, to_bytes(e.geometry)) for e in (self, other))
        return mine == theirs


@dataclass(frozen=True)
class Head:
    """The newest entry: its number (0 in an empty ledger) and time."""

    seq: int
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """
    One of the changes that are written together.

    Attributes
    ----------
    project_id
        Of the project or site that changes; for a new one None, or the id it shall have.
    values
        For a new project its values, else those that change.
    geometry
        EPSG:25832, None for unknown, `KEEP` for as it is.
    base_revision
        Revision that the change was made from; None for a new project.
    remove
        Take the project away.
    """

    project_id: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    geometry: BaseGeometry | Keep | None = KEEP
    base_revision: int | None = None
    remove: bool = False


@dataclass(frozen=True, kw_only=True)
class EntryList:
    """
    A list that is kept entry by entry: where its entries stand, and what may stand in them.

    Attributes
    ----------
    table
        From `tables.entry_table`.
    id
        Field with the id of what the entries are about.
    fields
        Kind of each field.
    cleaned, merged
        Make values, and a change on top of values, what the table stores, as
        `geo.ledger.fields.cleaned` and `merged` do.
    places
        Does the same with geometries and the names that they belong to.
    otherwise
        Id for a name that no id can be made from.
    named_if
        Field that says whether the name may stand in the id, which never changes and is part of
        addresses; None where it always may.
    road
        Fields of which a change is `EntryKind.MOVED`, the decisive one first; none by default.
    """

    table: Table
    id: str
    fields: Mapping[str, str]
    cleaned: Callable[[Mapping[str, object]], dict[str, Value]]
    merged: Callable[[Mapping[str, Value], Mapping[str, object]], dict[str, Value]]
    places: Callable[
        [Sequence[BaseGeometry | None], Sequence[str]], Sequence[BaseGeometry | None]
    ] = cleaned_places
    otherwise: str = "prosjekt"
    named_if: str | None = None
    road: tuple[str, ...] = ()

    @property
    def about(self) -> Column[str]:
        """Return the column with the id of what the entries are about."""
        return self.table.columns[self.id]

    def to_row(self, entry: Entry, municipality_no: str) -> dict[str, object]:
        """Return what the table's columns hold of an entry."""
        return {
            "seq": entry.seq,
            "municipality_no": municipality_no,
            self.id: entry.project_id,
            "revision": entry.revision,
            "at": entry.at,
            "author": entry.author,
            "reason": entry.reason,
            "kind": entry.kind.value,
            "undoes": entry.undoes,
            "removed": entry.removed,
            "geometry": to_bytes(entry.geometry),
            **entry.values,
        }

    def from_row(self, row: Row[Any]) -> Entry:
        """Return the entry that stands in a row of the table."""
        values = row._mapping  # noqa: SLF001  # SQLAlchemy's public name
        return Entry(
            seq=row.seq,
            project_id=values[self.id],
            revision=row.revision,
            at=row.at,
            author=row.author,
            reason=row.reason,
            kind=EntryKind(row.kind),
            values={name: values[name] for name in self.fields if name != self.id},
            geometry=from_bytes(row.geometry),
            undoes=row.undoes,
            removed=row.removed,
        )


PROJECTS: Final = EntryList(
    table=entries,
    id="project_id",
    fields=fields.FIELDS,
    cleaned=fields.cleaned,
    merged=fields.merged,
    road=("status", "effect"),
)


class ConflictError(LedgerError):
    """
    The project or site has changed since it was read, or since what is undone.

    `entry` is the newest.
    """

    def __init__(self, code: str, /, *, entry: Entry) -> None:
        self.entry = entry
        project, author = quote(entry.values["name"]), quote(entry.author)
        super().__init__(code, project=project, author=author, reason=quote(entry.reason))
