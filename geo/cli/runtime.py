"""What the command lines share: arguments, an answer or a complaint, the pack, and the language."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import msgspec

from geo import i18n, settings
from geo.errors import FileError, NaeringsarealError
from geo.formats import atomic
from geo.pack.location import read_current
from geo.pack.read import Pack, read_pack
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from geo.workspace import Workspace

# Options that the land account has, and the parameters they are.
PARAMETERS: Final[Mapping[str, str]] = {
    "--building-buffer": "building_buffer_m",
    "--min-part": "min_part_m2",
    "--min-width": "min_width_m",
    "--max-utilisation": "max_utilisation",
}


@dataclass(frozen=True)
class Answer:
    """
    What a command says.

    Attributes
    ----------
    document
        For ``--json``.
    lines
        For people, in their language.
    failure
        One sentence for standard error where the answer is that something is wrong.
    status
        The exit code where the answer is whole, and says of what it was asked about that all is
        not well.
    """

    document: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    failure: str | None = None
    status: int = 0


class UsageError(NaeringsarealError):
    """The command line was not understood."""


def pack_of(options: Namespace) -> Pack:
    """Return the pack that ``--pack`` names, else the one in use."""
    return read_pack(options.pack) if options.pack else read_current()


def version_of(pack: Pack) -> dict[str, str]:
    """Return what an answer rests on, as JSON has it."""
    return {"name": pack.name, "sha256": pack.sha256}


def workspace_of(options: Namespace) -> Workspace:
    """Return the pack in question with the list of projects that ``--ledger`` names, or its own."""
    from geo.workspace import Workspace  # noqa: PLC0415  # a second that other commands save

    return Workspace.of(pack_of(options), options.ledger)


def place_for(named: str, ending: str) -> Path:
    """
    Return where a document is to be written, before anybody waits for what is to be in it.

    Raises
    ------
    FileError
        If the file is to be something else. If no file can be written there.
    """
    path = Path(named)
    if path.suffix.lower() != ending:
        raise FileError("error.format_unknown", path=quote(path), known=ending)
    if path.is_dir():
        raise FileError("error.file_unwritable", path=quote(path))
    with atomic.unwritable(path), atomic.draft_folder(path.parent):
        return path


def basis_of(workspace: Workspace) -> dict[str, Any]:
    """Return the pack and the list of projects that an answer rests on, as JSON has them."""
    listed = workspace.listed
    return {
        "pack": version_of(workspace.pack),
        "projects": None if listed is None else listed.as_dict(),
    }


def projects_line(workspace: Workspace, language: str) -> list[str]:
    """Say which list of projects an answer rests on; nothing where none are known."""
    return [] if workspace.listed is None else [workspace.listed.say(language)]


LANGUAGE_VARIABLE: Final = "NAERINGSAREAL_LANG"

# argparse says what is wrong in English only; these are its usual complaints.
_COMPLAINTS: Final[Mapping[str, str]] = {
    r"argument (?P<name>.+?): invalid choice: '?(?P<value>.*?)'? \(choose from (?P<known>.*)\)": (
        "cli.usage_choice"
    ),
    r"the following arguments are required: (?P<name>.*)": "cli.usage_required",
    r"unrecognized arguments: (?P<name>.*)": "cli.usage_unrecognised",
    r"argument (?P<name>.+?): expected one argument": "cli.usage_value_missing",
    r"argument (?P<name>.+?): not allowed with argument (?P<value>.+)": "cli.usage_together",
    r"argument (?P<name>.+?): invalid \w+ value: '?(?P<value>.*?)'?": "cli.usage_value",
}


# What stands for a value on the command line, with the words that people are shown for it.
_WORDS: Final[Mapping[str, str]] = {
    "DIR": "folder",
    "F": "file",
    "FILE": "file",
    "KIND": "constraint",
    "LAYER": "layer",
    "N": "number",
    "NAME": "name",
    "NAME=W": "weight",
    "SITES": "file",
    "T": "text",
    "URL": "address",
    "VERSION": "version",
    "X": "number",
    "Z": "zone",
}


class _Formatter(argparse.HelpFormatter):
    """Help that begins with the word for how a command is used, in the user's language."""

    def __init__(self, prog: str, *, language: str) -> None:
        self._language = language
        super().__init__(prog)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Add the line that shows how a command is written."""
        prefix = i18n.say("cli.help_usage", self._language) if prefix is None else prefix
        super().add_usage(usage, actions, groups, prefix)


class Parser(argparse.ArgumentParser):
    """
    A parser that speaks the user's language, in its help and in what is wrong.

    Parameters
    ----------
    language
        Of the help; `error` raises `UsageError`, which can be said in all.
    """

    def __init__(self, *, language: str = i18n.DEFAULT_LANGUAGE, **options: Any) -> None:  # noqa: ANN401  # argparse's own
        self._language = language
        formatter = partial(_Formatter, language=language)
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=formatter, **options)
        self._positionals.title = i18n.say("cli.help_arguments", language)
        self._optionals.title = i18n.say("cli.help_options", language)
        told = i18n.say("cli.help_help", language)
        self.add_argument("-h", "--help", action="help", help=told)

    def add_argument(self, *names: str, **options: Any) -> argparse.Action:  # noqa: ANN401  # argparse's own
        """Add an argument; what stands for its value is put in words."""
        metavar, choices = options.get("metavar", ""), options.get("choices")
        if metavar in _WORDS:
            options["metavar"] = i18n.say(f"cli.word_{_WORDS[metavar]}", self._language)
        elif choices is not None and not metavar:
            options["metavar"] = "|".join(choices)
        return super().add_argument(*names, **options)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse says as an error that can be said in both languages."""
        for pattern, msgid in _COMPLAINTS.items():
            found = re.fullmatch(pattern, message, flags=re.DOTALL)
            if found:
                parts = {name: quote(part) for name, part in found.groupdict().items()}
                if "known" in parts:
                    parts["known"] = parts["known"].replace("'", "")
                raise UsageError(msgid, **parts)
        raise UsageError("cli.usage", reason=quote(message))


