"""Which reference system a file itself names, where GDAL does not hear it: at each feature too."""

from __future__ import annotations

import json
import mmap
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_EPSG: Final = re.compile(r"epsg(?:\.xml)?[\s:/#_-]+(?:[\d.]+[:/]+)?(\d{4,6})\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(\d{4,6})(?:[.,]0+)?")
_NTM: Final = re.compile(r"\bNTM[\s_-]*(?:SONE|ZONE)?[\s_-]*(\d{1,2})\b", re.IGNORECASE)
_UTM: Final = re.compile(r"UTM[\s_-]*(?:SONE|ZONE)?[\s_-]*(3[1-6])(?!\d)", re.IGNORECASE)
_ZONE: Final = re.compile(r"(?:SONE|ZONE)?\s*(3[1-6])\s*[NTUVWX]?(?:[.,]0+)?", re.IGNORECASE)
_SOSI: Final = re.compile(r"(2[1-6])(?:[.,]0+)?")  # KOORDSYS of SOSI: EUREF89 UTM 31 to 36
_FIRST_SOSI: Final = 21
_PLAIN: Final[Mapping[str, str]] = {
    "CRS84": "OGC:CRS84",
    "WGS84": "EPSG:4326",
    "LATLON": "EPSG:4326",
    "LONLAT": "EPSG:4326",
    "EUREF89": "EPSG:4258",
    "ETRS89": "EPSG:4258",
}
# Of hundreds of metres' difference, under the same zone.
_OTHER_DATUM: Final = re.compile(r"\b(?:NAD|WGS\s*72|ED\s*87|NGO)", re.IGNORECASE)
_LONGEST: Final = 200  # characters of a name that is shown or looked up
_ESRI: Final = 100_000  # numbers above are Esri's own, not EPSG's

