"""Probe of a WFS: its capabilities, the schema of its features, and one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from geo.schema import layers as schema
from layers.errors import ServiceError, ServiceExceptionError, ServiceStatusError
from layers.sources import answers_check, frames
from layers.sources.doctor.observation import NO_FEATURE, Inquiry, Observation, dated, epsg
from layers.sources.http import Request

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_OWN: Final = f"urn:ogc:def:crs:EPSG::{schema.EPSG}"
_MEMBER: Final = re.compile(rb"<(?:[\w.-]+:)?(?:member|featureMembers?)[\s>]")
_ELEMENT: Final = "element:"  # before the names of elements that stand by themselves
_DEEPEST: Final = 6  # types inside types that are looked through
_SYSTEMS: Final = frozenset({"DefaultCRS", "OtherCRS", "DefaultSRS", "OtherSRS", "SRS"})


def wfs(inquiry: Inquiry) -> Observation:
    """
    Ask a WFS 2.0 for its capabilities, for its schema, and for one feature in our system.

    Raises
    ------
    ServiceError
        If it does not answer.
    """
    wanted = str(inquiry.service.name)
    types = _feature_types(inquiry)
    local = [one for one in types if _bare(one) == _bare(wanted)]
    found = wanted if wanted in types else local[0] if len(local) == 1 else None
    if found is None:
        return Observation(offered=tuple(types))
    asked = {"typeNames": wanted}
    told, complete = _schema(inquiry, asked)
    try:
        frame = _feature(inquiry, asked)
    except (ServiceExceptionError, ServiceStatusError):
        if found == wanted:
            raise
        return Observation(offered=tuple(types))  # its prefix is not what it was
    columns = {str(name).replace("|", ".").lower() for name in frame.columns} - {"geometry"}
    systems = epsg(types[found])
    ours = schema.EPSG in systems if systems else None
    if len(frame) and frame.crs is not None:
        ours = frame.crs.to_epsg() == schema.EPSG
    values = (
        {str(name).replace("|", ".").lower(): frame[name].iloc[0] for name in frame.columns}
        if len(frame)
        else {}
    )
    fields = told | columns | ({"gml_id"} if told else set())  # every feature has one
    return Observation(
        found=found,
        fields=frozenset(fields) if fields else None,
        complete=complete,
        systems=systems,
        ours=ours,
        newest=dated(inquiry.service, values),
        newest_of_one=True,
        advice=() if fields else (NO_FEATURE,),
    )


def _ask(inquiry: Inquiry, request: str, **params: str) -> bytes:
    asked = {"service": "WFS", "version": "2.0.0", "request": request, **params}
    return inquiry.transport.get(inquiry.service, Request(inquiry.service.url, asked))


def _tree(body: bytes, inquiry: Inquiry, root: str) -> Any:  # noqa: ANN401  # an element
    name, _ = answers_check.xml_root(body, inquiry.host)
    if name != root:
        raise inquiry.nonsense(name)
    try:
        return ElementTree.fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError) as error:
        raise inquiry.nonsense(error) from error


def _feature_types(inquiry: Inquiry) -> dict[str, list[str]]:
    """Feature types by name, with the reference systems that each is offered in."""
    body = _ask(inquiry, "GetCapabilities")
    found = {}
    for one in _tree(body, inquiry, "WFS_Capabilities").iter():
        if _local(one.tag) == "FeatureType":
            name = next((str(e.text or "").strip() for e in one if _local(e.tag) == "Name"), "")
            found[name] = [str(e.text or "") for e in one.iter() if _local(e.tag) in _SYSTEMS]
    return found


def _schema(inquiry: Inquiry, asked: dict[str, str]) -> tuple[set[str], bool]:
    """Columns by the schema, nested ones by dotted path too; and whether these are all."""
    try:
        body = _ask(inquiry, "DescribeFeatureType", **asked)
        tree = _tree(body, inquiry, "schema")
    except ServiceError:
        return set(), False  # a feature tells as well
    types = {
        one.get("name"): one for one in tree if _local(one.tag) == "complexType" and one.get("name")
    }
    types |= {f"{_ELEMENT}{one.get('name')}": one for one in tree if _local(one.tag) == "element"}
    start = types.get(_ELEMENT + _bare(asked["typeNames"]))
    whole = not any(_local(one.tag) == "include" for one in tree)
    if start is None:
        return set(), False
    found = set(_members(start, types, "", 0))
    return found, bool(found) and whole


def _members(element: Any, types: dict[str, Any], path: str, depth: int) -> list[str]:  # noqa: ANN401
    """Paths of what an element is made of, by its type's name or what stands inside it."""
    kind = types.get(_bare(str(element.get("type") or "")))
    if depth > _DEEPEST:
        return []
    found = []
    for part in _parts(element if kind is None else kind, types):
        name = part.get("name") or _bare(str(part.get("ref") or ""))
        if name:
            where = f"{path}.{name}".lower() if path else name.lower()
            meant = types.get(f"{_ELEMENT}{name}") if part.get("ref") else None
            inside = _members(part if meant is None else meant, types, where, depth + 1)
            found += [where, *inside]
    return found


def _parts(kind: Any, types: dict[str, Any], depth: int = 0) -> list[Any]:  # noqa: ANN401
    """Elements right under a type, those of the types that it extends first."""
    found = []
    for one in kind:
        name = _local(one.tag)
        if name == "element":
            found.append(one)
        elif name in {"extension", "restriction"}:
            base = types.get(_bare(str(one.get("base") or "")))
            if base is not None and base is not kind and depth < _DEEPEST:
                found += _parts(base, types, depth + 1)
            found += _parts(one, types, depth)
        elif name != "annotation":
            found += _parts(one, types, depth)
    return found


def _feature(inquiry: Inquiry, asked: dict[str, str]) -> GeoDataFrame:
    params = {**asked, "srsName": _OWN, "count": "1", **inquiry.service.params}
    place = inquiry.place()
    if place is not None:
        west, south, east, north = place.box(inquiry.service.margin_m)
        box = f"{west:.2f},{south:.2f},{east:.2f},{north:.2f},{_OWN}"
        # A filter of the service's own and a box exclude each other in the standard.
        params |= {} if inquiry.service.params else {"bbox": box}
    body = _ask(inquiry, "GetFeature", **params)
    name, _ = answers_check.xml_root(body, inquiry.host)
    if name != "FeatureCollection":
        raise ServiceError("error.service_reply", host=inquiry.host, shown=f"<{name}>")
    if not _MEMBER.search(body):
        return frames.empty()
    layer = _bare(asked["typeNames"])
    return frames.read(body, inquiry.host, layer=layer, **frames.GML)


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
