"""Screening the sites that the reader gave, with a progress bar where they are many."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.screening import screen
from layers.app import cache, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.screening.model import Screening
    from layers.app.shell import View

BATCH: Final = 250  # sites between two steps of the bar
_DONE: Final = "screen_done"


def notes(sites: GeoDataFrame) -> None:
    """Say what was assumed when the sites were read."""
    for note in sites.attrs.get("assumptions", []):
        st.info(texts.plain(note.say(texts.language())), icon=":material/info:")


def screened(view: View, sites: GeoDataFrame) -> list[Screening]:
    """Screen the sites, or return what was found the last time about the same ones."""
    key = (view.version, _digest(sites))
    before = st.session_state.get(_DONE)
    if before is not None and before[0] == key:
        found: list[Screening] = before[1]
        return found
    context = cache.context(view.pack, view.version)
    found = []
    bar = st.progress(0.0, text=t("screen.working")) if len(sites) > BATCH else None
    for start in range(0, len(sites), BATCH):
        found += screen.screen(context, sites.iloc[start : start + BATCH])
        if bar is not None:
            bar.progress(min(1.0, (start + BATCH) / len(sites)), text=t("screen.working"))
    if bar is not None:
        bar.empty()
    st.session_state[_DONE] = (key, found)
    return found


def _digest(sites: GeoDataFrame) -> str:
    columns = sites.drop(columns=sites.geometry.name).astype(str).to_csv(index=False)
    shapes = b"".join(sites.geometry.to_wkb())
    return hashlib.sha256(columns.encode() + shapes).hexdigest()
