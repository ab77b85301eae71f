"""Maps of a Word document: a picture with its legend below, for a writer that has no templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import shapely

from geo.report import marks, typeface
from geo.report.frame import Size
from geo.report.labels import Label
from geo.report.map import Layout, map_svg
from geo.report.typesetting import png
from geo.report.word.elements import WIDTH_MM
from geo.schema.coercion import quote
from geo.styles import PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.report.account.paper import Paper
    from geo.report.map import Map, Symbol
    from geo.report.model import ZoneFacts

_MAP: Final = Size(float(WIDTH_MM), 95.0)
_SURROUNDINGS: Final = 1.25  # height of the map, in heights of what it is about
_PIXELS: Final = 1600  # of a picture's width: 240 an inch on paper
_ROW: Final = 4.6  # of the legend, in millimetres
_GAP: Final = 5.0  # between two entries
_OPENING: Final = re.compile(rb' width="[^"]*" height="[^"]*"')


def put(paper: Paper, svg: bytes, *, alt: str, caption: str) -> None:
    """Show a drawing; `alt` says what it shows to who cannot see it."""
    paper.word.picture(png(svg, width_px=_PIXELS), alt=alt, caption=caption)


def of_zone(paper: Paper, zone: ZoneFacts) -> None:
    """Show a zone with what lies around it."""
    name = paper.name(zone.name)
    if zone.geometry is None or zone.geometry.is_empty:
        paper.word.paragraph(paper.t("report.map_nowhere"))
        return
    _show(paper, [Label(name, zone.geometry)], name, paper.t("account_report.map_of", zone=name))


def of_zones(paper: Paper) -> None:
    """Show all zones; nothing where there are none."""
    zones = [
        Label(paper.name(zone.name), zone.geometry)
        for zone in paper.facts.zones
        if zone.geometry is not None and not zone.geometry.is_empty
    ]
    if zones:
        caption = paper.t("account_report.map_of_all")
        _show(paper, zones, quote(paper.facts.workspace.pack.name), caption)


def _show(paper: Paper, zones: list[Label], subject: str, title: str) -> None:
    pack = paper.facts.workspace.pack
    outlines = [one.shape for one in zones]
    drawn = map_svg(
        pack,
        shapely.union_all(outlines),
        {"zone_outline": outlines},
        paper.language,
        layout=Layout(size=_MAP, surroundings=_SURROUNDINGS, labels=zones),
    )
    said = f"{paper.with_mark(title, 'zone')}. {drawn.caption(pack, paper.language)}"
    whole = _with_legend(drawn, drawn.legend(paper.language))
    put(paper, whole, alt=drawn.alt(subject, paper.language), caption=said)


def _with_legend(drawn: Map, symbols: Sequence[Symbol]) -> bytes:
    """Draw a map with what is on it named below."""
    width, height = drawn.size
    wide, tall = marks.SYMBOL
    x, y, below = 0.0, height + 2.0, []
    for symbol in symbols:
        name = typeface.printable(symbol.name)
        needed = wide + 1.5 + typeface.width_of(name, marks.LABEL_SIZE)
        if x and x + needed > width:
            x, y = 0.0, y + _ROW
        below.append(_at(symbol.svg, (x, y), (wide, tall)))
        below.append(marks.words((x + wide + 1.5, y - 0.1), [name], anchor="start"))
        x += needed + _GAP
    whole = y + _ROW
    ground = marks.rectangle((0, 0), width, whole, f'fill="{PAPER}"')
    return marks.drawing(width, whole, [ground, _at(drawn.svg, (0, 0), drawn.size), *below])


def _at(svg: bytes, corner: tuple[float, float], size: tuple[float, float]) -> str:
    """Return a drawing as a part of another, in its place."""
    (x, y), (width, height) = (
        tuple(round(one * marks.UNITS) for one in pair) for pair in (corner, size)
    )
    place = f' x="{x}" y="{y}" width="{width}" height="{height}"'
    return _OPENING.sub(place.encode(), svg, count=1).decode()
