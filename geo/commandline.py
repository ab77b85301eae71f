"""
What every command line here does: exit 0, or 2 with one sentence on standard error.

`python -m geo` and `python -m layers.build` share it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from geo import messages
from geo.coercion import quote
from geo.command import UsageError
from geo.errors import NaeringsarealError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo.command import Answer

FAILURE: Final = 2
INTERRUPTED: Final = 130  # as shells have it for a program ended by Ctrl+C
LANGUAGE_VARIABLE: Final = "NAERINGSAREAL_LANG"

# argparse says what is wrong in English only; these are its usual complaints.
_COMPLAINTS: Final[Mapping[str, str]] = {
    r"argument (?P<name>.+?): invalid choice: '?(?P<value>.*?)'? \(choose from (?P<known>.*)\)": (
        "cli.usage_choice"
    ),
    r"the following arguments are required: (?P<name>.*)": "cli.usage_required",
    r"unrecognized arguments: (?P<name>.*)": "cli.usage_unrecognised",
    r"argument (?P<name>.+?): expected one argument": "cli.usage_value_missing",
    r"argument (?P<name>.+?): invalid \w+ value: '?(?P<value>.*?)'?": "cli.usage_value",
}
_PROGRAM_WORDS: Final = 3  # python -m geo


class Parser(argparse.ArgumentParser):
    """argparse whose complaints are errors of ours, in the reader's language."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong."""
        program = " ".join(self.prog.split()[:_PROGRAM_WORDS])
        for pattern, msgid in _COMPLAINTS.items():
            found = re.fullmatch(pattern, message, flags=re.DOTALL)
            if found:
                parts = {name: quote(part) for name, part in found.groupdict().items()}
                if "known" in parts:
                    parts["known"] = parts["known"].replace("'", "")
                raise UsageError(msgid=msgid, program=program, **parts)
        raise UsageError(msgid="cli.usage", program=program, reason=quote(message))


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
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # æøå and JSON, whatever the console's own is
    try:
        found, as_json = answer(arguments, language)
        _print(found, as_json=as_json)
    except NaeringsarealError as error:
        return _fail(error.say(language))
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python must not flush to it on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _fail(messages.say("cli.interrupted", language))
        return INTERRUPTED
    except Exception:  # noqa: BLE001  # the contract: one sentence and no traceback
        return _fail(messages.say("error.unexpected", language))
    return _fail(found.failure) if found.failure else 0


def language_of(arguments: Sequence[str]) -> str:
    """Return the reader's language, before the rest is parsed: complaints are in it too."""
    named = os.environ.get(LANGUAGE_VARIABLE, "")
    for flag, value in zip(arguments, [*arguments[1:], ""], strict=False):
        if flag == "--lang":
            named = value
        elif flag.startswith("--lang="):
            named = flag.removeprefix("--lang=")
    return named if named in messages.LANGUAGES else messages.DEFAULT_LANGUAGE


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return FAILURE


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.document, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        print("\n".join(answer.lines), end="\n" if answer.lines else "")
    sys.stdout.flush()
