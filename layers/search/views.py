"""What a search found in words and on the map, what was left out or would help, and the files."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import folium
import streamlit as st

from geo.formats import write
from geo.search import ranking
from geo.search.answers import UNPLANNED, loosened
from geo.search.standing import OTHER_USE
from geo.search.survey import made_up_kinds
from layers.app import cache, texts
from layers.app.texts import t
from layers.maps import leaflet
from layers.maps import pages as maps
from layers.maps.numbers import Numbers
from layers.search import form, picking, table
from layers.search.outlines import OutlinesDrawn, outlines

if TYPE_CHECKING:
    from pandas import Series

    from geo.land.account import LandAccount
    from geo.search.answers import Relaxation
    from geo.search.criteria import Criteria
    from geo.search.ranking import Result
    from layers.app.map_script import MapScript
    from layers.app.shell import View

MOST: Final = 100  # hits on screen; the file has as many
ANCHOR: Final = "treff"
_MOST_STEPS: Final = 3
_AROUND_M: Final = 400
# Of what a criterion is measured in; metres where it is none of these.
_UNITS: Final = {"min_daa": "daa", "max_daa": "daa", "min_bra": "m² BRA", "min_mw": "MW"}
_TOLD_FROM_M: Final = 2.0  # outlines that are no further off than this look as they are


def headline(found: Result) -> None:
    """Say how many pieces fit."""
    hits = len(found.hits)
    if hits:
        st.header(
            t(
                "search.found_more" if found.more else "search.found",
                count=hits,
                candidates=found.candidates,
            ),
            anchor=ANCHOR,
        )
        if found.not_known:
            st.caption(t("search.not_known", count=found.not_known))
    else:
        st.header(t("search.nothing", candidates=found.candidates), anchor=ANCHOR)


def steps(found: Result, asked: Criteria) -> None:
    """Where nothing fits, name what stands in the way, how near the nearest is, and let it in."""
    if len(found.hits):
        return
    ways = [one for one in found.relaxed if one.criterion != UNPLANNED][:_MOST_STEPS]
    if not ways:
        if not found.left_out:
            st.info(t("search.nothing_helps"), icon=":material/info:")
        return
    with st.container(border=True, key="search_steps"):
        for number, step in enumerate(ways):
            msgid = "search.relax_at_least" if step.at_least else "search.relax"
            said = t(msgid, criterion=table.criterion(step.criterion), count=step.hits)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{said} {_nearest(step)}".strip(), width="stretch")
                value = _written(step)
                label = t("search.drop") if value is None else t("search.set_to", value=value)
                wish = loosened(asked, step)
                st.button(
                    label,
                    key=f"search_loosen_{number}",
                    icon=":material/tune:",
                    on_click=form.change,
                    args=(wish,),
                )


def _nearest(step: Relaxation) -> str:
    value = _written(step)
    if value is None:
        return ""
    where = t("unknown") if step.zone is None else texts.plain(step.zone)
    plots = texts.plain(step.plots or "")
    return t("search.nearest_at", value=value, zone=where, plots=plots)


def _written(step: Relaxation) -> str | None:
    """The value that one hit needs, with its unit; None where the criterion has none."""
    near = step.nearest
    if near is None:
        return None
    if step.criterion in {"growth", "growth_regional", "corridor"}:
        return texts.pct(near)
    unit = _UNITS.get(step.criterion, "m")
    down = step.criterion in {"min_daa", "min_bra", "min_mw"}
    decimals = int(unit in {"daa", "MW"})
    steps = 10**decimals
    value = (math.floor if down else math.ceil)(near * steps) / steps
    return f"{texts.num(value, decimals)}\N{NO-BREAK SPACE}{unit}"


def left_out(view: View, found: Result, asked: Criteria) -> None:
    """Say what meets the wish and is not offered, and offer to include it."""
    for one in found.left_out:
        names = ", ".join(
            t(f"search.use_{name}")
            if one.reason == OTHER_USE
            else texts.plain(texts.of_pack(name, view.pack.directory))
            for name in one.names
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                t(
                    f"search.left_out_{one.reason}",
                    count=one.count,
                    area=texts.daa(one.area_m2),
                    names=names,
                ),
                width="content",
            )
            st.button(
                t("search.show_left_out"),
                key=f"search_show_{one.reason}",
                icon=":material/visibility:",
                on_click=form.change,
                args=(replace(asked, unplanned=True),),
            )


def not_assessed(view: View, asked: Criteria) -> None:
    """Say by which class flood is judged, and that made-up constraints are not assessed."""
    context = cache.context(view.pack, view.version, asked.flood_class)
    for one in context.constraints.assumed():
        st.caption(texts.plain(one.say(texts.language())))
    made_up = made_up_kinds(context)
    if not made_up:
        return
    kinds = ", ".join(t(f"constraint.{kind}") for kind in made_up)
    st.caption(t("search.made_up", kinds=kinds))
    if asked.avoid:
        st.warning(t("search.made_up_avoid"), icon=":material/science:")


def map_of(view: View, found: Result, asked: Criteria) -> None:
    """Show the hits on the map; a click picks one, which is drawn as it is."""
    hits = found.hits

    def draw() -> MapScript:
        return leaflet.script(maps.ground(view, view.pack.layer("zones")), t("map.title_search"))

    moving = folium.FeatureGroup(name="moving", control=False)
    coarse = 0.0
    if not hits.empty:
        key = ("search outlines", view.version, asked)
        drawn = cache.answer(key, lambda: outlines(hits))
        coarse = drawn.tolerance_m
        tips = [_tip(row) for _, row in hits.iterrows()]
        OutlinesDrawn(drawn, "plot_reserve", list(hits["id"].astype(str)), tips).add_to(moving)
        Numbers(hits).add_to(moving)
        if picking.chosen(hits):
            picked = hits.iloc[[picking.place(hits)]]
            leaflet.shapes(picked, "drawn").add_to(moving)
            leaflet.Fit(leaflet.corners(picked.assign(geometry=picked.buffer(_AROUND_M)))).add_to(
                moving
            )

    def click(_kind: str, clicked: str) -> None:
        picking.pick(clicked)
        st.rerun()

    ground = ("search", view.version.pack_sha256, texts.language())
    leaflet.show(
        cache.map_script(ground, draw), key="search_map", height=520, moving=moving, on_click=click
    )
    if coarse > _TOLD_FROM_M:
        st.caption(t("search.outlines", metres=texts.num(math.ceil(coarse))))


def _tip(hit: Series) -> list[str]:
    return [
        t("search.tip", rank=hit["rank"], plots=table.plots(hit)),
        texts.daa(hit["area_m2"]),
        t("search.tip_score", score=100 * hit["score"]),
    ]


def downloads(view: View, account: LandAccount, asked: Criteria, found: Result) -> None:
    """Offer just what is shown, as files."""
    if found.hits.empty:
        return
    for column, (ending, icon) in zip(
        st.columns(2), ((".geojson", ":material/map:"), (".csv", ":material/table:")), strict=True
    ):
        column.download_button(
            t(f"reserve.download_{ending[1:]}"),
            data=partial(_file, view, account, asked, found, ending),
            file_name=f"tomtesok{ending}",
            icon=icon,
            on_click="ignore",
        )


def _file(view: View, account: LandAccount, asked: Criteria, found: Result, ending: str) -> bytes:
    provenance = ranking.provenance(view.pack, asked, account)
    return write.as_bytes(found.hits, ending, provenance=provenance)
