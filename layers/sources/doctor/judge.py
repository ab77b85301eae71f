"""What an address showed held against what the catalogue asks of it, and what to do about it."""

from __future__ import annotations

import difflib
import os
import re
import string
from typing import TYPE_CHECKING, Final

from geo.schema import layers as schema
from geo.schema.coercion import quote
from layers.errors import ServiceError
from layers.sources.doctor.checkup import Advice
from layers.sources.http import identity
from layers.sources.sifting import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.errors import NaeringsarealError
    from layers.sources.doctor.observation import Observation
    from layers.sources.services import Service

_LISTED: Final = 6  # layers or columns named in a sentence
_ALIKE: Final = 0.6  # «A»: how alike a name must be to be taken for the same layer's new one
_LOGIN: Final = frozenset({"401", "403"})
_GONE: Final = frozenset({"404", "410"})
_SERVERS_FAULT: Final = "5"


def columns(
    service: Service, seen: Observation
) -> tuple[tuple[str, ...] | None, tuple[str, ...], tuple[str, ...]]:
    """
    Return which columns are there, and which are missing: those needed, and the others.

    A column of the pack may have several in the service, of which one is enough. The first is None
    where the service does not tell which it has.
    """
    if seen.fields is None:
        return None, (), ()
    there, needed, others = [], [], []
    for given, required in _asked(service):
        found = next((one for one in given if _known(one, seen.fields)), None)
        if found is not None:
            there.append(found)
        elif required:
            needed.append(" / ".join(given))
        else:
            others.append(" / ".join(given))
    return tuple(there), tuple(needed), tuple(others)


def _asked(service: Service) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Columns that the entry names, each with its alternatives and whether a pack needs it."""
    layer = {} if service.layer is None else schema.LAYERS[service.layer].columns.columns
    for column, given in service.columns.items():
        required = column in layer and layer[column].required and column not in service.constants
        yield (given,) if isinstance(given, str) else given, required
    if service.keep == "number" and service.type in {"wfs", "ogcapi", "arcgis"}:
        yield (service.number_column,), True
    # What a rule asks of a column that is gone is not known of any feature.
    for name in dict.fromkeys(name for rule in service.where for name in rules.columns(rule)):
        yield (name,), True
    if isinstance(service.radius, str):
        yield (service.radius,), False
    if service.date_column:
        yield (service.date_column,), False


def _known(given: str, fields: frozenset[str]) -> bool:
    names = [name for _, name, _, _ in string.Formatter().parse(given) if name] or [given]
    paths = [_steps(field) for field in fields]
    return all(any(_leads_to(path, _steps(name)) for path in paths) for name in names)


def _steps(name: str) -> list[str]:
    return re.split(r"[.|]", name.lower())


def _leads_to(path: list[str], wanted: list[str]) -> bool:
    """Tell whether a build finds a column there: steps on the way may be left out of its name."""
    left = iter(path)
    return path[-1] == wanted[-1] and all(step in left for step in wanted)


def of_observation(service: Service, seen: Observation) -> tuple[Advice, ...]:
    """Return what to do about an address that answered."""
    if seen.offered:
        return (*seen.advice, _gone(str(service.name), seen.offered))
    if not seen.found and not seen.advice:
        wanted = quote(service.name)
        return (Advice(msgid="doctor.layer_none", parts={"wanted": wanted}),)
    advice = list(seen.advice)
    _, needed, others = columns(service, seen)
    if needed and seen.complete:
        known = quote(", ".join(sorted(seen.fields or ())))
        parts: dict[str, str | int] = {"names": quote(", ".join(needed)), "known": known}
        advice.append(Advice(msgid="doctor.column", parts=parts))
    elif needed:
        parts = {"names": quote(", ".join(needed))}
        advice.append(Advice(msgid="doctor.column_unseen", parts=parts, fault=False))
    if others and seen.complete:
        parts = {"names": quote(", ".join(others))}
        advice.append(Advice(msgid="doctor.column_optional", parts=parts, fault=False))
    if seen.ours is False:
        parts = {"known": ", ".join(map(str, seen.systems[:_LISTED])) or "–"}
        advice.append(Advice(msgid="doctor.system", parts=parts))
    return tuple(advice)


def _gone(wanted: str, offered: tuple[str, ...]) -> Advice:
    """Say what a layer is called now, where one that is offered is alike; else what there is."""
    bare = {one: one.rpartition(":")[2].lower() for one in offered}
    alike = difflib.get_close_matches(
        wanted.rpartition(":")[2].lower(), list(bare.values()), n=1, cutoff=_ALIKE
    )
    if alike and not wanted.isdigit():
        now = next(one for one, name in bare.items() if name == alike[0])
        return Advice(
            msgid="doctor.layer_renamed", parts={"wanted": quote(wanted), "now": quote(now)}
        )
    known = ", ".join(offered[:_LISTED]) + (" …" if len(offered) > _LISTED else "")
    return Advice(msgid="doctor.layer_gone", parts={"wanted": quote(wanted), "known": quote(known)})


def of_error(service: Service, error: NaeringsarealError, host: str) -> Advice:
    """Return what to do about an address that gave nothing."""
    code = error.code.partition(".")[2]
    if code == "service_status":
        return _of_status(service, str(error.parts["status"]), host)
    if code == "login_refused":
        return Advice(msgid="doctor.login_refused", parts=_settings(service))
    if code == "service_redirect":
        target = quote(error.parts["target"])
        return Advice(msgid="doctor.redirect", parts={"host": host, "target": target})
    msgid = _ADVICE.get(code)
    if msgid is None:
        return Advice(msgid="doctor.own")
    return Advice(msgid=msgid, parts={"host": host})


_ADVICE: Final = {
    "service_unreachable": "doctor.firewall",
    "service_certificate": "doctor.certificate",
    "service_slow": "doctor.slow",
    "service_busy": "doctor.busy",
    "service_wait": "doctor.busy",
    "service_page": "doctor.page",
    "service_reply": "doctor.reply",
    "service_cut": "doctor.cut",
    "service_exception": "doctor.exception",
    "login_open": "doctor.open",
    "download_restricted": "doctor.login",
}


def _of_status(service: Service, status: str, host: str) -> Advice:
    if status in _LOGIN and service.login:
        return Advice(msgid="doctor.login_refused", parts=_settings(service))
    if status == "407":
        return Advice(msgid="doctor.proxy")
    if status == "406" or (status == "403" and service.type == "overpass"):
        msgid = "doctor.contact"
    elif status in _LOGIN:
        msgid = "doctor.login"
    elif status in _GONE:
        msgid = "doctor.address"
    elif status.startswith(_SERVERS_FAULT):
        msgid = "doctor.down"
    else:
        return Advice(msgid="doctor.own")
    return Advice(msgid=msgid, parts={"host": host})


def of_settings(service: Service) -> Advice | None:
    """Say which settings must be there before the service can be asked; None where all are."""
    if not service.login:
        return None
    parts = _settings(service)
    if all(os.environ.get(str(name)) for name in parts.values()):
        return None
    return Advice(msgid="doctor.login_missing", parts=parts, fault=False)


def _settings(service: Service) -> dict[str, str | int]:
    user, password = identity.variables(service)
    return {"user": user, "password": password}


def refused(error: NaeringsarealError) -> bool:
    """Tell whether a service that gave nothing was there to refuse."""
    return not (
        isinstance(error, ServiceError)
        and error.code in {"error.service_unreachable", "error.service_slow"}
    )
