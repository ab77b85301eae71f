"""What a file would change in the ledger, for people to look at before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shapely

from geo import i18n
from geo.ledger.entries import KEEP, Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geo.errors import NaeringsarealError
    from geo.ledger.fields import Value
    from geo.schema.findings import Finding


@dataclass(frozen=True)
class FieldChange:
    """A field's value in the ledger and in the file; None is unknown."""

    field: str
    old: Value
    new: Value


@dataclass(frozen=True)
class PlaceChange:
    """A project's place in the ledger and in the file, EPSG:25832; None is unknown."""

    old: BaseGeometry | None
    new: BaseGeometry | None

    @property
    def moved_m(self) -> float | None:
        """
        How far the place has moved: no part of either is farther from the other, in metres.

        Measured between corners (Hausdorff). None where a place is unknown.
        """
        if self.old is None or self.new is None:
            return None
        return float(shapely.hausdorff_distance(self.old, self.new))

    @property
    def area_change_m2(self) -> float | None:
        """How much larger the place has become, in m²; None where a place is unknown."""
        if self.old is None or self.new is None:
            return None
        return float(self.new.area - self.old.area)


@dataclass(frozen=True)
class Added:
    """
    A row that becomes a new project.

    Attributes
    ----------
    row
        Its number in the file.
    project_id
        The id in the file; None where the ledger shall make one.
    values
        `fields.VALUES`, as the ledger would store them.
    place
        EPSG:25832, or None.
    """

    row: int
    project_id: str | None
    values: Mapping[str, Value]
    place: BaseGeometry | None


@dataclass(frozen=True)
class Changed:
    """
    A row that differs from its project.

    Attributes
    ----------
    row
        Its number in the file.
    project_id, name, revision
        Of the project as it stands in the ledger.
    fields
        Those that change, in their order; an effect that follows from a new status among them.
    place
        None where it stays as it is.
    effect
        The project's effect afterwards.
    file_revision
        Revision that the row was exported from, where the file says so.
    """

    row: int
    project_id: str
    name: str
    revision: int
    fields: tuple[FieldChange, ...]
    place: PlaceChange | None
    effect: Value
    file_revision: int | None = None


@dataclass(frozen=True)
class Missing:
    """A project in the ledger that the file does not mention."""

    project_id: str
    name: str
    revision: int


@dataclass(frozen=True)
class Refused:
    """
    A row that cannot be used.

    Attributes
    ----------
    row
        Its number in the file.
    project_id
        The id in the file, where it has one.
    error
        What is wrong with it.
    """

    row: int
    project_id: str | None
    error: NaeringsarealError

    def say(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """Row, what is wrong, and what to do."""
        reason = self.error.say(language)
        return i18n.say("import.refused", language, row=str(self.row), reason=reason)


@dataclass(frozen=True)
class Proposal:
    """
    What a file would change, compared with the ledger's state when it was read.

    Attributes
    ----------
    added, changed
        Rows that can be written.
    unchanged
        Ids of the projects that already are as the file has them.
    missing
        Projects in the ledger that no row of the file is about, not even a refused one. Empty
        where the file has no ids. A project that was added to the ledger after the file had been
        exported is among them.
    refused
        Rows that cannot be written.
    conflicts
        Rows that differ from their project, and were not exported from its newest revision:
        somebody else has changed it since.
    notes
        What was assumed, left out or repaired, and what empty cells and absent columns mean.
    """

    added: tuple[Added, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    refused: tuple[Refused, ...] = ()
    conflicts: tuple[Changed, ...] = ()
    notes: tuple[Finding, ...] = field(default=(), hash=False)

    def changes(
        self, *, overwrite: bool = False, remove_missing: bool = False
    ) -> tuple[Change, ...]:
        """
        Return what `Ledger.write` is to be given.

        Each change has the revision that the file was compared with: if somebody has changed one
        of the projects since, `Ledger.write` raises `ConflictError` and writes nothing.

        Parameters
        ----------
        overwrite
            Write the conflicts too; what others wrote since the export is changed back to what
            stands in the file.
        remove_missing
            Remove the projects that the file does not mention.
        """
        changed = self.changed + (self.conflicts if overwrite else ())
        missing = self.missing if remove_missing else ()
        return (
            *(_change(one) for one in changed),
            *(
                Change(project_id=one.project_id, values=one.values, geometry=one.place)
                for one in self.added
            ),
            *(
                Change(project_id=one.project_id, base_revision=one.revision, remove=True)
                for one in missing
            ),
        )


def _change(changed: Changed) -> Change:
    # With its effect: a new status alone would bring its own, also where the file says otherwise.
    values = {one.field: one.new for one in changed.fields} | {"effect": changed.effect}
    return Change(
        project_id=changed.project_id,
        values=values,
        geometry=KEEP if changed.place is None else changed.place.new,
        base_revision=changed.revision,
    )
