"""
Whether a rectangle of a × b metres fits inside a polygon, turned as needed.

For one direction `geo.geometry.rectangle_fit` tells where the centre may be, once
`geo.geometry.rectangle_fit` has ruled out
most of it quickly. For all of them the half turn is searched by branch and bound: an interval of
directions is ruled out when a rectangle that lies in every turned one does not fit at its middle,
and halved otherwise.
"""

from __future__ import annotations

from math import asin, ceil, pi, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from geo.geometry.overlay import THREADS, in_threads, own, polygonal
from geo.geometry.rectangle_fit import (
    border,
    clear_of_edges,
    inside_only,
    moved,
    own_directions,
    rectangles_at,
    room_between,
    roomy,
)
from geo.geometry.rectangle_spans import Directions
from geo.geometry.width import CIRCLE_TOLERANCE_M, QUAD_SEGS

if TYPE_CHECKING:
    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.geometry.rectangle_fit import Border

# A plot of exactly a × b metres has room for the rectangle, however its coordinates were rounded.
# So the sides may be this much shorter than asked: as little as the reserve's own rounding.
ROUNDING_M: Final = 0.001
# A rectangle is surely found where one larger by this much on each side would fit too.
TOLERANCE_M: Final = 0.5
_FEWEST, _MOST = 8, 90  # intervals to begin with, by how long the rectangle is for its width
_BLOCK: Final = 256  # polygons a task at most
_SHARED: Final = 32  # from so many polygons, a task for each thread
# GEOS straightens dents of up to 1 % of a buffer's width before it draws it. So what is shrunk is
# shrunk by less than half the rectangle's width, that no place is lost.
_SURELY: Final = 0.98


class _Shapes(NamedTuple):
    """Polygons about their own middle, and where on the map that is."""

    geometry: Geometries
    middle: Floats


def placed(parts: Geometries, length_m: float, width_m: float) -> Geometries:
    """
    Place a rectangle inside each polygon, where it fits.

    Parameters
    ----------
    parts
        (n,) valid single polygons in metres, holes allowed; None and empty ones hold nothing.
    length_m, width_m
        Sides, positive, in any order.

    Returns
    -------
    ndarray
        (n,) rectangles, each covered by its polygon (checked) and with sides at most `ROUNDING_M`
        shorter than asked; None where none was found. Where none is found, no rectangle that is
        `TOLERANCE_M` larger on both sides fits.
    """
    found = np.full(len(parts), None, dtype=object)
    long, short = max(length_m, width_m) - ROUNDING_M, min(length_m, width_m) - ROUNDING_M
    if short <= 0:
        return found
    rows = np.flatnonzero(shapely.area(parts) >= long * short)

    def place(block: Rows) -> None:
        shapes = _about_middle(parts[block])
        boxes = _search(shapes.geometry, long, short)
        hit = np.flatnonzero(~shapely.is_missing(boxes))
        found[block[hit]] = moved(boxes[hit], shapes.middle[hit])

    tasks = max(ceil(len(rows) / _BLOCK), THREADS if len(rows) >= _SHARED else 1)
    in_threads(place, np.array_split(rows, tasks))
    return found


def _search(shapes: Geometries, long: float, short: float) -> Geometries:
    """Rectangle in each polygon, or None."""
    found = np.full(len(shapes), None, dtype=object)
    # Most polygons with much room show it at once, along their longest edges.
    shapely.prepare(shapes)
    own_spans = own_directions(shapes)
    for spot in (shapely.centroid, shapely.point_on_surface):
        own_spans = own_spans.only(shapely.is_missing(found[own_spans.row]))
        spots = shapely.get_coordinates(spot(shapes))
        _try(shapes, own_spans, spots[own_spans.row], (long, short), found)
    left = np.flatnonzero(shapely.is_missing(found))
    # A rectangle has room for a circle as wide as itself: no polygon without one is shrunk in vain.
    circle = shapely.maximum_inscribed_circle(shapes[left], tolerance=CIRCLE_TOLERANCE_M)
    wide = shapely.length(circle) >= short / 2 * _SURELY - CIRCLE_TOLERANCE_M
    left, circle = left[wide], circle[wide]
    middle = np.zeros((len(shapes), 2))
    middle[left] = shapely.get_coordinates(shapely.get_point(circle, 0))
    own_spans = own_spans.only(np.isin(own_spans.row, left))
    _try(shapes, own_spans, middle[own_spans.row], (long, short), found)
    left = left[shapely.is_missing(found[left])]
    places, cores, owner = _wide_places(shapes[left], long, short)
    boxes = np.full(len(places), None, dtype=object)
    points = border(places, short)
    _along_edges(places, points, (long, short), boxes)
    _branch(places, points, cores, (long, short), boxes)
    hit = np.flatnonzero(~shapely.is_missing(boxes))
    found[left[owner[hit]]] = boxes[hit]
    return found


