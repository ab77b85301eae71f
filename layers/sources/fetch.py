"""One service asked, and what it gave made ready for its layer; or why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from geo.errors import NaeringsarealError
from geo.schema import layers as schema
from geo.schema.coercion import quote
from layers.errors import ServiceError
from layers.sources import arcgis, files, mapping, ogcapi, overpass, registers, wfs
from layers.sources.brreg import businesses
from layers.sources.municipality import Place, concerned, outline_of, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.schema.findings import Finding
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
    "entur": registers.stops,
    "brreg": businesses.fetch,
}
_OVERTAKEN: Final = frozenset({"error.service_incomplete", "error.service_repeated"})


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
    """Ask one service; a fault of its is a part of the answer, and the rest goes on."""
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
    notes = [*raw.attrs.get("assumptions", ()), *notes]
    return Part(service, mapping.to_schema(kept, service), len(raw), notes=tuple(notes))
