"""The ledger: read, written and undone, always as whole entries in one strict order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from geo.errors import CrsError, FileError, LedgerError
from geo.ledger import fields, history
from geo.ledger.appending import append_changes, append_undo, with_places
from geo.ledger.database import connect, exists, place_of, reading, writing
from geo.ledger.entries import KEEP, PROJECTS, Change, Entry, EntryKind, Head, Keep
from geo.ledger.upgrade import prepare, require_current
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.text import signature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Engine

    from geo.ledger.entries import EntryList


@dataclass(frozen=True)
class Entries:
    """
    One municipality's list in a database, kept entry by entry; threads may share it.

    Every method is one transaction. Reading needs no right to write. What is said of projects is
    so for the sites of the register too.

    Attributes
    ----------
    engine
        The database, up to date.
    municipality_no
        Whose entries are read and written; several municipalities may share a database.
    """

    engine: Engine
    municipality_no: str
    kept: ClassVar[EntryList]

    @classmethod
    def open(cls, url: str, municipality_no: str) -> Self:
        """
        Open a ledger; create or upgrade it where need be.

        Parameters
        ----------
        url
            As `database.connect` takes it.
        municipality_no
            Four digits.

        Raises
        ------
        LedgerError
            If there is nothing at `url` that can be used. If the ledger must be created or
            upgraded, and we may not. One that is up to date can be read all the same.
        """
        engine = connect(url)
        try:
            prepare(engine)
        except BaseException:
            engine.dispose()  # the caller gets nothing that could be closed
            raise
        return cls(engine, municipality_no)

    @classmethod
    def existing(cls, url: str, municipality_no: str, *, read_only: bool = False) -> Self:
        """
        Open a ledger that is there already, for one who only reads: to open a new one creates it.

        With `read_only`, one that is older is not brought up to date either, and the database is
        told to refuse all that would write.

        Raises
        ------
        FileError
            If there is no file at the address.
        LedgerError
            As `open`. If it would have to be brought up to date, and only reading is asked for.
        """
        if not exists(url):
            raise FileError("error.ledger_missing", place=place_of(connect(url).url))
        if not read_only:
            return cls.open(url, municipality_no)
        engine = connect(url, read_only=True)
        try:
            require_current(engine)
        except BaseException:
            engine.dispose()  # as above
            raise
        return cls(engine, municipality_no)

    @property
    def place(self) -> str:
        """Where it is, for people: a file, or server and database."""
        return place_of(self.engine.url)

    def close(self) -> None:
        """Give back the connections; the ledger can still be used, and opens new ones."""
        self.engine.dispose()

    def head(self) -> Head:
        """Return the newest entry's number and time: what a calculation can be repeated from."""
        with reading(self.engine) as connection:
            return history.head(connection, self.kept, self.municipality_no)

    def history(self, project_id: str | None = None, limit: int | None = None) -> list[Entry]:
        """Entries of all projects or of one, newest first, at most `limit`."""
        with reading(self.engine) as connection:
            return history.listed(connection, self.kept, self.municipality_no, project_id, limit)

    def add(
        self,
        values: Mapping[str, object],
        geometry: BaseGeometry | None,
        *,
        author: str,
        reason: str,
    ) -> Entry:
        """
        Enter a new project; its id is made from the name unless `values` holds one.

        Raises
        ------
        LedgerError
            If there is or has been a project with the id given.
        FieldError, LedgerError, JobsError
            If a value or the place cannot be stored.
        """
        change = Change(values=values, geometry=geometry)
        return self._write([change], author, reason, EntryKind.ADDED)[0]

    def change(
        self,
        project_id: str,
        values: Mapping[str, object],
        *,
        base_revision: int,
        author: str,
        reason: str,
        geometry: BaseGeometry | Keep | None = KEEP,
    ) -> Entry:
        """
        Change some of a project's values or its place.

        Raises
        ------
        ConflictError
            If the project has got newer revisions; holds the newest entry.
        LedgerError
            If the project already is as the change would leave it; nothing is written. If there is
            no such project, or it has been removed.
        FieldError, LedgerError, JobsError
            If a value or the place cannot be stored.
        """
        change = Change(
            project_id=project_id, values=values, geometry=geometry, base_revision=base_revision
        )
        written = self._write([change], author, reason, EntryKind.CHANGED)
        if not written:
            raise LedgerError("error.ledger_nothing_changed", project=quote(project_id))
        return written[0]

    def remove(self, project_id: str, *, base_revision: int, author: str, reason: str) -> Entry:
        """
        Take a project out of the list; its entries stay, and the removal can be undone.

        Raises
        ------
        ConflictError, LedgerError
            As in `change`.
        """
        change = Change(project_id=project_id, base_revision=base_revision, remove=True)
        return self._write([change], author, reason, EntryKind.REMOVED)[0]

    def write(
        self,
        changes: Sequence[Change],
        *,
        author: str,
        reason: str,
        kind: EntryKind = EntryKind.IMPORTED,
    ) -> list[Entry]:
        """
        Write changes together, all or none; those that change nothing are passed over.

        Raises
        ------
        LedgerError, JobsError
            As in `add`, `change` and `remove`, for the first change at fault.
        """
        return self._write(changes, author, reason, kind)

    def undo(self, seq: int, *, author: str, reason: str) -> Entry:
        """
        Put a project back to what it was before entry `seq`, as a new entry.

        Only the project's newest entry can be undone, be it itself the undoing of another.

        Raises
        ------
        LedgerError
            If there is no such entry.
        ConflictError
            If the project has been changed since; holds the newest entry.
        FieldError
            If author or reason is missing or cannot be stored.
        """
        signed = signature(author, reason)
        with writing(self.engine) as connection:
            return append_undo(connection, self.kept, self.municipality_no, seq, signature=signed)

    def _write(
        self, changes: Sequence[Change], author: str, reason: str, kind: EntryKind
    ) -> list[Entry]:
        signed = signature(author, reason)
        placed = with_places(self.kept, changes)
        with writing(self.engine) as connection:
            return append_changes(
                connection, self.kept, self.municipality_no, placed, signature=signed, kind=kind
            )


