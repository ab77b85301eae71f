"""Registers with an interface of their own: Kartverket's municipalities and Entur's stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import httpx
import shapely

from geo.errors import CrsError
from geo.intake.systems.projection import Hints, bring_home
from geo.schema import layers as schema
from geo.schema.findings import Finding
from layers.errors import ServiceError, ServiceStatusError
from layers.sources import answers_check, frames, paging
from layers.sources.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service


_DEGREES: Final = "EPSG:4326"
_HALF_TURN, _QUARTER_TURN = 180.0, 90.0
# Ours first, which no program was seen to ask for; then those that were.
_SYSTEMS: Final = (schema.EPSG, 4258, 25833)
_REFUSED, _UNKNOWN = "400", "404"
# How far from its own box in degrees a municipality's outline may be: a box is rounded, and a zone
# mistaken for its neighbour is off by 300 km. A.
_NEAR_DEGREES: Final = 0.05
_SHARP_LATITUDE: Final = 45.0  # Norway lies north of it, and west of as many degrees east


def municipality(service: Service, number: str, transport: Transport) -> GeoDataFrame:
    """
    Fetch a municipality's name and outline from Kartverket's kommuneinfo.

    The outline is asked for in EPSG:25832, and in another system where that is refused, or where
    what came does not lie where the register says that the municipality is.

    Raises
    ------
    ServiceError
        If there is none by this number. If it cannot be had.
    """
    address = f"{service.url.rstrip('/')}/kommuner/{number}"
    host = httpx.URL(address).host
    about = _asked(service, transport, Request(address), number)
    if str(about["kommunenummer"]).zfill(4) != number:
        raise ServiceError("error.municipality_unknown", number=number)
    refused: ServiceError = ServiceError(
        "error.service_misplaced", source=service.source, name=_name(about) or number
    )
    for system in _SYSTEMS:
        request = Request(f"{address}/omrade", {"utkoordsys": str(system)})
        try:
            area = _asked(service, transport, request, number)
        except ServiceStatusError as error:
            if error.parts.get("status") != _REFUSED:
                raise
            refused = error
            continue
        columns = {"kommunenummer": [number], "kommunenavn": [_name(about)]}
        frame = gpd.GeoDataFrame(columns, **_outline(_member(area, "omrade", host), system, host))
        if _is_there(frame, about, service):
            return frame
    raise refused


def _asked(service: Service, transport: Transport, request: Request, number: str) -> dict[str, Any]:
    host = httpx.URL(request.url).host

    def check(body: bytes) -> None:
        _member(answers_check.json_of(body, host), "kommunenummer", host)

    try:
        answer = answers_check.json_of(transport.get(service, request, check), host)
    except ServiceStatusError as error:
        unknown = {_UNKNOWN} if request.params else {_REFUSED, _UNKNOWN}
        if error.parts.get("status") in unknown:
            raise ServiceError("error.municipality_unknown", number=number) from error
        raise
    return dict(answer)


def _outline(omrade: Any, asked: int, host: str) -> dict[str, Any]:  # noqa: ANN401  # JSON
    """Return an outline's geometry, and the system that it says or was asked for in."""
    try:
        shape = shapely.force_2d(shapely.geometry.shape(omrade))
        said = omrade.get("crs") or {}
        crs = said.get("properties", {}).get("name") or f"EPSG:{asked}"
        return {"geometry": gpd.GeoSeries([shape], crs=crs)}
    except (ValueError, TypeError, AttributeError, KeyError, shapely.errors.GEOSException) as error:
        raise ServiceError("error.service_reply", host=host, shown=str(error)[:80]) from error


def _is_there(frame: GeoDataFrame, about: dict[str, Any], service: Service) -> bool:
    """Tell whether an outline lies in Norway, and where the register says, if it says where."""
    try:
        home, _ = bring_home(frame, service.source, Hints())
    except CrsError:
        return False
    box = _box(about.get("avgrensningsboks") or about.get("punktIOmrade"))
    if home.empty or home.geometry.is_empty.any() or home.geometry.isna().any():
        return False
    outline = home.geometry.to_crs(_DEGREES).array
    return box is None or bool(shapely.intersects(outline, box).all())


