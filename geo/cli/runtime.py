"""What the commands of the command line share: an answer, a complaint, and the pack in question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo import i18n
from geo.errors import NaeringsarealError
from geo.pack.read import Pack, read_pack
from geo.pack.reading import read_current

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping


@dataclass(frozen=True)
class Answer:
    """
    What a command says.

    Attributes
    ----------
    document
        For ``--json``.
    lines
        For people, in their language.
    failure
        One sentence for standard error where the answer is that something is wrong.
    """

    document: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    failure: str | None = None


class UsageError(NaeringsarealError):
    """The command line was not understood."""

    def __init__(self, *, msgid: str, **parts: object) -> None:
        self._msgid = msgid
        super().__init__(**parts)

    def say(self, language: str) -> str:
        """One sentence: what was not understood."""
        return i18n.say(self._msgid, language, **self.parts)


def pack_of(options: Namespace) -> Pack:
    """Return the pack that ``--pack`` names, else the one in use."""
    return read_pack(options.pack) if options.pack else read_current()


def version_of(pack: Pack) -> dict[str, str]:
    """Return what an answer rests on, as JSON has it."""
    return {"name": pack.name, "sha256": pack.sha256}
