"""
Maps in print, as SVG: a site, a zone or the municipality with what the pack has around it.

Nothing in the picture leads out of it, and it is in the font of the documents. `Map.entry` is what
a template sets by `map-of`; a writer of its own takes `Map.svg` and `Map.legend`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from geo.growth.share import counts
from geo.i18n import Amount, say
from geo.report import marks, sources
from geo.report.frame import SURROUNDINGS, Frame, Size
from geo.report.labels import Label, names_of, written
from geo.styles import MUTED, OUTSIDE_LAND, PAPER, STYLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import Series
    from shapely.geometry.base import BaseGeometry

    from geo.pack.read import Pack

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
PAGE_WIDE: Final = Size(174.0, 100.0)

_TOLERANCE_MM: Final = 0.08  # finer than a printed line
_BLEED_MM: Final = 3.0  # drawn beyond the frame, so that cut edges do not show


class Layout(NamedTuple):
    """
    How a map is laid out.

    Attributes
    ----------
    surroundings
        Height of the map, in heights of what it is about; 1.1 leaves a rim.
    labels
        Names that are written before those of stations and zones, where there is room.
    clear
        What no name is to be written on.
    without
        Kinds of `LAYER_OF` that are not to be drawn.
    """

    size: Size = PAGE_WIDE
    surroundings: float = SURROUNDINGS
    labels: Sequence[Label] = ()
    clear: BaseGeometry | None = None
    without: Collection[str] = ()


class Symbol(NamedTuple):
    """A row of a map's legend."""

    kind: str
    name: str
    svg: bytes


