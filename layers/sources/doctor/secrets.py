"""What must not leave the machine taken out of what a service or the system said."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from layers.sources.http.identity import SECRET_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from layers.sources.services import Service

MAX_REASON: Final = 300  # characters of a reason that are kept
PROXIES: Final = (
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
)
_HIDDEN: Final = "…"
_SHORTEST: Final = 4  # characters; hiding shorter ones would hide half of the text
_ACCOUNT: Final = re.compile(r"://[^/@\s]+@")
_QUERY: Final = re.compile(r"(https?://[^\s?»«\"']*)\?[^\s»«\"')]*")
_HOME: Final = re.compile(r"((?:/home/|/Users/|\\Users\\))[^/\\\s]+", re.IGNORECASE)
_SETTING: Final = re.compile(r"NAERINGSAREAL_\w+_(USER|PASSWORD)")


def hidden(text: str, values: Collection[str] = ()) -> str:
    """
    Return a text as one bounded line without accounts, users' names or what a question held.

    Parameters
    ----------
    values
        That are not to be seen either, as `known_to` lists them.
    """
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, _HIDDEN)
    text = _ACCOUNT.sub(f"://{_HIDDEN}@", text)
    text = _QUERY.sub(rf"\1?{_HIDDEN}", text)
    text = _HOME.sub(rf"\1{_HIDDEN}", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MAX_REASON else line[: MAX_REASON - 1] + _HIDDEN


def known_to(services: Iterable[Service]) -> frozenset[str]:
    """Return the secrets that the settings hold, the proxy and the catalogue among them."""
    return frozenset(value for value in _values(services) if len(value) >= _SHORTEST)


def _values(services: Iterable[Service]) -> Iterator[str]:
    yield str(Path.home())
    yield from (value for name, value in os.environ.items() if _SETTING.fullmatch(name))
    for name in PROXIES:
        account = os.environ.get(name, "").rpartition("@")[0].rpartition("//")[2]
        yield from (account, *account.split(":"))
    for service in services:
        yield from service.headers.values()
        yield from (value for name, value in service.params.items() if SECRET_NAME.search(name))
        for address in (service.url, *service.fallbacks):
            yield from _in_address(address)


def _in_address(address: str) -> Iterator[str]:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return
    yield from (url.username, url.password)
    yield from (value for name, value in url.params.items() if SECRET_NAME.search(name))