@dataclass(frozen=True)
class Ledger(Entries):
    """One municipality's list of projects."""

    kept: ClassVar[EntryList] = PROJECTS

    def projects(self, at: datetime | int | None = None) -> GeoDataFrame:
        """Projects now, at a time, or after entry number `at`; see `history.state`."""
        with reading(self.engine) as connection:
            return history.state(connection, self.kept, self.municipality_no, at)

    def seed(self, frame: GeoDataFrame, *, author: str, reason: str) -> list[Entry]:
        """
        Give an empty ledger its first projects; one that has entries is left alone.

        Parameters
        ----------
        frame
            As a pack's layer `projects`; columns that are no fields are passed over.

        Returns
        -------
        list of Entry
            Empty where the ledger had entries; of several programs that seed at once, one does.

        Raises
        ------
        FieldError, JobsError, LedgerError, CrsError
            If a project cannot be stored; then none is.
        """
        if frame.crs is None:
            raise CrsError("error.crs_missing", layer="projects")
        signed = signature(author, reason)
        placed = frame.to_crs(schema.CRS)
        columns = [name for name in fields.FIELDS if name in placed]
        changes = [
            Change(values=values, geometry=geometry)
            for values, geometry in zip(
                placed[columns].to_dict("records"), placed.geometry, strict=True
            )
        ]
        changes = with_places(self.kept, changes)
        with writing(self.engine) as connection:
            if history.head(connection, self.kept, self.municipality_no).seq:
                return []
            return append_changes(
                connection,
                self.kept,
                self.municipality_no,
                changes,
                signature=signed,
                kind=EntryKind.SEEDED,
            )
