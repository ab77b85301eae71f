"""What to think twice about in a file of sites; whatever is told here, every site is counted."""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from geo.geometry import overlay, polygons
from geo.i18n import Amount, Remark
from geo.ledger.duplicates import OVERLAP_SHARE
from geo.schema.coercion import quote
from geo.schema.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.geometry.overlay import Geometries, Rows

    # Pairs of rows, and the area that the two of each share (m²); 0 or NaN where it is none.
    _Entry = tuple[float, Iterable[tuple[int, int]]]

_SITES: Final = "projects"  # the layer that sites stand in for
_MOST_NAMED: Final = 10
_LEAST_M2: Final = 1.0  # A: of ground that two outlines share
_SAME_M: Final = 0.01  # coordinates that differ by less are one place
# Sites whose bounds meet those of one, on average; of a heap of more, only the first are compared.
_MOST_MET: Final = 50
# A: what a row of a table is called that sums up the others, in either language.
_SUMS: Final = frozenset(
    {"sum", "totalt", "total", "i alt", "ialt", "til sammen", "tilsammen", "samlet", "totals"}
)
_FEWEST_SUMMED: Final = 2  # rows: one may well have the same number as another


def doubts(sites: GeoDataFrame, place: BaseGeometry | None) -> list[Finding]:
    """
    Tell of sites outside the municipality, of those counted twice, and of rows that are sums.

    Parameters
    ----------
    sites
        Those that count, EPSG:25832, all with a geometry: id, and name and jobs if known.
    place
        The municipality; None where it is not known.
    """
    names = [quote(one) for one in _called(sites)]
    found = [] if place is None else _elsewhere(sites, place, names)
    return [*found, *_twice(sites, names), *_sums(sites, names)]


def _called(sites: GeoDataFrame) -> list[str]:
    ids = sites["id"].astype("str")
    if "name" not in sites:
        return list(ids)
    known = sites["name"].notna() & sites["name"].astype("str").str.strip().ne("")
    return list(sites["name"].astype("str").where(known, ids))


def _elsewhere(sites: GeoDataFrame, place: BaseGeometry, names: Sequence[str]) -> list[Finding]:
    """Name the sites that lie in no part of the municipality, and those with a part outside."""
    shapes = overlay.own(sites.geometry.to_numpy())
    border = shapely.force_2d(place)  # its own copy: the query prepares it
    tree = shapely.STRtree(shapes)
    touched, whole = (
        np.isin(np.arange(len(shapes)), tree.query(border, predicate=name))
        for name in ("intersects", "covers")
    )
    afar = sites.loc[~touched, "id"].map(quote).tolist()
    found = []
    if afar:
        found.append(_told("finding.elsewhere", count=len(afar), listed=_first(afar)))
    crossing = np.flatnonzero(touched & ~whole)
    outside = _share_outside(shapes[crossing], border)
    partly = [
        Remark("finding.part_outside", {"name": names[row], "share": Amount(share, "percent")})
        for row, share in zip(crossing.tolist(), outside, strict=True)
        if share >= OVERLAP_SHARE
    ]
    if partly:
        listed = _first(partly)
        found.append(_told("finding.partly_elsewhere", count=len(partly), listed=listed))
    return found


def _share_outside(shapes: Geometries, place: BaseGeometry) -> NDArray[np.float64]:
    """(n,) how much of areas, of lines, or of several points lies outside."""
    outside = shapely.difference(shapes, place)
    share = np.zeros(len(shapes))
    for measure in (shapely.get_num_coordinates, shapely.length, shapely.area):
        size = measure(shapes)
        share = np.where(size > 0, measure(outside) / np.where(size > 0, size, 1), share)
    return share


def _twice(sites: GeoDataFrame, names: Sequence[str]) -> list[Finding]:
    """Tell which sites share ground, and which are in one and the same point."""
    shapes = overlay.own(sites.geometry.to_numpy())
    rounded = shapely.normalize(shapely.set_precision(shapes, _SAME_M, mode="pointwise"))
    codes, _ = pd.factorize(np.array(shapely.to_wkb(rounded), dtype=object))
    alike = pd.Series(np.arange(len(codes))).groupby(codes).agg(list).to_dict()
    heads = np.array([rows[0] for rows in alike.values()], dtype=np.int64)
    areas: list[_Entry] = []
    places: list[_Entry] = []
    for rows in alike.values():
        if len(rows) > 1:
            size = float(shapely.area(shapes[rows[0]]))
            (areas if size > 0 else places).append((size, combinations(rows, 2)))
    shared, complete = _sharing(shapes[heads])
    for one, other, size in shared:
        pairs = product(alike[codes[heads[one]]], alike[codes[heads[other]]])
        (places if np.isnan(size) else areas).append((size, pairs))
    areas.sort(key=lambda entry: -entry[0])
    told = {"finding.sites_overlap": areas, "finding.sites_one_place": places}
    said = {
        msgid: _pairs(entries, names, complete=complete)
        for msgid, entries in told.items()
        if entries
    }
    return [_told(msgid, pairs=pairs) for msgid, pairs in said.items()]


