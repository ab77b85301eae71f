"""Files read back in ways of their own, each as rows with the names that were written."""

from __future__ import annotations

import io
import json
import zipfile

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import shapely

from geo.formats.shapefile import CODEBOOK
from geo.schema.layers import CRS

BESIDE = {"easting", "northing", "crs", "wkt"}


def read(path):
    """The rows of a file in EPSG:25832, however its format has them."""
    return _READERS[path.suffix](path).to_crs(CRS)


def _geojson(path):
    # Not with GDAL, which forgives what the standard does not.
    document = json.loads(path.read_text(encoding="utf-8"))
    features = document["features"]
    table = pd.DataFrame([feature["properties"] for feature in features])
    shapes = [
        None if one["geometry"] is None else shapely.from_geojson(json.dumps(one["geometry"]))
        for one in features
    ]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326)


def _ogr(path):
    return pyogrio.read_dataframe(path, layer=path.stem)


def _kml(path):
    return _ogr(path).drop(columns="id", errors="ignore").rename(columns={"Name": "name"})


def _shapefile(path):
    names = [name for name, _ in pyogrio.list_layers(path)]
    parts = [pyogrio.read_dataframe(path, layer=name) for name in names if name != "kodebok"]
    with zipfile.ZipFile(path) as archive:
        book = pd.read_csv(io.BytesIO(archive.read(CODEBOOK)), dtype=str)
    written = dict(zip(book.iloc[:, 0], book.iloc[:, 1], strict=True))
    return gpd.GeoDataFrame(pd.concat(parts), crs=parts[0].crs).rename(columns=written)


def _csv(path):
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return _placed(table)


def _xlsx(path):
    sheet = openpyxl.load_workbook(path).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    table = pd.DataFrame(rows, columns=head, dtype=object)
    parts = [name for name in head if str(name).startswith("wkt")]
    whole = ["".join(part for part in row if part) for row in table[parts].itertuples(index=False)]
    return _placed(table.drop(columns=parts).assign(wkt=whole))


def _placed(table):
    shapes = [shapely.from_wkt(text) if text else None for text in table["wkt"]]
    crs = table["crs"].iloc[0] if len(table) else CRS
    return gpd.GeoDataFrame(table.drop(columns="wkt"), geometry=shapes, crs=crs)


_READERS = {
    ".geojson": _geojson,
    ".gpkg": _ogr,
    ".fgb": _ogr,
    ".kml": _kml,
    ".zip": _shapefile,
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": gpd.read_parquet,
}
