"""The opening test: which polygons have room for a circle of a given diameter."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Geometries


# A: an arc of a buffer is drawn with eight chords a quarter circle, PostGIS's default; the corner
# of a 15 m buffer is then 0.6 % smaller than a true quarter circle.
QUAD_SEGS: Final = 8


WIDTH_ROUNDING_M: Final = 0.001


CIRCLE_TOLERANCE_M: Final = 0.1  # how far the largest circle's radius may be underestimated
# A guess of it that is this much finer than half the width settles nearly all that is too narrow.
_GUESS: Final = 0.2


def wide(parts: Geometries, width_m: float) -> NDArray[np.bool_]:
    """
    Tell which polygons have room for a circle of this diameter: the opening test.

    The test itself shrinks the polygon by half the width and asks whether anything is left. GEOS
    3.14 now and then answers that nothing is, also for a part twice as wide (seen on coordinates
    on a millimetre grid). What comes out empty is therefore asked again for its largest inscribed
    circle, which is found another way. Both are slow, so bounds answer first where they can, with
    A the area, P the perimeter, h the number of holes and r half the width:

    - no room if A < πr², the circle's own area;
    - room if A ≥ P·r + πr²(h − 1). The border of what is left after shrinking by t is at most
      P + 2πt(h − 1) long (Sz.-Nagy 1959, Über Parallelmengen nichtkonvexer ebener Bereiche);
      summed over t up to the largest circle's radius that is the area, so the radius is not
      under r. Without holes this is Bonnesen's inequality;
    - room if anything is left of it shrunk with mitred corners, which takes away at least as much
      as round ones do and is quicker to draw;
    - no room if a rough search for the largest circle, which tells how far off it may be, finds
      one that is smaller by more than that.

    Parameters
    ----------
    parts
        (n,) single polygons in metres.
    width_m
        0 lets everything pass.

    Returns
    -------
    ndarray
        (n,)
    """
    radius = width_m / 2
    if radius <= WIDTH_ROUNDING_M:
        return np.ones(len(parts), dtype=bool)
    area: NDArray[Any] = shapely.area(parts)
    holes = shapely.get_num_interior_rings(parts)
    circle = pi * radius * radius  # ** raises on absurd widths, where * is infinite
    room: NDArray[np.bool_] = area >= shapely.length(parts) * radius + circle * (holes - 1)
    room &= area >= circle
    # The shrunken shape's arcs lie inside the true ones: a chord may pass what an arc would not,
    # by 0.5 % of the width at most. A circle drawn with chords has less than the area of one.
    open_ = np.flatnonzero(~room & (area >= circle * 0.99))
    least = radius - WIDTH_ROUNDING_M
    room[open_] = ~shapely.is_empty(shapely.buffer(parts[open_], -least, join_style="mitre"))
    open_ = open_[~room[open_]]
    guess = shapely.maximum_inscribed_circle(parts[open_], tolerance=_GUESS * radius)
    open_ = open_[shapely.length(guess) + _GUESS * radius >= least * 0.99]
    room[open_] = ~shapely.is_empty(shapely.buffer(parts[open_], -least, quad_segs=QUAD_SEGS))
    open_ = open_[~room[open_]]
    inscribed = shapely.maximum_inscribed_circle(parts[open_], tolerance=CIRCLE_TOLERANCE_M)
    room[open_] = shapely.length(inscribed) >= least
    return room
