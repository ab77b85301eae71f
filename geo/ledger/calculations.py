"""Calculations that were saved, so that a figure in a case paper can be made again."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from geo.errors import LedgerError
from geo.ledger.database import reading, writing
from geo.ledger.tables import calculations, json_text
from geo.schema.coercion import quote
from geo.schema.text import required

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine

ID_LENGTH: Final = 8  # characters; short enough to be read from paper


@dataclass(frozen=True)
class Calculation:
    """
    One saved calculation.

    Attributes
    ----------
    id
        Eight characters, a–z and 2–7, made from the content.
    at, author
        When (UTC) and by whom it was saved first.
    content
        All that the result follows from: rule version, parameters, pack, ledger entry, overrides.
    result
        What came out.
    """

    id: str
    at: datetime
    author: str
    content: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Calculations:
    """One municipality's calculations, in the database of its ledger; threads may share it."""

    engine: Engine
    municipality_no: str

    def save(
        self, content: Mapping[str, Any], result: Mapping[str, Any], *, author: str
    ) -> Calculation:
        """
        Save a calculation; one with equal content is already saved, and is returned as it is.

        Raises
        ------
        FieldError
            If the author is blank or cannot be stored.
        ValueError, TypeError
            If content or result hold what JSON has not.
        """
        author = required("author", author)
        canonical = json_text(content)
        json_text(result)
        with writing(self.engine) as connection:
            for short in _ids(canonical):
                found = self._find(connection, short)
                if found is None:
                    saved = Calculation(short, datetime.now(UTC), author, content, result)
                    row = vars(saved) | {"municipality_no": self.municipality_no}
                    connection.execute(sa.insert(calculations).values(row))
                    return saved
                if json_text(found.content) == canonical:
                    return found
        msg = "every short id of a calculation's hash belongs to another calculation"
        raise AssertionError(msg)

    def get(self, calculation_id: str) -> Calculation:
        """
        Return the calculation with this id.

        Raises
        ------
        LedgerError
            If none has it.
        """
        with reading(self.engine) as connection:
            found = self._find(connection, calculation_id)
        if found is None:
            raise LedgerError("error.unknown_calculation", id=quote(calculation_id))
        return found

    def _find(self, connection: Connection, calculation_id: str) -> Calculation | None:
        query = sa.select(calculations).where(
            calculations.c.municipality_no == self.municipality_no,
            calculations.c.id == calculation_id,
        )
        row = connection.execute(query).first()
        if row is None:
            return None
        return Calculation(row.id, row.at, row.author, row.content, row.result)


def calculation_id_of(content: Mapping[str, Any]) -> str:
    """
    Return the id that a calculation of this content is saved under, without saving it.

    Raises
    ------
    ValueError, TypeError
        If the content holds what JSON has not.
    """
    return next(_ids(json_text(content)))


def _ids(canonical: str) -> Iterator[str]:
    """Ids for a content, the first one as a rule; the next where another content has it."""
    digest = hashlib.sha256(canonical.encode()).digest()
    letters = base64.b32encode(digest).decode().rstrip("=").lower()
    for start in range(len(letters) - ID_LENGTH + 1):
        yield letters[start : start + ID_LENGTH]
