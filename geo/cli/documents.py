"""What the commands of documents share: parameters, what is saved, and made again from its id."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli import reserve
from geo.cli.pack import user
from geo.cli.runtime import PARAMETERS, Answer, UsageError, pack_of
from geo.growth.calculation import same_figures
from geo.growth.rule import TARGET_SHARE
from geo.growth.terms import Terms
from geo.ledger.calculations import Calculations
from geo.ledger.database import default_url
from geo.ledger.store import Ledger
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Mapping

    from geo.cli.runtime import Parser
    from geo.ledger.calculations import Calculation
    from geo.pack.read import Pack
    from geo.report.recipe import DocumentRecipe, Kind
    from geo.report.zone_facts import AllFacts

# Options that would change a saved document, with what they are when they are not given.
_OWN_OPTIONS: Final = {
    "save": False,
    "target": TARGET_SHARE,
    "adopted_only": False,
    "no_estimates": False,
    **{name: getattr(reserve.DEFAULT_RULES, name) for name in PARAMETERS.values()},
}


def arguments(
    parser: Parser,
    text: Callable[[str], str],
    number: Any,  # noqa: ANN401  # how the command line reads numbers
    of: str,
) -> None:
    """Add the options that all documents have; `of` begins the names of the texts of this one."""
    parser.set_defaults(action=None)
    parser.add_argument("--out", metavar="F", help=text(f"{of}_out"))
    reserve.parameters(parser, text, number)
    parser.add_argument(
        "--target", metavar="X", type=number, default=TARGET_SHARE, help=text("target")
    )
    parser.add_argument("--adopted-only", action="store_true", help=text("adopted_only"))
    parser.add_argument("--no-estimates", action="store_true", help=text("no_estimates"))
    parser.add_argument("--ledger", metavar="URL", help=text("rule_ledger"))
    parser.add_argument("--save", action="store_true", help=text(f"{of}_save"))
    parser.add_argument("--beregning", metavar="ID", help=text(f"{of}_beregning"))


def terms_of(options: Namespace) -> Terms:
    """Return the terms that the options say; a list is saved in only where one is named."""
    if options.save and options.ledger is None:
        raise UsageError("cli.usage_save_without_ledger")
    return Terms(
        target=options.target,
        adopted_only=options.adopted_only,
        estimates=not options.no_estimates,
    )


def save(
    options: Namespace, facts: AllFacts, recipe: DocumentRecipe, figures: Mapping[str, Any]
) -> None:
    """Save what a document follows from, and its figures, in the list that it rests on."""
    ledger = Ledger.existing(options.ledger, facts.workspace.pack.municipality_no or "")
    try:
        store = Calculations(ledger.engine, ledger.municipality_no)
        store.save(recipe.as_dict(), figures, author=user())
    finally:
        ledger.close()


@dataclass(frozen=True, kw_only=True)
class SavedDocument:
    """A document that was saved, what it follows from, and its facts made again."""

    found: Calculation
    recipe: DocumentRecipe
    facts: AllFacts

    def about(self, figures: Mapping[str, Any]) -> dict[str, Any]:
        """Return who saved it and when, and whether these figures are the same."""
        same = same_figures(self.found.result, figures)
        return {"author": self.found.author, "at": self.found.at.isoformat(), "same": same}

    def head(self, language: str) -> str:
        """Say which one it is."""
        at = self.found.at.strftime("%Y-%m-%d %H:%M UTC")
        parts = {"id": self.found.id, "author": quote(self.found.author), "at": at}
        return i18n.say("cli.calculation", language, **parts)


def made_again(
    saved: SavedDocument,
    about: Mapping[str, Any],
    answer: Answer,
    language: str,
) -> Answer:
    """Return the answer of a document made again; a failure where its figures are others."""
    document = dict(answer.document)
    document["beregning"] = document["beregning"] | about
    first, say = saved.head(language), partial(i18n.say, language=language)
    if about["same"]:
        return Answer(document, (first, *answer.lines, say("cli.calculation_same")))
    return Answer(document, (first, *answer.lines), say("cli.document_off", id=saved.found.id))


@contextmanager
def again(options: Namespace, kind: Kind, own: Mapping[str, object]) -> Iterator[SavedDocument]:
    """
    Give the block a saved document, made again, as long as its list is open.

    `own` are the options beside the common ones that would change it, as `_OWN_OPTIONS`.
    """
    from geo.report import recipe as recipes  # noqa: PLC0415  # takes a second to load

    for name, standard in {**own, **_OWN_OPTIONS}.items():
        if getattr(options, name) != standard:
            raise UsageError("cli.usage_with_document", name=_option(name, options.lang))
    used = pack_of(options)
    ledger = Ledger.existing(options.ledger or default_url(), used.municipality_no or "")
    try:
        found = Calculations(ledger.engine, ledger.municipality_no).get(options.beregning)
        recipe = recipes.document_recipe_of(found)
        recipes.require_kind(found, kind)
        pack = used if options.pack else kept_pack(recipe.pack_sha256, used)
        yield SavedDocument(found=found, recipe=recipe, facts=recipes.remake(found, ledger, pack))
    finally:
        ledger.close()


def kept_pack(sha256: str, used: Pack) -> Pack:
    """Return the pack with this checksum, where it is the one in use or is kept; else that one."""
    from geo.pack.versions import VersionStore  # noqa: PLC0415  # slow to load

    if used.sha256 == sha256:
        return used
    store = VersionStore()
    version = store.holding(sha256)
    return used if version is None else store.read(version)


def _option(name: str, language: str) -> str:
    if name == "zone":
        return i18n.say("cli.word_zone", language)
    return next(
        (option for option, one in PARAMETERS.items() if one == name),
        "--" + name.replace("_", "-"),
    )
