"""What there is to know about each candidate for a site, whatever is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.geometry.coverage import Indexed, Sites, inside
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.constraints import constraints_of
from geo.screening.facts import growth_shares
from geo.screening.flood import USUAL_CLASS
from geo.transport.network import along, nearest

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.screening.context import Context


@dataclass(frozen=True, eq=False)
class Survey:
    """
    Candidates with what is known of them, to be searched many times. Not to be changed.

    Attributes
    ----------
    frame
        `geo.search.candidates.candidates` with the columns of `survey`.
    kinds
        Kinds of constraint that are mapped, or found, somewhere in the pack: those that can tell
        one site from another.
    mapped
        Those of them that are mapped somewhere: of the others, nothing found is not clear.
    made_up
        Kinds that are not assessed, for what the pack holds of them is made up.
    flood_class
        Safety class of the building that flood is looked up for.
    """

    frame: GeoDataFrame
    kinds: tuple[str, ...]
    mapped: tuple[str, ...] = ()
    made_up: tuple[str, ...] = ()
    flood_class: str = USUAL_CLASS


def made_up_kinds(context: Context) -> tuple[str, ...]:
    """Return the kinds that are not assessed, for what the pack holds of them is made up."""
    constraints = context.constraints
    if not constraints.made_up:
        return ()
    return tuple(kind for kind in CONSTRAINT_KINDS if kind in constraints.asked)


def survey(context: Context, candidates: GeoDataFrame) -> Survey:
    """
    Find out about candidates.

    Parameters
    ----------
    context
        Of the pack that the candidates are from.
    candidates
        As `geo.search.candidates.candidates` gives them.

    Returns
    -------
    Survey
        The candidates with these columns; what is not known is NaN or None:

        - zone_name, abc (class of the zone);
        - station (name), station_m (straight from the outline), network_m (along the roads);
        - road, road_m: the nearest main road, as `road_m` tells it of any;
        - growth_share, growth_share_regional, corridor_share (0–1);
        - for each kind of constraint its name with ``_status`` (overlap, clear, not_mapped),
          ``_m2`` (NaN where not mapped) and ``_synthetic`` (not mapped because the layer is made
          up);
        - constrained_share (0–1): the mean of the overlapped shares over the kinds that are
          mapped here; NaN where none is.
    """
    sites = Sites.of(candidates.geometry.to_numpy(), candidates.crs)
    count = len(candidates)
    columns: dict[str, object] = {"zone_name": None, "abc": None}
    if context.zones is not None:
        zones = context.zones.table
        named = zones.assign(zone_id=zones["zone_id"].astype("str"))
        named = named.drop_duplicates("zone_id").set_index("zone_id")
        at = named.reindex(candidates["zone_id"].astype("str").to_numpy())
        columns["zone_name"] = _objects(at["name"])
        if "abc" in at:
            columns["abc"] = _objects(at["abc"])
    columns |= _station(context, sites)
    columns["growth_share"], columns["growth_share_regional"] = growth_shares(sites, context.growth)
    columns["corridor_share"] = (
        np.full(count, np.nan) if context.corridor is None else inside(sites, context.corridor)
    )
    columns |= _constraints(context, sites)
    mapped = np.unique(context.constraints.mapped_kind)
    if context.constraints.shapes is None:
        mapped = mapped[:0]
    told = np.union1d(mapped, context.constraints.kind)
    roads = road_m(context, candidates, None)  # most wishes name none
    return Survey(
        candidates.assign(**columns).join(roads),
        kinds=tuple(CONSTRAINT_KINDS[number] for number in told),
        mapped=tuple(CONSTRAINT_KINDS[number] for number in mapped),
        made_up=made_up_kinds(context),
        flood_class=context.constraints.flood_class,
    )


def road_m(context: Context, frame: GeoDataFrame, road: str | None) -> pd.DataFrame:
    """
    Nearest main road of each candidate: road (name) and road_m, straight from the outline.

    `road` names one, however its spaces and points are written; None is any. NaN without roads.
    """
    nothing = pd.DataFrame({"road": None, "road_m": np.nan}, index=frame.index)
    if context.roads is None:
        return nothing
    names = context.roads.table["name"]
    rows = np.arange(len(names))
    if road is not None:
        rows = np.flatnonzero(names.map(road_key) == road_key(road))
    if not rows.size:
        return nothing
    layer = Indexed.of(context.roads.index.shapes[rows])
    sites = Sites.of(frame.geometry.to_numpy(), frame.crs)
    _, name, metres = nearest(sites, layer, names.iloc[rows])
    return pd.DataFrame({"road": name, "road_m": metres}, index=frame.index)


def road_key(name: object) -> str:
    """Return a road's name without what people write differently: «Rv. 159» is rv159."""
    return "".join(c for c in str(name).lower() if c.isalnum()) if isinstance(name, str) else ""


def _station(context: Context, sites: Sites) -> dict[str, object]:
    if context.stations is None:
        nothing = np.full(len(sites.shapes), np.nan)
        return {"station": None, "station_m": nothing, "network_m": nothing}
    stations = context.stations
    row, name, metres = nearest(sites, stations.index, stations.table["name"])
    network_m, _ = along(sites, row, context.network)
    return {"station": name, "station_m": metres, "network_m": network_m}


def _constraints(context: Context, sites: Sites) -> dict[str, object]:
    answers, _ = constraints_of(sites, context.constraints)
    columns: dict[str, object] = {}
    overlapped = np.full((len(answers), len(CONSTRAINT_KINDS)), np.nan)
    for number, kind in enumerate(CONSTRAINT_KINDS):
        found = [answer[kind] for answer in answers]
        area = np.array([np.nan if one.m2 is None else one.m2 for one in found], dtype=float)
        columns[f"{kind}_status"] = np.array([one.status for one in found], dtype=object)
        columns[f"{kind}_m2"] = area
        columns[f"{kind}_synthetic"] = np.array([one.synthetic for one in found], dtype=bool)
        overlapped[:, number] = sites.shares(area / sites.scale)
    mapped = np.isfinite(overlapped)
    total = np.nansum(overlapped, axis=1)
    share = np.full(len(answers), np.nan)
    np.divide(total, mapped.sum(axis=1), out=share, where=mapped.any(axis=1))
    columns["constrained_share"] = share
    return columns


def _objects(column: pd.Series) -> object:
    """Values as they are, None where one is missing."""
    return column.to_numpy(dtype=object, na_value=None)  # type: ignore[call-overload]  # None is one
