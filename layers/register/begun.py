"""What a new site begins from: an outline that a link brings, and what follows from where it is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.errors import LinkError
from geo.geometry import link
from geo.register.fields import DRAWN, FIELDS, ORIGINS
from geo.register.filters import overlaps
from geo.schema.layers import CRS, POLYGON
from geo.schema.text import LIMITS, LINE
from layers.app import address, texts
from layers.app.kept.forms import NEW
from layers.app.texts import t, zone_names

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from layers.app.shell import View

ADDRESS: Final = "new"
_SITE, _REF, _ORIGIN = "site", "ref", "origin"


def asked() -> bool:
    """Tell whether the address asks for a new site."""
    return address.text(ADDRESS) is not None


def begin() -> None:
    """Ask for a new site that begins from nothing."""
    forget()
    address.keep(ADDRESS, "1")


def forget() -> None:
    """Take the new site out of the address."""
    for key in (ADDRESS, _SITE, _REF, _ORIGIN):
        address.keep(key, None)


def form_of() -> str:
    """Return what the form is called: each outline that comes by link has its own."""
    packed = address.text(_SITE)
    return NEW if packed is None else f"+{hashlib.sha256(packed.encode()).hexdigest()[:12]}"


def row(view: View) -> GeoDataFrame | None:
    """Return what the link brings as a site; None where it brings no outline."""
    outline = _outline()
    if outline is None:
        return None
    ref = (address.text(_REF) or "").strip()[: LIMITS[LINE]]
    zone = _zone(view, outline)
    name = " ".join(filter(None, (zone_names(view.pack).get(zone or ""), ref)))
    given = {
        "name": name[: LIMITS[LINE]],
        "zone_id": zone,
        "origin": address.read(_ORIGIN, address.one_of(ORIGINS), DRAWN),
        "origin_ref": ref or None,
        "published": False,
    }
    return gpd.GeoDataFrame([dict.fromkeys(FIELDS) | given], geometry=[outline], crs=CRS)


def _outline() -> BaseGeometry | None:
    packed = address.text(_SITE)
    if packed is None:
        return None
    try:
        found = link.unpack(packed)
    except LinkError as error:
        st.warning(texts.plain(error.say(texts.language())), icon=":material/link_off:")
        return None
    if found.off_m:
        off = texts.num(found.off_m, 1)
        st.info(t("screen.link_came_simplified", off=off), icon=":material/polyline:")
    polygons = [one for one in found.shapes if one.geom_type in POLYGON]
    outline: BaseGeometry | None = gpd.GeoSeries(polygons).union_all() if polygons else None
    return outline


def _zone(view: View, outline: BaseGeometry) -> str | None:
    """Return the zone that most of an outline lies in."""
    if not view.pack.has("zones"):
        return None
    zones = view.pack.layer("zones")
    found = overlaps(gpd.GeoSeries([outline], crs=CRS), zones)
    if found.empty:
        return None
    zone = zones.loc[found["site"].iloc[0], "zone_id"]
    return None if pd.isna(zone) else str(zone)
