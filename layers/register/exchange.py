"""The register as files: all of it for those who keep it, and what may be handed over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.formats import write
from geo.formats.provenance import Provenance
from geo.register import export
from layers.app import texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from layers.app.shell import View
    from layers.register.listing import SiteList

_ICONS: Final = {
    ".xlsx": ":material/table:",
    ".csv": ":material/table:",
    ".geojson": ":material/map:",
    ".gpkg": ":material/map:",
}
_NAME: Final = "tomteregister"


def show(view: View, what: SiteList, *, may_write: bool) -> None:
    """Offer what may be shown of the sites that are listed, and all to those who keep them."""
    outside, inside = st.columns(2, gap="large")
    with outside:
        st.header(t("register.outside"))
        st.caption(t("register.outside_help"))
        shown = what.shown
        if "published" in shown:
            shown = export.rows(shown, texts.language(), public=True)
        if shown.empty:
            st.info(t("register.outside_none"), icon=":material/info:")
        else:
            _files(view, shown.drop(columns="rank", errors="ignore"), (".xlsx", ".csv", ".geojson"))
    if may_write:
        with inside:
            st.header(t("register.inside"))
            st.caption(t("register.inside_help"))
            sites = export.rows(what.sites, texts.language(), public=False)
            _files(view, sites, (".xlsx", ".gpkg"), named=f"{_NAME}-internt")


def _files(view: View, sites: GeoDataFrame, endings: Sequence[str], *, named: str = _NAME) -> None:
    with st.container(horizontal=True):
        for ending in endings:
            st.download_button(
                t(f"register.{ending[1:]}"),
                data=partial(_file, view, sites, ending, texts.language()),
                file_name=f"{named}{ending}",
                mime=write.FORMATS[ending].mime,
                icon=_ICONS[ending],
                key=f"{named}{ending}",
                on_click="ignore",
            )


def _file(view: View, sites: GeoDataFrame, ending: str, language: str) -> bytes:
    badges = view.workspace.badges("zones")
    about = Provenance(
        source=t("register.source", name=view.pack.name),
        synthetic="synthetic" in badges,
        illustrative="illustrative" in badges,
        pack_sha256=view.pack.sha256,
    )
    return write.as_bytes(sites, ending, provenance=about, language=language)
