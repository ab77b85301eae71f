"""Scenarios: named sets of overrides on top of the ledger, shared and saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geo.errors import LedgerError
from geo.ledger.database import reading, writing
from geo.ledger.tables import json_text, scenarios
from geo.schema.coercion import quote
from geo.schema.text import required

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine


@dataclass(frozen=True)
class Scenario:
    """
    One scenario as it was saved last.

    Attributes
    ----------
    name
        Unique in the municipality.
    revision
        How many times it has been saved.
    at, author
        When (UTC) and by whom it was saved last.
    ledger_seq
        Number of the ledger's newest entry when it was begun: the state it starts from.
    overrides
        What it changes; anything that JSON can hold.
    """

    name: str
    revision: int
    at: datetime
    author: str
    ledger_seq: int
    overrides: Mapping[str, Any]


@dataclass(frozen=True)
class Scenarios:
    """One municipality's scenarios, in the database of its ledger; threads may share it."""

    engine: Engine
    municipality_no: str

    def list(self) -> tuple[Scenario, ...]:
        """Return all scenarios by name."""
        query = sa.select(scenarios).where(self._ours()).order_by(scenarios.c.name)
        with reading(self.engine) as connection:
            return tuple(_scenario(row) for row in connection.execute(query))

    def save(
        self,
        name: str,
        overrides: Mapping[str, Any],
        *,
        author: str,
        ledger_seq: int,
        base_revision: int = 0,
    ) -> Scenario:
        """
        Save a scenario, new (`base_revision` 0) or over the revision it was made from.

        Raises
        ------
        ScenarioConflictError
            If it has been saved since, or a new one's name is taken; holds it as it stands now.
        LedgerError
            If it has been removed since.
        FieldError
            If name or author is blank or cannot be stored.
        ValueError, TypeError
            If the overrides hold what JSON has not.
        """
        name, author = required("scenario", name), required("author", author)
        json_text(overrides)
        with writing(self.engine) as connection:
            self._require(connection, name, base_revision)
            saved = Scenario(
                name, base_revision + 1, datetime.now(UTC), author, ledger_seq, overrides
            )
            row = vars(saved) | {"municipality_no": self.municipality_no}
            if base_revision:
                change = sa.update(scenarios).where(self._ours(), scenarios.c.name == name)
                connection.execute(change.values(row))
            else:
                connection.execute(sa.insert(scenarios).values(row))
        return saved

    def remove(self, name: str, *, base_revision: int) -> None:
        """
        Remove a scenario for good.

        Raises
        ------
        ScenarioConflictError, LedgerError
            As in `save`.
        """
        with writing(self.engine) as connection:
            self._require(connection, name, base_revision)
            this = (self._ours(), scenarios.c.name == name)
            connection.execute(sa.delete(scenarios).where(*this))

    def _require(self, connection: Connection, name: str, base_revision: int) -> None:
        this = (self._ours(), scenarios.c.name == name)
        row = connection.execute(sa.select(scenarios).where(*this)).first()
        if row is not None and row.revision != base_revision:
            raise ScenarioConflictError(scenario=_scenario(row))
        if row is None and base_revision:
            raise LedgerError("error.unknown_scenario", name=quote(name))

    def _ours(self) -> sa.ColumnElement[bool]:
        return scenarios.c.municipality_no == self.municipality_no


def _scenario(row: sa.Row[Any]) -> Scenario:
    return Scenario(row.name, row.revision, row.at, row.author, row.ledger_seq, row.overrides)


class ScenarioConflictError(LedgerError):
    """The scenario has been saved since it was read; `scenario` is as it stands now."""

    def __init__(self, *, scenario: Scenario) -> None:
        self.scenario = scenario
        name, author = quote(scenario.name), quote(scenario.author)
        super().__init__("error.scenario_conflict", name=name, author=author)
