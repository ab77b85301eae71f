"""Where an exported ledger comes from: whose it is, how far it had come, and its badges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo import i18n
from geo.formats.provenance import BADGES, Provenance

if TYPE_CHECKING:
    from geo.ledger.entries import Head


@dataclass(frozen=True)
class Origin:
    """
    What an exported file says of itself.

    Attributes
    ----------
    municipality
        Name or number, as people shall read it.
    head
        Newest entry of the ledger when it was exported.
    provenance
        Of the figures; its badges and checksum are those of the pack beside the ledger.
    """

    municipality: str
    head: Head
    provenance: Provenance = field(default_factory=Provenance)

    def members(self) -> dict[str, str]:
        """Return the same by name, for programs; what is unknown is not in it."""
        at = None if self.head.at is None else self.head.at.isoformat()
        known = {
            "municipality": self.municipality,
            "ledger_seq": self.head.seq,
            "ledger_at": at,
            **self.provenance.members(),
        }
        return {name: str(value) for name, value in known.items() if value is not None}

    def lines(self, language: str) -> dict[str, object]:
        """Return the same for people, by the last part of the label's id (``about.…``)."""
        said = self.provenance
        unknown = i18n.say("unknown", language)
        badges = [i18n.say(f"export.{one}", language) for one in BADGES if getattr(said, one)]
        return {
            "municipality": self.municipality,
            "seq": self.head.seq,
            "at": unknown if self.head.at is None else self.head.at.isoformat(),
            "source": said.source or unknown,
            "licence": said.licence or unknown,
            "date": said.date or unknown,
            "pack_sha256": said.pack_sha256 or unknown,
            "badges": " ".join(badges) or i18n.say("about.no_badges", language),
            **({"parameters": said.parameters} if said.parameters else {}),
        }
