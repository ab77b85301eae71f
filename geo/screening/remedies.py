"""«Hva skal til»: the nearest changes that give a site a better light, each screened again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay
from geo.geometry.coverage import Sites, overlaps
from geo.i18n import Amount, Remark
from geo.jobs import business_key
from geo.land.rules import MIN_PART_M2
from geo.screening.abc import BUSINESS_CLASS, abc_fit
from geo.screening.assess import assess
from geo.screening.facts import figures, otherwise
from geo.screening.model import Light, Remedy
from geo.screening.sensitivity import LIGHTS
from geo.screening.verdict import SEVERITY, better

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geo.geometry.coverage import Indexed
    from geo.growth.rule import RuleResult, Variants
    from geo.screening.context import Context
    from geo.screening.facts import Figures
    from geo.screening.model import RemedyKind, Screening


@dataclass(frozen=True, kw_only=True)
class Modification:
    """One change to try on a site; the lower `order`, the nearer it is to what was asked."""

    site: int
    order: float = 0.0
    shape: BaseGeometry | None = None
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

    def with_(self, other: Modification) -> Modification:
        """Both changes, of different kinds."""
        return Modification(
            site=self.site,
            order=self.order + other.order,
            shape=self.shape or other.shape,
            business_type=self.business_type or other.business_type,
            jobs_inside=self.jobs_inside or other.jobs_inside,
        )


def smaller_outlines(
    context: Context, screenings: Sequence[Screening]
) -> dict[int, list[Modification]]:
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
    outlines = np.array([screenings[row].geometry for row in rows], dtype=object)
    sites = Sites.of(outlines, context.crs)
    free = sites.shapes.copy()
    constraints = context.constraints
    if constraints.shapes is not None:
        free = _without(sites, constraints.shapes, constraints.excludes == 1)
    inside = both = None
    if context.growth is not None:
        out = _without(sites, context.growth.areas.index, context.growth.counts == 1)
        inside = overlay.polygonal(shapely.difference(sites.shapes, out))
        both = overlay.polygonal(shapely.difference(free, out))
    found: dict[int, list[Modification]] = {}
    for shapes in (free, inside, both):
        if shapes is None:
            continue
        for at, piece in enumerate(_largest(shapes)):
            area, whole = piece.area, sites.size[at]
            if MIN_PART_M2 / sites.scale[at] <= area < whole * (1 - 1e-9):
                change = Modification(site=rows[at], order=1 - area / whole, shape=piece)
                mine = found.setdefault(rows[at], [])
                if all(one.order != change.order for one in mine):  # with both the same is tried
                    mine.append(change)
    return found


def _is_barred(found: Screening) -> bool:
    return any(one.severity == "exclude" for one in found.constraints.values())


def _is_across(found: Screening) -> bool:
    """
    Whether the site lies on both sides of a border of the growth areas.

    Also where the rule is fulfilled with it: that a smaller outline would be green must not hang on
    whether the rule is known.
    """
    return found.growth_share is not None and 0 < found.growth_share < 1


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


def _largest(shapes: overlay.Geometries) -> list[BaseGeometry]:
    """Return the largest single polygon of each shape."""
    parts = (shapely.get_parts(shape) for shape in shapes)
    return [max(some, key=lambda part: part.area, default=shapely.Polygon()) for some in parts]


def types(context: Context, site: int, found: Screening) -> list[Modification]:
    """The type of business nearest in class that fits a place where the site's own does not."""
    if found.abc.fit != "does_not_fit":
        return []
    mine = business_key(found.business_type)
    station = found.station
    station_m = None if station is None else station.distance_m
    at_most = station is not None and station.at_most
    fitting = [
        other
        for other in BUSINESS_CLASS
        if other != mine
        and other in context.norms
        and abc_fit(other, found.abc.place_class, station_m, at_most=at_most).fit == "fits"
    ]
    own = ord(found.abc.business_class or "B")
    fitting.sort(key=lambda other: abs(ord(BUSINESS_CLASS[other]) - own))
    return [Modification(site=site, business_type=other) for other in fitting[:1]]


def jobs(site: int, found: Screening) -> list[Modification]:
    """Further jobs inside, as many as the rule needs with the site."""
    after = found.rule_after
    inside = found.growth_share is not None and found.growth_share >= 1
    if after is None or inside or found.rule_left_out or found.elsewhere:
        return []
    count = _needed_by(after)
    return [Modification(site=site, jobs_inside=count)] if count else []


def _needed_by(state: Variants[RuleResult]) -> int | None:
    """Jobs inside that fulfil the rule in both variants; None where no number can."""
    needed = [_needed(result) for result in state]
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


