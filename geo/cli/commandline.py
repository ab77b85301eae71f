"""
What every command line here does: exit 0, or 2 with one sentence on standard error.

`python -m geo` and `python -m layers.build` share it.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Final

from geo import i18n
from geo.cli.arguments import language_of, write_utf8
from geo.errors import NaeringsarealError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.cli.runtime import Answer

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
    return _fail(found.failure) if found.failure else 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return FAILURE


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.document, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        print("\n".join(answer.lines), end="\n" if answer.lines else "")
    sys.stdout.flush()
