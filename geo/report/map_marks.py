"""What a printed map is made of: its frame and scale, lines and dots, names, bar and arrow."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from fpdf.drawing import GraphicsContext, PaintedPath
from fpdf.drawing_primitives import color_from_hex_string
from fpdf.enums import PathPaintRule

from geo import i18n
from geo.report.sheet import line_height
from geo.styles import INK, PAPER, Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.pack.read import Pack
    from geo.report.sheet import Sheet

    Shapes = Iterable[Iterable[NDArray[np.float64]]]

Place = tuple[float, float]

# What the map shows around a site, at least; a point says nothing of its surroundings by itself.
LEAST_HEIGHT_M: Final = 700.0
SURROUNDINGS: Final = 1.9  # height of the map, in heights of the site
_STEPS: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 10.0)

_MM_PER_PIXEL: Final = 0.19  # of the styles' line widths: print shows finer lines than a screen
_POINT_MM: Final = 1.3
_LABEL_SIZE: Final = 7.0
_BAR_STEPS: Final = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class DrawnFrame:
    """
    Where on the page the map is, and what it shows.

    Attributes
    ----------
    x, y, width, height
        Millimetres from the page's upper left corner.
    scale
        How many millimetres in the land are one on paper.
    west, north
        The upper left corner in EPSG:25832.
    """

    x: float
    y: float
    width: float
    height: float
    scale: float
    west: float
    north: float

    @classmethod
    def around(cls, shape: BaseGeometry, corner: Place, width: float, height: float) -> DrawnFrame:
        """Return the frame that shows a site with its surroundings, at a round scale."""
        west, south, east, north = shape.bounds
        needed = max(LEAST_HEIGHT_M, SURROUNDINGS * (north - south))
        needed = max(needed, SURROUNDINGS * (east - west) * height / width)
        scale = _round_up(needed * 1000 / height)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        return cls(
            *corner,
            width,
            height,
            scale,
            middle_x - width / 2 * scale / 1000,
            middle_y + height / 2 * scale / 1000,
        )

    def box(self, bleed: float = 0.0) -> BaseGeometry:
        """Return what is shown in EPSG:25832, with a margin of so many millimetres on paper."""
        metres = self.scale / 1000
        return shapely.box(
            self.west - bleed * metres,
            self.north - (self.height + bleed) * metres,
            self.west + (self.width + bleed) * metres,
            self.north + bleed * metres,
        )

    def on_page(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) positions in EPSG:25832 as millimetres on the page."""
        moved = (positions - (self.west, self.north)) * (1000 / self.scale)
        return moved * (1, -1) + (self.x, self.y)


def draw_symbol(sheet: Sheet, style: Style, place: Place, *, dot: bool = False) -> None:
    """Draw a legend's symbol, 6 mm wide and 3 mm high, with its upper left corner in `place`."""
    x, y = place
    if dot:
        draw_dots(sheet, [(x + 3, y + 1.5)], style)
    elif style.fill is None:
        draw_lines(sheet, [[np.array([[x, y + 1.5], [x + 6, y + 1.5]])]], style)
    else:
        ring = np.array([[x, y], [x + 6, y], [x + 6, y + 3], [x, y + 3], [x, y]])
        draw_surfaces(sheet, [[ring]], style)


def draw_surfaces(sheet: Sheet, shapes: Shapes, style: Style) -> None:
    """Draw surfaces, each with its rings (mm on the page), in one style."""
    _draw_paths(sheet, [_path(rings, closed=True) for rings in shapes], style)


def draw_lines(sheet: Sheet, shapes: Shapes, style: Style) -> None:
    """Draw lines (mm on the page) in one style."""
    unfilled = replace(style, fill=None)
    _draw_paths(sheet, [_path(lines, closed=False) for lines in shapes], unfilled)


def draw_dots(sheet: Sheet, middles: Iterable[Place], style: Style) -> None:
    """Draw full dots in one style."""
    dots = []
    for middle in middles:
        dot = PaintedPath()
        dot.circle(*middle, _POINT_MM)
        dots.append(dot)
    _draw_paths(sheet, dots, style)


def _path(lines: Iterable[NDArray[np.float64]], *, closed: bool) -> PaintedPath:
    path = PaintedPath()
    path.style.auto_close = closed
    for line in lines:
        first, *rest = line.tolist()
        path.move_to(*first)
        for position in rest:
            path.line_to(*position)
        if closed:
            path.close()
    return path