def remedies(
    context: Context,
    frame: gpd.GeoDataFrame,
    known: Figures,
    screenings: Sequence[Screening],
    *,
    utilisation: float | None = None,
) -> list[tuple[Remedy, ...]]:
    """
    Find what would better the light of each site.

    Tried: the largest single piece of the outline without barred land, inside the areas that
    count, and both; the type of business nearest in class that fits the place; as many further
    jobs inside the areas that count as the rule needs; and the best of these together. A change is
    a remedy if the changed site, screened again, gets a better light; changes together only if
    they get a better one than any of them alone. Of several outlines the one with the best light is
    kept, then the largest.

    Parameters as in `screen.screen`; `known` and `screenings` are of the rows of `frame`.
    """
    trial = _Trial(context, frame, known, utilisation)
    outlines = smaller_outlines(context, screenings)
    singles = []
    for site, found in enumerate(screenings):
        singles += [
            *outlines.get(site, []),
            *types(context, site, found),
            *jobs(site, found),
        ]
    best: list[dict[str, _Outcome]] = [{} for _ in screenings]
    for one in trial.run(singles):
        other = best[one.change.site].get(one.change.kind)
        if other is None or one.rank < other.rank:
            best[one.change.site][one.change.kind] = one
    together: list[dict[str, _Outcome]] = [{} for _ in screenings]
    for one in trial.run([joined for some in best for joined in _joined(some.values())]):
        other = together[one.change.site].get("combined")
        if other is None or one.rank < other.rank:
            together[one.change.site]["combined"] = one
    return [
        tuple(_remedy(one) for one in _worth_it(found.verdict.known, alone, joined))
        for found, alone, joined in zip(screenings, best, together, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """A change and the changed site's screening."""

    change: Modification
    found: Screening

    @property
    def rank(self) -> tuple[int, int, float]:
        """The best light first, then the fewest things changed, then the nearest."""
        return (-SEVERITY.index(self.found.verdict.known), self.change.count, self.change.order)


class _Trial:
    """Screens changed sites, many at once."""

    def __init__(
        self,
        context: Context,
        frame: gpd.GeoDataFrame,
        known: Figures,
        utilisation: float | None,
    ) -> None:
        self._ground, self._known, self._utilisation = context, known, utilisation
        self._crs = frame.crs
        self._rows = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)

    def run(self, tried: list[Modification]) -> list[_Outcome]:
        """Screen each change by itself; where the outline stays, so do the figures of the place."""
        cut = [one for one in tried if one.shape is not None]
        kept = [one for one in tried if one.shape is None]
        return [*self._judged(kept, self._same_place), *self._judged(cut, self._other_place)]

    def _judged(
        self, tried: list[Modification], figures_of: Callable[[list[Modification]], Figures]
    ) -> list[_Outcome]:
        if not tried:
            return []
        after = assess(
            self._ground,
            figures_of(tried),
            utilisation=self._utilisation,
            more_inside=np.array([float(one.jobs_inside) for one in tried]),
            brief=True,
        )
        return [_Outcome(change=c, found=f) for c, f in zip(tried, after, strict=True)]

    def _same_place(self, tried: list[Modification]) -> Figures:
        at = np.array([one.site for one in tried])
        return otherwise(self._known, at, self._changed(tried), self._ground, self._utilisation)

    def _other_place(self, tried: list[Modification]) -> Figures:
        shapes = np.array([one.shape for one in tried], dtype=object)
        frame = gpd.GeoDataFrame(self._changed(tried), geometry=shapes, crs=self._crs)
        return figures(self._ground, frame, utilisation=self._utilisation)

    def _changed(self, tried: list[Modification]) -> pd.DataFrame:
        rows = self._rows.iloc[[one.site for one in tried]].reset_index(drop=True)
        types = rows.get("business_type", pd.Series(None, index=rows.index)).tolist()
        named = [one.business_type or old for one, old in zip(tried, types, strict=True)]
        return rows.assign(business_type=pd.Series(named, index=rows.index, dtype=object))


def _joined(singles: Iterable[_Outcome]) -> list[Modification]:
    """Every choice of two or three different changes."""
    tried: list[Modification] = []
    for single in singles:
        tried += [single.change, *(one.with_(single.change) for one in tried)]
    return [one for one in tried if one.count > 1]


def _worth_it(
    light: Light, alone: dict[str, _Outcome], joined: dict[str, _Outcome]
) -> list[_Outcome]:
    offered = [one for one in alone.values() if better(one.found.verdict.known, light)]
    for one in joined.values():
        lights = [light, *(other.found.verdict.known for other in offered)]
        if all(better(one.found.verdict.known, other) for other in lights):
            offered.append(one)
    return offered


def _remedy(outcome: _Outcome) -> Remedy:
    change, found = outcome.change, outcome.found
    what: list[Remark] = []
    if change.shape is not None:
        what.append(Remark("screen.remedy_outline", {"area": Amount(found.area_m2, "daa")}))
    if change.business_type is not None:
        business = Remark(f"business.{change.business_type}")
        what.append(Remark("screen.remedy_type", {"type": business}))
    if change.jobs_inside:
        what.append(Remark("screen.remedy_jobs", {"count": change.jobs_inside}))
    light, known = found.verdict.light, found.verdict.known
    # What is not known stays so whatever is done with the site: then that is said, not a colour.
    msgid = "screen.remedy" if light == known else "screen.remedy_known"
    msgid = "screen.remedy_unknown" if known == Light.UNKNOWN else msgid
    said = Remark(msgid, {"changes": tuple(what), "light": Remark(LIGHTS[known])})
    return Remedy(
        kind=change.kind,
        light=light,
        remark=said,
        geometry=None if change.shape is None else found.geometry,
        area_m2=None if change.shape is None else found.area_m2,
        business_type=change.business_type,
        jobs_inside=change.jobs_inside or None,
    )
