"""
Plots cut by plan areas and zones, and what happens on each piece of land.

A piece is one plot ∩ one plan area with business purpose ∩ one zone; it remembers all three. All
that is measured on it adds up, so a plot, a zone and the municipality are sums of pieces. What is
free is judged by contiguous parts, across borders of plans but not of zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay
from geo.geometry.scale import on_ground
from geo.geometry.width import QUAD_SEGS
from geo.land import rules as land_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.geometry.polygons import PolygonLayer
    from geo.land.rules import ReserveRules


# Borders of neighbouring pieces are cut separately and may differ by a nanometre; on a grid of
# one millimetre they meet, and free land on both sides is one part.
JOIN_GRID_M: Final = 0.001


def parts_of(
    free: Geometries, plot_row: Rows, zone_row: Rows, rules: ReserveRules, scale: Floats
) -> tuple[Floats, Floats, Geometries, Rows]:
    """
    Judge free land by contiguous parts of the same plot in the same zone.

    A plan border across a plot does not split a part, for nothing on the ground does; a zone
    border does, for the figures are a zone's. `scale` is (n,) of the plots, as in `measure`.

    Returns
    -------
    dropped_m2, reserve_m2
        (n,) of each piece.
    parts, piece
        Kept parts as single polygons, and a piece each belongs to.
    """
    count = len(free)
    shards, owner = shapely.get_parts(free, return_index=True)
    area = shapely.area(shards)
    pair = np.column_stack([plot_row, zone_row])
    _, sample, unit, size = np.unique(
        pair, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    unit = unit.reshape(-1)
    split = size[unit[owner]] > 1
    single = np.flatnonzero(~split)
    passes = np.zeros(len(shards), dtype=bool)
    passes[single] = land_rules.kept(on_ground(shards[single], scale[owner[single]]), rules)

    joined, joined_unit = _joined(shards[split], unit[owner[split]])
    joined_passes = land_rules.kept(on_ground(joined, scale[sample[joined_unit]]), rules)
    passes[split] = _inside(
        shards[split], unit[owner[split]], joined[joined_passes], joined_unit[joined_passes]
    )
    alone = single[passes[single]]
    return (
        sum_by(owner, np.where(passes, 0.0, area), count),
        sum_by(owner, np.where(passes, area, 0.0), count),
        np.concatenate([shards[alone], joined[joined_passes]]),
        np.concatenate([owner[alone], sample[joined_unit[joined_passes]]]),
    )


def _joined(shards: Geometries, unit: Rows) -> tuple[Geometries, Rows]:
    """Dissolve the shards of every unit into single polygons; the second array is their unit."""
    if not len(shards):
        return shards, unit
    name, unions = overlay.dissolve(shards, unit, grid_size=JOIN_GRID_M)
    polygons, of = shapely.get_parts(overlay.polygonal(unions), return_index=True)
    return polygons, name[of]


def _inside(
    shards: Geometries, unit: Rows, parts: Geometries, part_unit: Rows
) -> NDArray[np.bool_]:
    """Tell which shards lie in a part of their own unit."""
    inside = np.zeros(len(shards), dtype=bool)
    points = shapely.point_on_surface(shards)
    shard, part = shapely.STRtree(parts).query(points, predicate="intersects")
    inside[shard[unit[shard] == part_unit[part]]] = True
    return inside


def sum_by(rows: Rows, values: Floats, count: int) -> Floats:
    """Sum values by row, 0…count−1; one NaN makes its sum NaN."""
    return np.bincount(rows, weights=values, minlength=count).astype(np.float64)


# Rounding leaves shreds along borders that two layers share; a piece under 0.01 m² is one of them.
SHRED_M2: Final = 0.01

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
    excluding
        Constraints that exclude building, or None where no constraints are mapped.
    """

    buildings: PolygonLayer
    bra_m2: Floats
    excluding: PolygonLayer | None


@dataclass(frozen=True)
class Measured:
    """
    Pieces, their geometry (None = the whole plot) and the reserve parts.

    The parts are WKB: as geometries they would take as much memory as the plots themselves.
    """

    pieces: pd.DataFrame
    geometry: Geometries
    parts: pd.DataFrame
    part_wkb: NDArray[np.object_]


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
        `pieces` has plot_row, plan_row, zone_row, gross_m2, built_m2, excluded_m2 (NaN if no
        constraints are mapped), dropped_m2, reserve_m2, footprint_m2, existing_bra_m2 (NaN if a
        building's floor area is unknown); `parts` has plot_row, zone_row, area_m2.
    """
    factors = np.ones(len(plots.geometry)) if scale is None else scale

    def work(rows: Rows) -> Measured:
        return _measure_block(rows, plots, sites, ground, rules, factors, measured=measured)

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

    excluded = np.full(len(pieces), np.nan)
    free = unbuilt
    if ground.excluding is not None:
        obstacles = overlay.own(ground.excluding.geometry[ground.excluding.near(window)])
        constraint, on = shapely.STRtree(unbuilt).query(obstacles, predicate="intersects")
        excluded = np.zeros(len(pieces))
        free = overlay.subtract(
            unbuilt, obstacles, on, constraint, covered=excluded if measured else None
        )
        if not measured:
            excluded = shapely.area(unbuilt) - shapely.area(free)

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
    )


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


def balance_error_m2(pieces: pd.DataFrame) -> pd.Series:
    """Gross less its parts (m²) on every piece; excluded land that is not mapped counts as none."""
    gross, *shares = (pieces[name].fillna(0.0) for name in PIECE_AREAS)
    return gross - sum(shares)
