"""The municipality that a pack is built for: where it is, and which features concern it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.intake.systems.projection import Hints, bring_home
from geo.schema import layers as schema
from layers.errors import ServiceError
from layers.sources import frames

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series
    from shapely.geometry.base import BaseGeometry

    from geo.schema.findings import Finding
    from layers.sources.services import Service

# Services are asked for the municipality's box, but answer with whole features that reach out of
# it: lakes and protected areas are the longest, some tens of kilometres.
REACH_M: Final = 50_000.0
_DEGREES: Final = "EPSG:4326"


@dataclass(frozen=True, eq=False)
class Place:
    """A municipality: number, name and outline (EPSG:25832)."""

    number: str
    name: str
    shape: BaseGeometry

    def box(
        self, margin_m: float = 0.0, crs: str = schema.CRS
    ) -> tuple[float, float, float, float]:
        """West, south, east, north of it with a margin, in another system where one is named."""
        west, south, east, north = shapely.bounds(self.shape)
        box = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
        if crs == schema.CRS:
            return box
        change = Transformer.from_crs(schema.CRS, crs, always_xy=True)
        return change.transform_bounds(*box)


def settle(
    frame: GeoDataFrame, service: Service, place: Place | None
) -> tuple[GeoDataFrame, list[Finding]]:
    """
    Bring what a service gave to EPSG:25832, with the axes the right way round.

    Returns
    -------
    GeoDataFrame, list of Finding
        Indexed by the features' order, without those whose place cannot be read. The second says
        what had to be assumed: swapped axes, another system than declared.

    Raises
    ------
    ServiceError
        If nothing of it lies near the municipality, whatever way it is read.
    CrsError
        If it says no system and fits none.
    """
    if frame.empty:
        return frame.set_crs(schema.CRS, allow_override=True), []
    near = None if place is None else place.shape
    frame, notes = bring_home(frame.reset_index(drop=True), service.source, Hints(near=near))
    placed = ~(frame.geometry.isna() | frame.geometry.is_empty)
    if place is not None and placed.any():
        around = shapely.box(*place.box(REACH_M + service.margin_m))
        if not shapely.intersects(frame.geometry.array, around).any():
            raise ServiceError("error.service_misplaced", source=service.source, name=place.name)
    return frame, notes


def concerned(frame: GeoDataFrame, service: Service, place: Place) -> Series:
    """
    Tell which features concern the municipality, in the way that the catalogue says.

    Of one without a place, or with one that cannot be right, it is not known where it is told by
    place: it counts as one that does, so that the check of the layer can name it.

    Raises
    ------
    ServiceError
        If features are told by number and there is no such column.
    """
    if frame.empty or service.keep == "all":
        return pd.Series(data=True, index=frame.index)
    if service.keep == "number":
        column = frames.column(frame, service.number_column)
        if column is None:
            known = ", ".join(str(name) for name in frame.columns)
            raise ServiceError(
                "error.service_column",
                source=service.source,
                given=service.number_column,
                known=known,
            )
        numbers = frames.text(frame[column]).str.zfill(4)
        ours: Series = (numbers == place.number).fillna(value=False).astype(bool)
        return ours
    outline = shapely.force_2d(place.shape)  # a copy of our own, which may be prepared
    if service.keep == "near":
        outline = shapely.buffer(outline, service.margin_m)
    shapely.prepare(outline)
    inside = _inside(frame.geometry.array, outline, touching=service.keep == "intersects")
    here: Series = pd.Series(inside, index=frame.index) | _astray(frame)
    return here


def _astray(frame: GeoDataFrame) -> Any:  # noqa: ANN401  # an array of flags
    """Tell which features have no place, or swapped axes or degrees among others in metres."""
    west, south, east, north = shapely.bounds(frame.geometry.array).reshape(-1, 4).T
    x, y = (schema.MIN_X, schema.MAX_X), (schema.MIN_Y, schema.MAX_Y)
    swapped = (south > x[0]) & (north < x[1]) & (west > y[0]) & (east < y[1])
    degrees = (np.abs([west, east]) <= 180).all(axis=0) & (np.abs([south, north]) <= 90).all(axis=0)  # noqa: PLR2004  # half and a quarter of a turn
    return swapped | degrees | ~np.isfinite([west, south, east, north]).all(axis=0)


def _inside(shapes: Any, outline: BaseGeometry, *, touching: bool) -> Any:  # noqa: ANN401
    valid = shapely.make_valid(np.asarray(shapes))
    if touching:
        return shapely.intersects(outline, valid)
    return shapely.intersects(outline, shapely.point_on_surface(valid))


def outline_of(frame: GeoDataFrame) -> BaseGeometry:
    """Return the municipality layer's outline as one geometry."""
    return shapely.union_all(shapely.make_valid(gpd.GeoSeries(frame.geometry).array))
