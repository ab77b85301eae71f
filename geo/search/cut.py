"""A piece of the wished size cut out of a part that is too large, at the end where one comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.geometry.overlay import mitred, own, quiet
from geo.geometry.width import wide
from geo.land.rules import AREA_ROUNDING_M2, MIN_PART_M2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely import Point, Polygon
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Floats, Geometries

# The piece is of the wished size, and never under it: a wish for at least 40 daa is then met by a
# piece of 40. On a map it is the same size.
_EXACT_M2: Final = 0.5 * AREA_ROUNDING_M2
_TOUCHES_M: Final = 0.001
# A: sides of the pieces that are tried, along and across the part: squares and up to 2 to 1, and
# strips from border to border, which leave the rest in one piece.
_THROUGH: Final = float("inf")
_SIDES: Final = ((1.0, 1.0), (1.0, 2.0), (2.0, 1.0), (1.0, _THROUGH), (_THROUGH, 1.0))
# A: a piece that leaves the rest in several has to be this much more compact to be preferred.
_SPLIT_COSTS: Final = 0.7
_GUESSES: Final = 12  # by what was held so far; then the interval is halved
_CLOSED_M: Final = 1e-9  # an interval that is left: what it holds less of than is exact


@dataclass(frozen=True)
class CutOut:
    """
    A piece that was cut out, and what is left of the part.

    Attributes
    ----------
    piece
        Inside the part, in one piece.
    rest_m2
        All that is left, in the plane.
    rest_parts
        How many pieces of it are large and wide enough to be a free part themselves.
    """

    piece: Polygon
    rest_m2: float
    rest_parts: int


def cut_out(
    part: Polygon, area_m2: float, toward: BaseGeometry | None, min_width_m: float
) -> CutOut | None:
    """
    Cut a piece of a size out of a part; the same part gives the same piece.

    It begins where the part is nearest to the goal and grows from there, as a rectangle that
    follows the part's own directions, until it is large enough. Of several the most compact is
    taken. Where the part is narrower than the least width it is left out, if there is room beside.

    Parameters
    ----------
    part
        In metres.
    area_m2
        Wished, in the plane; smaller than the part.
    toward
        Where one comes from; None for the part's widest place.
    min_width_m
        The piece has room for a circle of this diameter.

    Returns
    -------
    CutOut | None
        Of `area_m2`, and up to a thousandth of a m² more; None where no such piece was found.
    """
    part = own(np.array([part], dtype=object))[0]
    if not 0 < area_m2 < part.area:
        return None
    for field in _fields(part, area_m2, toward, min_width_m):
        for start in _starts(field, toward):
            grown = (_grown(field, start, sides, area_m2) for sides in _SIDES)
            pieces = np.array([piece for piece in grown if piece is not None], dtype=object)
            pieces = pieces[wide(pieces, min_width_m)] if len(pieces) else pieces
            if len(pieces):
                return _best(part, pieces, min_width_m)
    return None


def _fields(
    part: Polygon, area_m2: float, toward: BaseGeometry | None, min_width_m: float
) -> Iterator[Polygon]:
    """Where the part is wide, nearest first, and then all of it."""
    half = min_width_m / 2
    with quiet():
        inner = mitred(np.array([part], dtype=object), -half)
        open_ = shapely.intersection(mitred(inner, half), part)
    roomy = [one for one in _polygons(open_[0]) if one.area > area_m2]
    if toward is None:
        yield from sorted(roomy, key=lambda one: -one.area)
    else:
        yield from sorted(roomy, key=lambda one: (shapely.distance(one, toward), -one.area))
    yield part


def _starts(field: Polygon, toward: BaseGeometry | None) -> Iterator[Point]:
    if toward is not None:
        yield shapely.get_point(shapely.shortest_line(field, toward), 0)
    yield shapely.get_point(shapely.maximum_inscribed_circle(field, tolerance=1.0), 0)


def _grown(
    field: Polygon, start: Point, sides: tuple[float, float], area_m2: float
) -> Polygon | None:
    """Grow a rectangle around the start until what it holds of the field is of the size."""
    middle = shapely.get_coordinates(start)[0]
    farthest = float(shapely.hausdorff_distance(field, start)) + 1.0
    reach = farthest * max(one for one in sides if one != _THROUGH)
    along, across = _directions(field)
    # What goes from border to border is as long as anything can be.
    scale = [2 * reach if one == _THROUGH else one for one in sides]
    through = [one == _THROUGH for one in sides]

    def near(size: float, within: BaseGeometry) -> Geometries:
        half = [scale[k] if through[k] else scale[k] * size for k in range(2)]
        a, b = along * half[0], across * half[1]
        box = shapely.polygons([middle + a + b, middle - a + b, middle - a - b, middle + a - b])
        found = np.array(_polygons(shapely.intersection(within, box)), dtype=object)
        return found[shapely.distance(found, start) <= _TOUCHES_M]

    goal = area_m2 + _EXACT_M2 / 2
    low, high = 0.0, 2 * farthest
    short, over = -goal, field.area - goal  # how far what they hold is from it; all, in the end
    within: BaseGeometry = field
    step, last = 0, 0
    with quiet():
        while over >= -_EXACT_M2 / 2 and high - low > _CLOSED_M:
            step += 1
            guess = low - short * (high - low) / (over - short) if over > short else low
            size = guess if step <= _GUESSES and low < guess < high else (low + high) / 2
            pieces = near(size, within)
            areas = shapely.area(pieces)
            off = float(areas.max(initial=0.0)) - goal
            if abs(off) <= _EXACT_M2 / 2:
                piece: Polygon = pieces[int(areas.argmax())]
                return piece
            side = 1 if off > 0 else -1
            # An end that has stayed twice weighs half: else one end might stay for ever (Illinois).
            if side > 0:
                # What a smaller one holds, lies in what this one does, which is simpler.
                high, over, within = size, off, shapely.MultiPolygon(list(pieces))
                short *= 0.5 if last == side else 1.0
            else:
                low, short = size, off
                over *= 0.5 if last == side else 1.0
            last = side
    return None  # two fields met, and the size was passed at once


def _directions(field: Polygon) -> tuple[Floats, Floats]:
    """Unit vectors along and across the narrowest rectangle around the field."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(field))
    edges = np.diff(corners[:3], axis=0)
    long = edges[int(np.argmax(np.hypot(*edges.T)))]
    along = long / np.hypot(*long)
    return along, np.array([-along[1], along[0]])


def _best(part: Polygon, pieces: Geometries, min_width_m: float) -> CutOut:
    with quiet():
        rests = [_polygons(shapely.difference(part, piece)) for piece in pieces]
    found = []
    for piece, rest in zip(pieces, rests, strict=True):
        large = np.array([one for one in rest if one.area >= MIN_PART_M2], dtype=object)
        usable = int(wide(large, min_width_m).sum()) if len(large) else 0
        compact = 16 * piece.area / piece.length**2  # 1 for a square
        found.append((compact * (_SPLIT_COSTS if usable > 1 else 1.0), usable))
    best = max(range(len(pieces)), key=lambda k: (round(found[k][0], 6), -k))
    left = sum(one.area for one in rests[best])
    return CutOut(pieces[best], float(left), found[best][1])


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(shape)
    return [one for one in parts if one.geom_type == "Polygon" and not one.is_empty]