def _draw_paths(sheet: Sheet, paths: Iterable[PaintedPath], style: Style) -> None:
    # One context has the style for all: a style of its own for every path takes twice as long.
    context = GraphicsContext()
    look = context.style
    look.stroke_color = color_from_hex_string(style.stroke)
    look.stroke_width = style.weight * _MM_PER_PIXEL
    look.stroke_join_style = "round"
    look.paint_rule = PathPaintRule.STROKE
    if style.dash:
        look.stroke_dash_pattern = tuple(float(n) * _MM_PER_PIXEL for n in style.dash.split())
    if style.fill is not None:
        look.fill_color = color_from_hex_string(style.fill)
        look.fill_opacity = style.fill_opacity
        # A hole stays a hole whichever way it runs.
        look.paint_rule = PathPaintRule.STROKE_FILL_EVENODD
    for path in paths:
        context.add_item(path, clone=False)
    with sheet.drawing_context() as drawing:
        drawing.add_item(context, clone=False)


def draw_names(sheet: Sheet, frame: DrawnFrame, site: BaseGeometry, pack: Pack) -> None:
    """Write the names of zones and stations where they neither lie on the site nor on another."""
    box = frame.box()
    bounds = np.array(site.bounds).reshape(2, 2)
    corners = frame.on_page(bounds)
    taken = [(*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())]
    for name in ("stations", "zones"):
        if not pack.has(name):
            continue
        layer = pack.layer(name)
        shown = shapely.intersection(layer.geometry.to_numpy(), box)
        for shape, said in zip(shown, layer["name"], strict=True):
            if shape is None or shape.is_empty or pd.isna(said):
                continue
            x, y = place(frame, shapely.point_on_surface(shape))
            text = sheet.fitted(said, 45, _LABEL_SIZE)
            half, height = (
                sheet.width_of(text, _LABEL_SIZE, bold=name == "zones") / 2 + 0.8,
                line_height(_LABEL_SIZE),
            )
            y += _POINT_MM + 0.4 if name == "stations" else -height / 2
            rect = (x - half, y, x + half, y + height)
            if not _free(rect, taken, frame):
                continue
            taken.append(rect)
            with sheet.local_context(fill_opacity=0.75):
                sheet.set_fill_color(PAPER)
                sheet.rect(x - half, y, 2 * half, height, style="F")
            sheet.put((x, y), text, _LABEL_SIZE, align="C", bold=name == "zones")


def _free(rect: tuple[float, ...], taken: Iterable[tuple[float, ...]], frame: DrawnFrame) -> bool:
    west, top, east, bottom = rect
    inside = (
        west > frame.x
        and east < frame.x + frame.width
        and top > frame.y
        and bottom < frame.y + frame.height - 9  # the scale bar's
    )
    return inside and not any(
        west < other[2] and east > other[0] and top < other[3] and bottom > other[1]
        for other in taken
    )


def draw_north_arrow(sheet: Sheet, frame: DrawnFrame) -> None:
    """Draw an arrow to the north in the upper right corner."""
    x, y = frame.x + frame.width - 7, frame.y + 3
    with sheet.local_context(fill_opacity=0.8):
        sheet.set_fill_color(PAPER)
        sheet.rect(x - 4, y - 1.5, 8, 12, style="F")
    arrow = np.array([[x, y], [x + 2, y + 6], [x, y + 4.6], [x - 2, y + 6], [x, y]])
    draw_surfaces(sheet, [[arrow]], Style(PAPER, INK, weight=1, fill_opacity=1.0))
    sheet.put((x, y + 6), "N", 8, bold=True, align="C")


def draw_scale_bar(sheet: Sheet, frame: DrawnFrame, language: str) -> None:
    """Draw a bar of a round length in the lower left corner."""
    metres = _bar_length(frame.width / 4 * frame.scale / 1000)
    length = metres * 1000 / frame.scale
    x, y = frame.x + 4, frame.y + frame.height - 4
    said = i18n.number(metres, language)
    unit = "m"
    if metres >= 1000:  # noqa: PLR2004  # a kilometre
        said, unit = i18n.number(metres / 1000, language), "km"
    with sheet.local_context(fill_opacity=0.8):
        sheet.set_fill_color(PAPER)
        sheet.rect(x - 1.5, y - 5.2, length + 14, 6.7, style="F")
    sheet.set_fill_color(INK)
    sheet.set_draw_color(INK)
    sheet.set_line_width(0.2)
    sheet.rect(x, y - 1, length / 2, 1, style="FD")
    sheet.rect(x + length / 2, y - 1, length / 2, 1, style="D")
    sheet.put((x, y - 4.6), "0", 7)
    sheet.put((x + length, y - 4.6), f"{said}\N{NO-BREAK SPACE}{unit}", 7)


def _bar_length(most: float) -> float:
    """Return the longest round length (1, 2 or 5 times a power of ten) within so many metres."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in _BAR_STEPS if step * power <= most)


def _round_up(scale: float) -> float:
    power = 10.0 ** math.floor(math.log10(scale))
    return min(step * power for step in _STEPS if step * power >= scale * (1 - 1e-9))


def place(frame: DrawnFrame, point: BaseGeometry) -> Place:
    """Return where a point lies on the page."""
    x, y = frame.on_page(shapely.get_coordinates(point)[:1])[0].tolist()
    return x, y
