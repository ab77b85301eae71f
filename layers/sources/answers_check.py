"""What an answer is, before anything is read from it: data, a fault, or something else."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from geo.schema.coercion import quote
from layers.errors import ServiceError, ServiceExceptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FAULTS: Final = frozenset({"ExceptionReport", "ServiceExceptionReport", "ServiceException"})
_SPOKEN: Final = frozenset({"ExceptionText", "ServiceException"})
# What expat says of a document that stops: no element found, unclosed token.
_UNFINISHED: Final = frozenset({3, 5})
_SERVERS_FAULT: Final = 500  # codes from here are the server's own fault (RFC 9110, 15.6)
_SHOWN: Final = 200  # characters of an answer that are looked at for a message
_TAG: Final = re.compile(rb"</?(?:[\w.-]+:)?([\w.-]+)[^<>]*>\s*\Z")


def xml_root(body: bytes, host: str) -> tuple[str, Mapping[str, str]]:
    """
    Return the local name and attributes of a document's first element; a fault is raised.

    Raises
    ------
    ServiceExceptionError
        If the document is about a fault.
    ServiceError
        If it is no XML, or has a document type (which no service needs). If it does not end with
        its first element's end.
    """
    try:
        # With namespaces, ElementTree writes {namespace}name.
        _, root = next(ElementTree.iterparse(io.BytesIO(body), events=("start",), forbid_dtd=True))
    except ElementTree.ParseError as error:
        if error.code in _UNFINISHED and body.strip():
            raise ServiceError("error.service_cut", host=host, passing=True) from error
        raise ServiceError("error.service_reply", host=host, shown=_start(body)) from error
    except (DefusedXmlException, StopIteration, ValueError, LookupError) as error:
        raise ServiceError("error.service_reply", host=host, shown=_start(body)) from error
    name = _local(root.tag)
    closing = _TAG.search(body[-_SHOWN:])
    if closing is None or closing[1].decode(errors="replace") != name:
        raise ServiceError("error.service_cut", host=host, passing=True)
    if name in _FAULTS:
        raise ServiceExceptionError("error.service_exception", host=host, reason=_spoken(body))
    return name, {_local(key): str(value) for key, value in root.attrib.items()}


def fault_in(body: bytes) -> str | None:
    """Return what a document about a fault says; None where it is none."""
    try:
        xml_root(body, "")
    except ServiceExceptionError as error:
        return str(error.parts["reason"])
    except ServiceError:
        return _fault_in_json(body)
    return None


def json_of(body: bytes, host: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    """
    Return a JSON document; a fault in it is raised, whatever the HTTP status was.

    Raises
    ------
    ServiceExceptionError
        If it is ArcGIS's or an OGC API's document about a fault.
    ServiceError
        If it begins as JSON and does not end. If it is no JSON; also where it is XML about a fault,
        which is then said.
    """
    start = body.lstrip()[:1]
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        if start in {b"{", b"["}:
            raise ServiceError("error.service_cut", host=host, passing=True) from error
        spoken = fault_in(body) if start == b"<" else None
        if spoken:
            raise ServiceExceptionError(
                "error.service_exception", host=host, reason=spoken
            ) from error
        raise ServiceError("error.service_reply", host=host, shown=_start(body)) from error
    fault = document.get("error") if isinstance(document, dict) else None
    if isinstance(fault, dict):
        said = [str(fault.get("message") or ""), *map(str, fault.get("details") or [])]
        reason = quote(" ".join(filter(None, said)) or fault.get("code"))
        code = fault.get("code")
        if isinstance(code, int) and code >= _SERVERS_FAULT:
            raise ServiceExceptionError(
                "error.service_exception", host=host, reason=reason, passing=True
            )
        raise ServiceExceptionError("error.service_exception", host=host, reason=reason)
    if isinstance(document, dict) and "description" in document and "code" in document:
        raise ServiceExceptionError(
            "error.service_exception", host=host, reason=quote(document["description"])
        )
    return document


def _fault_in_json(body: bytes) -> str | None:
    try:
        json_of(body, "")
    except ServiceExceptionError as error:
        return str(error.parts["reason"])
    except ServiceError:
        return None
    return None


def _spoken(body: bytes) -> str:
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError) as error:
        return quote(error)
    texts = ["".join(one.itertext()) for one in root.iter() if _local(one.tag) in _SPOKEN]
    return quote(" ".join(texts).strip() or "".join(root.itertext()).strip() or _local(root.tag))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _start(body: bytes) -> str:
    return quote(body[:_SHOWN].decode(errors="replace"))
