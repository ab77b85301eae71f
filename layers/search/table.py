"""The hits as a table: what decides first, the terms of the score last; a row is picked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.schema import layers as schema
from geo.search.standing import CASE
from layers.app import explain, texts
from layers.app.texts import t
from layers.search import picking
from layers.widgets import site_words, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from geo.search.criteria import Criteria
    from geo.search.ranking import Result
    from layers.app.shell import View

_KEY: Final = "search_table"
_ROWS: Final = 8  # at once; more scroll in the table, so that what follows stays in sight
# The first ones have their place on a phone as well; all of them beside the map at 1440 px.
_WIDTHS: Final = (42, 62, 96, 82, 92, 62, 82)
_MOST_PLOTS: Final = 4  # named in a cell; land in town may lie on thirty
_MARK: Final = {"background-color": "rgba(214, 36, 110, 0.16)", "font-weight": "600"}


def show(view: View, found: Result, asked: Criteria) -> None:
    """Show the hits with their score and its terms; picking one shows it on the map."""
    hits = found.hits
    if hits.empty:
        return
    table, formats = _columns(view, found, asked)
    at = picking.place(hits)
    # Of a name of its own, else it is other bytes, and sent again, with every run of the page.
    written = table.style.set_uuid(_KEY).format(dict(formats))
    written.set_properties(subset=pd.IndexSlice[[at], :], **_MARK)  # as on the map
    keys = [str(name) for name in table][: len(_WIDTHS)]
    helps = {
        t("search.station_m"): "search.station_help",
        t("search.network_m"): "search.network",
        t("search.whole_daa"): "search.cut_of",
    }
    event = st.dataframe(
        written,
        hide_index=True,
        height=tables.height(min(len(hits), _ROWS)),
        key=_KEY,
        placeholder=t("unknown"),
        column_config={
            name: st.column_config.Column(
                width=width, help=t(helps[name]) if name in helps else None
            )
            for name, width in zip(keys, _WIDTHS, strict=True)
        },
        on_select="rerun",
        selection_mode="single-row",
    )
    explain.beside("search_score", "search_facts")
    chosen = event.selection.rows[0] if event.selection.rows else None
    before = st.session_state.get(f"{_KEY}.picked")
    # A row stays picked over reruns: only a new choice counts, lest it undo a click on the map.
    st.session_state[f"{_KEY}.picked"] = chosen
    if chosen is not None and chosen != before and chosen < len(hits):
        picking.pick(str(hits["id"].iloc[chosen]))
        st.rerun()


def distances_told(view: View, found: Result, asked: Criteria) -> None:
    """Say which distance the list goes by, and what the one along the roads rests on."""
    hits = found.hits
    if hits.empty:
        return
    used = t("search.by_road" if asked.along_roads else "search.by_straight")
    known = hits["network_basis"].dropna()
    lacking = len(hits) - len(known)
    said = [used]
    if len(known):
        said.append(t(f"search.roads_{known.iloc[0]}"))
    if lacking and view.pack.has("context"):
        said.append(t("search.roads_unknown", count=lacking, hits=len(hits)))
    st.caption(" ".join(said))


def score_told(found: Result) -> None:
    """Write out the formula of the score, with the weights in use."""
    weights = ", ".join(
        f"{t(f'search.term_{name}')} {texts.num(weight, 1)}"
        for name, weight in found.counted.items()
    )
    with st.expander(t("search.score_how"), icon=":material/functions:"):
        st.markdown(t("search.score_help", weights=weights))


def _columns(
    view: View, found: Result, asked: Criteria
) -> tuple[DataFrame, dict[Any, Callable[[Any], str]]]:
    hits = found.hits
    both = [t("search.station_m"), t("search.network_m")]
    distances = {both[0]: hits["station_m"], both[1]: hits["network_m"]}
    if asked.along_roads:
        both.reverse()
    columns: dict[str, Any] = {
        t("search.rank"): hits["rank"],
        t("search.area_daa"): hits["area_m2"] / 1000,
        t("table.zone"): [_word(name) for name in hits["zone_name"]],
        **{name: distances[name] for name in both},
        t("search.points"): hits["score"],
    }
    formats: dict[Any, Callable[[Any], str]] = {
        t("search.area_daa"): tables.daa_number,
        t("search.points"): lambda score: texts.num(100 * score),
        **dict.fromkeys(distances, texts.num),
    }
    if hits["cut"].any():
        columns[t("search.whole_daa")] = [
            tables.daa_number(whole / 1000) if cut else "–"
            for whole, cut in zip(hits["part_area_m2"], hits["cut"], strict=True)
        ]
    if (hits["plan"] == CASE).any() or hits["use"].notna().any():
        columns[t("search.standing")] = [standing(view, row) for _, row in hits.iterrows()]
    columns |= {
        t("search.plots"): [plots(hit) for _, hit in hits.iterrows()],
        t("search.kind"): [t(f"search.kind_{kind}") for kind in hits["kind"]],
        t("table.allowed_m2"): hits["allowed_bra_m2"],
        t("search.road_m"): hits["road_m"],
        t("table.growth_share"): hits["growth_share"],
    }
    if hits["jobs_low"].notna().any():
        columns[t("table.jobs_span")] = [
            texts.span(round(low), round(high)) if pd.notna(low) else t("unknown")
            for low, high in zip(hits["jobs_low"], hits["jobs_high"], strict=True)
        ]
    if "site_name" in hits:
        columns[t("search.site")] = [_site(hit) for _, hit in hits.iterrows()]
    terms = {t(f"search.term_{name}"): hits[f"term_{name}"] for name in found.counted}
    columns |= terms
    made_up = made_up_in(hits)
    columns[t("search.unknown")] = [_criteria(text, made_up) for text in hits["unknown"]]
    formats |= {
        t("table.allowed_m2"): texts.num,
        t("search.road_m"): texts.num,
        t("table.growth_share"): _share,
        **dict.fromkeys(terms, _share),
    }
    if made_up:
        formats[t("search.term_constraints")] = _share_or_not_assessed
    return pd.DataFrame(columns).reset_index(drop=True), formats


def plots(hit: Series) -> str:
    """Name the plots of a hit, of many the first; what is shown of one hit alone names them all."""
    every = str(hit["parcel_ids"]).split(", ")
    if len(every) <= _MOST_PLOTS:
        return ", ".join(every)
    few = _MOST_PLOTS - 1
    return t("search.plots_more", plots=", ".join(every[:few]), count=len(every) - few)


def _site(hit: Series) -> str:
    """Say which site of the register a hit is, and what matters most of it."""
    return t("search.site_is", **site_words.told(hit)) if isinstance(hit["site_name"], str) else "–"


def standing(view: View, hit: Series) -> str:
    """Say what is to be known of a hit's plan and use; empty where there is nothing to warn of."""
    said = []
    if isinstance(hit["use"], str) and hit["left_out"] == "other_use":
        said.append(t("search.use", use=t(f"search.use_{hit['use']}")))
    if isinstance(hit["case"], str) and hit["plan"] == CASE:
        said.append(t("search.case", name=texts.of_pack(hit["case"], view.pack.directory)))
    return "; ".join(said)


def made_up_in(hits: GeoDataFrame) -> list[str]:
    """Return the kinds of constraint that are not assessed, for what is known is made up."""
    return [kind for kind in schema.CONSTRAINT_KINDS if hits[f"{kind}_synthetic"].any()]


def criterion(name: str, made_up: Collection[str] = ()) -> str:
    """Return what a criterion is called."""
    kind = name.removeprefix("avoid.")
    if kind != name and kind in made_up:
        return t("search.criterion_made_up", kind=t(f"constraint.{kind}"))
    return t(f"constraint.{kind}") if kind != name else t(f"search.criterion.{name}")


def _share(share: float) -> str:
    return texts.pct(None if pd.isna(share) else share)


def _share_or_not_assessed(share: float) -> str:
    return t("search.not_assessed") if pd.isna(share) else texts.pct(share)


def _word(name: str | float | None) -> str:
    return t("unknown") if pd.isna(name) else str(name)


def _criteria(text: str, made_up: Collection[str]) -> str:
    return ", ".join(criterion(name, made_up) for name in text.split(", ") if name)
