"""How each kind of file is opened: vector formats, zipped shapefiles, tables."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.coercion import quote
from geo.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pandas import DataFrame

_MAX_UNPACKED: Final = 2_000_000_000  # bytes; a zip that holds more is no plan
_MEMBERS: Final = (".shp", ".gpkg", ".geojson", ".json", ".gml", ".fgb", ".kml", ".csv")


def open_table(path: Path, notes: list[Finding]) -> Any:  # noqa: ANN401  # a DataFrame, or a GeoDataFrame
    """
    Read the first layer of a file, whatever its format.

    Parameters
    ----------
    path
        An existing file, or the folder of a file geodatabase.
    notes
        Learns of what had to be chosen.

    Raises
    ------
    Exception
        Whatever the format's own reader raises for a broken file.
    """
    return _READERS.get(path.suffix.lower(), _read_vector)(path, notes)


def _read_vector(path: Path, notes: list[Finding]) -> DataFrame:
    layers = pyogrio.list_layers(path)
    spatial = [str(name) for name, kind in layers if kind is not None]
    if not spatial:
        return pyogrio.read_dataframe(path)
    if len(spatial) > 1:
        notes.append(_chosen(path, spatial[0]))
    return pyogrio.read_dataframe(path, layer=spatial[0])


def _read_gml(path: Path, notes: list[Finding]) -> DataFrame:
    # GDAL writes a .gfs beside the file it reads; beside a copy it bothers nobody.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(path, folder))
        return _read_vector(copy, notes)


def _read_zip(path: Path, notes: list[Finding]) -> DataFrame:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
            msg = "unpacks to more than anyone's plans"
            raise ValueError(msg)
        archive.extractall(folder)
        members = sorted(
            member
            for member in Path(folder).rglob("*")
            if member.suffix.lower() in _MEMBERS and "__MACOSX" not in member.parts
        )
        members.sort(key=lambda member: _MEMBERS.index(member.suffix.lower()))
        if not members:
            return _read_vector(path, notes)  # a zipped geodatabase, for one
        return _READERS.get(members[0].suffix.lower(), _read_vector)(members[0], notes)


def _read_csv(path: Path, _notes: list[Finding]) -> DataFrame:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252")  # what Excel saves as CSV in Norway
    head, _, rest = text.partition("\n")
    if head.lower().startswith("sep="):  # Excel's own way of naming the delimiter
        text, head = rest, rest.partition("\n")[0]
    if not head.strip():
        return pd.DataFrame()
    delimiter = max(";,\t", key=head.count)
    return pd.read_csv(io.StringIO(text), sep=delimiter, dtype="str", skipinitialspace=True)


def _read_parquet(path: Path, _notes: list[Finding]) -> DataFrame:
    return gpd.read_parquet(path)


_READERS: Final[Mapping[str, Callable[[Path, list[Finding]], Any]]] = {
    ".csv": _read_csv,
    ".txt": _read_csv,
    ".tsv": _read_csv,
    ".zip": _read_zip,
    ".gml": _read_gml,
    ".xml": _read_gml,
    ".parquet": _read_parquet,
}


def _chosen(path: Path, layer: str) -> Finding:
    parts = {"chosen": quote(layer)}
    return Finding(quote(path.name), None, "finding.layer_chosen", "warning", parts)
