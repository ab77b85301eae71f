"""The way from a piece of land that a reader looks at into the register of sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.geometry import link
from layers.app import address, login
from layers.app.shell import PAGES
from layers.app.texts import t

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from layers.app.shell import View


def to_register(view: View, land: GeoDataFrame, *, ref: str, origin: str) -> None:
    """
    Offer those who may write to enter land (polygons, EPSG:25832) as a site.

    Parameters
    ----------
    ref
        What it is called where it comes from, as gnr/bnr.
    origin
        One of `geo.register.fields.ORIGINS`.
    """
    if view.book.ledger is None or not login.who().may_write:
        return
    if st.button(t("register.put_in"), icon=":material/add_location_alt:", key="to_register"):
        parts = land.geometry.explode(index_parts=False)
        packed = link.pack(link.on_grid([*parts[parts.geom_type == "Polygon"]]))
        if packed is None:
            st.toast(t("register.outline_too_large"), icon=":material/help:", duration="long")
        asked = {"new": "1", "ref": ref, "origin": origin}
        address.follow()
        st.switch_page(
            PAGES["register"][0],
            query_params=asked | ({} if packed is None else {"site": packed.text}),
        )
