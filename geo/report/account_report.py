"""
The land account as a Word document for the council: a chapter a zone, and what has changed.

All figures are those of `geo.report.zone_facts`; nothing is worked out here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo.growth.terms import EVERYTHING
from geo.i18n import say
from geo.land.rules import ReserveRules
from geo.ledger.tables import json_text
from geo.report.account import change, front, land, rule, zone
from geo.report.account.paper import Paper
from geo.report.account.since import Earlier, Since, since
from geo.report.recipe import ACCOUNT_REPORT, figures_of, recipe_for
from geo.report.word.document import WordDocument
from geo.report.zone_facts import AllFacts
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from geo.growth.terms import Terms
    from geo.report.recipe import DocumentRecipe
    from geo.workspace import Workspace

    Progress = Callable[[int, int], None]

_USUAL: Final = ReserveRules()


def untold(_done: int, _total: int) -> None:
    """Tell nobody how far it has come."""


@dataclass(frozen=True, kw_only=True, eq=False)
class AccountReport:
    """
    The document, before it is written in a language.

    Attributes
    ----------
    facts
        All figures.
    since
        What has changed since an earlier version of the pack; None where none was chosen.
    recipe
        What all of it follows from.
    """

    facts: AllFacts
    since: Since | None
    recipe: DocumentRecipe

    @property
    def figures(self) -> dict[str, Any]:
        """All figures as they are saved, to be held against those of the document made again."""
        changed = None if self.since is None else json.loads(json_text(self.since.as_dict()))
        return figures_of(self.facts, self.recipe) | {"since": changed}

    @property
    def calculation_id(self) -> str:
        """What the document is made again by."""
        return self.recipe.calculation_id

    def as_dict(self, language: str) -> dict[str, Any]:
        """Return all figures of the document, as JSON has them."""
        carried = {one for found in self.facts.badges.values() for one in found}
        return {
            **self.facts.as_dict(language=language),
            "since": None if self.since is None else self.since.as_dict(),
            "badges": sorted(carried),
        }

    def as_word(
        self, language: str, at: datetime, progress: Progress = untold, *, saved: bool = False
    ) -> bytes:
        """
        Return the document as a Word file; the same figures and time give the same bytes.

        Parameters
        ----------
        at
            When it is made, with its time zone.
        progress
            Told how many chapters are written, and of how many.
        saved
            Whether the recipe is saved, so that the id alone is enough.

        Raises
        ------
        NaeringsarealError
            If the zones' land does not sum to the municipality's.
        """
        facts, name = self.facts, quote(self.facts.workspace.pack.name)
        title = say("account_report.title_of", language, name=name)
        word = WordDocument(
            title=title,
            subject=say("account_report.subject", language),
            identifier=self.calculation_id,
            foot=say("account_report.foot", language, title=title, id=self.calculation_id),
            language=language,
            at=at,
        )
        paper = Paper(word=word, facts=facts, language=language)
        chapters: list[Callable[[], None]] = [
            partial(front.front, paper, self.calculation_id),
            *(partial(one, paper) for one in (front.summary, front.method, land.municipality)),
            partial(rule.rule, paper),
            partial(change.write, paper, self.since),
            *(partial(zone.write, paper, one) for one in facts.zones),
            *(partial(one, paper) for one in (front.open_ends, front.sources)),
            partial(front.again, paper, self.recipe, saved=saved),
        ]
        for done, chapter in enumerate(chapters):
            progress(done, len(chapters))
            chapter()
        written = word.as_bytes()
        progress(len(chapters), len(chapters))
        return written


def gathered(
    workspace: Workspace,
    earlier: Earlier | None = None,
    *,
    rules: ReserveRules = _USUAL,
    terms: Terms = EVERYTHING,
) -> AccountReport:
    """
    Gather what the document tells, held against an earlier version of the pack where one is given.

    Raises
    ------
    MissingLayerError
        If the pack has no zones.
    NaeringsarealError
        As `geo.report.zone_facts` and `geo.report.account.since.since`.
    """
    return of_facts(AllFacts(workspace, rules, terms), earlier)


def of_facts(facts: AllFacts, earlier: Earlier | None) -> AccountReport:
    """
    Return the document of facts that are gathered, as `gathered` does.

    Raises
    ------
    NaeringsarealError
        As `gathered`.
    """
    pack = None if earlier is None else earlier.pack
    return AccountReport(
        facts=facts,
        since=None if earlier is None else since(facts.workspace, earlier, facts.rules),
        recipe=recipe_for(facts, ACCOUNT_REPORT, earlier=pack),
    )
