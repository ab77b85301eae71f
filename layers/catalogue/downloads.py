"""Files to take away: one layer in a format and reference system, or all as one GeoPackage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.catalogue.qgis import together_as_file
from geo.errors import NaeringsarealError
from geo.formats import write
from layers.app import address, texts
from layers.app.texts import t
from layers.catalogue import data as catalogue_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.catalogue.entries import CatalogueEntry
    from geo.formats.content import Content, Progress
    from geo.formats.write import File
    from layers.app.shell import View
    from layers.catalogue.area import Chosen

FORMAT, CRS = "format", "crs"  # in the address
_FORMAT, _CRS, _ALL_CRS = "takeout_format", "takeout_crs", "takeout_all_crs"
_MADE: Final = "takeout_made"
AT_ONCE: Final = 3_000  # features that are written while the reader's click waits


def download(entry: CatalogueEntry, chosen: Chosen, found: Content) -> None:
    """Offer a layer as a file."""
    st.subheader(t("takeout.download"))
    left, right = st.columns(2)
    endings = [one.removeprefix(".") for one in write.FORMATS]
    asked = address.read(FORMAT, address.one_of(endings), endings[0])
    with left:
        ending = st.selectbox(
            t("takeout.format"),
            endings,
            index=address.begin_at(_FORMAT, endings, asked),
            key=_FORMAT,
            format_func=lambda one: t(f"format.{one}"),
        )
    only = write.FORMATS[f".{ending}"].only_crs
    with right:
        crs = _system(_CRS, only)
    address.keep(FORMAT, ending)
    if not only:  # a format's only one must not take the place of what was chosen
        address.keep(CRS, crs.removeprefix("EPSG:"))
    st.caption(t(f"format_help.{ending}"))
    name = "_".join(part for part in (entry.name, chosen.word) if part) + f".{ending}"
    make = partial(write.as_file, found, name, crs=crs)
    if len(found.frame) <= AT_ONCE:
        # Written once clicked; CSV comes as a zip, since it has its description beside it.
        shown = f"{name}.zip" if ending == "csv" else name
        mime = write.FORMATS[".zip" if ending == "csv" else f".{ending}"].mime
        _button(lambda: make().data, shown, mime, key="takeout_now")
        return
    _stepwise(make, ("one", entry.name, chosen.key, ending, crs, texts.language()), key="takeout")


def download_all(view: View, chosen: Chosen) -> None:
    """Offer everything as one GeoPackage that opens coloured in QGIS."""
    if not chosen.known:
        return
    st.header(t("takeout.all"))
    st.markdown(t("takeout.all_lead"))
    crs = _system(_ALL_CRS, None)
    name = "_".join(part for part in ("naeringsareal", chosen.word) if part) + ".gpkg"

    def make(*, progress: Progress) -> File:
        progress(0.0)
        items = catalogue_data.everything(view, chosen)
        return together_as_file(items, name, crs=crs, progress=progress)

    about = ("all", view.version, chosen.key, crs, texts.language())
    _stepwise(make, about, key="takeout_all")


def _system(key: str, only: str | None) -> str:
    """Let the reader choose a reference system, or say which one the format has."""
    if only:
        st.selectbox(t("takeout.crs"), [only], key=f"{key}_only", format_func=_named, disabled=True)
        return only
    numbers = {system.removeprefix("EPSG:"): system for system in write.SYSTEMS}
    asked = address.read(CRS, numbers.get, write.SYSTEMS[0])
    place = address.begin_at(key, write.SYSTEMS, asked)
    chosen: str = st.selectbox(
        t("takeout.crs"), write.SYSTEMS, index=place, key=key, format_func=_named
    )
    return chosen


def _named(system: str) -> str:
    return t(f"crs.{system.removeprefix('EPSG:')}")


def _stepwise(make: Callable[..., File], about: tuple[object, ...], *, key: str) -> None:
    """Make the file on a click, with a bar that shows how far it has come, then hand it over."""
    made = st.session_state.get(f"{_MADE}.{key}")
    if st.button(t("takeout.make"), key=f"{key}_make", icon=":material/build:"):
        bar = st.progress(0.0, text=t("takeout.making"))
        try:
            file = make(progress=lambda share: bar.progress(share, text=t("takeout.making")))
        except NaeringsarealError as error:
            st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
            return
        finally:
            bar.empty()
        made = (about, file)
        st.session_state[f"{_MADE}.{key}"] = made
    if made and made[0] == about:
        file = made[1]
        megabytes = texts.num(len(file.data) / 1e6, 1)
        st.caption(t("takeout.ready", name=file.name, megabytes=megabytes))
        _button(file.data, file.name, file.mime, key=f"{key}_file")


def _button(data: bytes | Callable[[], bytes], name: str, mime: str, *, key: str) -> None:
    st.download_button(
        t("takeout.get", name=name),
        data=data,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        type="primary",
        key=key,
    )
