"""What the register of sites says of the place that is screened, and the way into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.register.fields import DRAWN, PLOT
from geo.schema.layers import CRS
from geo.screening.registered import on_site
from layers.app import address, cache, explain, shell, texts
from layers.app.texts import t
from layers.widgets import onward, site_words, tables

if TYPE_CHECKING:
    from geo.screening.model import Screening
    from layers.app.shell import View

_MOST_LINKS: Final = 3


def enter(view: View, screening: Screening) -> None:
    """Offer to enter the place in the register, where it has an outline."""
    if screening.area_m2:
        land = gpd.GeoDataFrame(geometry=[screening.geometry], crs=CRS)
        origin = PLOT if address.text("way") == "plot" else DRAWN
        name = screening.name or ""
        nobodys = name.startswith((t("screen.name_draw"), t("screen.name_point")))
        onward.to_register(view, land, ref="" if nobodys else name, origin=origin)


def show(view: View, screening: Screening) -> None:
    """Show the sites of the register that lie here; nothing where there is no register."""
    register = cache.context(view.pack, view.version).register
    if register is None or register.empty:
        return
    st.subheader(t("screen.site_register"))
    found = pd.DataFrame(on_site(screening.geometry, register))
    if found.empty:
        st.caption(t("screen.no_site"))
        return
    rows = [row for _, row in found.iterrows()]
    table = pd.DataFrame(
        {
            t("register.site"): [str(row["name"]) for row in rows],
            t("register.readiness"): [site_words.readiness(row) for row in rows],
            t("register.availability"): [
                texts.term("availability", row["availability"]) for row in rows
            ],
            t("register.power_name"): [site_words.power(row) for row in rows],
            t("screen.site_share"): [texts.pct(row["share"]) for row in rows],
        }
    )
    tables.lines(table)
    explain.beside("site_readiness", "site_power", key="screen_register")
    file, icon = shell.PAGES["register"]
    with st.container(horizontal=True):
        for row in rows[:_MOST_LINKS]:
            label = t("screen.open_site", name=texts.plain(str(row["name"])))
            st.page_link(file, label=label, icon=icon, query_params={"entry": row["site_id"]})
