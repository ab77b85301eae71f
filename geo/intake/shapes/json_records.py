"""What GDAL does not tell of GeoJSON: ids beside the properties, and what is not written well."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Most of a file, and of no concern here; without it the rest is small.
_COORDINATES: Final = re.compile(rb'("coordinates"\s*:\s*)\[[\[\]0-9\s,.eE+\-]*\]')
_ID: Final = re.compile(rb'"id"\s*:')
_FILLED: Final = re.compile(rb'("coordinates"\s*:\s*)\[(?=[\[\]\s,]*[-0-9])[\[\]0-9\s,.eE+\-]*\]')
_EMPTY: Final = re.compile(r"[\[\]\s,]+")
# GDAL knows them in any case.
_TYPES: Final = frozenset(
    {
        *("point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"),
        "geometrycollection",
    }
)
_RECORD: Final = b"\x1e"  # RFC 8142
_MOST_NAMED: Final = 50


def ids(path: str, rows: int) -> list[str | None] | None:
    """
    Return each feature's id: the one among its properties, or else the one beside them.

    None where none has it beside them alone, or where it is not plain which feature has become
    which row.
    """
    content = Path(path).read_bytes()
    if not _ID.search(content):
        return None
    features = _features(_COORDINATES.sub(rb"\1[]", content))
    if features is None:
        return None
    features = [one for one in features if isinstance(one, dict)]
    among = [_id(one.get("properties")) for one in features]
    found = [inner or _id(one) for inner, one in zip(among, features, strict=True)]
    return None if len(found) != rows or found == among else found


def _id(holder: object) -> str | None:
    """Return what a feature, or its properties, has for an id; blanks are none."""
    value = holder.get("id") if isinstance(holder, dict) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def malformed(path: str, rows: int, without: Sequence[int]) -> list[dict[str, Any]]:
    """
    Say which rows have no geometry because what the file has for one is not written as GeoJSON is.

    Parameters
    ----------
    rows
        That were read.
    without
        Those of them, from 0, that have no geometry.
    """
    if not without:
        return []
    features = _features(_FILLED.sub(rb"\1[0]", Path(path).read_bytes()))
    if features is None or len(features) != rows:
        return []
    remarks = []
    for row in without:
        feature = features[row]
        given = feature.get("geometry") if isinstance(feature, dict) else None
        if given is None:
            continue
        kind = given.get("type") if isinstance(given, dict) else given
        if not isinstance(kind, str) or kind.lower() not in _TYPES:
            said = json.dumps(kind, ensure_ascii=False)
            remarks.append({"row": row, "msgid": "finding.geojson_type", "parts": {"value": said}})
            continue
        member = "geometries" if kind.lower() == "geometrycollection" else "coordinates"
        if not _EMPTY.fullmatch(json.dumps(given.get(member))):
            parts = {"value": kind}
            remarks.append({"row": row, "msgid": "finding.geojson_coordinates", "parts": parts})
    return remarks


def _features(content: bytes) -> list[Any] | None:
    """Return a collection's features, or a sequence's records that are whole."""
    try:
        document = json.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:  # several records
        return [one for one in map(_record, _records(content)) if one is not None]
    except RecursionError:
        return None
    if not isinstance(document, dict):
        return None
    features = document.get("features", [document])
    return features if isinstance(features, list) else None


def broken(path: str, rows: int) -> list[dict[str, Any]]:
    """Name the records of a sequence that are not whole, where the others are the rows read."""
    content = _COORDINATES.sub(rb"\1[]", Path(path).read_bytes())
    lost = [n for n, one in enumerate(_records(content), 1) if _record(one) is None]
    if not lost or len(_records(content)) - len(lost) != rows:
        return []
    return [
        {"msgid": "finding.record_broken", "severity": "error", "parts": {"row": str(n)}}
        for n in lost[:_MOST_NAMED]
    ]


def _records(content: bytes) -> list[bytes]:
    parts = content.split(_RECORD) if _RECORD in content else content.splitlines()
    return [part for part in parts if part.strip()]


def _record(text: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
