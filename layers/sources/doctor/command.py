"""The command line of the check: ``python -m layers.build doctor``."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.cli.runtime import Answer, Parser
from geo.errors import NaeringsarealError
from geo.formats import atomic
from geo.pack.location import default_directory
from geo.pack.read import MANIFEST
from layers.sources import assemble
from layers.sources import services as catalogues
from layers.sources.doctor import checkup as checkups
from layers.sources.doctor import report
from layers.sources.doctor.run import LIMIT_S, examine

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from layers.sources.doctor.checkup import Checkup
    from layers.sources.services import Catalogue

WORD: Final = "doctor"
WRONG: Final = 1  # exit code where a service that a build asks is not as it should be


def answer(arguments: Sequence[str], language: str) -> tuple[Answer, bool]:
    """Check the services as the command line asks, and tell whether JSON was asked for."""
    options = _parser(language).parse_args(arguments)
    return run(options, language), options.json


def run(options: Namespace, language: str) -> Answer:
    """
    Check the services, keep the result for the page, and write the file to send.

    Raises
    ------
    NaeringsarealError
        If what was asked cannot be understood.
    """
    catalogue = catalogues.read(Path(options.services) if options.services else None)
    if options.municipality is not None:
        number: str | None = assemble.require_number(options.municipality, catalogue)
    else:
        number = _number_in_use(catalogue)
    said = i18n.say("doctor.asking", language, seconds=round(LIMIT_S))
    sys.stderr.write(f"{said}\n")
    sys.stderr.flush()
    found = examine(catalogue, number, language)
    lines = report.lines_of(found, language)
    failure = None
    try:
        checkups.keep(found)
    except NaeringsarealError as error:
        lines.append(error.say(language))  # the page then goes without
    try:
        lines += _written(found, catalogue, options, language)
    except NaeringsarealError as error:
        failure = error.say(language)
    document = report.document_of(found, catalogue, language)
    return Answer(document, tuple(lines), failure, WRONG if found.wrong else 0)


def _written(found: Checkup, catalogue: Catalogue, options: Namespace, language: str) -> list[str]:
    if options.json and not options.out:
        return []
    day = found.at.astimezone(report.NORWAY).date().isoformat()
    about = [WORD, found.municipality, day]
    path = Path(options.out or "-".join(filter(None, about)) + ".txt")
    text = "\n".join(report.file_lines(found, catalogue, language)) + "\n"
    with atomic.unwritable(path):
        path.write_text(text, encoding="utf-8")
    return [i18n.say("doctor.written", language, path=str(path))]


def _number_in_use(catalogue: Catalogue) -> str | None:
    """Return the number of the municipality whose pack is in use; None where there is none."""
    try:
        manifest = (default_directory() / MANIFEST).read_text(encoding="utf-8-sig")
        said = tomllib.loads(manifest).get("municipality_no")
        return assemble.require_number(str(said).zfill(4), catalogue)
    except (NaeringsarealError, OSError, ValueError, RecursionError):
        return None


def _parser(language: str) -> Parser:
    def text(name: str) -> str:
        return i18n.say(f"doctor.help_{name}", language)

    program = f"python -m layers.build {WORD}"
    parser = Parser(prog=program, description=text("doctor"), language=language)
    parser.add_argument("--municipality", metavar="NNNN", help=text("municipality"))
    parser.add_argument(
        "--services", metavar="FILE", help=i18n.say("build.help_services", language)
    )
    parser.add_argument("--out", metavar="FILE", help=text("out"))
    parser.add_argument("--json", action="store_true", help=i18n.say("cli.help_json", language))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=i18n.say("cli.help_lang", language))
    return parser
