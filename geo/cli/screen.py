"""The command ``screen``: sites from a file judged, as a document, a text, a file and a PDF."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli.runtime import (
    Answer,
    UsageError,
    basis_of,
    file_arguments,
    projects_line,
    workspace_of,
)
from geo.errors import NotInstalledError, UtilisationError
from geo.formats.write import export_layer
from geo.geometry.scale import told
from geo.i18n import Remark
from geo.intake.sites import open_sites
from geo.schema.findings import gathered
from geo.screening import present
from geo.screening import screen as screening_screen
from geo.screening.counted import COUNTED_AS, PART
from geo.screening.flood import FLOOD_CLASSES, USUAL_CLASS
from geo.screening.present import document, paragraph
from geo.screening.registered import on_site
from geo.screening.rows import cell, label

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from geo.cli.runtime import Parser
    from geo.screening.context import Context
    from geo.screening.model import Screening

_MAX_LISTED: Final = 10  # sites and notes on screen; the document has all of them


def arguments(parser: Parser, text: Callable[[str], str], number: Any) -> None:  # noqa: ANN401  # how the command line reads numbers
    """Add the options of ``screen`` to its parser; `text` gives a help text by its name."""
    parser.set_defaults(action=None)
    parser.add_argument("sites", metavar="SITES", help=text("screen_sites"))
    file_arguments(parser, text)
    parser.add_argument("--ledger", metavar="URL", help=text("ledger"))
    parser.add_argument("--utilisation", metavar="X", type=number, help=text("utilisation"))
    parser.add_argument("--counted-as", choices=COUNTED_AS, default=PART, help=text("counted_as"))
    parser.add_argument(
        "--flood-class", choices=tuple(FLOOD_CLASSES), default=USUAL_CLASS, help=text("flood_class")
    )
    parser.add_argument("--out", metavar="F", help=text("screen_out"))
    parser.add_argument("--report", metavar="F", help=text("report"))


def screen(options: Namespace) -> Answer:
    """Screen the sites of a file, and write the results where asked."""
    report = _report() if options.report else None
    workspace = workspace_of(options)
    sites = open_sites(
        options.sites,
        layer=options.file_layer,
        crs=options.crs,
        near=workspace.pack.place(),
    )
    # A file may say it site by site; what the command line says fills the rest.
    said = sites.get("counted_as", options.counted_as)
    sites["counted_as"] = said if isinstance(said, str) else said.fillna(options.counted_as)
    context = workspace.context_for(options.flood_class)
    try:
        found = screening_screen.screen(context, sites, utilisation=options.utilisation)
    except UtilisationError as error:
        name, value = "--utilisation", error.parts["utilisation"]
        raise UsageError("cli.usage_value", name=name, value=value) from error
    badges = sorted({*context.badges, *(badge for one in found for badge in one.badges)})
    assumed = sites.attrs.get("assumptions", [])
    corrected = told(max((one.area_correction for one in found), default=0.0))
    said = [one.say(options.lang) for one in corrected]
    notes = [*(one.say(options.lang) for one in gathered(assumed)), *said]
    register = context.register
    answer = {
        "sites": [
            document(one, options.lang)
            | {"calculation_id": workspace.screening_id(one)}
            | ({} if register is None else {"register": on_site(one.geometry, register)})
            for one in found
        ],
        **basis_of(workspace),
        "badges": badges,
        "made_up": sorted(context.made_up),
        "flood_class": options.flood_class,
        "notes": [*(one.say(options.lang) for one in assumed), *said],
    }
    say = partial(i18n.say, language=options.lang)
    lines = [line for one in found[:_MAX_LISTED] for line in _lines(one, options.lang)]
    if len(found) > _MAX_LISTED:
        lines.append(say("cli.screen_more", count=len(found) - _MAX_LISTED))
    lines += [
        *projects_line(workspace, options.lang),
        *(say(f"cli.badge_{badge}") for badge in badges),
        *_made_up(context, options.lang),
        *(say("cli.note", text=text) for text in notes[:_MAX_LISTED]),
    ]
    if len(notes) > _MAX_LISTED:
        lines.append(say("cli.more_notes", count=len(notes) - _MAX_LISTED))
    if options.out:
        frame = present.columns(found, context, options.lang)
        origin = present.provenance(context, found, options.lang)
        export_layer(frame, options.out, provenance=origin, language=options.lang)
        lines.append(say("cli.screen_written", count=len(found), path=options.out))
    if report is not None:
        name = workspace.screening_id(*found)
        report.write_report(found, context, options.report, options.lang, calculation_id=name)
        lines.append(say("cli.screen_report", path=options.report))
    return Answer(answer, tuple(lines))


def _made_up(context: Context, language: str) -> list[str]:
    """Say which layers were not used, in a line; none where all were."""
    if not context.made_up:
        return []
    names = tuple(Remark(f"layer.{name}") for name in sorted(context.made_up))
    return [Remark("cli.screen_made_up", {"layers": names}).say(language)]


def _report() -> Any:  # noqa: ANN401  # a module
    # Asked for before the work is done, so that no one waits for a file that cannot be written.
    try:
        return import_module("geo.report.write")
    except ImportError as error:  # the library that it draws with is not there
        raise NotInstalledError("error.report_missing") from error


def _lines(screening: Screening, language: str) -> list[str]:
    light = cell(screening, "verdict").say(language)
    head = i18n.say("cli.screen_site", language, site=label(screening), light=light)
    reasons = (reason.say(language) for reason in screening.verdict.reasons)
    flips = (flip.remark.say(language) for flip in screening.sensitivity.flips)
    remedies = (remedy.remark.say(language) for remedy in screening.remedies)
    said = [*reasons, *flips, *remedies]
    return [head, *(f"  – {line}" for line in said), "  " + paragraph(screening, language), ""]
