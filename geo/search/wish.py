"""What someone who looks for a site asks for, and how hits are weighed against each other."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import Final, Literal

from pydantic import TypeAdapter

from geo.schema.documents import STRICT, read
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening_errors import WishError, WishUnreadableError

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
    WishError
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
                raise WishError(name=f"weights.{name}", value=f"{value:g}")
        if not any(values.values()):
            raise WishError(name="weights", value="0")


@dataclass(frozen=True, kw_only=True)
class Wish:
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
    WishError
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
    accept_unknown: bool = False
    growth: Growth = "any"
    regional_counts: bool = False
    corridor_only: bool = False
    business_type: str | None = None
    densification: bool = False
    join: bool = True
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        for name in ("min_daa", "max_daa", "max_station_m", "max_road_m", "min_bra_m2"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and 0 <= value <= LARGEST):
                raise WishError(name=name, value=f"{value:g}")
        if self.min_daa is not None and self.max_daa is not None and self.max_daa < self.min_daa:
            raise WishError(name="max_daa", value=f"{self.max_daa:g}")
        if self.rectangle_m is not None:
            for side in self.rectangle_m:
                if not _LEAST_SIDE_M <= side <= LARGEST:
                    raise WishError(name="rectangle_m", value=f"{side:g}")
        for kind in self.avoid:
            if kind not in CONSTRAINT_KINDS:
                raise WishError(name="avoid", value=kind)

    def as_json(self) -> str:
        """Return one text for equal wishes, without what is not asked for; `from_json` reads it."""
        usual = Wish()
        asked = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(usual, one.name)
        }
        if "weights" in asked:
            asked["weights"] = asdict(self.weights)
        return json.dumps(asked, sort_keys=True, ensure_ascii=False, allow_nan=False)


_READER: Final = TypeAdapter(Wish)


def from_json(text: str) -> Wish:
    """
    Read what `Wish.as_json` wrote.

    Raises
    ------
    WishUnreadableError
        If it is something else; says where.
    WishError
        If a value makes no sense.
    """
    return read(_READER, text, WishUnreadableError)
