"""Maps: pack layers as Leaflet layers that work without internet, and what was clicked."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, Final

import folium
import shapely
import streamlit as st
from folium.elements import MacroElement
from folium.template import Template
from streamlit_folium import generate_leaflet_string, st_folium

from layers.app import style, texts
from layers.maps.offline import DrawnMap, OfflineMap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geopandas import GeoDataFrame
    from pandas import Series

    from geo.pack.read import Pack

    Tip = Callable[[Series], str]

# Kartverket's open basemaps, CC BY 4.0. Optional: without internet the sketch is the background.
KARTVERKET: Final = (
    "https://cache.kartverket.no/v1/wmts/1.0.0/{layer}/default/webmercator/{{z}}/{{y}}/{{x}}.png"
)
# Leaflet's buttons by the end of their class, and our text for each.
_BUTTONS: Final = {
    "zoom-in": "map.zoom_in",
    "zoom-out": "map.zoom_out",
    "layers-toggle": "map.layers",
}
BASEMAPS: Final = {"basemap.grey": "topograatone", "basemap.topo": "topo"}

SKETCH_TOLERANCE_M: Final = 25.0  # of the background, whose own accuracy is 100–400 m
DECIMALS: Final = 5  # of a degree: about 1 m, finer than any outline shown here


class Fit(MacroElement):  # type: ignore[misc]  # folium has no types
    """
    Shows an area, at once: a running zoom animation would undo what comes after it.

    A map without size, because its frame is not seen yet or any more, waits until it has one:
    Leaflet finds no zoom for it, and what is to be drawn after would be lost with the error.

    streamlit-folium calls every map `map_div`.
    """

    _template = Template(
        """{% macro script(this, kwargs) %}
        window.showArea = area => {
          const margin = 12, {x, y} = map_div.getSize();
          if (Math.min(x, y) > 2 * margin) {
            map_div.fitBounds(area, {padding: [margin, margin], animate: false});
          } else {
            map_div.once("resize", () => window.showArea(area));
          }
        };
        window.showArea({{ this.corners|tojson }});
        {% endmacro %}"""
    )

    def __init__(self, corners: list[list[float]]) -> None:
        super().__init__()
        self.corners = corners


class _Words(MacroElement):  # type: ignore[misc]  # folium has no types
    """
    Says the buttons of a finished map in the reader's language.

    The attribution is of the data alone: Leaflet's own link is in English.
    """

    _template = Template(
        """{% macro script(this, kwargs) %}
        for (const [button, text] of Object.entries({{ this.words|tojson }})) {
          for (const found of map_div.getContainer().querySelectorAll(button)) {
            found.title = text;
            found.setAttribute("aria-label", text);
          }
        }
        map_div.attributionControl?.setPrefix(false);
        {% endmacro %}"""
    )

    def __init__(self) -> None:
        super().__init__()
        self.words = {f".leaflet-control-{css}": texts.t(msgid) for css, msgid in _BUTTONS.items()}


def base(pack: Pack, *, bounds_of: GeoDataFrame) -> folium.Map:
    """
    Return a map with the pack's own background and, with internet, Kartverket's basemaps.

    It opens on `bounds_of`: before any layer is added, so that none is asked for elsewhere first.
    """
    south_west, north_east = corners(bounds_of)
    leaflet_map = OfflineMap(
        location=[(low + high) / 2 for low, high in zip(south_west, north_east, strict=True)],
        tiles=None,
        zoom_control=True,
        attributionControl=True,
        max_bounds=False,
        min_zoom=8,
        max_zoom=19,
    )
    Fit([south_west, north_east]).add_to(leaflet_map)
    folium.map.CustomPane("background", z_index=350, pointer_events=False).add_to(leaflet_map)
    _sketch(pack).add_to(leaflet_map)
    for label, layer in BASEMAPS.items():
        folium.TileLayer(
            KARTVERKET.format(layer=layer),
            attr="© Kartverket",
            name=texts.t(label),
            show=False,
            max_zoom=19,
            max_native_zoom=18,
        ).add_to(leaflet_map)
    return leaflet_map


def _sketch(pack: Pack) -> folium.FeatureGroup:
    # A base layer, not an overlay: choosing Kartverket's map puts the coarse sketch away.
    group = folium.FeatureGroup(name=texts.t("basemap.sketch"), overlay=False)
    credit = _credit(pack)
    if pack.has("municipality"):
        municipalities = pack.layer("municipality")
        own = municipalities["municipality_no"] == pack.municipality_no
        _background(municipalities[~own], "neighbour", credit).add_to(group)
        _background(municipalities[own], "municipality", credit).add_to(group)
    if pack.has("context"):
        context = pack.layer("context")
        for kind in ("lake", "river", "road", "rail"):
            _background(context[context["kind"] == kind], kind, credit).add_to(group)
    return group


def _credit(pack: Pack) -> str:
    """Say whose the background is, as HTML: with ©, as a licence asks for, else by its source."""
    said = []
    for layer in filter(pack.has, ("municipality", "context")):
        info = pack.info(layer)
        owned = info.licence if info.licence and "©" in info.licence else info.source
        who = html.escape(texts.of_pack(owned, pack.directory)) or texts.t("unknown")
        said.append(texts.t(f"map.credit_{layer}", who=who))
    return ". ".join(said)


def _background(frame: GeoDataFrame, kind: str, credit: str) -> folium.GeoJson:
    return _geojson(
        frame.assign(geometry=frame.geometry.simplify(SKETCH_TOLERANCE_M)),
        style.STYLES[kind],
        pane="background",
        interactive=False,
        attribution=credit,
    )


def clickable(
    frame: GeoDataFrame,
    kind: str,
    *,
    id_column: str,
    tip: Tip,
    name: str | None = None,
    radius: int | None = None,
) -> folium.GeoJson:
    """
    Return features with a tooltip that can be clicked; `kind` names their style.

    Points are circles of `radius` pixels.
    """
    return _geojson(
        frame,
        style.STYLES[kind],
        properties=_properties(frame, kind, id_column, tip),
        name=name,
        tooltip=_tooltip(frame),
        marker=folium.CircleMarker(radius=radius) if radius else None,
    )


def shapes(
    frame: GeoDataFrame, kind: str, *, name: str | None = None, radius: int | None = None
) -> folium.GeoJson:
    """Return geometries that are only looked at: nothing happens on a click."""
    marker = folium.CircleMarker(radius=radius) if radius else None
    return _geojson(frame, style.STYLES[kind], name=name, interactive=False, marker=marker)


def corners(frame: GeoDataFrame) -> list[list[float]]:
    """Return the south-west and north-east corner of a frame as latitude and longitude."""
    west, south, east, north = (float(edge) for edge in frame.to_crs(4326).total_bounds)
    return [[south, west], [north, east]]


def script(leaflet_map: folium.Map) -> str:
    """
    Finish a map and return the JavaScript that draws it.

    To be cached: folium compiles a template for every layer, which costs a rerun 300 ms.
    """
    folium.LayerControl(collapsed=True).add_to(leaflet_map)
    _Words().add_to(leaflet_map)
    leaflet_map.render()
    return str(generate_leaflet_string(leaflet_map))


def show(
    drawn: str,
    *,
    key: str,
    height: int = 480,
    moving: folium.FeatureGroup | None = None,
    on_click: Callable[[str, str], None] | None = None,
    on_point: Callable[[float, float], None] | None = None,
) -> None:
    """
    Paint a map in the page from its script.

    `moving` is what may change without the map being built anew in the browser. `on_click` gets
    the kind (a name in style.STYLES) and the id of what was clicked; `on_point` longitude and
    latitude of a click on what lies in tiles, which the browser does not know as features.
    """
    answer = st_folium(
        DrawnMap(drawn),
        key=key,
        height=height,
        use_container_width=True,
        # Nothing whose first value differs from None: that would run the page once more.
        render=False,  # st_folium does it once anyway
        returned_objects=["last_clicked" if on_point else "last_active_drawing"],
        feature_group_to_add=moving,
    )
    found = _point(answer) if on_point else _clicked(answer)
    # The component keeps its last answer over reruns: the same answer is not a new click.
    new = found is not None and found != st.session_state.get(f"{key}.seen")
    st.session_state[f"{key}.seen"] = found
    if not (found and new):
        return
    if on_point:
        on_point(*found)
    elif on_click:
        on_click(*found)


def draw(drawn: str, *, key: str, height: int = 480) -> list[dict[str, Any]] | None:
    """
    Paint a map that can be drawn on (`layers.maps.drawing`).

    Returns the shapes on it as GeoJSON features in EPSG:4326; None as long as nothing has been
    drawn, moved or removed, an empty list when all has been removed.
    """
    answer = st_folium(
        DrawnMap(drawn),
        key=key,
        height=height,
        use_container_width=True,
        render=False,
        returned_objects=["all_drawings"],
    )
    drawings: list[dict[str, Any]] | None = (answer or {}).get("all_drawings")
    return drawings


def _point(answer: dict[str, Any] | None) -> tuple[float, float] | None:
    clicked = (answer or {}).get("last_clicked")
    return (float(clicked["lng"]), float(clicked["lat"])) if clicked else None


def _clicked(answer: dict[str, Any] | None) -> tuple[str, str] | None:
    feature = (answer or {}).get("last_active_drawing") or {}
    properties = feature.get("properties") or {}
    if "kind" not in properties or "id" not in properties:
        return None
    return str(properties["kind"]), str(properties["id"])


def _properties(frame: GeoDataFrame, kind: str, id_column: str, tip: Tip) -> list[dict[str, str]]:
    return [
        {"kind": kind, "id": str(row[id_column]), "tip": tip(row)} for _, row in frame.iterrows()
    ]


def tip_lines(title: object, *lines: object) -> str:
    """Write a tooltip: a bold title and lines, all escaped, since names come from files."""
    rest = "".join(f"<br>{html.escape(str(line))}" for line in lines if line)
    return f"<b>{html.escape(str(title))}</b>{rest}"


def _tooltip(frame: GeoDataFrame) -> folium.GeoJsonTooltip | None:
    # folium refuses a tooltip for a layer without features.
    return None if frame.empty else folium.GeoJsonTooltip(["tip"], labels=False, sticky=True)


def _geojson(
    frame: GeoDataFrame,
    drawn: style.Style,
    *,
    properties: Iterable[dict[str, str]] | None = None,
    name: str | None = None,
    **options: Any,  # noqa: ANN401  # handed on to folium as they are
) -> folium.GeoJson:
    path = drawn.leaflet()
    return folium.GeoJson(
        feature_collection(frame, properties),
        name=name,
        control=name is not None,
        style_function=lambda _: path,
        **options,
    )


def feature_collection(
    frame: GeoDataFrame, properties: Iterable[dict[str, str]] | None = None
) -> dict[str, Any]:
    """Return a GeoJSON object in EPSG:4326, coordinates rounded, with only these properties."""
    rounded = shapely.transform(
        frame.geometry.to_crs(4326).array, lambda coordinates: coordinates.round(DECIMALS)
    )
    shapes = [None if one is None else json.loads(one) for one in shapely.to_geojson(rounded)]
    said = properties if properties is not None else [{}] * len(frame)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": values, "geometry": shape}
            for shape, values in zip(shapes, said, strict=True)
        ],
    }
