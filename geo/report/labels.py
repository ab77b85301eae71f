"""Names on a map in print: which there are, and where each finds room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geo.report import marks, typeface

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

    from geo.pack.read import Pack
    from geo.report.frame import Frame

_WIDEST_MM: Final = 45.0
_MOST_ROWS: Final = 3
_FOOT_MM: Final = 9.0  # the scale bar's
_MARGIN_MM: Final = 0.8  # left and right of a name
_GAP_MM: Final = 0.4  # between a dot and its name


class Label(NamedTuple):
    """A word on a map, what it is the name of (EPSG:25832), and whether it is set heavier."""

    text: str
    shape: BaseGeometry
    heavy: bool = True


def names_of(pack: Pack) -> Iterator[Label]:
    """Give the names of stations and zones, but for made-up ones."""
    for layer in ("stations", "zones"):
        if pack.has(layer) and "synthetic" not in pack.badges(layer):
            table = pack.layer(layer)
            for shape, name in zip(table.geometry, table["name"], strict=True):
                if shape is not None and not pd.isna(name):
                    yield Label(str(name), shape, heavy=layer == "zones")


def written(labels: Iterable[Label], frame: Frame, clear: BaseGeometry | None) -> Iterator[str]:
    """Draw names, as SVG, where they neither lie on what is to be clear nor on one another."""
    taken = []
    if clear is not None:
        corners = frame.on_paper(np.array(clear.bounds).reshape(2, 2))
        taken.append((*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist()))
    box = frame.box()
    for label in labels:
        shown = shapely.intersection(label.shape, box)
        rows = _broken(typeface.printable(label.text), heavy=label.heavy)
        if shown.is_empty or not rows or len(rows) > _MOST_ROWS:
            continue
        x, y = frame.on_paper(shapely.get_coordinates(shapely.point_on_surface(shown)))[0].tolist()
        half = max(_wide(row, heavy=label.heavy) for row in rows) / 2 + _MARGIN_MM
        height = len(rows) * marks.LINE
        y += marks.DOT + _GAP_MM if not label.shape.length else -height / 2
        rect = (x - half, y, x + half, y + height)
        if _free(rect, taken, frame):
            taken.append(rect)
            yield marks.words((x, y), rows, heavy=label.heavy)


def _broken(text: str, *, heavy: bool) -> list[str]:
    """Break a name into rows, where a word ends; a longer word is a row of its own."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and _wide(longer, heavy=heavy) <= _WIDEST_MM:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _wide(row: str, *, heavy: bool) -> float:
    return typeface.width_of(row, marks.LABEL_SIZE, heavy=heavy)


def _free(rect: tuple[float, ...], taken: Iterable[tuple[float, ...]], frame: Frame) -> bool:
    west, top, east, bottom = rect
    inside = west > 0 and east < frame.width and top > 0 and bottom < frame.height - _FOOT_MM
    return inside and not any(
        west < other[2] and east > other[0] and top < other[3] and bottom > other[1]
        for other in taken
    )
