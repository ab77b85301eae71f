"""A site that is screened: its facts, then the verdict with its reasons, and their document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from geo import i18n

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geo.growth.rule import RuleResult, Variants
    from geo.i18n import Remark


Assumption = Literal["jobs", "split", "border"]
RemedyKind = Literal["outline", "business_type", "jobs_inside", "combined"]


class Light(StrEnum):
    """The traffic light; the values are what the document says."""

    GREEN = "grønt lys"
    YELLOW = "gult lys"
    RED = "rødt lys"
    UNKNOWN = "ukjent"  # what is not known could be worse than all that is known
    UNCERTAIN = "usikker"  # the light changes within what the assumptions allow


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason for a light; the heavier weighs more."""

    light: Light
    weight: int
    remark: Remark

    def say(self, language: str = i18n.DEFAULT_LANGUAGE) -> str:
        """Say the reason."""
        return self.remark.say(language)


@dataclass(frozen=True, kw_only=True)
class SiteVerdict:
    """
    The light by the middle of all assumptions, and its reasons, the heaviest first.

    `known` is the worst light among them, whatever is not known.
    """

    light: Light
    known: Light
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Flip:
    """Another light within one assumption's stated range; `remark` says where."""

    assumption: Assumption
    light: Light
    remark: Remark


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """Where the light changes; empty where it holds. `untested` says what could not be tried."""

    flips: tuple[Flip, ...] = ()
    untested: tuple[Assumption, ...] = ()

    @property
    def uncertain(self) -> bool:
        """Whether an assumption decides the light."""
        return bool(self.flips)


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """
    A change that gives a better light, found by screening the changed site.

    Attributes
    ----------
    kind
        A smaller outline, another type of business, more jobs inside the growth areas, or several.
    light, remark
        The light with the change, and the change in words.
    geometry, area_m2, business_type, jobs_inside
        What is changed; None for what stays as it is.
    """

    kind: RemedyKind
    light: Light
    remark: Remark
    geometry: BaseGeometry | None = None
    area_m2: float | None = None
    business_type: str | None = None
    jobs_inside: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Screening:
    """
    Everything found out about one site. What is not known is None, never 0.

    Attributes
    ----------
    id, name
        As in the file of sites: hostile text. `own_id` is False where the id is only a number that
        was given here, which says nothing to a reader who has a name.
    geometry, area_m2
        EPSG:25832, repaired where it had to be; the area of a point or line is not known.
    municipality_no, municipalities
        The municipality with the largest part (None where it is in none that we have), and all of
        them with their parts (0–1), the largest first.
    home_share
        Part in the municipality itself (0–1), whose rule it is: the rule counts the site's jobs by
        it. None where it is not known where the municipality lies.
    beyond_data
        Whether the site is wholly outside the municipality, where the pack knows no ways.
    zones, plans
        Parts by zone and by plan purpose, the largest first; None where the layer is missing.
    growth_share, growth_share_regional
        Part inside the growth areas that count, and inside all of them; None without the layer.
    constraints
        By kind, every kind there is; flood by the safety class `flood_class`.
    station, road
        The nearest; None where the layer is missing, and where the site is beyond the data.
        `roads_sketched` where the roads are drawn by hand.
    grid
        The nearest line of the power grid; None as of the road.
    reserve_m2, densification_bra_m2
        Vacant business land and unused floor area on the site. None without an account of the
        land, where the site has no area, or where nothing is known; `unknown_plots` counts the
        plots on the site whose floor area is not known.
    unaccounted_m2
        Business land on the site that is in no plot of a zone, so that the figures above say
        nothing of it.
    corridor_share
        Part inside the corridor; None where the layer is missing.
    jobs, business_type
        What the site brings.
    abc
        Whether the business fits the place.
    rule_before, rule_after
        The rule without and with the site; None where growth areas or projects are missing.
        `rule_left_out` says that the site's jobs or place are not known, so the sums after are
        those before.
    counted_in, counted_as
        Names of projects that the rule counts and the site lies in; and whether it is taken as a
        part of them, in their place or in addition (`geo.screening.counted.COUNTED_AS`; None where
        it lies in none). `counted_roughly` where the extent of one is a circle around a point,
        `counted_open` where one is in no sum. `counted_beside` are projects that it only overlaps.
    rule_open
        The projects that are in no sum of the rule, for their jobs or place are not known.
    rule_dominant
        Those that alone are over half of a sum, and whose figure theirs is.
    verdict, sensitivity, remedies
        The light, whether it holds, and what would better it.
    unknown, assumptions
        What is not known about the site, and what all of this rests on.
    badges
        ``synthetic`` and ``illustrative``, where a layer used has them, or the outline itself.
    made_up, synthetic
        The pack's made-up layers, which are not used; and whether the outline itself is a made-up
        plot's.
    pack_directory
        Of the pack whose zones and projects are named: it has their names in other languages.
    area_correction
        How much the area was corrected for the map projection, as a share; 0 for not at all.
    """

    id: str
    own_id: bool
    name: str | None
    geometry: BaseGeometry
    area_m2: float | None
    municipality_no: str | None
    municipalities: tuple[tuple[str, float], ...]
    home_share: float | None
    beyond_data: bool
    zones: tuple[ZonePart, ...] | None
    plans: tuple[PlanPart, ...] | None
    growth_share: float | None
    growth_share_regional: float | None
    constraints: Mapping[str, Constraint]
    flood_class: str
    station: Station | None
    road: Road | None
    grid: GridLine | None
    reserve_m2: float | None
    densification_bra_m2: float | None
    unknown_plots: int | None
    unaccounted_m2: float | None
    corridor_share: float | None
    business_type: str | None
    jobs: Jobs
    abc: AbcFit
    rule_before: Variants[RuleResult] | None
    rule_after: Variants[RuleResult] | None
    rule_left_out: bool
    counted_in: tuple[str, ...]
    counted_as: str | None
    counted_roughly: bool
    counted_open: bool
    counted_beside: tuple[str, ...]
    rule_open: tuple[Remark, ...]
    rule_dominant: tuple[Remark, ...]
    verdict: SiteVerdict
    sensitivity: Sensitivity
    remedies: tuple[Remedy, ...] = ()
    unknown: tuple[Remark, ...] = ()
    assumptions: tuple[Remark, ...] = ()
    badges: tuple[str, ...] = ()
    roads_sketched: bool = False
    made_up: frozenset[str] = frozenset()
    synthetic: bool = False
    pack_directory: Path | None = None
    area_correction: float = 0.0

    @property
    def crosses(self) -> bool:
        """Whether the site lies in more than one municipality."""
        return len(self.municipalities) > 1

    @property
    def elsewhere(self) -> bool:
        """Whether no part of the site lies in the municipality, so that its rule counts no job."""
        return self.home_share == 0

    @property
    def unmoved(self) -> bool:
        """Whether the rule is the same with the site because the site lies elsewhere."""
        return self.elsewhere and self.rule_after == self.rule_before

    @property
    def light(self) -> Light:
        """The light to show: uncertain where an assumption decides it."""
        return Light.UNCERTAIN if self.sensitivity.uncertain else self.verdict.light


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
class Find:
    """
    What a register says of a constraint on a site; None where it says nothing.

    `recurrence_years` and `climate` (yes or no: whether with what the climate adds) are those of a
    flood, `value` is of nature, `status` how something is protected. Hostile text.
    """

    severity: Literal["exclude", "assess"]
    name: str | None = None
    recurrence_years: float | None = None
    climate: str | None = None
    value: str | None = None
    status: str | None = None


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
    synthetic
        Not mapped because what the pack holds of it is made up, which is no evidence.
    asked
        Whether the light asks for the kind: `geo.screening.constraints.asked_of`.
    finds, more
        The heaviest constraints of the kind that a register says more of, and how many more there
        are: those that bar building first, then the flood that comes most often, nature of the most
        value, and the largest.
    beyond, beyond_more
        Floods that come more seldom than those that the safety class is to stand safe from, and how
        many more there are.
    """

    kind: str
    status: Status
    m2: float | None
    exclude_m2: float | None = None
    severity: Literal["exclude", "assess"] | None = None
    source: str | None = None
    mapped_share: float | None = None
    synthetic: bool = False
    asked: bool = True
    finds: tuple[Find, ...] = ()
    more: int = 0
    beyond: tuple[Find, ...] = ()
    beyond_more: int = 0


@dataclass(frozen=True, kw_only=True)
class Station:
    """
    The nearest station, straight from the outline, and along the roads from there.

    `network_m` is None where there is no way along the roads we have; `reason` then says why.
    `at_most` says that a nearer one may lie outside the municipality, where the pack has none.
    """

    name: str | None
    distance_m: float
    network_m: float | None
    reason: Remark | None = None
    at_most: bool = False


@dataclass(frozen=True, kw_only=True)
class Road:
    """The nearest main road, straight from the outline; `at_most` as of a station."""

    name: str | None
    distance_m: float
    at_most: bool = False


@dataclass(frozen=True, kw_only=True)
class GridLine:
    """
    The nearest line of the power grid, straight from the outline; whether it has room is not known.

    `voltage_kv` is None where the layer does not tell; `at_most` as of a station.
    """

    name: str | None
    voltage_kv: float | None
    distance_m: float
    at_most: bool = False


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
