"""Formats that GDAL writes in one file: GeoPackage, FlatGeobuf, KML and GeoParquet."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyogrio
from pyarrow import parquet  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.formats.content import Content, Progress

ABOUT: Final = "about"
CODEBOOK: Final = "codebook"
GPKG_OWN: Final = ("fid", "geom")  # columns that GDAL makes itself
GPKG_VERSION: Final = "1.2"  # all that is used here, and older programs take a newer one amiss
PARQUET_KEY: Final = b"naeringsareal"  # of the file's own metadata, JSON

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What GDAL's driver takes for a setting of the feature, whatever the column is about.
_KML_OWN: Final = frozenset(
    [
        "id",
        "description",
        "timestamp",
        "begin",
        "end",
        "altitudemode",
        "tessellate",
        "extrude",
        "visibility",
        "draworder",
        "icon",
        "heading",
        "tilt",
        "roll",
        "snippet",
        "model",
        "scale_x",
        "scale_y",
        "scale_z",
        "camera_longitude",
        "camera_latitude",
        "camera_altitude",
        "camera_altitudemode",
        "networklink",
        "photooverlay",
        "url",
        "imagepyramid",
        "ogr_style",
    ]
)


def write_gpkg(content: Content, path: Path, progress: Progress) -> None:
    """Write a GeoPackage: the layer, and where it is explained the tables that do so."""
    content = content.named_apart(GPKG_OWN)
    add_layer(content, path, path.stem)
    progress(0.8)
    if content.codebook:
        add_tables([(path.stem, content)], path)


def add_layer(content: Content, path: Path, layer: str) -> None:
    """Add a layer to a GeoPackage, which is made where there is none."""
    said = {k: str(v) for k, v in content.provenance.members().items() if v is not None}
    options = {"DESCRIPTION": content.provenance.describe(content.language)}
    if content.title:
        options["IDENTIFIER"] = content.title
    pyogrio.write_dataframe(
        writable(content.frame),
        path,
        layer=layer,
        driver="GPKG",
        append=path.exists(),
        dataset_options=None if path.exists() else {"VERSION": GPKG_VERSION},
        geometry_type=geometry_type(content.frame),
        layer_options=options,
        layer_metadata=said,
    )


def add_tables(contents: list[tuple[str, Content]], path: Path) -> None:
    """Add the tables that tell of the layers: where each comes from, and what its columns mean."""
    told = [(name, *row) for name, one in contents for row in one.about()]
    meant = [(name, *row) for name, one in contents for row in one.codebook_rows()]
    tables = {
        ABOUT: pd.DataFrame(told, columns=["layer", "label", "value"]),
        CODEBOOK: pd.DataFrame(meant, columns=["layer", "column_name", "meaning", "codes"]),
    }
    for name, table in tables.items():
        if len(table):
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", append=True)


def geometry_type(frame: GeoDataFrame) -> str | None:
    """Return `Unknown` for a layer of several kinds or of none; else GDAL finds it."""
    kinds = set(frame.geom_type.dropna())
    return None if len(kinds) == 1 else "Unknown"


def write_flatgeobuf(content: Content, path: Path, progress: Progress) -> None:
    """Write FlatGeobuf; what is told of the layer is its description."""
    options = {"TITLE": content.title or path.stem, "DESCRIPTION": content.readme()}
    if content.frame.geometry.isna().any():
        options["SPATIAL_INDEX"] = "NO"  # which has no room for a feature without a place
    pyogrio.write_dataframe(
        writable(content.marked()),
        path,
        layer=path.stem,
        driver="FlatGeobuf",
        geometry_type=geometry_type(content.frame),
        layer_options=options,
    )
    progress(1.0)


def write_parquet(content: Content, path: Path, progress: Progress) -> None:
    """Write GeoParquet; what is told of the layer is in the file's metadata."""
    whole = io.BytesIO()
    content.marked().to_parquet(whole, index=False)
    progress(0.6)
    table = parquet.read_table(whole)
    codebook = [one.as_dict() for one in content.codebook]
    told = {"title": content.title, **content.provenance.members(), "codebook": codebook}
    written = json.dumps(told, ensure_ascii=False).encode()
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), PARQUET_KEY: written})
    parquet.write_table(table, path)


def write_kml(content: Content, path: Path, progress: Progress) -> None:
    """Write KML; what is told of the layer is the document's description."""
    frame = writable(content.named_apart(_KML_OWN).marked())
    texts = [str(name) for name in frame.columns if _is_texts(frame[name])]
    frame = frame.assign(**{name: frame[name].map(_xml) for name in texts})
    # The column `name` becomes KML's own, the label that a globe writes beside the feature.
    pyogrio.write_dataframe(
        frame,
        path,
        layer=path.stem,
        driver="LIBKML",
        geometry_type=geometry_type(frame),
        dataset_options={
            "NAME": _xml(content.title or path.stem),
            "DESCRIPTION": _xml(content.readme()),
        },
    )
    progress(1.0)


def _is_texts(column: pd.Series) -> bool:
    return bool(pd.api.types.is_string_dtype(column))


def _xml(value: Any) -> Any:  # noqa: ANN401  # a cell, as it is where it is no text
    """
    Return a text without the characters that XML cannot hold.

    `]]>` gets a space: the driver writes it as it stands, and no program could read the file.
    """
    return _NOT_XML.sub("", value).replace("]]>", "]] >") if isinstance(value, str) else value


def writable(frame: GeoDataFrame) -> GeoDataFrame:
    """Return the frame with the types that GDAL knows: lists and the like become text."""
    odd: dict[str, Any] = {
        str(name): frame[name].map(lambda value: None if _missing(value) else str(value))
        for name in frame.columns.drop(frame.geometry.name)
        if frame[name].dtype == object and not _is_text(frame[name])
    }
    return frame.assign(**odd)


def _is_text(column: pd.Series) -> bool:
    return bool(column.dropna().map(lambda value: isinstance(value, str)).all())


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and pd.isna(value))
