"""What one site does to the 90 % rule: a new one, and each of those that are in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.errors import ParameterError
from geo.growth.account import account, summed
from geo.growth.projects import concerned, in_period, sides
from geo.growth.rule import SHARES, SIDES, SUFFIXES, RuleResult, Variants, could_turn
from geo.growth.terms import EVERYTHING
from geo.jobs import given_jobs
from geo.schema.layers import JOBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from geo.geometry.overlay import Floats
    from geo.growth.projects import Prepared
    from geo.growth.terms import Terms


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The rule without and with a site, in one variant."""

    before: RuleResult
    after: RuleResult

    @property
    def share_change(self) -> float | None:
        """Share with the site less the share without it; None where one of them is none."""
        if self.before.share is None or self.after.share is None:
            return None
        return self.after.share - self.before.share

    @property
    def headroom_left(self) -> float:
        """Jobs that may still come outside with the site; negative when exceeded."""
        return self.after.headroom_outside

    @property
    def heal_inside(self) -> float | None:
        """Jobs needed inside to reach the target with the site (`RuleResult.heal_inside`)."""
        return self.after.heal_inside


@dataclass(frozen=True, kw_only=True)
class WhatIf(Variants[Effect]):
    """
    What a new site does to both results of the rule.

    `left_out` says that nothing could be added: the terms are net and the site's loss of jobs is
    not known, so the sums of `after` are those of `before`, and the site may turn their verdict.
    """

    left_out: bool


def require_shares(share_inside: float, share_inside_regional: float) -> None:
    """
    Check shares given by hand: 0–1, and no smaller where more areas count.

    Raises
    ------
    ParameterError
        If they are not.
    """
    if not 0 <= share_inside <= share_inside_regional <= 1:
        raise ParameterError(
            "error.share_inside", share=f"{share_inside:g}", regional=f"{share_inside_regional:g}"
        )


def what_if(
    prepared: Prepared,
    jobs: tuple[float, float, float],
    share_inside: float,
    *,
    share_inside_regional: float | None = None,
    jobs_lost: float | None = None,
    terms: Terms = EVERYTHING,
    name: str = "?",
) -> WhatIf:
    """
    Judge the ledger without and with one more site, whatever its year and status.

    Parameters
    ----------
    prepared, terms
        The ledger's state, and which of its projects are judged.
    jobs
        New jobs of the site: low, middle, high.
    share_inside, share_inside_regional
        Part of the site inside the areas that count, and inside all of them (0–1); the second is
        taken as the first where it is None.
    jobs_lost
        Jobs that disappear where the site is built; None where not known.
    name
        What errors call the site.

    Raises
    ------
    JobsError
        If the site's figures make no sense.
    ParameterError
        If the shares are not in 0–1, or the second is smaller than the first.
    """
    regional = share_inside if share_inside_regional is None else share_inside_regional
    require_shares(share_inside, regional)
    site = pd.DataFrame({"id": [name], **dict(zip(JOBS, jobs, strict=True))})
    lost = given_jobs(pd.DataFrame({"id": [name], "jobs": [jobs_lost]}))["jobs"]
    columns = {name: column.to_numpy() for name, column in given_jobs(site).items()}
    found = effects(
        account(prepared, terms),
        terms,
        columns | {"jobs_lost": lost.to_numpy()},
        Variants(np.array([share_inside]), np.array([regional])),
        np.zeros(1),
    )
    before, after = found.before[0], found.after[0]
    assert before is not None, "a ledger can be judged"
    assert after is not None, "and so can it with a site"
    both = (Effect(before=one, after=other) for one, other in zip(before, after, strict=True))
    return WhatIf(*both, left_out=bool(found.left_out[0]))


def heaviest(prepared: Prepared, count: int, terms: Terms = EVERYTHING) -> DataFrame:
    """
    Projects that weigh most in the share.

    Parameters
    ----------
    prepared, terms
        The ledger's state, and which of its projects are judged.
    count
        How many projects to return at most.

    Returns
    -------
    DataFrame
        Indexed as `Prepared.frame`: id, jobs (net if the terms are), share_inside, share_without
        (the share if the project were not there) and change (that less the share as it is), and
        the last three with ``_regional`` for all areas. Heaviest first by the size of `change`:
        ahead of all a project without which nothing is left to judge (NaN); equals by the number
        of their jobs, and then by id.
        Projects that are in no sum are not in the table.
    """
    rows = in_period(concerned(prepared, terms), terms)
    if terms.has_period:
        rows = rows[rows["year"].notna()]
    table = pd.DataFrame({"id": rows["id"], "jobs": rows["jobs"]})
    if terms.net:
        table["jobs"] -= rows["jobs_lost"]
    for suffix, share in zip(SUFFIXES, SHARES, strict=True):
        split = sides(rows, share, net=terms.net)
        whole = summed(split, terms.target)
        without = _shares(
            (whole.jobs_inside - split["jobs_inside"]).to_numpy(),
            (whole.jobs_outside - split["jobs_outside"]).to_numpy(),
        )
        table[f"share_inside{suffix}"] = rows[share]
        table[f"share_without{suffix}"] = without
        table[f"change{suffix}"] = without - (np.nan if whole.share is None else whole.share)
        known: Series = split["jobs_inside"].notna()
    table = table[known].sort_values("id")
    weight = table["change"].abs().fillna(np.inf).to_numpy()
    # While all jobs are on one side, no project moves the share: the largest are then read first.
    order = np.lexsort((-table["jobs"].abs().to_numpy(dtype="float64"), -weight))
    return table.iloc[order].head(count)


