"""Work on the land account to the council: gathered, held against an earlier pack, and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from geo.formats.write import File
from geo.land.pieces import telling
from geo.pack.versions import VersionStore
from geo.report.account.since import Earlier
from geo.report.account_report import of_facts
from geo.report.word.document import MIME
from geo.report.zone_facts import AllFacts
from layers.app.heavy.job import Work, only
from layers.app.heavy.takeouts import part
from layers.app.heavy.tasks import DeskAt, desk_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from datetime import datetime

    from geo.growth.terms import Terms
    from geo.land.rules import ReserveRules
    from geo.workspace import Workspace
    from layers.app.heavy.child import Progress

_GATHERED: Final = 0.4  # A: of the time that the document takes, until its figures are there


@dataclass(frozen=True)
class WantedReport:
    """
    Which document is wanted, and how.

    Attributes
    ----------
    earlier
        The version of the pack that it is held against; None for none.
    at
        When it is made, with a time zone.
    saved
        Whether what it follows from is saved.
    name
        Of the file.
    """

    rules: ReserveRules
    terms: Terms
    earlier: str | None
    language: str
    at: datetime
    saved: bool
    name: str


class MadeReport(NamedTuple):
    """The document, what it follows from, and its figures: to be saved with it."""

    file: File
    recipe: Mapping[str, Any]
    figures: Mapping[str, Any]


def account_report(
    desk: DeskAt | Workspace, wanted: WantedReport, key: Hashable
) -> Work[MadeReport]:
    """Return the work of making the document; `key` names what pack, list and norms it rests on."""
    return Work(("account_report", key, wanted), write_account_report, (desk, wanted), only)


def write_account_report(
    progress: Progress, at: DeskAt | Workspace, wanted: WantedReport
) -> Iterator[MadeReport]:
    """Make the document; the task of `account_report`."""
    facts = AllFacts(desk_of(at), wanted.rules, wanted.terms)
    with telling(part(progress, 0.0, _GATHERED / 2)):
        _ = facts.land_account
    earlier = None if wanted.earlier is None else Earlier.of(wanted.earlier, VersionStore())
    with telling(part(progress, _GATHERED / 2, _GATHERED)):
        made = of_facts(facts, earlier)
    told = part(progress, _GATHERED, 1.0)
    data = made.as_word(wanted.language, wanted.at, told, saved=wanted.saved)
    yield MadeReport(File(wanted.name, data, MIME), made.recipe.as_dict(), made.figures)
