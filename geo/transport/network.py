"""How far it is from a site: straight to a station or a main road, and along the roads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
import shapely

from geo.geometry.overlay import own

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import Series

    from geo.geometry.coverage import Indexed, Sites
    from geo.geometry.overlay import Floats, Geometries, Rows

# A: walking distance to a station, near and at most (domain: ABC).
WALK_NEAR_M: Final = 500.0
WALK_FAR_M: Final = 1000.0

# A: from a site or a station to the nearest road of the network. Farther than this the roads we
# have do not tell how one gets there, so the distance along them is not known.
MAX_ACCESS_M: Final = 1000.0
# A: nor where the ways to and from the roads together are longer than the straight line: the roads
# we have are then too few or too rough to tell how one goes.

NO_ROADS: Final = "screen.network_no_roads"
FAR_FROM_ROAD: Final = "screen.network_far"
NO_WAY: Final = "screen.network_no_way"
OFF_ROAD: Final = "screen.network_off_road"


@dataclass(frozen=True, eq=False)
class Network:
    """
    Roads as a graph: edges between crossings, and how far every crossing is from every station.

    Where lines cross they are taken to meet, bridges too. Shared by all; never prepared.

    Attributes
    ----------
    edges, tree
        (e,) lines and their search tree.
    ends
        (e, 2) numbers of the crossings at the two ends of each edge.
    to_station
        (s, n) metres along the roads, with the way from the road to the station; infinite where
        there is no way, or the station is farther than `MAX_ACCESS_M` from any road.
    stations, access
        (s,) points, and how far each is from the nearest road.
    """

    edges: Geometries
    tree: shapely.STRtree
    ends: Rows
    to_station: Floats
    stations: Geometries
    access: Floats


def network(roads: Geometries, stations: Geometries) -> Network | None:
    """
    Build the graph of the roads and measure it from every station.

    Parameters
    ----------
    roads
        Lines in metres, in any pieces.
    stations
        (s,) points in the same reference system.

    Returns
    -------
    Network | None
        None without a road.
    """
    lines = shapely.get_parts(shapely.union_all(own(roads)))
    lines = lines[shapely.length(lines) > 0]
    if not len(lines):
        return None
    lines, gates, access = _with_gates(lines, own(stations))
    tips = shapely.get_coordinates(
        np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1).ravel()
    )
    places, number = np.unique(tips, axis=0, return_inverse=True)
    ends = number.reshape(-1, 2)
    graph = nx.Graph()
    for (one, other), length in zip(ends.tolist(), shapely.length(lines).tolist(), strict=True):
        if length < graph.get_edge_data(one, other, {"weight": np.inf})["weight"]:
            graph.add_edge(one, other, weight=length)
    known = {tuple(place): node for node, place in enumerate(places.tolist())}
    to_station = np.full((len(stations), len(places)), np.inf)
    for station, (gate, way) in enumerate(zip(gates, access, strict=True)):
        if way > MAX_ACCESS_M:
            continue
        found = nx.single_source_dijkstra_path_length(graph, known[gate], weight="weight")
        to_station[station, list(found)] = np.fromiter(found.values(), float) + way
    tree = shapely.STRtree(lines)
    tree.query(shapely.Point(0, 0))
    return Network(lines, tree, ends, to_station, own(stations), access)


def nearest(
    sites: Sites, layer: Indexed, names: Series
) -> tuple[Rows, NDArray[np.object_], Floats]:
    """
    Nearest shape of each site, straight from its outline; of equally near ones the first by name.

    Parameters
    ----------
    names
        (m,) name of each shape; null where it has none.

    Returns
    -------
    row, name, metres
        (n,) row of the layer (−1 where there is none), its name (None) and metres (0 where the site
        holds it, NaN where there is none).
    """
    site, row = layer.tree.query_nearest(sites.shapes)
    told = [None if pd.isna(name) else str(name) for name in names]
    place = np.argsort(np.array([name or "" for name in told]), kind="stable").argsort()
    order = np.lexsort((place[row], site))
    site, row = site[order], row[order]
    first = np.flatnonzero(np.diff(site, prepend=-1))
    found = np.full(len(sites.shapes), -1)
    distance = np.full(len(sites.shapes), np.nan)
    found[site[first]] = row[first]
    distance[site[first]] = shapely.distance(sites.shapes[site[first]], layer.shapes[row[first]])
    distance *= np.sqrt(sites.scale)
    # The last, for row −1, is the name of none.
    return found, np.array([*told, None], dtype=object)[found], distance


def along(sites: Sites, station: Rows, roads: Network | None) -> tuple[Floats, NDArray[np.object_]]:
    """
    Distance to a station along the roads.

    Parameters
    ----------
    station
        (n,) row of each site's station; −1 for none.

    Returns
    -------
    ndarray, ndarray
        (n,) metres from the outline straight to the nearest road, along it and straight to the
        station (NaN where not known, or mostly off the roads), and a text's id that says why not
        (else None).
    """
    count = len(sites.shapes)
    metres, reason = np.full(count, np.nan), np.full(count, None, dtype=object)
    if roads is None:
        reason[:] = NO_ROADS
        return metres, reason
    site, edge = roads.tree.query_nearest(sites.shapes, all_matches=False)
    asked = station[site] >= 0
    site, edge = site[asked], edge[asked]
    line = roads.edges[edge]
    # From the outline's nearest point to the road, and from there both ways.
    link = shapely.shortest_line(sites.shapes[site], line)
    way = shapely.length(link)
    at = shapely.line_locate_point(line, shapely.get_point(link, -1))
    rest = np.stack([at, shapely.length(line) - at], axis=1)
    total = way + (rest + roads.to_station[station[site, np.newaxis], roads.ends[edge]]).min(axis=1)
    metre = np.sqrt(sites.scale[site])
    off_road = way + roads.access[station[site]]
    straight = shapely.distance(sites.shapes[site], roads.stations[station[site]])
    way, total = way * metre, total * metre
    lacks = [way > MAX_ACCESS_M, ~np.isfinite(total), off_road > straight]
    reached = ~np.any(lacks, axis=0)
    metres[site[reached]] = total[reached]
    whys = (FAR_FROM_ROAD, NO_WAY, OFF_ROAD)
    for lack, why in reversed(list(zip(lacks, whys, strict=True))):  # the first is told
        reason[site[lack]] = why
    return metres, reason


def road_lines(context: GeoDataFrame) -> GeoDataFrame:
    """Return the roads among the context's features."""
    return context[context["kind"] == "road"]


