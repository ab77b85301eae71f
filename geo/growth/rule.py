"""What the 90 % rule says about jobs inside and outside: share, interval, headroom, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from geo.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from geo.geometry.overlay import Floats

One = TypeVar("One")
Other = TypeVar("Other")

# Strategi for bærekraftig næringsutvikling 2022–2030 (Lillestrøm kommune), focus area 5: by the
# municipality's long-term land-use strategy 90 % of new jobs shall come in the prioritised growth
# areas.
TARGET_SHARE: Final = 0.90

# `heal_inside` must bring the share to exactly the target, but J·t/(1−t) is a rounded number and
# the share it gives may miss t in the last digit. One job in a billion decides nothing.
_TOLERANCE: Final = 1e-9


class Verdict(StrEnum):
    """What the rule says about a set of new jobs."""

    FULFILLED = "oppfylt"
    BROKEN = "ikke oppfylt"
    UNCERTAIN = "usikker"  # the interval straddles the target
    UNDECIDED = "kan ikke avgjøres"  # what is in no sum could turn it
    NO_NEW_JOBS = "ingen nye arbeidsplasser"
    UNKNOWN = "ukjent"  # there are projects, and not one of their figures is known
    UNDEFINED = "ikke definert"  # net figures only: one side loses more jobs than it gains


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """
    The rule's account for one set of sites and one set of counted areas.

    Jobs are gross (what the sites bring) or net (less the jobs that disappear where they are
    built); whoever shows the result says which. Net, a side may lose more than it gains. The rule
    speaks of new jobs, and a share of a loss is none, so there is then no share and no verdict;
    `headroom_outside` and `heal_inside` remain the formulas' numbers.
    The formulas are share ≥ t, solved for the jobs outside and inside (t is `target`).

    `could_lower` and `could_raise` say that something that is in no sum, for its jobs or its place
    are not known, could draw the share below or above the target: what lies outside lowers it,
    what lies inside raises it, and what has no place may do either. `nothing_known` says that
    there are projects and that all of them are such. `some_undated` says that the ends of the
    intervals hold projects of unknown year with none of their jobs or all, and the middle does not.

    Raises
    ------
    ParameterError
        If the target is not above 0 and at most 1.
    """

    jobs_inside: float
    jobs_inside_low: float
    jobs_inside_high: float
    jobs_outside: float
    jobs_outside_low: float
    jobs_outside_high: float
    target: float = TARGET_SHARE
    could_lower: bool = False
    could_raise: bool = False
    nothing_known: bool = False
    some_undated: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.target <= 1:
            raise ParameterError("error.target_out_of_range", target=f"{self.target:g}")

    @property
    def jobs_total(self) -> float:
        """All new jobs, by their middle figures."""
        return self.jobs_inside + self.jobs_outside

    @property
    def shrinking(self) -> bool:
        """Whether a side loses more jobs than it gains, by the middle figures (net only)."""
        return self.jobs_inside < 0 or self.jobs_outside < 0

    @cached_property
    def share(self) -> float | None:
        """
        J_in / (J_in + J_out), 0–1.

        None without new jobs, when there is nothing to judge, and where a side is shrinking.
        """
        if self.shrinking or not self.jobs_total:
            return None
        return self.jobs_inside / self.jobs_total

    @cached_property
    def share_low(self) -> float | None:
        """J_in,low / (J_in,low + J_out,high): the share if the jobs fall out unluckily."""
        return self._bound(self.jobs_inside_low, self.jobs_outside_high)

    @cached_property
    def share_high(self) -> float | None:
        """J_in,high / (J_in,high + J_out,low): the share if the jobs fall out luckily."""
        return self._bound(self.jobs_inside_high, self.jobs_outside_low)

    @property
    def headroom_outside(self) -> float:
        """J_in·(1−t)/t − J_out: jobs that may still come outside; negative when exceeded."""
        headroom = self.jobs_inside * (1 - self.target) / self.target - self.jobs_outside
        return max(headroom, 0.0) if self._meets(self.share) else headroom

    @property
    def heal_inside(self) -> float | None:
        """
        J_out·t/(1−t) − J_in: jobs needed inside to reach the target; 0 when it is met.

        None where no number of jobs inside can do it: jobs outside and a target of 100 %, or
        fewer jobs outside than there were (net only).
        """
        if self._meets(self.share) or (self.share is None and not self.shrinking):
            return 0.0
        if self.target == 1 or self.jobs_outside < 0:
            return None
        return self.jobs_outside * self.target / (1 - self.target) - self.jobs_inside

    @property
    def headroom_low(self) -> float:
        """Jobs that may still come outside if the jobs fall out unluckily; 0 if not even one."""
        return max(
            self.jobs_inside_low * (1 - self.target) / self.target - self.jobs_outside_high, 0.0
        )

    @cached_property
    def verdict(self) -> Verdict:
        """
        Whether the rule is kept, as far as what is in no sum leaves it decided.

        A fulfilled rule is turned by what could lower the share, a broken one by what could raise
        it, and what the sums leave open by either.
        """
        sums = self.verdict_of_sums
        turned = {Verdict.FULFILLED: self.could_lower, Verdict.BROKEN: self.could_raise}
        if self.nothing_known:
            return Verdict.UNKNOWN
        if self.some_undated and (sums not in turned or self._may_be_no_share):
            return Verdict.UNDECIDED
        return Verdict.UNDECIDED if turned.get(sums, self.could_lower or self.could_raise) else sums

    @property
    def verdict_of_sums(self) -> Verdict:
        """Whether the whole interval, none of it or a part of it reaches the target."""
        if self.shrinking:
            return Verdict.UNDEFINED
        if self.share is None:
            return Verdict.NO_NEW_JOBS
        if self._meets(self.share_low):
            return Verdict.FULFILLED
        return Verdict.UNCERTAIN if self._meets(self.share_high) else Verdict.BROKEN

    def as_dict(self) -> dict[str, float | str | None]:
        """Return the keys and values that the command line promises for one result."""
        return {
            "jobs_total": self.jobs_total,
            "jobs_inside": self.jobs_inside,
            "jobs_outside": self.jobs_outside,
            "share": self.share,
            "share_low": self.share_low,
            "share_high": self.share_high,
            "headroom_outside": self.headroom_outside,
            "heal_inside": self.heal_inside,
            "verdict": self.verdict.value,
        }

    def _bound(self, inside: float, outside: float) -> float | None:
        # Net figures: a side that may shrink brings no new jobs at that end of its interval.
        inside, outside = max(inside, 0.0), max(outside, 0.0)
        # With nothing at this end of the interval on either side, the middle is all that is known.
        if self.share is None or inside + outside == 0:
            return self.share
        return inside / (inside + outside)

    @property
    def _may_be_no_share(self) -> bool:
        # Net, what has no year may take a side below nothing, or all that is new: no share then.
        inside, outside = self.jobs_inside_low, self.jobs_outside_low
        return min(inside, outside) < 0 or inside + outside <= 0

    def _meets(self, share: float | None) -> bool:
        return share is not None and share >= self.target - _TOLERANCE


@dataclass(frozen=True)
class Variants(Generic[One]):
    """
    One thing twice: by the areas that count, and by all of them, the regional areas too.

    Whether the regional focus areas (Berger, Heia) count is stated in no source read; so both
    results are always shown.
    """

    counted: One
    regional: One

    def __iter__(self) -> Iterator[One]:
        """Give the areas that count first, then all."""
        yield self.counted
        yield self.regional

    def map(self, of: Callable[[One], Other]) -> Variants[Other]:
        """Make another thing of each of the two."""
        return Variants(of(self.counted), of(self.regional))


# Jobs on each side of the border, as `RuleResult` and the columns of a table name them.
SIDES: Final = tuple(
    f"jobs_{side}{end}" for side in ("inside", "outside") for end in ("", "_low", "_high")
)

# Suffix of a table's columns for each variant, and the column with a site's part inside.
SUFFIXES: Final = Variants("", "_regional")
SHARES: Final = Variants("share_inside", "share_inside_regional")


def could_turn(shares: Floats, target: float) -> dict[str, NDArray[np.bool_]]:
    """
    Tell what each project that is in no sum could do, by the part of it that lies inside.

    Any number of jobs draws the share towards that part, so one below the target could lower the
    share past it, and one above could raise it. NaN, a project without a place, could do both.

    Returns
    -------
    dict
        (n,) `could_lower` and (n,) `could_raise`, by the names of `RuleResult`.
    """
    return {
        "could_lower": ~(shares >= target - _TOLERANCE),
        "could_raise": ~(shares <= target + _TOLERANCE),
    }


def as_document(results: Variants[RuleResult], first: str = "gross") -> dict[str, Any]:
    """Return both results under the names of the command ``rule``."""
    return {first: results.counted.as_dict(), "with_regional_areas": results.regional.as_dict()}
