"""On which terms the 90 % rule is judged: which projects, which years, gross or net, the target."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from geo.errors import ParameterError
from geo.growth.rule import TARGET_SHARE
from geo.ledger.fields import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    Which projects are judged, and by what.

    Attributes
    ----------
    statuses
        Only projects with one of these; None for all. It narrows what `effect` allows: a project
        without effect (an idea, a refusal, a plan without legal effect) never brings jobs.
    adopted_only
        Whether planned projects are left out.
    net
        Whether jobs that disappear where a project is built are deducted.
    from_year, to_year
        First and last expected year of a period, both included; a project without a year may or
        may not belong to it, and is weighed as such.
    target
        Share that must be reached, above 0 and at most 1.
    estimates
        Whether projects whose jobs are estimated are in the sums; else they are left out as those
        that cannot be estimated are.

    Raises
    ------
    ParameterError
        If the target is not above 0 and at most 1. If a year is not in 1900–2200, or the first
        comes after the last.
    """

    statuses: tuple[str, ...] | None = None
    adopted_only: bool = False
    net: bool = False
    from_year: int | None = None
    to_year: int | None = None
    target: float = TARGET_SHARE
    estimates: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.target <= 1:
            raise ParameterError("error.target_out_of_range", target=f"{self.target:g}")
        object.__setattr__(self, "target", float(self.target))
        first, last = self.period
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise _period_error(self.period, " – ")
        if self.statuses is not None:
            # One spelling of one choice, so that equal terms are equal.
            object.__setattr__(self, "statuses", tuple(sorted(set(self.statuses))))

    @property
    def period(self) -> tuple[int, int]:
        """First and last year that are wanted, both included."""
        first = FIRST_YEAR if self.from_year is None else self.from_year
        return first, LAST_YEAR if self.to_year is None else self.to_year

    @property
    def has_period(self) -> bool:
        """Whether some years are not wanted."""
        return self.from_year is not None or self.to_year is not None


EVERYTHING: Final = Terms()


def require_years(first_years: Sequence[int]) -> None:
    """
    Check that years in which periods begin rise, and are within reason.

    Raises
    ------
    ParameterError
        If they do not, or are not in 1900–2200.
    """
    rising = all(one < following for one, following in pairwise(first_years))
    if not (rising and all(FIRST_YEAR <= year <= LAST_YEAR for year in first_years)):
        raise _period_error(first_years, ", ")


def _period_error(years: Sequence[int], between: str) -> ParameterError:
    # As text: a year is not a quantity, and is not written 2 030.
    shown = between.join(str(year) for year in years)
    return ParameterError("error.period", years=shown, first=str(FIRST_YEAR), last=str(LAST_YEAR))
