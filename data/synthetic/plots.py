"""Plots: streets cut a zone into blocks, and blocks are split until plots have their size."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.synthetic.frame import Frame, frame_of
from data.synthetic.seeds import generator

if TYPE_CHECKING:
    from numpy.random import Generator
    from shapely import Polygon

    from data.synthetic.profiles import LargeSite, Profile

GRID_M: Final = 0.01
MIN_PLOT_M2: Final = 800.0
REMNANT_SHARE: Final = 0.3
MIN_WIDTH_M: Final = 18.0
MIN_BLOCK_HALF_WIDTH_M: Final = 9.0
ROW_JITTER: Final = 0.18
BLOCK_JITTER: Final = 0.3
SPLIT_FROM, SPLIT_TO = 0.38, 0.62
SIZE_SPREAD: Final = 0.45  # of the logarithm: most plots within a factor of 1.6


@dataclass(frozen=True)
class Cell:
    """A block with half of the streets around it, in the zone's local frame."""

    row: int
    box: Polygon


@dataclass(frozen=True)
class Layout:
    """
    The plot pattern of one zone.

    Attributes
    ----------
    frame
        The zone's local frame.
    outline
        The zone in that frame.
    cells
        Blocks with their half streets; together they cover the outline.
    plots
        Plots in the local frame, rows from south to north.
    large
        For each plot, whether it is part of a large site (the airfield).
    large_site
        The large site in the local frame, or None.
    """

    frame: Frame
    outline: Polygon
    cells: list[Cell]
    plots: list[Polygon]
    large: list[bool]
    large_site: Polygon | None


def lay_out(zone_id: str, outline: Polygon, profile: Profile) -> Layout:
    """Cut one zone (EPSG:25832) into blocks and plots."""
    rng = generator(zone_id, "plots")
    frame = frame_of(outline, profile.angle_deg, profile.bend_m, profile.wave_m)
    local = frame.to_local(shapely.segmentize(outline, 50))
    cells = _cells(local, profile, rng)
    buildable = local.buffer(-profile.street_m / 2)
    large_site = None
    plots: list[Polygon] = []
    large: list[bool] = []
    if profile.large_site:
        wanted = _large_site(frame, profile.large_site)
        large_site = _between_rows(wanted, cells, profile).intersection(buildable)
        buildable = buildable.difference(large_site.buffer(profile.street_m, join_style="mitre"))
        parts = _strips(large_site, profile.large_site.parts, profile)
        plots += parts
        large += [True] * len(parts)
    for cell in cells:
        block = cell.box.buffer(-profile.street_m / 2, join_style="mitre").intersection(buildable)
        for part in _polygons(block):
            if part.buffer(-MIN_BLOCK_HALF_WIDTH_M).is_empty:
                continue
            found = _shared_vertices(_split(part, profile, rng), profile)
            plots += found
            large += [False] * len(found)
    return Layout(frame, local, cells, plots, large, large_site)


def _cells(outline: Polygon, profile: Profile, rng: Generator) -> list[Cell]:
    x0, y0, x1, y1 = outline.bounds
    rows = _cuts(y0, y1, profile.block_depth_m, ROW_JITTER, rng)
    cells = []
    for row, (south, north) in enumerate(itertools.pairwise(rows)):
        columns = _cuts(x0, x1, profile.block_length_m, BLOCK_JITTER, rng)
        for west, east in itertools.pairwise(columns):
            box = shapely.box(west, south, east, north)
            if box.intersects(outline):
                cells.append(Cell(row, box))
    return cells


def _cuts(start: float, end: float, step: float, jitter: float, rng: Generator) -> list[float]:
    # Fit a whole number of steps, so that no thin row is left over at the far edge.
    count = max(1, round((end - start) / step))
    steps = rng.uniform(1 - jitter, 1 + jitter, count)
    return [start, *(start + (end - start) * np.cumsum(steps) / steps.sum()).tolist()]


def _split(polygon: Polygon, profile: Profile, rng: Generator) -> list[Polygon]:
    area = polygon.area
    small_enough = area <= profile.plot_m2 * rng.lognormal(0, SIZE_SPREAD)
    if (small_enough and area <= profile.max_plot_m2) or area < 2 * profile.min_plot_m2:
        return [polygon]
    x0, y0, x1, y1 = polygon.bounds
    ratio = rng.uniform(SPLIT_FROM, SPLIT_TO)
    if x1 - x0 >= y1 - y0:
        cut = x0 + ratio * (x1 - x0)
        boxes = [shapely.box(x0, y0, cut, y1), shapely.box(cut, y0, x1, y1)]
    else:
        cut = y0 + ratio * (y1 - y0)
        boxes = [shapely.box(x0, y0, x1, cut), shapely.box(x0, cut, x1, y1)]
    halves = [part for box in boxes for part in _polygons(polygon.intersection(box))]
    return [plot for half in halves for plot in _split(half, profile, rng)]


def _shared_vertices(plots: list[Polygon], profile: Profile) -> list[Polygon]:
    # A plot gets a vertex where its neighbour has a corner: then bending the frame and rounding
    # move both alike, and neighbours neither overlap nor leave gaps.
    borders = shapely.union_all([plot.boundary for plot in plots], grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    faces = sorted(faces, key=lambda face: (round(face.centroid.y), round(face.centroid.x)))
    return [face for face in faces if _is_usable(face, profile)]


def _is_usable(plot: Polygon, profile: Profile) -> bool:
    # Where a street meets the zone's edge at an angle, corners are left that nobody builds on.
    wide = not plot.buffer(-MIN_WIDTH_M / 2).is_empty
    return wide and plot.area >= max(MIN_PLOT_M2, REMNANT_SHARE * profile.min_plot_m2)


def _large_site(frame: Frame, site: LargeSite) -> Polygon:
    half_x, half_y = site.length_m / 2, site.width_m / 2
    centre = shapely.get_coordinates(frame.to_local(shapely.Point(site.east, site.north)))[0]
    return shapely.box(
        centre[0] - half_x, centre[1] - half_y, centre[0] + half_x, centre[1] + half_y
    )


def _between_rows(site: Polygon, cells: list[Cell], profile: Profile) -> Polygon:
    # Moved to the nearest streets, so that no strip too thin for a plot is left beside it.
    x0, y0, x1, y1 = site.bounds
    rows = np.array(sorted({edge for cell in cells for edge in cell.box.bounds[1::2]}))
    south, north = (rows[np.abs(rows - edge).argmin()] for edge in (y0, y1))
    return shapely.box(x0, south + profile.street_m / 2, x1, north - profile.street_m / 2)


def _strips(site: Polygon, parts: int, profile: Profile) -> list[Polygon]:
    x0, y0, x1, y1 = site.bounds
    cuts = np.linspace(x0, x1, parts + 1)
    boxes = [shapely.box(a, y0, b, y1) for a, b in itertools.pairwise(cuts)]
    pieces = [part for box in boxes for part in _polygons(site.intersection(box))]
    return _shared_vertices(pieces, profile)


def _polygons(geometry: shapely.Geometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
