"""Directions in which a rectangle is tried, and where its centre may be in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Rows


class Boxes(NamedTuple):
    """(k, 2) lowest and highest place of a centre, turned so that the rectangle lies along it."""

    low: Floats
    high: Floats

    def only(self, wanted: NDArray[np.bool_]) -> Boxes:
        """Keep some of them."""
        return Boxes(self.low[wanted], self.high[wanted])


class Directions(NamedTuple):
    """Directions to look in: (k,) row of the polygon, and radians of the long side."""

    row: Rows
    angle: Floats

    def only(self, wanted: NDArray[np.bool_]) -> Directions:
        """Keep some of them."""
        return Directions(self.row[wanted], self.angle[wanted])
