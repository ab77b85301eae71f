"""Pieces of land that someone may build on: the reserve's parts, and plots with floor area left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
import shapely

from geo.geometry.overlay import dissolve, own, polygonal, quiet
from geo.geometry.scale import area_factors
from geo.land.owners import SHRED_M2
from geo.land.parts import JOIN_GRID_M, sum_by

if TYPE_CHECKING:
    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.land.account import LandAccount

RESERVE: Final = "reserve"
DENSIFICATION: Final = "densification"
_BLOCK: Final = 64  # joined pieces a task
_COLUMNS: Final = (
    *("id", "kind", "zone_id", "parcel_ids", "plots"),
    *("area_m2", "allowed_bra_m2", "synthetic"),
)


def candidates(account: LandAccount, *, join: bool, densification: bool) -> gpd.GeoDataFrame:
    """
    List the pieces of land in a land account.

    Parameters
    ----------
    account
        Of the whole pack.
    join
        Vacant parts of neighbouring plots in one zone are one piece where they share a border
        (to `JOIN_GRID_M`); parts that meet in a corner only stay apart.
    densification
        Plots with unused floor area are listed too, after the vacant pieces, one for each zone
        that the plot lies in.

    Returns
    -------
    GeoDataFrame
        RangeIndex; ordered by kind, zone, plots and size, so that equal accounts give equal ids.
        Columns:

        - id: ``kind:zone:first plot:number``, the largest piece of that plot being number 1;
        - kind (`RESERVE` or `DENSIFICATION`), zone_id, parcel_ids (text), plots (how many);
        - area_m2: of the piece; of a built plot all its business land in the zone;
        - allowed_bra_m2: floor area that follows the vacant piece, or is unused on the built plot;
          NaN where the allowed floor area of any part of it is not known;
        - synthetic: rests on synthetic plots; geometry.
    """
    found = [_vacant(account, join=join)]
    if densification:
        found.append(_built(account))
    return _named(pd.concat(found, ignore_index=True))


def _vacant(account: LandAccount, *, join: bool) -> gpd.GeoDataFrame:
    parts = account.parts
    # With rules that let everything pass, an account lists what rounding leaves of built land.
    parts = parts[parts["area_m2"] > SHRED_M2].reset_index(drop=True)
    shapes = own(parts.geometry.to_numpy())
    bra = _bra_of(account, parts, shapes)
    synthetic = parts["parcel"].isin(account.pieces.loc[account.pieces["synthetic"], "parcel"])
    piece, merged = _joined(shapes, parts["zone_id"]) if join else (np.arange(len(parts)), shapes)
    table = pd.DataFrame(
        {
            "zone_id": parts["zone_id"],
            "parcel_id": parts["parcel_id"].astype("str"),
            "bra": bra,
            "synthetic": synthetic,
        }
    )
    groups = table.groupby(piece)
    return gpd.GeoDataFrame(
        {
            "kind": RESERVE,
            "zone_id": groups["zone_id"].first(),
            **_plots(table["parcel_id"], piece),
            "area_m2": shapely.area(merged) * area_factors(merged, account.crs),
            "allowed_bra_m2": groups["bra"].sum(skipna=False),
            "synthetic": groups["synthetic"].any(),
        },
        geometry=merged,
        crs=account.crs,
    )


def _plots(parcel_id: pd.Series, piece: Rows) -> dict[str, pd.Series]:
    """Ids of the plots of each piece, in order, and how many they are; indexed by piece."""
    pairs = pd.DataFrame({"piece": piece, "id": parcel_id.to_numpy()})
    groups = pairs.drop_duplicates().sort_values(["piece", "id"]).groupby("piece")["id"]
    return {"parcel_ids": groups.agg(", ".join), "plots": groups.size()}


def _bra_of(account: LandAccount, parts: gpd.GeoDataFrame, shapes: Geometries) -> Floats:
    """(n,) floor area that follows each vacant part; a part may lie in several plans."""
    pieces = account.pieces
    left = pd.DataFrame({"parcel": parts["parcel"], "zone_id": parts["zone_id"]})
    left["part"] = np.arange(len(parts))
    right = pieces[["parcel", "zone_id", "gross_m2", "allowed_bra_m2"]].reset_index(drop=True)
    right["piece"] = np.arange(len(pieces))
    pairs = left.merge(right, on=["parcel", "zone_id"])
    land = parts["area_m2"].to_numpy(dtype=float)[pairs["part"]]
    several = np.flatnonzero(pairs["part"].duplicated(keep=False))
    rows = pairs.iloc[several]
    ground = own(pieces.geometry.to_numpy()[rows["piece"]])
    with quiet():
        cut = shapely.area(shapely.intersection(shapes[rows["part"]], ground))
        land[several] = cut * area_factors(ground, account.crs)
    bra = land * (pairs["allowed_bra_m2"] / pairs["gross_m2"]).to_numpy(dtype=float)
    bra[land <= SHRED_M2] = 0.0
    return sum_by(pairs["part"].to_numpy(), bra, len(parts))


def _joined(shapes: Geometries, zone: pd.Series) -> tuple[Rows, Geometries]:
    """Number of the piece of each part, and the pieces: parts that touch in a zone dissolved."""
    code = pd.factorize(zone)[0]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=JOIN_GRID_M)
    touch = (one != other) & (code[one] == code[other])
    linked = np.unique(one[touch])
    if not linked.size:
        return np.arange(len(shapes)), shapes
    pile = _components(one[touch], other[touch], linked)
    _, unions = dissolve(shapes[linked], pile, grid_size=JOIN_GRID_M, block=_BLOCK)
    merged, of = shapely.get_parts(polygonal(unions), return_index=True)
    spots = shapely.point_on_surface(shapes[linked])
    # A point inside a part lies in one piece of its group: the one that the part went into.
    part, into = shapely.STRtree(merged).query(spots, predicate="intersects")
    mine = pile[part] == of[into]
    used, number = np.unique(into[mine], return_inverse=True)
    piece = np.full(len(shapes), -1)
    piece[linked[part[mine]]] = number
    # What was snapped away from its point stays a piece of its own, rather than none.
    alone = np.flatnonzero(piece < 0)
    piece[alone] = used.size + np.arange(alone.size)
    return piece, np.concatenate([merged[used], shapes[alone]])


def _components(one: Rows, other: Rows, linked: Rows) -> Rows:
    """(k,) for each linked part the number of its group: parts that touch, directly or not."""
    graph = nx.Graph()
    graph.add_edges_from(zip(one.tolist(), other.tolist(), strict=True))
    groups = {
        part: number
        for number, group in enumerate(nx.connected_components(graph))
        for part in group
    }
    return np.array([groups[part] for part in linked.tolist()], dtype=np.int64)


def _built(account: LandAccount) -> gpd.GeoDataFrame:
    """Plots with unused floor area, by zone."""
    pieces = account.pieces
    unused = pieces["densification_bra_m2"]
    keys = pd.DataFrame({"plot": pieces["plot_row"], "zone_id": pieces["zone_id"]})
    by = [keys["plot"].to_numpy(), keys["zone_id"].to_numpy()]
    # Unused on a part of the plot is enough; what a part allows that is not known, is not added.
    some = unused.fillna(0).groupby(by).transform("sum").to_numpy() > 0
    rows = pieces[some]
    code, _ = pd.factorize(pd.MultiIndex.from_arrays([by[0][some], by[1][some]]))
    groups = rows.groupby(code)
    shapes = own(rows.geometry.to_numpy())
    _, land = dissolve(shapes, code)
    return gpd.GeoDataFrame(
        {
            "kind": DENSIFICATION,
            "zone_id": groups["zone_id"].first(),
            "parcel_ids": groups["parcel_id"].first().astype("str"),
            "plots": 1,
            "area_m2": groups["gross_m2"].sum(),
            "allowed_bra_m2": groups["densification_bra_m2"].sum(skipna=False),
            "synthetic": groups["synthetic"].any(),
        },
        geometry=land,
        crs=account.crs,
    )


def _named(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Order the pieces and give each an id."""
    bounds = frame.bounds
    frame = frame.assign(
        first=frame["parcel_ids"].astype("str").str.split(", ").str[0],
        size=-frame["area_m2"],
        reserve_first=frame["kind"] != RESERVE,
        west=bounds["minx"],
        south=bounds["miny"],
    )
    keys = ["reserve_first", "zone_id", "first", "size", "west", "south"]
    frame = frame.sort_values(keys, kind="stable", ignore_index=True)
    number = frame.groupby(["kind", "zone_id", "first"]).cumcount() + 1
    names = ("kind", "zone_id", "first")
    frame["id"] = [
        ":".join(map(str, parts))
        for parts in zip(*(frame[name] for name in names), number, strict=True)
    ]
    return frame[[*_COLUMNS, "geometry"]]
