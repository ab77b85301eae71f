"""The criteria of a wish: met, not met or not known; and which one stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.geometry.rectangles import placed
from geo.land.rules import AREA_ROUNDING_M2
from geo.search.candidates import RESERVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Rows
    from geo.search.wish import Wish

INSIDE_SHARE: Final = 0.5  # A: a piece is in the growth areas, or the corridor, from half of it on
UNKNOWN: Final = "unknown"
RECTANGLE: Final = "rectangle"
# So many pieces, the best first, are tried for the rectangle when it is asked what stands in the
# way; the answer is then «at least».
MAX_TRIED: Final = 500


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
        One of `States.names`, `RECTANGLE`, or `UNKNOWN`: let pass what is not known.
    hits
        How many there would be.
    at_least
        Not all candidates were tried; there may be more.
    nearest
        The value that the criterion would need for one hit, in its own unit (daa, metres, m² BRA,
        share); None where it has none.
    """

    criterion: str
    hits: int
    at_least: bool = False
    nearest: float | None = None


def states(frame: GeoDataFrame, wish: Wish, zones: frozenset[str]) -> States:
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
    if zones:
        found["zones"] = frame["zone_id"].astype("str").isin(zones).to_numpy(dtype=float)
    for kind in wish.avoid:
        status = frame[f"{kind}_status"].map({"clear": 1.0, "overlap": 0.0})
        found[f"avoid.{kind}"] = status.to_numpy(dtype=float)
    table = np.stack([*found.values()], axis=1) if found else np.ones((len(frame), 0))
    return States(tuple(found), table)


def relaxations(
    frame: GeoDataFrame, answers: States, wish: Wish, order: Rows
) -> tuple[Relaxation, ...]:
    """
    Let each criterion go on its own, and count what is then found.

    Parameters
    ----------
    order
        (n,) rows, the best first.

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
            found.append(Relaxation(name, len(rows), at_least, nearest))
    if wish.rectangle_m is not None:
        count = int(answers.passing(accept_unknown=wish.accept_unknown).sum())
        if count:
            found.append(Relaxation(RECTANGLE, count))
    return tuple(sorted(found, key=lambda one: (-one.hits, one.criterion)))


def _fitting(
    frame: GeoDataFrame, rows: Rows, wish: Wish, *, accept_unknown: bool
) -> tuple[Rows, bool]:
    if wish.rectangle_m is None:
        return rows, False
    at_least = len(rows) > MAX_TRIED
    rows = rows[:MAX_TRIED]
    open_land = (frame["kind"] == RESERVE).to_numpy()[rows]
    fits = ~open_land & accept_unknown
    boxes = placed(frame.geometry.to_numpy()[rows[open_land]], *wish.rectangle_m)
    fits[open_land] = ~shapely.is_missing(boxes)
    return rows[fits], at_least


def _limits(wish: Wish) -> list[tuple[str, float]]:
    asked = {
        "min_daa": wish.min_daa,
        "max_daa": wish.max_daa,
        "station": wish.max_station_m,
        "road": wish.max_road_m,
        "min_bra": wish.min_bra_m2,
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
    "max_daa": ("area_m2", 1000.0, True),
    "station": ("station_m", 1.0, True),
    "network": ("network_m", 1.0, True),
    "road": ("road_m", 1.0, True),
    "min_bra": ("allowed_bra_m2", 1.0, False),
    "growth": ("growth_share", 1.0, False),
    "growth_regional": ("growth_share_regional", 1.0, False),
    "corridor": ("corridor_share", 1.0, False),
}


def _compared(frame: GeoDataFrame, name: str, limit: float) -> tuple[Floats, float]:
    """Values and a limit that they may not be above."""
    column, unit, less = _MEASURES[name]
    values = frame[column].to_numpy(dtype=float)
    rounding = AREA_ROUNDING_M2 if column in {"area_m2", "allowed_bra_m2"} else 0.0
    return (values, limit * unit + rounding) if less else (-values, rounding - limit * unit)


def _at_most(values: Floats, limit: float) -> Floats:
    return np.where(np.isnan(values), np.nan, (values <= limit).astype(float))


def _nearest(rows: GeoDataFrame, name: str, limits: dict[str, float]) -> float | None:
    if name not in limits:
        return None
    column, unit, less = _MEASURES[name]
    values = rows[column].dropna()
    if values.empty:
        return None
    best: Callable[[], float] = values.min if less else values.max
    return float(best()) / unit
