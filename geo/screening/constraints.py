"""
What constrains a site, in three answers: overlap, clear, not mapped; unknown is not clear.

What is made up is not mapped: it is no evidence of a conflict, nor of there being none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.geometry.coverage import SHRED_M2, SHRED_SHARE, Indexed, overlaps, united
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening.model import Constraint

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.geometry.coverage import Sites
    from geo.geometry.overlay import Floats, Rows

_KINDS = len(CONSTRAINT_KINDS)


@dataclass(frozen=True, eq=False)
class Constraints:
    """
    The two layers about constraints, indexed; either may be missing.

    Attributes
    ----------
    shapes, kind, excludes, source
        (m,) constraints: geometry, number of the kind, whether it excludes building, source.
    mapped, mapped_kind
        (c,) what has been mapped, and for which kind; None without a layer of coverage.
    made_up
        Whether one of the layers is there but made up, and so left out.
    """

    shapes: Indexed | None
    kind: Rows
    excludes: Rows
    source: tuple[str | None, ...]
    mapped: Indexed | None
    mapped_kind: Rows
    made_up: bool = False

    @classmethod
    def of(
        cls,
        constraints: GeoDataFrame | None,
        coverage: GeoDataFrame | None,
        *,
        made_up: bool = False,
    ) -> Constraints:
        """Index the layers."""
        shapes, kind, excludes = None, _codes(None), np.zeros(0, dtype=np.int64)
        source: tuple[str | None, ...] = ()
        if constraints is not None:
            shapes = Indexed.of(constraints.geometry.to_numpy())
            kind = _codes(constraints)
            excludes = (constraints["severity"] == "exclude").to_numpy().astype(np.int64)
            named = constraints.get("source", pd.Series(None, index=constraints.index))
            source = tuple(None if pd.isna(one) else str(one) for one in named)
        mapped = None if coverage is None else Indexed.of(coverage.geometry.to_numpy())
        return cls(shapes, kind, excludes, source, mapped, _codes(coverage), made_up)


def constraints_of(
    sites: Sites, context: Constraints
) -> tuple[list[dict[str, Constraint]], Floats]:
    """
    Answer for every site and every kind there is.

    - overlap: a constraint covers some of the site, mapped or not; `m2` is their union.
    - clear: all of the site is mapped for the kind, and none covers it.
    - not_mapped: everything else, also where only a part is mapped and nothing was found there
      (`mapped_share` tells how much), where there is no layer of coverage, where there is no
      layer of constraints, and where one of them is made up (`synthetic` tells).

    Returns
    -------
    list, ndarray
        The answers, and (n,) the part of each site (0–1) under constraints that exclude building,
        whatever their kind, counted once.
    """
    count = len(sites.shapes)
    covered = np.zeros((count, _KINDS))
    excluded = np.zeros((count, _KINDS))
    barred = np.zeros(count)
    sources: dict[tuple[int, int], set[str]] = {}
    if context.shapes is not None:
        found = overlaps(sites, context.shapes)
        kind = context.kind[found.row]
        covered = united(found, sites, kind, _KINDS)
        bars = context.excludes[found.row] == 1
        excluding = found.only(bars)
        excluded = united(excluding, sites, kind[bars], _KINDS)
        barred = united(excluding, sites, np.zeros_like(kind[bars]), 1)[:, 0]
        for site, row, which in zip(found.site, found.row, kind, strict=True):
            named = context.source[row]
            if named is not None:
                sources.setdefault((int(site), int(which)), set()).add(named)
    covered, excluded = (planar * sites.scale[:, np.newaxis] for planar in (covered, excluded))
    mapped = _mapped(sites, context)
    answers = [
        {
            kind: _answer(
                kind,
                (covered[site, number], excluded[site, number], mapped[site, number]),
                sources.get((site, number), set()),
                has_area=sites.dimension[site] == 2,  # noqa: PLR2004  # a surface
                searched=context.shapes is not None,
                made_up=context.made_up,
            )
            for number, kind in enumerate(CONSTRAINT_KINDS)
        }
        for site in range(count)
    ]
    return answers, sites.shares(barred)


def _mapped(sites: Sites, context: Constraints) -> Floats:
    """(n, kinds) part of each site that is mapped; NaN where the kind is mapped nowhere."""
    if context.mapped is None:
        return np.full((len(sites.shapes), _KINDS), np.nan)
    found = overlaps(sites, context.mapped)
    inside = united(found, sites, context.mapped_kind[found.row], _KINDS)
    size = sites.size[:, np.newaxis]
    surface = (sites.dimension == 2)[:, np.newaxis]  # noqa: PLR2004  # a site with an area
    shred = np.where(surface, np.minimum(SHRED_M2, size / 2), size * SHRED_SHARE)
    whole = inside >= size - shred
    share = np.where(whole, 1.0, np.clip(inside / size, 0.0, 1.0))
    anywhere = np.isin(np.arange(_KINDS), context.mapped_kind)
    return np.where(anywhere, share, np.nan)


def _answer(
    kind: str,
    measures: tuple[float, float, float],
    sources: set[str],
    *,
    has_area: bool,
    searched: bool,
    made_up: bool,
) -> Constraint:
    covered, excluded, mapped = measures
    mapped_share = None if np.isnan(mapped) else float(mapped)
    if covered > 0:
        return Constraint(
            kind=kind,
            status="overlap",
            m2=float(covered) if has_area else None,
            exclude_m2=float(excluded) if has_area else None,
            severity="exclude" if excluded > 0 else "assess",
            source="; ".join(sorted(sources)) or None,
            mapped_share=mapped_share,
        )
    if searched and mapped_share == 1:
        return Constraint(
            kind=kind,
            status="clear",
            m2=0.0 if has_area else None,
            exclude_m2=0.0 if has_area else None,
            mapped_share=1.0,
        )
    return Constraint(
        kind=kind, status="not_mapped", m2=None, mapped_share=mapped_share, synthetic=made_up
    )


def _codes(frame: GeoDataFrame | None) -> Rows:
    if frame is None:
        return np.zeros(0, dtype=np.int64)
    numbers = {kind: number for number, kind in enumerate(CONSTRAINT_KINDS)}
    codes: Rows = frame["kind"].map(numbers).to_numpy(dtype=np.int64)
    return codes