def _along_edges(
    shapes: Geometries, points: Border, sides: tuple[float, float], found: Geometries
) -> None:
    """Try the directions of the longest edges: most rectangles that fit at all, fit there."""
    spans = own_directions(shapes)
    circle = shapely.maximum_inscribed_circle(shapes, tolerance=CIRCLE_TOLERANCE_M)
    spots = shapely.get_coordinates(shapely.get_point(circle, 0))
    _try(shapes, spans, spots[spans.row], sides, found)
    while spans.row.size:
        spans = spans.only(shapely.is_missing(found[spans.row]))
        first = np.diff(spans.row, prepend=-1) != 0
        _narrowed(shapes, points, spans.only(first), sides, sides, found)
        spans = spans.only(~first)


def _wide_places(
    shapes: Geometries, long: float, short: float
) -> tuple[Geometries, Geometries, Rows]:
    """
    Cut each polygon down to the places that are wide enough, which are simpler.

    A rectangle's middle line stays half its width from the border. So the line lies in one
    component of the shrunken polygon, the core, and the rectangle within √½ of its width around
    that. The polygons are known to have room for a circle as wide as the rectangle. Returns the
    places, their cores, and the polygon that each is from.
    """
    shrunk = polygonal(shapely.buffer(shapes, -short / 2 * _SURELY, quad_segs=QUAD_SEGS))
    cores, owner = shapely.get_parts(shrunk, return_index=True)
    roomy_ = 2 * shapely.minimum_bounding_radius(cores) >= (long - short) * _SURELY
    roomy_ &= ~shapely.is_empty(cores)
    cores, owner = cores[roomy_], owner[roomy_]
    # A circle drawn with chords has less than its reach: 0.5 % with eight a quarter.
    around = shapely.buffer(
        shapely.convex_hull(cores), short * sqrt(0.5) / _SURELY, quad_segs=QUAD_SEGS
    )
    places = polygonal(shapely.intersection(shapes[owner], around))
    # Cut so, one polygon may fall in several.
    places, core = shapely.get_parts(places, return_index=True)
    large = shapely.area(places) >= long * short
    places, cores, owner = places[large], cores[core[large]], owner[core[large]]
    # What GEOS shrinks to nothing by mistake (`geo.geometry.width.wide`) is searched as a whole.
    lost = np.flatnonzero(shapely.is_empty(shrunk))
    places, cores = (np.concatenate([those, shapes[lost]]) for those in (places, cores))
    shapely.prepare(places)
    return places, cores, np.concatenate([owner, lost])


def _branch(
    shapes: Geometries,
    points: Border,
    cores: Geometries,
    sides: tuple[float, float],
    found: Geometries,
) -> None:
    """Search the half turn for a rectangle where none is found yet, and put it in `found`."""
    long, short = sides
    rows = np.flatnonzero(shapely.is_missing(found))
    count = min(max(ceil(pi / 2 / asin(min(1.0, short / long / 8))), _FEWEST), _MOST)
    half = pi / 2 / count
    middles = (2 * np.arange(count) + 1) * half
    spans = Directions(np.repeat(rows, count), np.tile(middles, len(rows)))
    while spans.row.size:
        # The middle line lies in the core, turned from the interval's middle by half of it at most.
        spans = spans.only(roomy(cores, spans, (long - short) * np.cos(half) * _SURELY, 0.0))
        # A rectangle this much smaller lies in every one turned by at most half the interval.
        less = long - short * np.sin(half), short - long * np.sin(half)
        if less[1] <= 0:
            spans = spans.only(roomy(shapes, spans, less[0], 0.0))
        else:
            spans = _narrowed(shapes, points, spans, less, sides, found)
        if long * np.sin(half) <= TOLERANCE_M:
            _narrowed(shapes, points, spans, sides, sides, found)
            break
        half /= 2
        spans = Directions(
            np.repeat(spans.row, 2), (spans.angle[:, np.newaxis] + [-half, half]).ravel()
        )
        spans = spans.only(shapely.is_missing(found[spans.row]))


def _narrowed(
    shapes: Geometries,
    points: Border,
    spans: Directions,
    less: tuple[float, float],
    sides: tuple[float, float],
    found: Geometries,
) -> Directions:
    """
    Keep the directions in which the lesser rectangle fits and the whole one is not yet found.

    Where the lesser one fits, the whole one is tried about the same centre.
    """
    spans = spans.only(roomy(shapes, spans, *less))
    if not spans.row.size:
        return spans
    room, boxes = room_between(points, spans, *less)
    spans, boxes = spans.only(room), boxes.only(room)
    row, spots = inside_only(shapes, spans, clear_of_edges(shapes, spans, boxes, *less))
    _try(shapes, Directions(spans.row[row], spans.angle[row]), spots, sides, found)
    open_ = np.isin(np.arange(len(spans.row)), row)
    return spans.only(open_ & shapely.is_missing(found[spans.row]))


def _try(
    shapes: Geometries,
    spans: Directions,
    centres: Floats,
    sides: tuple[float, float],
    found: Geometries,
) -> None:
    """Keep the rectangles about these centres (turned back) that their polygons cover."""
    boxes = rectangles_at(centres, spans.angle, *sides)
    fits = np.flatnonzero(shapely.covers(shapes[spans.row], boxes))
    found[spans.row[fits]] = boxes[fits]


def _about_middle(parts: Geometries) -> _Shapes:
    """Copies with their middle at the origin, where coordinates are exact to far below 1 mm."""
    mine = own(parts)
    bounds = shapely.bounds(mine)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    return _Shapes(moved(mine, -middle), middle)
