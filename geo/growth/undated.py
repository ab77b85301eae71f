"""Projects of unknown year, when a period is asked: what they may bring, and what that decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geo.growth.rule import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

    from geo.growth.rule import RuleResult


def may_come(undated: DataFrame) -> dict[str, float]:
    """
    What projects of unknown year add to the ends of the sums of a period; `undated` are `sides`.

    Each brings from none of its jobs to all. Empty where they bring none.
    """
    if not undated.fillna(0).any(axis=None):
        return {}
    ends = {
        "_low": undated.clip(upper=0).sum(),  # net, a project may bring less than nothing
        "_high": undated.clip(lower=0).sum(),
    }
    return {
        name: float(sums[name])
        for end, sums in ends.items()
        for name in SIDES
        if name.endswith(end)
    }


def with_undated(result: RuleResult, more: Mapping[str, float]) -> RuleResult:
    """
    Return the sums of a period with what may or may not belong to it (`may_come`).

    The middle is as it was, the ends are further apart, and where they leave open whether the rule
    is kept, it cannot be decided.
    """
    if not more:
        return result
    ends: dict[str, Any] = {name: getattr(result, name) + jobs for name, jobs in more.items()}
    return replace(result, some_undated=True, **ends)


def reach(result: RuleResult) -> tuple[float, float] | None:
    """
    Return the lowest and highest share of sums widened by `with_undated`, 0–1.

    Also where nothing is in the sums for certain: what may come has a share too. None where
    nothing may come, and where a side loses more jobs than it gains.
    """
    if result.shrinking:
        return None
    low = _share(result.jobs_inside_low, result.jobs_outside_high)
    high = _share(result.jobs_inside_high, result.jobs_outside_low)
    # With nothing at one end of the interval, all that may come lies on the other's side.
    found = [one for one in (low, high) if one is not None]
    return (found[0], found[-1]) if found else None


def _share(inside: float, outside: float) -> float | None:
    inside, outside = max(inside, 0.0), max(outside, 0.0)
    return inside / (inside + outside) if inside + outside else None
