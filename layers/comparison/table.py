"""The municipalities in their order, with all measures and what is to be known of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.comparison import measures
from layers.app import explain, texts
from layers.app.texts import t
from layers.comparison import choices, words
from layers.widgets import tables

# Room for «unknown» in either language, and for the beginning of a sentence.
_PLACE_PX: Final = 70
_REMARKS_PX: Final = 260

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from pandas import Series

    from layers.comparison.choices import Compared


def show(what: Compared) -> None:
    """Show the ranking; picking a row marks its municipality."""
    order = what.places.index
    rows, places = what.rows.loc[order], what.places
    each = rows.drop(columns="geometry").to_dict("records")
    # The measure that they are ranked by comes first.
    told = [what.name, *(one for one in measures.MEASURES if one != what.name)]
    told = [one for one in told if not measures.lacking(what.summary, measures.MEASURES[one])]
    columns: dict[str, Any] = {
        t("compare.place"): places["place"],
        t("compare.municipality"): [
            t("compare.marked", name=name) if number == what.chosen else str(name)
            for number, name in rows["name"].items()
        ],
        **{words.heading(one): _column(rows, one) for one in told[:1]},
        t("compare.figure_is"): [
            "–" if pd.isna(one) else t(f"compare.is_{one}") for one in what.certainty[order]
        ],
        t("compare.may_be"): [
            words.place(first, last)
            for first, last in zip(places["first"], places["last"], strict=True)
        ],
        **_by_sets(what),
        t("compare.remarks"): ["; ".join(words.remarks(row)) or "–" for row in each],
        **{words.heading(one): _column(rows, one) for one in told[1:]},
        t("compare.verdict_column"): [words.verdict(one) for one in rows["verdict_with_estimates"]],
        t("compare.interval"): [
            words.interval(low, high)
            for low, high in zip(rows["share_low"], rows["share_high"], strict=True)
        ],
        t("compare.inhabitants"): rows["inhabitants"],
        t("compare.jobs_today"): rows["jobs_today"],
        t("compare.basis"): ["; ".join(words.basis(row)) or "–" for row in each],
    }
    formats: dict[str, Callable[[Any], str]] = {
        t("compare.place"): texts.num,
        t("compare.inhabitants"): texts.num,
        t("compare.jobs_today"): texts.num,
        **{words.heading(one): partial(words.number, measures.MEASURES[one]) for one in told},
    }
    tables.show(
        pd.DataFrame(columns).reset_index(drop=True),
        formats,
        key="compare_table",
        widths={t("compare.place"): _PLACE_PX, t("compare.remarks"): _REMARKS_PX},
        tall=False,
        on_select=lambda place: choices.choose(str(order[place])),
    )
    st.caption(t("compare.table_lead"))
    for name, measure in measures.MEASURES.items():
        if columns_gone := measures.lacking(what.summary, measure):
            st.caption(
                t(
                    "compare.lacks",
                    measure=t(f"compare.measure_{name}"),
                    columns=", ".join(f"`{one}`" for one in columns_gone),
                )
            )
    explain.beside("compare_figure", "compare_place", given=what.given, key="compare_table")


def _by_sets(what: Compared) -> dict[str, list[str]]:
    if what.spans is None:
        return {}
    spans, sets = what.spans.loc[what.places.index], len(what.summary.sets)
    each = spans.to_dict("records")
    return {t("compare.in_sets"): [words.place_by_sets(one, sets) for one in each]}


def _column(rows: GeoDataFrame, name: str) -> Series:
    measure = measures.MEASURES[name]
    return words.scaled(measure, measures.values(rows, measure))
