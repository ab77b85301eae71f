"""
A collection as pygeoapi reads it: one GeoParquet file, held in memory.

pygeoapi's own providers do not do for a pack: SQLiteGPKG needs SpatiaLite, which is not on PyPI,
and OGR the same of GDAL's Python; GeoJSON parses the whole file at each request, and takes types
from the first feature; Parquet takes a bbox for «lies within» and does not count what it matches.
"""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pygeoapi.provider.base import (
    BaseProvider,
    ProviderInvalidQueryError,
    ProviderItemNotFoundError,
)
from pygeoapi.util import crs_transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

ID: Final = "fid"  # a feature's number in its collection, from 1
_TRUE: Final = {"true": True, "false": False}
_LOCK: Final = threading.Lock()
_FRAMES: Final[dict[Path, gpd.GeoDataFrame]] = {}  # by their files; guarded by the lock


class PackProvider(BaseProvider):  # type: ignore[misc]  # pygeoapi publishes no types
    """Features of one file, with paging, bbox, filters by property, sorting and counts."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        with _LOCK:  # two requests at once must not read the same file
            self._frame = _read(Path(self.data))
        table = self._frame.drop(columns="geometry")
        self._fields: dict[str, dict[str, str]] = {
            name: {"type": _kind(table[name])} for name in table.columns
        }

    def get_fields(self) -> dict[str, dict[str, str]]:
        """Return the JSON type of each property."""
        return self._fields

    @crs_transform  # type: ignore[untyped-decorator]  # pygeoapi publishes no types
    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        *,
        bbox: Sequence[float] = (),
        properties: Iterable[tuple[str, str]] = (),
        sortby: Iterable[Mapping[str, str]] = (),
        **options: Any,  # noqa: ANN401  # the others of pygeoapi's
    ) -> dict[str, Any]:
        """
        Return one page of the features that match, and how many match in all.

        `bbox` is in EPSG:25832: minx, miny, maxx, maxy. Of the options, `resulttype` (hits),
        `select_properties` and `skip_geometry` are followed.

        Raises
        ------
        ProviderInvalidQueryError
            If a CQL filter is asked for, which would otherwise be passed over in silence.
        """
        if options.get("filterq") is not None:
            msg = "CQL filters are not supported; use bbox and property=value"
            raise ProviderInvalidQueryError(user_msg=msg)
        rows = self._matching(bbox, properties)
        found = {"type": "FeatureCollection", "numberMatched": int(rows.size), "features": []}
        if options.get("resulttype") == "hits":
            return found
        for key in reversed([*sortby]):  # the last key first: each sort keeps ties in order
            column = self._frame[key["property"]].iloc[rows]
            order = column.reset_index(drop=True).sort_values(
                ascending=key["order"] != "-", kind="stable"
            )
            rows = rows[order.index.to_numpy()]
        page = self._frame.iloc[rows[offset : offset + limit]]
        wanted = [*options.get("select_properties", ())] or [*self._fields]
        bare = bool(options.get("skip_geometry"))
        found["features"] = _features(page[[*wanted, "geometry"]], skip_geometry=bare)
        found["numberReturned"] = len(page)
        return found

    @crs_transform  # type: ignore[untyped-decorator]  # pygeoapi publishes no types
    def get(self, identifier: str, **_: object) -> dict[str, Any]:
        """
        Return one feature.

        Raises
        ------
        ProviderItemNotFoundError
            If there is none with this id.
        """
        number = int(identifier) if identifier.isascii() and identifier.isdigit() else 0
        if not 1 <= number <= len(self._frame):
            msg = f"no feature {identifier}"
            raise ProviderItemNotFoundError(user_msg=msg)
        return _features(self._frame.iloc[[number - 1]], skip_geometry=False)[0]

    def _matching(
        self, bbox: Sequence[float], properties: Iterable[tuple[str, str]]
    ) -> NDArray[np.int64]:
        keep = np.ones(len(self._frame), dtype=bool)
        if len(bbox):
            minx, miny, maxx, maxy = bbox
            # The box is the request's own, so that preparing it harms nobody.
            hit = self._frame.sindex.query(
                shapely.box(minx, miny, maxx, maxy), predicate="intersects"
            )
            keep[:] = False
            keep[hit] = True
        for name, text in properties:
            keep &= _equal(self._frame[name], text)
        return np.flatnonzero(keep)


def release(folder: Path) -> None:
    """Forget the collections of a folder that nobody asks for any more."""
    with _LOCK:
        for path in [path for path in _FRAMES if path.parent == folder]:
            del _FRAMES[path]


def _read(path: Path) -> gpd.GeoDataFrame:
    frame = _FRAMES.get(path)
    if frame is None:
        frame = _FRAMES[path] = gpd.read_parquet(path)
        # Built here, in one thread, rather than by the first two requests together.
        frame.sindex.query(shapely.box(0, 0, 1, 1))
    return frame


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "integer"
    return "number" if pd.api.types.is_numeric_dtype(column.dtype) else "string"


def _equal(column: pd.Series, text: str) -> NDArray[np.bool_]:
    """Rows whose value is the one written; nothing equals null, nor text that is no number."""
    value: object = text
    kind = _kind(column)
    if kind == "boolean":
        value = _TRUE.get(text.strip().lower())
    elif kind in {"integer", "number"}:
        try:
            value = float(text)
        except ValueError:
            value = None
    if value is None:
        return np.zeros(len(column), dtype=bool)
    compared: Any = column if kind != "string" else column.astype("str").where(column.notna())
    passed: NDArray[np.bool_] = compared.eq(value).fillna(value=False).to_numpy(dtype=np.bool_)
    return passed


def _features(page: gpd.GeoDataFrame, *, skip_geometry: bool) -> list[dict[str, Any]]:
    names = [name for name in page.columns if name != "geometry"]
    columns = [[_plain(value) for value in page[name]] for name in names]
    shapes = page.geometry.to_numpy()
    if skip_geometry:
        shapes = np.full(len(page), None, dtype=object)
    rows = zip(*columns, strict=True) if columns else [()] * len(page)
    return [
        {
            "type": "Feature",
            "id": int(label) + 1,
            "properties": dict(zip(names, values, strict=True)),
            "geometry": None if shape is None else shapely.geometry.mapping(shape),
        }
        for label, values, shape in zip(page.index, rows, shapes, strict=True)
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever a column holds, as JSON has it
    """Return null for what is missing or no number, and Python's own types for numpy's."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)
