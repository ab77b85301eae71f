"""
OpenStreetMap through Overpass: one question with its own count, areas assembled by GDAL.

Overpass asks its users to say who they are and where to complain, and to stay away for half a
minute when it is busy (rules of 2026).
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import httpx
import pandas as pd
from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from geo.schema.coercion import quote
from geo.schema.findings import Finding
from layers.errors import ServiceError, ServiceExceptionError, ServiceStatusError
from layers.sources import answers_check, frames
from layers.sources.http import Request
from layers.sources.http.identity import CONTACT_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from layers.sources.http import Transport
    from layers.sources.municipality import Place
    from layers.sources.services import Service

    _Sent = dict[tuple[str, str], dict[str, str]]  # (way or relation, number) → its tags

_DEGREES: Final = "EPSG:4326"
# The set is counted by Overpass and then sent, after all that its ways and relations are made of.
# These come without their tags: a lawn in a courtyard is a part of its building, and no feature.
_QUESTION: Final = (
    "[out:xml][timeout:{seconds}];({query})->.w;.w out count;"
    "(.w >; - .w;)->.m;.m out skel;.w out body;"
)
_SECONDS: Final = 180  # for the query, which is Overpass's own usual limit
_MARGIN_S: Final = 15.0  # from the end of the query to its first byte here. A.
_LEAST_S: Final = 2.0  # Overpass counts in whole seconds
_BUSY_S: Final = 30.0  # after HTTP 429
_REFUSED: Final = "406"
_TAGS: Final = "other_tags"
_SHOWN: Final = 200  # bytes of an answer without a count, from its end


def fetch(
    service: Service,
    place: Place,
    transport: Transport,
    progress: Callable[[int, int | None], None],
) -> GeoDataFrame:
    """
    Fetch what the catalogue asks of Overpass, in the municipality's box.

    Returns
    -------
    GeoDataFrame
        Tags as columns, also those that GDAL has no column for; `osm_type_id` names the feature.
        What is no shape of the layer (an outline that does not close) has no geometry.

    Raises
    ------
    ServiceError
        If it cannot all be had; a remark about time or memory is a fault, whatever came with it.
    """
    west, south, east, north = place.box(service.margin_m, crs=_DEGREES)
    box = f"{south:.6f},{west:.6f},{north:.6f},{east:.6f}"
    query = service.query.replace("{bbox}", box)
    seconds, read_s = _patience(service, transport)
    form = {"data": _QUESTION.format(seconds=seconds, query=query)}
    host = httpx.URL(service.url).host
    request = Request(service.url, form=form, busy_s=_BUSY_S)
    if not transport.contact:
        transport.note_once(_anonymous(service))
    patient = service.model_copy(update={"read_s": read_s})
    try:
        body = transport.get(patient, request, lambda answer: _counts(answer, host))
    except ServiceStatusError as error:
        if error.parts.get("status") == _REFUSED:
            name = CONTACT_VARIABLE
            raise ServiceError("error.service_anonymous", host=host, name=name) from error
        raise
    counted, sent = _counts(body, host)
    if len(sent) != counted:
        raise ServiceError(
            "error.service_incomplete", source=service.source, received=len(sent), expected=counted
        )
    layer = str(service.name)
    frame = frames.read(body, host, layer=layer, TAGS_FORMAT="JSON")
    progress(counted, counted)
    return _with_shapeless(_with_tags(frame), sent)


def _patience(service: Service, transport: Transport) -> tuple[int, float]:
    """
    Return the seconds that the query may take, and those that we are silent for.

    Overpass says nothing until the query is done, so we must wait longer than it may take.
    """
    policy = transport.policy
    read_s = service.read_s or max(policy.read_s, _SECONDS + _MARGIN_S)
    read_s = max(_LEAST_S, min(read_s, service.total_s or policy.total_s))
    query_s = read_s - min(_MARGIN_S, read_s / 2)
    return min(_SECONDS, int(query_s)), read_s


def _anonymous(service: Service) -> Finding:
    name = {"name": CONTACT_VARIABLE}
    return Finding(str(service.layer), None, "finding.contact_missing", "warning", name)


def _counts(body: bytes, host: str) -> tuple[int, _Sent]:
    """Return how many ways and relations Overpass counted, and those that it sent with tags."""
    name, _ = answers_check.xml_root(body, host)
    if name != "osm":
        raise ServiceError("error.service_reply", host=host, shown=f"<{name}>")
    counted: int | None = None
    sent: _Sent = {}
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(body), forbid_dtd=True):
            if element.tag == "remark" and "error" in (element.text or "").lower():
                reason = " ".join((element.text or "").split())
                raise ServiceExceptionError(
                    "error.service_exception", host=host, reason=reason, passing=True
                )
            tags = {tag.get("k"): tag.get("v") for tag in element.iterfind("tag")}
            if element.tag == "count":
                counted = int(tags.get("ways") or 0) + int(tags.get("relations") or 0)
            if element.tag in {"way", "relation"} and tags:
                sent[element.tag, str(element.get("id"))] = tags
            if element.tag in {"node", "way", "relation"}:
                element.clear()
    except (DefusedXmlException, ElementTree.ParseError, ValueError) as error:
        raise ServiceError("error.service_reply", host=host, shown=str(error)[:80]) from error
    if counted is None:  # a remark of another kind may be all that came
        shown = " ".join(body[-_SHOWN:].decode(errors="replace").split())
        raise ServiceError("error.service_reply", host=host, shown=quote(shown))
    return counted, sent


def _with_shapeless(frame: GeoDataFrame, sent: _Sent) -> GeoDataFrame:
    """Add what GDAL made no shape of, so that it is counted and named with the rest."""
    ways = frame["osm_way_id"] if "osm_way_id" in frame else frame.get("osm_id", ())
    relations = frame.get("osm_id", ()) if "osm_way_id" in frame else ()
    shaped = {("way", str(one)) for one in ways} | {("relation", str(one)) for one in relations}
    left = [one for one in sent if one not in shaped]
    if not left:
        return frame
    rows = [{**sent[one], "osm_type_id": "/".join(one)} for one in left]
    shapeless = gpd.GeoDataFrame(rows, geometry=[None] * len(rows), crs=frame.crs)
    return gpd.GeoDataFrame(pd.concat([frame, shapeless], ignore_index=True), crs=frame.crs)


def _with_tags(frame: GeoDataFrame) -> GeoDataFrame:
    if frame.empty:
        return frame
    if _TAGS in frame:
        tags = pd.DataFrame([_tags(one) for one in frame[_TAGS]], index=frame.index)
        fresh = [name for name in tags.columns if name not in frame.columns]
        frame = frame.drop(columns=_TAGS).join(tags[fresh])
    ids = pd.Series(None, index=frame.index, dtype="str")
    for column, prefix in (("osm_way_id", "way/"), ("osm_id", "")):
        if column in frame:
            named = prefix + frame[column].astype("str")
            ids = ids.where(ids.notna() | frame[column].isna(), named)
    return frame.assign(osm_type_id=ids)


def _tags(said: Any) -> dict[str, str]:  # noqa: ANN401  # GDAL gives text, or what it stands for
    if isinstance(said, str):
        said = json.loads(said)
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}
