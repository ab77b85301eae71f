"""How entries come to be: checked against the newest ones, numbered, and written in one go."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from geo.errors import LedgerError
from geo.ledger import history
from geo.ledger.entries import KEEP, Change, ConflictError, Entry, EntryKind
from geo.schema.coercion import quote
from geo.schema.text import slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from geo.ledger.entries import EntryList
    from geo.ledger.fields import Value

_TICK: Final = timedelta(microseconds=1)
_TOKEN_BYTES: Final = 4


def with_places(kept: EntryList, changes: Sequence[Change]) -> list[Change]:
    """
    Changes with their geometries checked and repaired, ready to be written.

    Apart from the writing, since it takes time and needs no lock.

    Raises
    ------
    LedgerError
        As in the list's `places`.
    """
    # Of a new one there is nothing to keep.
    moved = [n for n, one in enumerate(changes) if one.geometry is not KEEP or _is_new(one)]
    names = [str(changes[n].values.get("name") or changes[n].project_id) for n in moved]
    given = [changes[n].geometry for n in moved]
    places = kept.places([None if one is KEEP else one for one in given], names)
    found = list(changes)
    for n, place in zip(moved, places, strict=True):
        found[n] = replace(changes[n], geometry=place)
    return found


def append_changes(
    connection: Connection,
    kept: EntryList,
    municipality_no: str,
    changes: Sequence[Change],
    *,
    signature: tuple[str, str],
    kind: EntryKind,
) -> list[Entry]:
    """
    Write changes; those that change nothing are passed over.

    Parameters
    ----------
    connection
        From `database.writing`: alone with the ledger.
    kept
        Which of its lists.
    municipality_no
        Whose entries they are.
    changes
        From `with_places`. A project that stands in two of them has changed when the second one
        comes.
    signature
        Author and reason, cleaned.
    kind
        Of all entries; `CHANGED` becomes `MOVED` where nothing but the status changed.

    Raises
    ------
    ConflictError, LedgerError
        For the first change whose project is not as the change takes it to be.
    FieldError, LedgerError, JobsError
        For what cannot be stored.
    """
    known = {change.project_id for change in changes if change.project_id is not None}
    standing = history.newest(connection, kept, municipality_no, sorted(known))
    taken: set[str] = set()
    if any(_is_new(change) for change in changes):
        taken = history.ids(connection, kept, municipality_no)

    written: list[Entry] = []
    blank = _blank(connection, kept, signature, kind)
    entry: Entry | None
    for change in changes:
        if _is_new(change):
            entry = _added(kept, blank, change, taken)
        else:
            entry = _changed(kept, blank, change, standing.get(str(change.project_id)))
        if entry is not None:
            written.append(entry)
            standing[entry.project_id] = entry
            taken.add(entry.project_id)
            blank = replace(blank, seq=blank.seq + 1)
    _store(connection, kept, municipality_no, written)
    return written


def append_undo(
    connection: Connection,
    kept: EntryList,
    municipality_no: str,
    seq: int,
    *,
    signature: tuple[str, str],
) -> Entry:
    """
    Put a project back to what it was before an entry, its newest one.

    Raises
    ------
    LedgerError
        If the municipality has no such entry.
    ConflictError
        If the project has newer entries.
    """
    target = history.entry(connection, kept, municipality_no, seq)
    one = target.project_id
    newest = history.newest(connection, kept, municipality_no, [one])[one]
    if newest.seq != target.seq:
        raise ConflictError("error.ledger_undo_conflict", entry=newest)
    earlier = history.before(connection, kept, municipality_no, target)
    back = earlier or replace(target, removed=True)  # before its first entry it was not there
    restored = target.removed and not back.removed
    entry = replace(
        _blank(connection, kept, signature, EntryKind.RESTORED if restored else EntryKind.UNDONE),
        project_id=target.project_id,
        revision=target.revision + 1,
        values=back.values,
        geometry=back.geometry,
        removed=back.removed,
        undoes=target.seq,
    )
    _store(connection, kept, municipality_no, [entry])
    return entry


def _blank(
    connection: Connection, kept: EntryList, signature: tuple[str, str], kind: EntryKind
) -> Entry:
    """Return the next entry, of which nothing but number, time and signature is filled in."""
    last = history.head(connection, kept)
    now = datetime.now(UTC)
    # A clock that was set back must not put an entry before its predecessor, nor two writes at
    # one time: the state at that time would change.
    at = now if last.at is None else max(now, last.at + _TICK)
    author, reason = signature
    return Entry(last.seq + 1, "", 1, at, author, reason, kind, {}, None)


def _store(
    connection: Connection, kept: EntryList, municipality_no: str, written: Sequence[Entry]
) -> None:
    if written:
        rows = [kept.to_row(entry, municipality_no) for entry in written]
        connection.execute(sa.insert(kept.table), rows)


def _is_new(change: Change) -> bool:
    return change.base_revision is None and not change.remove


def _added(kept: EntryList, blank: Entry, change: Change, taken: set[str]) -> Entry:
    given = {} if change.project_id is None else {kept.id: change.project_id}
    values = kept.cleaned({**change.values, **given})
    project_id = values.pop(kept.id, None)
    if project_id in taken:
        raise LedgerError("error.ledger_taken_project", project=quote(project_id))
    if project_id is None:
        project_id = _free(_wanted_id(kept, values), taken)
    place = None if change.geometry is KEEP else change.geometry
    return replace(blank, project_id=str(project_id), values=values, geometry=place)


def _wanted_id(kept: EntryList, values: Mapping[str, Value]) -> str:
    """Return an id made of the name, or one that tells nothing of it nor of how many there are."""
    if kept.named_if is None or values[kept.named_if]:
        return slug(str(values["name"]), kept.otherwise)
    return f"{kept.otherwise}-{secrets.token_hex(_TOKEN_BYTES)}"


def _free(wanted: str, taken: set[str]) -> str:
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _changed(kept: EntryList, blank: Entry, change: Change, newest: Entry | None) -> Entry | None:
    """Entry that a change makes; None where it changes nothing."""
    if newest is None:
        raise LedgerError("error.ledger_unknown_project", project=quote(change.project_id))
    if newest.revision != change.base_revision:
        raise ConflictError("error.ledger_conflict", entry=newest)
    if newest.removed:
        raise LedgerError("error.ledger_unknown_project", project=quote(change.project_id))
    # An id never changes; it may stand among the values, since a whole row has one.
    wanted = {name: value for name, value in change.values.items() if name != kept.id}
    entry = replace(
        blank,
        project_id=newest.project_id,
        revision=newest.revision + 1,
        values=kept.merged(newest.values, wanted),
        geometry=newest.geometry if change.geometry is KEEP else change.geometry,
        removed=change.remove,
    )
    if entry.same_state(newest):
        return None
    moved = entry.kind is EntryKind.CHANGED and _moved(kept, newest, entry)
    return replace(entry, kind=EntryKind.MOVED) if moved else entry


def _moved(kept: EntryList, newest: Entry, entry: Entry) -> bool:
    """Whether all are alike but the road's fields, and its first is not: it went along the road."""
    road = {name: newest.values[name] for name in kept.road}
    alike = replace(entry, values={**entry.values, **road}).same_state(newest)
    return alike and any(entry.values[name] != old for name, old in [*road.items()][:1])
