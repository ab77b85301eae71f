"""The map of a site in print: the pack's layers around it as lines and areas, with a scale."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.growth.share import counts
from geo.report.map_marks import (
    draw_dots,
    draw_lines,
    draw_names,
    draw_north_arrow,
    draw_scale_bar,
    draw_surfaces,
    place,
)
from geo.styles import MUTED, PAPER, STYLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geopandas import GeoDataFrame
    from pandas import Series
    from shapely.geometry.base import BaseGeometry

    from geo.pack.read import Pack
    from geo.report.map_marks import DrawnFrame
    from geo.report.sheet import Sheet

# What is drawn, from the back to the front: names in geo.styles.STYLES, with the layer of each.
LAYER_OF: Final = {
    "neighbour": "municipality",
    "municipality": "municipality",
    "lake": "context",
    "river": "context",
    "growth_area": "growth_areas",
    "parcel": "parcels",
    "building": "buildings",
    "constraint_assess": "constraints",
    "constraint_exclude": "constraints",
    "road": "context",
    "rail": "context",
    "zone_outline": "zones",
    "regional_area": "growth_areas",  # an outline alone, mostly that of a zone too
    "station": "stations",
}

# A site that is a point is a full dot, for a ring would be hard to find.
DOTS: Final = {"drawn": replace(STYLES["drawn"], stroke=PAPER, weight=1.5, fill_opacity=1.0)}

# Plots and buildings would be a grey mass on smaller scales.
DETAIL_SCALE: Final = 20_000
_DETAILS: Final = frozenset({"parcels", "buildings"})

_TOLERANCE_MM: Final = 0.08  # finer than a printed line
_BLEED_MM: Final = 3.0  # drawn beyond the frame, so that cut edges do not show


def draw_map(
    sheet: Sheet, frame: DrawnFrame, site: BaseGeometry, pack: Pack, language: str
) -> list[str]:
    """
    Draw a site and what the pack has around it.

    Returns
    -------
    list
        What was drawn, as names in geo.styles.STYLES, for the legend: without what is not there.
    """
    with sheet.rect_clip(frame.x, frame.y, frame.width, frame.height):
        drawn = [kind for kind, shapes in _around(pack, frame) if _draw(sheet, frame, kind, shapes)]
        drawn += ["drawn"] if _draw(sheet, frame, "drawn", np.array([site])) else []
        draw_names(sheet, frame, site, pack)
    sheet.set_draw_color(MUTED)
    sheet.set_line_width(0.3)
    sheet.rect(frame.x, frame.y, frame.width, frame.height)
    draw_north_arrow(sheet, frame)
    draw_scale_bar(sheet, frame, language)
    return drawn


def _around(pack: Pack, frame: DrawnFrame) -> Iterator[tuple[str, Any]]:
    """Everything around a site from the back to the front, as names of styles with shapes."""
    for kind, layer in LAYER_OF.items():
        if not pack.has(layer) or (layer in _DETAILS and frame.scale > DETAIL_SCALE):
            continue
        if "synthetic" in pack.badges(layer):  # made up: no part of a report to be filed
            continue
        table = pack.layer(layer)
        yield kind, table.geometry.to_numpy()[_rows(kind, table, pack)]


def _rows(kind: str, table: GeoDataFrame, pack: Pack) -> Any:  # noqa: ANN401
    """Which rows of its layer are drawn as this kind."""
    if kind in {"municipality", "neighbour"}:
        own = _equal(table["municipality_no"], pack.municipality_no)
        return own if kind == "municipality" else ~own
    if kind in {"growth_area", "regional_area"}:
        counted = counts(table).to_numpy()
        return counted if kind == "growth_area" else ~counted
    if kind in {"constraint_exclude", "constraint_assess"}:
        return _equal(table["severity"], kind.removeprefix("constraint_"))
    if LAYER_OF[kind] == "context":
        return _equal(table["kind"], kind)
    return np.ones(len(table), dtype=bool)


def _equal(column: Series, value: Any) -> Any:  # noqa: ANN401  # what a column holds
    return column.eq(value).fillna(value=False).to_numpy(dtype=bool)


def _inside(shapes: Any, box: BaseGeometry) -> Any:  # noqa: ANN401  # an array of geometries
    """Parts of shapes within a box; shapes that it holds whole are left as they are."""
    west, south, east, north = box.bounds
    bounds = shapely.bounds(shapes)
    touching = (
        (bounds[:, 0] <= east)
        & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north)
        & (bounds[:, 3] >= south)
    )
    return shapely.intersection(shapes[touching], box)


def _draw(sheet: Sheet, frame: DrawnFrame, kind: str, shapes: Any) -> bool:  # noqa: ANN401
    """Draw shapes in one style; tell whether there were any."""
    parts = shapely.get_parts(shapely.force_2d(_inside(shapes, frame.box(_BLEED_MM))))
    parts = shapely.get_parts(parts)  # those of a collection may be multiparts themselves
    parts = parts[~shapely.is_empty(parts)]
    if not shapely.intersects(parts, frame.box()).any():
        return False
    style = STYLES[kind]
    simple = _simple(parts, frame)
    dimension = shapely.get_dimensions(simple)
    surfaces, lines, points = (simple[dimension == number] for number in (2, 1, 0))
    if len(surfaces):
        draw_surfaces(sheet, (_on_page(frame, shapely.get_rings(one)) for one in surfaces), style)
    if len(lines):
        draw_lines(sheet, (_on_page(frame, [one]) for one in lines), style)
    if len(points):
        draw_dots(sheet, (place(frame, one) for one in points), DOTS.get(kind, style))
    return True


def _on_page(frame: DrawnFrame, lines: Iterable[BaseGeometry]) -> Iterator[Any]:
    return (frame.on_page(shapely.get_coordinates(line)) for line in lines)


def _simple(parts: Any, frame: DrawnFrame) -> Any:  # noqa: ANN401
    # Without keeping topology, which takes long for a border with a million corners; what would
    # vanish is small and stays as it is.
    tolerance = _TOLERANCE_MM * frame.scale / 1000
    simple = shapely.simplify(parts, tolerance, preserve_topology=False)
    return shapely.get_parts(np.where(shapely.is_empty(simple), parts, simple))
