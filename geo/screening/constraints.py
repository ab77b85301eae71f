"""
What constrains a site, in three answers: overlap, clear, not mapped; unknown is not clear.

What is made up is not mapped: it is no evidence of a conflict, nor of there being none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.geometry.coverage import SHRED_M2, SHRED_SHARE, Indexed, overlaps, united
from geo.schema.kinds import INTERVAL, RECURRENT, REQUIRED, answers_of
from geo.schema.layers import CONSTRAINT_KINDS
from geo.screening import flood
from geo.screening.model import Constraint, Find

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.geometry.coverage import Overlaps, Sites
    from geo.geometry.overlay import Floats, Rows
    from geo.i18n import Remark
    from geo.pack.read import Pack

LAYERS: Final = ("constraints", "constraint_coverage")
MOST_FINDS: Final = 3  # of a kind, that a cell has room for
_VALUES: Final = ("svært stor", "stor", "middels", "noe")  # S (Naturbase, KU-verdi), the most first

_KINDS = len(CONSTRAINT_KINDS)
_TOLD: Final = ("name", "value", "status")
_OF_FLOOD: Final = (INTERVAL, "climate")


def asked_of(pack: Pack) -> frozenset[str]:
    """
    Return the kinds that a light asks for, and `INTERVAL` where the pack's floods name theirs.

    The five kinds of the agreed form are asked for always (`REQUIRED`). Another is where the pack
    speaks of it: in a find, in coverage, or in its manifest, which keeps what the pack was made to
    answer for (`LayerInfo.answers`) when the last row of it is gone. Such a kind is then as the
    five: a find counts, and land where it is not mapped is not clear. Elsewhere it is told as not
    mapped with every answer and counts neither for nor against.

    Were every kind asked of every pack, no pack of the agreed form could have a green light, for
    it has no place for an answer; did only the finds count, a pack that forgot them would get
    better lights. This way no row that is taken out of a pack, nor a layer, makes a light better
    where the manifest stands; and a pack that never was asked says so, in the reason for green too.
    """
    held = [answers_of(pack.layer(name)) for name in LAYERS if pack.has(name)]
    said = [frozenset(pack.info(name).answers or ()) for name in LAYERS]
    return REQUIRED | {INTERVAL, *CONSTRAINT_KINDS} & frozenset().union(*held, *said)


@dataclass(frozen=True, eq=False)
class Constraints:
    """
    The two layers about constraints, indexed, for one safety class; either may be missing.

    Attributes
    ----------
    shapes, kind, excludes, rows
        (m,) constraints that count: geometry, number of the kind, whether it excludes building,
        and row in the layer.
    seldom, seldom_rows
        The same of floods that come more seldom than those that count.
    told
        Columns of the layer that are told, as they stand there.
    mapped, mapped_kind
        (c,) what has been mapped for the class, and for which kind; None without a layer of
        coverage.
    made_up
        Whether one of the layers is there but made up, and so left out.
    asked
        `asked_of` the pack.
    flood_class
        One of `flood.FLOOD_CLASSES`.
    unsaid
        Whether a flood in the layers does not name its interval.
    layers
        The two layers as they came.
    """

    shapes: Indexed | None
    kind: Rows
    excludes: Rows
    rows: Rows
    seldom: Indexed | None
    seldom_rows: Rows
    told: dict[str, list[Any]]
    mapped: Indexed | None
    mapped_kind: Rows
    made_up: bool
    asked: frozenset[str]
    flood_class: str
    unsaid: bool
    layers: tuple[GeoDataFrame | None, GeoDataFrame | None]

    @classmethod
    def of(
        cls,
        constraints: GeoDataFrame | None,
        coverage: GeoDataFrame | None,
        *,
        made_up: bool = False,
        asked: frozenset[str] = REQUIRED,
        flood_class: str = flood.USUAL_CLASS,
    ) -> Constraints:
        """
        Index the layers.

        Raises
        ------
        ParameterError
            If there is no such safety class.
        """
        shapes = seldom = mapped = None
        kind, mapped_kind, excludes = _codes(None), _codes(None), np.zeros(0, dtype=np.int64)
        rows = seldom_rows = np.zeros(0, dtype=np.int64)
        told: dict[str, list[Any]] = {}
        if constraints is not None:
            counted = flood.finds_that_count(constraints, flood_class)
            geometry = constraints.geometry.to_numpy()
            rows, seldom_rows = np.flatnonzero(counted), np.flatnonzero(~counted)
            shapes = Indexed.of(geometry[rows])
            seldom = Indexed.of(geometry[seldom_rows]) if seldom_rows.size else None
            kind = _codes(constraints)[rows]
            excludes = (constraints["severity"] == "exclude").to_numpy().astype(np.int64)[rows]
            told = {
                name: constraints[name].tolist()
                for name in ("kind", "severity", "source", *_TOLD, *_OF_FLOOD)
                if name in constraints
            }
        if coverage is not None:
            stated = INTERVAL in asked
            some = coverage[flood.coverage_that_counts(coverage, flood_class, stated=stated)]
            mapped, mapped_kind = Indexed.of(some.geometry.to_numpy()), _codes(some)
        return cls(
            shapes,
            kind,
            excludes,
            rows,
            seldom,
            seldom_rows,
            told,
            mapped,
            mapped_kind,
            made_up,
            asked,
            flood_class,
            flood.leaves_unsaid(constraints, coverage),
            (constraints, coverage),
        )

    def assumed(self) -> tuple[Remark, ...]:
        """Return what to say of flood with a result; nothing without a layer of constraints."""
        if self.shapes is None:
            return ()
        return flood.assumed(self.flood_class, stated=INTERVAL in self.asked, unsaid=self.unsaid)

    def of_class(self, flood_class: str) -> Constraints:
        """
        Return the same layers for another safety class.

        Raises
        ------
        ParameterError
            If there is no such safety class.
        """
        if flood_class == self.flood_class:
            return self
        return Constraints.of(
            *self.layers, made_up=self.made_up, asked=self.asked, flood_class=flood_class
        )


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
    sources: dict[tuple[int, str], set[str]] = {}
    finds = seldom = _Finds({})
    if context.shapes is not None:
        found = overlaps(sites, context.shapes)
        kind = context.kind[found.row]
        covered = united(found, sites, kind, _KINDS)
        bars = context.excludes[found.row] == 1
        excluding = found.only(bars)
        excluded = united(excluding, sites, kind[bars], _KINDS)
        barred = united(excluding, sites, np.zeros_like(kind[bars]), 1)[:, 0]
        finds = _Finds.of(found, context.rows, context)
        named = context.told.get("source", [])
        for site, row in zip(found.site, context.rows[found.row], strict=True):
            if named and not pd.isna(named[row]):
                key = int(site), context.told["kind"][row]
                sources.setdefault(key, set()).add(str(named[row]))
    if context.seldom is not None:
        seldom = _Finds.of(overlaps(sites, context.seldom), context.seldom_rows, context)
    covered, excluded = (planar * sites.scale[:, np.newaxis] for planar in (covered, excluded))
    mapped = _mapped(sites, context)
    answers = [
        {
            kind: _answer(
                Constraint(
                    kind=kind,
                    status="not_mapped",
                    m2=None,
                    synthetic=context.made_up and kind in context.asked,
                    asked=kind in context.asked,
                    beyond=seldom.heaviest(site, kind)[:MOST_FINDS],
                    beyond_more=len(seldom.heaviest(site, kind)[MOST_FINDS:]),
                ),
                (covered[site, number], excluded[site, number], mapped[site, number]),
                finds.heaviest(site, kind),
                sources.get((site, kind), set()),
                has_area=sites.dimension[site] == 2,  # noqa: PLR2004  # a surface
                searched=context.shapes is not None,
            )
            for number, kind in enumerate(CONSTRAINT_KINDS)
        }
        for site in range(count)
    ]
    return answers, sites.shares(barred)


@dataclass(frozen=True)
class _Finds:
    """What is told of the constraints on each site, by site and kind, with how much each covers."""

    by: dict[tuple[int, str], dict[Find, float]]

    @classmethod
    def of(cls, found: Overlaps, rows: Rows, context: Constraints) -> _Finds:
        by: dict[tuple[int, str], dict[Find, float]] = {}
        told = context.told
        if told.keys().isdisjoint({*_TOLD, *_OF_FLOOD}):
            return cls(by)
        for site, row, measure in zip(found.site, rows[found.row], found.measure, strict=True):
            kind = told["kind"][row]
            columns = (*_TOLD, *(_OF_FLOOD if kind in RECURRENT else ()))
            known = {name: told[name][row] for name in columns if name in told}
            known = {name: value for name, value in known.items() if not pd.isna(value)}
            if known:
                find = Find(severity=told["severity"][row], **known)
                of_kind = by.setdefault((int(site), kind), {})
                of_kind[find] = of_kind.get(find, 0.0) + float(measure)
        return cls(by)

    def heaviest(self, site: int, kind: str) -> tuple[Find, ...]:
        """Return what is told of a site, the heaviest first."""

        def weight(item: tuple[Find, float]) -> tuple[bool, float, int, float, str]:
            find, measure = item
            years = find.recurrence_years
            often = np.inf if years is None else years
            value = str(find.value).lower().removesuffix(" verdi")
            rank = _VALUES.index(value) if value in _VALUES else len(_VALUES)
            return find.severity != "exclude", often, rank, -measure, repr(find)

        return tuple(find for find, _ in sorted(self.by.get((site, kind), {}).items(), key=weight))


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
    unmapped: Constraint,
    measures: tuple[float, float, float],
    finds: tuple[Find, ...],
    sources: set[str],
    *,
    has_area: bool,
    searched: bool,
) -> Constraint:
    """Return what is known of a kind at a site; `unmapped` is what to say where nothing is."""
    covered, excluded, mapped = measures
    mapped_share = None if np.isnan(mapped) else float(mapped)
    if covered > 0:
        return replace(
            unmapped,
            status="overlap",
            m2=float(covered) if has_area else None,
            exclude_m2=float(excluded) if has_area else None,
            severity="exclude" if excluded > 0 else "assess",
            source="; ".join(sorted(sources)) or None,
            mapped_share=mapped_share,
            synthetic=False,
            finds=finds[:MOST_FINDS],
            more=len(finds[MOST_FINDS:]),
        )
    if searched and mapped_share == 1:
        nothing = 0.0 if has_area else None
        return replace(
            unmapped,
            status="clear",
            m2=nothing,
            exclude_m2=nothing,
            mapped_share=1.0,
            synthetic=False,
        )
    return replace(unmapped, mapped_share=mapped_share)


def _codes(frame: GeoDataFrame | None) -> Rows:
    if frame is None:
        return np.zeros(0, dtype=np.int64)
    numbers = {kind: number for number, kind in enumerate(CONSTRAINT_KINDS)}
    codes: Rows = frame["kind"].map(numbers).to_numpy(dtype=np.int64)
    return codes
