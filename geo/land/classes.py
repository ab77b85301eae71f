"""The class of a plot, which colours it on the map: a function of the plot's account alone."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

VACANT: Final = "ledig"
DENSIFY: Final = "fortetting"
BUILT_OUT: Final = "utbygd"
BOUND: Final = "båndlagt"
UNKNOWN: Final = "ukjent"
CLASSES: Final = (VACANT, DENSIFY, BUILT_OUT, BOUND, UNKNOWN)

DOMINATES: Final = 0.5  # A: land of one kind dominates a plot when it is more than half of it


def classify(plots: pd.DataFrame) -> pd.Series:
    """
    Name the class of each plot from its account. The first that fits is taken.

    1. ``ukjent``: has a building, but its allowed or existing floor area is unknown. First, so
       that not knowing never hides behind another class.
    2. ``ledig``: has reserve, and no building, or reserve on more than half of the plot.
    3. ``båndlagt``: more than half of the plot is excluded by constraints.
    4. ``fortetting``: has unused floor area on built land, with utilisation below the threshold.
    5. ``utbygd``: everything else, also unbuilt land without a large enough part.

    Parameters
    ----------
    plots
        Columns unknown, has_building, gross_m2, reserve_m2, excluded_m2 (NaN = not mapped, so not
        dominating) and densification_bra_m2.

    Returns
    -------
    Series
        One of `CLASSES`, indexed as `plots`.
    """
    gross, saved = plots["gross_m2"], plots["reserve_m2"]
    vacant = (saved > 0) & (~plots["has_building"] | (saved > DOMINATES * gross))
    conditions = [
        plots["unknown"],
        vacant,
        plots["excluded_m2"] > DOMINATES * gross,
        plots["densification_bra_m2"] > 0,
    ]
    names = np.select(conditions, [UNKNOWN, VACANT, BOUND, DENSIFY], default=BUILT_OUT)
    return pd.Series(names, index=plots.index, name="class", dtype="str")
