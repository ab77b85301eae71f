"""Curves as Esri writes them in JSON, which GDAL passes over as if there were no geometry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from geo.intake.shapes.curves import strokes

_STRAIGHT: Final = {"curveRings": "rings", "curvePaths": "paths"}
_SIGNS: Final = tuple(f'"{name}"'.encode() for name in _STRAIGHT)
_ARC: Final = "c"  # its end, and a point on its way


def mend(path: str) -> None:
    """
    Put strokes in the place of circular arcs, in the file itself.

    Beziers and arcs of ellipses stay as they are, for `unread` to name.
    """
    document = _document(path)
    if document is None:
        return
    for feature in document["features"]:
        shape = _geometry(feature)
        for curved, straight in _STRAIGHT.items():
            try:
                lines = [_straightened(line) for line in shape.get(curved, ())]
            except (TypeError, ValueError, KeyError, IndexError):
                continue
            if lines:
                del shape[curved]
                shape[straight] = [*shape.get(straight, ()), *lines]
    Path(path).write_text(json.dumps(document), encoding="utf-8")


def unread(path: str, rows: int) -> list[dict[str, Any]]:
    """Name the rows, from 0, whose geometry has curves that are not read."""
    document = _document(path)
    if document is None or len(document["features"]) != rows:
        return []
    return [
        {"row": row, "msgid": "finding.esri_curve", "parts": {}}
        for row, feature in enumerate(document["features"])
        if _STRAIGHT.keys() & _geometry(feature).keys()
    ]


def _document(path: str) -> dict[str, Any] | None:
    """Return a file with curves; None where it has none, or is no list of features."""
    content = Path(path).read_bytes()
    if not any(sign in content for sign in _SIGNS):
        return None
    try:
        document = json.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
    found = isinstance(document, dict) and isinstance(document.get("features"), list)
    return document if found else None


def _geometry(feature: object) -> dict[str, Any]:
    shape = feature.get("geometry") if isinstance(feature, dict) else None
    return shape if isinstance(shape, dict) else {}


def _straightened(line: list[Any]) -> list[list[float]]:
    """Points of a line, of which each member is a point or an arc from the one before it."""
    points = [_point(line[0])]
    for member in line[1:]:
        if isinstance(member, dict):
            end, through = map(_point, member[_ARC])
            points += strokes(np.array([points[-1], through, end]))[1:].tolist()
        else:
            points.append(_point(member))
    return points


def _point(given: Any) -> list[float]:  # noqa: ANN401  # JSON
    x, y = given[:2]
    return [float(x), float(y)]
