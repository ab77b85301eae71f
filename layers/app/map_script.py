"""A finished map: the JavaScript that draws it, and in words what lies on it."""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str, str]


@dataclass(frozen=True)
class MapScript:
    """
    A map made once for all who look at it, as it is kept in the cache.

    Parameters
    ----------
    text
        JavaScript that draws the map.
    title
        What the map is called, in the reader's language.
    kinds
        What is drawn on it, as names in `style.STYLES`; for the legend.
    rows
        Its features as kind, name, and what else a pointer held over them says.
    """

    text: str
    title: str
    kinds: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