def file_arguments(
    parser: argparse.ArgumentParser, text: Callable[[str], str], of: str | None = None
) -> None:
    """
    Let a command that reads a file be told which of its layers, and which system it is in.

    Parameters
    ----------
    text
        Says a help text by its name.
    of
        The option that names the file, where the command reads another one too.
    """
    if of is None:
        names = ("--layer", "--file-layer")
        parser.add_argument(*names, dest="file_layer", metavar="NAME", help=text("file_layer"))
        parser.add_argument("--crs", metavar="EPSG", help=text("file_crs"))
        return
    for what, metavar in (("layer", "NAME"), ("crs", "EPSG")):
        told = text(f"{of.replace('-', '_')}_{what}")
        parser.add_argument(f"--{of}-{what}", metavar=metavar, help=told)


def language_of(arguments: Sequence[str]) -> str:
    """Return the language that ``--lang`` or the environment names, else Norwegian."""
    # Known before the rest is parsed, so that its complaints are in the right language too.
    named = os.environ.get(LANGUAGE_VARIABLE, "")
    for flag, value in zip(arguments, [*arguments[1:], ""], strict=False):
        if flag == "--lang":
            named = value
        elif flag.startswith("--lang="):
            named = flag.removeprefix("--lang=")
    return named if named in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE


def write_utf8() -> None:
    """Let the console take æøå and JSON, whatever its own encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")


FAILURE: Final = 2
INTERRUPTED: Final = 130  # as shells have it for a program ended by Ctrl+C


def run(
    argv: Sequence[str] | None, answer: Callable[[Sequence[str], str], tuple[Answer, bool]]
) -> int:
    """
    Run a command line and return its exit code.

    Parameters
    ----------
    argv
        By default what the program was called with.
    answer
        From the arguments and the language to the answer, and whether JSON was asked for.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = language_of(arguments)
    write_utf8()
    try:
        settings.load()
        language = language_of(arguments)
        found, as_json = answer(arguments, language)
        _print(found, as_json=as_json)
    except NaeringsarealError as error:
        return _fail(error.say(language))
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python must not flush to it on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _fail(i18n.say("cli.interrupted", language))
        return INTERRUPTED
    except Exception:  # noqa: BLE001  # the contract: one sentence and no traceback
        return _fail(i18n.say("error.unexpected", language))
    return _fail(found.failure) if found.failure else found.status


def tell(options: Namespace, msgid: str) -> None:
    """Say to people how far a command has come; with ``--json`` nothing, for a program reads it."""
    if not options.json:
        print(i18n.say(msgid, options.lang), flush=True)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return FAILURE


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        written = json.dumps(answer.document, ensure_ascii=False, allow_nan=False)
        # The standard library indents in Python, which takes seconds of thousands of sites.
        print(msgspec.json.format(written))
    else:
        print("\n".join(answer.lines), end="\n" if answer.lines else "")
    sys.stdout.flush()
