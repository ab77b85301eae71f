"""The kinds of constraint, from the one table that a new kind is a row of."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.i18n import KINDS, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pandas import DataFrame


@dataclass(frozen=True)
class ConstraintKind:
    """
    A row of `constraint_kinds.toml`, which tells what each member means.

    Its names are texts: ``constraint.KIND`` (`geo.i18n.texts`).
    """

    required: bool = False
    recurrence: bool = False
    words: tuple[str, ...] = ()


def read_kinds(path: Path) -> Mapping[str, ConstraintKind]:
    """Return the rows of a table of kinds, in its order."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            kind: ConstraintKind(
                **{name: value for name, value in row.items() if name not in (*LANGUAGES, "words")},
                words=tuple(row.get("words", ())),
            )
            for kind, row in table.items()
        }
    )


CONSTRAINT_KIND: Final = read_kinds(KINDS)
REQUIRED: Final = frozenset(kind for kind, row in CONSTRAINT_KIND.items() if row.required)
RECURRENT: Final = frozenset(kind for kind, row in CONSTRAINT_KIND.items() if row.recurrence)
INTERVAL: Final = "recurrence_years"


def answers_of(frame: DataFrame) -> frozenset[str]:
    """
    Return what a layer of constraints or of coverage answers for beyond the agreed form.

    Ids of the kinds in it that are not required, and `INTERVAL` where a flood in it names its
    recurrence interval. A pack's manifest keeps it (`geo.schema.manifest.LayerInfo.answers`), so
    that what is forgotten row by row is not taken as never asked.
    """
    if "kind" not in frame:
        return frozenset()
    beyond = set(frame["kind"].dropna().unique()) & (CONSTRAINT_KIND.keys() - REQUIRED)
    if INTERVAL in frame and frame.loc[frame["kind"].isin(RECURRENT), INTERVAL].notna().any():
        beyond.add(INTERVAL)
    return frozenset(beyond)