def _shares(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> NDArray[np.float64]:
    # `RuleResult.share` for many at once; a test holds the two against each other.
    defined = (inside >= 0) & (outside >= 0) & (inside + outside > 0)
    shares = np.full(len(inside), np.nan)
    np.divide(inside, inside + outside, out=shares, where=defined)
    return shares


_COULD: Final = ("could_lower", "could_raise")


@dataclass(frozen=True, eq=False)
class Effects:
    """
    The rule with each of n sites added alone.

    Attributes
    ----------
    before, after
        (n,) without and with the site; None where the rule cannot be judged at all.
    left_out
        (n,) the site could not be added, since its jobs or its place are not known: the sums after
        are those before, and what they leave open may be more.
    """

    before: list[Variants[RuleResult] | None]
    after: list[Variants[RuleResult] | None]
    left_out: NDArray[np.bool_]


def effects(
    state: Variants[RuleResult] | None,
    terms: Terms,
    columns: Mapping[str, NDArray[Any]],
    shares: Variants[Floats],
    more_inside: Floats,
) -> Effects:
    """
    Judge the rule with each site added alone.

    Parameters
    ----------
    state
        The rule without them; None where it cannot be judged.
    terms
        Whether losses are deducted, and the target.
    columns
        jobs_low, jobs, jobs_high and jobs_lost of each site.
    shares
        Part of each site inside the areas that count, and inside all.
    more_inside
        (n,) other new jobs inside the areas that count, before and after.
    """
    net = terms.net
    # The order of `SIDES`: the middle, the low and the high.
    jobs = np.stack([columns[name] for name in ("jobs", "jobs_low", "jobs_high")], axis=1)
    jobs = jobs - columns["jobs_lost"][:, np.newaxis] if net else jobs
    split = shares.map(
        lambda share: np.hstack([jobs * share[:, np.newaxis], jobs * (1 - share[:, np.newaxis])])
    )
    left_out = np.isnan(split.counted[:, 0])
    if state is None:
        nothing: list[Variants[RuleResult] | None] = [None] * len(left_out)
        return Effects(nothing, nothing, left_out)
    extra = np.zeros((len(left_out), len(SIDES)))
    extra[:, : len(SIDES) // 2] = more_inside[:, np.newaxis]
    bases = state.map(lambda result: np.array([getattr(result, name) for name in SIDES]) + extra)
    sums = Variants(*(base + np.nan_to_num(more) for base, more in zip(bases, split, strict=True)))
    without = bases if more_inside.any() else bases.map(lambda base: base[:1])
    before = _states(state, without, [{}, {}], terms.target)
    before *= len(left_out) // len(before) if before else 1  # the same for all, made once
    # Net, a site may lose more than it brings, and then turns the rule the other way.
    lost = left_out & (columns["jobs_lost"] != 0) & net
    could = [
        {
            name: some & left_out
            for name, some in could_turn(np.where(lost, np.nan, share), terms.target).items()
        }
        for share in shares
    ]
    return Effects(before, _states(state, sums, could, terms.target), left_out)


def _states(
    state: Variants[RuleResult],
    columns: Variants[Floats],
    could: list[dict[str, NDArray[np.bool_]]],
    target: float,
) -> list[Variants[RuleResult] | None]:
    """Make results of sums; what a site leaves open comes to what was open before it."""

    def results(
        was: RuleResult, rows: Floats, turned: dict[str, NDArray[np.bool_]]
    ) -> list[RuleResult]:
        more = [turned.get(name, np.zeros(len(rows), bool)) for name in _COULD]
        return [
            RuleResult(
                **dict(zip(SIDES, row, strict=True)),
                could_lower=was.could_lower or lower,
                could_raise=was.could_raise or higher,
                nothing_known=was.nothing_known and not any(row),
                some_undated=was.some_undated,
                target=target,
            )
            for row, lower, higher in zip(
                rows.tolist(), *(some.tolist() for some in more), strict=True
            )
        ]

    each = (results(*one) for one in zip(state, columns, could, strict=True))
    return list(map(Variants, *each))
