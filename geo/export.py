"""Layers out to files that other programs read, with their provenance and badges."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo import messages, schema
from geo.coercion import quote
from geo.errors import FileUnwritableError, FormatUnknownError, GeoJsonCrsError, UnknownCrsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.pack import LayerInfo

WGS84: Final = "EPSG:4326"
GEOJSON_DECIMALS: Final = 7  # a centimetre
METRE_DECIMALS: Final = 2

# A spreadsheet takes a cell that begins like this for a formula and runs it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Provenance:
    """Where the data of a file come from, and which badges they carry."""

    source: str | None = None
    licence: str | None = None
    date: str | None = None
    synthetic: bool = False
    illustrative: bool = False
    pack_sha256: str | None = None
    parameters: str | None = None

    @classmethod
    def of(
        cls,
        info: LayerInfo,
        badges: frozenset[str],
        pack_sha256: str,
        *,
        parameters: str | None = None,
    ) -> Provenance:
        """Return the provenance of a layer of a pack, or of a result with its parameters."""
        return cls(
            source=info.source,
            licence=info.licence,
            date=info.date,
            synthetic="synthetic" in badges,
            illustrative="illustrative" in badges,
            pack_sha256=pack_sha256,
            parameters=parameters,
        )

    def members(self) -> dict[str, str | bool | None]:
        """Return what a file says of itself, by name."""
        return {
            "source": self.source,
            "licence": self.licence,
            "synthetic": self.synthetic,
            "illustrative": self.illustrative,
            "pack_sha256": self.pack_sha256,
            # Of a result only; a layer as it is has none.
            **({"parameters": self.parameters} if self.parameters else {}),
        }

    def describe(self, language: str = messages.DEFAULT_LANGUAGE) -> str:
        """Return the same in words."""
        unknown = messages.say("unknown", language)
        said = messages.say(
            "export.description",
            language,
            source=self.source or unknown,
            licence=self.licence or unknown,
            date=self.date or unknown,
        )
        badges = [name for name in ("synthetic", "illustrative") if getattr(self, name)]
        return " ".join([said, *(messages.say(f"export.{name}", language) for name in badges)])


def parse_crs(text: str) -> str:
    """
    Return the reference system that "25832" or "EPSG:25832" stands for, as ``EPSG:25832``.

    Raises
    ------
    UnknownCrsError
        If there is no such system.
    """
    number = text.strip().upper().removeprefix("EPSG:")
    try:
        CRS.from_epsg(number)
    except (CRSError, ValueError) as error:
        raise UnknownCrsError(crs=quote(text)) from error
    return f"EPSG:{number}"


def export_layer(
    frame: GeoDataFrame,
    path: Path | str,
    *,
    crs: str | None = None,
    provenance: Provenance | None = None,
) -> None:
    """
    Write a layer in the format that the file's ending names.

    Parameters
    ----------
    frame
        In a known reference system; features keep their order (FlatGeobuf sorts them by place).
    path
        Ends in one of `FORMATS`. An existing file is replaced once the new one is complete.
    crs
        Reference system of the coordinates; None for EPSG:25832, in GeoJSON EPSG:4326.
    provenance
        Written into the file.

    Raises
    ------
    FormatUnknownError
        If the ending stands for no format.
    GeoJsonCrsError
        If GeoJSON is asked for in another system than EPSG:4326 (RFC 7946, section 4).
    FileUnwritableError
        If the file cannot be written.
    """
    path = Path(path)
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise FormatUnknownError(path=quote(path), known=", ".join(FORMATS))
    is_geojson = write is _write_geojson
    if is_geojson and crs not in (None, WGS84):
        raise GeoJsonCrsError(crs=crs)
    frame = frame.to_crs(crs or (WGS84 if is_geojson else schema.CRS))
    frame.attrs = {}  # notes of a reader, which are for people and not for the file
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
            complete = Path(folder) / path.name
            write(frame, complete, provenance or Provenance())
            complete.replace(path)
    except (OSError, DataSourceError, DataLayerError) as error:
        raise FileUnwritableError(path=quote(path)) from error


def as_bytes(frame: GeoDataFrame, ending: str, *, provenance: Provenance) -> bytes:
    """Return what `export_layer` would write to a file with this ending, for a download."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"data{ending}"
        export_layer(frame, path, provenance=provenance)
        return path.read_bytes()


