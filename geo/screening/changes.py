"""Changes to a site that may give it a better light: outlines, types of business, jobs inside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.geometry import overlay
from geo.geometry.coverage import Sites, overlaps
from geo.land.rules import MIN_PART_M2
from geo.screening.abc import BUSINESS_CLASS, abc_fit, business_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import Geometry

    from geo.geometry.coverage import Indexed
    from geo.growth.rule import RuleResult
    from geo.screening.context import Ground
    from geo.screening.model import RemedyKind, RuleState, Screening


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change to try on a site; the lower `order`, the nearer it is to what was asked."""

    site: int
    order: float = 0.0
    shape: Geometry | None = None
    business_type: str | None = None
    jobs_inside: int = 0

    @property
    def count(self) -> int:
        """How many things are changed."""
        return len(self._changed)

    @property
    def kind(self) -> RemedyKind:
        """What is changed; more than one thing is `combined`."""
        return self._changed[0] if self.count == 1 else "combined"

    @property
    def _changed(self) -> list[RemedyKind]:
        changed: tuple[tuple[RemedyKind, bool], ...] = (
            ("outline", self.shape is not None),
            ("business_type", self.business_type is not None),
            ("jobs_inside", self.jobs_inside > 0),
        )
        return [kind for kind, done in changed if done]

    def with_(self, other: Change) -> Change:
        """Both changes, of different kinds."""
        return Change(
            site=self.site,
            order=self.order + other.order,
            shape=self.shape or other.shape,
            business_type=self.business_type or other.business_type,
            jobs_inside=self.jobs_inside or other.jobs_inside,
        )


def outlines(ground: Ground, screenings: Sequence[Screening]) -> dict[int, list[Change]]:
    """
    Smaller outlines of those sites that are partly barred or lie across a border, by site.

    The largest single piece without barred land, inside the areas that count, and both; none that
    is smaller than `MIN_PART_M2`.
    """
    rows = [
        row
        for row, one in enumerate(screenings)
        if one.area_m2 is not None and (_is_barred(one) or _is_across(one))
    ]
    if not rows:
        return {}
    sites = Sites.of(np.array([screenings[row].geometry for row in rows], dtype=object))
    free = sites.shapes.copy()
    constraints = ground.constraints
    if constraints.shapes is not None:
        free = _without(sites, constraints.shapes, constraints.excludes == 1)
    inside = both = None
    if ground.growth is not None:
        out = _without(sites, ground.growth.areas.index, ground.growth.counts == 1)
        inside = overlay.polygonal(shapely.difference(sites.shapes, out))
        both = overlay.polygonal(shapely.difference(free, out))
    found: dict[int, list[Change]] = {}
    for shapes in (free, inside, both):
        if shapes is None:
            continue
        for at, piece in enumerate(_largest(shapes)):
            area, whole = piece.area, sites.size[at]
            if MIN_PART_M2 <= area < whole * (1 - 1e-9):
                change = Change(site=rows[at], order=1 - area / whole, shape=piece)
                mine = found.setdefault(rows[at], [])
                if all(one.order != change.order for one in mine):  # with both the same is tried
                    mine.append(change)
    return found


def _is_barred(found: Screening) -> bool:
    return any(one.severity == "exclude" for one in found.constraints.values())


def _is_across(found: Screening) -> bool:
    """Whether the site lies on both sides, and the rule is not simply fulfilled with it."""
    across = found.growth_share is not None and 0 < found.growth_share < 1
    after = found.rule_after
    fulfilled = after is not None and not found.rule_left_out and _needed_by(after) == 0
    return across and not fulfilled


def _without(sites: Sites, layer: Indexed, wanted: Any) -> overlay.Geometries:  # noqa: ANN401  # a mask
    met = overlaps(sites, layer)
    met = met.only(wanted[met.row])
    with overlay.quiet():
        return overlay.subtract(
            overlay.polygonal(overlay.own(sites.shapes)),
            overlay.polygonal(overlay.own(met.part)),
            met.site,
            np.arange(met.site.size),
        )


def _largest(shapes: overlay.Geometries) -> list[Geometry]:
    """Return the largest single polygon of each shape."""
    parts = (shapely.get_parts(shape) for shape in shapes)
    return [max(some, key=lambda part: part.area, default=shapely.Polygon()) for some in parts]


def types(ground: Ground, site: int, found: Screening) -> list[Change]:
    """The type of business nearest in class that fits a place where the site's own does not."""
    if found.abc.fit != "does_not_fit":
        return []
    mine = business_key(found.business_type)
    station_m = None if found.station is None else found.station.distance_m
    fitting = [
        other
        for other in BUSINESS_CLASS
        if other != mine
        and other in ground.norms
        and abc_fit(other, found.abc.place_class, station_m).fit == "fits"
    ]
    own = ord(found.abc.business_class or "B")
    fitting.sort(key=lambda other: abs(ord(BUSINESS_CLASS[other]) - own))
    return [Change(site=site, business_type=other) for other in fitting[:1]]


def jobs(site: int, found: Screening) -> list[Change]:
    """Further jobs inside, as many as the rule needs with the site."""
    after = found.rule_after
    inside = found.growth_share is not None and found.growth_share >= 1
    if after is None or inside or found.rule_left_out:
        return []
    count = _needed_by(after)
    return [Change(site=site, jobs_inside=count)] if count else []


def _needed_by(state: RuleState) -> int | None:
    """Jobs inside that fulfil the rule in both variants; None where no number can."""
    needed = [_needed(one) for one in (state.counted, state.with_regional_areas)]
    return None if None in needed else max(one for one in needed if one is not None)


def _needed(rule: RuleResult) -> int | None:
    """
    Jobs inside that make the whole interval reach the target.

    J_out,high·t/(1−t) − J_in,low, rounded up to whole jobs; None where no number can.
    """
    if rule.target == 1 or rule.shrinking:
        return None
    missing = rule.jobs_outside_high * rule.target / (1 - rule.target) - rule.jobs_inside_low
    return max(0, math.ceil(missing - 1e-6))
