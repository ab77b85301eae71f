"""Facts of a site, before anything is judged: zones, plans, constraints, stations, roads, jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from geo.remarks import Remark

Status = Literal["overlap", "clear", "not_mapped"]
Fit = Literal["fits", "does_not_fit", "unknown"]


@dataclass(frozen=True, kw_only=True)
class ZonePart:
    """The part of a site in one zone; `share` 0–1 of the site."""

    zone_id: str
    name: str
    share: float
    abc: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlanPart:
    """The part of a site in one plan and purpose; of overlapping plans the newest holds."""

    plan_id: str
    land_use_code: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """
    What one kind of constraint says of a site.

    Attributes
    ----------
    status
        overlap, clear (all of the site is mapped, no overlap) or not_mapped.
    m2
        Area under constraints of the kind, counted once: 0 where clear, None where not mapped or
        where the site has no area.
    exclude_m2
        The part of `m2` under constraints that exclude building.
    severity
        The severest of those that overlap; None without overlap.
    source
        Their sources; None without overlap or where no source is given.
    mapped_share
        Part of the site that is mapped for the kind (0–1); None without coverage of the kind.
    """

    kind: str
    status: Status
    m2: float | None
    exclude_m2: float | None = None
    severity: Literal["exclude", "assess"] | None = None
    source: str | None = None
    mapped_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Station:
    """
    The nearest station, straight from the outline, and along the roads from there.

    `network_m` is None where there is no way along the roads we have; `reason` then says why.
    """

    name: str
    distance_m: float
    network_m: float | None
    reason: Remark | None = None


@dataclass(frozen=True, kw_only=True)
class Road:
    """The nearest main road, straight from the outline."""

    name: str | None
    distance_m: float


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """Jobs of the site; `basis` is given, floor_area, utilisation or unknown (all three None)."""

    low: float | None
    mid: float | None
    high: float | None
    basis: str


@dataclass(frozen=True, kw_only=True)
class AbcFit:
    """Whether the business fits the place, by their classes A, B and C, and why."""

    fit: Fit
    business_class: str | None
    place_class: str | None
    reason: Remark
