"""A new outline among its neighbours: what it keeps of before, and who gives way to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from geo.errors import NaeringsarealError
from geo.geometry.scale import areas_of
from geo.pack.zone_swap import LEAST_M2, Cut, Swap, settled, swap
from layers.app import cache, texts
from layers.app.texts import t
from layers.maps import labels, leaflet
from layers.widgets import legend, tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo.pack.candidate import Candidate
    from geo.pack.zone_swap import Overlap
    from layers.app.map_script import MapScript
    from layers.app.shell import View
    from layers.own_data.keep import Submission

_MOST_ROWS: Final = 200  # of overlaps in a table; the rest are counted
_DAA_FROM_M2: Final = 1000.0
_WHOLE_FROM: Final = 0.1  # shares below are written with a decimal
_AROUND_M: Final = 300.0  # of an overlap, on the map


@dataclass(frozen=True)
class Settled:
    """The zones without overlaps that were to be settled, and who gave way; None where none."""

    new: Candidate
    how: Cut | None = None


def settle(view: View, one: Submission, *, changed: bool = True) -> Settled | None:
    """
    Show what new outlines do to the zones, and let the reader say who gives way.

    `changed` tells whether more than the outline is new. None while a question is open, or where
    nothing would change.
    """
    new, ids, key = one.new, one.ids, one.key
    frame = new.require_valid()
    pack = view.pack
    old = pack.layer("zones") if pack.has("zones") else None
    border = pack.layer("municipality") if pack.has("municipality") else None
    if border is not None and "municipality_no" in border:
        own = border[border["municipality_no"] == pack.municipality_no]
        border = border if own.empty else own
    found: Swap = cache.draft(("swap", *key), lambda: swap(frame, ids, old, border))
    if len(found.moves) == 1:
        move = found.moves[0]
        if move.same and not changed:
            st.info(t("data.outline_same"), icon=":material/equal:")
            return None
        _moved(found)
    if found.outside_m2 is not None and found.outside_m2 >= LEAST_M2:
        st.warning(
            t("data.outline_outside", area=texts.daa(found.outside_m2)), icon=":material/info:"
        )
    if found.among:
        st.warning(t("data.overlap_among", area=_sum(found.among)), icon=":material/info:")
        _table(view, found.among)
    if not found.overlaps:
        return Settled(new)
    return _cut(view, one, found)


def _moved(found: Swap) -> None:
    move = found.moves[0]
    if move.before_m2 is None:
        st.markdown(t("data.outline_new", given=texts.daa(move.given_m2)))
        return
    share = move.kept_m2 / move.before_m2 if move.before_m2 else None
    st.markdown(
        t(
            "data.outline_moved",
            given=texts.daa(move.given_m2),
            before=texts.daa(move.before_m2),
            kept=texts.daa(move.kept_m2),
            share=texts.pct(share),
            gone=texts.daa(move.gone_m2),
            added=texts.daa(move.added_m2),
        )
    )


def _cut(view: View, one: Submission, found: Swap) -> Settled | None:
    st.header(t("data.overlap"))
    if found.slivers_only:
        st.caption(t("data.overlap_slivers", area=_sum(found.overlaps)))
    words, picture = st.columns([7, 5], gap="medium")
    with picture:
        _map(view, one, found)
    with words:
        _table(view, found.overlaps)
        ways = list(Cut)
        within = [each for each in found.overlaps if each.inside]
        if within:
            # Cut, nothing of it would be left.
            name, other = _name(view, within[0].name), _name(view, within[0].other_name)
            said = t("data.overlap_inside", name=name, other=other)
            st.info(texts.plain(said), icon=":material/info:")
            ways = [Cut.OTHERS]
        how = st.radio(
            t("data.overlap_what"),
            ways,
            index=0 if found.slivers_only else None,
            format_func=lambda each: t(f"data.cut_{each.value}"),
            key=f"data.cut.{st.session_state['data_round']}.{sorted(one.ids)}.{one.source}",
        )
        if how is None:
            st.info(t("data.overlap_first"), icon=":material/rule:")
            return None
        try:
            frame = settled(one.new.require_valid(), found, Cut(how))
        except NaeringsarealError as error:
            st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
            return None
        _told(view, one.new.require_valid(), frame, found, Cut(how))
    return Settled(replace(one.new, frame=frame), Cut(how))


def _told(view: View, before: GeoDataFrame, after: GeoDataFrame, found: Swap, how: Cut) -> None:
    """Say what is left of what was cut: before, cut off and left add up."""
    losers = {one.zone_id if how is Cut.NEW else one.other_id for one in found.overlaps}
    mine = before["zone_id"].astype("str").isin(losers)
    was, left = areas_of(before)[mine], areas_of(after)[mine]
    table = pd.DataFrame(
        {
            t("table.zone"): [_name(view, str(name)) for name in before.loc[mine, "name"]],
            t("data.cut_before"): [texts.daa(area) for area in was],
            t("data.cut_off"): [texts.daa(area) for area in was - left],
            t("data.cut_left"): [
                _in_parts(area, was, becomes)
                for area, was, becomes in zip(
                    left, before.geometry[mine], after.geometry[mine], strict=True
                )
            ],
        }
    )
    tables.lines(table.head(_MOST_ROWS))


def _in_parts(area_m2: float, before: BaseGeometry, after: BaseGeometry) -> str:
    """Write an area, and in how many parts it lies where the cut has made more of them."""
    count, was = (len(shapely.get_parts(shape)) for shape in (after, before))
    written = texts.daa(area_m2)
    return t("data.cut_parts", area=written, count=count) if count > was else written


def _table(view: View, overlaps: Sequence[Overlap]) -> None:
    table = pd.DataFrame(
        {
            t("table.zone"): [_name(view, one.name) for one in overlaps],
            t("data.overlap_with"): [_name(view, one.other_name) for one in overlaps],
            t("data.overlap_area"): [_size(one) for one in overlaps],
            t("data.overlap_share"): [_share(one.share) for one in overlaps],
            t("data.overlap_other_share"): [_share(one.other_share) for one in overlaps],
        }
    )
    with st.container(height=tables.SCROLLED_PX if len(table) > tables.ALL_SHOWN else "content"):
        tables.lines(table.head(_MOST_ROWS))
    if len(table) > _MOST_ROWS:
        st.caption(t("data.rows_more", count=len(table) - _MOST_ROWS))


def _size(one: Overlap) -> str:
    """Write what is shared: m² beside dekar, for a sliver is no dekar; and that it is one."""
    written = f"{texts.num(one.area_m2)} m²"
    if one.area_m2 >= _DAA_FROM_M2:
        written = f"{texts.daa(one.area_m2)} ({written})"
    return f"{written}, {t('data.sliver')}" if one.sliver else written


def _share(share: float) -> str:
    return texts.pct(share, 0 if share >= _WHOLE_FROM else 1)


def _sum(overlaps: Sequence[Overlap]) -> str:
    area = sum(one.area_m2 for one in overlaps)
    return texts.daa(area) if area >= _DAA_FROM_M2 else f"{texts.num(area)} m²"


def _name(view: View, name: str) -> str:
    return texts.of_pack(name, view.pack.directory)


def _map(view: View, one: Submission, found: Swap) -> None:
    frame = one.new.require_valid()
    ids = frame["zone_id"].astype("str")
    mine = frame[ids.isin([each.zone_id for each in found.overlaps])]
    others = frame[ids.isin([each.other_id for each in found.overlaps])]
    shared = gpd.GeoDataFrame(geometry=[each.geometry for each in found.overlaps], crs=frame.crs)

    def draw() -> MapScript:
        leaflet_map = leaflet.base(
            view.pack, bounds_of=shared.buffer(_AROUND_M).to_frame("geometry")
        )
        for rows, kind in ((others, "zone"), (mine, "data_new"), (shared, "overlap")):
            leaflet.shapes(rows, kind, name=legend.name_of(kind)).add_to(leaflet_map)
        labels.names(others, "name").add_to(leaflet_map)
        return leaflet.script(leaflet_map, t("map.title_overlap"))

    drawn = cache.map_script(("overlap", *one.key, texts.language()), draw)
    leaflet.show(drawn, key="data_overlap", height=320)
