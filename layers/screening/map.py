"""The map of a screened site: constraints, growth areas, and the outline that would do better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import folium
import geopandas as gpd

from geo.schema import layers as schema
from layers.app import cache, texts
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.widgets import legend

if TYPE_CHECKING:
    from geo.screening.model import Screening
    from layers.app.shell import View

AROUND_M: Final = 150  # what the map shows beside a site


def show(view: View, found: Screening) -> None:
    """Show the site on the map, with what would better it."""
    site = gpd.GeoDataFrame(geometry=[found.geometry], crs=schema.CRS)
    around = site.assign(geometry=site.buffer(AROUND_M if found.area_m2 else 4 * AROUND_M))

    def draw() -> str:
        leaflet_map = maps.ground(view, around)
        if view.pack.has("constraints"):
            constraints = view.pack.layer("constraints")
            near = constraints.cx[slice(*_span(around, 0)), slice(*_span(around, 1))]
            for severity in schema.SEVERITIES:
                rows = near[near["severity"] == severity]
                kind = f"constraint_{severity}"
                leaflet.shapes(rows, kind, name=t(f"legend.{kind}")).add_to(leaflet_map)
        return leaflet.script(leaflet_map)

    key = ("screened", found.geometry.wkb_hex, view.version.pack_sha256, texts.language())
    moving = folium.FeatureGroup(name="moving", control=False)
    leaflet.shapes(site, "drawn", radius=8).add_to(moving)
    better = next((one.geometry for one in found.remedies if one.geometry is not None), None)
    if better is not None:
        outline = gpd.GeoDataFrame(geometry=[better], crs=schema.CRS)
        leaflet.shapes(outline, "better_outline").add_to(moving)
    leaflet.show(cache.map_script(key, draw), key="screened_map", height=430, moving=moving)
    legend.show(
        *("drawn", *(["better_outline"] if better is not None else [])),
        *("constraint_exclude", "constraint_assess", "growth_area", "zone_outline", "station"),
    )


def _span(frame: gpd.GeoDataFrame, axis: int) -> tuple[float, float]:
    bounds = frame.total_bounds
    return float(bounds[axis]) - 2000, float(bounds[axis + 2]) + 2000
