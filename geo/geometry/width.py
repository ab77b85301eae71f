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


def wide(parts: Geometries, width_m: float) -> NDArray[np.bool_]:
    """
    Tell which polygons have room for a circle of this diameter: the opening test.

    The test itself shrinks the polygon by half the width and asks whether anything is left. GEOS
    3.14 now and then answers that nothing is, also for a part twice as wide (seen on coordinates
    on a millimetre grid). What comes out empty is therefore asked again for its largest inscribed
    circle, which is found another way. Both are slow, so two bounds answer first where they can,
    with A the area, P the perimeter, h the number of holes and r half the width:

    - no room if A < πr², the circle's own area;
    - room if A ≥ P·r + πr²(h − 1). The border of what is left after shrinking by t is at most
      P + 2πt(h − 1) long (Sz.-Nagy 1959, Über Parallelmengen nichtkonvexer ebener Bereiche);
      summed over t up to the largest circle's radius that is the area, so the radius is not
      under r. Without holes this is Bonnesen's inequality.

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
    shrunk = shapely.buffer(parts[open_], WIDTH_ROUNDING_M - radius, quad_segs=QUAD_SEGS)
    room[open_] = ~shapely.is_empty(shrunk)
    doubted = open_[shapely.is_empty(shrunk)]
    inscribed = shapely.maximum_inscribed_circle(parts[doubted], tolerance=CIRCLE_TOLERANCE_M)
    room[doubted] = shapely.length(inscribed) >= radius - WIDTH_ROUNDING_M
    return room