def _sharing(shapes: Geometries) -> tuple[list[tuple[int, int, float]], bool]:
    """Find areas that share ground and points in an area, all different; and whether it is all."""
    dimension = shapely.get_dimensions(shapes)
    flat = np.flatnonzero(dimension == 2)  # noqa: PLR2004  # an area
    if not flat.size:
        return [], True
    points = np.flatnonzero(dimension == 0)
    tree = shapely.STRtree(shapes[flat])
    point, around = tree.query(shapes[points], predicate="intersects")
    found = [(one, two, np.nan) for one, two in _rows(points[point], flat[around])]
    some = flat[: _fewer(shapes[flat], tree)]
    layer = polygons.layer(shapes[some])
    one, other, shared = polygons.overlapping(layer, _LEAST_M2)
    enough = shared >= OVERLAP_SHARE * np.minimum(layer.area[one], layer.area[other])
    pairs = _rows(some[one[enough]], some[other[enough]])
    found += [(*pair, size) for pair, size in zip(pairs, shared[enough].tolist(), strict=True)]
    return found, len(some) == len(flat)


def _rows(one: Rows, other: Rows) -> list[tuple[int, int]]:
    return list(zip(one.tolist(), other.tolist(), strict=True))


def _fewer(shapes: Geometries, tree: shapely.STRtree) -> int:
    """Return how many of the areas can be held against each other in reasonable time."""
    most, met = _MOST_MET * max(len(shapes), 1_000), 0
    for start in range(0, len(shapes), overlay.BLOCK):
        met += tree.query(shapes[start : start + overlay.BLOCK]).shape[1]
        if met > most:
            return max(start, int(most**0.5))
    return len(shapes)


def _pairs(
    entries: Iterable[_Entry], names: Sequence[str], *, complete: bool
) -> tuple[object, ...]:
    every = ((min(pair), max(pair), area) for area, pairs in entries for pair in pairs)
    named = [_pair(names, *one) for one in islice(every, _MOST_NAMED + 1)]
    return _first(named, complete=complete)


def _pair(names: Sequence[str], one: int, other: int, area: float) -> object:
    both = {"one": names[one], "other": names[other]}
    if not area > 0:
        return Remark("finding.pair", both)
    return Remark("finding.pair_area", both | {"area": Amount(area, "square_metres")})


def _first(named: Sequence[object], *, complete: bool = True) -> tuple[object, ...]:
    """Name the first of many, with a mark where there are more."""
    some = named[:_MOST_NAMED]
    return tuple(some) if complete and len(some) == len(named) else (*some, "…")


def _sums(sites: GeoDataFrame, names: Sequence[str]) -> list[Finding]:
    """Tell of rows that are called a sum, or of a last one that has the others' jobs."""
    texts = [sites[name] for name in ("id", "name") if name in sites]
    called = np.zeros(len(sites), dtype=bool)
    for text in texts:
        plain = text.astype("str").str.strip(" .:=").str.casefold()
        called |= plain.isin(_SUMS).to_numpy(bool)
    found = [
        _told("finding.sum_row_named", name=names[row]) for row in np.flatnonzero(called).tolist()
    ]
    if "jobs" not in sites or called.any():
        return found
    jobs = pd.to_numeric(sites["jobs"], errors="coerce").to_numpy(float, na_value=np.nan)
    others = jobs[:-1][jobs[:-1] > 0]
    if len(others) >= _FEWEST_SUMMED and np.isclose(others.sum(), jobs[-1]):
        found.append(_told("finding.sum_row_equal", name=names[-1], jobs=float(jobs[-1])))
    return found


def _told(msgid: str, **parts: object) -> Finding:
    return Finding(_SITES, None, msgid, "warning", parts)
