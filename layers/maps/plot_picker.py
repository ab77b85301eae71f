"""Picking a plot by a click on the map: its gnr/bnr comes into a text field beside the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.intake import cadastre
from geo.land.compute import NEEDS
from layers.app import texts
from layers.app.texts import t
from layers.errors import TilesUnwritableError
from layers.maps import leaflet
from layers.maps import plots as reserve_map

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from layers.app.shell import View

_HEIGHT: Final = 380
_AROUND_M: Final = 250  # shown beside the plot


def ask(view: View, begun: str, *, key: str) -> tuple[str, list[GeoDataFrame] | None]:
    """
    Ask for plots by gnr/bnr, or a click on the map below the field.

    Returns
    -------
    What was typed, and the rows of each plot; None where nothing was, or it names no plot.
    """
    take_over(begun, key=key)
    asked = st.text_input(
        t("screen.plot"),
        value=begun,  # as well as by its key: see layers.app.address.begin
        placeholder="12/34",
        key=key,
        help=t("screen.plot_help"),
    )
    if not asked.strip():
        show(view, None, key=key)
        return asked, None
    try:
        plots = cadastre.find_each(asked, view.pack.layer("parcels"), view.pack.municipality_no)
    except NaeringsarealError as error:
        show(view, None, key=key)
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return asked, None
    show(view, pd.concat(plots), key=key)
    return asked, plots


def take_over(begun: str, *, key: str) -> None:
    """
    Put the plot that was clicked in the run before, or `begun` at first, into the text field `key`.

    To be called before the field is drawn: Streamlit lets nobody write to a field after that.
    """
    clicked = st.session_state.pop(f"{key}.clicked", None)
    if clicked is not None:
        st.session_state[key] = clicked
    else:
        st.session_state.setdefault(key, begun)


def show(view: View, chosen: GeoDataFrame | None, *, key: str) -> None:
    """
    Show the plots on a map, the chosen one marked; a click on a plot picks it.

    Where the pack or the folder for tiles does not let the map be drawn, the field is enough.
    """
    if view.workspace.missing(*NEEDS, "constraints"):
        return
    try:
        folder = reserve_map.prepare(view)
    except TilesUnwritableError as error:
        st.caption(texts.plain(error.say(texts.language())))
        return
    st.caption(t("screen.plot_click"))
    drawn = reserve_map.script(view, folder)
    account = view.workspace.land()
    bounds = view.pack.layer("zones")
    area = "zones"
    if chosen is not None:
        bounds = chosen.assign(geometry=chosen.buffer(_AROUND_M))
        area = ", ".join(chosen["parcel_id"].astype(str))
    moving = reserve_map.moving(view, folder, account, area=area, bounds_of=bounds, chosen=None)
    if chosen is not None:
        leaflet.shapes(chosen, "plot_selected").add_to(moving)

    def pick(longitude: float, latitude: float) -> None:
        found = cadastre.at(longitude, latitude, view.pack.layer("parcels"))
        if found is None:
            st.toast(t("screen.no_plot_here"))
            return
        st.session_state[f"{key}.clicked"] = found
        st.rerun()

    leaflet.show(drawn, key=f"{key}.map", height=_HEIGHT, moving=moving, on_point=pick)
