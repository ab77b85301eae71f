"""
Plots cut by plan areas and zones, and what happens on each piece of land.

A piece is one plot ∩ one plan area with business purpose ∩ one zone; it remembers all three. All
that is measured on it adds up, so a plot, a zone and the municipality are sums of pieces. What is
free is judged by contiguous parts of a plot, across borders of plans and zones.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay
from geo.geometry.width import QUAD_SEGS
from geo.land.owners import SHRED_M2
from geo.land.parts import parts_of, sum_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.geometry.polygons import PolygonLayer
    from geo.land.rules import ReserveRules


# GEOS 3.14 may lose a whole building in a buffer narrower than coordinates are exact; and no
# distance under a millimetre is meant on a map.
NO_BUFFER_M: Final = 0.001


@dataclass(frozen=True)
class BusinessLand:
    """
    Business land to share out: plan area ∩ zone.

    Attributes
    ----------
    polygons
        (n,) they do not overlap, for the newest plan and the last zone win.
    plan_row, zone_row
        (n,) rows of the two frames.
    """

    polygons: PolygonLayer
    plan_row: Rows
    zone_row: Rows


@dataclass(frozen=True)
class Obstacles:
    """
    What stands or lies on the land.

    Attributes
    ----------
    buildings
        (n,) footprints.
    bra_m2
        (n,) floor area of each building; NaN where it is unknown.
    water
        Lakes and rivers.
    excluding
        Constraints that exclude building, or None where no constraints are mapped.
    """

    buildings: PolygonLayer
    bra_m2: Floats
    water: PolygonLayer
    excluding: PolygonLayer | None


@dataclass(frozen=True)
class Measured:
    """
    Pieces, their geometry (None = the whole plot) and the reserve parts.

    The parts are WKB: as geometries they would take as much memory as the plots themselves.
    `shreds` are what was too small for a piece: plan_row, zone_row, area_m2.
    """

    pieces: pd.DataFrame
    geometry: Geometries
    parts: pd.DataFrame
    part_wkb: NDArray[np.object_]
    shreds: pd.DataFrame


def _untold(_done: int, _all: int) -> None:
    return


# Who is told how many plots are done, of how many; nobody, unless somebody asks by `telling`.
_TOLD: Final[ContextVar[Callable[[int, int], None]]] = ContextVar("told", default=_untold)
_AFTERWARDS: Final = 0.15  # A: what comes after the plots, as a part of the time that they take


@contextmanager
def telling(tell: Callable[[int, int], None]) -> Iterator[None]:
    """Have `tell` told within the block how far an account is: plots done, and of how many."""
    token = _TOLD.set(tell)
    try:
        yield
    finally:
        _TOLD.reset(token)


def measure(
    plots: PolygonLayer,
    sites: BusinessLand,
    ground: Obstacles,
    rules: ReserveRules,
    *,
    scale: Floats | None = None,
    measured: bool = True,
) -> Measured:
    """
    Cut the plots into pieces and share out every piece: built, excluded, dropped, reserve.

    Of land that is built and under water it is built, as it is with land under a constraint.

    Parameters
    ----------
    plots, sites, ground
        In the same metric reference system.
    rules
        Buffer, minimum part and minimum width.
    scale
        (n,) of the plots: what areas in the plane are multiplied by to be those on the ground, on
        which the rules are too (`geo.geometry.scale`); None where the two are the same.
    measured
        Measure built and excluded land by intersections of its own, so that the balance checks
        one computation against another. Otherwise they are what the subtraction took away, which
        takes about half the time.

    Returns
    -------
    Measured
        `pieces` has plot_row, plan_row, zone_row, gross_m2, built_m2, excluded_m2 (with water_m2;
        NaN if no constraints are mapped), water_m2, dropped_m2, reserve_m2, footprint_m2,
        existing_bra_m2 (NaN if a building's floor area is unknown); `parts` has plot_row,
        zone_row, area_m2.
    """
    factors = np.ones(len(plots.geometry)) if scale is None else scale
    tell, lock, done_so_far = _TOLD.get(), threading.Lock(), [0]
    everything = round(len(plots.geometry) * (1 + _AFTERWARDS))

    def work(rows: Rows) -> Measured:
        found = _measure_block(rows, plots, sites, ground, rules, factors, measured=measured)
        with lock:
            done_so_far[0] += len(rows)
            tell(done_so_far[0], everything)
        return found

    # The last, empty block gives the columns of a result without any land.
    done = [
        *overlay.in_threads(work, overlay.blocks(plots.bounds)),
        work(np.empty(0, dtype=np.int64)),
    ]
    return Measured(
        pd.concat([block.pieces for block in done], ignore_index=True),
        np.concatenate([block.geometry for block in done]),
        pd.concat([block.parts for block in done], ignore_index=True),
        np.concatenate([block.part_wkb for block in done]),
        pd.concat([block.shreds for block in done], ignore_index=True),
    )


def _measure_block(
    rows: Rows,
    plots: PolygonLayer,
    sites: BusinessLand,
    ground: Obstacles,
    rules: ReserveRules,
    factors: Floats,
    *,
    measured: bool,
) -> Measured:
    bounds = plots.bounds[rows]
    window = overlay.window(bounds) if rows.size else np.full(4, np.nan)
    site_row = sites.polygons.near(window)
    plot, site, pieces, whole = overlay.intersect(
        overlay.own(plots.geometry[rows]), overlay.own(sites.polygons.geometry[site_row])
    )
    gross = shapely.area(pieces)
    real = gross >= SHRED_M2
    of_shred = site_row[site[~real]]
    shreds = pd.DataFrame(
        {
            "plan_row": sites.plan_row[of_shred],
            "zone_row": sites.zone_row[of_shred],
            "area_m2": gross[~real],
        }
    )
    plot, site, pieces, whole = plot[real], site[real], pieces[real], whole[real]
    gross = gross[real]
    plot_row, site = rows[plot], site_row[site]
    zone_row = sites.zone_row[site]
    tree = shapely.STRtree(pieces)

    scale = factors[plot_row]
    buffer_m = rules.building_buffer_m / np.sqrt(scale)  # in the plane
    widest_m = float(buffer_m.max(initial=rules.building_buffer_m))
    near = ground.buildings.near(window, margin_m=widest_m)
    footprints = overlay.own(ground.buildings.geometry[near])
    building, piece = tree.query(footprints, predicate="dwithin", distance=widest_m)
    built_up, shapes = _surroundings(footprints, piece, building, buffer_m)
    built = np.zeros(len(pieces))
    unbuilt = overlay.subtract(
        pieces, shapes, built_up, np.arange(len(shapes)), covered=built if measured else None
    )
    if not measured:
        built = gross - shapely.area(unbuilt)
    del shapes

    water, dry = _taken(unbuilt, ground.water, window, measured=measured)
    excluded, free = np.full(len(pieces), np.nan), dry
    if ground.excluding is not None:
        bound, free = _taken(dry, ground.excluding, window, measured=measured)
        excluded = water + bound

    footprint, existing = _footprints(pieces, footprints, piece, building, ground.bra_m2[near])
    dropped, saved, parts, unit = parts_of(free, plot_row, zone_row, rules, scale)
    kept: Geometries = pieces.copy()
    kept[whole] = None
    return Measured(
        pd.DataFrame(
            {
                "plot_row": plot_row,
                "plan_row": sites.plan_row[site],
                "zone_row": zone_row,
                "gross_m2": gross * scale,
                "built_m2": built * scale,
                "excluded_m2": excluded * scale,
                "water_m2": water * scale,
                "dropped_m2": dropped * scale,
                "reserve_m2": saved * scale,
                "footprint_m2": footprint * scale,
                "existing_bra_m2": existing,
            }
        ),
        kept,
        pd.DataFrame(
            {
                "plot_row": plot_row[unit],
                "zone_row": zone_row[unit],
                "area_m2": shapely.area(parts) * scale[unit],
            }
        ),
        np.asarray(shapely.to_wkb(parts), dtype=object),
        shreds,
    )


def _taken(
    land: Geometries, layer: PolygonLayer, window: Floats, *, measured: bool
) -> tuple[Floats, Geometries]:
    """Take a layer out of the land: how much of each piece it was, and what is left."""
    taken = np.zeros(len(land))
    near = layer.near(window)
    if not near.size:
        return taken, land
    obstacles = overlay.own(layer.geometry[near])
    obstacle, on = shapely.STRtree(land).query(obstacles, predicate="intersects")
    left = overlay.subtract(land, obstacles, on, obstacle, covered=taken if measured else None)
    return taken if measured else shapely.area(land) - shapely.area(left), left


def _surroundings(
    footprints: Geometries, piece: Rows, building: Rows, buffer_m: Floats
) -> tuple[Rows, Geometries]:
    """
    Buildings near each piece with its buffer (n,), as one obstacle a piece.

    One buffer round several buildings is the union of their buffers. That is cheaper than to
    subtract them one by one, for each cut makes the next one dearer.
    """
    if buffer_m.max(initial=0.0) < NO_BUFFER_M:
        rows, unions = overlay.dissolve(footprints[building], piece)
        return rows, overlay.polygonal(unions)
    order = np.argsort(piece, kind="stable")
    rows, group = np.unique(piece[order], return_inverse=True)
    piles = np.asarray(shapely.geometrycollections(footprints[building[order]], indices=group))
    return rows, shapely.buffer(piles, buffer_m[rows], quad_segs=QUAD_SEGS)


def _footprints(
    pieces: Geometries, footprints: Geometries, piece: Rows, building: Rows, bra_m2: Floats
) -> tuple[Floats, Floats]:
    """Footprint (m²) and existing floor area on every piece; a building's follows its footprint."""
    low, high = shapely.bounds(pieces), shapely.bounds(footprints)
    meets = (low[piece, :2] < high[building, 2:]) & (low[piece, 2:] > high[building, :2])
    piece, building = piece[meets.all(axis=1)], building[meets.all(axis=1)]
    shapely.prepare(pieces)
    inside = shapely.covers(pieces[piece], footprints[building])
    size = shapely.area(footprints)
    area = size[building]
    area[~shapely.intersects(pieces[piece], footprints[building])] = 0.0
    # The cut ones go into the result, which threads may share: nothing prepared may stay on them.
    shapely.destroy_prepared(pieces)
    cut = np.flatnonzero(~inside & (area > 0))
    area[cut] = shapely.area(shapely.intersection(pieces[piece[cut]], footprints[building[cut]]))
    on = area > 0
    piece, building, area = piece[on], building[on], area[on]
    bra = bra_m2[building] * area / size[building]
    return (
        sum_by(piece, area, len(pieces)),
        sum_by(piece, bra, len(pieces)),  # an unknown one makes it unknown
    )


PIECE_AREAS: Final[tuple[str, ...]] = (
    "gross_m2",
    "built_m2",
    "excluded_m2",
    "dropped_m2",
    "reserve_m2",
)


# A: parts cut from coordinates in whole centimetres sum to no better than this, and no area here is
# shown to less. What is further off is told as it is.
BALANCE_PRECISION_M2: Final = 1.0


def out_of_reserve_m2(pieces: pd.DataFrame) -> pd.Series:
    """Land that is known not to be free (m²): excluded, or water alone where that is unknown."""
    out: pd.Series = pieces["excluded_m2"].fillna(pieces["water_m2"])
    return out


def balance_error_m2(pieces: pd.DataFrame) -> pd.Series:
    """Gross less its parts (m²) on every piece; excluded land that is not mapped is water alone."""
    taken = pieces["built_m2"] + out_of_reserve_m2(pieces) + pieces["dropped_m2"]
    return pieces["gross_m2"] - (taken + pieces["reserve_m2"])
