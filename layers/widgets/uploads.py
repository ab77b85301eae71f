"""A file of sites from the reader: told its limits, with a choice of layer and reference system."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.errors import NaeringsarealError
from geo.intake import sites as intake_sites
from layers.app import cache, texts
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from layers.app.shell import View

ENDINGS: Final = (
    *("geojson", "json", "gpkg", "zip", "kml", "kmz", "gml", "xml", "fgb", "parquet"),
    *("geojsonl", "geojsons", "ndjson", "gpx", "csv", "txt", "tsv", "xlsx", "xls", "ods", "sos"),
)
MOST_SITES: Final = 5000  # that are screened at once
AUTOMATIC: Final = "auto"
OTHER: Final = "other"
SYSTEMS: Final = (AUTOMATIC, "4326", "25832", "25833", "25835", OTHER)


def sites(view: View, *, key: str) -> GeoDataFrame | None:
    """
    Ask for a file and read it; None before there is one, or where it cannot be read.

    What was assumed is said, and can be overruled: which layer, which reference system, and which
    axis comes first.
    """
    return _asked(view, intake_sites.open_sites, _site_limits(), t_file="upload.file", key=key)


def layer(view: View, *, key: str, placeless: bool = False) -> tuple[str, str, GeoDataFrame] | None:
    """
    Ask for a file and read a layer of it as it is; None as in `sites`.

    Where its features may be `placeless`, those without a position are kept.

    Returns an id of what was read and how, the file's name, and the frame in EPSG:25832.
    """
    limits = intake_sites.Limits.from_environment()
    read = _placeless_layer if placeless else intake_sites.read_layer
    found = _asked(view, read, limits, t_file="upload.layer_file", key=key)
    return None if found is None else (found.attrs["id"], found.attrs["file"], found)


def _placeless_layer(source: bytes, name: str, **given: Any) -> GeoDataFrame:  # noqa: ANN401  # how it is to be read
    return intake_sites.read_layer(source, name, placeless=True, **given)


def _asked(
    view: View,
    read: Callable[..., GeoDataFrame],
    limits: intake_sites.Limits,
    *,
    t_file: str,
    key: str,
) -> GeoDataFrame | None:
    uploaded = st.file_uploader(
        t(t_file, size=limits.megabytes, features=limits.features),
        type=list(ENDINGS),
        key=f"{key}.file",
        max_upload_size=limits.megabytes,
        help=t("upload.formats"),
    )
    if uploaded is None:
        return None
    try:
        return _read(uploaded, read, limits, _middle(view), key=f"{key}.{uploaded.file_id}")
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return None


def _read(
    uploaded: UploadedFile,
    read: Callable[..., GeoDataFrame],
    limits: intake_sites.Limits,
    near: Any,  # noqa: ANN401  # a geometry of shapely's, or None
    *,
    key: str,
) -> GeoDataFrame:
    content = uploaded.getvalue()
    listed = cache.draft(
        ("layers", uploaded.file_id), lambda: intake_sites.layers_of(content, uploaded.name, limits)
    )
    layer = None
    if len(listed) > 1:
        names = {
            one.name: t(
                "upload.one_layer",
                name=one.name,
                kinds=", ".join(dict.fromkeys(texts.term("geometry", kind) for kind in one.kinds))
                or t("unknown"),
                count=one.features,
            )
            for one in listed
        }
        layer = st.selectbox(
            t("upload.layer"),
            [AUTOMATIC, *names],
            format_func=lambda name: names.get(name, t("upload.automatic")),
            key=f"{key}.layer",
        )
        layer = None if layer == AUTOMATIC else layer
    # Read by what is chosen before the choice is drawn: a doubtful file has it open at once.
    crs, swap = system_chosen(key)
    how = ("file", read.__name__, uploaded.file_id, layer, crs, swap)

    def opened() -> GeoDataFrame:
        given = {"layer": layer, "crs": crs, "swap": swap, "near": near, "limits": limits}
        found = read(content, uploaded.name, **given)
        found.attrs |= {"id": repr(how), "file": uploaded.name}
        return found

    # Read once, and not at every change of a choice below it; a copy, since it is shared.
    doubtful = True  # where it cannot be read, another system may be what is needed
    try:
        found: GeoDataFrame = cache.draft(how, opened).copy()
        doubtful = crs is not None or swap or intake_sites.guessed(found)
    finally:
        choose_system(key, open_=doubtful)
    return found


def system_chosen(key: str) -> tuple[str | None, bool]:
    """Return which system the reader says that a file is in, if any, and whether to swap axes."""
    chosen = st.session_state.get(f"{key}.system", AUTOMATIC)
    if chosen == OTHER:
        chosen = st.session_state.get(f"{key}.epsg", "").strip() or AUTOMATIC
    return None if chosen == AUTOMATIC else str(chosen), st.session_state.get(f"{key}.swap", False)


def choose_system(key: str, *, open_: bool) -> None:
    """Let the reader say which system a file is in; open at once where that is in doubt."""
    with st.expander(t("upload.system"), icon=":material/public:", expanded=open_):
        chosen = st.radio(
            t("upload.system"),
            SYSTEMS,
            format_func=lambda one: t(f"upload.system_{one}"),
            key=f"{key}.system",
            label_visibility="collapsed",
        )
        if chosen == OTHER:
            st.text_input(t("upload.epsg"), key=f"{key}.epsg", max_chars=12)
        st.checkbox(t("upload.swap"), key=f"{key}.swap")


def _site_limits() -> intake_sites.Limits:
    usual = intake_sites.Limits.from_environment()
    return replace(usual, features=min(usual.features, MOST_SITES))


def _middle(view: View) -> Any:  # noqa: ANN401  # a geometry of shapely's
    return view.pack.place()
