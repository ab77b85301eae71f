"""Registers with an interface of their own: Kartverket's municipalities and Entur's stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import httpx
import shapely

from geo.schema import layers as schema
from layers.errors import ServiceError, ServiceStatusError
from layers.sources import answers_check, frames, paging
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service


def municipality(service: Service, number: str, transport: Transport) -> GeoDataFrame:
    """
    Fetch a municipality's name and outline from Kartverket's kommuneinfo.

    Raises
    ------
    ServiceError
        If there is none by this number. If it cannot be had.
    """
    address = f"{service.url.rstrip('/')}/kommuner/{number}"
    host = httpx.URL(address).host

    def check(body: bytes) -> None:
        _member(answers_check.json_of(body, host), "kommunenummer", host)

    try:
        about = answers_check.json_of(transport.get(service, Request(address), check), host)
        request = Request(f"{address}/omrade", {"utkoordsys": str(schema.EPSG)})
        area = answers_check.json_of(transport.get(service, request, check), host)
    except ServiceStatusError as error:
        if error.parts.get("status") in {"400", "404"}:
            raise ServiceError("error.municipality_unknown", number=number) from error
        raise
    omrade = _member(area, "omrade", host)
    if str(about["kommunenummer"]).zfill(4) != number:
        raise ServiceError("error.municipality_unknown", number=number)
    try:
        shape = shapely.geometry.shape(omrade)
        crs = omrade.get("crs", {}).get("properties", {}).get("name", schema.CRS)
        columns = {"kommunenummer": [number], "kommunenavn": [_name(about)]}
        return gpd.GeoDataFrame(columns, geometry=[shapely.force_2d(shape)], crs=crs)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ServiceError("error.service_reply", host=host, shown=str(error)[:80]) from error


def _name(about: dict[str, Any]) -> str | None:
    name = about.get("kommunenavnNorsk") or about.get("kommunenavn")
    return str(name) if name else None


def _member(document: Any, name: str, host: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    if not isinstance(document, dict) or not document.get(name):
        raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])
    return document[name]


def stops(
    service: Service,
    _place: Place,
    transport: Transport,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Fetch stop places from Entur's register, which pages (`skip`) but does not count.

    Raises
    ------
    ServiceError
        If they cannot be had.
    """
    host = httpx.URL(service.url).host

    def listed(body: bytes) -> list[dict[str, Any]]:
        document = answers_check.json_of(body, host)
        if not isinstance(document, list):
            raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])
        return document

    def page(start: int) -> tuple[GeoDataFrame, int | None]:
        params = {"count": str(service.page_size), "skip": str(start), "transportModes": "RAIL"}
        rows = listed(transport.get(service, Request(service.url, params), listed))
        return (_stops(rows, host) if rows else frames.empty()), None

    return paging.until_empty(page, None, service, progress, name="id")


def _stops(rows: list[dict[str, Any]], host: str) -> GeoDataFrame:
    try:
        places = [one["centroid"]["location"] for one in rows]
        columns = {
            "id": [str(one["id"]) for one in rows],
            "name": [one["name"]["value"] for one in rows],
        }
        points = gpd.points_from_xy(
            [float(one["longitude"]) for one in places], [float(one["latitude"]) for one in places]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ServiceError(
            "error.service_reply", host=host, shown=f"{type(error).__name__}: {error}"
        ) from error
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
