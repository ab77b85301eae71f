"""Screening the sites that the reader gave; many of them in a process."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.schema.findings import gathered
from geo.screening import screen
from geo.screening.counted import COUNTED_AS, PART
from geo.screening.flood import FLOOD_CLASSES, USUAL_CLASS
from layers.app import address, cache, texts
from layers.app.heavy import waiting, work
from layers.app.heavy.tasks import BATCH
from layers.app.texts import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from geo.screening.context import Context
    from geo.screening.model import Screening
    from layers.app.shell import View

_DONE: Final = "screen_done"
_NAMED: Final = 3  # projects named in a question


def notes(sites: GeoDataFrame) -> None:
    """Say what was assumed when the sites were read."""
    for note in gathered(sites.attrs.get("assumptions", [])):
        st.info(texts.plain(note.say(texts.language())), icon=":material/info:")


def counted(view: View, sites: GeoDataFrame) -> list[Screening]:
    """
    Screen the sites, and let the reader say how those that lie in a counted project are meant.

    Until then they are taken as a part of it, so that no job is counted twice.
    """
    judged_by = _flood_class()
    found = screened(view, sites, judged_by)
    listed = dict.fromkeys(name for one in found for name in one.counted_in)
    names = [texts.of_pack(name, view.pack.directory) for name in listed]
    if not names:
        return found
    how = st.radio(
        t(
            "screen.counted_as_rough"
            if any(one.counted_roughly for one in found)
            else "screen.counted_as",
            projects=texts.plain(", ".join(names[:_NAMED])),
        ),
        COUNTED_AS,
        index=address.begin_at(
            "screen_counted",
            COUNTED_AS,
            address.read("counted", address.one_of(COUNTED_AS), PART),
        ),
        format_func=lambda one: t(f"screen.counted_as_{one}"),
        key="screen_counted",
        help=t("screen.counted_as_help"),
    )
    address.keep("counted", how, PART)
    return found if how == PART else screened(view, sites.assign(counted_as=how), judged_by)


def _flood_class() -> str:
    """Let the reader say how safe from flood the building must be."""
    chosen: str = st.radio(
        t("screen.flood_class"),
        tuple(FLOOD_CLASSES),
        index=address.begin_at(
            "screen_flood",
            tuple(FLOOD_CLASSES),
            address.read("flood", address.one_of(FLOOD_CLASSES), USUAL_CLASS),
        ),
        format_func=lambda one: t(f"screen.flood_class_{one}"),
        horizontal=True,
        key="screen_flood",
        help=t("screen.flood_class_help"),
    )
    address.keep("flood", chosen, USUAL_CLASS)
    return chosen


def screened(view: View, sites: GeoDataFrame, flood_class: str = USUAL_CLASS) -> list[Screening]:
    """Screen the sites, or return what was found the last time about the same ones."""
    key = (view.version, _digest(sites), flood_class)
    # Two at most: the sites as they came, and as the reader wants them counted.
    done: dict[object, list[Screening]] = st.session_state.get(_DONE, {})
    if key in done:
        return done[key]

    def kept(made: Callable[[], list[Screening]]) -> list[Screening]:
        found = made()
        st.session_state[_DONE] = dict([*done.items(), (key, found)][-2:])
        return found

    if not work.sites_are_heavy(view.pack, sites):
        context = cache.context(view.pack, view.version, flood_class)
        return kept(partial(_in_batches, context, sites))
    desk = work.desk_at(view.workspace, view.version)
    many = work.screened(desk, sites, key[1], flood_class)
    return waiting.result(many, kept, t("heavy.screen", count=texts.num(len(sites))))


def _in_batches(context: Context, sites: GeoDataFrame) -> list[Screening]:
    found = []
    bar = st.progress(0.0, text=t("screen.working")) if len(sites) > BATCH else None
    for start in range(0, len(sites), BATCH):
        found += screen.screen(context, sites.iloc[start : start + BATCH])
        if bar is not None:
            bar.progress(min(1.0, (start + BATCH) / len(sites)), text=t("screen.working"))
    if bar is not None:
        bar.empty()
    return found


def _digest(sites: GeoDataFrame) -> str:
    columns = sites.drop(columns=sites.geometry.name).astype(str).to_csv(index=False)
    shapes = b"".join(sites.geometry.to_wkb())
    return hashlib.sha256(columns.encode() + shapes).hexdigest()
