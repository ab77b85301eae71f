"""Figures of many sites at once, those of the land account too: what verdicts are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pandas as pd
import shapely

from geo.errors import NaeringsarealError, UtilisationError
from geo.geometry.coverage import Sites, inside, overlaps, shared_out, united
from geo.geometry.overlay import dissolve
from geo.growth.rule import SHARES, Variants
from geo.jobs import site_ids, site_jobs
from geo.land.parts import sum_by
from geo.screening.constraints import constraints_of
from geo.screening.counted import counted_in
from geo.screening.home import at_home, at_most, beyond_data, home_shares
from geo.screening.model import PlanPart, ZonePart
from geo.transport import network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.geometry.coverage import Overlaps
    from geo.geometry.overlay import Floats, Geometries, Rows
    from geo.screening.context import Context, Growth, Land, Named
    from geo.screening.model import Constraint


_LAND: Final = ("reserve_m2", "densification_bra_m2", "unknown_plots")
_TRUE: Final = frozenset({"true", "1", "1.0"})  # as files write it
_LEAST_M2: Final = 1.0  # less is where the borders of plots and plans do not quite meet
_RULED: Final = Variants("rule_inside", "rule_inside_regional")
_ROUNDING: Final = 1e-3  # of a site: parts are cut on a grid of a millimetre


def land_of(sites: Sites, context: Context, by_plan: Overlaps | None) -> dict[str, NDArray[Any]]:
    """
    Reserve and densification by the part of each piece of land that lies on the site.

    `by_plan` is what each plan area covers of the sites, none of it twice; None without plans.

    Returns
    -------
    mapping
        (n,) reserve_m2, densification_bra_m2, unknown_plots and unaccounted_m2; NaN is unknown.

    Raises
    ------
    NaeringsarealError
        If there is more reserve on a site than the site is large: a fault of ours.
    """
    count = len(sites.shapes)
    land = context.land
    if land is None or context.zones is None:
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
    accounted[overlaps(sites, context.zones.index).site] = True
    accounted &= sites.dimension == 2  # noqa: PLR2004  # a surface
    unaccounted, nothing = _unaccounted(sites, land, found, by_plan)
    accounted &= ~nothing
    figures_ = (
        _within_sites(sum_by(parts.site, parts.measure, count), sites) * sites.scale,
        np.where((lacking > 0) & (known == 0), np.nan, floor),
        unknown_plots,
    )
    return {
        name: np.where(accounted, figure, np.nan)
        for name, figure in zip(_LAND, figures_, strict=True)
    } | {"unaccounted_m2": unaccounted}


def _within_sites(reserve_m2: Floats, sites: Sites) -> Floats:
    """Make sure that no site has more reserve than land."""
    size = np.where(sites.dimension == 2, sites.size, np.inf)  # noqa: PLR2004  # a surface
    more = np.flatnonzero(reserve_m2 > size + np.maximum(_LEAST_M2, _ROUNDING * size))
    if more.size:
        at = more[0]
        raise NaeringsarealError(
            "error.reserve_over_site", reserve=float(reserve_m2[at]), site=float(size[at])
        )
    return np.minimum(reserve_m2, size)


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
    # The pieces of an account do not overlap.
    covered = np.bincount(pieces.site, pieces.measure, minlength=count)
    lacking = (total - covered) * sites.scale
    lacking = np.where(lacking < _LEAST_M2, 0.0, lacking)
    surface = sites.dimension == 2  # noqa: PLR2004  # as against a line or a point
    return np.where(surface, lacking, np.nan), (lacking > 0) & (covered < _LEAST_M2)


Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True, eq=False)
class Figures:
    """
    Figures of n sites, column by column; NaN and None where not known.

    `columns` has id, own_id, synthetic (the outline is a made-up plot), name, business_type,
    area_m2, jobs_low, jobs, jobs_high, jobs_lost, basis, share_inside, share_inside_regional (0–1),
    station, station_m, network_m, network_reason, road, road_m, grid, grid_m, grid_kv (voltage),
    reserve_m2, densification_bra_m2, unknown_plots, unaccounted_m2, corridor_share, exclude_share,
    counted_in and counted_as (`geo.screening.counted.counted_in`), home_share (0–1, the part in the
    municipality itself),
    rule_inside, rule_inside_regional (as share_inside, of that part, which the rule concerns),
    beyond (whether the site is where the pack knows no ways), station_at_most, road_at_most and
    grid_at_most (whether there may be nearer ones than are known). `ruled` is that part of each
    site.
    """

    sites: Sites
    ruled: Sites
    columns: Mapping[str, NDArray[Any]]
    municipalities: list[tuple[tuple[str, float], ...]]
    zones: list[tuple[ZonePart, ...]] | None
    plans: list[tuple[PlanPart, ...]] | None
    constraints: list[dict[str, Constraint]]

    @property
    def shares(self) -> Variants[Floats]:
        """Parts inside the growth areas, of what the rule concerns of each site."""
        return _RULED.map(self.columns.__getitem__)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The same site by site."""
        names, lists = list(self.columns), [column.tolist() for column in self.columns.values()]
        return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def figures(context: Context, frame: GeoDataFrame, *, utilisation: float | None = None) -> Figures:
    """
    Work out the figures of the sites, each layer once for all of them.

    Parameters and errors as in `geo.screening.screen.screen`.
    """
    sites = Sites.of(frame.geometry.to_numpy(), frame.crs)
    rows = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
    columns: dict[str, NDArray[Any]] = {"id": _ids(rows), "area_m2": sites.area_m2}
    columns["own_id"] = np.full(len(rows), _have_ids(rows))
    columns["synthetic"] = _flags(rows, "synthetic")
    columns |= {name: _texts(rows, name) for name in ("name", "business_type")}
    columns |= _jobs(rows, context, sites.area_m2, utilisation)
    shares = growth_shares(sites, context.growth)
    columns |= zip(SHARES, shares, strict=True)
    municipalities = _municipalities(sites, context.municipalities)
    columns["home_share"] = home_shares(sites, context.home, municipalities)
    ruled = at_home(sites, context.home, columns["home_share"], frame.crs)
    if ruled is not sites:
        shares = growth_shares(ruled, context.growth)
    columns |= zip(_RULED, shares, strict=True)
    by_plan, unknown = _by_plan(sites, context), np.full(len(rows), np.nan)
    columns |= _ways(sites, context, columns["home_share"]) | land_of(sites, context, by_plan)
    columns["corridor_share"] = (
        unknown if context.corridor is None else inside(sites, context.corridor)
    )
    constraints, columns["exclude_share"] = constraints_of(sites, context.constraints)
    columns |= counted_in(sites, context, _texts(rows, "counted_as"))
    zones = context.zones
    return Figures(
        sites=sites,
        ruled=ruled,
        columns=columns,
        municipalities=municipalities,
        zones=None if zones is None else _zones(sites, zones),
        plans=_plans(sites, context, by_plan),
        constraints=constraints,
    )


