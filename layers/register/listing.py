"""The sites as a list and on a map, and which of them is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import folium
import pandas as pd
import streamlit as st

from geo.register import filters as register_filters
from layers.app import address, cache, explain, texts
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.maps.numbers import Numbers
from layers.register import data, filters
from layers.register.unsaved import FORMS
from layers.widgets import entries, tables
from layers.widgets import site_words as words

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import Series

    from geo.register.filters import Matching
    from layers.app.map_script import MapScript
    from layers.app.shell import View

ADDRESS: Final = "entry"
# The first columns are seen beside the map at 1440 px, name and power on a phone as well.
_WIDTHS: Final = (42, 150, 68, 58, 92, 190, 190)
_UNKNOWN: Final = "ukjent"
_KIND: Final = {"idé": "ide"}  # what a readiness is called in geo.styles, where that is otherwise
_AROUND_M: Final = 300


@dataclass(frozen=True)
class SiteList:
    """
    What the page shows: the sites as `Workspace.sites`, and what the filter lets through.

    `shown` is in the order of the list, with its number in ``rank``.
    """

    view: View
    sites: GeoDataFrame
    shown: GeoDataFrame
    found: Matching


def listed(view: View) -> SiteList | None:
    """Let the reader filter the sites; None where there is no register."""
    sites = data.sites(view)
    if sites is None:
        return None
    found = register_filters.matching(sites, filters.wishes(view))
    shown = found.sites.sort_values("name", key=lambda names: names.str.casefold())
    return SiteList(view, sites, shown.assign(rank=range(1, len(shown) + 1)), found)


def chosen() -> str | None:
    """Return the site that the address names."""
    return address.text(ADDRESS)


def choose(site_id: str | None) -> None:
    """Write the chosen site into the address, or take it out."""
    address.keep(ADDRESS, site_id)
    if site_id is not None:
        # A site that is opened anew is shown as it is now.
        entries.anew(FORMS, site_id)


def told(what: SiteList) -> None:
    """Say how many sites are shown, and how many are left out for what is not known of them."""
    shown, found = len(what.shown), what.found
    st.caption(t("register.count", shown=shown, all=len(what.sites)))
    if found.left_out:
        names = ", ".join(
            f"{t(f'register.unknown_{name}')} ({count})" for name, count in found.unknown.items()
        )
        st.info(t("register.left_out", count=found.left_out, names=names), icon=":material/help:")


def table(what: SiteList) -> None:
    """Show the sites; picking a row chooses one."""
    rows = what.shown
    if rows.empty:
        st.info(t("register.none"), icon=":material/info:")
        return
    shown = pd.DataFrame(
        {
            t("register.number"): rows["rank"],
            t("register.site"): rows["name"].astype(str),
            t("register.power_mw"): rows["power_mw"].astype(float),
            t("register.daa"): rows["area_m2"] / 1000,
            t("register.availability"): [
                texts.term("availability", one) for one in rows["availability"]
            ],
            t("register.readiness"): [words.readiness(row) for _, row in rows.iterrows()],
            t("register.power_date"): words.power_days(rows),
            t("table.zone"): [words.value(what.view, "zone_id", one) for one in rows["zone_id"]],
            t("register.owner_type"): [texts.term("owner_type", one) for one in rows["owner_type"]],
        }
    )
    if "published" in rows:
        shown[t("field.published").capitalize()] = [
            words.value(what.view, "published", one) for one in rows["published"]
        ]
    formats: dict[str, Callable[[Any], str]] = {
        t("register.daa"): tables.daa_number,
        t("register.power_mw"): words.megawatts,
    }

    def pick(place: int) -> None:
        choose(str(rows["site_id"].iloc[place]))
        st.rerun()

    widths = dict(zip(map(str, shown), _WIDTHS, strict=False))
    tables.show(shown, formats, key="register_table", on_select=pick, widths=widths, tall=False)
    explain.beside("site_area", "site_readiness", "site_power")


def map_of(what: SiteList, site_id: str | None) -> None:
    """Show where the sites are, by how ready they are; a click chooses one."""
    view = what.view

    def draw() -> MapScript:
        zones = view.pack.layer("zones") if view.pack.has("zones") else view.pack.municipality
        return leaflet.script(maps.ground(view, zones), t("map.title_register"))

    moving = folium.FeatureGroup(name="moving", control=False)
    kinds = what.shown["readiness"].fillna(_UNKNOWN)
    for word, rows in what.shown.groupby(kinds):
        kind = f"site_{_KIND.get(str(word), word)}"
        leaflet.clickable(rows, kind, id_column="site_id", tip=_tip).add_to(moving)
    Numbers(what.shown.rename(columns={"site_id": "id"})).add_to(moving)
    one = what.sites[what.sites["site_id"] == site_id]
    if not one.empty:
        leaflet.shapes(one, "site_selected").add_to(moving)
    near = what.shown if one.empty else one
    if not near.empty:
        around = near.assign(geometry=near.buffer(_AROUND_M))
        leaflet.Fit(leaflet.corners(around)).add_to(moving)

    def click(_kind: str, clicked: str) -> None:
        choose(clicked)
        st.rerun()

    key = ("register", view.version.pack_sha256, texts.language())
    leaflet.show(
        cache.map_script(key, draw), key="register_map", height=460, moving=moving, on_click=click
    )


def _tip(row: Series) -> str:
    return leaflet.tip_lines(
        row["name"],
        words.readiness(row),
        texts.daa(row["area_m2"]),
        t("register.tip_power", power=words.power(row)),
        texts.term("availability", row["availability"]),
    )
