"""Answers made into frames by GDAL: curves made straight, heights dropped, nothing fetched."""

from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from geo.schema.coercion import to_text
from layers.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

# GDAL must neither write beside the file nor fetch the schema that a document points to.
GML: Final = {
    "WRITE_GFS": "NO",
    "DOWNLOAD_SCHEMA": "NO",
    "EXPOSE_GML_ID": "YES",
    "FORCE_SRS_DETECTION": "YES",
}
# Numbers of municipalities and codes begin with zeros: no column may become a number by itself.
_AS_TEXT: Final = {"GML_FIELDTYPES": "ALWAYS_STRING"}
# A setting of the whole process.
_SETTING: Final = threading.Lock()


def read(body: bytes, host: str, *, layer: str | None = None, **options: str) -> GeoDataFrame:
    """
    Read one document that has been found to be data (`layers.sources.answers_check`).

    Parameters
    ----------
    layer
        GDAL's name of the layer, where there may be several.

    Returns
    -------
    GeoDataFrame
        Two dimensions, in the system that the document says.

    Raises
    ------
    ServiceError
        If GDAL cannot read it.
    """
    try:
        with _SETTING, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL remarks on is no news to a planner
            pyogrio.set_gdal_config_options(_AS_TEXT)
            try:
                frame = pyogrio.read_dataframe(body, layer=layer, **options)
            finally:
                pyogrio.set_gdal_config_options(dict.fromkeys(_AS_TEXT))
    except (DataSourceError, DataLayerError, FieldError, GeometryError, ValueError) as error:
        raise ServiceError("error.service_reply", host=host, shown=str(error)[:80]) from error
    if not isinstance(frame, gpd.GeoDataFrame):  # no feature of it has a place
        return gpd.GeoDataFrame(frame, geometry=[None] * len(frame))
    return frame.set_geometry(shapely.force_2d(frame.geometry.array), crs=frame.crs)


def empty() -> GeoDataFrame:
    """Return a frame without features or columns."""
    return gpd.GeoDataFrame(geometry=[])


def together(frames: Sequence[GeoDataFrame]) -> GeoDataFrame:
    """Put pages together; they are in one system, or in the first one's afterwards."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return empty()
    crs = filled[0].crs
    same = [_in(frame, crs) for frame in filled]
    return gpd.GeoDataFrame(pd.concat(same, ignore_index=True), crs=crs)


def _in(frame: GeoDataFrame, crs: Any) -> GeoDataFrame:  # noqa: ANN401  # pyproj's CRS or None
    if frame.crs is None or crs is None or frame.crs == crs:
        return frame
    return frame.to_crs(crs)


def column(frame: GeoDataFrame, name: str) -> str | None:
    """Return the frame's own name of a column, which is found in any case; None without it."""
    if name in frame.columns:
        return name
    return next((one for one in frame.columns if str(one).lower() == name.lower()), None)


def text(values: Series) -> Series:
    """
    Return values as text; blanks are unknown.

    A number that pages with and without other values made a decimal one of (123.0) is 123 again.
    """
    if values.dtype == object:
        written = [
            int(one) if isinstance(one, float) and one.is_integer() else one for one in values
        ]
        values = pd.Series(written, index=values.index, dtype=object)
    return to_text(values)
