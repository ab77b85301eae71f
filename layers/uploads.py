"""A file of sites from the reader: told its limits, with a choice of layer and reference system."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo import readers
from geo.errors import NaeringsarealError
from layers import texts
from layers.texts import t

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from layers.shell import View

ENDINGS: Final = (
    *("geojson", "json", "gpkg", "zip", "kml", "kmz", "gml", "xml", "fgb", "parquet"),
    *("csv", "txt", "tsv", "xlsx", "xls", "sos"),
)
MOST_SITES: Final = 5000  # that are screened at once
AUTOMATIC: Final = "auto"
SYSTEMS: Final = (AUTOMATIC, "4326", "25832", "25833")


def sites(view: View, *, key: str) -> GeoDataFrame | None:
    """
    Ask for a file and read it; None before there is one, or where it cannot be read.

    What was assumed is said, and can be overruled: which layer, which reference system, and which
    axis comes first.
    """
    limits = _limits()
    uploaded = st.file_uploader(
        t("upload.file", size=limits.megabytes, features=limits.features),
        type=list(ENDINGS),
        key=f"{key}.file",
        max_upload_size=limits.megabytes,
        help=t("upload.formats"),
    )
    if uploaded is None:
        return None
    try:
        return _read(uploaded, _middle(view), key=f"{key}.{uploaded.file_id}")
    except NaeringsarealError as error:
        st.error(error.say(texts.language()), icon=":material/error:")
        return None


def _read(uploaded: UploadedFile, near: Any, *, key: str) -> GeoDataFrame:  # noqa: ANN401
    content = uploaded.getvalue()
    listed = readers.layers_of(content, uploaded.name, _limits())
    layer = None
    if len(listed) > 1:
        names = {one.name: f"{one.name} ({', '.join(one.kinds)}, {one.features})" for one in listed}
        layer = st.selectbox(
            t("upload.layer"),
            [AUTOMATIC, *names],
            format_func=lambda name: names.get(name, t("upload.automatic")),
            key=f"{key}.layer",
        )
        layer = None if layer == AUTOMATIC else layer
    with st.expander(t("upload.system"), icon=":material/public:"):
        chosen = st.radio(
            t("upload.system"),
            SYSTEMS,
            format_func=lambda one: t(f"upload.system_{one}"),
            key=f"{key}.system",
            label_visibility="collapsed",
        )
        swap = st.checkbox(t("upload.swap"), key=f"{key}.swap")
    crs = None if chosen == AUTOMATIC else str(chosen)
    return readers.open_sites(
        content, uploaded.name, layer=layer, crs=crs, swap=swap, near=near, limits=_limits()
    )


def _limits() -> readers.Limits:
    usual = readers.Limits.from_environment()
    return replace(usual, features=min(usual.features, MOST_SITES))


def _middle(view: View) -> Any:  # noqa: ANN401  # a geometry of shapely's
    if not view.pack.has("municipality"):
        return None
    return view.pack.municipality.geometry.union_all()
