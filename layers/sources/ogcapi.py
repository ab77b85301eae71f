"""OGC API – Features (OGC 17-069r4): pages by the server's own links, GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import httpx
import pandas as pd

from layers.errors import ServiceError, ServiceStatusError
from layers.sources import answers_check, paging
from layers.sources import frames as sources_frames
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

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
    limit = {"limit": str(service.page_size), "bbox": box}
    asked = {"f": "json", **limit, **service.asked(place.number)}
    request: Request | None = Request(items, asked)
    gathered = paging.Gathered()
    expected: int | None = None
    received = 0
    while received <= paging.MAX_FEATURES:
        probing = request is None
        page = _page(service, transport, request or _after(items, asked, received), probing=probing)
        if page is None or not page.get("features"):
            break
        frame, names = _frame(page, items)
        matched = page.get("numberMatched")
        if isinstance(matched, int):
            expected = max(matched, expected or 0)
        if not gathered.add(frame, names):
            # A server that does not know `offset` begins anew. It is believed that there is no
            # more, unless it gave just as many as were asked for and does not say how many it has.
            full = len(frame) >= service.page_size
            if expected is None and (full or not probing):
                raise ServiceError("error.service_repeated", source=service.source)
            break
        received += len(frame)
        progress(len(gathered), expected)
        request = _next(page, items, service.hosts)
    paging.require_all(gathered, expected, service)
    return gathered.whole()


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


def _frame(page: dict[str, Any], items: str) -> tuple[GeoDataFrame, Series | None]:
    """Return a page's features and their names, which stand beside their properties."""
    frame = sources_frames.read(page["body"], httpx.URL(items).host, **sources_frames.GEOJSON)
    features = [one if isinstance(one, dict) else {} for one in page["features"]]
    if len(features) != len(frame):
        return frame, None
    names = sources_frames.text(
        pd.Series([one.get(_ID) for one in features], index=frame.index, dtype=object)
    )
    if not any(_ID in (one.get("properties") or ()) for one in features):
        frame[_ID] = names  # GDAL has no column for numbers
    return frame, names


def _next(page: dict[str, Any], items: str, hosts: Sequence[str]) -> Request | None:
    for link in page.get("links") or ():
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            url = urljoin(items, str(link["href"]))
            if httpx.URL(url).host not in {httpx.URL(items).host, *hosts}:
                raise ServiceError(
                    "error.service_redirect", host=httpx.URL(items).host, target=httpx.URL(url).host
                )
            return Request(url)
    return None