def _with_gates(
    lines: Geometries, stations: Geometries
) -> tuple[Geometries, list[tuple[float, float]], Floats]:
    """Cut the lines where the stations meet them; the gate's place and the way to each station."""
    tree = shapely.STRtree(lines)
    gates: list[tuple[float, float]] = []
    access = np.zeros(len(stations))
    cuts: dict[int, list[tuple[float, tuple[float, float]]]] = {}
    for number, station in enumerate(stations):
        edge = int(tree.nearest(station))
        at = float(shapely.line_locate_point(lines[edge], station))
        spot = shapely.line_interpolate_point(lines[edge], at)
        place = (float(spot.x), float(spot.y))
        gates.append(place)
        access[number] = shapely.distance(spot, station)
        cuts.setdefault(edge, []).append((at, place))
    whole = [line for edge, line in enumerate(lines) if edge not in cuts]
    pieces = [piece for edge, spots in cuts.items() for piece in _cut(lines[edge], spots)]
    return np.array([*whole, *pieces], dtype=object), gates, access


def _cut(
    line: shapely.LineString, spots: list[tuple[float, tuple[float, float]]]
) -> list[shapely.LineString]:
    """Pieces of a line between the spots on it (metres from its start, and place)."""
    corners = shapely.get_coordinates(line)
    along_line = np.concatenate([[0.0], np.hypot(*np.diff(corners, axis=0).T).cumsum()])
    stops = [(0.0, tuple(corners[0])), *sorted(spots), (along_line[-1], tuple(corners[-1]))]
    pieces = []
    for (start, first), (stop, last) in pairwise(stops):
        between = corners[(along_line > start) & (along_line < stop)]
        if first != last:
            pieces.append(shapely.LineString([first, *map(tuple, between), last]))
    return pieces
