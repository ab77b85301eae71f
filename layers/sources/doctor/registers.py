"""Probes of what is no service of maps: registers, downloads, Overpass, files."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import httpx

from geo.schema.coercion import quote
from layers.errors import ServiceError
from layers.sources import answers_check, fetch
from layers.sources.doctor.checkup import Advice
from layers.sources.doctor.observation import (
    NO_FEATURE,
    Inquiry,
    Observation,
    dated,
    day,
    flat,
)
from layers.sources.http import Request

if TYPE_CHECKING:
    from layers.sources.municipality import Place

SOMEWHERE: Final = "0301"  # Oslo: a municipality that there is, where the reader has named none
# One node by its number costs Overpass next to nothing; the answer says how new its data are.
LIGHT: Final = "[out:json][timeout:10];node(1);out ids;"
_MEGABYTE: Final = 1
# The columns that a build makes of a business's members, and what it makes them of.
_MADE_OF: Final = {
    "naeringskode": "naeringskode1.kode",
    "antallansatte": "harregistrertantallansatte",  # not told of one to four
    "employees_low": "harregistrertantallansatte",
    "employees_high": "harregistrertantallansatte",
    "nedleggelsesdato": "organisasjonsnummer",  # not told of those that are open
    "noyaktighet_m": "beliggenhetsadresse",
}


def kommuneinfo(inquiry: Inquiry) -> tuple[Observation, Place]:
    """
    Fetch the municipality, which the other questions rest on, as a build does.

    Raises
    ------
    ServiceError
        If it cannot be had.
    """
    number = inquiry.number or SOMEWHERE
    place, part = fetch.find_place(inquiry.service, number, inquiry.transport)
    there = [] if part.frame is None else list(part.frame.columns)
    columns = [inquiry.service.columns.get(column, ()) for column in there]
    names = [(one,) if isinstance(one, str) else one for one in columns]
    fields = frozenset(name.lower() for one in names for name in one)
    return Observation(found=place.name, fields=fields, ours=True), place


def overpass(inquiry: Inquiry) -> Observation:
    """
    Ask Overpass for one node; its tags are free, so there are no columns to look for.

    Raises
    ------
    ServiceError
        If it does not answer.
    """
    request = Request(inquiry.service.url, form={"data": LIGHT})
    body = inquiry.transport.get(inquiry.service, request)
    document = answers_check.json_of(body, inquiry.host)
    about = document.get("osm3s") if isinstance(document, dict) else None
    if not isinstance(about, dict):
        raise inquiry.nonsense(document)
    return Observation(found="OpenStreetMap", newest=day(about.get("timestamp_osm_base")))


def entur(inquiry: Inquiry) -> Observation:
    """
    Ask Entur's register for one stop.

    Raises
    ------
    ServiceError
        If it does not answer.
    """
    params = {"count": "1", "skip": "0", "transportModes": "RAIL"}
    rows = inquiry.json(inquiry.service.url, params | dict(inquiry.service.params))
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise inquiry.nonsense(rows)
    return _of_row(inquiry, "StopPlace", rows)


def brreg(inquiry: Inquiry) -> Observation:
    """
    Ask the register of businesses for one that has its address in the municipality.

    Raises
    ------
    ServiceError
        If it does not answer.
    """
    params = {"size": "1", "page": "0", "kommunenummer": inquiry.number or SOMEWHERE}
    document = inquiry.document(inquiry.service.url, params | dict(inquiry.service.params))
    embedded = document.get("_embedded", {} if "page" in document else None)
    if not isinstance(embedded, dict):
        raise inquiry.nonsense(document)
    name, rows = next(iter(embedded.items()), ("underenheter", []))
    seen = _of_row(inquiry, str(name), rows if isinstance(rows, list) else [])
    if seen.fields is None:
        return seen
    # A build makes some of the columns itself, of what it finds in these.
    made = {name for name, of in _MADE_OF.items() if of in seen.fields}
    return replace(seen, fields=seen.fields | made, advice=seen.advice + _addresses(inquiry))


def _addresses(inquiry: Inquiry) -> tuple[Advice, ...]:
    """Ask the register of addresses for one, for without it no business has a place."""
    where = inquiry.service.addresses
    if not where:
        return ()
    params = {"kommunenummer": inquiry.number or SOMEWHERE, "treffPerSide": "1", "side": "0"}
    try:
        found = inquiry.document(where, params)
        if not isinstance(found.get("adresser"), list):
            raise inquiry.nonsense(found)
    except ServiceError:
        host = httpx.URL(where).host
        return (Advice(msgid="doctor.addresses", parts={"host": host}, fault=False),)
    return ()


def _of_row(inquiry: Inquiry, found: str, rows: list[Any]) -> Observation:
    values = dict(flat(rows[0])) if rows else {}
    return Observation(
        found=quote(found),
        fields=frozenset(values) if rows else None,
        complete=False,  # a member without a value is left out
        newest=dated(inquiry.service, values),
        newest_of_one=True,
        advice=() if rows else (NO_FEATURE,),
    )


def geonorge(inquiry: Inquiry) -> Observation:
    """
    Ask what can be ordered of a dataset, and in which formats and systems.

    Raises
    ------
    ServiceError
        If it does not answer.
    """
    order = inquiry.service.order
    if order is None:
        raise ServiceError("error.service_reply", host=inquiry.host, shown="order = –")
    root = inquiry.service.url.rstrip("/").removesuffix("/api")
    about = inquiry.document(f"{root}/api/capabilities/{order.metadata_uuid}")
    if not isinstance(about.get("_links"), list):
        raise inquiry.nonsense(about)
    if about.get("accessConstraintRequiredRole") and not inquiry.service.login:
        restricted = Advice(msgid="doctor.login", parts={"host": inquiry.host})
        return Observation(advice=(restricted,))
    formats = _codes(inquiry, about, "format", "name")
    systems = _codes(inquiry, about, "projection", "code")
    advice = []
    wanted = _bare(order.format)
    if formats is not None and not any(_bare(one).startswith(wanted) for one in formats):
        known = ", ".join(sorted(formats))
        parts: dict[str, str | int] = {"wanted": quote(order.format), "known": quote(known)}
        advice.append(Advice(msgid="doctor.format", parts=parts))
    codes = tuple(sorted(int(one) for one in systems or () if one.isdigit()))
    return Observation(
        found=f"{order.format.strip()} {order.projection}",
        systems=codes,
        ours=None if systems is None else order.projection in systems,
        advice=tuple(advice),
    )


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


def _codes(inquiry: Inquiry, about: dict[str, Any], what: str, member: str) -> set[str] | None:
    """Return a code list that the dataset links to; None where it links to none of its host's."""
    for link in about["_links"]:
        if not isinstance(link, dict) or not str(link.get("rel")).endswith(f"/{what}"):
            continue
        url = urljoin(inquiry.service.url, str(link.get("href", "")).partition("{")[0])
        if httpx.URL(url).host not in {inquiry.host, *inquiry.service.hosts}:
            return None
        rows = inquiry.json(url)
        listed = rows if isinstance(rows, list) else []
        return {str(one.get(member, "")).strip() for one in listed if isinstance(one, dict)}
    return None


def file(inquiry: Inquiry) -> Observation:
    """
    See whether a file is there; of one on the net, its first megabyte.

    Raises
    ------
    ServiceError
        If it is not there.
    """
    number = inquiry.number
    address = inquiry.service.url
    if "{number}" in address and number is None:
        return Observation(advice=(Advice(msgid="doctor.no_number", fault=False),))
    address = address.replace("{number}", number or "")
    if address.startswith(("http://", "https://")):
        return _download(inquiry, address)
    path = Path(address)
    if not path.exists():
        missing = Advice(msgid="doctor.file_missing", parts={"name": quote(path.name)})
        return Observation(advice=(missing,))
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return Observation(found=quote(path.name), newest=changed.date().isoformat())


def _download(inquiry: Inquiry, address: str) -> Observation:
    small = inquiry.service.model_copy(update={"max_megabytes": _MEGABYTE})
    try:
        inquiry.transport.get(small, Request(address, dict(inquiry.service.params)))
    except ServiceError as error:
        if error.code != "error.service_too_large":  # more than a megabyte came: it is there
            raise
    return Observation(found=quote(Path(httpx.URL(address).path).name))
