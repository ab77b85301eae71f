"""Things to say to people, kept as ids and figures until the language is known."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from geo import i18n

if TYPE_CHECKING:
    from collections.abc import Mapping

Unit = Literal["daa", "percent", "share", "number", "kilometres", "floor_area"]

_METRES_PER_KM = 1000.0
_LEAST_DAA_M2 = 50.0  # less would be read as 0,0 daa, and something is not nothing


@dataclass(frozen=True)
class Amount:
    """A figure and how it is written: `percent` whole, `share` with a decimal, lengths m or km."""

    value: float | None
    unit: Unit = "number"

    def say(self, language: str) -> str:
        """Write the figure the way the language does; unknown is a word, never 0."""
        value = None if self.value is None or math.isnan(self.value) else self.value
        if self.unit == "daa":
            return _area(value, language)
        if self.unit == "percent":
            return _percent(value, language)
        if self.unit == "share":
            return i18n.percent(value, language, 1)
        if self.unit == "kilometres":
            return _distance(value, language)
        if self.unit == "floor_area" and value is not None:
            return f"{i18n.number(value, language)} m² BRA"
        return i18n.number(value, language)


@dataclass(frozen=True)
class Words:
    """Words that come with the data in both languages."""

    nb: str
    en: str

    def say(self, language: str) -> str:
        """Return them in the language."""
        return self.en if language == "en" else self.nb


@dataclass(frozen=True)
class Clauses:
    """Remarks that are sentences in themselves, said one after the other."""

    remarks: tuple[Remark, ...]

    def say(self, language: str) -> str:
        """Say them with a semicolon between, for they may have commas inside."""
        return "; ".join(remark.say(language) for remark in self.remarks)


@dataclass(frozen=True)
class Remark:
    """
    One text from the catalogues, with the parts that its placeholders stand for.

    Parts may be text, numbers, `Amount`, `Words`, `Clauses`, other remarks, or a tuple of these,
    which is said as a list.
    """

    msgid: str
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)

    def say(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """Say it in the language, all its parts too."""
        parts = {name: _said(part, language) for name, part in self.parts.items()}
        return i18n.say(self.msgid, language, **parts)


def _said(part: object, language: str) -> object:
    if isinstance(part, Amount | Words | Clauses | Remark):
        return part.say(language)
    if isinstance(part, tuple):
        return ", ".join(str(_said(one, language)) for one in part)
    return part


def _area(value: float | None, language: str) -> str:
    if value is not None and 0 < value < _LEAST_DAA_M2:
        return f"{i18n.number(max(value, 1.0), language)} m²"
    return i18n.daa(value, language)


def _percent(share: float | None, language: str) -> str:
    # What is not all is never written as all, nor what is something as nothing.
    decimals = 0
    if share is not None and (0 < share < 0.005 or 0.995 <= share < 1):  # noqa: PLR2004
        decimals = 1
    return i18n.percent(share, language, decimals)


def _distance(metres: float | None, language: str) -> str:
    gap = "\N{NO-BREAK SPACE}"
    if metres is None:
        return i18n.number(None, language)
    if metres < _METRES_PER_KM:
        return f"{i18n.number(metres, language)}{gap}m"
    return f"{i18n.number(metres / _METRES_PER_KM, language, 1)}{gap}km"
