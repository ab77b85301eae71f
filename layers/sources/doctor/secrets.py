"""What must not leave the machine taken out of what a service or the system said."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.sources.services import Service

MAX_REASON: Final = 300  # characters of a reason that are kept
_HIDDEN: Final = "…"
_SHORTEST: Final = 3  # characters; hiding less would hide half of the text
_ACCOUNT: Final = re.compile(r"://[^/@\s]+@")
_QUERY: Final = re.compile(r"(https?://[^\s?»«\"']*)\?[^\s»«\"')]*")
_HOME: Final = re.compile(r"((?:/home/|/Users/|\\Users\\))[^/\\\s]+", re.IGNORECASE)
_SETTING: Final = re.compile(r"NAERINGSAREAL_\w+_(USER|PASSWORD)")


def hidden(text: str, service: Service | None = None) -> str:
    """
    Return a text as one bounded line without accounts, users' names or what a question held.

    Parameters
    ----------
    service
        Whose headers and parameters are not to be seen either: a key may be among them.
    """
    for value in sorted(set(_values(service)), key=len, reverse=True):
        if len(value) >= _SHORTEST:
            text = text.replace(value, _HIDDEN)
    text = _ACCOUNT.sub(f"://{_HIDDEN}@", text)
    text = _QUERY.sub(rf"\1?{_HIDDEN}", text)
    text = _HOME.sub(rf"\1{_HIDDEN}", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MAX_REASON else line[: MAX_REASON - 1] + _HIDDEN


def _values(service: Service | None) -> Iterator[str]:
    yield str(Path.home())
    yield from (value for name, value in os.environ.items() if _SETTING.fullmatch(name))
    if service is not None:
        yield from service.headers.values()
        yield from service.params.values()
