"""
Who we are to a service, and to which addresses that may be said.

An account's name and password go to the address that the catalogue has for the service, each of its
`fallbacks` too when that is the one that is asked, and never to where these redirect.
"""

from __future__ import annotations

import base64
import os
import re
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from layers.errors import ServiceError

if TYPE_CHECKING:
    from layers.sources.services import Policy, Service

AGENT: Final = "Naeringsareal/1"
CONTACT_VARIABLE: Final = "NAERINGSAREAL_CONTACT"
_SIGNS: Final = "@:/+.-_~?&=#%,; "  # that need no escape in a header's comment (RFC 9110, 5.6.5)
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})  # where nobody else listens
_SECRET: Final = frozenset({"authorization", "cookie"})  # headers for the service alone
# What a parameter is called whose value is for the service alone.
SECRET_NAME: Final = re.compile(r"key|token|pass|secret|auth|user|sig", re.IGNORECASE)
_HIDDEN: Final = "…"


def contact(policy: Policy) -> str:
    """Return where to complain of this program; empty where nobody has said."""
    return os.environ.get(CONTACT_VARIABLE, "").strip() or policy.contact.strip()


def agent(address: str) -> str:
    """Return the User-Agent that says who asks and where to complain, as far as that is known."""
    if not address:
        return AGENT
    return f"{AGENT} (+{urllib.parse.quote(address, safe=_SIGNS)})"


def headers(service: Service, url: httpx.URL) -> dict[str, str]:
    """
    Return the headers for one address: those that are secret only for the service's own.

    Raises
    ------
    ServiceError
        If the service needs an account that is not set, or that all on the way could read.
    """
    if not is_own(service, url):
        return {key: say for key, say in service.headers.items() if key.lower() not in _SECRET}
    if not service.login:
        return dict(service.headers)
    name, secret = variables(service)
    account = os.environ.get(name, ""), os.environ.get(secret, "")
    if not all(account):
        raise ServiceError("error.login_unset", source=service.source, name=name, secret=secret)
    if url.scheme != "https" and url.host not in _HERE:
        raise ServiceError("error.login_open", host=url.host)
    said = base64.b64encode(":".join(account).encode()).decode()  # RFC 7617
    return {**service.headers, "Authorization": f"Basic {said}"}


def variables(service: Service) -> tuple[str, str]:
    """Return what the environment calls the account's name and password."""
    name = re.sub(r"[^A-Z0-9]+", "_", service.login.upper())
    return f"NAERINGSAREAL_{name}_USER", f"NAERINGSAREAL_{name}_PASSWORD"


def shown_url(service: Service) -> str:
    """Return an address as a pack may tell it: no account, no key, no folder of the maker's."""
    if "://" not in service.url:
        return Path(service.url).name
    url = urllib.parse.urlsplit(service.url)
    said = [part.partition("=") for part in url.query.split("&")]
    query = "&".join(
        f"{name}={_HIDDEN}" if SECRET_NAME.search(name) else f"{name}{sign}{value}"
        for name, sign, value in said
    )
    host = url.netloc.rpartition("@")[2]
    return urllib.parse.urlunsplit(url._replace(netloc=host, query=query))


def shown_params(service: Service) -> dict[str, str]:
    """Return what is sent with every question, as a pack may tell it."""
    return {
        name: _HIDDEN if SECRET_NAME.search(name) else value
        for name, value in service.params.items()
    }


def is_own(service: Service, url: httpx.URL) -> bool:
    """Tell whether an address is on the service's own host and port, and not less encrypted."""
    own = httpx.URL(service.url)
    same = (own.host, own.port) == (url.host, url.port)
    return same and url.scheme in {own.scheme, "https"}


def require_trusted(service: Service, first: httpx.URL, target: httpx.URL) -> None:
    """
    Hold an address that a service points to against those that the catalogue allows.

    Raises
    ------
    ServiceError
        If it is on another host than these, or gives up encryption.
    """
    listed = {httpx.URL(address).host for address in service.fallbacks}
    trusted = target.host in {first.host, *service.hosts, *listed}
    if not trusted or (first.scheme == "https" and target.scheme != "https"):
        shown = f"{target.scheme}://{target.host}"
        raise ServiceError("error.service_redirect", host=first.host, target=shown)
