"""Entries of the ledger: what one of them says, and what a change asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Final

from geo.errors import LedgerError
from geo.ledger import fields
from geo.ledger.fields import from_bytes, to_bytes
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Row


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
    One change, and the project as it was right after it.

    Attributes
    ----------
    seq
        Its number in the database: 1, 2, 3 … without gaps, over all municipalities.
    project_id, revision
        The project, and how many entries it has had with this one.
    at
        When, in UTC; never before the entry that precedes it.
    author, reason
        Who, and why.
    kind
        What was done.
    values
        `fields.VALUES`, unknown ones as None. For a removed project: as they last were.
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
        Of the project that changes; for a new one None, or the id it shall have.
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


def to_row(entry: Entry, municipality_no: str) -> dict[str, object]:
    """Values for the columns of `tables.entries`."""
    return {
        "seq": entry.seq,
        "municipality_no": municipality_no,
        "project_id": entry.project_id,
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


def from_row(row: Row[Any]) -> Entry:
    """Entry that stands in a row of `tables.entries`."""
    return Entry(
        seq=row.seq,
        project_id=row.project_id,
        revision=row.revision,
        at=row.at,
        author=row.author,
        reason=row.reason,
        kind=EntryKind(row.kind),
        values={name: row._mapping[name] for name in fields.VALUES},  # noqa: SLF001  # SQLAlchemy's public name
        geometry=from_bytes(row.geometry),
        undoes=row.undoes,
        removed=row.removed,
    )


class ConflictError(LedgerError):
    """The project has changed since it was read, or since what is undone; `entry` is the newest."""

    def __init__(self, code: str, /, *, entry: Entry) -> None:
        self.entry = entry
        project, author = quote(entry.values["name"]), quote(entry.author)
        super().__init__(code, project=project, author=author, reason=quote(entry.reason))
