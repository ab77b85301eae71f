"""The drawn sites in the page's link: exact where they fit, and said where they are simplified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
import streamlit as st

from geo.errors import LinkError
from geo.geometry import link
from geo.schema import layers as schema
from layers.app import address, texts
from layers.app.kept import draft, store
from layers.app.texts import t
from layers.maps import sketch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

ADDRESS: Final = "site"
PART: Final = "screening"  # of drafts, where a link cannot hold the sites
_SHAPES: Final = "shapes"
_LED: Final = "screen_led"  # the link's text, what it put on the map, and how true it is
_FAULT: Final = "screen_link_fault"


def follow(key: str) -> None:
    """Put on the map `key` what the address brings, where that is another than is there."""
    asked = address.text(ADDRESS)
    if address.moved(ADDRESS) and asked is None and sketch.now_on(key):
        sketch.put(key, None)  # back to before it was drawn
    if not address.news(ADDRESS) or asked is None or asked == _text_of(sketch.now_on(key)):
        return
    st.session_state.pop(_FAULT, None)
    try:
        found = link.unpack(asked)
    except LinkError as error:
        st.session_state[_FAULT] = error
        return
    shapes = sketch.features(gpd.GeoDataFrame(geometry=[*found.shapes], crs=schema.CRS))
    sketch.put(key, shapes)
    st.session_state[_LED] = (asked, shapes, found.off_m)


def follow_draft(key: str, values: dict[str, Any]) -> None:
    """Put on the map what a draft holds that was too much for a link."""
    sketch.put_back(key, values.get(_SHAPES))


def keep(key: str) -> list[dict[str, Any]]:
    """
    Write what is on the map `key` into the address, and return it as the link has it.

    Each corner is where a link can name it, to the centimetre: so whoever opens the link sees the
    same figures.
    """
    shapes = sketch.now_on(key)
    if not shapes:
        address.keep(ADDRESS, None)
        draft.put_one(PART, _SHAPES, None)
        if fault := st.session_state.get(_FAULT):
            st.warning(texts.plain(fault.say(texts.language())), icon=":material/link_off:")
        return []
    st.session_state.pop(_FAULT, None)
    on_grid = _on_grid(shapes)
    led = st.session_state.get(_LED)
    if led is not None and led[1] == shapes:
        text, off = led[0], led[2]
        if off:
            st.info(
                t("screen.link_came_simplified", off=texts.num(off, 1)), icon=":material/polyline:"
            )
    else:
        packed = link.pack(on_grid)
        text, off = (None, 0.0) if packed is None else (packed.text, packed.off_m)
        if off:
            st.caption(t("screen.link_simplified", off=texts.num(off, 1)))
    address.keep(ADDRESS, text)
    if not np.isfinite(shapely.get_coordinates([*on_grid])).all():
        return shapes  # so far away that it has no place here: whoever takes it says so
    found = sketch.features(gpd.GeoDataFrame(geometry=[*on_grid], crs=schema.CRS))
    if text is None:
        kept = draft.put_one(PART, _SHAPES, found)
        st.caption(t("screen.link_kept", hours=store.HOURS) if kept else t("screen.link_too_long"))
    else:
        draft.put_one(PART, _SHAPES, None)
    return found


def _text_of(shapes: list[dict[str, Any]] | None) -> str | None:
    if not shapes:
        return None
    led = st.session_state.get(_LED)
    if led is not None and led[1] == shapes:
        return str(led[0])
    packed = link.pack(_on_grid(shapes))
    return None if packed is None else packed.text


def _on_grid(shapes: Sequence[dict[str, Any]]) -> tuple[BaseGeometry, ...]:
    frame = sketch.frame_of(shapes)
    drawn = frame.geom_type.isin(schema.POINT | schema.POLYGON) & ~frame.geom_type.str.startswith(
        "Multi"
    )
    return link.on_grid([*frame.geometry[drawn]])