@dataclass(frozen=True)
class Map:
    """
    A map that is drawn.

    Attributes
    ----------
    scale
        On paper, where the picture has its size in millimetres.
    kinds
        What is on it, as names in geo.styles.STYLES, from the back to the front.
    dots
        Those of them that are dots.
    layers
        Of the pack, which it is drawn from.
    """

    svg: bytes
    size: Size
    scale: float
    kinds: tuple[str, ...]
    dots: frozenset[str]
    layers: tuple[str, ...]

    def legend(self, language: str, names: Mapping[str, str] | None = None) -> list[Symbol]:
        """Return what is on the map from the front to the back; `names` stand for the usual."""
        said = names or {}
        return [
            Symbol(
                kind,
                said.get(kind) or say(f"legend.{kind}", language),
                self._symbol(kind),
            )
            for kind in reversed(self.kinds)
        ]

    def caption(self, pack: Pack, language: str) -> str:
        """Return the scale and the sources, as they stand below the map."""
        return say(
            "report.map_caption",
            language,
            scale=self._scale(language),
            sources=sources.of_layers(pack, self.layers, language),
        )

    def alt(self, subject: str, language: str, names: Mapping[str, str] | None = None) -> str:
        """Return what the map shows in words, for who does not see it."""
        listed = ", ".join(
            one.name[:1].lower() + one.name[1:] for one in self.legend(language, names)
        )
        return say(
            "report.map_alt", language, subject=subject, scale=self._scale(language), shown=listed
        )

    def entry(
        self,
        name: str,
        subject: str,
        pack: Pack,
        language: str,
        *,
        names: Mapping[str, str] | None = None,
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Return what a template sets by `map-of`, and the pictures that go with it."""
        pictures, legend = {f"{name}.svg": self.svg}, []
        for symbol in self.legend(language, names):
            picture = f"legend-{symbol.kind}-{symbol.kind in self.dots}.svg"
            pictures[picture] = symbol.svg
            legend.append({"name": symbol.name, "picture": picture})
        said = {
            "picture": f"{name}.svg",
            "alt": self.alt(subject, language, names),
            "legend": legend,
            "caption": self.caption(pack, language),
        }
        return said, pictures

    def _symbol(self, kind: str) -> bytes:
        dot = kind in self.dots
        style = DOTS.get(kind, STYLES[kind]) if dot else STYLES[kind]
        return marks.symbol_svg(kind, style, dot=dot)

    def _scale(self, language: str) -> str:
        return f"1:{Amount(self.scale).say(language)}"


def map_svg(
    pack: Pack,
    about: BaseGeometry,
    front: Mapping[str, Sequence[BaseGeometry]],
    language: str,
    *,
    layout: Layout | None = None,
) -> Map:
    """
    Draw a map, with a scale bar and an arrow to the north.

    Parameters
    ----------
    pack
        Whose layers lie around and below, but for made-up ones.
    about
        What the map shows whole, in EPSG:25832.
    front
        What lies above, from the back to the front: shapes by a name in geo.styles.STYLES.
    """
    layout = layout or Layout()
    size = layout.size
    frame = Frame.around(about, size, surroundings=layout.surroundings)
    drawn: dict[str, str] = {}
    dots = set()
    around = (one for one in _around(pack, frame) if one[0] not in layout.without)
    for kind, shapes in (*around, *((kind, np.array(of)) for kind, of in front.items())):
        parts = _parts(shapes, frame)
        if len(parts):
            drawn[kind] = drawn.pop(kind, "") + _mark(parts, frame, kind)  # the front comes last
            dots |= {kind} if not shapely.get_dimensions(parts).any() else set()
    named = (*layout.labels, *names_of(pack))
    svg = marks.drawing(
        *size,
        [
            marks.rectangle((0, 0), *size, f'fill="{OUTSIDE_LAND}"'),
            *drawn.values(),
            *written(named, frame, layout.clear),
            marks.north_arrow(frame),
            marks.scale_bar(frame, language),
            marks.rectangle((0, 0), *size, f'fill="none" stroke="{MUTED}" stroke-width="60"'),
        ],
    )
    layers = dict.fromkeys(LAYER_OF[kind] for kind in drawn if kind in LAYER_OF)
    return Map(svg, size, frame.scale, tuple(drawn), frozenset(dots), tuple(layers))


def _around(pack: Pack, frame: Frame) -> Iterator[tuple[str, Any]]:
    """Everything around a subject from the back to the front, as names of styles with shapes."""
    for kind, layer in LAYER_OF.items():
        if not pack.has(layer) or (layer in _DETAILS and frame.scale > DETAIL_SCALE):
            continue
        if "synthetic" in pack.badges(layer):  # made up: no part of a report to be filed
            continue
        table = pack.layer(layer)
        yield kind, table.geometry.to_numpy()[_rows(kind, table, pack)]


def _rows(kind: str, table: GeoDataFrame, pack: Pack) -> Any:  # noqa: ANN401  # a mask
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


def _parts(shapes: Any, frame: Frame) -> Any:  # noqa: ANN401  # arrays of geometries
    """Parts of shapes that the frame shows, with what its edge is cut from; none if none."""
    if not len(shapes):
        return shapes
    parts = shapely.get_parts(shapely.force_2d(_inside(shapes, frame.box(_BLEED_MM))))
    parts = shapely.get_parts(parts)  # those of a collection may be multiparts themselves
    parts = parts[~shapely.is_empty(parts)]
    return parts if shapely.intersects(parts, frame.box()).any() else parts[:0]


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


def _mark(parts: Any, frame: Frame, kind: str) -> str:  # noqa: ANN401  # as above
    """Draw parts in the style of a kind."""
    style = STYLES[kind]
    simple = _simple(parts, frame)
    dimension = shapely.get_dimensions(simple)
    areas, lines, points = (simple[dimension == number] for number in (2, 1, 0))
    rings = ([_on_paper(ring, frame) for ring in shapely.get_rings(one)] for one in areas)
    return (
        marks.surfaces(rings, kind, style)
        + marks.lines((_on_paper(line, frame) for line in lines), style)
        + marks.dots(_on_paper(points, frame), DOTS.get(kind, style))
    )


def _on_paper(shapes: Any, frame: Frame) -> Any:  # noqa: ANN401  # shapes in, positions out
    return frame.on_paper(shapely.get_coordinates(shapes))


def _simple(parts: Any, frame: Frame) -> Any:  # noqa: ANN401  # as above
    # Without keeping topology, which takes long for a border with a million corners; what would
    # vanish is small and stays as it is.
    tolerance = _TOLERANCE_MM * frame.scale / 1000
    simple = shapely.simplify(parts, tolerance, preserve_topology=False)
    return shapely.get_parts(np.where(shapely.is_empty(simple), parts, simple))
