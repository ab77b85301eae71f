"""The command ``account-report``: the land account in Word and all its figures; also from an id."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli import documents, reserve
from geo.cli.runtime import Answer, UsageError, basis_of, place_for, projects_line, workspace_of
from geo.formats import atomic

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from pathlib import Path

    from geo.cli.runtime import Parser
    from geo.report.account_report import AccountReport

_ENDING: Final = ".docx"


def arguments(parser: Parser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the options of ``account-report`` to its parser; `text` gives a help text by its name."""
    parser.add_argument("--since", metavar="VERSION", help=text("account_report_since"))
    documents.arguments(parser, text, number, "account_report")


def account_report(options: Namespace) -> Answer:
    """Write the document, or tell its figures, or both."""
    path = None if options.out is None else place_for(options.out, _ENDING)
    if path is None and not options.json:
        raise UsageError("cli.usage_required", name="--out")
    # What a document is made with takes a second to load, which other commands save.
    from geo.pack.versions import VersionStore  # noqa: PLC0415  # slow to load
    from geo.report import account_report as report  # noqa: PLC0415  # slow to load
    from geo.report.account.since import Earlier  # noqa: PLC0415  # slow to load
    from geo.report.recipe import ACCOUNT_REPORT  # noqa: PLC0415  # slow to load

    store = VersionStore()
    if options.beregning is not None:
        with documents.again(options, ACCOUNT_REPORT, {"since": None}) as saved:
            sha256 = saved.recipe.earlier_pack_sha256
            earlier = None if sha256 is None else Earlier.holding(sha256, store)
            made = report.of_facts(saved.facts, earlier)
            about = saved.about(made.figures)
        answer = _answer(options, path, made, saved=True)
        return documents.made_again(saved, about, answer, options.lang)
    rules, terms = reserve.rules_of(options), documents.terms_of(options)
    earlier = None if options.since is None else Earlier.of(options.since, store)
    made = report.gathered(workspace_of(options), earlier, rules=rules, terms=terms)
    if options.save:
        documents.save(options, made.facts, made.recipe, made.figures)
    return _answer(options, path, made, saved=options.save)


def _answer(options: Namespace, path: Path | None, made: AccountReport, *, saved: bool) -> Answer:
    workspace = made.facts.workspace
    document = made.as_dict(options.lang) | basis_of(workspace)
    document["beregning"] = {"id": made.calculation_id, "saved": saved}
    if path is None:
        return Answer(document)
    data = made.as_word(options.lang, datetime.now(UTC), saved=saved)
    with atomic.unwritable(path), atomic.draft_file(path) as draft:
        draft.write_bytes(data)
    say = partial(i18n.say, language=options.lang)
    said: dict[str, Any] = {"path": path, "id": made.calculation_id, "count": len(made.facts.zones)}
    lines = (
        say("cli.account_report_saved" if saved else "cli.account_report", **said),
        *projects_line(workspace, options.lang),
        *(say(f"cli.badge_{badge}") for badge in document["badges"]),
    )
    return Answer(document, lines)
