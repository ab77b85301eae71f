"""
Datasets that Geonorge makes ready for download: ordered, waited for, fetched and unpacked.

The interface is Geonorge.NedlastingApi: what there is (`/api/capabilities`), in which areas,
systems and formats (its links), an order, and the order's files when they are ready. Their links
expire.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import httpx

from geo.errors import FileError
from geo.schema.coercion import quote
from layers.errors import ServiceError
from layers.sources import answers_check, files, frames
from layers.sources.http import Request
from layers.sources.http.identity import require_trusted

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Order, Service

_MUNICIPALITY: Final = "kommune"
_READY: Final = "readyfordownload"
_BROKEN: Final = ("error", "fail", "cancel")  # in a file's status that no waiting will change. A.
_EXPIRED: Final = frozenset({"403", "404", "410"})
_LONGEST_POLL_S: Final = 15.0  # between two questions whether the files are ready. A.
_LISTED: Final = 12  # names in a message


def fetch(
    service: Service,
    place: Place,
    transport: Transport,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Order what the catalogue asks for, wait until it is ready, and read it.

    The order is kept with the answers, so that a build that was interrupted goes on with it; where
    it has expired, it is made once more.

    Raises
    ------
    ServiceError
        If the dataset needs an account. If the municipality, the system or the format is not among
        what can be ordered. If the files are not ready in time, or cannot be had.
    FileError
        If what came cannot be read.
    """
    request = _request(service, place, transport)
    try:
        return _delivered(service, transport, request, progress)
    except ServiceError as error:
        if error.parts.get("status") not in _EXPIRED:
            raise
        transport.drop(request)
        return _delivered(service, transport, request, progress)


def _request(service: Service, place: Place, transport: Transport) -> Request:
    """Return the order, in the words of the dataset's own lists."""
    if service.order is None:
        raise ServiceError("error.service_order", source=service.source)
    order = service.order
    url = _api(service, f"capabilities/{order.metadata_uuid}")
    about = _document(service, transport, Request(url), dict)
    if about.get("accessConstraintRequiredRole") and not service.login:
        raise ServiceError("error.download_restricted", source=service.source)
    areas = _list(service, transport, about, "area", order)
    area = _area(areas, service, place)
    projections = area.get("projections") or _list(service, transport, about, "projection", order)
    projection = _chosen(projections, "code", order.projection, service)
    formats = (
        projection.get("formats")
        or area.get("formats")
        or _list(service, transport, about, "format", order)
    )
    line = {
        "metadataUuid": order.metadata_uuid,
        "areas": [_own(area, "code", "name", "type")],
        "projections": [_own(projection, "code", "name", "codespace")],
        "formats": [_own(_chosen(formats, "name", order.format, service), "name")],
    }
    address = _link(service, about, "order") or _api(service, "order")
    return Request(address, document={"email": "", "orderLines": [line]})


def _api(service: Service, path: str) -> str:
    return f"{service.url.rstrip('/').removesuffix('/api')}/api/{path}"


def _link(service: Service, about: dict[str, Any], name: str) -> str | None:
    """Return where the dataset itself says that one of its lists is."""
    for link in about.get("_links") or ():
        if isinstance(link, dict) and str(link.get("rel")).endswith(f"/{name}"):
            return _checked(service, str(link.get("href")))
    return None


def _checked(service: Service, href: str) -> str:
    address = urljoin(service.url, href)
    require_trusted(service, httpx.URL(service.url), httpx.URL(address))
    return address


def _list(
    service: Service, transport: Transport, about: dict[str, Any], name: str, order: Order
) -> list[Any]:
    address = _link(service, about, name) or _api(
        service, f"codelists/{name}/{order.metadata_uuid}"
    )
    return list(_document(service, transport, Request(address), list))


