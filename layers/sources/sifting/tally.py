"""What became of the features of one service, counted so that the parts are the whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo.i18n import Remark

NAMED: Final = 10  # features left out for one reason that are listed
_SHOWN: Final = 3  # of these, in a line on screen


@dataclass(frozen=True)
class Dropped:
    """Features left out for one reason: how many, why, and the names of the first of them."""

    count: int
    why: Remark
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """
    Features by what became of them.

    Attributes
    ----------
    fetched
        Different features that the service gave.
    repeated
        Those that came once more on another page; they are no part of `fetched`.
    filtered
        Left out, by the rule of the catalogue (`Service.where`) that they do not fulfil.
    unsure
        Kept though it is not known whether they fulfil a rule; a part of `kept`.
    outside
        Left out because they do not concern the municipality (`Service.keep`).
    dropped
        Left out because they cannot be used.
    repaired
        Kept with a shape that was mended, or made of a point or a line; a part of `kept`.
    kept
        In the pack.
    """

    fetched: int = 0
    repeated: int = 0
    filtered: Mapping[str, int] = field(default_factory=dict)
    unsure: int = 0
    outside: int = 0
    dropped: tuple[Dropped, ...] = ()
    repaired: int = 0
    kept: int = 0

    def __post_init__(self) -> None:
        """Hold the parts against the whole: features never vanish without a word."""
        gone = sum(self.filtered.values()) + self.outside + self.lost
        if self.fetched != gone + self.kept or max(self.unsure, self.repaired) > self.kept:
            msg = f"{self.fetched} fetched, {gone} left out, {self.kept} kept"
            raise AssertionError(msg)

    @property
    def lost(self) -> int:
        """How many were dropped."""
        return sum(one.count for one in self.dropped)

    @property
    def told(self) -> bool:
        """Whether something became of the features beside being kept as they came."""
        return bool(self.fetched != self.kept or self.unsure or self.repaired)

    def without_kept(self, why: Remark) -> Tally:
        """Return the tally where all that was kept is left out after all."""
        if not self.kept:
            return self
        dropped = (*self.dropped, Dropped(self.kept, why))
        return replace(self, dropped=dropped, unsure=0, repaired=0, kept=0)

    def say(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """Say on one line what became of the features; what concerns none of them is left out."""
        return " · ".join(self._parts(language))

    def _parts(self, language: str) -> Iterator[str]:
        def said(name: str, count: int, **parts: object) -> Iterator[str]:
            if count or name in {"fetched", "kept"}:
                yield i18n.say(f"build.tally_{name}", language, count=count, **parts)

        yield from said("fetched", self.fetched)
        yield from said("repeated", self.repeated)
        for rule, count in self.filtered.items():
            yield from said("filtered", count, rule=quote(rule))
        yield from said("outside", self.outside)
        for one in self.dropped:
            names = ", ".join(f"«{name}»" for name in one.names[:_SHOWN])
            more = " …" if names and one.count > _SHOWN else ""
            why = one.why.say(language) + (f": {names}{more}" if names else "")
            yield from said("dropped", one.count, why=why)
        yield from said("repaired", self.repaired)
        yield from said("unsure", self.unsure)
        yield from said("kept", self.kept)

    def as_document(self, language: str) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "fetched": self.fetched,
            "repeated": self.repeated,
            "filtered": dict(self.filtered),
            "unsure": self.unsure,
            "outside": self.outside,
            "dropped": [
                {"count": one.count, "why": one.why.say(language), "names": list(one.names)}
                for one in self.dropped
            ],
            "repaired": self.repaired,
            "kept": self.kept,
        }
