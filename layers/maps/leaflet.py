"""Maps: pack layers as Leaflet layers that work without internet, and what was clicked."""

from __future__ import annotations

import html
import json
import os
from typing import TYPE_CHECKING, Any, Final

import folium
import shapely
import streamlit as st
from folium.elements import MacroElement
from folium.template import Template
from streamlit_folium import generate_leaflet_string, st_folium

from geo import settings
from layers.app import style, texts
from layers.app.map_script import MapScript
from layers.maps import contents
from layers.maps import frame as page_frame
from layers.maps.offline import DrawnMap, OfflineMap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from geopandas import GeoDataFrame
    from pandas import Series

    from geo.pack.read import Pack

    Tip = Callable[[Series], str]

# Kartverket's open basemaps, CC BY 4.0. Optional: without internet the sketch is the background.
KARTVERKET: Final = (
    "https://cache.kartverket.no/v1/wmts/1.0.0/{layer}/default/webmercator/{{z}}/{{y}}/{{x}}.png"
)
# What `frame.js` says, by what it is for.
_WORDS: Final = ("zoom_in", "zoom_out", "home", "layers", "scale", "north", "wheel", "touch")
BASEMAP: Final = f"{settings.PREFIX}BASEMAP"
BASEMAPS: Final = {"basemap.grey": "topograatone", "basemap.topo": "topo"}

SKETCH_TOLERANCE_M: Final = 25.0  # of the background, whose own accuracy is 100–400 m
DECIMALS: Final = 5  # of a degree: about 1 m, finer than any outline shown here


class Fit(MacroElement):  # type: ignore[misc]  # folium has no types
    """
    Shows an area, at once: a running zoom animation would undo what comes after it.

    A map without size, because its frame is not seen yet or any more, waits until it has one:
    Leaflet finds no zoom for it, and what is to be drawn after would be lost with the error.

    streamlit-folium calls every map `map_div`. The button for it goes `home`.
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
        {% if this.home %}window.homeArea = {{ this.corners|tojson }};{% endif %}
        window.showArea({{ this.corners|tojson }});
        {% endmacro %}"""
    )

    def __init__(self, corners: list[list[float]], *, home: bool = False) -> None:
        super().__init__()
        self.corners, self.home = corners, home


class _Furnishing(MacroElement):  # type: ignore[misc]  # folium has no types
    """What a finished map has beside its layers, in the reader's language (`frame.js`)."""

    _template = Template(
        """{% macro script(this, kwargs) %}
        furnishMap(map_div, Object.assign({{ this.told|tojson }}, {
          {% if this.auto %}
          sketch: {{ this.sketch.get_name() }}, grey: {{ this.grey.get_name() }}, auto: true,
          {% endif %}
        }));
        {% endmacro %}"""
    )

    def __init__(self, leaflet_map: folium.Map, title: str) -> None:
        super().__init__()
        words = {word: texts.t(f"map.{word}") for word in _WORDS}
        self.told = {"title": title, "lang": texts.language(), "words": words}
        backgrounds: tuple[Any, Any] = getattr(leaflet_map, "backgrounds", (None, None))
        self.sketch, self.grey = backgrounds
        # Some offices want nothing asked for outside; their readers can still choose it.
        self.auto = self.grey is not None and os.environ.get(BASEMAP, "auto") != "sketch"


def base(pack: Pack, *, bounds_of: GeoDataFrame) -> folium.Map:
    """
    Return a map with the pack's own background and, with internet, Kartverket's basemaps.

    It opens on `bounds_of`: before any layer is added, so that none is asked for elsewhere first.
    """
    leaflet_map = bare(bounds_of=bounds_of)
    folium.map.CustomPane("background", z_index=350, pointer_events=False).add_to(leaflet_map)
    sketch = _sketch(pack)
    sketch.add_to(leaflet_map)
    grey, topographic = (
        folium.TileLayer(
            KARTVERKET.format(layer=layer),
            attr="© Kartverket",
            name=texts.t(label),
            show=False,
            max_zoom=19,
            max_native_zoom=18,
        )
        for label, layer in BASEMAPS.items()
    )
    grey.add_to(leaflet_map)
    topographic.add_to(leaflet_map)
    leaflet_map.backgrounds = sketch, grey
    return leaflet_map