def _area(areas: list[Any], service: Service, place: Place) -> dict[str, Any]:
    """Return the municipality among the areas; they are told apart by kind, for codes repeat."""
    listed = [area for area in areas if isinstance(area, dict)]
    for area in listed:
        number = str(area.get("code")).zfill(4)
        if _plain(area.get("type")) == _MUNICIPALITY and number == place.number:
            return area
    kinds = dict.fromkeys(str(area.get("type")) for area in listed)
    raise ServiceError(
        "error.download_area",
        source=service.source,
        number=place.number,
        known=quote(", ".join(kinds) or "–"),
    )


def _chosen(offered: Any, key: str, wanted: str, service: Service) -> dict[str, Any]:  # noqa: ANN401
    """Return what is called as the catalogue asks for, else what begins so («GML 3.2.1»)."""
    named = [one for one in offered if isinstance(one, dict) and one.get(key)]
    for fits in (str.__eq__, str.startswith):
        for one in named:
            if fits(_plain(one[key]), _plain(wanted)):
                return one
    known = ", ".join(str(one[key]).strip() for one in named[:_LISTED])
    raise ServiceError(
        "error.download_choice",
        source=service.source,
        given=quote(wanted),
        known=quote(known or "–"),
    )


def _plain(name: object) -> str:
    """Return a name without blanks and case: one format is called «GPX »."""
    return "".join(str(name).split()).casefold()


def _own(entry: dict[str, Any], *keys: str) -> dict[str, str]:
    return {key: str(entry[key]) for key in keys if entry.get(key) is not None}


def _delivered(
    service: Service,
    transport: Transport,
    request: Request,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    parts = []
    for file in _ready(service, transport, request):
        address = _checked(service, str(file["downloadUrl"]))
        shown = Path(str(file.get("name") or httpx.URL(address).path)).name
        download = Request(address)
        try:
            parts.append(files.read(service, transport.get(service, download), shown, progress))
        except FileError:
            transport.drop(download)
            raise
    return frames.together(parts)


def _ready(service: Service, transport: Transport, request: Request) -> list[dict[str, Any]]:
    """Return the files of an order once all of them are ready."""
    deadline = time.monotonic() + transport.limits(service)[1]
    wait = transport.policy.backoff_s
    receipt = _document(service, transport, request, dict)
    while True:
        listed = [one for one in receipt.get("files") or () if isinstance(one, dict)]
        if listed and all(_is_ready(one, service) for one in listed):
            transport.keep(request, json.dumps(receipt).encode())
            return listed
        if time.monotonic() + wait > deadline:
            seconds = transport.limits(service)[1]
            raise ServiceError("error.download_slow", source=service.source, seconds=seconds)
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_POLL_S)
        receipt = _status(service, transport, request, receipt)


def _is_ready(file: dict[str, Any], service: Service) -> bool:
    status = _plain(file.get("status") or _READY)
    if any(word in status for word in _BROKEN):
        raise ServiceError("error.download_failed", source=service.source)
    return status == _READY and bool(file.get("downloadUrl"))


def _status(
    service: Service, transport: Transport, request: Request, receipt: dict[str, Any]
) -> dict[str, Any]:
    reference = receipt.get("referenceNumber")
    host = httpx.URL(request.url).host
    if not reference:
        raise ServiceError("error.service_reply", host=host, shown=quote(receipt)[:80])
    question = Request(f"{request.url.rstrip('/')}/{reference}")
    answer = transport.ask(service, question, lambda body: _of_kind(body, host, dict))
    return dict(_of_kind(answer, host, dict))


def _document(service: Service, transport: Transport, request: Request, kind: type) -> Any:  # noqa: ANN401
    host = httpx.URL(request.url).host
    answer = transport.get(service, request, lambda body: _of_kind(body, host, kind))
    return _of_kind(answer, host, kind)


def _of_kind(body: bytes, host: str, kind: type) -> Any:  # noqa: ANN401  # whatever JSON holds
    document = answers_check.json_of(body, host)
    if not isinstance(document, kind):
        raise ServiceError("error.service_reply", host=host, shown=quote(document)[:80])
    return document
