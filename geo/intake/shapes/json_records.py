"""What GDAL does not tell of GeoJSON: ids beside the properties, and records that are broken."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

# Most of a file, and of no concern here; without it the rest is small.
_COORDINATES: Final = re.compile(rb'("coordinates"\s*:\s*)\[[\[\]0-9\s,.eE+\-]*\]')
_ID: Final = re.compile(rb'"id"\s*:')
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
    content = _COORDINATES.sub(rb"\1[]", content).removeprefix(b"\xef\xbb\xbf")
    try:
        document = json.loads(content)
        features = document.get("features", [document])
    except (ValueError, AttributeError):  # several records
        features = [one for one in map(_record, _records(content)) if one is not None]
    except RecursionError:
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
