"""What each of many sites does to the 90 % rule: `geo.growth.effect.what_if` in whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.growth.rule import RuleResult, Verdict
from geo.i18n import Amount, Remark
from geo.screening.model import Light, Reason, RuleState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats
    from geo.screening.context import Ground

# A: weights put the reasons in order; the heavier comes first. A red rule weighs just below land
# that is barred, for a boundary moves more easily than a municipality's strategy.
RED_WEIGHT, YELLOW_WEIGHT, UNKNOWN_WEIGHT, GREEN_WEIGHT = 90, 70, 45, 20

_SIDES: Final = tuple(
    f"jobs_{side}{end}" for side in ("inside", "outside") for end in ("", "_low", "_high")
)
_SAME = 1e-9  # a share that changes by less is the same
_LIGHTS: Final = {
    Verdict.FULFILLED: Light.GREEN,
    Verdict.NO_NEW_JOBS: Light.GREEN,
    Verdict.UNCERTAIN: Light.YELLOW,
    Verdict.BROKEN: Light.RED,
    Verdict.UNDEFINED: Light.UNKNOWN,
}


@dataclass(frozen=True, eq=False)
class Effects:
    """
    The rule with each of n sites added alone.

    Attributes
    ----------
    before, after
        (n,) without and with the site; None where the rule cannot be judged at all.
    left_out
        (n,) the site could not be added, since its jobs or its place are not known: after is
        before.
    """

    before: list[RuleState | None]
    after: list[RuleState | None]
    left_out: NDArray[np.bool_]


def effects(
    ground: Ground,
    columns: Mapping[str, NDArray[Any]],
    shares: tuple[Floats, Floats],
    more_inside: Floats,
) -> Effects:
    """
    Judge the rule with each site added alone.

    Parameters
    ----------
    columns
        jobs_low, jobs, jobs_high and jobs_lost of each site.
    shares
        Part of each site inside the areas that count, and inside all.
    more_inside
        (n,) other new jobs inside the areas that count, before and after.
    """
    net = ground.terms.net
    # The order of `_SIDES`: the middle, the low and the high.
    jobs = np.stack([columns[name] for name in ("jobs", "jobs_low", "jobs_high")], axis=1)
    jobs = jobs - columns["jobs_lost"][:, np.newaxis] if net else jobs
    split = [
        np.concatenate([jobs * share[:, np.newaxis], jobs * (1 - share[:, np.newaxis])], axis=1)
        for share in shares
    ]
    left_out = np.isnan(split[0][:, 0])
    if ground.before is None:
        nothing: list[RuleState | None] = [None] * len(left_out)
        return Effects(nothing, nothing, left_out)
    extra = np.zeros((len(left_out), len(_SIDES)))
    extra[:, : len(_SIDES) // 2] = more_inside[:, np.newaxis]
    bases = [np.array([getattr(one, name) for name in _SIDES]) + extra for one in ground.before]
    sums = [base + np.nan_to_num(more) for base, more in zip(bases, split, strict=True)]
    target = ground.terms.target
    without = [base[:1] for base in bases] if not more_inside.any() else bases
    before = _states(without, target)
    before *= len(left_out) // len(before) if before else 1  # the same for all, made once
    return Effects(before, _states(sums, target), left_out)


def _states(columns: list[Floats], target: float) -> list[RuleState | None]:
    counted, regional = (
        [RuleResult(**dict(zip(_SIDES, row, strict=True)), target=target) for row in rows.tolist()]
        for rows in columns
    )
    return [
        RuleState(counted=one, with_regional_areas=both)
        for one, both in zip(counted, regional, strict=True)
    ]


def rule_reason(
    before: RuleState | None,
    after: RuleState | None,
    shares: tuple[float, float],
    *,
    left_out: bool,
) -> Reason:
    """
    Judge what a site does to the rule.

    Green where all of it lies inside, where it does not lower the share, or where the rule is
    fulfilled with it all the same; yellow where that is uncertain, or where it depends on whether
    the regional areas count; red where the rule is broken with it. Not known: unknown, except that
    a site inside can only help.
    """
    inside = shares[0] >= 1 - _SAME
    if inside:
        return _reason(Light.GREEN, "screen.rule_inside")
    if np.isnan(shares[0]) or before is None or after is None:
        missing = "growth_areas" if np.isnan(shares[0]) else "projects"
        return _reason(Light.UNKNOWN, "screen.rule_no_layer", layer=Remark(f"layer.{missing}"))
    if left_out:
        share = Amount(shares[0], "percent")
        return _reason(Light.UNKNOWN, "screen.rule_jobs_unknown", share=share)
    lights = (
        _light(before.counted, after.counted),
        _light(before.with_regional_areas, after.with_regional_areas),
    )
    parts = {
        "share": Amount(after.counted.share, "percent"),
        "regional": Amount(after.with_regional_areas.share, "percent"),
        "target": Amount(after.counted.target, "percent"),
        "inside": Amount(shares[0], "percent"),
    }
    if lights[0] != lights[1]:
        light = Light.UNKNOWN if Light.UNKNOWN in lights else Light.YELLOW
        return _reason(light, "screen.rule_depends", **parts)
    light = lights[0]
    worse = _falls(before.counted, after.counted)
    msgids = {
        Light.GREEN: "screen.rule_room" if worse else "screen.rule_helps",
        Light.RED: "screen.rule_broken",
        Light.YELLOW: "screen.rule_uncertain",
        Light.UNKNOWN: "screen.rule_undefined",
    }
    return _reason(light, msgids[light], **parts)


def _light(before: RuleResult, after: RuleResult) -> Light:
    if after.verdict == Verdict.UNDEFINED:
        return Light.UNKNOWN
    if before.share is not None and not _falls(before, after):
        return Light.GREEN
    return _LIGHTS[after.verdict]


def _falls(before: RuleResult, after: RuleResult) -> bool:
    if before.share is None or after.share is None:
        return True
    return after.share < before.share - _SAME


def _reason(light: Light, msgid: str, **parts: object) -> Reason:
    weights = {
        Light.RED: RED_WEIGHT,
        Light.YELLOW: YELLOW_WEIGHT,
        Light.UNKNOWN: UNKNOWN_WEIGHT,
        Light.GREEN: GREEN_WEIGHT,
    }
    return Reason(light=light, weight=weights[light], remark=Remark(msgid, parts))
