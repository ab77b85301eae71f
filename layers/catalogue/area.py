"""Where layers are taken from: the whole pack, a zone, the corridor, or an area that is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import streamlit as st

from geo.catalogue.selection import Area
from geo.errors import LinkError
from geo.geometry import link
from geo.schema import layers as schema
from geo.transport import corridor
from layers.app import address, cache, texts
from layers.app.texts import t, zone_names
from layers.maps import drawing, leaflet, sketch
from layers.maps import pages as maps

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.app.map_script import MapScript
    from layers.app.shell import View

WHOLE, ZONE, CORRIDOR, DRAWN = "all", "zone", "corridor", "drawn"
ADDRESS: Final = "area"  # ?area=zone:heia, ?area=corridor:1500, or ?area=drawn:… with its outline
_MAP: Final = "takeout_area_map"
_WAY, _ZONE, _WIDTH = "takeout_way", "takeout_zone", "takeout_width"
_OFF: Final = "takeout_link_off"  # how true an outline is that came by a link
_STEP_M: Final = 100


@dataclass(frozen=True)
class Chosen:
    """
    The area that the reader chose.

    `area` is None for everything; `word` is a part of file names; `known` tells that an area was
    asked for and is there, so that nothing is handed out as if it were one. `width_m` is the
    corridor's, where that is the area.
    """

    area: Area | None
    word: str = ""
    known: bool = True
    width_m: float | None = None

    @property
    def key(self) -> str:
        """What a cache knows it by."""
        if self.area is None:
            return ""
        return f"{self.area.parameter} {self.area.outline.union_all().wkb_hex}"


def choose(view: View) -> Chosen:
    """Let the reader choose; a zone or the corridor lives in the address."""
    asked, value = _from_address(view)
    ways = [WHOLE]
    ways += [ZONE] if view.pack.has("zones") else []
    ways += [CORRIDOR] if view.pack.has("corridor_nodes") else []
    ways += [DRAWN]
    way = st.segmented_control(
        t("takeout.area"),
        ways,
        default=ways[address.begin_at(_WAY, ways, asked)],
        key=_WAY,
        format_func=lambda one: t(f"takeout.area_{one}"),
        required=True,
    )
    if way == ZONE:
        return _zone(view, value if asked == ZONE else None)
    if way == CORRIDOR:
        return _corridor(view, value if asked == CORRIDOR else None)
    if way == DRAWN:
        return _drawn(view)
    address.keep(ADDRESS, None)
    return Chosen(None)


def _from_address(view: View) -> tuple[str, str]:
    """Return the way that the address names, and the zone or the width behind it."""
    way, _, value = (address.text(ADDRESS) or "").partition(":")
    if way == ZONE and value in zone_names(view.pack):
        return ZONE, value
    if way == CORRIDOR and view.pack.has("corridor_nodes"):
        return CORRIDOR, value
    if way == DRAWN:
        return DRAWN, value
    if way:
        address.refuse(ADDRESS, f"{way}:{value}" if value else way)
    return WHOLE, ""


def _zone(view: View, asked: str | None) -> Chosen:
    names = zone_names(view.pack)
    first = address.begin_at(_ZONE, list(names), asked or next(iter(names)))
    zone = st.selectbox(
        t("table.zone"), list(names), index=first, key=_ZONE, format_func=lambda one: names[one]
    )
    address.keep(ADDRESS, f"{ZONE}:{zone}")
    return Chosen(Area.of_zone(view.pack, zone), zone)


def _corridor(view: View, asked: str | None) -> Chosen:
    limits = int(corridor.MIN_WIDTH_M), int(corridor.MAX_WIDTH_M)
    first = None if asked is None else address.whole(*limits)(asked)
    width = st.slider(
        t("corridor.width"),
        *limits,
        value=address.begin(_WIDTH, int(corridor.WIDTH_M) if first is None else first),
        step=_STEP_M,
        key=_WIDTH,
        format="%d m",
        help=t("corridor.width_help", default=int(corridor.WIDTH_M)),
    )
    address.keep(ADDRESS, f"{CORRIDOR}:{width}")
    area = Area.of_corridor(view.pack, width)
    return Chosen(area, f"korridor_{width}m", width_m=width)


def _follow() -> None:
    """Put on the map the outline that a link brings."""
    way, _, value = (address.text(ADDRESS) or "").partition(":")
    back = address.moved(_MAP)
    if way != DRAWN or not address.news(_MAP):
        return
    if not value:
        if back and sketch.now_on(_MAP):
            sketch.put(_MAP, None)
        return
    if value == _spelled(sketch.now_on(_MAP)):
        return
    try:
        found = link.unpack(value)
    except LinkError:
        address.refuse(ADDRESS, value)
        return
    outline = gpd.GeoDataFrame(geometry=[*found.shapes], crs=schema.CRS)
    sketch.put(_MAP, sketch.features(outline))
    st.session_state[_OFF] = found.off_m


def _keep(shapes: list[dict[str, Any]] | None) -> None:
    """Write the outline into the address, and say where it is not quite the one that was drawn."""
    packed = link.pack(_outlines(shapes)) if shapes else None
    address.keep(ADDRESS, DRAWN if packed is None else f"{DRAWN}:{packed.text}")
    off = packed.off_m if packed is not None else 0.0
    if off:
        st.caption(t("takeout.link_simplified", off=texts.num(off, 1)))
    elif came := st.session_state.get(_OFF):
        st.caption(t("takeout.link_came_simplified", off=texts.num(came, 1)))
    elif shapes and packed is None:
        st.caption(t("takeout.link_too_long"))


def _spelled(shapes: list[dict[str, Any]] | None) -> str | None:
    packed = link.pack(_outlines(shapes)) if shapes else None
    return None if packed is None else packed.text


def _outlines(shapes: list[dict[str, Any]] | None) -> tuple[BaseGeometry, ...]:
    frame = sketch.frame_of(shapes or [])
    return link.on_grid([*frame.geometry[frame.geom_type == "Polygon"]])


def _drawn(view: View) -> Chosen:
    def draw() -> MapScript:
        leaflet_map = maps.ground(view, view.pack.layer("zones") if has_zones else nothing)
        drawing.add_to(leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_draw"))

    nothing = gpd.GeoDataFrame(geometry=[], crs=schema.CRS)
    has_zones = view.pack.has("zones")
    st.caption(t("takeout.draw_help"))
    key = maps.key_of(view, "takeout_area")
    _follow()
    sketch.show(cache.map_script(key, draw), key=_MAP, of=key, height=360)
    shapes = sketch.now_on(_MAP)
    _keep(shapes)
    flat, findings = drawing.taken(shapes or [])
    drawing.tell(findings)
    if flat.empty:
        st.info(t("takeout.draw_first"), icon=":material/draw:")
        return Chosen(None, known=False)
    return Chosen(Area.drawn(flat), "utsnitt")
