"""The command ``sheet``: a zone's sheet as PDF, and all its figures; also made again from an id."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli import documents, reserve
from geo.cli.runtime import Answer, UsageError, basis_of, place_for, projects_line, workspace_of
from geo.formats import atomic
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from pathlib import Path

    from geo.cli.runtime import Parser
    from geo.report.recipe import DocumentRecipe
    from geo.report.zone_facts import AllFacts

_ENDING: Final = ".pdf"


def arguments(parser: Parser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the options of ``sheet`` to its parser; `text` gives a help text by its name."""
    parser.add_argument("zone", metavar="Z", nargs="?", help=text("sheet_zone"))
    documents.arguments(parser, text, number, "sheet")


def sheet(options: Namespace) -> Answer:
    """Write a zone's sheet, or tell its figures, or both."""
    path = None if options.out is None else place_for(options.out, _ENDING)
    if path is None and not options.json:
        raise UsageError("cli.usage_required", name="--out")
    if options.beregning is not None:
        return _again(options, path)
    if options.zone is None:
        raise UsageError("cli.usage_required", name=i18n.say("cli.word_zone", options.lang))
    rules, terms = reserve.rules_of(options), documents.terms_of(options)
    # What a document is made with takes a second to load, which other commands save.
    from geo.report import recipe as recipes  # noqa: PLC0415  # slow to load
    from geo.report.zone_facts import AllFacts, zone_id_of  # noqa: PLC0415  # slow to load

    workspace = workspace_of(options)
    zone_id = zone_id_of(workspace.pack, options.zone)
    facts = AllFacts(workspace, rules, terms)
    recipe = recipes.recipe_for(facts, recipes.ZONE_SHEET, zone_id)
    if options.save:
        documents.save(options, facts, recipe, recipes.figures_of(facts, recipe))
    return _answer(options, path, facts, recipe, saved=options.save)


def _again(options: Namespace, path: Path | None) -> Answer:
    """Make a saved sheet again; a failure where its figures come out otherwise."""
    from geo.report import recipe as recipes  # noqa: PLC0415  # slow to load

    with documents.again(options, recipes.ZONE_SHEET, {"zone": None}) as saved:
        about = saved.about(recipes.figures_of(saved.facts, saved.recipe))
    answer = _answer(options, path, saved.facts, saved.recipe, saved=True)
    return documents.made_again(saved, about, answer, options.lang)


def _answer(
    options: Namespace,
    path: Path | None,
    facts: AllFacts,
    recipe: DocumentRecipe,
    *,
    saved: bool,
) -> Answer:
    from geo.report.page import now  # noqa: PLC0415  # slow to load
    from geo.report.zone_sheet import Made, sheet_bytes  # noqa: PLC0415  # slow to load

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
