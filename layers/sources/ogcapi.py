"""OGC API – Features (OGC 17-069r4): pages by the server's own links, GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import httpx

from layers.errors import ServiceError, ServiceStatusError
from layers.sources import answers_check, paging
from layers.sources import frames as sources_frames
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

_DEGREES: Final = "EPSG:4326"
_ID: Final = "id"


def fetch(
    service: Service,
    place: Place,
    transport: Transport,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Fetch the features in the municipality's box, in degrees as the standard has it by default.

    When the links end, the features after them are asked for once more (`offset`), so that a
    server that caps what it gives is found out.

    Raises
    ------
    ServiceError
        If they cannot all be had.
    """
    box = ",".join(f"{side:.6f}" for side in place.box(service.margin_m, crs=_DEGREES))
    items = f"{service.url.rstrip('/')}/collections/{service.name}/items"
    asked = {"f": "json", "limit": str(service.page_size), "bbox": box}
    request: Request | None = Request(items, asked)
    frames: list[GeoDataFrame] = []
    expected: int | None = None
    seen: set[str] = set()
    received = 0
    while received <= paging.MAX_FEATURES:
        probing = request is None
        page = _page(service, transport, request or _after(items, asked, received), probing=probing)
        frame = _frame(page, items)
        if page is None or frame.empty:
            break
        if not paging.add_new(frame, seen, _ID):
            if probing:  # a server that does not know `offset` begins anew
                break
            raise ServiceError("error.service_repeated", source=service.source)
        matched = page.get("numberMatched")
        if isinstance(matched, int):
            expected = max(matched, expected or 0)
        frames.append(frame)
        received += len(frame)
        progress(received, expected)
        request = _next(page, items)
    if expected is not None and received != expected:
        raise ServiceError(
            "error.service_incomplete", source=service.source, received=received, expected=expected
        )
    return sources_frames.together(frames)


def _after(items: str, asked: dict[str, str], received: int) -> Request:
    return Request(items, {**asked, "offset": str(received)})


def _page(
    service: Service, transport: Transport, request: Request, *, probing: bool
) -> dict[str, Any] | None:
    host = httpx.URL(request.url).host
    try:
        body = transport.get(service, request, lambda answer: _collection(answer, host))
    except ServiceStatusError as error:
        if (
            probing and not error.passing
        ):  # a parameter beyond the standard, which a server may refuse
            return None
        raise
    return _collection(body, host) | {"body": body}


def _collection(body: bytes, host: str) -> dict[str, Any]:
    document = answers_check.json_of(body, host)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])
    return document


def _frame(page: dict[str, Any] | None, items: str) -> GeoDataFrame:
    if page is None or not page.get("features"):
        return sources_frames.empty()
    return sources_frames.read(page["body"], httpx.URL(items).host)


def _next(page: dict[str, Any], items: str) -> Request | None:
    for link in page.get("links") or ():
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            url = urljoin(items, str(link["href"]))
            if httpx.URL(url).host != httpx.URL(items).host:
                raise ServiceError(
                    "error.service_redirect", host=httpx.URL(items).host, target=httpx.URL(url).host
                )
            return Request(url)
    return None