def otherwise(
    found: Figures, at: Rows, rows: pd.DataFrame, context: Context, utilisation: float | None
) -> Figures:
    """
    Figures of the same places with other business or jobs.

    `at` (k,) are the places among those of `found`, which may come more than once; `rows` (k,) is
    what is now known of each, but for the place.
    """
    columns = {name: column[at] for name, column in found.columns.items()}
    columns["business_type"] = _texts(rows, "business_type")
    columns |= _jobs(rows, context, columns["area_m2"], utilisation)

    def of(parts: list[Part]) -> list[Part]:
        return [parts[row] for row in at]

    return Figures(
        sites=_at(found.sites, at),
        ruled=_at(found.ruled, at),
        columns=columns,
        municipalities=of(found.municipalities),
        zones=None if found.zones is None else of(found.zones),
        plans=None if found.plans is None else of(found.plans),
        constraints=of(found.constraints),
    )


def _at(sites: Sites, at: Rows) -> Sites:
    return Sites(sites.shapes[at], sites.dimension[at], sites.size[at], sites.scale[at])


def growth_shares(sites: Sites, growth: Growth | None) -> Variants[Floats]:
    """Return the part (0–1) inside the growth areas; NaN without the layer."""
    if growth is None:
        unknown = np.full(len(sites.shapes), np.nan)
        return Variants(unknown, unknown)
    found = overlaps(sites, growth.areas.index)
    counted = found.only(growth.counts[found.row])
    share, regional = (
        sites.shares(united(one, sites, np.zeros_like(one.row), 1)[:, 0])
        for one in (counted, found)
    )
    return Variants(share, np.maximum(share, regional))


def moved_shares(sites: Sites, growth: Growth, way: int) -> Variants[Floats]:
    """Return the same with the borders moved inwards (way 0) or outwards (way 1)."""
    share, regional = growth.borders[way].map(lambda areas: inside(sites, areas))
    return Variants(share, np.maximum(share, regional))


def built_shares(sites: Sites, context: Context) -> Variants[Floats]:
    """Return the same by where the site's buildings stand, else by its middle point."""
    shapes: Geometries = shapely.centroid(sites.shapes)
    if context.buildings is not None:
        found = overlaps(sites, context.buildings)
        found = found.only(shapely.area(found.part) > 0)
        if found.site.size:
            built, unions = dissolve(found.part, found.site)
            shapes[built] = unions
    return growth_shares(Sites.of(shapes), context.growth)


def _jobs(
    rows: pd.DataFrame, context: Context, area_m2: Floats, utilisation: float | None
) -> dict[str, NDArray[Any]]:
    if utilisation is None:
        return site_jobs(rows, context.norms)
    if not 0 < utilisation < np.inf:
        raise UtilisationError("error.utilisation", utilisation=f"{utilisation:g}")
    return site_jobs(rows, context.norms, area_m2 * utilisation)


def _ids(rows: pd.DataFrame) -> NDArray[Any]:
    if "id" in rows and rows["id"].notna().all():
        return np.array([str(one) for one in rows["id"]], dtype=object)
    return np.asarray(site_ids(rows), dtype=object)


