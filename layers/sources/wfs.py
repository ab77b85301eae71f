"""WFS 2.0 (OGC 09-025r2): hits first, then pages, GML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import httpx

from geo.schema import layers as schema
from layers.errors import ServiceError, ServiceExceptionError, ServiceStatusError
from layers.sources import answers_check, frames, paging
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

_OWN: Final = f"urn:ogc:def:crs:EPSG::{schema.EPSG}"
# EPSG:4258 (ETRS89) has north first; asked only whether there is anything there at all.
_OTHER: Final = "urn:ogc:def:crs:EPSG::4258"
_COLLECTION: Final = "FeatureCollection"
_ID: Final = "gml_id"
_MEMBER: Final = re.compile(rb"<(?:[\w.-]+:)?(?:member|featureMembers?)[\s>]")


def fetch(
    service: Service,
    place: Place,
    transport: Transport,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Fetch the features in the municipality's box.

    Raises
    ------
    ServiceError
        If they cannot all be had.
    """
    west, south, east, north = place.box(service.margin_m)
    box = f"{west:.2f},{south:.2f},{east:.2f},{north:.2f},{_OWN}"
    asked = {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": str(service.name),
        "srsName": _OWN,
    }
    expected = _hits(service, transport, {**asked, "bbox": box})
    if expected == 0:
        _require_nothing_elsewhere(service, place, transport, asked)
    host = httpx.URL(service.url).host
    layer = str(service.name).rpartition(":")[2]

    def page(start: int) -> tuple[GeoDataFrame, int | None]:
        params = {"count": str(service.page_size), "startIndex": str(start)}
        body = transport.get(
            service,
            Request(service.url, {**asked, "bbox": box, **params}),
            lambda answer: _root(answer, host),
        )
        matched = _matched(_root(body, host))
        if not _MEMBER.search(body):  # GDAL knows no layer then
            return frames.empty(), matched
        kept = _without(body, service.leave_out)
        return frames.read(kept, host, layer=layer, **frames.GML), matched

    return paging.until_empty(page, expected, service, progress, name=_ID)


def _without(body: bytes, names: Sequence[str]) -> bytes:
    """Take elements out of a document by their local names; none holds another of its own name."""
    for name in names:
        tag = rb"(?:[\w.-]+:)?" + re.escape(name.encode())
        whole = rb"<" + tag + rb"(?:\s[^<>]*[^<>/])?>.*?</" + tag + rb"\s*>"
        body = re.sub(whole, b"", body, flags=re.DOTALL)
    return body


def _root(body: bytes, host: str) -> Mapping[str, str]:
    name, attributes = answers_check.xml_root(body, host)
    if name != _COLLECTION:
        raise ServiceError("error.service_reply", host=host, shown=f"<{name}>")
    return attributes


def _hits(service: Service, transport: Transport, asked: Mapping[str, str]) -> int | None:
    """Return the number of hits; None where the service does not tell (“unknown”)."""
    host = httpx.URL(service.url).host
    request = Request(service.url, {**asked, "resultType": "hits"})
    body = transport.get(service, request, lambda answer: _root(answer, host))
    return _matched(_root(body, host))


def _matched(attributes: Mapping[str, str]) -> int | None:
    said = attributes.get("numberMatched", "")
    return int(said) if said.isdigit() else None


def _require_nothing_elsewhere(
    service: Service, place: Place, transport: Transport, asked: Mapping[str, str]
) -> None:
    """
    Ask the same box in degrees: a service that does not know our system answers nothing at all.

    Raises
    ------
    ServiceError
        If there is something there.
    """
    west, south, east, north = place.box(service.margin_m, crs="EPSG:4258")
    box = f"{south:.6f},{west:.6f},{north:.6f},{east:.6f},{_OTHER}"
    try:
        found = _hits(service, transport, {**asked, "srsName": _OTHER, "bbox": box})
    except (ServiceExceptionError, ServiceStatusError) as error:
        if error.passing:
            raise
        return  # it does not know the other system, so it does know ours
    if found:
        raise ServiceError(
            "error.service_system", source=service.source, count=found, crs=schema.CRS
        )
