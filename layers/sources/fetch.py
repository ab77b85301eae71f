"""One service asked, and what it gave made ready for its layer; or why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import httpx

from geo.errors import NaeringsarealError
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.findings import Finding
from layers.errors import ServiceAddressesError, ServiceError
from layers.sources import arcgis, files, geonorge, mapping, ogcapi, overpass, registers, wfs
from layers.sources.municipality import Place, concerned, outline_of, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.services import Kind, Service

    Progress = Callable[[int, int | None], None]
    Client = Callable[[Service, Place, Transport, Progress], GeoDataFrame]

CLIENTS: Final[Mapping[Kind, Client]] = {
    "wfs": wfs.fetch,
    "ogcapi": ogcapi.fetch,
    "arcgis": arcgis.fetch,
    "overpass": overpass.fetch,
    "file": files.fetch,
    "geonorge": geonorge.fetch,
    "entur": registers.stops,
}
_OVERTAKEN: Final = frozenset({"error.service_incomplete", "error.service_repeated"})
# What another address would not say otherwise.
_FINAL: Final = frozenset({"error.municipality_unknown", "error.login_unset"})


@dataclass(frozen=True, eq=False)
class Part:
    """
    What one service gave.

    Attributes
    ----------
    frame
        EPSG:25832, the pack's columns; None where `error` says why there is nothing.
    received
        Number of features before those outside the municipality were left out.
    notes
        What had to be assumed on the way.
    """

    service: Service
    frame: GeoDataFrame | None = None
    received: int = 0
    error: NaeringsarealError | None = None
    notes: tuple[Finding, ...] = field(default=())


def find_place(service: Service, number: str, transport: Transport) -> tuple[Place, Part]:
    """
    Fetch the municipality itself, which all other questions rest on.

    Raises
    ------
    ServiceError
        If there is none by this number.
    NaeringsarealError
        If it cannot be had.
    """
    failed: list[tuple[str, NaeringsarealError]] = []
    transport.notes.clear()
    for one in _addresses(service):
        try:
            place, part = _place_at(one, number, transport)
        except NaeringsarealError as error:
            failed.append((one.url, error))
            if error.code in _FINAL:
                break
            continue
        return place, _answered(part, service, one, transport, failed)
    raise _given_up(service, failed)


def _place_at(service: Service, number: str, transport: Transport) -> tuple[Place, Part]:
    if service.type == "kommuneinfo":
        raw = registers.municipality(service, number, transport)
    else:
        nowhere = Place(number, number, None)  # type: ignore[arg-type]  # nothing asks where
        raw = CLIENTS[service.type](service, nowhere, transport, lambda *_: None)
    frame, notes = settle(raw, service, None)
    if service.type != "kommuneinfo":
        frame = concerned(
            frame,
            service.model_copy(update={"keep": "number"}),
            Place(number, "", None),  # type: ignore[arg-type]  # by number alone
        )
    if frame.empty:
        raise ServiceError("error.service_empty", source=service.source, name=number)
    mapped = mapping.to_schema(frame, service)
    named = mapped["name"].dropna() if "name" in mapped else ()
    name = str(next(iter(named), number))
    place = Place(number, name, outline_of(mapped))
    return place, Part(service, mapped, len(mapped), notes=tuple(notes))


def fetch(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    """
    Ask one service, at one of its addresses after another until one gives the layer.

    A fault of its is a part of the answer, and the rest goes on. The part's service has the address
    that answered, and a note tells of those before it that did not.
    """
    failed: list[tuple[str, NaeringsarealError]] = []
    transport.notes.clear()
    for one in _addresses(service):
        part = _ask(one, place, transport, progress)
        if part.error is None:
            return _answered(part, service, one, transport, failed)
        failed.append((one.url, part.error))
        if part.error.code in _FINAL:
            break
    notes = (*transport.taken_notes(), *part.notes)
    return replace(part, service=service, error=_given_up(service, failed), notes=notes)


def _addresses(service: Service) -> list[Service]:
    """Return the service at each of its addresses, the others being its fallbacks there."""
    every = list(dict.fromkeys((service.url, *service.fallbacks)))
    return [
        service.model_copy(
            update={"url": url, "fallbacks": tuple(other for other in every if other != url)}
        )
        for url in every
    ]


def _answered(
    part: Part,
    service: Service,
    at: Service,
    transport: Transport,
    failed: Sequence[tuple[str, NaeringsarealError]],
) -> Part:
    said = [
        Finding(
            str(service.layer),
            None,
            "finding.service_fallback",
            "warning",
            {
                "source": service.source,
                "first": _host(url, service),
                "reason": error,
                "host": _host(at.url, service),
            },
        )
        for url, error in failed
    ]
    service = service.model_copy(update={"url": at.url})
    return replace(part, service=service, notes=(*said, *transport.taken_notes(), *part.notes))


def _given_up(
    service: Service, failed: Sequence[tuple[str, NaeringsarealError]]
) -> NaeringsarealError:
    """Return why there is nothing: the address's own reason, or each one's with its host."""
    _, last = failed[-1]
    if len(failed) == 1 or last.code in _FINAL:
        return last
    reasons = tuple((_host(url, service), error) for url, error in failed)
    return ServiceAddressesError(source=service.source, reasons=reasons)


def _host(url: str, service: Service) -> str:
    """Name an address by its host, and by its path too where another has the same host."""
    hosts = [httpx.URL(one).host for one in {service.url, *service.fallbacks}]
    at = httpx.URL(url)
    return f"{at.host}{at.path}" if hosts.count(at.host) > 1 else at.host or service.id


def _ask(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    part = _attempt(service, place, transport, progress)
    overtaken = part.error is not None and part.error.code in _OVERTAKEN
    if overtaken and transport.forget_reused():
        # Answers from an interrupted build and of today did not go together.
        return _attempt(service, place, transport, progress)
    return part


def _attempt(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    try:
        return _fetch(service, place, transport, progress)
    except NaeringsarealError as error:
        return Part(service, error=error)
    except Exception as error:  # noqa: BLE001  # nonsense from one service must not end the others
        host = httpx.URL(service.url).host or service.id
        shown = quote(f"{type(error).__name__}: {error}")
        return Part(service, error=ServiceError("error.service_reply", host=host, shown=shown))


def _fetch(service: Service, place: Place, transport: Transport, progress: Progress) -> Part:
    transport.reused.clear()
    raw = CLIENTS[service.type](service, place, transport, progress)
    assert service.layer is not None  # those without a layer are not asked
    may_be_empty = schema.LAYERS[service.layer].may_be_empty
    settled, notes = settle(raw, service, place)
    kept = concerned(settled, service, place)
    if kept.empty and not may_be_empty:
        raise ServiceError("error.service_empty", source=service.source, name=place.name)
    return Part(service, mapping.to_schema(kept, service), len(raw), notes=tuple(notes))
