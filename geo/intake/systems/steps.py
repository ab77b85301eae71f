"""What is done with features whatever their system: placed, swapped, brought home, told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from pyproj.exceptions import ProjError

from geo.errors import CrsError
from geo.intake.systems.crs import flat
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.schema.findings import MAX_NAMED, Finding

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Index
    from pyproj import CRS

    from geo.schema.findings import Severity


def places_of(frame: GeoDataFrame) -> DataFrame:
    """Return the middle of each feature that has one: x and y, indexed as the frame."""
    bounds = frame.bounds
    west, south, east, north = (bounds[side] for side in ("minx", "miny", "maxx", "maxy"))
    middle = pd.DataFrame({"x": (west + east) / 2, "y": (south + north) / 2})
    found: DataFrame = middle[np.isfinite(middle.to_numpy()).all(axis=1)]
    return found


def swapped(frame: GeoDataFrame) -> GeoDataFrame:
    """Return the frame with the first axis of its geometries second."""
    flipped = shapely.transform(frame.geometry.array, lambda one: one[:, ::-1])
    return frame.set_geometry(flipped)


def projected(frame: GeoDataFrame, crs: CRS, shown: str) -> GeoDataFrame:
    """
    Return the frame, whose geometries are in `crs` whatever it says, in EPSG:25832.

    Raises
    ------
    CrsError
        If there is no way from the one to the other.
    """
    crs = flat(crs)
    frame = frame.set_crs(crs, allow_override=True)
    try:
        if crs.equals(schema.CRS, ignore_axis_order=True):
            return frame.set_crs(schema.CRS, allow_override=True)
        return frame.to_crs(schema.CRS)
    except ProjError as error:
        raise CrsError("error.crs_unfit", layer=shown, system=quote(crs.name)) from error


def told_of_rows(
    shown: str, msgid: str, rows: Index, severity: Severity = "error", **parts: object
) -> list[Finding]:
    """Name rows by their labels; a part that is a Series gives each its own."""
    found = []
    for row in rows[:MAX_NAMED]:
        own = {name: one[row] if isinstance(one, pd.Series) else one for name, one in parts.items()}
        found.append(Finding(shown, f"rad {row + 1}", msgid, severity, own | {"row": str(row + 1)}))
    if len(rows) > MAX_NAMED:
        more = {"count": len(rows) - MAX_NAMED}
        found.append(Finding(shown, None, "finding.more", severity, more))
    return found
