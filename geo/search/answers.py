"""What each candidate answers to a wish, and what stands in the way where none meets it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry.rectangles import placed
from geo.geometry.scale import area_factors, on_ground
from geo.land.rules import AREA_ROUNDING_M2
from geo.search.candidates import RESERVE
from geo.search.criteria import INSIDE_SHARE

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.search.criteria import Criteria

UNKNOWN: Final = "unknown"
RECTANGLE: Final = "rectangle"
UNPLANNED: Final = "unplanned"
# So many pieces, the best first, are tried for the rectangle when it is asked what stands in the
# way; the answer is then «at least».
MAX_TRIED: Final = 500
_AVOID: Final = "avoid."


@dataclass(frozen=True, eq=False)
class States:
    """
    The answers of all candidates, but for the rectangle, which is tried last.

    Attributes
    ----------
    names
        (k,) the criteria that are asked for; a kind of constraint as ``avoid.KIND``.
    table
        (n, k) 1 met, 0 not met, NaN not known.
    """

    names: tuple[str, ...]
    table: Floats

    def passing(self, *, accept_unknown: bool, but: str | None = None) -> NDArray[np.bool_]:
        """(n,) candidates that meet all criteria, but for one."""
        columns = [number for number, name in enumerate(self.names) if name != but]
        table = self.table[:, columns]
        met = (table == 1) | (np.isnan(table) & accept_unknown)
        passing: NDArray[np.bool_] = np.all(met, axis=1)
        return passing


@dataclass(frozen=True)
class Relaxation:
    """
    What would be found if one criterion were let go, all others standing.

    Attributes
    ----------
    criterion
        One of `States.names`, `RECTANGLE`, `UNKNOWN` (let pass what is not known) or `UNPLANNED`
        (let pass what is left out for its plan or its use).
    hits
        How many there would be.
    at_least
        Not all candidates were tried; there may be more.
    nearest
        The value that the criterion would need for one hit, in its own unit (daa, metres, m² BRA,
        share); None where it has none.
    zone, plots
        Where that one hit lies: the zone's name and the plots; None where `nearest` is.
    """

    criterion: str
    hits: int
    at_least: bool = False
    nearest: float | None = None
    zone: str | None = field(default=None, compare=False)
    plots: str | None = field(default=None, compare=False)


def loosened(wish: Criteria, step: Relaxation) -> Criteria:
    """Return the wish with one criterion as wide as its nearest hit needs, else without it."""
    name, nearest = step.criterion, step.nearest
    if name == UNKNOWN:
        return replace(wish, accept_unknown=True)
    if name == UNPLANNED:
        return replace(wish, unplanned=True)
    if name.startswith(_AVOID):
        kind = name.removeprefix(_AVOID)
        return replace(wish, avoid=tuple(one for one in wish.avoid if one != kind))
    without: dict[str, dict[str, Any]] = {
        "zones": {"zones": ()},
        RECTANGLE: {"rectangle_m": None},
        "growth": {"growth": "prefer"},
        "growth_regional": {"growth": "prefer"},
        "registered": {"registered": False},
        "readiness": {"readiness": ()},
        "corridor": {"corridor_only": False},
    }
    if name in without:
        return replace(wish, **without[name])
    of = {
        "station": "max_station_m",
        "network": "max_station_m",
        "road": "max_road_m",
        "min_bra": "min_bra_m2",
    }.get(name, name)
    value: float | None = None
    if nearest is not None:
        steps = 10.0 if of.endswith(("daa", "mw")) else 1.0  # as exactly as people write it
        rounded = math.floor if name in {"min_daa", "min_bra", "min_mw"} else math.ceil
        value = rounded(nearest * steps) / steps
    changed: dict[str, Any] = {of: value}
    if of in {"min_daa", "max_daa"}:  # the size that was wished most has to lie between the two
        changed["target_daa"] = None
    return replace(wish, **changed)


def states(frame: GeoDataFrame, wish: Criteria, zones: frozenset[str]) -> States:
    """
    Answer every criterion of a wish for every candidate.

    Parameters
    ----------
    frame
        As `geo.search.ranking` completes it.
    wish
        What is asked for.
    zones
        Ids of the zones asked for.
    """
    found = {name: _at_most(*_compared(frame, name, limit)) for name, limit in _limits(wish)}
    if "network" in found:  # no road is shorter than the straight line
        beyond = _at_most(*_compared(frame, "station", wish.max_station_m or 0.0)) == 0
        found["network"] = np.where(beyond, 0.0, found["network"])
    if zones:
        found["zones"] = frame["zone_id"].astype("str").isin(zones).to_numpy(dtype=float)
    for kind in wish.avoid:
        status = frame[f"{kind}_status"].map({"clear": 1.0, "overlap": 0.0})
        found[f"{_AVOID}{kind}"] = status.to_numpy(dtype=float)
    if wish.registered:
        found["registered"] = frame["in_register"].to_numpy(dtype=float)
    if wish.readiness:
        level = frame["site_readiness"]
        met = level.isin(wish.readiness).astype(float)
        found["readiness"] = np.where(level.isna(), np.nan, met)
    table = np.stack([*found.values()], axis=1) if found else np.ones((len(frame), 0))
    return States(tuple(found), table)


def relaxations(
    frame: GeoDataFrame, answers: States, wish: Criteria, order: Rows, left_out: int = 0
) -> tuple[Relaxation, ...]:
    """
    Let each criterion go on its own, and count what is then found.

    Parameters
    ----------
    order
        Rows that may be offered, the best first; those that are left out are not among them.
    left_out
        How many would meet the wish if they were.

    Returns
    -------
    tuple of Relaxation
        Those that give hits, most hits first.
    """
    limits = dict(_limits(wish))
    found = []
    for name in (*answers.names, UNKNOWN):
        if name == UNKNOWN and wish.accept_unknown:
            continue
        accept = wish.accept_unknown or name == UNKNOWN
        rows = order[answers.passing(accept_unknown=accept, but=name)[order]]
        rows, at_least = _fitting(frame, rows, wish, accept_unknown=accept)
        if rows.size:
            nearest = _nearest(frame.iloc[rows], name, limits)
            found.append(Relaxation(name, len(rows), at_least, *nearest))
    if wish.rectangle_m is not None:
        count = int(answers.passing(accept_unknown=wish.accept_unknown)[order].sum())
        if count:
            found.append(Relaxation(RECTANGLE, count))
    if left_out:
        found.append(Relaxation(UNPLANNED, left_out))
    return tuple(sorted(found, key=lambda one: (-one.hits, one.criterion)))


def _fitting(
    frame: GeoDataFrame, rows: Rows, wish: Criteria, *, accept_unknown: bool
) -> tuple[Rows, bool]:
    if wish.rectangle_m is None:
        return rows, False
    at_least = len(rows) > MAX_TRIED
    rows = rows[:MAX_TRIED]
    open_land = (frame["kind"] == RESERVE).to_numpy()[rows]
    fits = ~open_land & accept_unknown
    boxes = rectangles(frame.geometry.to_numpy()[rows[open_land]], frame.crs, wish.rectangle_m)
    fits[open_land] = ~shapely.is_missing(boxes)
    return rows[fits], at_least


def rectangles(shapes: Geometries, crs: CRS, sides_m: tuple[float, float]) -> Geometries:
    """(n,) where a rectangle of these sides on the ground fits in each shape; else None."""
    factors = area_factors(shapes, crs)
    return on_ground(placed(on_ground(shapes, factors), *sides_m), 1 / factors)


def _limits(wish: Criteria) -> list[tuple[str, float]]:
    asked = {
        "min_daa": wish.min_daa,
        "max_daa": wish.max_daa,
        "station": wish.max_station_m,
        "road": wish.max_road_m,
        "min_bra": wish.min_bra_m2,
        "min_mw": wish.min_mw,
        "growth": INSIDE_SHARE if wish.growth == "only" else None,
        "corridor": INSIDE_SHARE if wish.corridor_only else None,
    }
    network = {"station": "network", "growth": "growth_regional"}
    other = {"station": wish.along_roads, "growth": wish.regional_counts}
    return [
        (network[name] if other.get(name) else name, limit)
        for name, limit in asked.items()
        if limit is not None
    ]


# Column of each criterion with a limit, its unit in the column's own, and whether less is better.
_MEASURES: Final[dict[str, tuple[str, float, bool]]] = {
    "min_daa": ("area_m2", 1000.0, False),
    "max_daa": ("offered_m2", 1000.0, True),  # of what is cut, the piece
    "station": ("station_m", 1.0, True),
    "network": ("network_m", 1.0, True),
    "road": ("road_m", 1.0, True),
    "min_bra": ("allowed_bra_m2", 1.0, False),
    "min_mw": ("site_power_mw", 1.0, False),
    "growth": ("growth_share", 1.0, False),
    "growth_regional": ("growth_share_regional", 1.0, False),
    "corridor": ("corridor_share", 1.0, False),
}


def _compared(frame: GeoDataFrame, name: str, limit: float) -> tuple[Floats, float]:
    """Values and a limit that they may not be above."""
    column, unit, less = _MEASURES[name]
    values = frame[column].to_numpy(dtype=float)
    rounding = AREA_ROUNDING_M2 if column.endswith("_m2") else 0.0
    return (values, limit * unit + rounding) if less else (-values, rounding - limit * unit)


def _at_most(values: Floats, limit: float) -> Floats:
    return np.where(np.isnan(values), np.nan, (values <= limit).astype(float))


def _nearest(
    rows: GeoDataFrame, name: str, limits: dict[str, float]
) -> tuple[float | None, str | None, str | None]:
    """Value that the criterion needs for one hit, and the zone and plots of that hit."""
    if name not in limits:
        return None, None, None
    column, unit, less = _MEASURES[name]
    values = rows[column].dropna().astype(float)
    if values.empty:
        return None, None, None
    place = rows.index.get_loc(values.idxmin() if less else values.idxmax())
    hit = rows.iloc[place]
    zone = None if pd.isna(hit["zone_name"]) else str(hit["zone_name"])
    value = float(values.min() if less else values.max())
    return value / unit, zone, str(hit["parcel_ids"])
