"""What a file says of itself: where its data come from, how they were made, and their badges."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.schema.manifest import BADGES

if TYPE_CHECKING:
    from geo.schema.manifest import LayerInfo

_ID_LENGTH: Final = 10  # hexadecimal digits: two results in a million million share one


@dataclass(frozen=True)
class Provenance:
    """
    Where the data of a file come from, and which badges they carry.

    Attributes
    ----------
    source, licence, date, accuracy
        As the pack's manifest has them; None where it is silent.
    synthetic, illustrative
        The badges: rests on made-up data, or on outlines drawn by hand.
    pack_sha256
        Version of the pack.
    parameters, calculation_id
        Of a result only: what it was made with, and a short name that the same result has again.
    demonstration_for
        The municipality that made-up plots stand for, where the figures rest on such.
    """

    source: str | None = None
    licence: str | None = None
    date: str | None = None
    synthetic: bool = False
    illustrative: bool = False
    pack_sha256: str | None = None
    parameters: str | None = None
    accuracy: str | None = None
    calculation_id: str | None = None
    demonstration_for: str | None = None

    @classmethod
    def of(
        cls,
        info: LayerInfo,
        badges: frozenset[str],
        pack_sha256: str,
        *,
        parameters: str | None = None,
        demonstration_for: str | None = None,
    ) -> Provenance:
        """Return the provenance of a layer of a pack, or of a result with its parameters."""
        return cls(
            source=info.source,
            licence=info.licence,
            date=info.date,
            accuracy=info.accuracy,
            synthetic="synthetic" in badges,
            illustrative="illustrative" in badges,
            pack_sha256=pack_sha256,
            parameters=parameters,
            demonstration_for=demonstration_for,
        )

    @property
    def badges(self) -> tuple[str, ...]:
        """The badges that the data carry, in the order of `BADGES`."""
        return tuple(name for name in BADGES if getattr(self, name))

    def calculated(self, result: str, *depends_on: object) -> Provenance:
        """Return the same with the id of a result: of its name, pack, parameters and the rest."""
        name = short_id(result, self.pack_sha256, self.parameters, *depends_on)
        return replace(self, calculation_id=name)

    def members(self) -> dict[str, str | bool | None]:
        """Return what a file says of itself, by name; what only some have is there if it is."""
        some = {
            "source_date": self.date,
            "source_accuracy": self.accuracy,
            "parameters": self.parameters,
            "calculation_id": self.calculation_id,
            "demonstration": self.demonstration(),
        }
        return {
            "source": self.source,
            "licence": self.licence,
            "synthetic": self.synthetic,
            "illustrative": self.illustrative,
            "pack_sha256": self.pack_sha256,
            **{name: value for name, value in some.items() if value},
        }

    def describe(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """Return source, licence, date and badges in words."""
        unknown = i18n.say("unknown", language)
        said = i18n.say(
            "export.description",
            language,
            source=self.source or unknown,
            licence=self.licence or unknown,
            date=self.date or unknown,
        )
        return " ".join([said, *self.warnings(language)])

    def warnings(self, language: str = i18n.DEFAULT_LANGUAGE) -> list[str]:
        """Return a sentence for each badge, after what made-up plots do not say."""
        first = self.demonstration(language)
        said = [i18n.say(f"export.{name}", language) for name in self.badges]
        return [f"{first}.", *said] if first else said

    def demonstration(self, language: str = i18n.DEFAULT_LANGUAGE) -> str | None:
        """Say that the figures show the method alone, where they rest on made-up plots."""
        if self.demonstration_for is None:
            return None
        return i18n.say("demonstration.line", language, name=self.demonstration_for)


def short_id(*depends_on: object) -> str:
    """Return the short name of a result: the same for the same things that it depends on."""
    return hashlib.sha256(repr(depends_on).encode()).hexdigest()[:_ID_LENGTH]
