"""Where a project is: geometries checked and repaired, and made bytes and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.ledger.errors import PlaceError
from geo.schema.coercion import quote
from geo.schema.findings import Report
from geo.schema.layers import CRS, POINT, POLYGON
from geo.schema.validation import clean_geometry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import Geometry


def cleaned_places(
    geometries: Sequence[Geometry | None], names: Sequence[str]
) -> list[Geometry | None]:
    """
    Check places and make them what the ledger stores.

    Parameters
    ----------
    geometries
        In EPSG:25832; None where the place is unknown.
    names
        What each project is called in a message.

    Returns
    -------
    list
        Points, polygons and multipolygons of our own in two dimensions, invalid polygons repaired
        as a pack's are.

    Raises
    ------
    PlaceError
        If one is empty, of another type, not finite, outside Norway or nothing after repair.
    """
    places: list[Geometry | None] = [None] * len(geometries)
    rows = [row for row, geometry in enumerate(geometries) if geometry is not None]
    if not rows:
        return places
    copies = shapely.force_2d(np.array([geometries[row] for row in rows], dtype=object))
    report = Report("projects", pd.Series([str(row) for row in rows], index=rows))
    with np.errstate(invalid="ignore"):  # NaN among the coordinates is what is looked for
        sound = clean_geometry(
            gpd.GeoDataFrame(geometry=copies, index=rows, crs=CRS), POINT | POLYGON, report
        )
    for row in rows:
        if row not in sound.index:
            raise PlaceError(project=quote(names[row]))
        places[row] = sound.geometry[row]
    return places


def to_bytes(geometry: Geometry | None) -> bytes | None:
    """WKB of a place; None where it is unknown."""
    return None if geometry is None else bytes(shapely.to_wkb(geometry))


def from_bytes(wkb: bytes | None) -> Geometry | None:
    """Place that `to_bytes` was given."""
    return None if wkb is None else shapely.from_wkb(wkb)
