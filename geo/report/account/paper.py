"""The land account's document as it grows: what it says in words, and what each figure rests on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from geo import i18n
from geo.i18n import Amount, Remark
from geo.jobs import business_key
from geo.report import model, page, words
from geo.report.word.elements import Cell, Row, WordTable
from geo.schema.coercion import quote
from geo.schema.manifest import BADGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from geo.growth.rule import RuleResult
    from geo.i18n import Unit
    from geo.report.word.document import WordDocument
    from geo.report.zone_facts import AllFacts

_LONGEST: Final = 300  # characters of a name; a file may have pages of them


class Sayable(Protocol):
    """What can be said in a language."""

    def say(self, language: str) -> str:
        """Say it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Paper:
    """
    The document, whose figures it tells, and the language.

    Attributes
    ----------
    word
        What is written to.
    facts
        All figures.
    language
        nb or en.
    """

    word: WordDocument
    facts: AllFacts
    language: str

    def t(self, msgid: str, **parts: object) -> str:
        """Say a text."""
        return i18n.say(msgid, self.language, **parts)

    def say(self, said: Sayable) -> str:
        """Say a remark, a finding or an amount."""
        return said.say(self.language)

    def own(self, text: str | None) -> str:
        """Return one of the pack's own texts in the language where it brings a translation."""
        return i18n.of_pack(text, self.facts.workspace.pack.directory, self.language)

    def name(self, text: str | None) -> str:
        """Return a name, or another text of the pack, as one line."""
        line = " ".join("".join(c if c.isprintable() else " " for c in self.own(text)).split())
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

    def amount(self, value: float | None, unit: Unit = "number") -> str:
        """Write a figure with its unit; unknown is a word."""
        return Amount(value, unit).say(self.language)

    def area(self, value: float | None) -> str:
        """Write an area in dekar."""
        return i18n.daa(value, self.language)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Write a number."""
        return i18n.number(value, self.language, decimals)

    def densification(self, land: Mapping[str, Any]) -> str:
        """Write the densification potential, and that some of it is unknown."""
        return words.densification(land, self.language)

    def floor(self, value: float | None) -> str:
        """Write a floor area as pages do, rounded; unknown is a word."""
        return words.floor_area(value, self.language)

    def percent(self, value: float | None, decimals: int = 0) -> str:
        """Write a share as per cent."""
        return i18n.percent(value, self.language, decimals)

    def span(self, low: float | None, high: float | None) -> str:
        """Write a number from low to high; unknown is a word."""
        return words.span(low, high, self.language)

    def room(self, land: Mapping[str, Any], kind: str) -> str:
        """Write the jobs that vacant land (`reserve`) or densification has room for."""
        return words.room(land, kind, self.language)

    def term(self, kind: str, value: object) -> str:
        """Return the word for a code, else the code as one line; unknown is a word."""
        return quote(words.term(kind, value, self.language))

    def share(self, result: RuleResult) -> str:
        """Write a share with its interval, or that there is none."""
        if result.share is None:
            return self.t("account_report.no_share")
        middle, low, high = (
            self.percent(one, 1) for one in (result.share, result.share_low, result.share_high)
        )
        if low == high:
            return middle
        return self.t("share.interval", mid=middle, low=low, high=high)

    def verdict(self, result: RuleResult) -> str:
        """Say what the rule says."""
        return self.t(f"verdict.{result.verdict.value}")

    def moment(self, at: datetime) -> str:
        """Write a time as Norway has it."""
        return page.moment(at, self.language)

    def business(self, name: str | None) -> str:
        """Name a type of business."""
        norm = self.facts.workspace.norms.get(business_key(name) or "")
        if norm is None:
            return quote(name) if name else self.t("unknown")
        return norm.label_en if self.language == "en" else norm.label

    def mark(self, badges: Iterable[str], *more: str) -> str:
        """Return the words for what a figure rests on; empty where nothing must be said."""
        held = {*badges, *more}
        words = [self.t(f"state.{one}") for one in BADGES if one in held]
        if "estimated" in held:
            words.append(self.t("account_report.estimated"))
        return ", ".join(words)

    def mark_of(self, section: str) -> str:
        """Return the words for what the figures of a section rest on (`zone_facts.RESTS_ON`)."""
        return self.mark(self.facts.badges[section])

    def with_mark(self, text: str, section: str, *more: str) -> str:
        """Return a figure in a sentence, with what it rests on behind it."""
        mark = self.mark(self.facts.badges[section], *more)
        return f"{text} ({mark})" if mark else text

    def cell(self, text: str, section: str, *more: str) -> Cell:
        """Return a figure as a cell, with what it rests on; what is unknown rests on nothing."""
        if text in (self.t("unknown"), "–"):
            return Cell(text)
        return Cell(text, self.mark(self.facts.badges[section], *more))

    def lacking(self, section: str) -> str | None:
        """Say which layer is missing for a section; None where none is."""
        layer = self.facts.lacking.get(section)
        if layer is None:
            return None
        parts = {"layer": Remark(f"layer.{layer}")}
        return Remark("account_report.lacking", parts).say(self.language)

    def table(  # what a table is made of
        self,
        caption: str,
        head: Sequence[str],
        rows: Sequence[Row],
        widths: Sequence[float],
        *,
        numbers: Iterable[int] = (),
        totals: int = 0,
        beside: bool = False,
    ) -> None:
        """Write a table; nothing where it has no rows."""
        if rows:
            made = WordTable(
                caption=caption,
                head=head,
                rows=rows,
                widths=widths,
                numbers=frozenset(numbers),
                totals=totals,
                beside=beside,
            )
            self.word.table(made)

    @cached_property
    def zone_names(self) -> Mapping[str, str]:
        """Names of the zones by their ids."""
        return {one.zone_id: self.name(one.name) for one in self.facts.zones}


def jobs_of(paper: Paper, case: Mapping[str, Any]) -> Cell:
    """Return the jobs of a plan case, known, estimated or unknown."""
    group = case["group"]
    if group == model.NO_JOBS:
        return Cell("–", paper.t("why_not.no_effect"))
    if group == model.UNKNOWN:
        return Cell(paper.t("unknown"), paper.t(f"why_not.{case['why_not']}"))
    said = paper.span(case["jobs_low"], case["jobs_high"])
    marks = ("synthetic",) if case["synthetic"] else ()
    if group == model.ESTIMATE:
        return Cell(said, paper.mark(marks, "estimated"))
    basis = paper.t(f"basis.{case['basis']}")
    return Cell(said, ", ".join(one for one in (basis, paper.mark(marks)) if one))
