"""
The rules for who may write, with nothing of Streamlit in them.

Reading is open to all. Writing takes a login by OpenID Connect and a group, or that the app is
used on the machine that it runs on, as a tool on one desk.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from geo import i18n

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_GROUP_CLAIM: Final = "groups"
MIN_COOKIE_SECRET: Final = 32  # who guesses it writes as anyone; 32 hex digits are 128 bits
MAX_NAME: Final = 80
MAX_CONTACT: Final = 120
MAX_SUBJECT: Final = 255  # OpenID Connect Core 1.0, section 2: sub
MAX_AUTHOR: Final = 500  # the three above, a provider's name and what stands between

_SHARED_KEYS: Final = ("redirect_uri", "cookie_secret")
_PROVIDER_KEYS: Final = ("client_id", "client_secret", "server_metadata_url")
_PROXY_HEADERS: Final = ("cf-connecting-ip", "forwarded", "true-client-ip", "via", "x-client-ip")
_PROXY_PREFIXES: Final = ("x-forwarded", "x-original-", "x-real-")


class Mode(StrEnum):
    """How it is settled who may write."""

    DESK = "desk"
    PROVIDER = "provider"
    CLOSED = "closed"


@dataclass(frozen=True)
class LoginSettings:
    """What secrets.toml says; `fault` is the text id of what is wrong with it."""

    providers: tuple[str, ...] = ()
    group_claim: str = DEFAULT_GROUP_CLAIM
    writer_groups: frozenset[str] = frozenset()
    admin_groups: frozenset[str] = frozenset()
    fault: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Access:
    """
    Who is at work, and whether they may write.

    `author` is what an entry keeps (at most `MAX_AUTHOR` characters), `name` what the screen
    shows; `reason` is the text id of why not, None for those who may.
    """

    mode: Mode
    may_write: bool = False
    author: str = ""
    name: str = ""
    logged_in: bool = False
    may_administer: bool = False
    reason: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)

    def why_not(self, language: str) -> str:
        """Say why this person may not write and what to do; nothing for those who may."""
        return i18n.say(self.reason, language, **self.parts) if self.reason else ""


def read_settings(secrets: Mapping[str, object] | None) -> LoginSettings:
    """
    Return the settings in the tables [auth] and [naeringsareal] of secrets.toml.

    Parameters
    ----------
    secrets
        The whole file; empty where there is none, None where it cannot be read.
    """
    if secrets is None:
        # Not taken for «no provider»: a slip in the file must not open a desk.
        return LoginSettings(fault="access.secrets_unreadable")
    if "auth" not in secrets:
        return LoginSettings()
    auth = _table(secrets["auth"])
    # client_kwargs belongs to the provider without a name; every other table is a provider.
    named = {
        name: _table(value)
        for name, value in auth.items()
        if isinstance(value, Mapping) and name != "client_kwargs"
    }
    unnamed = not named or any(key in auth for key in _PROVIDER_KEYS)
    providers = ({"default": auth} if unnamed else {}) | named
    missing = [key for key in _SHARED_KEYS if not auth.get(key)]
    if "cookie_secret" not in missing and len(str(auth["cookie_secret"])) < MIN_COOKIE_SECRET:
        missing.append("cookie_secret")
    missing += [
        key for key in _PROVIDER_KEYS if not all(one.get(key) for one in providers.values())
    ]
    own = _table(secrets.get("naeringsareal"))
    return LoginSettings(
        providers=tuple(providers),
        group_claim=str(own.get("group_claim") or DEFAULT_GROUP_CLAIM),
        writer_groups=(_words(own.get("writer_groups")) or frozenset()) - {""},
        admin_groups=(_words(own.get("admin_groups")) or frozenset()) - {""},
        fault="access.auth_incomplete" if missing else None,
        missing=tuple(missing),
    )


def decide(
    settings: LoginSettings,
    user: Mapping[str, object],
    headers: Mapping[str, Sequence[str]],
    ip: str | None,
    server_address: str | None,
    *,
    now: float,
    desk_name: str,
) -> Access:
    """
    Settle who is at work and whether they may write.

    Parameters
    ----------
    settings
        What secrets.toml says.
    user
        The claims of the ID token, and Streamlit's own `is_logged_in` and `provider`.
    headers
        Every header of the request that opened the session, by name, in any case.
    ip
        The client's address; None is how Streamlit writes 127.0.0.1 and ::1.
    server_address
        The option server.address; None is every address of the machine.
    now
        Seconds since 1970, UTC.
    desk_name
        What the user of a desk calls themselves.
    """
    if settings.fault:
        parts = {"keys": ", ".join(settings.missing)}
        return Access(Mode.CLOSED, reason=settings.fault, parts=parts)
    if settings.providers:
        return _by_login(settings, user, now)
    # A server that listens on loopback alone cannot be reached by another machine without help.
    if not is_loopback(server_address):
        return Access(Mode.CLOSED, reason="access.open_to_others")
    if not _on_this_machine(headers, ip):
        return Access(Mode.CLOSED, reason="access.from_elsewhere")
    name = clean(desk_name, MAX_NAME) or i18n.say("unknown")
    return Access(Mode.DESK, may_write=True, author=name, name=name, may_administer=True)


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own, reachable from nowhere else."""
    if host is None:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _by_login(settings: LoginSettings, user: Mapping[str, object], now: float) -> Access:
    logged_in = user.get("is_logged_in") is True
    # Streamlit's cookie lasts 30 days and it never looks at exp. Every ID token has one (OpenID
    # Connect Core 1.0, section 2); what has none is not trusted to be one.
    fresh = logged_in and _number(user.get("exp")) > now
    name, author = _author(user) if logged_in else ("", "")
    groups = _words(user.get(settings.group_claim))
    admin = bool((groups or frozenset()) & settings.admin_groups)
    writer = admin or bool((groups or frozenset()) & settings.writer_groups)
    faults: tuple[tuple[bool, str, dict[str, str]], ...] = (
        (not settings.writer_groups, "access.writer_groups_missing", {}),
        (not logged_in, "access.not_logged_in", {}),
        (not fresh, "access.expired", {}),
        (not author, "access.claim_missing", {"claim": "sub"}),
        (groups is None, "access.claim_missing", {"claim": settings.group_claim}),
        (not writer, "access.not_a_writer", {}),
    )
    reason, parts = next((fault[1:] for fault in faults if fault[0]), (None, {}))
    return Access(
        Mode.PROVIDER,
        may_write=reason is None,
        author=author,
        name=name,
        logged_in=fresh,
        may_administer=reason is None and admin,
        reason=reason,
        parts=parts,
    )


