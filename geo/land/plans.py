"""Which plan areas are business land, which of them holds, and which do not lie on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.schema.coercion import to_text
from geo.schema.dates import day_number

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from geo.geometry.overlay import Rows
    from geo.land.rules import ReserveRules

# S: SOSI Plan, vertikalnivå: 1 below ground, 2 on the ground or the surface of water, 3 above
# ground, 4 on the bottom of water, 5 in the water.
OFF_GROUND: Final = ("1", "3", "4", "5")
LEVEL: Final = "vertical_level"
ADOPTED: Final = "adopted"
STATUS: Final = "land_use_status"


def for_business(plan_areas: pd.DataFrame, rules: ReserveRules) -> NDArray[np.bool_]:
    """(n,) whether a plan area is business land by purpose and, where it has one, by status."""
    business = _codes(plan_areas["land_use_code"]).isin(rules.business_codes).to_numpy()
    if STATUS in plan_areas:
        stated = _codes(plan_areas[STATUS]).isin(rules.plan_statuses).to_numpy()
        business = business & (stated | without_status(plan_areas))
    counted: NDArray[np.bool_] = business
    return counted


def without_status(plan_areas: pd.DataFrame) -> NDArray[np.bool_]:
    """(n,) whether a plan area does not say if it is existing or to come, though others may."""
    if STATUS not in plan_areas:
        return np.zeros(len(plan_areas), dtype=bool)
    missing: NDArray[np.bool_] = to_text(plan_areas[STATUS]).isna().to_numpy()
    return missing


def newest(plan_areas: gpd.GeoDataFrame) -> Rows:
    """
    (n,) rank of each plan area, the newest highest: by `adopted`, and then by its row.

    A year alone is older than any day in it; a date that is missing or cannot be read is oldest.
    """
    row = np.arange(len(plan_areas))
    day = np.zeros(len(plan_areas))
    if ADOPTED in plan_areas:
        day = day_number(plan_areas[ADOPTED]).fillna(-np.inf).to_numpy(dtype=float)
    rank = np.empty(len(plan_areas), dtype=np.int64)
    rank[np.lexsort((row, day))] = row
    return rank


def off_ground(plan_areas: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """
    (n,) whether a plan area lies below or above the ground, or under water.

    A tunnel below a plot, or a bridge above it, leaves the plan on the ground in force. A plan
    area that does not say its level lies on the ground, as most do.
    """
    if LEVEL not in plan_areas:
        return np.zeros(len(plan_areas), dtype=bool)
    apart: NDArray[np.bool_] = _codes(plan_areas[LEVEL]).isin(OFF_GROUND).to_numpy()
    return apart


def _codes(column: pd.Series) -> pd.Series:
    """Codes as text, also from a file that stored them as numbers."""
    return column.astype("str").str.strip().str.removesuffix(".0")