def _box(said: Any) -> BaseGeometry | None:  # noqa: ANN401  # whatever JSON holds
    """Return the box around a GeoJSON geometry in degrees; None where it is in something else."""
    try:
        west, south, east, north = shapely.geometry.shape(said).bounds
    except (ValueError, TypeError, AttributeError, KeyError, shapely.errors.GEOSException):
        return None
    if west > _SHARP_LATITUDE > south:
        west, south, east, north = south, west, north, east
    if not (-_SHARP_LATITUDE < west <= east < _SHARP_LATITUDE < south <= north <= _QUARTER_TURN):
        return None
    return shapely.box(
        west - _NEAR_DEGREES, south - _NEAR_DEGREES, east + _NEAR_DEGREES, north + _NEAR_DEGREES
    )


def _name(about: dict[str, Any]) -> str | None:
    name = about.get("kommunenavnNorsk") or about.get("kommunenavn")
    return str(name) if name else None


def _member(document: Any, name: str, host: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    if not isinstance(document, dict) or not document.get(name):
        raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])
    return document[name]


def stops(
    service: Service,
    place: Place,
    transport: Transport,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Fetch stop places from Entur's register, which pages (`skip`) but does not count.

    A stop without a name takes its parent's; a stop without a usable place has no geometry.

    Raises
    ------
    ServiceError
        If they cannot be had.
    """
    host = httpx.URL(service.url).host

    def listed(body: bytes) -> list[Any]:
        document = answers_check.json_of(body, host)
        if not isinstance(document, list):
            raise ServiceError("error.service_reply", host=host, shown=str(document)[:80])
        return document

    def page(start: int) -> tuple[GeoDataFrame, int | None]:
        params = {"count": str(service.page_size), "skip": str(start), "transportModes": "RAIL"}
        rows = listed(transport.get(service, Request(service.url, params), listed))
        return (_stops(rows) if rows else frames.empty()), None

    whole = paging.until_empty(page, None, service, progress, name="id")
    if whole.empty:
        return whole
    names = whole.dropna(subset=["id", "name"]).drop_duplicates("id").set_index("id")["name"]
    whole["name"] = whole["name"].fillna(whole.pop("parent").map(names))
    _note_nameless(whole, service, place, transport)
    return whole


def _stops(rows: list[Any]) -> GeoDataFrame:
    points = [_point(_at(row, "centroid", "location")) for row in rows]
    columns = {
        "id": [_text(_at(row, "id")) for row in rows],
        "name": [_text(_at(row, "name", "value")) for row in rows],
        "parent": [_text(_at(row, "parentSiteRef", "ref")) for row in rows],
    }
    return gpd.GeoDataFrame(columns, geometry=points, crs=_DEGREES, dtype=object)


def _at(row: Any, *names: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Return what lies under nested names; None where there is none."""
    for name in names:
        row = row.get(name) if isinstance(row, dict) else None
    return row


def _text(said: Any) -> str | None:  # noqa: ANN401  # whatever JSON holds
    text = str(said).strip() if isinstance(said, str | int) else ""
    return text or None


def _point(location: Any) -> shapely.Point | None:  # noqa: ANN401  # whatever JSON holds
    try:
        east, north = float(_at(location, "longitude")), float(_at(location, "latitude"))
    except (TypeError, ValueError):
        return None
    usable = abs(east) <= _HALF_TURN and abs(north) <= _QUARTER_TURN  # not so for nan
    return shapely.Point(east, north) if usable else None


def _note_nameless(
    stops: GeoDataFrame, service: Service, place: Place, transport: Transport
) -> None:
    """Note how many stops that the municipality is concerned with have no name."""
    nameless = stops[stops["name"].isna()].to_crs(schema.CRS)
    near = shapely.dwithin(nameless.geometry.array, place.shape, service.margin_m)
    if near.any():
        parts = {"count": int(near.sum()), "source": service.source}
        transport.notes.append(
            Finding(str(service.layer), None, "finding.stops_nameless", "warning", parts)
        )
