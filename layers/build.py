"""
Builds a data pack from the official services: ``python -m layers.build --municipality 3205``.

Exit 0 where a pack was built, whatever is missing from it; 2 with one sentence where none was.
``python -m layers.build doctor`` only asks which services answer: exit 0 where all do as they
should, 1 where not.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.cli.runtime import Answer, Parser, run
from layers.sources import assemble, install
from layers.sources import services as catalogues
from layers.sources.answers import AnswerStore, default_folder
from layers.sources.doctor import command as doctor
from layers.sources.http import Transport
from layers.sources.report import document_of, lines_of

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from layers.sources.services import Service

PACKS: Final = Path("packs")
_EVERY_S: Final = 1.0  # between two lines of progress from one service


def main(argv: Sequence[str] | None = None) -> int:
    """Build a pack and return the exit code."""
    return run(argv, _answer)


def _answer(arguments: Sequence[str], language: str) -> tuple[Answer, bool]:
    if list(arguments[:1]) == [doctor.WORD]:
        return doctor.answer(arguments[1:], language)
    options = _parser(language).parse_args(arguments)
    return build(options, language), options.json


def build(options: Namespace, language: str) -> Answer:
    """
    Build a pack as the command line asks, telling on standard error how far it is.

    Raises
    ------
    NaeringsarealError
        If there is no pack to show for it.
    """
    catalogue = catalogues.read(Path(options.services) if options.services else None)
    number = assemble.require_number(options.municipality, catalogue)
    directory = Path(options.out) if options.out else PACKS / number
    install.require_directory(directory)
    folder = Path(options.work) if options.work else default_folder()
    store = AnswerStore(folder, catalogue.policy.max_age_h)
    if options.fresh:
        store.clear()
    transport = Transport(catalogue.policy, store)
    try:
        told = Progress(language)
        place, layers = assemble.collect(
            catalogue, number, transport, options.only or (), told.tell
        )
        outcome = install.publish(
            place,
            layers,
            directory,
            lambda built: json.dumps(document_of(built, language), ensure_ascii=False, indent=2),
        )
    finally:
        transport.close()
    return Answer(document_of(outcome, language), lines_of(outcome, language))


class Progress:
    """Lines on standard error, a few a minute and one at the end of each service."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._last = 0.0

    def tell(self, service: Service, done: int, total: int | None) -> None:
        """Say how far a service is."""
        now = time.monotonic()
        if done > 0 and done != total and now - self._last < _EVERY_S:
            return
        self._last = now
        msgid = "build.asking" if not done else "build.progress" if total else "build.received"
        layer = i18n.say(f"layer.{service.layer}", self._language)
        parts = {"layer": layer, "source": service.source, "done": done, "total": total}
        print(i18n.say(msgid, self._language, **parts), file=sys.stderr, flush=True)


def _parser(language: str) -> Parser:
    def text(name: str) -> str:
        return i18n.say(f"build.help_{name}", language)

    parser = Parser(
        prog="python -m layers.build",
        description=text("build"),
        epilog=i18n.say("doctor.help_word", language),
        language=language,
    )
    parser.add_argument("--municipality", metavar="NNNN", required=True, help=text("municipality"))
    parser.add_argument("--out", metavar="DIR", help=text("out"))
    parser.add_argument("--only", metavar="LAYER", action="append", help=text("only"))
    parser.add_argument("--services", metavar="FILE", help=text("services"))
    parser.add_argument("--work", metavar="DIR", help=text("work"))
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help=text("resume"))
    again.add_argument("--fresh", action="store_true", help=text("fresh"))
    parser.add_argument("--json", action="store_true", help=i18n.say("cli.help_json", language))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=i18n.say("cli.help_lang", language))
    return parser


if __name__ == "__main__":
    sys.exit(main())
