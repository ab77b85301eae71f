"""Files to take away: one layer in a format and reference system, or all as one GeoPackage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.formats import write
from geo.transport import corridor
from layers.app import address, texts
from layers.app.heavy import takeouts, work
from layers.app.texts import t
from layers.catalogue import data as catalogue_data
from layers.widgets import handover

if TYPE_CHECKING:
    from geo.catalogue.entries import CatalogueEntry
    from geo.formats.content import Content
    from geo.formats.write import File
    from geo.workspace import Workspace
    from layers.app.heavy.job import Work
    from layers.app.heavy.tasks import DeskAt
    from layers.app.shell import View
    from layers.catalogue.area import Chosen

FORMAT, CRS = "format", "crs"  # in the address
_FORMAT, _CRS, _ALL_CRS = "takeout_format", "takeout_crs", "takeout_all_crs"
AT_ONCE: Final = 3_000  # features that are written while the reader's click waits


def download(view: View, entry: CatalogueEntry, chosen: Chosen, found: Content) -> None:
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
    if len(found.frame) <= AT_ONCE:
        # Written once clicked; CSV comes as a zip, since it has its description beside it.
        shown = f"{name}.zip" if ending == "csv" else name
        mime = write.FORMATS[".zip" if ending == "csv" else f".{ending}"].mime
        made = partial(write.as_file, found, name, crs=crs)
        handover.button(lambda: made().data, shown, mime, key="takeout_now")
        return
    about = (*catalogue_data.rests_on(view, entry), entry.name, chosen.key, *_how(ending, crs))
    heavy = work.is_heavy(view.pack, len(found.frame))
    wanted = _wanted(chosen, name, crs)

    def make() -> Work[File]:
        return takeouts.layer(_desk(view, heavy=heavy), entry.name, wanted, about)

    handover.stepwise(make, about, heavy=heavy, key="takeout")


def download_all(view: View, chosen: Chosen) -> None:
    """Offer everything as one GeoPackage that opens coloured in QGIS."""
    if not chosen.known:
        return
    st.header(t("takeout.all"))
    st.markdown(t("takeout.all_lead"))
    crs = _system(_ALL_CRS, None)
    name = "_".join(part for part in ("naeringsareal", chosen.word) if part) + ".gpkg"

    about = (view.version, chosen.key, *_how("gpkg", crs))
    heavy = work.plots_are_heavy(view.pack)

    def make() -> Work[File]:
        return takeouts.everything(_desk(view, heavy=heavy), _wanted(chosen, name, crs), about)

    handover.stepwise(make, about, heavy=heavy, key="takeout_all")


def _desk(view: View, *, heavy: bool) -> DeskAt | Workspace:
    return work.desk_at(view.workspace, view.version) if heavy else view.workspace


def _how(ending: str, crs: str) -> tuple[str, ...]:
    return (ending, crs, texts.language())


def _wanted(chosen: Chosen, name: str, crs: str) -> takeouts.Wanted:
    return takeouts.Wanted(
        name=name,
        language=texts.language(),
        crs=crs,
        width_m=chosen.width_m or corridor.WIDTH_M,
        area=chosen.area,
    )


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
