"""Frames as `shapes.frame` makes them, where one value may stand for every row."""

from __future__ import annotations

from pandas.api.types import is_list_like

from geo.schema.layers import CRS
from tests.support import shapes


def rows(*geometries, crs=CRS, **columns):
    """One row a geometry; a column is a list of values or one value for all."""
    count = len(geometries)
    whole = {k: v if is_list_like(v) else [v] * count for k, v in columns.items()}
    return shapes.frame(*geometries, crs=crs, **whole)
