"""The command line: ``python -m geo``. Exit 0, or 2 with one sentence on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.cli import layers, pack, reserve, rule, screen, search
from geo.cli.runtime import Parser, run
from geo.growth.rule import TARGET_SHARE
from geo.screening.counted import COUNTED_AS, PART

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from geo.cli.runtime import Answer

COMMANDS: Final[Mapping[tuple[str, str | None], Callable[[argparse.Namespace], Answer]]] = {
    **pack.COMMANDS,
    ("rule", None): rule.rule,
    ("reserve", None): reserve.reserve,
    ("screen", None): screen.screen,
    ("search", None): search.find_sites,
    ("layers", "list"): layers.layers_list,
    ("layers", "export"): layers.layers_export,
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
        # argparse formats help with %, but not a description.
        return i18n.say(f"cli.help_{name}", language).replace("%", "%%")

    word = i18n.say("cli.command", language)
    lang = Parser(add_help=False, allow_abbrev=False)
    lang.add_argument("--lang", choices=i18n.LANGUAGES, help=text("lang"))
    common = Parser(add_help=False, allow_abbrev=False, parents=[lang])
    common.add_argument("--pack", metavar="DIR", help=text("pack_dir"))
    common.set_defaults(json=False)
    listing = Parser(add_help=False, allow_abbrev=False, parents=[common])
    listing.add_argument("--json", action="store_true", help=text("json"))

    said = i18n.say("cli.help_geo", language)
    top = Parser(prog="python -m geo", description=said, parents=[lang], allow_abbrev=False)
    commands = top.add_subparsers(dest="command", required=True, metavar=word)

    def group(name: str) -> argparse._SubParsersAction[Parser]:
        parser = commands.add_parser(name, help=text(name), allow_abbrev=False)
        return parser.add_subparsers(dest="action", required=True, metavar=word)

    def add(to: argparse._SubParsersAction[Parser], name: str, key: str, parent: Parser) -> Parser:
        said = i18n.say(f"cli.help_{key}", language)
        return to.add_parser(
            name, help=text(key), description=said, parents=[parent], allow_abbrev=False
        )

    of_pack = group("pack")
    add(of_pack, "info", "pack_info", listing)
    add(of_pack, "validate", "pack_validate", listing)
    for name in pack.NAMES:
        pack.arguments(name, add(of_pack, name, f"pack_{name}", listing), text)

    of_rule = add(commands, "rule", "rule", listing)
    of_rule.set_defaults(action=None)
    of_rule.add_argument("--sites", metavar="F", help=text("sites"))
    of_rule.add_argument("--growth-areas", metavar="F", help=text("growth_areas"))
    of_rule.add_argument("--target", type=_number, default=TARGET_SHARE, help=text("target"))
    of_rule.add_argument("--adopted-only", action="store_true", help=text("adopted_only"))
    of_rule.add_argument("--no-estimates", action="store_true", help=text("no_estimates"))
    of_rule.add_argument("--beregning", metavar="ID", help=text("beregning"))
    of_rule.add_argument("--ledger", metavar="URL", help=text("rule_ledger"))

    of_reserve = add(commands, "reserve", "reserve", listing)
    of_reserve.set_defaults(action=None)
    for option, name in reserve.PARAMETERS.items():
        default = getattr(reserve.DEFAULT_RULES, name)
        of_reserve.add_argument(
            option, dest=name, metavar="X", type=_number, default=default, help=text(name)
        )
    of_reserve.add_argument("--out", metavar="F", help=text("reserve_out"))

    of_screen = add(commands, "screen", "screen", listing)
    of_screen.set_defaults(action=None)
    of_screen.add_argument("sites", metavar="SITES", help=text("screen_sites"))
    of_screen.add_argument("--ledger", metavar="URL", help=text("ledger"))
    of_screen.add_argument("--utilisation", metavar="X", type=_number, help=text("utilisation"))
    of_screen.add_argument(
        "--counted-as", choices=COUNTED_AS, default=PART, help=text("counted_as")
    )
    of_screen.add_argument("--out", metavar="F", help=text("screen_out"))
    of_screen.add_argument("--report", metavar="F", help=text("report"))

    search.arguments(add(commands, "search", "search", listing), text, _number)

    of_layers = group("layers")
    add(of_layers, "list", "layers_list", listing)
    export = add(of_layers, "export", "layers_export", common)
    layers.arguments(export, text)
    return top


if __name__ == "__main__":
    sys.exit(main())
