"""Probes of services of maps: ArcGIS and OGC API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from geo.schema import layers as schema
from geo.schema.coercion import quote
from layers.errors import ServiceError, ServiceExceptionError, ServiceStatusError
from layers.sources.doctor.checkup import Advice
from layers.sources.doctor.observation import (
    NO_FEATURE,
    Inquiry,
    Observation,
    dated,
    day,
    epsg,
    flat,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEGREES: Final = "EPSG:4326"
_GONE: Final = frozenset({"400", "404", "410", "500"})  # what a layer that is not there gives


def arcgis(inquiry: Inquiry) -> Observation:
    """
    Ask an ArcGIS service for a layer's description and one feature.

    Raises
    ------
    ServiceError
        If it does not answer.
    """
    root = inquiry.service.url.rstrip("/")
    about, offered = _described(inquiry, root)
    if about is None:
        return Observation(offered=offered)
    number = about["id"]
    told = about.get("fields")
    fields = (
        {str(one.get("name")).lower() for one in told if isinstance(one, dict)}
        if isinstance(told, list) and told
        else None
    )
    advice = []
    abilities = str(about.get("capabilities") or "Query")
    if about.get("type", "Feature Layer") not in {"Feature Layer", "Table"}:
        advice.append(Advice(msgid="doctor.no_features_here", parts={"kind": quote(about["type"])}))
    elif "query" not in abilities.lower():
        advice.append(Advice(msgid="doctor.no_query"))
    newest = day(_inside(about, "editingInfo").get("dataLastEditDate")) or day(
        _inside(about, "editingInfo").get("lastEditDate")
    )
    ours = None
    if not advice:
        order = "" if newest or fields is None else _order(inquiry, about, fields)
        page = _arcgis_feature(inquiry, f"{root}/{number}/query", order)
        features = page.get("features") or []
        said = _inside(page, "spatialReference")
        codes = {said.get("wkid"), said.get("latestWkid")} - {None}
        ours = schema.EPSG in codes if codes and features else None
        values = dict(flat(_inside(features[0], "attributes"))) if features else {}
        if fields is None and values:
            fields = set(values)
        if fields is None:
            advice.append(NO_FEATURE)
        return Observation(
            found=f"{number} {quote(about.get('name', ''))}".strip(),
            fields=None if fields is None else frozenset(fields),
            systems=_own_systems(about),
            ours=ours,
            newest=newest or dated(inquiry.service, values),
            newest_of_one=not newest and not order,
            advice=tuple(advice),
        )
    return Observation(
        found=f"{number} {quote(about.get('name', ''))}".strip(),
        fields=None if fields is None else frozenset(fields),
        systems=_own_systems(about),
        newest=newest,
        advice=tuple(advice),
    )


def _described(inquiry: Inquiry, root: str) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return a layer's own description; where there is none, the layers that there are."""
    name = inquiry.service.name
    if isinstance(name, int):
        try:
            about = inquiry.document(f"{root}/{name}", {"f": "json"})
        except (ServiceExceptionError, ServiceStatusError) as error:
            if isinstance(error, ServiceStatusError) and error.parts["status"] not in _GONE:
                raise
        else:
            return {**about, "id": about.get("id", name)}, ()
    service = inquiry.document(root, {"f": "json"})
    layers = [one for one in service.get("layers") or () if isinstance(one, dict)]
    for one in layers:
        if name in {one.get("name"), one.get("id")} and isinstance(one.get("id"), int):
            about = inquiry.document(f"{root}/{one['id']}", {"f": "json"})
            return {**one, **about}, ()
    return None, tuple(f"{one.get('id')} {one.get('name')}" for one in layers)


def _order(inquiry: Inquiry, about: Mapping[str, Any], fields: set[str]) -> str:
    """Say how to ask for the newest feature, where the layer can put them in order."""
    column = inquiry.service.date_column
    able = _inside(about, "advancedQueryCapabilities").get("supportsOrderBy") is True
    return f"{column} DESC" if column and able and column.lower() in fields else ""


