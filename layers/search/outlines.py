"""Outlines of a list of hits on the map: as fine as so many corners let them be, each clickable."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from branca.element import MacroElement
from folium.template import Template

from layers.app import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from shapely import LinearRing, MultiPolygon

    from geo.geometry.overlay import Geometries

FINEST_M: Final = 0.5  # where a metre is less than a pixel
# A: corners of all outlines together. A list of blocks of a town has sixty thousand.
MOST_CORNERS: Final = 3_000
_COARSER: Final = 1.5  # times the tolerance, until there are no more
_HOLE: Final = 4  # a hole that is less than so many times the tolerance wide is not drawn
_UNIT: Final = 1e5  # parts of a degree: about 1 m


@dataclass(frozen=True)
class Outlines:
    """
    Outlines of hits.

    Attributes
    ----------
    tolerance_m
        Metres that what is drawn may lie off the outline itself.
    written
        Each hit in a sixth of the bytes of GeoJSON: its polygons divided by ``|``, their rings by
        ``;``, the outer one first, and the corners' east and north in `_UNIT` of a degree
        (EPSG:4326) by spaces; each but the first as the step from the one before.
    """

    tolerance_m: float
    written: tuple[str, ...]


def outlines(hits: GeoDataFrame) -> Outlines:
    """Draw polygons in metres with at most `MOST_CORNERS`, as far as simplifying leads there."""
    tolerance, drawn = FINEST_M, hits.geometry
    while True:
        shapes = _without_small_holes(drawn.simplify(tolerance).to_numpy(), tolerance * _HOLE)
        corners = int(shapely.get_num_coordinates(shapes).sum())
        few = 5 * int(shapely.get_num_geometries(shapes).sum())  # a box each: no more is to be had
        if corners <= max(MOST_CORNERS, few):
            break
        tolerance *= _COARSER
    there = hits.set_geometry(shapes, crs=hits.crs).geometry.to_crs(4326)
    return Outlines(tolerance, tuple(map(_written, there)))


def _without_small_holes(shapes: Geometries, width_m: float) -> Geometries:
    polygons, of = shapely.get_parts(shapes, return_index=True)
    rings, owner = shapely.get_rings(polygons, return_index=True)
    kept = np.diff(owner, prepend=-1) > 0  # the outer one is the first of each
    kept |= shapely.area(shapely.polygons(rings)) >= width_m**2
    cut = np.asarray(shapely.polygons(rings[kept], indices=owner[kept]))
    return np.asarray(shapely.multipolygons(cut, indices=of))


def _written(shape: MultiPolygon) -> str:
    return "|".join(";".join(map(_steps, (one.exterior, *one.interiors))) for one in shape.geoms)


def _steps(ring: LinearRing) -> str:
    corners = np.round(shapely.get_coordinates(ring) * _UNIT).astype(int)
    steps = np.diff(corners, axis=0, prepend=0)
    moved = steps.any(axis=1)  # rounded, two corners may be one
    return " ".join(map(str, steps[moved].ravel().tolist()))


class OutlinesDrawn(MacroElement):  # type: ignore[misc]  # folium has no types
    """
    Outlines on the map, each with an id that a click tells and lines that a pointer shows.

    As `layers.maps.leaflet.clickable`, in a tenth of its bytes.

    Parameters
    ----------
    drawn, ids, tips
        One after the other; the lines of a tip are text, and the first is its title.
    kind
        Names their style.
    """

    _template = Template(
        """{% macro script(this, kwargs) %}
        (() => {
          const ring = written => {
            const steps = written.split(" ").map(Number);
            let x = 0, y = 0;
            return Array.from({length: steps.length / 2}, (_, k) =>
              [(x += steps[2 * k]) / {{ this.unit }}, (y += steps[2 * k + 1]) / {{ this.unit }}]);
          };
          L.geoJson({{ this.told|tojson }}.map(([id, [title, ...lines], written]) => ({
            type: "Feature",
            properties: {id, kind: {{ this.kind|tojson }},
                         tip: [`<b>${title}</b>`, ...lines].join("<br>")},
            geometry: {type: "MultiPolygon",
                       coordinates: written.split("|").map(one => one.split(";").map(ring))},
          })), {
            style: () => ({{ this.path|tojson }}),
            onEachFeature: (feature, layer) => layer.bindTooltip(
              `<div>${feature.properties.tip}</div>`, {sticky: true, className: "foliumtooltip"}),
          }).addTo({{ this._parent.get_name() }});
        })();
        {% endmacro %}"""
    )

    def __init__(
        self, drawn: Outlines, kind: str, ids: Sequence[str], tips: Sequence[Sequence[str]]
    ) -> None:
        super().__init__()
        lines = [[html.escape(line) for line in tip] for tip in tips]
        self.told = list(zip(ids, lines, drawn.written, strict=True))
        self.kind, self.unit = kind, int(_UNIT)
        self.path = style.STYLES[kind].leaflet()
        # For the legend and the table of the map, which are read off it.
        self.kinds, self.count = (kind,), len(ids)
        self.tips = tuple("<br>".join([f"<b>{tip[0]}</b>", *tip[1:]]) for tip in lines)
