"""Which site of the register each candidate is, and what the register says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.register.filters import SAME_SHARE, overlaps

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.search.criteria import Criteria

# What is told of a candidate → the register's own column.
COLUMNS: Final = {
    "site_id": "site_id",
    "site_name": "name",
    "site_readiness": "readiness",
    "site_readiness_by": "readiness_by",
    "site_availability": "availability",
    "site_power_mw": "power_mw",
    "site_power_date": "power_date",
}
_NUMBERS: Final = ("site_power_mw",)


def registered(
    register: GeoDataFrame | None, frame: GeoDataFrame, wish: Criteria
) -> pd.DataFrame | None:
    """
    Return the site that each candidate is in the register; nothing where none is known or asked of.

    A candidate is the site that it has most in common with, where half of the smaller of the two
    is in the other (`geo.register.filters.SAME_SHARE`).

    Parameters
    ----------
    register
        As `geo.workspace.Workspace.sites`; None where there is no register.

    Returns
    -------
    DataFrame
        Indexed as the frame: `COLUMNS`, site_share (0–1, of the candidate), and in_register: 1 or
        0, NaN where there is no register.
    """
    asked = wish.registered or wish.min_mw is not None or wish.readiness
    if not asked and (register is None or register.empty):
        return None
    table = pd.DataFrame(index=frame.index)
    for name in COLUMNS:
        table[name] = np.nan if name in _NUMBERS else pd.Series(None, frame.index, dtype="str")
    table["site_share"] = np.nan
    table["in_register"] = np.nan
    if register is None:
        return table
    found = overlaps(frame.geometry, register)
    found = found[found["same"] >= SAME_SHARE].drop_duplicates("shape").set_index("shape")
    theirs = register.loc[found["site"]].set_axis(found.index, axis=0)
    for name, column in COLUMNS.items():
        table[name] = theirs[column].reindex(frame.index).astype(table[name].dtype)
    return table.assign(
        site_share=found["share"].reindex(frame.index),
        in_register=frame.index.isin(found.index).astype(float),
    )