def _arcgis_feature(inquiry: Inquiry, address: str, order: str) -> dict[str, Any]:
    asked = {"f": "json", "where": "1=1", "outFields": "*", "outSR": str(schema.EPSG)}
    asked |= {"returnGeometry": "true", "returnZ": "false", "resultRecordCount": "1"}
    asked |= {"orderByFields": order} if order else {}
    place = inquiry.place()
    if place is not None:
        west, south, east, north = place.box(inquiry.service.margin_m)
        box: dict[str, object] = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
        box["spatialReference"] = {"wkid": schema.EPSG}
        asked |= {"geometry": json.dumps(box), "geometryType": "esriGeometryEnvelope"}
        asked |= {"inSR": str(schema.EPSG), "spatialRel": "esriSpatialRelIntersects"}
    page = inquiry.document(address, asked | dict(inquiry.service.params))
    if not isinstance(page.get("features"), list):
        raise inquiry.nonsense(page)
    return page


def _own_systems(about: Mapping[str, Any]) -> tuple[int, ...]:
    own = about.get("sourceSpatialReference") or _inside(about, "extent").get("spatialReference")
    codes = {own.get("latestWkid"), own.get("wkid")} if isinstance(own, dict) else set()
    return tuple(sorted(code for code in codes if isinstance(code, int)))


def _inside(members: object, name: str) -> dict[str, Any]:
    found = members.get(name) if isinstance(members, dict) else None
    return found if isinstance(found, dict) else {}


def ogcapi(inquiry: Inquiry) -> Observation:
    """
    Ask an OGC API for a collection's description and one feature.

    Features come in degrees, which the standard has every server give.

    Raises
    ------
    ServiceError
        If it does not answer.
    """
    root = inquiry.service.url.rstrip("/")
    name = str(inquiry.service.name)
    try:
        about = inquiry.document(f"{root}/collections/{name}", {"f": "json"})
    except (ServiceExceptionError, ServiceStatusError) as error:
        if isinstance(error, ServiceStatusError) and error.parts["status"] not in _GONE:
            raise
        listed = inquiry.document(f"{root}/collections", {"f": "json"}).get("collections")
        if not isinstance(listed, list) or name in _names(listed):
            raise
        return Observation(offered=_names(listed))
    features = _items(inquiry, f"{root}/collections/{name}/items")
    first = features[0] if features else {}
    values = dict(flat(_inside(first, "properties")))
    fields = frozenset({*values, "id"}) if features else None
    interval = _inside(_inside(about, "extent"), "temporal").get("interval")
    ends = [day(one[-1]) for one in interval or () if isinstance(one, list) and one]
    newest = max(ends, default="")
    return Observation(
        found=quote(about.get("id") or name),
        fields=fields,
        systems=epsg(about.get("crs") or ()),
        ours=_has_position(first),
        newest=newest or dated(inquiry.service, values),
        newest_of_one=not newest,
        advice=() if features else (NO_FEATURE,),
    )


def _names(listed: list[Any]) -> tuple[str, ...]:
    return tuple(str(one.get("id")) for one in listed if isinstance(one, dict))


def _has_position(feature: dict[str, Any]) -> bool | None:
    """Tell whether a feature's first position is in degrees; None where it has none."""
    found = _inside(feature, "geometry").get("coordinates")
    while isinstance(found, list) and found and isinstance(found[0], list):
        found = found[0]
    if not isinstance(found, list) or not all(isinstance(one, int | float) for one in found):
        return None
    return bool(found) and all(abs(one) <= 180 for one in found[:2])  # noqa: PLR2004  # degrees


def _items(inquiry: Inquiry, items: str) -> list[Any]:
    """Return one feature in the municipality, else one anywhere: it shows the same columns."""
    asked = {"f": "json", "limit": "1", **inquiry.service.params}
    place = inquiry.place()
    if place is not None:
        sides = place.box(inquiry.service.margin_m, crs=_DEGREES)
        box = {"bbox": ",".join(f"{side:.6f}" for side in sides)}
        found = _page(inquiry, items, asked | box)
        if found:
            return found
    return _page(inquiry, items, asked)


def _page(inquiry: Inquiry, items: str, asked: dict[str, str]) -> list[Any]:
    page = inquiry.document(items, asked)
    features = page.get("features")
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise ServiceError("error.service_reply", host=inquiry.host, shown=str(page)[:80])
    return features
