"""KML made fit for its reader: what LIBKML reads wrongly or not at all is mended or named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_GOOGLE: Final = "http://www.google.com/kml/ext/2.2"
# What stands for no place of its own, by the sentence that says so.
_NOT_READ: Final = {
    "GroundOverlay": "finding.kml_overlay",
    "PhotoOverlay": "finding.kml_overlay",
    "NetworkLink": "finding.kml_link",
    "Model": "finding.kml_model",
}
_PLACES: Final = frozenset({"Point", "LineString", "LinearRing", "Polygon", "Track", "MultiTrack"})
_HOLE: Final = "innerBoundaryIs"
_SIGNS: Final = tuple(name.encode() for name in (*_NOT_READ, _HOLE))


def mend(path: str) -> list[dict[str, Any]]:
    """
    Take out of a file what is not read, part rings that share one boundary, and say what was done.

    Google Earth writes all holes of a polygon into one `innerBoundaryIs`, of which LIBKML reads the
    last; it takes the frame of a picture for an area, and crashes over a model among geometries.
    """
    file = Path(path)
    content = file.read_bytes()
    if not any(sign in content for sign in _SIGNS):
        return []
    root = ET.fromstring(content)  # noqa: S314  # what has a document type was refused before
    notes = list(_without_unread(root))
    parted = [_part(element) for element in root.iter() if _local(element) == "Polygon"]
    if notes or any(parted):
        namespace = root.tag.rpartition("}")[0].removeprefix("{")
        ET.register_namespace("", namespace)
        ET.register_namespace("gx", _GOOGLE)
        file.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
    return notes


def _without_unread(root: Element) -> Iterator[dict[str, Any]]:
    """Take out what is not read, and the placemarks that have nothing else; say each once."""
    placemark = root
    emptied: list[Element] = []
    above = {child: parent for parent in root.iter() for child in parent}
    for parent in list(root.iter()):
        if _local(parent) == "Placemark":
            placemark = parent
        for child in list(parent):
            msgid = _NOT_READ.get(_local(child))
            if msgid is None:
                continue
            parent.remove(child)
            model = _local(child) == "Model"
            emptied += [placemark] if model and placemark not in emptied[-1:] else []
            called = placemark if model else child
            parts = {"name": _name(called) or _local(called)}
            yield {"msgid": msgid, "severity": "error", "parts": parts}
    for one in emptied:
        if one in above and not any(_local(child) in _PLACES for child in one.iter()):
            above[one].remove(one)


def _part(polygon: Element) -> bool:
    """Give each hole of a polygon a boundary of its own."""
    shared = [child for child in polygon if _local(child) == _HOLE and len(child) > 1]
    for boundary in shared:
        for ring in list(boundary)[1:]:
            boundary.remove(ring)
            ET.SubElement(polygon, boundary.tag).append(ring)
    return bool(shared)


def _name(element: Element) -> str:
    return next((child.text or "" for child in element if _local(child) == "name"), "")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