def bare(*, bounds_of: GeoDataFrame, furthest: int = 8) -> folium.Map:
    """Return a map that opens on `bounds_of` and has no background; it zooms out to `furthest`."""
    south_west, north_east = corners(bounds_of)
    leaflet_map = OfflineMap(
        location=[(low + high) / 2 for low, high in zip(south_west, north_east, strict=True)],
        tiles=None,
        zoom_control=True,
        attributionControl=True,
        max_bounds=False,
        min_zoom=furthest,
        max_zoom=19,
    )
    Fit([south_west, north_east], home=True).add_to(leaflet_map)
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
        kind,
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
        kind,
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
    return _geojson(frame, kind, name=name, interactive=False, marker=marker)


def casing(frame: GeoDataFrame, kind: str) -> folium.GeoJson:
    """Return a light line to lie under the outlines of a kind, so that they stand out on others."""
    line = style.Style(style.PAPER, weight=style.STYLES[kind].weight + 2.5)
    return _geojson(frame, None, line, interactive=False)


def corners(frame: GeoDataFrame) -> list[list[float]]:
    """Return the south-west and north-east corner of a frame as latitude and longitude."""
    west, south, east, north = (float(edge) for edge in frame.to_crs(4326).total_bounds)
    return [[south, west], [north, east]]


def script(leaflet_map: folium.Map, title: str | None = None, *, table: bool = True) -> MapScript:
    """
    Finish a map: its controls, its name, and what lies on it in words.

    To be cached: folium compiles a template for every layer, which costs a rerun 300 ms.

    Parameters
    ----------
    leaflet_map
        The map with all its layers.
    title
        What the map is called, in the reader's language; a screen reader says it first.
    table
        Whether its features can be read as a table; not where the page has one of all of them.
    """
    title = texts.t("map.title") if title is None else title
    rows = contents.rows_of(leaflet_map) if table else []
    folium.LayerControl(collapsed=True).add_to(leaflet_map)
    _Furnishing(leaflet_map, title).add_to(leaflet_map)
    leaflet_map.render()
    text = str(generate_leaflet_string(leaflet_map))
    return MapScript(text, title, tuple(contents.kinds_of(leaflet_map)), tuple(rows))


def show(
    drawn: MapScript,
    *,
    key: str,
    height: int = 480,
    moving: folium.FeatureGroup | None = None,
    on_click: Callable[[str, str], None] | None = None,
    on_point: Callable[[float, float], None] | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """
    Paint a map in the page, with its legend and a table of what is on it.

    `moving` is what may change without the map being built anew in the browser. `on_click` gets
    the kind (a name in style.STYLES) and the id of what was clicked; `on_point` longitude and
    latitude of a click on what lies in tiles, which the browser does not know as features. `names`
    are what the legend calls kinds of this map otherwise than of others.
    """
    returned = "last_clicked" if on_point else "last_active_drawing"
    answer = _painted(drawn, returned, key=key, height=height, moving=moving, names=names)
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


def draw(drawn: MapScript, *, key: str, height: int = 480) -> list[dict[str, Any]] | None:
    """
    Paint a map that can be drawn on (`layers.maps.drawing`).

    Returns the shapes on it as GeoJSON features in EPSG:4326; None as long as nothing has been
    drawn, moved or removed, an empty list when all has been removed.
    """
    answer = _painted(drawn, "all_drawings", key=key, height=height)
    drawings: list[dict[str, Any]] | None = (answer or {}).get("all_drawings")
    return drawings


def _painted(
    drawn: MapScript,
    returned: str,
    *,
    key: str,
    height: int,
    moving: folium.FeatureGroup | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any] | None:
    with page_frame.around(drawn, moving, key=key, height=height, names=names):
        answer: dict[str, Any] | None = st_folium(
            DrawnMap(drawn.text),
            key=key,
            height=height,
            use_container_width=True,
            # Nothing whose first value differs from None: that would run the page once more.
            render=False,  # st_folium does it once anyway
            returned_objects=[returned],
            feature_group_to_add=moving,
        )
    return answer


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
    rows: GeoDataFrame,
    kind: str | None,
    drawn: style.Style | None = None,
    *,
    properties: Iterable[dict[str, str]] | None = None,
    name: str | None = None,
    **options: Any,  # noqa: ANN401  # handed on to folium as they are
) -> folium.GeoJson:
    path = (drawn or style.STYLES[str(kind)]).leaflet()
    told = None if properties is None else list(properties)
    layer = folium.GeoJson(
        feature_collection(rows, told),
        name=name,
        control=name is not None,
        style_function=lambda _: path,
        **options,
    )
    # For the legend and the table of the map, which are read off it (`contents`).
    layer.kinds = (kind,) if kind and len(rows) else ()
    layer.count = len(rows) if kind else 0
    layer.tips = tuple(values["tip"] for values in told or ())
    return layer


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
