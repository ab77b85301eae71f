"""
ArcGIS REST (MapServer or FeatureServer): the numbers of all features first, then the features.

A layer gives at most `maxRecordCount` features a reply, but the numbers of all of them; so each
batch can be held against what was asked for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import httpx

from geo.schema import layers as schema
from layers.errors import ServiceError
from layers.sources import answers_check, paging
from layers.sources import frames as sources_frames
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

_DEGREES: Final = 4326
# GDAL takes a mark of more to come (exceededTransferLimit) for a reason to fetch it by itself.
_NO_PAGES: Final = {"FEATURE_SERVER_PAGING": "NO"}


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
    address = f"{service.url.rstrip('/')}/{_layer(service, transport)}/query"
    own = service.asked(place.number)
    asked = _box(place.box(service.margin_m), schema.EPSG) | own
    count = _document(service, transport, address, {**asked, "returnCountOnly": "true"})["count"]
    found = _document(service, transport, address, {**asked, "returnIdsOnly": "true"})
    ids = [int(one) for one in found.get("objectIds") or ()]
    if len(ids) != count:
        raise ServiceError(
            "error.service_incomplete", source=service.source, received=len(ids), expected=count
        )
    if not ids:
        degrees = _box(place.box(service.margin_m, crs=f"EPSG:{_DEGREES}"), _DEGREES) | own
        other = _document(service, transport, address, {**degrees, "returnCountOnly": "true"})
        if other.get("count"):
            raise ServiceError(
                "error.service_system", source=service.source, count=other["count"], crs=schema.CRS
            )
        return sources_frames.empty()
    gathered = paging.Gathered()
    waiting = _batches(list(dict.fromkeys(ids)), service.page_size)
    name = str(found.get("objectIdFieldName") or "OBJECTID")
    received = 0
    while waiting:
        batch = waiting.pop(0)
        frame = _batch(service, transport, address, batch, own)
        if frame is None:  # more than the layer gives at once
            waiting = [*_batches(batch, max(1, len(batch) // 2)), *waiting]
            continue
        gathered.add(frame, paging.names_of(frame, name))
        received += len(frame)
        progress(received, count)
    paging.require_all(gathered, count, service)
    return gathered.whole()


def _batches(ids: Sequence[int], size: int) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _box(box: Sequence[float], wkid: int) -> dict[str, str]:
    west, south, east, north = box
    envelope = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    return {
        "f": "json",
        "where": "1=1",
        "geometry": json.dumps(envelope | {"spatialReference": {"wkid": wkid}}),
        "geometryType": "esriGeometryEnvelope",
        "inSR": str(wkid),
        "spatialRel": "esriSpatialRelIntersects",
    }


def _batch(
    service: Service, transport: Transport, address: str, ids: Sequence[int], own: dict[str, str]
) -> GeoDataFrame | None:
    """Return the features with these numbers; None where they are too many for one reply."""
    form = {
        "f": "json",
        "objectIds": ",".join(map(str, ids)),
        "outFields": "*",
        "outSR": str(schema.EPSG),
        "returnGeometry": "true",
        "returnZ": "false",
        **own,
    }
    host = httpx.URL(address).host
    request = Request(address, form=form)
    body = transport.get(service, request, lambda answer: answers_check.json_of(answer, host))
    document = answers_check.json_of(body, host)
    features = document.get("features")
    if not isinstance(features, list):
        raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])
    if len(features) < len(ids) and len(ids) > 1:
        return None  # with exceededTransferLimit, or cut down without a word
    if len(features) < len(ids):
        raise ServiceError(
            "error.service_incomplete",
            source=service.source,
            received=len(features),
            expected=len(ids),
        )
    return sources_frames.read(body, host, **_NO_PAGES)


def _document(
    service: Service, transport: Transport, address: str, params: dict[str, str]
) -> dict[str, Any]:
    host = httpx.URL(address).host

    def check(body: bytes) -> None:
        document = answers_check.json_of(body, host)
        if not isinstance(document, dict):
            raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])
        if params.get("returnCountOnly") and not isinstance(document.get("count"), int):
            raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])

    body = transport.get(service, Request(address, params), check)
    document: dict[str, Any] = answers_check.json_of(body, host)
    return document


def _layer(service: Service, transport: Transport) -> int:
    """Return the layer's number; one that the catalogue names is looked up in the service."""
    wanted = str(service.name).strip()
    if wanted.isdecimal():
        return int(wanted)
    about = _document(service, transport, service.url, {"f": "json"})
    listed = [one for one in about.get("layers") or () if isinstance(one, dict)]
    named = [one for one in listed if one.get("name") == wanted] or [
        one for one in listed if str(one.get("name")).casefold() == wanted.casefold()
    ]
    if len(named) == 1 and str(named[0].get("id")).isdecimal():
        return int(named[0]["id"])
    known = ", ".join(f"{one.get('name')} ({one.get('id')})" for one in listed)
    host = httpx.URL(service.url).host
    raise ServiceError("error.service_reply", host=host, shown=f"«{wanted}» ≠ {known}"[:120])
