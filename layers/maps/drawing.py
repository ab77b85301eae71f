"""Drawing shapes on a map: leaflet-draw with its words in the reader's language, and what comes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import streamlit as st
from folium.elements import MacroElement
from folium.template import Template

from geo.schema import layers as schema
from geo.schema.findings import Report, gathered
from geo.schema.validation import clean_geometry
from layers.app import style, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    from geopandas import GeoDataFrame

    from geo.schema.findings import Finding
    from layers.app.map_script import MapScript

# What leaflet-draw calls a text → its name in our catalogue.
_WORDS: Final = {
    "draw/toolbar/actions/title": "cancel",
    "draw/toolbar/actions/text": "cancel",
    "draw/toolbar/finish/title": "finish",
    "draw/toolbar/finish/text": "finish",
    "draw/toolbar/undo/title": "last_point",
    "draw/toolbar/undo/text": "last_point",
    "draw/toolbar/buttons/polygon": "polygon",
    "draw/toolbar/buttons/rectangle": "rectangle",
    "draw/toolbar/buttons/marker": "marker",
    "draw/handlers/marker/tooltip/start": "marker_start",
    "draw/handlers/polygon/tooltip/start": "polygon_start",
    "draw/handlers/polygon/tooltip/cont": "polygon_go_on",
    "draw/handlers/polygon/tooltip/end": "polygon_end",
    "draw/handlers/polyline/error": "crossing",
    "draw/handlers/rectangle/tooltip/start": "rectangle_start",
    "draw/handlers/simpleshape/tooltip/end": "rectangle_end",
    "edit/toolbar/actions/save/title": "save",
    "edit/toolbar/actions/save/text": "save",
    "edit/toolbar/actions/cancel/title": "undo",
    "edit/toolbar/actions/cancel/text": "undo",
    "edit/toolbar/actions/clearAll/title": "clear",
    "edit/toolbar/actions/clearAll/text": "clear",
    "edit/toolbar/buttons/edit": "edit",
    "edit/toolbar/buttons/editDisabled": "nothing_to_edit",
    "edit/toolbar/buttons/remove": "remove",
    "edit/toolbar/buttons/removeDisabled": "nothing_to_remove",
    "edit/handlers/edit/tooltip/text": "edit_how",
    "edit/handlers/edit/tooltip/subtext": "edit_undo",
    "edit/handlers/remove/tooltip/text": "remove_how",
}


class _Draw(MacroElement):  # type: ignore[misc]  # folium has no types
    """
    Buttons for a polygon, a rectangle and a point.

    A new shape replaces the one before, unless there may be several.

    streamlit-folium reports what is in `drawnItems`, which the map's message takes from
    `window.drawnShapes`.
    """

    _template = Template(
        """{% macro script(this, kwargs) %}
        for (const [path, text] of Object.entries({{ this.words|tojson }})) {
          const names = path.split("/"), last = names.pop();
          names.reduce((part, name) => part[name], L.drawLocal)[last] = text;
        }
        window.drawnShapes = new L.FeatureGroup().addTo(map_div);
        window.drawnStyle = {{ this.look|tojson }};
        window.drawnIcon = L.divIcon({className: "drawn-point", iconSize: [16, 16]});
        map_div.addControl(new L.Control.Draw({
          position: "topleft",
          draw: {
            // Without a measure of its own: that of version 1.0.2 fails for rectangles.
            polygon: {allowIntersection: false, shapeOptions: window.drawnStyle},
            rectangle: {showArea: false, shapeOptions: window.drawnStyle},
            marker: {icon: window.drawnIcon},
            polyline: false, circle: false, circlemarker: false,
          },
          edit: {featureGroup: window.drawnShapes},
        }));
        map_div.on(L.Draw.Event.CREATED, event => {
          {% if not this.several %}window.drawnShapes.clearLayers();{% endif %}
          window.drawnShapes.addLayer(event.layer);
        });
        {% endmacro %}"""
    )

    def __init__(self, *, several: bool) -> None:
        super().__init__()
        self.kinds = ("drawn",)
        self.several = several
        self.words = {path: t(f"draw.{name}") for path, name in _WORDS.items()}
        self.look = style.STYLES["drawn"].leaflet()


def add_to(leaflet_map: folium.Map, *, several: bool = False) -> None:
    """Give a map the buttons for drawing one shape, or several."""
    _Draw(several=several).add_to(leaflet_map)


def started_with(drawn: MapScript, shape: GeoDataFrame | None) -> MapScript:
    """
    Return a map for drawing, with a shape to begin from.

    Of a shape in several parts each part can be edited; leaflet-draw knows single ones only.
    """
    if shape is None or shape.empty:
        return drawn
    single = shape[["geometry"]].explode(index_parts=False).to_crs(4326)
    collection: dict[str, Any] = json.loads(single.to_json(drop_id=True))
    # "<" cannot end the script that this is written into.
    written = json.dumps(collection).replace("<", "\\u003c")
    text = (
        f"{drawn.text}\nL.geoJSON({written}, {{style: window.drawnStyle, "
        "pointToLayer: (point, at) => L.marker(at, {icon: window.drawnIcon})}).eachLayer(layer => {"
        "window.drawnShapes.addLayer(layer);});"
    )
    return replace(drawn, text=text)


def taken(
    shapes: Sequence[dict[str, Any]],
    allowed: frozenset[str] = schema.POLYGON,
    *,
    called: str = "data.drawn",
) -> tuple[GeoDataFrame, list[Finding]]:
    """
    Take what a reader drew, repaired as a file's shapes are, and what was done to it.

    Parameters
    ----------
    shapes
        GeoJSON features in longitude and latitude, as the map tells of them.
    allowed
        Geometry types to take; what is of another was not asked for, and is passed over.
    called
        Text that names the drawing in what is said of it.

    Returns
    -------
    GeoDataFrame and findings
        Sound shapes in EPSG:25832, alone in the column ``geometry``. An edge that is dragged over
        another makes an outline that crosses itself, whatever the drawing allows.
    """
    frame = gpd.GeoDataFrame.from_features(shapes, columns=["geometry"], crs=4326)
    frame = frame[frame.geom_type.isin(allowed)].to_crs(schema.CRS)
    names = pd.Series([str(row + 1) for row in frame.index], index=frame.index, dtype="str")
    report = Report(t(called), names)
    return clean_geometry(frame, allowed, report), list(report.findings)


def tell(findings: Sequence[Finding]) -> None:
    """Show what was done to a drawing, or why nothing of it can be used."""
    for finding in gathered(findings):
        lost = finding.severity == "error"
        (st.error if lost else st.info)(
            texts.plain(finding.say(texts.language())),
            icon=":material/error:" if lost else ":material/info:",
        )
