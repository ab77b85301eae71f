"""What a map shows and at which scale: from metres in the land to millimetres on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import shapely

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

# What a map shows around its subject, at least; a point says nothing of its surroundings by itself.
LEAST_HEIGHT_M: Final = 700.0
SURROUNDINGS: Final = 1.9  # height of the map, in heights of the site
_STEPS: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 10.0)


class Size(NamedTuple):
    """Of a map on paper, in millimetres."""

    width: float
    height: float


@dataclass(frozen=True)
class Frame:
    """
    What a map shows, measured in millimetres from its own upper left corner.

    Attributes
    ----------
    width, height
        Millimetres on paper.
    scale
        How many millimetres in the land are one on paper.
    west, north
        The upper left corner in EPSG:25832.
    """

    width: float
    height: float
    scale: float
    west: float
    north: float

    @classmethod
    def around(
        cls, shape: BaseGeometry, size: Size, *, surroundings: float = SURROUNDINGS
    ) -> Frame:
        """Return the frame that shows a shape with its surroundings, at a round scale."""
        west, south, east, north = shape.bounds
        width, height = size
        needed = max(LEAST_HEIGHT_M, surroundings * (north - south))
        needed = max(needed, surroundings * (east - west) * height / width)
        scale = _round_up(needed * 1000 / height)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        return cls(
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

    def on_paper(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) positions in EPSG:25832 as millimetres on paper."""
        return (positions - (self.west, self.north)) * (1000 / self.scale) * (1, -1)


def _round_up(scale: float) -> float:
    power = 10.0 ** math.floor(math.log10(scale))
    return min(step * power for step in _STEPS if step * power >= scale * (1 - 1e-9))
