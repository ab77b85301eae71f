"""What every command line here has in common: complaints and language that people understand."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from geo import i18n
from geo.cli.runtime import UsageError
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


class Parser(argparse.ArgumentParser):
    """A parser that raises `UsageError`, which says what is wrong in the user's language."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse says as an error that can be said in both languages."""
        for pattern, msgid in _COMPLAINTS.items():
            found = re.fullmatch(pattern, message, flags=re.DOTALL)
            if found:
                parts = {name: quote(part) for name, part in found.groupdict().items()}
                if "known" in parts:
                    parts["known"] = parts["known"].replace("'", "")
                raise UsageError(msgid=msgid, **parts)
        raise UsageError(msgid="cli.usage", reason=quote(message))


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
