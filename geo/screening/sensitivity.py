"""Whether the light holds within what the assumptions allow, and which of them decides it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.geometry.coverage import Sites
from geo.growth.rule import Variants
from geo.i18n import Amount, Remark
from geo.screening.counted import REPLACES, counted, rule_effects
from geo.screening.facts import built_shares, moved_shares
from geo.screening.home import of_site
from geo.screening.model import Flip, Light, Sensitivity
from geo.screening.verdict import light_of, rule_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats, Rows
    from geo.screening.context import Context
    from geo.screening.facts import Figures
    from geo.screening.model import Assumption, Reason

_JOBS: Final = ("jobs_low", "jobs", "jobs_high")
_OF_RULE: Final = (*_JOBS, "jobs_lost", "counted_in", "counted_as", "home_share")

LIGHTS: Final = {light: f"light.{light.name.lower()}" for light in Light}


class _Trial:
    """Collects, site by site, the lights that differ from the one by the middle of everything."""

    def __init__(
        self,
        context: Context,
        others: list[list[Reason]],
        lights: list[Light],
        more_inside: Floats,
    ) -> None:
        self._ground, self._others, self._lights = context, others, lights
        self._extra = more_inside
        self.flips: list[list[Flip]] = [[] for _ in lights]

    def run(
        self,
        assumption: Assumption,
        msgid: str,
        rows: Rows,
        columns: Mapping[str, NDArray[Any]],
        shares: Variants[Floats],
    ) -> None:
        """Judge some rows by other figures; `shares` is of these rows only."""
        if not rows.size:
            return
        some = {name: columns[name][rows] for name in _OF_RULE}
        rule = rule_effects(self._ground, some, shares, self._extra[rows])
        growth = self._ground.growth
        accuracy = None if growth is None else growth.accuracy_m
        for at, row in enumerate(rows.tolist()):
            pair = Variants(float(shares.counted[at]), float(shares.regional[at]))
            reason = rule_reason(
                rule.before[at],
                rule.after[at],
                pair,
                left_out=bool(rule.left_out[at]),
                counted=counted(self._ground, some, at),
                home=float(some["home_share"][at]),
            )
            light = light_of([*self._others[row], reason])
            if light != self._lights[row]:
                parts = {
                    "light": Remark(LIGHTS[light]),
                    "jobs": float(some["jobs"][at]),
                    "share": Amount(of_site(pair.counted, some["home_share"][at]), "percent"),
                    "accuracy": Amount(accuracy, "kilometres"),
                }
                remark = Remark(msgid, parts)
                self.flips[row].append(Flip(assumption=assumption, light=light, remark=remark))


def sensitivities(
    context: Context,
    found: Figures,
    others: list[list[Reason]],
    lights: list[Light],
    more_inside: Floats,
) -> list[Sensitivity]:
    """
    Try each assumption at the ends of its stated range, one at a time.

    Parameters
    ----------
    found
        The sites' figures.
    others
        (n,) the reasons of everything but the rule, which no assumption here touches.
    lights
        (n,) the light by the middle of everything.
    more_inside
        As in `geo.screening.assess.assess`.

    Returns
    -------
    list
        For each site the flips by jobs (all of them at the low and at the high end), by splitting
        the site where its buildings stand (else by its middle point; without a layer of buildings
        all of it on the one side and on the other) instead of by area, and by the
        growth areas' borders inwards and outwards by their accuracy. `untested` names assumptions
        whose range is not known.
    """
    columns, sites, shares = found.columns, found.ruled, found.shares
    trial = _Trial(context, others, lights, more_inside)

    # A site that is all inside helps the rule by any number of jobs.
    inside = (shares.counted >= 1) & (columns["counted_as"] != REPLACES)
    wide = np.flatnonzero((columns["jobs_low"] < columns["jobs_high"]) & ~inside)
    for end in ("jobs_low", "jobs_high"):
        at_end = {**columns, **dict.fromkeys(_JOBS, columns[end])}
        msgid = "screen.flip_jobs_low" if end == "jobs_low" else "screen.flip_jobs_high"
        trial.run("jobs", msgid, wide, at_end, _of(shares, wide))

    # A site that is all on one side is so by any way of splitting it.
    across = np.flatnonzero(_within(shares.counted) | _within(shares.regional))
    if across.size and context.buildings is not None:
        some = Sites.of(sites.shapes[across])
        trial.run("split", "screen.flip_split", across, columns, built_shares(some, context))
    elif across.size:
        for side in (0.0, 1.0):
            split = _of(shares, across).map(partial(_all_on, side))
            trial.run("split", "screen.flip_split_unknown", across, columns, split)

    growth = context.growth
    if growth is not None and growth.borders:
        for way, msgid in enumerate(("screen.flip_border_in", "screen.flip_border_out")):
            moved = moved_shares(sites, growth, way)
            counted, regional = (one != other for one, other in zip(moved, shares, strict=True))
            other = np.flatnonzero(counted | regional)
            trial.run("border", msgid, other, columns, _of(moved, other))

    unknown_border = growth is None or growth.accuracy_m is None
    jobs_known = ~np.isnan(columns["jobs"])
    return [
        Sensitivity(flips=tuple(flips), untested=_untested(jobs=known, border=not unknown_border))
        for flips, known in zip(trial.flips, jobs_known.tolist(), strict=True)
    ]


def _untested(*, jobs: bool, border: bool) -> tuple[Assumption, ...]:
    tested: tuple[tuple[Assumption, bool], ...] = (("jobs", jobs), ("border", border))
    return tuple(name for name, known in tested if not known)


def _within(share: Floats) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (share > 0) & (share < 1)
    return inside


def _all_on(side: float, share: Floats) -> Floats:
    """Take what lies across a border as all on the one side (0) or the other (1)."""
    moved: Floats = np.where(_within(share), side, share)
    return moved


def _of(shares: Variants[Floats], rows: Rows) -> Variants[Floats]:
    return shares.map(lambda share: share[rows])
