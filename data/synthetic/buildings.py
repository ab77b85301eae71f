"""Buildings: rectangles inside their plot, turned as the plot is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import affinity

from data.synthetic.frame import long_axis_deg
from data.synthetic.seeds import generator

if TYPE_CHECKING:
    from numpy.random import Generator
    from shapely import Polygon

    from data.synthetic.profiles import Profile

SETBACK_M: Final = 4.2  # plan- og bygningsloven § 29-4: 4 m, and a little for the rounding
GAP_M: Final = 9.0
MIN_FOOTPRINT_M2: Final = 90.0
MIN_SIDE_M: Final = 7.0
FLOOR_FACTOR: Final = 0.96  # walls and open storeys: BRA is a little below footprint · floors
MISSING_FLOORS_SHARE: Final = 0.06
MISSING_BRA_SHARE: Final = 0.12
HOUSING: Final = "1110"
HOUSING_FLOORS: Final = (1, 3)
HOUSING_COVER: Final = (0.07, 0.12)
LOW_RISE: Final = 3.0  # most buildings are low and few are tall: 1 would make all heights alike
SHRINK: Final = np.arange(1.0, 0.15, -0.06)


@dataclass(frozen=True)
class Building:
    """One building, values as in the layer buildings."""

    geometry: Polygon
    building_type: str
    floors: int | None
    gross_area_m2: float | None


def build(
    zone_id: str,
    plots: list[Polygon],
    purposes: list[str | None],
    vacant: list[bool],
    profile: Profile,
) -> list[Building]:
    """
    Put buildings on the plots that are not vacant.

    Parameters
    ----------
    zone_id
        Seeds the random numbers.
    plots
        Plots in map coordinates, EPSG:25832.
    purposes
        Arealformål of the plan at each plot; housing areas get housing.
    vacant
        Plots to leave empty.
    profile
        The zone's parameters.

    Returns
    -------
    list of Building
        In the order of the plots; each at least 4 m inside its plot.
    """
    rng = generator(zone_id, "buildings")
    found: list[Building] = []
    # One plot at a time: how many buildings fit, and where, differs from plot to plot.
    for plot, purpose, is_vacant in zip(plots, purposes, vacant, strict=True):
        if is_vacant:
            continue
        is_housing = purpose == HOUSING
        names, weights = list(profile.building_types), np.array([*profile.building_types.values()])
        kind = "bolig" if is_housing else str(rng.choice(names, p=weights / weights.sum()))
        lowest, highest = HOUSING_FLOORS if is_housing else profile.floors
        height = lowest + int((highest - lowest + 1) * rng.random() ** LOW_RISE)
        cover = rng.uniform(*(HOUSING_COVER if is_housing else profile.cover))
        footprints = _footprints(plot, cover, profile.building_cell_m, rng)
        found += [_describe(footprint, kind, height, rng) for footprint in footprints]
    return found


def _describe(footprint: Polygon, kind: str, floors: int, rng: Generator) -> Building:
    area = round(footprint.area * floors * FLOOR_FACTOR)
    known_floors = rng.random() >= MISSING_FLOORS_SHARE
    known_area = rng.random() >= MISSING_BRA_SHARE
    return Building(
        footprint, kind, floors if known_floors else None, float(area) if known_area else None
    )


def _footprints(plot: Polygon, cover: float, cell_m: float, rng: Generator) -> list[Polygon]:
    angle = long_axis_deg(plot)
    pivot = plot.centroid
    inner = affinity.rotate(plot, -angle, origin=pivot).buffer(-SETBACK_M)
    if inner.is_empty:
        return []
    x0, y0, x1, y1 = inner.bounds
    columns = max(1, round((x1 - x0) / cell_m))
    rows = max(1, round((y1 - y0) / cell_m))
    wanted = cover * plot.area / (columns * rows)
    found = []
    for west, east in _spans(x0, x1, columns):
        for south, north in _spans(y0, y1, rows):
            room = inner.intersection(shapely.box(west, south, east, north))
            footprint = _largest_fit(room, wanted * rng.uniform(0.85, 1.1))
            if footprint is not None:
                turned = affinity.rotate(footprint, angle, origin=pivot)
                found.append(shapely.transform(turned, lambda xy: np.round(xy, 2)))
    return found


def _spans(start: float, end: float, count: int) -> list[tuple[float, float]]:
    width = (end - start - GAP_M * (count - 1)) / count
    return [
        (start + i * (width + GAP_M), start + i * (width + GAP_M) + width) for i in range(count)
    ]


def _largest_fit(room: Polygon, wanted_m2: float) -> Polygon | None:
    if room.is_empty:
        return None
    x0, y0, x1, y1 = room.bounds
    width, height = x1 - x0, y1 - y0
    middle = room.centroid
    # Take the room's own proportions at the wanted size, then shrink until the room holds it.
    start = min(1.0, float(np.sqrt(wanted_m2 / (width * height))))
    for factor in SHRINK:
        half_x, half_y = width * start * factor / 2, height * start * factor / 2
        if 2 * min(half_x, half_y) < MIN_SIDE_M or 4 * half_x * half_y < MIN_FOOTPRINT_M2:
            return None
        candidate = shapely.box(
            middle.x - half_x, middle.y - half_y, middle.x + half_x, middle.y + half_y
        )
        if room.covers(candidate):
            return candidate
    return None