_NAMED_IN_JSON: Final = re.compile(rb'"(?:crs|spatialReference)"\s*:')
_NAMED_IN_GML: Final = re.compile(rb"""\bsrsName\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MEMBERS: Final = frozenset({"featureMember", "member", "featureMembers", "members"})
_CHUNK: Final = 65_536


def code(text: str) -> str:
    """
    Return what a name of a system means: "EPSG:25833" of a URN, an address, a zone or a number.

    A name that is none of these comes back as it is.
    """
    text = text.strip()[:_LONGEST]
    found = _EPSG.search(text) or _NUMBER.fullmatch(text)
    if found:
        return f"EPSG:{found[1]}"
    if (found := _NTM.search(text)) is not None:
        return f"EPSG:{5100 + int(found[1])}"
    found = _UTM.search(text)
    if found is not None and _OTHER_DATUM.search(text) is None:
        first = 23000 if "ED50" in text.upper() else 32600 if "WGS" in text.upper() else 25800
        return f"EPSG:{first + int(found[1])}"
    if (found := _ZONE.fullmatch(text)) is not None:
        return f"EPSG:258{found[1]}"
    if (found := _SOSI.fullmatch(text)) is not None:
        return f"EPSG:{25831 + int(found[1]) - _FIRST_SOSI}"
    plain = re.sub(r"[\s_/-]", "", text.upper())
    return next((known for word, known in _PLAIN.items() if plain.endswith(word)), text)


def system_of(
    path: str, driver: str, layer: str | None, heard: str | None
) -> str | list[str | None] | None:
    """
    Return the system that a file names where GDAL does not look or cannot say.

    Parameters
    ----------
    driver
        Of GDAL.
    heard
        What GDAL says that the layer is in.

    Returns
    -------
    str, list or None
        One for the layer, or one for each of its features where they differ, as `code` has it;
        None where GDAL's word stands.
    """
    if driver in {"GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON"}:
        return _one_or_each(of_json(path))
    if driver == "GML":
        return _of_gml(path, layer, heard)
    projection = Path(path).with_suffix(".prj")
    if driver == "ESRI Shapefile" and heard is None and projection.is_file():
        with projection.open("rb") as file:
            return file.read(_LONGEST).decode("utf-8", errors="replace").strip() or None
    return None


def _one_or_each(found: Sequence[str | None]) -> str | list[str | None] | None:
    different = set(found)
    return next(iter(different), None) if len(different) <= 1 else list(found)


def of_json(path: str) -> list[str | None]:
    """Return the system of each feature of a JSON file; nothing where it names none at all."""
    with Path(path).open("rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            named = [one.start() for one in islice(_NAMED_IN_JSON.finditer(content), 2)]
            if not named:
                return []
            features = content.find(b'"features"')
        text = file.read().decode("utf-8-sig", errors="replace")
    try:
        if len(named) == 1 and named[0] < features:  # where GDAL writes it: no need of the rest
            head = text[: text.index('"features"')].rstrip().removesuffix(",")
            return [_said(json.loads(head + "}"))]
        return [said for one in _documents(text) for said in _of_features(one)]
    except (ValueError, RecursionError):  # GDAL makes of it what it can
        return []


def _documents(text: str) -> Iterator[Any]:
    """The JSON texts in a file: one, or one after the other, as in GeoJSON text sequences."""
    # Numbers with decimals are positions; what they are is not asked here, and they are many.
    decoder = json.JSONDecoder(parse_float=len, object_hook=_without_positions)
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] == "\x1e":
            at += 1
            continue
        one, at = decoder.raw_decode(text, at)
        yield one


def _without_positions(one: dict[str, Any]) -> dict[str, Any]:
    one.pop("coordinates", None)
    return one


def _of_features(document: Any) -> Iterator[str | None]:  # noqa: ANN401  # any JSON
    whole = _said(document)
    features = document.get("features") if isinstance(document, dict) else None
    for one in features if isinstance(features, list) else [document]:
        shape = one.get("geometry") if isinstance(one, dict) else None
        parts = shape.get("geometries") if isinstance(shape, dict) else None
        part = parts[0] if isinstance(parts, list) and parts else None
        yield _said(shape) or _said(part) or _said(one) or whole


def _said(holder: Any) -> str | None:  # noqa: ANN401
    """What the ``crs`` or ``spatialReference`` of a JSON object names, however it is written."""
    if not isinstance(holder, dict):
        return None
    given = holder.get("crs", holder.get("spatialReference"))
    if isinstance(given, dict):
        given = {**given, **(given["properties"] if _is_object(given.get("properties")) else {})}
        names = ("name", "code", "latestWkid", "wkid", "wkt", "href", "init")
        given = next((given[name] for name in names if given.get(name)), json.dumps(given))
    if isinstance(given, bool) or not isinstance(given, str | int) or not str(given).strip():
        return None
    if isinstance(given, int) and given > _ESRI:
        return f"ESRI:{given}"
    return code(str(given))


def _is_object(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, dict)


def _of_gml(path: str, layer: str | None, heard: str | None) -> str | list[str | None] | None:
    names: set[bytes] = set()
    with (
        Path(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        for one in _NAMED_IN_GML.finditer(content):
            names.add(one[1] or one[2] or b"")
    systems = {code(name.decode("utf-8", errors="replace")) for name in names if name.strip()}
    if len(systems) <= 1:
        return next(iter(systems), None) if heard is None else None
    found = [said for name, said in _features(path) if layer in {None, name}]
    each = _one_or_each(found)
    # Of one system GDAL has the better word, as long as it is the shapes' and not the envelope's.
    return None if isinstance(each, str) and heard is not None else each


def _features(path: str) -> list[tuple[str, str | None]]:
    """Each feature of a GML file: its type, and the first system named by a geometry of it."""
    found: list[tuple[str, str | None]] = []
    stack: list[str] = []
    depth: list[int] = []  # of the feature that is open, if one is
    envelope: list[int] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        word = name.rpartition(":")[2]
        if not depth and stack and stack[-1] in _MEMBERS:
            found.append((word, None))
            depth.append(len(stack))
        elif depth and word == "boundedBy":
            envelope.append(len(stack))
        elif depth and not envelope and attributes.get("srsName") and found[-1][1] is None:
            found[-1] = (found[-1][0], code(attributes["srsName"]))
        stack.append(word)

    def end(_: str) -> None:
        stack.pop()
        for one in (depth, envelope):
            if one and one[0] == len(stack):
                one.pop()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    with Path(path).open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003  # expat's own
        except (expat.ExpatError, LookupError, ValueError):  # what is whole before it is known
            pass
    return found
