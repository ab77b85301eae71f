"""Where layers are taken from: the whole pack, a zone, the corridor, or an area that is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import streamlit as st

from geo.catalogue.selection import Area
from geo.schema import layers as schema
from geo.transport import corridor
from layers.app import address, cache
from layers.app.texts import t, zone_names
from layers.maps import drawing, leaflet
from layers.maps import pages as maps

if TYPE_CHECKING:
    from layers.app.map_script import MapScript
    from layers.app.shell import View

WHOLE, ZONE, CORRIDOR, DRAWN = "all", "zone", "corridor", "drawn"
ADDRESS: Final = "area"  # ?area=zone:heia or ?area=corridor:1500
_WAY, _ZONE, _WIDTH = "takeout_way", "takeout_zone", "takeout_width"
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
    address.keep(ADDRESS, None)
    return _drawn(view) if way == DRAWN else Chosen(None)


def _from_address(view: View) -> tuple[str, str]:
    """Return the way that the address names, and the zone or the width behind it."""
    way, _, value = (address.text(ADDRESS) or "").partition(":")
    if way == ZONE and value in zone_names(view.pack):
        return ZONE, value
    if way == CORRIDOR and view.pack.has("corridor_nodes"):
        return CORRIDOR, value
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


def _drawn(view: View) -> Chosen:
    def draw() -> MapScript:
        leaflet_map = maps.ground(view, view.pack.layer("zones") if has_zones else nothing)
        drawing.add_to(leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_draw"))

    nothing = gpd.GeoDataFrame(geometry=[], crs=schema.CRS)
    has_zones = view.pack.has("zones")
    st.caption(t("takeout.draw_help"))
    ground = cache.map_script(maps.key_of(view, "takeout_area"), draw)
    shapes = leaflet.draw(ground, key="takeout_area_map", height=360)
    flat, findings = drawing.taken(shapes or [])
    drawing.tell(findings)
    if flat.empty:
        st.info(t("takeout.draw_first"), icon=":material/draw:")
        return Chosen(None, known=False)
    return Chosen(Area.drawn(flat), "utsnitt")
