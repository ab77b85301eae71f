"""A file's rows compared with the ledger's projects, one by one."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.errors import ImportRowError, LedgerError, NaeringsarealError
from geo.ledger import fields
from geo.ledger.entries import KEEP
from geo.ledger.fields import FIELDS, VALUES
from geo.ledger.headings import REVISION
from geo.ledger.incoming import note, read_table
from geo.ledger.proposal import (
    Added,
    Changed,
    FieldChange,
    Missing,
    PlaceChange,
    Proposal,
    Refused,
)
from geo.ledger.sheets import coerced
from geo.ledger.siting import places_of
from geo.schema.coercion import quote
from geo.schema.text import required

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.intake.systems.projection import Hints
    from geo.ledger.entries import Keep
    from geo.ledger.fields import Value
    from geo.ledger.incoming import Row, Table

_ENDLESS: Final = 2**31
# Numbers that differ by less are the same: some programs keep fifteen digits.
_ROUNDED: Final = 1e-14


@dataclass(frozen=True)
class Standing:
    """A project as it stands in the ledger."""

    values: Mapping[str, Value]
    place: BaseGeometry | None
    revision: int


def compare(table: Table, state: GeoDataFrame, *, taken: Collection[str] = ()) -> Proposal:
    """
    Say what a file would change.

    Parameters
    ----------
    table
        From `incoming.read_table`.
    state
        As `Ledger.projects` returns it.
    taken
        Ids that a new project cannot have.
    """
    standing = _standing(state)
    cells = coerced(table.columns, [row.cells for row in table.rows])
    ids = [_id(one) for one in cells]
    olds = [standing.get(one) if one is not None else None for one in ids]
    names = [
        str(one.get("name") or project_id or "") for one, project_id in zip(cells, ids, strict=True)
    ]
    places, notes = places_of(
        table, cells, [None if old is None else old.place for old in olds], names
    )
    judge = _Judge(table, Counter(one for one in ids if one is not None), frozenset(taken))
    for row, given, project_id, old, place in zip(
        table.rows, cells, ids, olds, places, strict=True
    ):
        judge.take(row, given, project_id, old, place)
    mentioned = {one for one in ids if one is not None}
    has_ids = "project_id" in table.columns
    return judge.proposal(
        notes=[*table.notes, *notes],
        missing=tuple(
            Missing(one, str(project.values["name"]), project.revision)
            for one, project in standing.items()
            if has_ids and one not in mentioned
        ),
    )


class _Judge:
    """Where the verdicts on the rows are gathered."""

    def __init__(self, table: Table, counted: Mapping[str, int], taken: Collection[str]) -> None:
        self._table = table
        self._counted = counted
        self._taken = taken
        self._added: list[Added] = []
        self._changed: list[Changed] = []
        self._conflicts: list[Changed] = []
        self._unchanged: list[str] = []
        self._refused: list[Refused] = []

    def take(
        self,
        row: Row,
        given: Mapping[str, Any],
        project_id: str | None,
        old: Standing | None,
        place: BaseGeometry | Keep | NaeringsarealError | None,
    ) -> None:
        """Put a row where it belongs."""
        try:
            if project_id is not None and self._counted[project_id] > 1:
                raise ImportRowError("error.import_repeated", project=quote(project_id))
            if isinstance(place, NaeringsarealError):
                raise place
            if project_id is None or old is None:
                self._added.append(self._new(row, given, project_id, place))
            else:
                self._compared(row, given, project_id, old, place)
        except NaeringsarealError as error:
            self._refused.append(Refused(row.number, project_id, error))

    def proposal(self, *, notes: list[Any], missing: tuple[Missing, ...]) -> Proposal:
        """Everything that was gathered, and what is to be said of it as a whole."""
        both = (*self._changed, *self._conflicts)
        cleared = sum(one.new is None for changed in both for one in changed.fields)
        cleared += sum(one.place is not None and one.place.new is None for one in both)
        if cleared:
            notes.append(note("import.cleared", count=cleared))
        if not (self._table.has_places and set(FIELDS) <= self._table.columns):
            notes.append(note("import.columns_absent"))
        if "project_id" not in self._table.columns:
            notes.append(note("import.without_ids"))
        unnamed = sum(one.project_id is None for one in self._added)
        if unnamed:
            notes.append(note("import.without_id", count=unnamed))
        return Proposal(
            added=tuple(self._added),
            changed=tuple(self._changed),
            unchanged=tuple(self._unchanged),
            missing=missing,
            refused=tuple(self._refused),
            conflicts=tuple(self._conflicts),
            notes=tuple(notes),
        )

    def _new(
        self,
        row: Row,
        given: Mapping[str, Any],
        project_id: str | None,
        place: BaseGeometry | Keep | None,
    ) -> Added:
        if project_id is not None:
            required("project_id", given["project_id"])
            if "name" not in self._table.columns:
                raise LedgerError("error.ledger_unknown_project", project=quote(project_id))
        if project_id in self._taken:
            raise LedgerError("error.ledger_taken_project", project=quote(project_id))
        values = fields.cleaned({name: given[name] for name in VALUES if name in given})
        return Added(row.number, project_id, values, None if place is KEEP else place)

    def _compared(
        self,
        row: Row,
        given: Mapping[str, Any],
        project_id: str,
        old: Standing,
        place: BaseGeometry | Keep | None,
    ) -> None:
        file_revision = _revision(given)
        wanted = {
            name: _unrounded(given[name], old.values[name]) for name in VALUES if name in given
        }
        new = fields.merged(old.values, wanted)
        differing = tuple(
            FieldChange(name, old.values[name], new[name])
            for name in VALUES
            if new[name] != old.values[name]
        )
        moved = None if place is KEEP else PlaceChange(old.place, place)
        if not differing and moved is None:
            self._unchanged.append(project_id)
            return
        changed = Changed(
            row.number,
            project_id,
            str(old.values["name"]),
            old.revision,
            differing,
            moved,
            new["effect"],
            file_revision,
        )
        stale = file_revision is not None and file_revision != old.revision
        (self._conflicts if stale else self._changed).append(changed)


def _standing(state: GeoDataFrame) -> dict[str, Standing]:
    plain = state[[*FIELDS, REVISION]].astype(object)
    plain = plain.where(plain.notna(), None)
    found = {}
    for row, place in zip(plain.to_dict("records"), state.geometry, strict=True):
        values = {name: row[name] for name in VALUES}
        found[row["project_id"]] = Standing(values, place, int(row[REVISION]))
    return found


def _id(given: Mapping[str, Any]) -> str | None:
    """Id as the ledger would store it; one that it would refuse stays, to be found wanting."""
    value = given.get("project_id")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return required("project_id", value)
    except NaeringsarealError:
        return quote(value)


def _unrounded(value: Any, old: Value) -> Any:  # noqa: ANN401
    if not (isinstance(value, float) and isinstance(old, float)):
        return value
    return old if math.isclose(value, old, rel_tol=_ROUNDED) else value


def _revision(given: Mapping[str, Any]) -> int | None:
    value = given.get(REVISION)
    if value is None:
        return None
    if not isinstance(value, int | float) or not 0 <= value < _ENDLESS or value % 1:
        raise ImportRowError("error.import_revision", value=quote(value))
    return int(value)


def read_changes(
    source: Path | str | bytes,
    ending: str,
    state: GeoDataFrame,
    *,
    taken: Collection[str] = (),
    layer: str | None = None,
    hints: Hints | None = None,
) -> Proposal:
    """
    Read a file of projects, and say what it would change; nothing is written.

    A field without a column in the file stays as it is; an empty cell in a column makes the field
    unknown. A row without a project id, or with one that is not in the ledger, is a new project.

    Parameters
    ----------
    source
        A file, or its content. Ours, or one with any of the columns that `headings` knows.
    ending
        Of its name: ``.gpkg``, ``.xlsx``, or of any kind that sites are read from.
    state
        As `Ledger.projects` returns it: what the file is compared with.
    taken
        Ids that a new project cannot have, since a removed one had them.
    layer
        Of the file; by default the one called as ours, else the likeliest.
    hints
        Where projects are expected, and what a person says of the reference system.

    Raises
    ------
    FileError
        If there is no such file.
    ImportFileError
        If it cannot be read, is too large, or has no projects in it.
    CrsError, ParameterError
        If the coordinates' reference system is neither given nor to be seen from their size.
    """
    table = read_table(source, ending, layer=layer, hints=hints)
    return compare(table, state, taken=taken)
