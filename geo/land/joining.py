"""
Accounts of some of the plots made into one: what a part is, and what is judged when all are there.

A plot is in one part, so pieces add up. Whether a zone is accounted for, and whether its pieces
cover its land, is known of the whole only: a plot in one cell may lie on land in the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay, polygons
from geo.land.owners import SHRED_M2
from geo.land.parts import sum_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Geometries
    from geo.geometry.polygons import PolygonLayer
    from geo.land.account import LandAccount
    from geo.land.stages import BusinessLand

# Of each zone: some piece lies there, some business land, a plot, and a plan on the ground; the
# last two are asked of zones without the first two alone.
ZONE_FACTS: Final = ("known", "business", "plots_lie", "plans_lie")


@dataclass(frozen=True)
class Part:
    """
    Some of the plots, and a cell; the cells of all parts tile the land.

    Attributes
    ----------
    own
        (n,) which of the plots are accounted for; the others only hold land that they overlap.
    cell
        Where business land on no plot, and in no zone, is measured.
    """

    own: NDArray[np.bool_]
    cell: BaseGeometry

    def plots(self, plots: PolygonLayer) -> PolygonLayer:
        """Leave out the plots that are accounted for in other parts."""
        others = np.flatnonzero(~self.own)
        return polygons.cut(plots, others, np.full(others.size, None, dtype=object))

    def land(self, sites: BusinessLand, outside: Geometries) -> tuple[BusinessLand, Geometries]:
        """Cut business land in zones, row by row, and in none, to the cell."""
        inside, beyond = (
            overlay.polygonal(shapely.intersection(overlay.own(shapes), self.cell))
            for shapes in (sites.polygons.geometry, outside)
        )
        beyond = beyond[shapely.area(beyond) > SHRED_M2]
        return replace(sites, polygons=polygons.layer(inside)), beyond


@dataclass(frozen=True)
class Judgement:
    """
    What the whole is judged by, of one part.

    Attributes
    ----------
    facts
        Of each row of the zones, `ZONE_FACTS`.
    cover
        plan_row, zone_row, plotted_m2: business land on plots, by the union of the plots, and
        pieces_m2: the same land as pieces (in the plane). None where it was not measured.
    """

    facts: pd.DataFrame
    cover: pd.DataFrame | None

    def named(self, plans: pd.Index, zones: pd.Index) -> Judgement:
        """Name plans and zones by their labels, which are rows of the whole layers."""
        cover = self.cover
        if cover is not None:
            rows = {"plan_row": plans, "zone_row": zones}
            labels = {
                name: index.take(cover[name].to_numpy()).array for name, index in rows.items()
            }
            cover = cover.assign(**labels)
        return Judgement(self.facts.set_axis(zones, axis=0), cover)


def accounted(facts: pd.DataFrame) -> pd.Series:
    """
    Whether anything is known of vacant land in each zone: there are plots on business land.

    Where no land is for business there is none vacant either, if plots and plans tell so.
    """
    nothing = ~facts["business"] & facts["plots_lie"] & facts["plans_lie"]
    found: pd.Series = facts["known"] | nothing
    return found


def zone_table(zones: pd.DataFrame, judgement: Judgement) -> pd.DataFrame:
    """
    Return the table `LandAccount.zones` of a layer of zones, by what is known of the whole.

    Plan by plan, so that land in two pieces here does not hide land in none there.
    """
    profile, cover = zones.get("business_profile"), judgement.cover
    error = np.full(len(zones), np.nan)
    if cover is not None:
        missed = (cover["plotted_m2"] - cover["pieces_m2"]).abs()
        error = sum_by(cover["zone_row"].to_numpy(), missed.to_numpy(), len(zones))
    table = pd.DataFrame(
        {
            "business_profile": None if profile is None else profile.to_numpy(),
            "cover_error_m2": error,
            "accounted": accounted(judgement.facts).to_numpy(),
        },
        index=pd.Index(zones["zone_id"].astype("str"), name="zone_id"),
    )
    # A zone of several rows has all of their land.
    table["cover_error_m2"] = table.groupby(level=0)["cover_error_m2"].transform("sum", min_count=1)
    table["accounted"] = table.groupby(level=0)["accounted"].transform("any")
    return table.loc[lambda table: ~table.index.duplicated()]


def join(parts: Sequence[tuple[LandAccount, Judgement]], zones: gpd.GeoDataFrame) -> LandAccount:
    """
    Make one account of those of all parts.

    Parameters
    ----------
    parts
        At least one, with the same parameters, as `geo.land.compute.part_of` gives them; labels of
        their layers are rows of the whole ones.
    zones
        The whole layer, row by row: zone_id; business_profile if present.

    Returns
    -------
    LandAccount
        With the findings of all parts.
    """
    accounts, judgements = zip(*parts, strict=True)
    facts = pd.concat([one.facts for one in judgements])
    facts = facts.groupby(level=0).any().reindex(range(len(zones)), fill_value=False)
    covers = [one.cover for one in judgements if one.cover is not None]
    cover = None
    if len(covers) == len(parts):
        cover = pd.concat(covers).groupby(["plan_row", "zone_row"]).sum().reset_index()
    first = accounts[0]
    elsewhere = [one.elsewhere for one in accounts if one.elsewhere is not None]
    whole: LandAccount = replace(
        first,
        pieces=_together([one.pieces for one in accounts]),
        part_rows=pd.concat([one.part_rows for one in accounts], ignore_index=True),
        elsewhere=_together(elsewhere) if len(elsewhere) == len(parts) else None,
        zones=zone_table(zones, Judgement(facts, cover)),
        faults=pd.concat([one.faults for one in accounts], ignore_index=True),
        notes=tuple(note for one in accounts for note in one.notes),
        area_correction=max(one.area_correction for one in accounts),
    )
    return whole


def _together(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)
