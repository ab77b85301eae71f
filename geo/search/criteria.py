"""What someone who looks for a site asks for: met, not met, not known, and what is in the way."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely
from pydantic import TypeAdapter

from geo.errors import CriteriaError
from geo.geometry.rectangles import placed
from geo.geometry.scale import area_factors, on_ground
from geo.land.rules import AREA_ROUNDING_M2
from geo.schema.coercion import quote
from geo.schema.documents import STRICT, read
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.flood import FLOOD_CLASSES, USUAL_CLASS
from geo.search.candidates import RESERVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo.geometry.overlay import Floats, Geometries, Rows


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
    if zones:
        found["zones"] = frame["zone_id"].astype("str").isin(zones).to_numpy(dtype=float)
    for kind in wish.avoid:
        status = frame[f"{kind}_status"].map({"clear": 1.0, "overlap": 0.0})
        found[f"avoid.{kind}"] = status.to_numpy(dtype=float)
    table = np.stack([*found.values()], axis=1) if found else np.ones((len(frame), 0))
    return States(tuple(found), table)


def relaxations(
    frame: GeoDataFrame, answers: States, wish: Criteria, order: Rows
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


Growth = Literal["any", "prefer", "only"]

LARGEST: Final = 1e6  # daa, m or m²·10³: more than any municipality is a slip of the unit
_LEAST_SIDE_M: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Weights:
    """
    How much each term of the score counts. All of them are our assumption (A), and editable.

    Attributes
    ----------
    size
        Little land beyond what is asked for, so that large pieces are left for those who need them.
    station, road
        Near a station, near the main road.
    constraints
        Little land under known constraints.
    growth
        Inside the growth areas.
    abc
        The business fits the place.

    Raises
    ------
    CriteriaError
        If one is negative or no number, or all are 0.
    """

    __pydantic_config__ = STRICT

    size: float = 1.0
    station: float = 1.0
    road: float = 1.0
    constraints: float = 1.0
    growth: float = 1.0
    abc: float = 1.0

    def __post_init__(self) -> None:
        values = asdict(self)
        for name, value in values.items():
            if not 0 <= value <= LARGEST:
                raise CriteriaError("error.wish", name=f"weights.{name}", value=f"{value:g}")
        if not any(values.values()):
            raise CriteriaError("error.wish", name="weights", value="0")


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """
    Criteria for a site. None, an empty tuple and «any» ask for nothing.

    Attributes
    ----------
    min_daa, max_daa
        Size in one piece, dekar.
    rectangle_m
        Sides of a rectangle that must fit, turned as needed; metres.
    zones
        Any of these zones, by id or name.
    max_station_m
        Farthest from a station, metres: straight, or along the roads with `along_roads`.
    max_road_m, road
        Farthest from a main road, metres straight: the named one, or any.
    min_bra_m2
        Floor area that the plan must at least allow on the piece; on a built plot, the unused part.
    avoid
        Kinds of constraint that may not overlap the piece; others are accepted, and shown.
    flood_class
        Safety class of the building, which decides which floods are in its way
        (`geo.screening.flood.FLOOD_CLASSES`).
    accept_unknown
        A criterion whose answer is not known is let pass, and shown.
    growth
        Only in growth areas, rather there than elsewhere, or no matter.
    regional_counts
        The regional business areas count as growth areas too.
    corridor_only
        Only in the corridor.
    business_type
        A key of the norms: decides whether the place fits, and the jobs there is room for.
    densification
        Plots with unused floor area are candidates too. They are another kind, never added to the
        vacant pieces.
    join
        Vacant pieces of neighbouring plots in one zone are one piece where they touch.
    weights
        Of the score.

    Raises
    ------
    CriteriaError
        If a value makes no sense; `name` says which.
    """

    __pydantic_config__ = STRICT

    min_daa: float | None = None
    max_daa: float | None = None
    rectangle_m: tuple[float, float] | None = None
    zones: tuple[str, ...] = ()
    max_station_m: float | None = None
    along_roads: bool = False
    max_road_m: float | None = None
    road: str | None = None
    min_bra_m2: float | None = None
    avoid: tuple[str, ...] = ()
    flood_class: str = USUAL_CLASS
    accept_unknown: bool = False
    growth: Growth = "any"
    regional_counts: bool = False
    corridor_only: bool = False
    business_type: str | None = None
    densification: bool = False
    join: bool = True
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        # Once each: equal wishes are equal, and a link cannot ask the same a thousand times.
        object.__setattr__(self, "zones", tuple(dict.fromkeys(self.zones)))
        object.__setattr__(self, "avoid", tuple(dict.fromkeys(self.avoid)))
        for name in ("min_daa", "max_daa", "max_station_m", "max_road_m", "min_bra_m2"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and 0 <= value <= LARGEST):
                raise CriteriaError("error.wish", name=name, value=f"{value:g}")
        if self.min_daa is not None and self.max_daa is not None and self.max_daa < self.min_daa:
            raise CriteriaError("error.wish", name="max_daa", value=f"{self.max_daa:g}")
        if self.rectangle_m is not None:
            for side in self.rectangle_m:
                if not _LEAST_SIDE_M <= side <= LARGEST:
                    raise CriteriaError("error.wish", name="rectangle_m", value=f"{side:g}")
        for kind in self.avoid:
            if kind not in CONSTRAINT_KINDS:
                raise CriteriaError("error.wish", name="avoid", value=kind)
        if self.flood_class not in FLOOD_CLASSES:
            raise CriteriaError("error.wish", name="flood_class", value=quote(self.flood_class))

    def as_json(self) -> str:
        """Return one text for equal wishes, without what is not asked for; `from_json` reads it."""
        usual = Criteria()
        asked = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(usual, one.name)
        }
        if "weights" in asked:
            asked["weights"] = asdict(self.weights)
        return json.dumps(asked, sort_keys=True, ensure_ascii=False, allow_nan=False)


_READER: Final = TypeAdapter(Criteria)


def from_json(text: str) -> Criteria:
    """
    Read what `Criteria.as_json` wrote.

    Raises
    ------
    ParameterError
        If it is something else; says where.
    CriteriaError
        If a value makes no sense.
    """
    return read(_READER, text, "error.wish_unreadable")
