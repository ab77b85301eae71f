"""Areas (FLATE) from the borders that they refer to, and from borders alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.intake.sosi.faults import ObjectError
from geo.intake.sosi.shapes import GapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geo.intake.sosi.shapes import Shapes

    Points = NDArray[Any]

_A_RING: Final = 4  # points
_MOST_SORTED: Final = 5_000  # curves of one border that are put in order for the one who wrote it
# What the names of borders have in them: RpGrense, Takkant, Planomriss.
_OF_BORDERS: Final = ("grens", "kant", "omriss", "avgrens", "delelinje")


def outlines(shapes: Shapes, number: int) -> tuple[list[Points], list[Points]]:
    """
    Return the rings of an area: its own and those of its islands.

    Returns
    -------
    tuple
        Shell and holes; and the rings of what is to be taken out beside, several areas that may
        have a border in common, which holes may not.

    Raises
    ------
    ObjectError
        If it has no border that closes.
    """
    outer, islands = shapes.references(number)
    holes, areas = [], []
    for island in islands:
        within = [serial for serial in island if shapes.is_area(number, serial)]
        areas += [_outline(shapes, shapes.resolved(number, serial)) for serial in within]
        rest = [serial for serial in island if serial not in set(within)]
        if rest:
            holes.append(_ring(shapes, number, rest))
    shell = _outline(shapes, number, outer)
    return ([shell, *holes], areas) if len(areas) > 1 else ([shell, *holes, *areas], [])


def polygons(outlined: Sequence[tuple[list[Points], list[Points]]]) -> NDArray[Any]:
    """Make the polygons of many areas at once."""
    rings = [ring for own, _ in outlined for ring in own]
    if not rings:
        return np.empty(0, object)
    owners = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    made = np.asarray(shapely.linearrings(np.concatenate(rings), indices=owners))
    owners = np.repeat(np.arange(len(outlined)), [len(own) for own, _ in outlined])
    found = np.asarray(shapely.polygons(made, indices=owners))
    for row, (_, areas) in enumerate(outlined):
        if areas:
            taken = shapely.union_all([shapely.Polygon(ring) for ring in areas])
            found[row] = shapely.difference(found[row], taken)
    return found


def _outline(shapes: Shapes, number: int, outer: list[int] | None = None) -> Points:
    outer = shapes.references(number)[0] if outer is None else outer
    if outer:
        return _ring(shapes, number, outer)
    points = shapes.own(number)
    if len(points) >= _A_RING and (points[0] == points[-1]).all():
        shapes.document.notes.add(
            "finding.sosi_own_border",
            shapes.document.name(number),
            line=shapes.document.line(number),
        )
        return points
    raise ObjectError("finding.sosi_no_border")


def _ring(shapes: Shapes, number: int, serials: list[int]) -> Points:
    parts = shapes.parts(number, serials)
    try:
        ring = shapes.chained(parts, ring=True)
    except GapError:
        ring = _in_order(parts)
        shapes.document.notes.add(
            "finding.sosi_turned", shapes.document.name(number), line=shapes.document.line(number)
        )
    if len(ring) < _A_RING:
        raise ObjectError("finding.sosi_few_points", count=len(ring), needed=_A_RING)
    if shapes.slack:
        ring = ring.copy()
        ring[-1] = ring[0]
    return ring


def _in_order(parts: list[Points]) -> Points:
    """Find the only ring that curves make, whatever their order and direction; else re-raise."""
    if len(parts) <= _MOST_SORTED:
        lines = [shapely.LineString(part) for part in parts]
        polygons, cuts, dangles, invalid = shapely.polygonize_full(lines)
        rings = shapely.get_parts(polygons)
        left = [shapely.get_num_geometries(one) for one in (cuts, dangles, invalid)]
        if len(rings) == 1 and not any(left) and not shapely.get_num_interior_rings(rings[0]):
            return shapely.get_coordinates(shapely.get_exterior_ring(rings[0]))
    raise  # noqa: PLE0704  # the gap, which its caller is handling


def may_border(name: str) -> bool:
    """Tell whether objects of a type are borders, by its name."""
    return any(word in name.lower() for word in _OF_BORDERS)


def closed(curves: Iterable[Points]) -> tuple[NDArray[Any], int]:
    """
    Make areas of borders that no area refers to.

    Returns
    -------
    tuple
        The polygons between the borders, each place in one of them at most, and how many of the
        curves border none.
    """
    lines = [shapely.LineString(points) for points in curves]
    polygons, *_ = shapely.polygonize_full(lines)
    faces = shapely.get_parts(polygons)
    if not len(faces):
        return faces, len(lines)
    edges = shapely.union_all(shapely.boundary(faces))
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    idle = shapely.distance(middles, edges) > 1e-6  # noqa: PLR2004  # metres, of rounding
    return faces, int(np.count_nonzero(idle))
