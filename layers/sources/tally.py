"""What became of the features of one service, counted so that the parts are the whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.i18n import Remark


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
        if self.fetched != gone + self.kept:
            msg = f"{self.fetched} fetched, {gone} left out, {self.kept} kept"
            raise AssertionError(msg)

    @property
    def lost(self) -> int:
        """How many were dropped."""
        return sum(one.count for one in self.dropped)

    def with_dropped(self, dropped: Dropped) -> Tally:
        """Return the tally with some of what was kept dropped after all."""
        kept = self.kept - dropped.count
        return replace(self, dropped=(*self.dropped, dropped), kept=kept)

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
