"""
Sites that lie in a project which the rule already counts, so that no job is counted twice.

Such a site is part of the project (its jobs are among the project's), comes in its place, or comes
in addition to it. Which of them is for the planner to say; until then it is taken as a part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.errors import ParameterError
from geo.growth.effect import Effects, effects
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.geometry.coverage import Sites
    from geo.geometry.overlay import Floats
    from geo.growth.rule import Variants
    from geo.screening.context import Context

PART, REPLACES, ADDS = COUNTED_AS = ("part", "replaces", "adds")

# A: two outlines that share less than this of the smaller one are neighbours, drawn by hand.
NEIGHBOURS: Final = 0.01


def counted_in(
    sites: Sites, context: Context, chosen: NDArray[np.object_]
) -> dict[str, NDArray[Any]]:
    """
    Find the projects that each site lies in.

    A polygon meets a polygon that it shares more than `NEIGHBOURS` with; a point lies in what
    holds it.

    Parameters
    ----------
    chosen
        (n,) one of `COUNTED_AS`, or None for the usual.

    Returns
    -------
    dict
        (n,) counted_in, tuples of rows in `Context.listed`; and (n,) counted_as.

    Raises
    ------
    ParameterError
        If what was chosen is none of them.
    """
    for one in chosen:
        if one is not None and one not in COUNTED_AS:
            raise ParameterError("error.counted_as", value=quote(one), known=", ".join(COUNTED_AS))
    found = np.empty(len(sites.shapes), dtype=object)
    found[:] = [()] * len(found)
    listed = context.listed
    if listed is not None:
        site, row = listed.places.tree.query(sites.shapes, predicate="intersects")
        mine, theirs = sites.shapes[site], listed.places.shapes[row]
        smaller = np.minimum(shapely.area(mine), shapely.area(theirs))
        shared = shapely.area(shapely.intersection(mine, theirs))
        met = (smaller == 0) | (shared > NEIGHBOURS * smaller)
        for one, project in sorted(zip(site[met].tolist(), row[met].tolist(), strict=True)):
            found[one] = (*found[one], project)
    return {
        "counted_in": found,
        "counted_as": np.array([one or PART for one in chosen], dtype=object),
    }


def names_in(context: Context, rows: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the projects in these rows of `Context.listed`."""
    return () if context.listed is None else tuple(context.listed.names[row] for row in rows)


def is_rough(context: Context, rows: tuple[int, ...]) -> bool:
    """Whether the extent of any of these projects is only a circle around a point."""
    return context.listed is not None and bool(context.listed.rough[list(rows)].any())


def part_of(context: Context, columns: Mapping[str, NDArray[Any]], site: int) -> tuple[str, ...]:
    """Names of the projects that a site is taken as a part of."""
    if columns["counted_as"][site] != PART:
        return ()
    return names_in(context, columns["counted_in"][site])


def rule_effects(
    context: Context,
    columns: Mapping[str, NDArray[Any]],
    shares: Variants[Floats],
    more_inside: Floats,
) -> Effects:
    """
    Judge the rule with each site, as `geo.growth.effect.effects`, with no job counted twice.

    Of a site that is part of a project the rule is the same after as before; one that replaces
    projects is added to the rule without them.
    """
    found = effects(context.before, context.terms, columns, shares, more_inside)
    listed = context.listed
    if listed is None:
        return found
    for site, (rows, how) in enumerate(
        zip(columns["counted_in"].tolist(), columns["counted_as"].tolist(), strict=True)
    ):
        if not rows or how == ADDS:
            continue
        if how == PART:
            found.after[site], found.left_out[site] = found.before[site], False
            continue
        one = slice(site, site + 1)
        alone = effects(
            listed.without(rows),
            context.terms,
            {name: column[one] for name, column in columns.items()},
            shares.map(lambda share, one=one: share[one]),  # type: ignore[misc]  # bound now
            more_inside[one],
        )
        found.after[site] = alone.after[0]
    return found
