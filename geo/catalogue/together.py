"""Many layers as one GeoPackage, with the styles that QGIS opens them in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyogrio

from geo.catalogue import qgis
from geo.formats import ogr
from geo.formats.content import by_geometry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.catalogue.entries import Entry
    from geo.formats.content import Content, Progress

STYLES: Final = "layer_styles"  # the table in which QGIS looks
_NO_TEXT: Final = ""  # a form of its own, which we have none of
_GEOMETRY: Final = "geom"  # the column's name in what GDAL writes


def write(items: Sequence[tuple[Entry, Content]], path: Path, progress: Progress) -> None:
    """
    Write the layers under their names, the tables `about` and `codebook`, and the styles.

    A layer of several kinds of geometry becomes one layer for each (`context_line`), since a GIS
    draws only one kind with a style.
    """
    rows = []
    for number, (entry, content) in enumerate(items, 1):
        parts = by_geometry(content.frame)
        for kind, frame in parts.items():
            layer, title = entry.name, content.title or entry.name
            if len(parts) > 1:
                layer = f"{layer}_{kind}"
                title = f"{title}, {content.say(f'geometry_kind.{kind}')}"
            part = replace(content, frame=frame, title=title).named_apart(ogr.GPKG_OWN)
            ogr.add_layer(part, path, layer)
            rows.append(_style(entry, layer, kind, part))
        progress(number / (len(items) + 1))
    ogr.add_tables([(entry.name, content) for entry, content in items], path)
    if rows:
        # QGIS finds no style at all where its own columns are not all there.
        now = pd.Timestamp.now("UTC")
        styles = pd.DataFrame(rows).assign(useAsDefault=True, ui=_NO_TEXT, update_time=now)
        pyogrio.write_dataframe(
            styles, path, layer=STYLES, driver="GPKG", append=True, layer_options={"FID": "id"}
        )


def _style(entry: Entry, layer: str, kind: str, content: Content) -> dict[str, str]:
    return {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": layer,
        "f_geometry_column": _GEOMETRY,
        "styleName": content.title or layer,
        "styleQML": qgis.qml(entry, kind, content.language),
        "styleSLD": qgis.sld(entry, layer, kind, content.language),
        "description": content.provenance.describe(content.language),
        "owner": "",
    }
