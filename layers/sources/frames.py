"""Answers made into frames by GDAL: curves made straight, heights dropped, nothing fetched."""

from __future__ import annotations

import re
import threading
import warnings
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from geo.schema.coercion import to_number, to_text
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
# A member inside others is named by its path: arealplanId.planidentifikasjon.
GEOJSON: Final = {"FLATTEN_NESTED_ATTRIBUTES": "YES", "NESTED_ATTRIBUTE_SEPARATOR": "."}
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
                frame = pyogrio.read_dataframe(body.removeprefix(BOM_UTF8), layer=layer, **options)
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
    """
    Return the frame's own name of a column; None without it, or where it could be several.

    It is found in any case. One inside others is named by its path with points between, from
    which those on the way may be left out (GML has a type's name between every two): the one with
    the fewest left out is meant.
    """
    if name in frame.columns:
        return name
    wanted = _steps(name)
    found: dict[int, list[str]] = {}
    for one in frame.columns:
        steps = _steps(str(one))
        if steps[-1] == wanted[-1] and _passes(steps, wanted):
            found.setdefault(len(steps) - len(wanted), []).append(one)
    nearest = found[min(found)] if found else []
    return nearest[0] if len(nearest) == 1 else None


def _steps(name: str) -> list[str]:
    return re.split(r"[.|]", name.lower())  # GDAL has | between


def _passes(steps: Sequence[str], wanted: Sequence[str]) -> bool:
    left = iter(steps)
    return all(step in left for step in wanted)


def text(values: Series) -> Series:
    """
    Return values as text; blanks are unknown.

    A number that pages with and without other values made a decimal one of (123.0) is 123 again;
    of several values, as GML may have, each is named.
    """
    return to_text(_single(values))


def number(values: Series) -> Series:
    """Return values as numbers, as programs write them (1.250) or else as people do; or unknown."""
    plain = _single(values)
    if pd.api.types.is_numeric_dtype(plain):
        return to_number(plain)
    read = pd.to_numeric(to_text(plain), errors="coerce").astype("float64")
    read = read.where(np.isfinite(read))
    return read.where(read.notna(), to_number(plain))


def _single(values: Series) -> Series:
    if values.dtype != object:
        return values
    return pd.Series([_plain(one) for one in values], index=values.index, dtype=object)


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever GDAL gives
    if isinstance(value, np.ndarray | list):
        return ", ".join(str(_plain(one)) for one in value) or None
    return int(value) if isinstance(value, float) and value.is_integer() else value
