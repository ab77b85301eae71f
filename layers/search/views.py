"""What a search found: a ranked table with each term of the score, the map, and the files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import folium
import pandas as pd
import streamlit as st

from geo.formats import write
from geo.schema import layers as schema
from geo.search import ranking
from geo.search.survey import made_up_kinds
from layers.app import cache, shell, texts
from layers.app.texts import t
from layers.maps import labels, leaflet
from layers.maps import pages as maps
from layers.widgets import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from geo.land.account import LandAccount
    from geo.search.criteria import Criteria
    from geo.search.ranking import Result
    from layers.app.map_script import MapScript
    from layers.app.shell import View

MOST: Final = 100  # hits on screen; the file has as many
_PICKED: Final = "search_picked"
_AROUND_M: Final = 400
_MOST_BUTTONS: Final = 3


def headline(found: Result) -> None:
    """Say how many pieces fit, and where none do, what would help."""
    hits = len(found.hits)
    if hits:
        msgid = "search.found_more" if found.more else "search.found"
        st.header(t(msgid, count=hits, candidates=found.candidates))
        if found.not_known:
            st.caption(t("search.not_known", count=found.not_known))
        return
    st.header(t("search.nothing", candidates=found.candidates))
    if not found.relaxed:
        st.info(t("search.nothing_helps"), icon=":material/info:")
    for relaxation in found.relaxed[:3]:
        msgid = "search.relax_at_least" if relaxation.at_least else "search.relax"
        said = t(msgid, criterion=_criterion(relaxation.criterion), count=relaxation.hits)
        nearest = relaxation.nearest
        if nearest is not None:
            shown = (
                texts.pct(nearest) if relaxation.criterion == "growth" else texts.num(nearest, 1)
            )
            said = f"{said} {t('search.nearest', value=shown)}"
        st.info(said, icon=":material/lightbulb:")


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


def table(found: Result) -> None:
    """Show the hits with their score and its terms; picking one shows it on the map."""
    hits = found.hits
    if hits.empty:
        return
    columns: dict[str, Any] = {
        t("search.rank"): hits["rank"],
        t("search.score"): hits["score"],
        t("search.plots"): hits["parcel_ids"].astype(str),
        t("table.zone"): [
            t("unknown") if pd.isna(name) else str(name) for name in hits["zone_name"]
        ],
        t("search.kind"): [t(f"search.kind_{kind}") for kind in hits["kind"]],
        t("table.area_daa"): hits["area_m2"] / 1000,
        t("table.allowed_m2"): hits["allowed_bra_m2"],
        t("screen.station"): hits["station_m"],
        t("search.road_m"): hits["road_m"],
        t("table.growth_share"): hits["growth_share"],
    }
    if hits["jobs_low"].notna().any():
        columns[t("table.jobs_span")] = [
            texts.span(round(low), round(high)) if pd.notna(low) else t("unknown")
            for low, high in zip(hits["jobs_low"], hits["jobs_high"], strict=True)
        ]
    terms = {t(f"search.term_{name}"): hits[f"term_{name}"] for name in found.counted}
    columns |= terms
    made_up = [kind for kind in schema.CONSTRAINT_KINDS if hits[f"{kind}_synthetic"].any()]
    columns[t("search.unknown")] = [_criteria(text, made_up) for text in hits["unknown"]]
    shown = pd.DataFrame(columns)
    share = _share
    formats: dict[str, Callable[[Any], str]] = {
        t("search.score"): lambda score: texts.num(100 * score),
        t("table.area_daa"): tables.daa_number,
        t("table.allowed_m2"): texts.num,
        t("screen.station"): texts.num,
        t("search.road_m"): texts.num,
        t("table.growth_share"): share,
        **dict.fromkeys(terms, share),
    }
    if made_up:
        formats[t("search.term_constraints")] = _share_or_not_assessed

    def pick(place: int) -> None:
        st.session_state[_PICKED] = str(hits["id"].iloc[place])
        st.rerun()

    tables.show(shown, formats, key="search_table", on_select=pick)
    weights = ", ".join(
        f"{t(f'search.term_{name}')} {texts.num(weight, 1)}"
        for name, weight in found.counted.items()
    )
    st.caption(t("search.score_help", weights=weights))


def map_of(view: View, found: Result) -> None:
    """Show the hits on the map; a click picks one."""
    hits = found.hits

    def draw() -> MapScript:
        return leaflet.script(maps.ground(view, view.pack.layer("zones")), t("map.title_search"))

    moving = folium.FeatureGroup(name="moving", control=False)
    if not hits.empty:
        leaflet.clickable(
            hits,
            "plot_reserve",
            id_column="id",
            tip=lambda row: leaflet.tip_lines(
                t("search.tip", rank=row["rank"], plots=row["parcel_ids"]),
                texts.daa(row["area_m2"]),
                t("search.tip_score", score=100 * row["score"]),
            ),
        ).add_to(moving)
        labels.numbers(hits, "rank").add_to(moving)
        picked = hits[hits["id"] == st.session_state.get(_PICKED)]
        if not picked.empty:
            leaflet.shapes(picked, "drawn").add_to(moving)
            leaflet.Fit(leaflet.corners(picked.assign(geometry=picked.buffer(_AROUND_M)))).add_to(
                moving
            )

    def click(_kind: str, clicked: str) -> None:
        st.session_state[_PICKED] = clicked
        st.rerun()

    key = ("search", view.version.pack_sha256, texts.language())
    leaflet.show(
        cache.map_script(key, draw), key="search_map", height=520, moving=moving, on_click=click
    )


def picked(found: Result) -> None:
    """Offer to screen the piece that was picked."""
    one = found.hits[found.hits["id"] == st.session_state.get(_PICKED)]
    if one.empty:
        return
    plots = str(one["parcel_ids"].iloc[0]).split(", ")
    for plot, column in zip(plots[:_MOST_BUTTONS], st.columns(_MOST_BUTTONS), strict=False):
        if column.button(t("search.screen", plot=plot), icon=":material/fact_check:"):
            shell.open_screening(plot)


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


def _share(share: float) -> str:
    return texts.pct(None if pd.isna(share) else share)


def _share_or_not_assessed(share: float) -> str:
    return t("search.not_assessed") if pd.isna(share) else texts.pct(share)


def _word(name: str | float | None) -> str:
    return t("unknown") if pd.isna(name) else str(name)


def _criteria(text: str, made_up: Collection[str]) -> str:
    return ", ".join(_criterion(name, made_up) for name in text.split(", ") if name)


def _criterion(name: str, made_up: Collection[str] = ()) -> str:
    kind = name.removeprefix("avoid.")
    if kind != name and kind in made_up:
        return t("search.criterion_made_up", kind=t(f"constraint.{kind}"))
    return t(f"constraint.{kind}") if kind != name else t(f"search.criterion.{name}")
