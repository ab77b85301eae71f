"""The command line: ``python -m geo``. Exit 0, or 2 with one sentence on standard error."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli.runtime import Parser, run

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Mapping, Sequence

    from geo.cli.runtime import Answer

_OBJECTS: Final = 500_000  # made between two searches for rings of them

# Each command by the module of `geo.cli` that has it, and its function there. By their names: what
# one of them loads takes seconds, and each worker process of `distribute` loads this file too.
COMMANDS: Final[Mapping[tuple[str, str | None], tuple[str, str]]] = {
    ("pack", "info"): ("pack", "pack_info"),
    ("pack", "validate"): ("pack", "pack_validate"),
    ("pack", "versions"): ("pack", "versions"),
    ("pack", "activate"): ("pack", "activate"),
    ("pack", "compare"): ("pack", "compare_versions"),
    ("pack", "import"): ("pack", "import_layer"),
    ("pack", "add"): ("pack", "add"),
    ("rule", None): ("rule", "rule"),
    ("reserve", None): ("reserve", "reserve"),
    ("screen", None): ("screen", "screen"),
    ("search", None): ("search", "find_sites"),
    ("sheet", None): ("sheet", "sheet"),
    ("account-report", None): ("account_report", "account_report"),
    ("layers", "list"): ("layers", "layers_list"),
    ("layers", "export"): ("layers", "layers_export"),
    ("register", "list"): ("register", "list_sites"),
    ("register", "export"): ("register", "export_sites"),
    ("backup", None): ("backup", "save_backup"),
    ("restore", None): ("backup", "restore_backup"),
    ("distribute", None): ("distribute", "distribute"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run(argv, _answer)


def _answer(arguments: Sequence[str], language: str) -> tuple[Answer, bool]:
    options = _parser(language, arguments).parse_args(arguments)
    options.lang = language
    module, name = COMMANDS[options.command, options.action]
    function: Callable[[argparse.Namespace], Answer] = getattr(_module(module), name)
    return function(options), options.json


def _module(name: str) -> Any:  # noqa: ANN401  # a module
    return import_module(f"geo.cli.{name}")


def _number(text: str) -> float:
    return float(text.strip().replace(",", "."))


def _parser(language: str, named: Collection[str]) -> argparse.ArgumentParser:
    """Make the parser; of commands that are not `named`, it knows no more than that they exist."""
    parsers = _Parsers(language)
    for name in dict.fromkeys(command for command, _ in COMMANDS):
        if name not in named:
            parsers.mention(name)
        elif name in ("pack", "layers", "register"):
            getattr(parsers, f"add_{name}")()
        elif name in ("backup", "restore"):
            parsers.add_backup(name)
        elif name == "reserve":
            parsers.add_reserve()
        else:
            parsers.add_command(name)
    return parsers.top


class _Parsers:
    """The parser of the whole command line, and what adds each command's to it."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.top = Parser(
            prog="python -m geo", description=self._sentence("geo"), language=language
        )
        self.top.add_argument("--lang", choices=i18n.LANGUAGES, help=self._text("lang"))
        self._word = i18n.say("cli.command", language)
        self._titles = {"title": i18n.say("cli.help_commands", language)}
        self._commands = self.top.add_subparsers(
            required=True, metavar=self._word, dest="command", **self._titles
        )

    def mention(self, name: str) -> None:
        """Add a command by its name alone."""
        told = self._text(name.replace("-", "_"))
        self._commands.add_parser(name, help=told, language=self._language)

    def add_pack(self) -> None:
        of_pack, pack = self._group("pack"), _module("pack")
        self._listing(self._add(of_pack, "info", "pack_info"))
        self._listing(self._add(of_pack, "validate", "pack_validate"))
        for name in pack.NAMES:
            parser = self._listing(self._add(of_pack, name, f"pack_{name}"))
            pack.arguments(name, parser, self._text)

    def add_layers(self) -> None:
        of_layers = self._group("layers")
        self._listing(self._add(of_layers, "list", "layers_list"))
        export = self._common(self._add(of_layers, "export", "layers_export"))
        _module("layers").arguments(export, self._text)

    def add_register(self) -> None:
        of_register, register = self._group("register"), _module("register")
        register.arguments(
            lambda name, key: self._listing(self._add(of_register, name, key)), self._text
        )

    def add_backup(self, name: str) -> None:
        _module("backup").arguments(name, self._text, self._add(self._commands, name, name))

    def add_reserve(self) -> None:
        parser = self._listing(self._add(self._commands, "reserve", "reserve"))
        parser.set_defaults(action=None)
        _module("reserve").parameters(parser, self._text, _number)
        parser.add_argument("--out", metavar="F", help=self._text("reserve_out"))

    def add_command(self, name: str) -> None:
        key = name.replace("-", "_")
        parser = self._add(self._commands, name, key)
        if name != "distribute":  # which has no pack
            self._listing(parser)
        _module(key).arguments(parser, self._text, _number)

    def _text(self, name: str) -> str:
        return i18n.say(f"cli.help_{name}", self._language).replace("%", "%%")

    def _sentence(self, name: str) -> str:
        # argparse formats help with %, but not a description.
        said = i18n.say(f"cli.help_{name}", self._language)
        return said[:1].upper() + said[1:].removesuffix(".") + "."

    def _common(self, parser: Parser) -> Parser:
        parser.add_argument("--lang", choices=i18n.LANGUAGES, help=self._text("lang"))
        parser.add_argument("--pack", metavar="DIR", help=self._text("pack_dir"))
        parser.set_defaults(json=False)
        return parser

    def _listing(self, parser: Parser) -> Parser:
        self._common(parser).add_argument("--json", action="store_true", help=self._text("json"))
        return parser

    def _group(self, name: str) -> argparse._SubParsersAction[Parser]:
        return self._add(self._commands, name, name).add_subparsers(
            required=True, metavar=self._word, dest="action", **self._titles
        )

    def _add(self, to: argparse._SubParsersAction[Parser], name: str, key: str) -> Parser:
        return to.add_parser(
            name,
            help=self._text(key),
            description=self._sentence(key),
            language=self._language,
        )


if __name__ == "__main__":
    # Python looks for rings of objects again and again among the millions that an answer is made
    # of, which takes longer than making them; what a command makes is let go of at its end.
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    sys.exit(main())