def _on_this_machine(headers: Mapping[str, Sequence[str]], ip: str | None) -> bool:
    given = {name.lower(): list(values) for name, values in headers.items()}
    # Such help on this machine, a reverse proxy, connects from loopback; most say so in a header.
    if any(name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIXES) for name in given):
        return False
    # Says the same as the server's address, but of the connection itself instead of an option.
    if ip is not None and not is_loopback(ip):
        return False
    # A proxy or tunnel that adds no header still passes on the name that its users typed; and a
    # foreign name that was made to resolve to loopback (DNS rebinding) stands here.
    hosts, origins = given.get("host", []), given.get("origin", [])
    if len(hosts) != 1 or len(origins) != 1:
        return False
    try:
        host, origin = urlsplit(f"//{hosts[0]}"), urlsplit(origins[0])
    except ValueError:
        return False
    # A proxy often writes Host anew, but never Origin. Page and server being one and the same
    # also shuts out a page of another program on this machine.
    return is_loopback(host.hostname) and origin.netloc == host.netloc


def _author(user: Mapping[str, object]) -> tuple[str, str]:
    subject = user.get("sub")
    contact = clean(user.get("email") or user.get("preferred_username"), MAX_CONTACT)
    name = clean(user.get("name"), MAX_NAME) or contact[:MAX_NAME]
    if not isinstance(subject, str) or not subject.strip() or len(subject) > MAX_SUBJECT:
        return name, ""
    if not subject.isprintable():
        return name, ""
    # Name and e-mail may be changed and may be shared; the subject is the person, and stands last
    # in brackets, which neither of the others can hold.
    provider = clean(user.get("provider"), MAX_NAME // 4)
    person = subject if provider in {"", "default"} else f"{provider}:{subject}"
    told = f"{name} <{contact}> [{person}]" if contact else f"{name} [{person}]"
    return name or subject[:MAX_NAME], told.strip()


def clean(text: object, limit: int) -> str:
    """Return a name on one line, at most `limit` characters, without what could disguise it."""
    # Control characters and marks of direction could make a name read as another's; brackets
    # could make it end in another's subject.
    if not isinstance(text, str):
        return ""
    spaced = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    kept = (c for c in spaced if unicodedata.category(c)[0] != "C" and c not in "<>[]")
    return " ".join("".join(kept).split())[:limit].strip()


def _words(value: object) -> frozenset[str] | None:
    # A claim or setting with one value is often written as text instead of a list.
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list | tuple):
        return frozenset(word for word in value if isinstance(word, str))
    return None


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
