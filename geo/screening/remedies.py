"""«Hva skal til»: the nearest changes that give a site a better light, each screened again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.remarks import Amount, Remark
from geo.screening import changes
from geo.screening.assess import assess
from geo.screening.facts import figures, otherwise
from geo.screening.model import Light, Remedy
from geo.screening.sensitivity import LIGHTS
from geo.screening.verdict import SEVERITY, better

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geo.screening.changes import Change
    from geo.screening.context import Ground
    from geo.screening.facts import Figures
    from geo.screening.model import Screening


def remedies(
    ground: Ground,
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
    trial = _Trial(ground, frame, known, utilisation)
    outlines = changes.outlines(ground, screenings)
    singles = []
    for site, found in enumerate(screenings):
        singles += [
            *outlines.get(site, []),
            *changes.types(ground, site, found),
            *changes.jobs(site, found),
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
        tuple(_remedy(one) for one in _worth_it(found.verdict.light, alone, joined))
        for found, alone, joined in zip(screenings, best, together, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """A change and the changed site's screening."""

    change: Change
    found: Screening

    @property
    def rank(self) -> tuple[int, int, float]:
        """The best light first, then the fewest things changed, then the nearest."""
        return (-SEVERITY.index(self.found.verdict.light), self.change.count, self.change.order)


class _Trial:
    """Screens changed sites, many at once."""

    def __init__(
        self,
        ground: Ground,
        frame: gpd.GeoDataFrame,
        known: Figures,
        utilisation: float | None,
    ) -> None:
        self._ground, self._known, self._utilisation = ground, known, utilisation
        self._crs = frame.crs
        self._rows = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)

    def run(self, tried: list[Change]) -> list[_Outcome]:
        """Screen each change by itself; where the outline stays, so do the figures of the place."""
        cut = [one for one in tried if one.shape is not None]
        kept = [one for one in tried if one.shape is None]
        return [*self._judged(kept, self._same_place), *self._judged(cut, self._other_place)]

    def _judged(
        self, tried: list[Change], figures_of: Callable[[list[Change]], Figures]
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

    def _same_place(self, tried: list[Change]) -> Figures:
        at = np.array([one.site for one in tried])
        return otherwise(self._known, at, self._changed(tried), self._ground, self._utilisation)

    def _other_place(self, tried: list[Change]) -> Figures:
        shapes = np.array([one.shape for one in tried], dtype=object)
        frame = gpd.GeoDataFrame(self._changed(tried), geometry=shapes, crs=self._crs)
        return figures(self._ground, frame, utilisation=self._utilisation)

    def _changed(self, tried: list[Change]) -> pd.DataFrame:
        rows = self._rows.iloc[[one.site for one in tried]].reset_index(drop=True)
        types = rows.get("business_type", pd.Series(None, index=rows.index)).tolist()
        named = [one.business_type or old for one, old in zip(tried, types, strict=True)]
        return rows.assign(business_type=pd.Series(named, index=rows.index, dtype=object))


def _joined(singles: Iterable[_Outcome]) -> list[Change]:
    """Every choice of two or three different changes."""
    tried: list[Change] = []
    for single in singles:
        tried += [single.change, *(one.with_(single.change) for one in tried)]
    return [one for one in tried if one.count > 1]


def _worth_it(
    light: Light, alone: dict[str, _Outcome], joined: dict[str, _Outcome]
) -> list[_Outcome]:
    offered = [one for one in alone.values() if better(one.found.verdict.light, light)]
    for one in joined.values():
        lights = [light, *(other.found.verdict.light for other in offered)]
        if all(better(one.found.verdict.light, other) for other in lights):
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
    light = found.verdict.light
    # What is not known stays so whatever is done with the site: then that is said, not a colour.
    msgid = "screen.remedy_unknown" if light == Light.UNKNOWN else "screen.remedy"
    said = Remark(msgid, {"changes": tuple(what), "light": Remark(LIGHTS[light])})
    return Remedy(
        kind=change.kind,
        light=light,
        remark=said,
        geometry=None if change.shape is None else found.geometry,
        area_m2=None if change.shape is None else found.area_m2,
        business_type=change.business_type,
        jobs_inside=change.jobs_inside or None,
    )
