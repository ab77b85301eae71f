"""The command line: ``python -m geo``. Exit 0, or 2 with one sentence on standard error."""

from __future__ import annotations

import gc
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.cli import (
    account_report,
    backup,
    distribute,
    layers,
    pack,
    register,
    reserve,
    rule,
    screen,
    search,
    sheet,
)
from geo.cli.runtime import Parser, run

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from geo.cli.runtime import Answer

_OBJECTS: Final = 500_000  # made between two searches for rings of them

COMMANDS: Final[Mapping[tuple[str, str | None], Callable[[argparse.Namespace], Answer]]] = {
    **pack.COMMANDS,
    ("rule", None): rule.rule,
    ("reserve", None): reserve.reserve,
    ("screen", None): screen.screen,
    ("search", None): search.find_sites,
    ("sheet", None): sheet.sheet,
    ("account-report", None): account_report.account_report,
    ("layers", "list"): layers.layers_list,
    ("layers", "export"): layers.layers_export,
    **register.COMMANDS,
    **backup.COMMANDS,
    ("distribute", None): distribute.distribute,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run(argv, _answer)


def _answer(arguments: Sequence[str], language: str) -> tuple[Answer, bool]:
    options = _parser(language).parse_args(arguments)
    options.lang = language
    return COMMANDS[options.command, options.action](options), options.json


def _number(text: str) -> float:
    return float(text.strip().replace(",", "."))


def _parser(language: str) -> argparse.ArgumentParser:
    def text(name: str) -> str:
        return i18n.say(f"cli.help_{name}", language).replace("%", "%%")

    def sentence(name: str) -> str:
        # argparse formats help with %, but not a description.
        said = i18n.say(f"cli.help_{name}", language)
        return said[:1].upper() + said[1:].removesuffix(".") + "."

    word = i18n.say("cli.command", language)

    def common(parser: Parser) -> Parser:
        parser.add_argument("--lang", choices=i18n.LANGUAGES, help=text("lang"))
        parser.add_argument("--pack", metavar="DIR", help=text("pack_dir"))
        parser.set_defaults(json=False)
        return parser

    def listing(parser: Parser) -> Parser:
        common(parser).add_argument("--json", action="store_true", help=text("json"))
        return parser

    top = Parser(prog="python -m geo", description=sentence("geo"), language=language)
    top.add_argument("--lang", choices=i18n.LANGUAGES, help=text("lang"))
    titles = {"dest": "command", "title": i18n.say("cli.help_commands", language)}
    commands = top.add_subparsers(required=True, metavar=word, **titles)

    def group(name: str) -> argparse._SubParsersAction[Parser]:
        parser = commands.add_parser(
            name, help=text(name), description=sentence(name), language=language
        )
        return parser.add_subparsers(required=True, metavar=word, **(titles | {"dest": "action"}))

    def add(
        to: argparse._SubParsersAction[Parser],
        name: str,
        key: str,
        shared: Callable[[Parser], Parser],
    ) -> Parser:
        return shared(
            to.add_parser(name, help=text(key), description=sentence(key), language=language)
        )

    of_pack = group("pack")
    add(of_pack, "info", "pack_info", listing)
    add(of_pack, "validate", "pack_validate", listing)
    for name in pack.NAMES:
        pack.arguments(name, add(of_pack, name, f"pack_{name}", listing), text)

    rule.arguments(add(commands, "rule", "rule", listing), text, _number)
    of_reserve = add(commands, "reserve", "reserve", listing)
    of_reserve.set_defaults(action=None)
    reserve.parameters(of_reserve, text, _number)
    of_reserve.add_argument("--out", metavar="F", help=text("reserve_out"))

    screen.arguments(add(commands, "screen", "screen", listing), text, _number)
    search.arguments(add(commands, "search", "search", listing), text, _number)
    sheet.arguments(add(commands, "sheet", "sheet", listing), text, _number)

    of_account = add(commands, "account-report", "account_report", listing)
    account_report.arguments(of_account, text, _number)

    of_layers = group("layers")
    add(of_layers, "list", "layers_list", listing)
    export = add(of_layers, "export", "layers_export", common)
    layers.arguments(export, text)
    of_register = group("register")
    register.arguments(lambda name, key: add(of_register, name, key, listing), text)
    for name, _ in backup.COMMANDS:
        add(commands, name, name, partial(backup.arguments, name, text))
    of_many = add(commands, "distribute", "distribute", lambda parser: parser)
    distribute.arguments(of_many, text, _number)
    return top


if __name__ == "__main__":
    # Python looks for rings of objects again and again among the millions that an answer is made
    # of, which takes longer than making them; what a command makes is let go of at its end.
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    sys.exit(main())
