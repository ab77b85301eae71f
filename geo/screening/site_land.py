"""What the land account says of sites, and of how much of their business land it says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.geometry.coverage import overlaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geometry.coverage import Overlaps, Sites
    from geo.geometry.overlay import Floats
    from geo.screening.context import Ground, Land

_LAND: Final = ("reserve_m2", "densification_bra_m2", "unknown_plots")
_LEAST_M2: Final = 1.0  # less is where the borders of plots and plans do not quite meet


def land_of(sites: Sites, ground: Ground, by_plan: Overlaps | None) -> dict[str, NDArray[Any]]:
    """
    Reserve and densification by the part of each piece of land that lies on the site.

    `by_plan` is what each plan area covers of the sites, none of it twice; None without plans.

    Returns
    -------
    mapping
        (n,) reserve_m2, densification_bra_m2, unknown_plots and unaccounted_m2; NaN is unknown.
    """
    count = len(sites.shapes)
    land = ground.land
    if land is None or ground.zones is None:
        unknown = np.full(count, np.nan)
        return dict.fromkeys((*_LAND, "unaccounted_m2"), unknown)
    parts = overlaps(sites, land.parts)
    found = overlaps(sites, land.pieces)
    more = land.densification_bra_m2[found.row] * found.measure / land.area_m2[found.row]
    blank = np.isnan(more)
    known = np.bincount(found.site, ~blank, minlength=count)
    lacking = np.bincount(found.site, blank, minlength=count)
    floor = np.bincount(found.site, np.where(blank, 0.0, more), minlength=count)
    plots = np.stack([found.site, land.plot_row[found.row]], axis=1)[land.unknown[found.row]]
    unknown_plots = np.bincount(np.unique(plots, axis=0)[:, 0], minlength=count)
    # The account is of land in the zones; of land elsewhere, and of a point, it says nothing.
    accounted = np.zeros(count, dtype=bool)
    accounted[overlaps(sites, ground.zones.index).site] = True
    accounted &= sites.dimension == 2  # noqa: PLR2004  # a surface
    unaccounted, nothing = _unaccounted(sites, land, found, by_plan)
    accounted &= ~nothing
    figures_ = (
        np.bincount(parts.site, parts.measure, minlength=count),
        np.where((lacking > 0) & (known == 0), np.nan, floor),
        unknown_plots,
    )
    return {
        name: np.where(accounted, figure, np.nan)
        for name, figure in zip(_LAND, figures_, strict=True)
    } | {"unaccounted_m2": unaccounted}


def _unaccounted(
    sites: Sites, land: Land, pieces: Overlaps, by_plan: Overlaps | None
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Business land on each site that no plot in a zone accounts for, and whether that is all of it.

    The account is of plots: without one, vacant and built land are not known, which is not none.
    """
    count = len(sites.shapes)
    if by_plan is None or land.business is None:
        return np.full(count, np.nan), np.zeros(count, dtype=bool)
    business = by_plan.only(land.business[by_plan.row])
    total = np.bincount(business.site, business.measure, minlength=count)
    # Plots do not overlap, and one that is there twice is in the account once.
    covered = np.bincount(pieces.site, pieces.measure, minlength=count)
    lacking = total - covered
    lacking = np.where(lacking < _LEAST_M2, 0.0, lacking)
    surface = sites.dimension == 2  # noqa: PLR2004  # as against a line or a point
    return np.where(surface, lacking, np.nan), (lacking > 0) & (covered < _LEAST_M2)
