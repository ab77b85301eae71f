"""Layers out to files that other programs read, with their provenance, codebook and badges."""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo import i18n
from geo.errors import FileError, ParameterError
from geo.formats import atomic, csv_table, excel, geojson, ogr, shapefile
from geo.formats.content import Content
from geo.formats.provenance import Provenance
from geo.schema import layers as schema
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from geo.formats.content import Progress

WGS84: Final = "EPSG:4326"
# What is offered: Norway's two zones and the world's degrees. Any other is taken by its number.
SYSTEMS: Final = (schema.CRS, "EPSG:25833", WGS84)


@dataclass(frozen=True)
class Format:
    """
    A file format.

    Attributes
    ----------
    write
        Writes the content to a path and reports progress.
    mime
        Media type of the file.
    only_crs
        The one reference system that the format's standard allows.
    """

    write: Callable[[Content, Path, Progress], None]
    mime: str
    only_crs: str | None = None


FORMATS: Final[Mapping[str, Format]] = {
    ".geojson": Format(geojson.write, "application/geo+json", WGS84),  # RFC 7946, section 4
    ".gpkg": Format(ogr.write_gpkg, "application/geopackage+sqlite3"),
    ".zip": Format(shapefile.write, "application/zip"),
    ".kml": Format(ogr.write_kml, "application/vnd.google-earth.kml+xml", WGS84),
    ".csv": Format(csv_table.write_csv, "text/csv"),
    ".xlsx": Format(
        excel.write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    ".fgb": Format(ogr.write_flatgeobuf, "application/flatgeobuf"),
    ".parquet": Format(ogr.write_parquet, "application/vnd.apache.parquet"),
}


def silent(_share: float) -> None:
    """Tell nobody how far it has come."""


def parse_crs(text: str) -> str:
    """
    Return the reference system that "25832" or "EPSG:25832" stands for, as ``EPSG:25832``.

    Raises
    ------
    ParameterError
        If there is no such system.
    """
    number = text.strip().upper().removeprefix("EPSG:")
    try:
        CRS.from_epsg(number)
    except (CRSError, ValueError) as error:
        raise ParameterError("error.unknown_crs", crs=quote(text)) from error
    return f"EPSG:{number}"


def export_layer(
    frame: GeoDataFrame,
    path: Path | str,
    *,
    crs: str | None = None,
    provenance: Provenance | None = None,
    language: str = i18n.DEFAULT_LANGUAGE,
) -> None:
    """Write a frame in a known reference system, as `export_content` does."""
    content = Content(frame=frame, provenance=provenance or Provenance(), language=language)
    export_content(content, path, crs=crs)


def export_content(
    content: Content,
    path: Path | str,
    *,
    crs: str | None = None,
    progress: Progress = silent,
) -> None:
    """
    Write a layer in the format that the file's ending names.

    Parameters
    ----------
    content
        Its frame in any known reference system. Features keep their order (FlatGeobuf sorts them
        by place); provenance and codebook are written in the way that the format has.
    path
        Ends in one of `FORMATS`. An existing file is replaced once the new one is complete.
    crs
        Reference system of the coordinates; None for the format's only one, else EPSG:25832.
    progress
        Told how much is written, 0–1.

    Raises
    ------
    FileError
        If the ending stands for no format. If there are more features than a sheet of Excel's has
        rows. If the file cannot be written.
    ParameterError
        If GeoJSON or KML is asked for in another system than EPSG:4326.
    """
    path = Path(path)
    chosen = FORMATS.get(path.suffix.lower())
    if chosen is None:
        raise FileError("error.format_unknown", path=quote(path), known=", ".join(FORMATS))
    if chosen.only_crs and crs not in (None, chosen.only_crs):
        raise ParameterError("error.geojson_crs", crs=crs)
    progress(0.0)
    ready = placed(content, crs or chosen.only_crs or schema.CRS)
    with atomic.unwritable(path), atomic.draft_file(path) as draft:
        chosen.write(ready, draft, progress)
    progress(1.0)


def as_bytes(
    frame: GeoDataFrame,
    ending: str,
    *,
    provenance: Provenance,
    language: str = i18n.DEFAULT_LANGUAGE,
    progress: Progress = silent,
) -> bytes:
    """Return what `export_layer` would write to a file with this ending, for a download."""
    content = Content(frame=frame, provenance=provenance, language=language)
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"data{ending}"
        export_content(content, path, progress=progress)
        return path.read_bytes()


@dataclass(frozen=True)
class File:
    """A file to hand over: its name, what it holds and its media type."""

    name: str
    data: bytes
    mime: str


def as_file(
    content: Content, name: str, *, crs: str | None = None, progress: Progress = silent
) -> File:
    """
    Return what `export_content` writes under a name, for a download.

    A format that leaves a second file beside the first, as CSV does, comes as a zip of both.
    """
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / name
        export_content(content, path, crs=crs, progress=progress)
        return handed(path)


def handed(path: Path) -> File:
    """Return a file that was written, zipped with what lies beside it."""
    whole = _in_one_file(path)
    return File(whole.name, whole.read_bytes(), FORMATS[whole.suffix].mime)


def _in_one_file(path: Path) -> Path:
    beside = [one for one in path.parent.iterdir() if one != path]
    if not beside:
        return path
    zipped = path.with_name(f"{path.name}.zip")
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in (path, *sorted(beside)):
            archive.write(one, one.name)
    return zipped


def placed(content: Content, crs: str) -> Content:
    """Return the content in two dimensions and in this reference system."""
    frame = content.frame.to_crs(crs)
    frame = frame.set_geometry(shapely.force_2d(frame.geometry.array), crs=crs)
    frame.attrs = {}  # notes of a reader, which are for people and not for the file
    return replace(content, frame=frame)
