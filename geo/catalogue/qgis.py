"""Styles for QGIS (QML) and other programs (SLD), and many layers as one styled GeoPackage."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET  # written here, not read

import pandas as pd
import pyogrio

from geo import i18n
from geo.errors import FileError
from geo.formats import atomic, ogr
from geo.formats.content import Content, by_geometry
from geo.formats.write import File, handed, placed, silent
from geo.schema import layers as schema
from geo.schema.coercion import quote
from geo.styles import STYLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.catalogue.entries import CatalogueEntry
    from geo.formats.content import Content, Progress
    from geo.styles import Style


_MM_PER_PIXEL: Final = 25.4 / 96
_POINT_MM: Final = 2.6
_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_VERSION: Final = "3.22.0-Białowieża"
_SLD: Final = {
    "version": "1.0.0",
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:ogc": "http://www.opengis.net/ogc",
}
_KINDS: Final = {"point": "marker", "line": "line", "polygon": "fill"}


def qml(entry: CatalogueEntry, kind: str, language: str) -> str:
    """
    Return how QGIS draws a layer of the catalogue.

    Parameters
    ----------
    entry
        Names the style, or one for each value of a column.
    kind
        `point`, `line` or `polygon`.
    language
        Of the names in the legend.
    """
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", forceraster="0", symbollevels="0")
    symbols = ET.Element("symbols")
    if entry.column is None:
        renderer.set("type", "singleSymbol")
        _symbol(symbols, "0", kind, STYLES[entry.style])
    else:
        renderer.set("type", "categorizedSymbol")
        renderer.set("attr", entry.column)
        categories = ET.SubElement(renderer, "categories")
        for number, (value, name) in enumerate(entry.styles.items()):
            ET.SubElement(
                categories,
                "category",
                value=value,
                type="bool" if value in {"true", "false"} else "string",
                symbol=str(number),
                label=label(name, language),
                render="true",
            )
            _symbol(symbols, str(number), kind, STYLES[name])
    renderer.append(symbols)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def sld(entry: CatalogueEntry, layer: str, kind: str, language: str) -> str:
    """Return the same as an SLD 1.0 document, which other programs read."""
    root = ET.Element("StyledLayerDescriptor", _SLD)
    named = ET.SubElement(root, "NamedLayer")
    ET.SubElement(named, "Name").text = layer
    style = ET.SubElement(ET.SubElement(named, "UserStyle"), "FeatureTypeStyle")
    choices: list[tuple[str | None, str]] = [*entry.styles.items()] or [(None, entry.style)]
    for value, name in choices:
        rule = ET.SubElement(style, "Rule")
        ET.SubElement(rule, "Name").text = label(name, language)
        if value is not None:
            compared = ET.SubElement(ET.SubElement(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
            ET.SubElement(compared, "ogc:PropertyName").text = entry.column
            # GeoPackage has no type of its own for yes and no: programs see 1 and 0.
            literal = {"true": "1", "false": "0"}.get(value, value)
            ET.SubElement(compared, "ogc:Literal").text = literal
        _SLD_SYMBOLS[kind](rule, STYLES[name])
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def label(style: str, language: str) -> str:
    """Return what a style is called in legends."""
    msgid = style if style.startswith("class.") else f"legend.{style}"
    return i18n.say(msgid, language)


def _symbol(symbols: ET.Element, name: str, kind: str, style: Style) -> None:
    symbol = ET.SubElement(
        symbols, "symbol", name=name, type=_KINDS[kind], alpha="1", clip_to_extent="1"
    )
    options = _OPTIONS[kind](style)
    layer = ET.SubElement(
        symbol, "layer", {"class": _CLASSES[kind], "enabled": "1", "locked": "0", "pass": "0"}
    )
    listed = ET.SubElement(layer, "Option", type="Map")
    for key, value in options.items():
        ET.SubElement(listed, "Option", name=key, value=value, type="QString")
    for key, value in options.items():  # as QGIS before 3.18 has them
        ET.SubElement(layer, "prop", k=key, v=value)


_CLASSES: Final = {"point": "SimpleMarker", "line": "SimpleLine", "polygon": "SimpleFill"}


def _rgba(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"


def _millimetres(pixels: float) -> str:
    return f"{pixels * _MM_PER_PIXEL:.2f}"


def _fill(style: Style) -> dict[str, str]:
    return {
        "color": _rgba(style.fill or style.stroke, style.fill_opacity),
        "style": "solid" if style.fill else "no",
        "outline_color": _rgba(style.stroke),
        "outline_width": _millimetres(style.weight),
        "outline_width_unit": "MM",
        "outline_style": "dash" if style.dash else "solid",
    }


def _line(style: Style) -> dict[str, str]:
    return {
        "line_color": _rgba(style.stroke),
        "line_width": _millimetres(style.weight),
        "line_width_unit": "MM",
        "line_style": "dash" if style.dash else "solid",
    }


def _marker(style: Style) -> dict[str, str]:
    return {
        "name": "circle",
        "color": _rgba(style.fill or style.stroke, style.fill_opacity or 1.0),
        "outline_color": _rgba(style.stroke),
        "outline_width": _millimetres(style.weight),
        "outline_width_unit": "MM",
        "size": str(_POINT_MM),
        "size_unit": "MM",
    }


_OPTIONS: Final = {"point": _marker, "line": _line, "polygon": _fill}


def _css(parent: ET.Element, **parameters: object) -> None:
    for name, value in parameters.items():
        parameter = ET.SubElement(parent, "CssParameter", name=name.replace("_", "-"))
        parameter.text = str(value)


def _sld_stroke(parent: ET.Element, style: Style) -> None:
    stroke = ET.SubElement(parent, "Stroke")
    _css(stroke, stroke=style.stroke, stroke_width=style.weight)
    if style.dash:
        _css(stroke, stroke_dasharray=style.dash)


def _sld_fill(parent: ET.Element, style: Style) -> None:
    if style.fill:
        fill = ET.SubElement(parent, "Fill")
        _css(fill, fill=style.fill, fill_opacity=style.fill_opacity)


def _sld_polygon(rule: ET.Element, style: Style) -> None:
    symbol = ET.SubElement(rule, "PolygonSymbolizer")
    _sld_fill(symbol, style)
    _sld_stroke(symbol, style)


def _sld_line(rule: ET.Element, style: Style) -> None:
    _sld_stroke(ET.SubElement(rule, "LineSymbolizer"), style)


def _sld_point(rule: ET.Element, style: Style) -> None:
    graphic = ET.SubElement(ET.SubElement(rule, "PointSymbolizer"), "Graphic")
    mark = ET.SubElement(graphic, "Mark")
    ET.SubElement(mark, "WellKnownName").text = "circle"
    _sld_fill(mark, style)
    _sld_stroke(mark, style)
    ET.SubElement(graphic, "Size").text = "10"


_SLD_SYMBOLS: Final = {"point": _sld_point, "line": _sld_line, "polygon": _sld_polygon}


STYLE_TABLE: Final = "layer_styles"  # the table in which QGIS looks
_NO_TEXT: Final = ""  # a form of its own, which we have none of
_GEOMETRY: Final = "geom"  # the column's name in what GDAL writes


def write(items: Sequence[tuple[CatalogueEntry, Content]], path: Path, progress: Progress) -> None:
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
            styles, path, layer=STYLE_TABLE, driver="GPKG", append=True, layer_options={"FID": "id"}
        )


def _style(entry: CatalogueEntry, layer: str, kind: str, content: Content) -> dict[str, str]:
    return {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": layer,
        "f_geometry_column": _GEOMETRY,
        "styleName": content.title or layer,
        "styleQML": qml(entry, kind, content.language),
        "styleSLD": sld(entry, layer, kind, content.language),
        "description": content.provenance.describe(content.language),
        "owner": "",
    }


def export_together(
    items: Sequence[tuple[CatalogueEntry, Content]],
    path: Path | str,
    *,
    crs: str | None = None,
    progress: Progress = silent,
) -> None:
    """
    Write layers of the catalogue as one GeoPackage with styles, which opens coloured in QGIS.

    Parameters
    ----------
    items
        Lines of the catalogue with their content, in any known reference system.
    path
        Ends in ``.gpkg``.
    crs
        Reference system of all layers; None for EPSG:25832.

    Raises
    ------
    FileError
        If the file has another ending. If the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".gpkg":
        raise FileError("error.format_unknown", path=quote(path), known=".gpkg")
    ready = [(entry, placed(one, crs or schema.CRS)) for entry, one in items]
    with atomic.unwritable(path), atomic.draft_file(path) as draft:
        write(ready, draft, progress)
    progress(1.0)


def together_as_file(
    items: Sequence[tuple[CatalogueEntry, Content]],
    name: str,
    *,
    crs: str | None = None,
    progress: Progress = silent,
) -> File:
    """Return what `export_together` writes under a name, for a download."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / name
        export_together(items, path, crs=crs, progress=progress)
        return handed(path)