def _have_ids(rows: pd.DataFrame) -> bool:
    return any(name in rows and bool(rows[name].notna().all()) for name in ("id", "project_id"))


def _texts(rows: pd.DataFrame, name: str) -> NDArray[Any]:
    given = rows.get(name, [None] * len(rows))
    texts = [None if pd.isna(one) else str(one) for one in given]
    return np.array(texts, dtype=object)


def _flags(rows: pd.DataFrame, name: str) -> NDArray[Any]:
    given = rows.get(name, [False] * len(rows))
    said = [str(one).strip().lower() in _TRUE for one in given]
    return np.array(said, dtype=bool)


def _ways(sites: Sites, context: Context, home: Floats) -> dict[str, NDArray[Any]]:
    count = len(sites.shapes)
    beyond = beyond_data(sites, context.home, home)
    found: dict[str, NDArray[Any]] = {"beyond": beyond}
    ways = (("station", context.stations), ("road", context.roads), ("grid", context.grid))
    for kind, layer in ways:
        row, name, metres = np.full(count, -1), np.full(count, None), np.full(count, np.nan)
        if layer is not None:
            row, name, metres = network.nearest(sites, layer.index, layer.table["name"])
            # Farther off there may be any number of nearer ones, which the pack does not have.
            row[beyond], name[beyond], metres[beyond] = -1, None, np.nan
        nearer = at_most(sites, context.home, kind, metres)
        found |= {kind: name, f"{kind}_m": metres, f"{kind}_at_most": nearer}
        if kind == "grid":
            found["grid_kv"] = _voltage(layer, row)
        if kind == "station":
            found["network_m"], found["network_reason"] = network.along(sites, row, context.network)
    return found


def _voltage(grid: Named | None, row: Rows) -> Floats:
    """(n,) voltage in kV of the line in each row, −1 for none; NaN where it is not known."""
    if grid is None or "voltage_kv" not in grid.table:
        return np.full(len(row), np.nan)
    known = grid.table["voltage_kv"].to_numpy(dtype=float)
    return np.where(row < 0, np.nan, known[row])


def _municipalities(sites: Sites, layer: Named | None) -> list[tuple[tuple[str, float], ...]]:
    count = len(sites.shapes)
    if layer is None:
        return [()] * count
    found = overlaps(sites, layer.index)
    numbers, code = np.unique(
        layer.table["municipality_no"].astype("str").to_numpy(), return_inverse=True
    )
    # A municipality may come as one row an island, and a point on the border of two lies in both.
    share = united(found, sites, code[found.row], len(numbers)) / sites.size[:, np.newaxis]
    return [
        tuple(sorted(((str(numbers[n]), float(row[n])) for n in np.flatnonzero(row > 0)), key=_by))
        for row in share
    ]


def _zones(sites: Sites, zones: Named) -> list[tuple[ZonePart, ...]]:
    rank = np.arange(len(zones.table))  # the later zone holds, as in the account
    found = shared_out(overlaps(sites, zones.index), sites, rank)
    table = zones.table
    ids = [str(one) for one in table["zone_id"]]
    names = [str(one) for one in table.get("name", table["zone_id"])]
    classes = [
        None if pd.isna(one) else str(one)
        for one in table.get("abc", pd.Series(None, index=table.index, dtype=object))
    ]
    parts: list[list[ZonePart]] = [[] for _ in sites.shapes]
    for site, row, measure in zip(found.site, found.row, found.measure, strict=True):
        part = ZonePart(
            zone_id=ids[row],
            name=names[row],
            share=float(min(measure / sites.size[site], 1.0)),
            abc=classes[row],
        )
        parts[site].append(part)
    return [tuple(sorted(one, key=lambda part: (-part.share, part.zone_id))) for one in parts]


def _by_plan(sites: Sites, context: Context) -> Overlaps | None:
    if context.plans is None or context.plan_rank is None:
        return None
    return shared_out(overlaps(sites, context.plans.index), sites, context.plan_rank)


def _plans(
    sites: Sites, context: Context, found: Overlaps | None
) -> list[tuple[PlanPart, ...]] | None:
    if context.plans is None or found is None:
        return None
    table = context.plans.table
    codes = table["land_use_code"].astype("str").str.strip().str.removesuffix(".0").to_numpy()
    ids = table["plan_id"].astype("str").to_numpy()
    shares: list[dict[tuple[str, str], float]] = [{} for _ in sites.shapes]
    for site, row, measure in zip(found.site, found.row, found.measure, strict=True):
        key = (str(ids[row]), str(codes[row]))
        shares[site][key] = shares[site].get(key, 0.0) + measure / sites.size[site]
    return [
        tuple(
            PlanPart(plan_id=plan, land_use_code=code, share=float(min(share, 1.0)))
            for (plan, code), share in sorted(one.items(), key=lambda item: (-item[1], item[0]))
        )
        for one in shares
    ]


def _by(part: tuple[str, float]) -> tuple[float, str]:
    return -part[1], part[0]
