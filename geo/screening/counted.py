"""
Sites that lie in a project which the rule already counts, so that no job is counted twice.

Such a site is part of the project (its jobs are among the project's), comes in its place, or comes
in addition to it. Which of them is for the planner to say; until then it is taken as a part. A site
that only overlaps a project is counted by itself, and that is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.errors import ParameterError
from geo.growth.effect import Effects, effects
from geo.growth.rule import Variants
from geo.schema.coercion import quote
from geo.schema.layers import JOBS
from geo.screening.home import is_elsewhere, jobs_at_home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.geometry.coverage import Sites
    from geo.geometry.overlay import Floats, Rows
    from geo.growth.account import RuleAccount
    from geo.screening.context import Context, ProjectPlaces

PART, REPLACES, ADDS = COUNTED_AS = ("part", "replaces", "adds")

# A: two outlines that share less than this of the smaller one are neighbours, drawn by hand.
NEIGHBOURS: Final = 0.01
# A: a site lies in a project that holds at least this part of it.
MOSTLY: Final = 0.5

_NOTHING: Final = 0.0


def counted_in(
    sites: Sites, context: Context, chosen: NDArray[np.object_]
) -> dict[str, NDArray[Any]]:
    """
    Find the projects that each site lies in, and those that it overlaps.

    A polygon lies in one that holds `MOSTLY` of it, and overlaps one that it shares more than
    `NEIGHBOURS` with; a point lies in what holds it, and a site around the point that a project is
    known by is taken to lie in that project.

    Parameters
    ----------
    chosen
        (n,) one of `COUNTED_AS`, or None for the usual.

    Returns
    -------
    dict
        (n,) counted_in and counted_beside, tuples of rows in `Context.listed`; and (n,)
        counted_as.

    Raises
    ------
    ParameterError
        If what was chosen is none of them.
    """
    for one in chosen:
        if one is not None and one not in COUNTED_AS:
            raise ParameterError("error.counted_as", value=quote(one), known=", ".join(COUNTED_AS))
    inside, beside = (_nowhere(len(sites.shapes)) for _ in range(2))
    listed = context.listed
    if listed is not None:
        site, row = listed.places.tree.query(sites.shapes, predicate="intersects")
        mine, theirs = sites.shapes[site], listed.places.shapes[row]
        area, other = shapely.area(mine), shapely.area(theirs)
        shared = shapely.area(shapely.intersection(mine, theirs))
        lies = (np.minimum(area, other) == 0) | (shared >= MOSTLY * area)
        meets = ~lies & (shared > NEIGHBOURS * np.minimum(area, other))
        for found, rows in ((inside, lies), (beside, meets)):
            for one, project in sorted(zip(site[rows].tolist(), row[rows].tolist(), strict=True)):
                found[one] = (*found[one], project)
    return {
        "counted_in": inside,
        "counted_beside": beside,
        "counted_as": np.array([one or PART for one in chosen], dtype=object),
    }


def _nowhere(count: int) -> NDArray[np.object_]:
    found = np.empty(count, dtype=object)
    found[:] = [()] * count
    return found


def names_in(context: Context, rows: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the projects in these rows of `Context.listed`."""
    return () if context.listed is None else tuple(context.listed.names[row] for row in rows)


def is_rough(context: Context, rows: tuple[int, ...]) -> bool:
    """Whether the extent of any of these projects is only a circle around a point."""
    return context.listed is not None and bool(context.listed.rough[list(rows)].any())


def in_no_sum(context: Context, rows: tuple[int, ...]) -> bool:
    """Whether any of these projects is in no sum of the rule, for want of a figure."""
    return context.listed is not None and not bool(context.listed.summed[list(rows)].all())


def counted(
    context: Context, columns: Mapping[str, NDArray[Any]], site: int
) -> tuple[str, tuple[str, ...]]:
    """How a site is counted that lies in projects, and their names; none where it adds to them."""
    how = str(columns["counted_as"][site])
    return how, () if how == ADDS else names_in(context, columns["counted_in"][site])


def rule_effects(
    context: Context,
    columns: Mapping[str, NDArray[Any]],
    shares: Variants[Floats],
    more_inside: Floats,
) -> Effects:
    """
    Judge the rule with each site, as `geo.growth.effect.effects`, with no job counted twice.

    Of a site that is part of projects, only the jobs that it has beyond theirs are added; one that
    replaces projects is added to the rule without them. Jobs outside the municipality are not of
    its rule: `shares` are of the part of each site inside it.
    """
    elsewhere, columns = is_elsewhere(columns), jobs_at_home(columns)
    found = effects(context.before, context.terms, columns, shares, more_inside)
    listed = context.listed
    found.left_out[elsewhere] = False
    if listed is None:
        return found
    within, how = columns["counted_in"].astype(bool), columns["counted_as"]
    tried: list[tuple[Rows, RuleAccount | None, dict[str, NDArray[Any]]]] = []
    parts = np.flatnonzero(within & (how == PART))
    if parts.size:
        tried.append((parts, context.before, _beyond(_of(columns, parts), listed)))
    for site in np.flatnonzero(within & (how == REPLACES)).tolist():
        one = np.array([site])
        without = listed.without(columns["counted_in"][site])
        tried.append((one, without, _of(columns, one)))
    for sites, state, own in tried:
        some = Variants(*(share[sites] for share in shares))
        alone = effects(state, context.terms, own, some, more_inside[sites])
        found.left_out[sites] = alone.left_out
        for at, after in zip(sites.tolist(), alone.after, strict=True):
            found.after[at] = after
    return found


def _of(columns: Mapping[str, NDArray[Any]], sites: Rows) -> dict[str, NDArray[Any]]:
    return {name: column[sites] for name, column in columns.items()}


def _beyond(own: Mapping[str, NDArray[Any]], listed: ProjectPlaces) -> dict[str, NDArray[Any]]:
    """
    Jobs of sites beyond those that their projects have in the sums.

    The fewest are those of a small site in a large project, and the other way round. A site whose
    jobs are not known has them among the project's.
    """
    theirs = np.array([listed.jobs[list(rows)].sum(axis=0) for rows in own["counted_in"]])
    lost = np.nan_to_num(own["jobs_lost"]) if listed.net else _NOTHING
    more = {
        name: np.nan_to_num(np.maximum(own[name] - lost - known, 0.0))
        for name, known in zip(JOBS, theirs.T[::-1], strict=True)
    }
    return {**own, **more, "jobs_lost": np.zeros(len(theirs))}
