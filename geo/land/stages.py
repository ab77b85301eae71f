"""
What happens on the land of a block of neighbouring plots, in stages that are kept apart.

What a parameter does not change is not worked out again: pieces and the buildings on them hang on
plots, plans and zones alone (`PieceBlock`); what is free of them on the buffer too (`FreeLand`);
and only then comes what is large and wide enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay
from geo.geometry.width import QUAD_SEGS
from geo.land.owners import SHRED_M2
from geo.land.parts import FreeParts, sum_by

if TYPE_CHECKING:
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


class Taken(NamedTuple):
    """(n,) m² of each piece, in the plane, that is not free; `excluded` is NaN if not mapped."""

    built: Floats
    water: Floats
    excluded: Floats


@dataclass(frozen=True)
class FreeLand:
    """
    What a buffer leaves of the pieces of a block.

    Attributes
    ----------
    subtracted
        What the subtraction took away.
    covered
        The same measured by intersections of its own; None where it was not asked for.
    parts
        What is left.
    """

    subtracted: Taken
    covered: Taken | None
    parts: FreeParts


class PieceBlock:
    """
    The pieces of some plots, and what of them hangs on no distance. One thread at a time.

    Parameters
    ----------
    rows
        (n,) of the plots, neighbours of each other.
    plots, sites, ground
        In the same metric reference system.
    factors
        (n,) of all plots, as `scale` of `geo.land.pieces.measure`.
    reach_m
        How far off buildings will be asked for, where that is known: they are taken out once.
    """

    def __init__(  # a layer each
        self,
        rows: Rows,
        plots: PolygonLayer,
        sites: BusinessLand,
        ground: Obstacles,
        factors: Floats,
        *,
        reach_m: float = 0.0,
    ) -> None:
        self._ground = ground
        self._window = overlay.window(plots.bounds[rows]) if rows.size else np.full(4, np.nan)
        site_row = sites.polygons.near(self._window)
        plot, site, pieces, whole = overlay.intersect(
            overlay.own(plots.geometry[rows]), overlay.own(sites.polygons.geometry[site_row])
        )
        gross = shapely.area(pieces)
        real = gross >= SHRED_M2
        of_shred = site_row[site[~real]]
        self._shreds = pd.DataFrame(
            {
                "plan_row": sites.plan_row[of_shred],
                "zone_row": sites.zone_row[of_shred],
                "area_m2": gross[~real],
            }
        )
        site = site_row[site[real]]
        self._plot_row, self._plan_row = rows[plot[real]], sites.plan_row[site]
        self._zone_row = sites.zone_row[site]
        self._pieces, self._whole, self._gross = pieces[real], whole[real], gross[real]
        self._scale = factors[self._plot_row]
        self._reach_m = -1.0
        self._stand_within(reach_m / np.sqrt(self._scale.min(initial=1.0)))
        self._footprint, self._existing = self._standing()

    def free(self, buffer_m: float, *, measured: bool, known: FreeLand | None = None) -> FreeLand:
        """
        Take out what is built, lies under water or is excluded, in this order.

        `known` is the same buffer's free land, not measured, whose parts hold.
        """
        widths = buffer_m / np.sqrt(self._scale)  # in the plane
        widest_m = float(widths.max(initial=buffer_m))
        self._stand_within(widest_m)
        building, piece = overlay.near(self._buildings, self._pieces, widest_m)
        built_up, shapes = _surroundings(self._buildings, piece, building, widths)
        count = len(self._pieces)
        built = np.zeros(count)
        unbuilt = overlay.subtract(
            self._pieces,
            shapes,
            built_up,
            np.arange(len(shapes)),
            covered=built if measured else None,
        )
        del shapes
        water, dry = self._without(unbuilt, self._ground.water, measured=measured)
        bound, free = (np.full(count, np.nan), np.full(count, np.nan)), dry
        if self._ground.excluding is not None:
            bound, free = self._without(dry, self._ground.excluding, measured=measured)
        gone = self._gross - shapely.area(unbuilt)
        return FreeLand(
            Taken(gone, water[0], water[0] + bound[0]),
            Taken(built, water[1], water[1] + bound[1]) if measured else None,
            FreeParts(free, self._plot_row, self._zone_row, self._scale)
            if known is None
            else known.parts,
        )

    def judge(self, free: FreeLand, rules: ReserveRules, *, measured: bool) -> Measured:
        """Share out every piece by the rules, of which the buffer is `free`'s."""
        taken = free.covered if measured and free.covered else free.subtracted
        dropped, saved, parts, unit = free.parts.reserve(rules)
        scale = self._scale
        kept: Geometries = self._pieces.copy()
        kept[self._whole] = None
        return Measured(
            pd.DataFrame(
                {
                    "plot_row": self._plot_row,
                    "plan_row": self._plan_row,
                    "zone_row": self._zone_row,
                    "gross_m2": self._gross * scale,
                    "built_m2": taken.built * scale,
                    "excluded_m2": taken.excluded * scale,
                    "water_m2": taken.water * scale,
                    "dropped_m2": dropped * scale,
                    "reserve_m2": saved * scale,
                    "footprint_m2": self._footprint * scale,
                    "existing_bra_m2": self._existing,
                }
            ),
            kept,
            pd.DataFrame(
                {
                    "plot_row": self._plot_row[unit],
                    "zone_row": self._zone_row[unit],
                    "area_m2": shapely.area(parts) * scale[unit],
                }
            ),
            np.asarray(shapely.to_wkb(parts), dtype=object),
            self._shreds,
        )

    def _stand_within(self, reach_m: float) -> None:
        """Take out the buildings that stand so near, unless those of a wider reach are there."""
        if reach_m <= self._reach_m:
            return
        buildings = self._ground.buildings
        near = buildings.near(self._window, margin_m=reach_m)
        self._buildings, self._bra_m2 = (
            overlay.own(buildings.geometry[near]),
            self._ground.bra_m2[near],
        )
        self._reach_m = reach_m

    def _without(
        self, land: Geometries, layer: PolygonLayer, *, measured: bool
    ) -> tuple[tuple[Floats, Floats], Geometries]:
        """Take a layer out of the land: how much it was, by `FreeLand`'s two ways; what is left."""
        covered = np.zeros(len(land))
        near = layer.near(self._window)
        if not near.size:
            return (covered, covered), land
        obstacles = overlay.own(layer.geometry[near])
        obstacle, on = shapely.STRtree(land).query(obstacles, predicate="intersects")
        left = overlay.subtract(
            land, obstacles, on, obstacle, covered=covered if measured else None
        )
        return (shapely.area(land) - shapely.area(left), covered), left

    def _standing(self) -> tuple[Floats, Floats]:
        """Footprint (m²) and existing floor area of each piece; a building's follows its ground."""
        pieces, buildings = self._pieces, self._buildings
        building, piece = shapely.STRtree(pieces).query(buildings, predicate="intersects")
        shapely.prepare(pieces)
        inside = shapely.covers(pieces[piece], buildings[building])
        # The cut ones go into the result, which threads may share: nothing prepared may stay there.
        shapely.destroy_prepared(pieces)
        size = shapely.area(buildings)
        area = size[building]
        cut = np.flatnonzero(~inside)
        area[cut] = shapely.area(shapely.intersection(pieces[piece[cut]], buildings[building[cut]]))
        on = area > 0
        piece, building, area = piece[on], building[on], area[on]
        bra = self._bra_m2[building] * area / size[building]
        return (
            sum_by(piece, area, len(pieces)),
            sum_by(piece, bra, len(pieces)),  # an unknown one makes it unknown
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
