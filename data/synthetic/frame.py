"""The local coordinate frame of a zone: turned to its long axis, its streets gently curved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Geometry

    Coordinates = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """
    A turned and bent frame; x runs along the streets.

    Parameters
    ----------
    origin
        Map coordinates of the frame's origin, metres in EPSG:25832.
    angle_deg
        Direction of the x axis, counter-clockwise from east.
    bend_m, wave_m
        Height and length of the wave that the streets follow; 0 gives straight streets.
    """

    origin: tuple[float, float]
    angle_deg: float
    bend_m: float
    wave_m: float

    def to_local(self, geometry: Geometry) -> Geometry:
        """Map coordinates → straightened local coordinates."""
        return shapely.transform(geometry, self._local)

    def to_map(self, geometry: Geometry) -> Geometry:
        """Local coordinates → map coordinates in whole centimetres."""
        return shapely.transform(geometry, self._map)

    def _local(self, xy: Coordinates) -> Coordinates:
        cos, sin = np.cos(np.radians(self.angle_deg)), np.sin(np.radians(self.angle_deg))
        moved = xy - np.asarray(self.origin)
        x = moved[:, 0] * cos + moved[:, 1] * sin
        y = moved[:, 1] * cos - moved[:, 0] * sin
        return np.column_stack([x, y - self._wave(x)])

    def _map(self, xy: Coordinates) -> Coordinates:
        cos, sin = np.cos(np.radians(self.angle_deg)), np.sin(np.radians(self.angle_deg))
        x, y = xy[:, 0], xy[:, 1] + self._wave(xy[:, 0])
        turned = np.column_stack([x * cos - y * sin, x * sin + y * cos])
        return np.round(turned + np.asarray(self.origin), 2)

    def _wave(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        # A pure shift of y, so that areas are kept and the inverse is exact.
        return self.bend_m * np.sin(2 * np.pi * x / self.wave_m)


def frame_of(outline: Geometry, angle_deg: float | None, bend_m: float, wave_m: float) -> Frame:
    """Frame at the outline's centre; without an angle, along its longest side."""
    if angle_deg is None:
        angle_deg = long_axis_deg(outline)
    centre = outline.centroid
    return Frame((round(centre.x), round(centre.y)), angle_deg, bend_m, wave_m)


def long_axis_deg(outline: Geometry) -> float:
    """Direction of the long side of the smallest turned rectangle, degrees, to one decimal."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(outline))
    sides = np.diff(corners, axis=0)
    dx, dy = sides[np.hypot(sides[:, 0], sides[:, 1]).argmax()]
    return round(float(np.degrees(np.arctan2(dy, dx))) % 180, 1)
