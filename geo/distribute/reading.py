"""
Read what a partition needs of the files of its own and of its neighbours.

A file that is broken is named in the error, so that the rest can go on without it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pyproj
import shapely

from geo.distribute import layout
from geo.errors import FileError
from geo.geometry import overlay
from geo.schema.coercion import quote
from geo.schema.layers import CRS, EPSG, LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.distribute.cells import Box
    from geo.distribute.neighbours import NamedFile

_BBOX: Final = "bbox"  # of each feature, by which a reader leaves alone what is not near
_KEYS: Final = (layout.ROW, layout.NUMBER, "geometry", _BBOX)
SYSTEM: Final = pyproj.CRS.from_user_input(CRS)  # read once: it takes longer than a small file


def read(files: Sequence[NamedFile], layer: str, window: Box | None = None) -> gpd.GeoDataFrame:
    """
    Read features of a layer from its files, those that meet a window or all.

    Returns
    -------
    GeoDataFrame
        EPSG:25832; the index is the row in the municipality's layer, in this order, and features
        of several municipalities come one municipality after the other.

    Raises
    ------
    FileError
        If a file is not there or not whole, lacks a column, or is in another reference system;
        names the file.
    """
    frames = [_one(one, layer, window) for one in files]
    if not frames:
        names = [*LAYERS[layer].columns.columns, layout.ROW, layout.NUMBER, layout.PARTITION]
        nothing = pd.DataFrame({name: pd.Series(dtype=object) for name in names})
        return gpd.GeoDataFrame(nothing, geometry=[], crs=SYSTEM)
    frame = pd.concat(frames, ignore_index=True).sort_values([layout.NUMBER, layout.ROW])
    frame = frame.set_index(layout.ROW, drop=False).rename_axis(None)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=SYSTEM)


def buildings(files: Sequence[NamedFile], window: Box, buffer_m: float) -> gpd.GeoDataFrame:
    """
    Read the buildings within a buffer of a window, and what tells which of them count.

    Whether a building is there twice follows from those that it overlaps, and what ground is its
    own from whether these count: two rounds of neighbours.

    Raises
    ------
    FileError
        As `read`.
    """
    minx, miny, maxx, maxy = window
    reach: Box = (minx - buffer_m, miny - buffer_m, maxx + buffer_m, maxy + buffer_m)
    found = read(files, "buildings", reach)
    for _ in range(2):
        wider = _around(found, reach)
        if wider == reach:
            break
        reach = wider
        found = read(files, "buildings", reach)
    return found


def _around(found: gpd.GeoDataFrame, window: Box) -> Box:
    bounds = shapely.bounds(found.geometry.to_numpy())
    if not len(bounds):
        return window
    minx, miny, maxx, maxy = map(float, overlay.window(bounds))
    west, south, east, north = window
    return min(minx, west), min(miny, south), max(maxx, east), max(maxy, north)


def _named(path: Path) -> str:
    # Below the input, whose place on the machine is nobody's who reads the summary.
    return quote(f"{path.parent.name}/{path.name}")


def _one(file: NamedFile, layer: str, window: Box | None) -> gpd.GeoDataFrame:
    path = Path(file.path)
    try:
        about = pq.read_metadata(path)
        names = {about.schema.column(at).path.partition(".")[0] for at in range(about.num_columns)}
        crs = _epsg((about.metadata or {}).get(b"geo", b"{}"))
    except Exception as error:  # a damaged file fails in many ways
        raise FileError("error.distribute_unreadable", path=_named(path)) from error
    required = [name for name, column in LAYERS[layer].columns.columns.items() if column.required]
    for name in (*required, *_KEYS):
        if name not in names:
            raise FileError("error.distribute_column", path=_named(path), column=name)
    if crs != EPSG:
        raise FileError("error.distribute_file_crs", path=_named(path), crs=CRS)
    if about.num_rows != file.features:
        parts: dict[str, Any] = {"found": about.num_rows, "expected": file.features}
        raise FileError("error.distribute_features", path=_named(path), **parts)
    try:
        table = pq.read_table(
            path,
            columns=sorted(names - {_BBOX}),
            filters=None if window is None else _meets(window),
        )
        shapes = shapely.from_wkb(table["geometry"].to_numpy())
    except Exception as error:  # as above
        raise FileError("error.distribute_unreadable", path=_named(path)) from error
    frame = table.drop_columns("geometry").to_pandas()
    return frame.assign(**{layout.PARTITION: path.stem, "geometry": shapes})


def _meets(window: Box) -> Any:  # noqa: ANN401  # pyarrow is untyped
    minx, miny, maxx, maxy = window
    return (
        (pc.field(_BBOX, "xmin") <= maxx)
        & (pc.field(_BBOX, "xmax") >= minx)
        & (pc.field(_BBOX, "ymin") <= maxy)
        & (pc.field(_BBOX, "ymax") >= miny)
    )


@lru_cache(maxsize=16)
def _epsg(geo: bytes) -> int | None:
    """Return the reference system of GeoParquet metadata; a thousand files say the same."""
    columns = json.loads(geo).get("columns", {})
    said = columns.get("geometry", {}).get("crs", {}) or {}
    found = said.get("id", {})
    return found.get("code") if found.get("authority") == "EPSG" else None
