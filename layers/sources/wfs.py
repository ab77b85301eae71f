"""WFS 2.0 (OGC 09-025r2): hits first, then pages, GML."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import httpx
from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from geo.schema import layers as schema
from layers.errors import ServiceError, ServiceExceptionError, ServiceStatusError
from layers.sources import answers_check, frames, paging
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

_OWN: Final = f"urn:ogc:def:crs:EPSG::{schema.EPSG}"
# EPSG:4258 (ETRS89) has north first; asked only whether there is anything there at all.
_OTHER: Final = "urn:ogc:def:crs:EPSG::4258"
_COLLECTION: Final = "FeatureCollection"
_ID: Final = "gml_id"
_GML: Final = "{http://www.opengis.net/gml"
_OF_FEATURES: Final = 2  # elements around a feature: the collection, the member
# Of these and a box a question may hold one (09-025r2, 7.9.2.4).
_FILTERS: Final = frozenset({"filter", "cql_filter", "resourceid", "bbox"})
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
    own = service.asked(place.number)
    boxed = not _FILTERS & {name.lower() for name in own}
    asked_here = {**asked, **({"bbox": box} if boxed else {}), **own}
    expected = _hits(service, transport, asked_here)
    if expected == 0 and boxed:
        _require_nothing_elsewhere(service, place, transport, {**asked, **own})
    host = httpx.URL(service.url).host
    layer = str(service.name).rpartition(":")[2]

    def page(start: int) -> tuple[GeoDataFrame, int | None]:
        params = {"count": str(service.page_size), "startIndex": str(start)}
        body = transport.get(
            service,
            Request(service.url, {**asked_here, **params}),
            lambda answer: _root(answer, host),
        )
        matched = _matched(_root(body, host))
        if not _MEMBER.search(body):  # GDAL knows no layer then
            return frames.empty(), matched
        kept = _without(body, service.leave_out)
        frame = frames.read(kept, host, layer=layer, **frames.GML)
        return frame.rename(columns=_paths(kept, host)), matched

    return paging.until_empty(page, expected, service, progress, name=_ID)


def _without(body: bytes, names: Sequence[str]) -> bytes:
    """Take elements out of a document by their local names; none holds another of its own name."""
    for name in names:
        tag = rb"(?:[\w.-]+:)?" + re.escape(name.encode())
        whole = rb"<" + tag + rb"(?:\s[^<>]*[^<>/])?>.*?</" + tag + rb"\s*>"
        body = re.sub(whole, b"", body, flags=re.DOTALL)
    return body


def _paths(body: bytes, host: str) -> dict[str, str]:
    """
    Return the path of each column of a page's features, by the name that GDAL gives it.

    GDAL names an element inside others by its own name alone, if no other element had it before;
    so ``kommunenummer`` may be that of a neighbour's owner on one page, and not on the next.
    """
    paths: dict[tuple[str, ...], None] = {}
    depth = 0
    try:
        for event, element in ElementTree.iterparse(
            io.BytesIO(body), ("start", "end"), forbid_dtd=True
        ):
            depth += 1 if event == "start" else -1
            if event == "end" and depth == _OF_FEATURES:
                paths.update(dict.fromkeys(_leaves(element, ())))
                element.clear()
    except (DefusedXmlException, ElementTree.ParseError, ValueError) as error:
        raise ServiceError("error.service_reply", host=host, shown=str(error)[:80]) from error
    names: dict[str, str] = {}
    for path in paths:
        name = path[-1] if path[-1] not in names else "|".join(path)
        while name in names:
            name += "_"
        names[name] = ".".join(path)
    return names


def _leaves(element: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401  # ElementTree's
    """Give the paths to what holds text; shapes and boxes do not."""
    for child in element:
        namespace, _, name = child.tag.rpartition("}")
        if not len(child):
            if child.text or child.attrib:
                yield (*above, name)
        elif not namespace.startswith(_GML):
            yield from _leaves(child, (*above, name))


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
