"""Rows that say no system where others of their file do: each is judged alone, by its numbers."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from pyproj import CRS

from geo.intake.systems.crs import (
    DEGREES,
    HERE,
    NOWHERE,
    NTM,
    SELDOM,
    USUAL,
    WEB_MERCATOR,
    flat,
    is_afar,
    is_ntm,
    ranks,
    reading,
)
from geo.intake.systems.steps import places_of, projected, swapped, told_of_rows
from geo.schema import layers as schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.schema.findings import Finding

_MOST_DEGREES: Final = 180


def each_by_itself(
    frame: GeoDataFrame, shown: str, near: BaseGeometry | None
) -> tuple[GeoDataFrame, list[Finding]]:
    """
    Bring features to EPSG:25832, each by the system that its own numbers fit best.

    Nothing of it follows from the other features: neither whether one is read, nor where.

    Parameters
    ----------
    frame
        In the system that a feature of the file is in if it says none, or in no system.
    near
        Where sites are expected, EPSG:25832.

    Returns
    -------
    GeoDataFrame, list of Finding
        Left out and named is what fits no system that is tried. One on Svalbard or Jan Mayen, and
        one without a position, are kept, for they are named further on.
    """
    said = None if frame.crs is None else flat(frame.crs).to_string()
    places = places_of(frame)
    found = _judged(places, said, near)
    lost = found.index[found["crs"].isna()]
    shapes = frame.geometry.astype(object)
    for (crs, swap), part in found.groupby(["crs", "swap"]):
        mine = frame.loc[part.index]
        home = projected(swapped(mine) if swap else mine, CRS(crs), shown)
        shapes[part.index] = home.geometry.to_numpy()
    home = frame.set_crs(None, allow_override=True).set_geometry(shapes.to_numpy())
    return home.set_crs(schema.CRS).drop(index=lost), [
        *told_of_rows(shown, "finding.system_missing", lost),
        *_assumed(found[~found["afar"] & found["crs"].notna()], shown),
    ]


def _assumed(found: DataFrame, shown: str) -> list[Finding]:
    """Say of rows that are read what had to be assumed for it."""
    several = found.index[found["others"] != ""]
    crs, others = found["crs"], found["others"]
    return [
        *told_of_rows(shown, "finding.system_assumed", found.index, "warning", crs=crs),
        *told_of_rows(shown, "finding.system_swapped", found.index[found["swap"]], "warning"),
        *told_of_rows(
            shown, "finding.system_of_several", several, "warning", crs=crs, others=others
        ),
    ]


def _judged(places: DataFrame, said: str | None, near: BaseGeometry | None) -> DataFrame:
    """
    Tell how each place is to be read.

    Returns
    -------
    DataFrame
        Indexed as the places: crs, None where none fits; swap, whether north comes first; others,
        systems that fit as well; afar, whether it is read only to be named further on.
    """
    numbers = places.to_numpy()
    # What the file is in by default goes before others that fit no better.
    usual = [*([] if said is None else [(said, False)]), *product(USUAL, (False, True))]
    seldom = [] if near is None else [*product((*SELDOM, *NTM), (False, True))]
    ways = usual + seldom
    fit = np.array(
        [ranks(crs, numbers, near, swap=swap) for crs, swap in usual]
        + [_where_expected(crs, numbers, near, swap=swap) for crs, swap in seldom]
    )
    best = fit.argmin(axis=0)  # the first of equals
    rank = fit.min(axis=0)
    rows: list[tuple[str | None, bool, str, bool]] = []
    for at, (x, y) in enumerate(numbers):
        crs, swap = ways[best[at]]
        # Svalbard's numbers in UTM are often a place on the mainland in Web Mercator.
        doubted = rank[at] == NOWHERE or crs == WEB_MERCATOR
        afar = None if rank[at] == HERE else _afar(x, y, said, doubted=doubted)
        if afar is not None:
            rows.append((afar, False, "", True))
        elif rank[at] == NOWHERE:
            rows.append((None, False, "", False))
        else:
            rivals = [ways[n][0] for n in np.flatnonzero(fit[:, at] == rank[at])]
            rivals = [one for one in dict.fromkeys(rivals) if one != crs]
            others = "" if crs == said else ", ".join(rivals)
            rows.append((crs, swap, others, False))
    return pd.DataFrame(rows, columns=["crs", "swap", "others", "afar"], index=places.index)


def _where_expected(
    crs: str, numbers: NDArray[np.float64], near: BaseGeometry | None, *, swap: bool
) -> NDArray[np.int_]:
    """Rank places in a system that is taken for theirs only where they are expected."""
    found = np.full(len(numbers), NOWHERE)
    tried = np.ones(len(numbers), dtype=bool)
    if crs in NTM:
        tried = np.array([is_ntm(x, y) for x, y in numbers], dtype=bool)
    if tried.any():
        found[tried] = ranks(crs, numbers[tried], near, swap=swap)
    return np.where(found == HERE, HERE, NOWHERE)


def _afar(x: float, y: float, said: str | None, *, doubted: bool) -> str | None:
    """Return the system in which numbers are on Svalbard or Jan Mayen, None where in none."""
    if said is not None and reading(said, x, y, None, swap=False).is_afar:
        return said
    if doubted and is_afar(x, y):
        return DEGREES if max(abs(x), abs(y)) <= _MOST_DEGREES else schema.CRS
    return None
