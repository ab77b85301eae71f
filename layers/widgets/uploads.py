"""A file of sites from the reader: told its limits, with a choice of layer and reference system."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st

from geo.errors import NaeringsarealError
from geo.intake import sites as intake_sites
from layers.app import cache, texts
from layers.app.heavy import drafts, waiting, work
from layers.app.kept import fields
from layers.app.texts import t
from layers.errors import HeavyWorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geopandas import GeoDataFrame
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from layers.app.heavy.job import Work
    from layers.app.shell import View

T = TypeVar("T")

ENDINGS: Final = (
    *("geojson", "json", "gpkg", "zip", "kml", "kmz", "gml", "xml", "fgb", "parquet"),
    *("geojsonl", "geojsons", "ndjson", "gpx", "csv", "txt", "tsv", "xlsx", "xls", "ods", "sos"),
)
MOST_SITES: Final = 5000  # that are screened at once
AUTOMATIC: Final = "auto"
OTHER: Final = "other"
SYSTEMS: Final = (AUTOMATIC, "4326", "25832", "25833", "25835", OTHER)
# That a session holds on to while its reader is on another page: all readers share the memory.
MOST_HELD_BYTES: Final = 50_000_000


@dataclass(frozen=True)
class Given:
    """A file that the reader gave; `digest` is that of its content and name."""

    name: str
    content: bytes
    digest: str


def sites(view: View, *, key: str) -> GeoDataFrame | None:
    """
    Ask for a file and read it; None before there is one, or where it cannot be read.

    What was assumed is said, and can be overruled: which layer, which reference system, and which
    axis comes first.
    """
    read = partial(intake_sites.open_sites)
    return _asked(view, read, _site_limits(), t_file="upload.file", key=key)


def layer(view: View, *, key: str, placeless: bool = False) -> tuple[str, str, GeoDataFrame] | None:
    """
    Ask for a file and read a layer of it as it is; None as in `sites`.

    Where its features may be `placeless`, those without a position are kept.

    Returns an id of what was read and how, the file's name, and the frame in EPSG:25832.
    """
    limits = intake_sites.Limits.from_environment()
    read = partial(intake_sites.read_layer, placeless=placeless)
    found = _asked(view, read, limits, t_file="upload.layer_file", key=key)
    return None if found is None else (found.attrs["id"], found.attrs["file"], found)


def _asked(
    view: View,
    read: partial[GeoDataFrame],
    limits: intake_sites.Limits,
    *,
    t_file: str,
    key: str,
) -> GeoDataFrame | None:
    label = t(t_file, size=limits.megabytes, features=limits.features)
    found = file(label, limits, endings=ENDINGS, key=key, told=t("upload.formats"))
    if found is None:
        return None
    try:
        return _read(found, read, limits, _middle(view), key=f"{key}.{found.digest}")
    except HeavyWorkError:
        raise  # which the page says, with a way to begin again
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        return None


def file(
    label: str,
    limits: intake_sites.Limits,
    *,
    endings: Sequence[str],
    key: str,
    told: str | None = None,
) -> Given | None:
    """Ask for a file of one of these kinds; None before there is one. `told` is what helps."""
    held = f"{key}.given"
    uploaded = st.file_uploader(
        label,
        type=list(endings),
        key=f"{key}.file",
        max_upload_size=limits.megabytes,
        help=told,
        # Taken away by the reader; where the page was left and is back, nobody has changed it.
        on_change=partial(st.session_state.pop, held, None),
    )
    return _held(held, uploaded)


def given(key: str) -> Given | None:
    """Return the file that was given under a key, while it is held."""
    file: Given | None = (st.session_state.get(f"{key}.given") or (None, None))[1]
    return file


def put_back(key: str, name: str, content: bytes) -> None:
    """Give a file under a key as if the reader had; to be called before it is asked for."""
    st.session_state[f"{key}.given"] = (None, Given(name, content, _digest(name, content)))


def _held(held: str, uploaded: UploadedFile | None) -> Given | None:
    """Return the file on the page, else the one that was on it when the page was left."""
    of, file = st.session_state.get(held) or (None, None)
    if uploaded is None:
        if file is not None:
            said, away = st.columns([8, 3], vertical_alignment="center")
            said.markdown(t("upload.held", name=texts.plain(file.name)))
            away.button(
                t("upload.held_away"),
                icon=":material/close:",
                key=f"{held}{fields.BUTTON}",
                on_click=partial(st.session_state.pop, held, None),
            )
        return file
    if of != uploaded.file_id:
        content = uploaded.getvalue()
        file = Given(uploaded.name, content, _digest(uploaded.name, content))
        if len(content) <= MOST_HELD_BYTES:
            st.session_state[held] = (uploaded.file_id, file)
    return file


def _digest(name: str, content: bytes) -> str:
    return hashlib.sha256(name.encode(errors="replace") + b"\0" + content).hexdigest()[:32]


def _read(
    file: Given,
    read: partial[GeoDataFrame],
    limits: intake_sites.Limits,
    near: Any,  # noqa: ANN401  # a geometry of shapely's, or None
    *,
    key: str,
) -> GeoDataFrame:
    listed = _heard(("layers", file.digest), intake_sites.layers_of, file, limits)
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
    how = ("file", read.func.__name__, *read.keywords.items(), file.digest, layer, crs, swap)

    given = {"layer": layer, "crs": crs, "swap": swap, "near": near, "limits": limits}

    # Read once, and not at every change of a choice below it; a copy, since it is shared.
    doubtful = True  # where it cannot be read, another system may be what is needed
    try:
        # Where the pack is, too: coordinates without a system are guessed by it.
        found: GeoDataFrame = _heard((*how, near and near.wkb), partial(read, **given), file).copy()
        found.attrs |= {"id": repr(how), "file": file.name}
        doubtful = crs is not None or swap or intake_sites.guessed(found)
    finally:
        choose_system(key, open_=doubtful)
    return found


def _heard(
    key: tuple[object, ...],
    ask: Callable[..., T],
    file: Given,
    *more: Any,  # noqa: ANN401  # what else is asked with
) -> T:
    """Return what is read of a file, kept for this session; of a large one, in a process."""
    args = (file.content, file.name, *more)
    if not work.file_is_heavy(file.content):
        return cache.draft(key, partial(ask, *args))
    says = t(
        "heavy.read_file",
        name=texts.plain(file.name),
        megabytes=texts.num(len(file.content) / 1e6, 1),
    )
    asked: Work[T] = drafts.asked(key, ask, args)
    return waiting.result(asked, partial(cache.draft, key), says)


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
