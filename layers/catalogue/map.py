"""A map of one layer as it is in its file, drawn in the styles that go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from layers.app import cache, texts
from layers.catalogue import data, words
from layers.maps import leaflet
from layers.widgets.legend import name_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

    from geo.catalogue.entries import CatalogueEntry
    from geo.formats.content import Content
    from layers.app.map_script import MapScript
    from layers.app.shell import View
    from layers.catalogue.area import Chosen
    from layers.catalogue.words import Said

MOST: Final = 1_000  # features; more would be megabytes for a picture that only tells
_TIP_COLUMNS: Final = 6
_TIP_LENGTH: Final = 60  # characters of a value
_RADIUS: Final = 6  # of a point, pixels
_TOLERANCE_M: Final = 2.0


def script(view: View, entry: CatalogueEntry, chosen: Chosen, found: Content) -> MapScript:
    """Return the script of the map, made once for each layer, area and language."""

    def draw() -> MapScript:
        frame = sample(placed(found.frame))
        around = chosen.area.outline if chosen.area is not None else frame
        leaflet_map = leaflet.base(view.pack, bounds_of=around)
        if chosen.area is not None:
            leaflet.shapes(chosen.area.outline, "zone_outline").add_to(leaflet_map)
        flat = frame.assign(geometry=frame.geometry.simplify(_TOLERANCE_M))
        first = str(found.codebook[0].name) if found.codebook else None
        said = words.of(view.pack, found.codebook)
        for kind, rows in _by_kind(entry, flat):
            leaflet.clickable(
                rows.assign(_row=rows.index.astype(str)),
                kind,
                id_column="_row",
                tip=lambda row: _tip(row, first, said),
                name=name_of(kind),
                radius=_RADIUS,
            ).add_to(leaflet_map)
        return leaflet.script(leaflet_map, texts.t("map.title_layer"))

    key = ("takeout", entry.name, *data.rests_on(view, entry), chosen.key, texts.language())
    return cache.map_script(key, draw)


def sample(frame: GeoDataFrame) -> GeoDataFrame:
    """Return at most `MOST` features, taken evenly from all of them."""
    return frame if len(frame) <= MOST else frame.iloc[:: -(-len(frame) // MOST)]


def _by_kind(entry: CatalogueEntry, frame: GeoDataFrame) -> list[tuple[str, GeoDataFrame]]:
    """Rows by the style that they are drawn in; values without one in the layer's own."""
    if entry.column is None or entry.column not in frame:
        return [(entry.style, frame)] if len(frame) else []
    values = frame[entry.column].map(_code)
    drawn = values.map(dict(entry.styles)).fillna(entry.style)
    order = dict.fromkeys([*entry.styles.values(), entry.style])
    return [(kind, frame[drawn == kind]) for kind in order if (drawn == kind).any()]


def _code(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def placed(frame: GeoDataFrame) -> GeoDataFrame:
    """Return the features that have a place to be drawn at."""
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)]


def _tip(row: Series, first: str | None, said: Said) -> str:
    """Name the feature and show its first values, cut where they are long."""
    columns = [name for name in row.index if name not in {"geometry", "_row"}]
    title = row["name"] if "name" in row and pd.notna(row["name"]) else row[first] if first else ""
    lines = (
        f"{words.heading(name)}: {_cut(said(row[name], name))}"
        for name in columns[:_TIP_COLUMNS]
        if pd.notna(row[name])
    )
    return leaflet.tip_lines(_cut(str(title)), *lines)


def _cut(text: str) -> str:
    return text if len(text) <= _TIP_LENGTH else f"{text[: _TIP_LENGTH - 1]}…"