def to_geojson(frame: GeoDataFrame, provenance: Provenance) -> dict[str, Any]:
    """
    Return a FeatureCollection after RFC 7946, with the provenance as foreign members.

    Coordinates are EPSG:4326 in `GEOJSON_DECIMALS` decimals; outer rings run anticlockwise.
    """
    shapes = shapely.orient_polygons(shapely.force_2d(frame.to_crs(WGS84).geometry.array))
    rounded = shapely.transform(shapes, lambda positions: positions.round(GEOJSON_DECIMALS))
    table = frame.set_geometry(rounded, crs=WGS84).reset_index(drop=True)
    numbers = table.select_dtypes("number").columns
    table[numbers] = table[numbers].replace([np.inf, -np.inf], np.nan)
    collection: dict[str, Any] = table.to_geo_dict(na="null", drop_id=True)
    return {
        "type": "FeatureCollection",
        **provenance.members(),
        "features": collection["features"],
    }


def neutralise(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before text that a spreadsheet would run."""

    def safe(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

    text = {
        column: table[column].map(safe)
        for column in table.columns
        if not pd.api.types.is_numeric_dtype(table[column])
    }
    return table.assign(**text).rename(columns=safe)


def _write_geojson(frame: GeoDataFrame, path: Path, provenance: Provenance) -> None:
    document = to_geojson(frame, provenance)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def _write_csv(frame: GeoDataFrame, path: Path, provenance: Provenance) -> None:
    points = frame.geometry.representative_point()
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    decimals = GEOJSON_DECIMALS if frame.crs.is_geographic else METRE_DECIMALS
    table = table.assign(
        easting=points.x.round(decimals),
        northing=points.y.round(decimals),
        crs=f"EPSG:{frame.crs.to_epsg()}",
    )
    table = neutralise(_with_columns(table, provenance))
    table.to_csv(path, index=False, encoding="utf-8-sig")


def _write_gpkg(frame: GeoDataFrame, path: Path, provenance: Provenance) -> None:
    pyogrio.write_dataframe(
        frame,
        path,
        layer=path.stem,
        driver="GPKG",
        layer_options={"DESCRIPTION": provenance.describe()},
        layer_metadata=_metadata(provenance),
    )


def _write_flatgeobuf(frame: GeoDataFrame, path: Path, provenance: Provenance) -> None:
    pyogrio.write_dataframe(
        _with_columns(frame, provenance), path, layer=path.stem, driver="FlatGeobuf"
    )


def _write_parquet(frame: GeoDataFrame, path: Path, provenance: Provenance) -> None:
    _with_columns(frame, provenance).to_parquet(path, index=False)


def _with_columns(table: pd.DataFrame, provenance: Provenance) -> pd.DataFrame:
    # A format without a place for what is said of the whole lets every row say it.
    said = {k: v for k, v in provenance.members().items() if k not in table.columns}
    return table.assign(**said)


def _metadata(provenance: Provenance) -> dict[str, str]:
    return {name: str(value) for name, value in provenance.members().items() if value is not None}


FORMATS: Final[Mapping[str, Callable[[GeoDataFrame, Path, Provenance], None]]] = {
    ".geojson": _write_geojson,
    ".gpkg": _write_gpkg,
    ".csv": _write_csv,
    ".fgb": _write_flatgeobuf,
    # Only where pyarrow is installed, which the app itself does not need.
    **({".parquet": _write_parquet} if importlib.util.find_spec("pyarrow") else {}),
}
