"""What someone who looks for a site asks for, there and back as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import Final, Literal

from pydantic import TypeAdapter

from geo.errors import CriteriaError
from geo.register.fields import LEVELS
from geo.schema.coercion import quote
from geo.schema.documents import STRICT, read
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.flood import FLOOD_CLASSES, USUAL_CLASS

INSIDE_SHARE: Final = 0.5  # A: a piece is in the growth areas, or the corridor, from half of it on

Growth = Literal["any", "prefer", "only"]

LARGEST: Final = 1e6  # daa, m or m²·10³: more than any municipality is a slip of the unit
# A: land up to twice as large as wished is taken as it is; of larger a piece is enough.
CUT_FROM: Final = 2.0
_LEAST_SIDE_M: Final = 1.0
_AMOUNTS: Final = (
    *("min_daa", "max_daa", "target_daa", "max_station_m", "max_road_m", "min_bra_m2", "min_mw"),
)


@dataclass(frozen=True, kw_only=True)
class Weights:
    """
    How much each term of the score counts. All of them are our assumption (A), and editable.

    Attributes
    ----------
    size
        As large as wished, so that large pieces are left for those who need them.
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
    target_daa
        The size that is wished most, dekar; else the least, see `wished_daa`.
    cut
        Of vacant land that is too large (`cut_from_daa`) a piece of the wished size is offered
        instead of all of it.
    rectangle_m
        Sides of a rectangle that must fit, turned as needed; metres.
    zones
        Any of these zones, by id or name.
    max_station_m
        Farthest from a station, metres: straight, or along the roads with `along_roads`, which
        then also decides what is near in the score.
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
    unplanned
        Land whose only plan is a case under way, or that is in another use, is offered too
        (`geo.search.standing`).
    business_type
        A key of the norms: decides whether the place fits, and the jobs there is room for.
    densification
        Plots with unused floor area are candidates too. They are another kind, never added to the
        vacant pieces.
    join
        Vacant pieces of neighbouring plots in one zone are one piece where they touch.
    registered
        Only land that is a site in the register (`geo.search.registered`).
    min_mw
        Power that the register at least says there is, MW; what it does not say is not known.
    readiness
        Any of these levels of the register (`geo.register.fields.LEVELS`).
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
    target_daa: float | None = None
    cut: bool = False
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
    unplanned: bool = False
    business_type: str | None = None
    densification: bool = False
    join: bool = True
    registered: bool = False
    min_mw: float | None = None
    readiness: tuple[str, ...] = ()
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        # Once each: equal wishes are equal, and a link cannot ask the same a thousand times.
        object.__setattr__(self, "zones", tuple(dict.fromkeys(self.zones)))
        object.__setattr__(self, "avoid", tuple(dict.fromkeys(self.avoid)))
        object.__setattr__(self, "readiness", tuple(dict.fromkeys(self.readiness)))
        self._check_amounts()
        if self.rectangle_m is not None:
            for side in self.rectangle_m:
                if not _LEAST_SIDE_M <= side <= LARGEST:
                    raise CriteriaError("error.wish", name="rectangle_m", value=f"{side:g}")
        for kind in self.avoid:
            if kind not in CONSTRAINT_KINDS:
                raise CriteriaError("error.wish", name="avoid", value=kind)
        for level in self.readiness:
            if level not in LEVELS:
                raise CriteriaError("error.wish", name="readiness", value=quote(level))
        if self.flood_class not in FLOOD_CLASSES:
            raise CriteriaError("error.wish", name="flood_class", value=quote(self.flood_class))

    def _check_amounts(self) -> None:
        for name in _AMOUNTS:
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and 0 <= value <= LARGEST):
                raise CriteriaError("error.wish", name=name, value=f"{value:g}")
        if self.min_daa is not None and self.max_daa is not None and self.max_daa < self.min_daa:
            raise CriteriaError("error.wish", name="max_daa", value=f"{self.max_daa:g}")
        if self.target_daa is not None and not (
            (self.min_daa or 0.0) <= self.target_daa <= (self.max_daa or LARGEST)
        ):
            raise CriteriaError("error.wish", name="target_daa", value=f"{self.target_daa:g}")

    @property
    def wished_daa(self) -> float | None:
        """The size that a piece is best of: the one named, else the least; None for no matter."""
        return self.target_daa or self.min_daa or None

    @property
    def cut_from_daa(self) -> float | None:
        """Vacant land above this is cut: the most asked for, else `CUT_FROM` times the wished."""
        if not self.cut or self.wished_daa is None:
            return None
        return self.max_daa or CUT_FROM * self.wished_daa

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
