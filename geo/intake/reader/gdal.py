"""What GDAL says of a layer, beside its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import warnings
    from collections.abc import Iterable

_EXTENSION: Final = b"ARROW:extension:name"
_CORRUPTED: Final = re.compile(
    r"Geometry of feature \S+ (.*?) ?cannot be parsed: (.*?)[. ]*(?:Skipping|$)", re.DOTALL
)


def require_driver(driver: str, request: dict[str, Any]) -> None:
    """Refuse a file that GDAL takes for another kind than its content is."""
    if driver not in request["drivers"]:
        msg = f"opened as {driver}"
        raise ValueError(msg)


def geometry_at(schema: Any, about: dict[str, Any]) -> int | None:  # noqa: ANN401  # pyarrow is untyped
    """Place of the geometry among the columns; another column may bear its name."""
    if about["geometry_type"] is None:
        return None
    marked = [n for n, field in enumerate(schema) if _EXTENSION in (field.metadata or {})]
    return marked[-1] if marked else len(schema) - 1


def corrupted(said: Iterable[warnings.WarningMessage]) -> list[dict[str, Any]]:
    """Features that GML's reader left out, as it warned."""
    found = (_CORRUPTED.search(str(one.message)) for one in said)
    return [
        {
            "msgid": "finding.feature_corrupted",
            "severity": "error",
            "feature": one[1] or None,
            "parts": {"reason": one[2]},
        }
        for one in found
        if one
    ]
