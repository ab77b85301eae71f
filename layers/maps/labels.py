"""Words and numbers on a map: the names of areas, and round markers with a number."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import folium

from layers.app import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

_ABOVE: Final = 10_000  # more than a map is high, in pixels


def names(frame: GeoDataFrame, column: str, *, within: bool = False) -> folium.FeatureGroup:
    """
    Return the names of areas, written at a point inside each of them, the largest area's first.

    Where two would collide the browser moves the later one, or leaves it out (`frame.js`). With
    `within` a name is written where its area has room for it, else not: of areas that fill the map
    one that is moved would stand in another's.
    """
    group = folium.FeatureGroup(name=texts.t("map.labels"))
    largest_first = frame.iloc[(-frame.geometry.area).argsort(kind="stable")]
    bounds = largest_first.to_crs(4326).bounds
    widths = list((bounds["maxx"] - bounds["minx"]).round(4)) if within else None
    return _written(largest_first, column, "place-label", group, widths=widths)


def numbers(frame: GeoDataFrame, column: str) -> folium.FeatureGroup:
    """Return a round marker with its number for each row, at a point inside it; first on top."""
    return _written(frame, column, "number-label", folium.FeatureGroup(control=False), above=_ABOVE)


def counts(frame: GeoDataFrame, column: str) -> folium.FeatureGroup:
    """Return how many a marker stands for, written in it."""
    return _written(frame, column, "count-label", folium.FeatureGroup(control=False))


def _written(
    frame: GeoDataFrame,
    column: str,
    kind: str,
    group: folium.FeatureGroup,
    *,
    above: int = 0,
    widths: Sequence[float] | None = None,
) -> folium.FeatureGroup:
    spots = frame.geometry.representative_point().to_crs(4326)
    for place, (text, spot) in enumerate(zip(frame[column], spots, strict=True)):
        room = f' data-degrees="{widths[place]}"' if widths else ""
        icon = folium.DivIcon(html=f"<span{room}>{html.escape(str(text))}</span>", class_name=kind)
        # Leaflet would have the southernmost on top.
        z = above * (len(spots) - place)
        # Words to look at: no stop on the way through the page by keyboard.
        marker = folium.Marker(
            (spot.y, spot.x), icon=icon, interactive=False, keyboard=False, z_index_offset=z
        )
        marker.add_to(group)
    return group
