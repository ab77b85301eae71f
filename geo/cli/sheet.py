"""The command ``sheet``: a zone's sheet as PDF, and all its figures; also made again from an id."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli import reserve
from geo.cli.pack import user
from geo.cli.runtime import (
    Answer,
    UsageError,
    basis_of,
    pack_of,
    place_for,
    projects_line,
    workspace_of,
)
from geo.formats import atomic
from geo.growth.calculation import same_figures
from geo.growth.rule import TARGET_SHARE
from geo.growth.terms import Terms
from geo.ledger.calculations import Calculations
from geo.ledger.database import default_url
from geo.ledger.store import Ledger
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from pathlib import Path

    from geo.cli.runtime import Parser
    from geo.ledger.calculations import Calculation
    from geo.pack.read import Pack
    from geo.report.recipe import DocumentRecipe
    from geo.report.zone_facts import AllFacts

_ENDING: Final = ".pdf"
# Options that would change a saved document, with what they are when they are not given.
_OWN_OPTIONS: Final = {
    "zone": None,
    "save": False,
    "target": TARGET_SHARE,
    "adopted_only": False,
    "no_estimates": False,
    **{name: getattr(reserve.DEFAULT_RULES, name) for name in reserve.PARAMETERS.values()},
}


def arguments(parser: Parser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the options of ``sheet`` to its parser; `text` gives a help text by its name."""
    parser.set_defaults(action=None)
    parser.add_argument("zone", metavar="Z", nargs="?", help=text("sheet_zone"))
    parser.add_argument("--out", metavar="F", help=text("sheet_out"))
    reserve.parameters(parser, text, number)
    parser.add_argument(
        "--target", metavar="X", type=number, default=TARGET_SHARE, help=text("target")
    )
    parser.add_argument("--adopted-only", action="store_true", help=text("adopted_only"))
    parser.add_argument("--no-estimates", action="store_true", help=text("no_estimates"))
    parser.add_argument("--ledger", metavar="URL", help=text("rule_ledger"))
    parser.add_argument("--save", action="store_true", help=text("sheet_save"))
    parser.add_argument("--beregning", metavar="ID", help=text("sheet_beregning"))


def sheet(options: Namespace) -> Answer:
    """Write a zone's sheet, or tell its figures, or both."""
    path = None if options.out is None else place_for(options.out, _ENDING)
    if path is None and not options.json:
        raise UsageError("cli.usage_required", name="--out")
    if options.beregning is not None:
        return _again(options, path)
    if options.zone is None:
        raise UsageError("cli.usage_required", name=i18n.say("cli.word_zone", options.lang))
    if options.save and options.ledger is None:
        raise UsageError("cli.usage_save_without_ledger")
    rules = reserve.rules_of(options)
    terms = Terms(
        target=options.target,
        adopted_only=options.adopted_only,
        estimates=not options.no_estimates,
    )
    # What a document is made with takes a second to load, which other commands save.
    from geo.report import recipe as recipes  # noqa: PLC0415
    from geo.report.zone_facts import AllFacts, zone_id_of  # noqa: PLC0415

    workspace = workspace_of(options)
    zone_id = zone_id_of(workspace.pack, options.zone)
    facts = AllFacts(workspace, rules, terms)
    recipe = recipes.recipe_for(facts, recipes.ZONE_SHEET, zone_id)
    if options.save:
        _saved(options, facts, recipe)
    return _answer(options, path, facts, recipe, saved=options.save)


def _saved(options: Namespace, facts: AllFacts, recipe: DocumentRecipe) -> Calculation:
    from geo.report.recipe import figures_of  # noqa: PLC0415

    ledger = Ledger.existing(options.ledger, facts.workspace.pack.municipality_no or "")
    try:
        store = Calculations(ledger.engine, ledger.municipality_no)
        return store.save(recipe.as_dict(), figures_of(facts, recipe), author=user())
    finally:
        ledger.close()


def _again(options: Namespace, path: Path | None) -> Answer:
    """Make a saved sheet again; a failure where its figures come out otherwise."""
    from geo.report import recipe as recipes  # noqa: PLC0415

    for name, standard in _OWN_OPTIONS.items():
        if getattr(options, name) != standard:
            raise UsageError("cli.usage_with_document", name=_option(name, options.lang))
    url = options.ledger or default_url()
    used = pack_of(options)
    ledger = Ledger.existing(url, used.municipality_no or "")
    try:
        found = Calculations(ledger.engine, ledger.municipality_no).get(options.beregning)
        recipe = recipes.document_recipe_of(found)
        recipes.require_kind(found, recipes.ZONE_SHEET)
        pack = used if options.pack else _pack_of(recipe, used)
        facts = recipes.remake(found, ledger, pack)
        same = same_figures(found.result, recipes.figures_of(facts, recipe))
    finally:
        ledger.close()
    answer = _answer(options, path, facts, recipe, saved=True)
    about = {"author": found.author, "at": found.at.isoformat(), "same": same}
    document = dict(answer.document)
    document["beregning"] = document["beregning"] | about
    say = partial(i18n.say, language=options.lang)
    at = found.at.strftime("%Y-%m-%d %H:%M UTC")
    first = say("cli.calculation", id=found.id, author=quote(found.author), at=at)
    if same:
        return Answer(document, (first, *answer.lines, say("cli.calculation_same")))
    return Answer(document, (first, *answer.lines), say("cli.document_off", id=found.id))


def _pack_of(recipe: DocumentRecipe, used: Pack) -> Pack:
    """Return the pack that a document was made with, where it is the one in use or is kept."""
    from geo.pack.versions import VersionStore  # noqa: PLC0415

    if used.sha256 == recipe.pack_sha256:
        return used
    store = VersionStore()
    version = store.holding(recipe.pack_sha256)
    return used if version is None else store.read(version)


def _answer(
    options: Namespace,
    path: Path | None,
    facts: AllFacts,
    recipe: DocumentRecipe,
    *,
    saved: bool,
) -> Answer:
    from geo.report.zone_sheet import Made, now, sheet_bytes  # noqa: PLC0415

    (zone_id,) = recipe.zones
    zone = facts.zone(zone_id)
    badges = sorted({badge for found in zone.badges.values() for badge in found})
    told = facts.as_dict(zone_id, language=options.lang)
    document = {
        "zone": told["zones"][0],
        "municipality": told["municipality"],
        "parameters": told["parameters"],
        **basis_of(facts.workspace),
        "badges": badges,
        "beregning": {"id": recipe.calculation_id, "saved": saved},
    }
    if path is None:
        return Answer(document)
    made = Made(recipe=recipe, at=now(), saved=saved)
    data = sheet_bytes(facts, zone_id, options.lang, made)
    with atomic.unwritable(path), atomic.draft_file(path) as draft:
        draft.write_bytes(data)
    say = partial(i18n.say, language=options.lang)
    name = quote(zone.own(zone.name, options.lang))
    text = "cli.sheet_written_saved" if saved else "cli.sheet_written"
    lines = (
        say(text, zone=name, path=path, id=recipe.calculation_id),
        *projects_line(facts.workspace, options.lang),
        *(say(f"cli.badge_{badge}") for badge in badges),
    )
    return Answer(document, lines)


def _option(name: str, language: str) -> str:
    if name == "zone":
        return i18n.say("cli.word_zone", language)
    return next(
        (option for option, one in reserve.PARAMETERS.items() if one == name),
        "--" + name.replace("_", "-"),
    )
