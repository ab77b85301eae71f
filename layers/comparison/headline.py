"""The answer at the top: all municipalities together, and the one that is marked among them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.comparison import measures
from layers.app import explain, texts
from layers.app.texts import t
from layers.comparison import words

_NAMED: Final = 12  # municipalities of which nothing is known: more names nobody reads

if TYPE_CHECKING:
    from geo.comparison.measures import Total
    from layers.comparison.choices import Compared


def show(what: Compared) -> None:
    """Show the sum of all, and figure and place of the municipality that is marked."""
    if what.lacking:
        lacks(what)
        return
    total = measures.total(what.rows, what.measure)
    all_of_them, own = st.columns(2)
    explain.metric(
        all_of_them,
        t("compare.together"),
        together(what, total),
        figure="compare_total",
        given=what.given,
    )
    if what.place is not None and what.row is not None:
        name = texts.plain(str(what.row["name"]))
        explain.metric(own, name, _own(what), figure="compare_figure", given=what.given)
        first, last = what.place["first"], what.place["last"]
        explain.metric(
            st.columns(2)[0],
            t("compare.place"),
            _place(what, total, first, last),
            figure="compare_place",
            given=what.given,
        )
    _remarks(what, total)


def lacks(what: Compared) -> None:
    """Say which columns a measure cannot be told without."""
    st.info(
        t(
            "compare.lacks",
            measure=t(f"compare.measure_{what.name}"),
            columns=", ".join(f"`{one}`" for one in what.lacking),
        ),
        icon=":material/help:",
    )


def together(what: Compared, total: Total) -> str:
    """Write the measure of all together, and that it may be more or less where it may."""
    if math.isnan(total.value):
        # Known, and still no figure: there is nothing to divide by.
        return _nothing(what) if total.counted else t("unknown")
    return words.sure(words.value(what.measure, total.value), total.certainty(what.measure))


def _nothing(what: Compared) -> str:
    return t("compare.no_jobs" if what.name == "share" else "legend.compare_none")


def _own(what: Compared) -> str:
    row, place = what.row, what.place
    assert row is not None
    assert place is not None
    if what.has_nothing(str(what.chosen)):
        return _nothing(what)
    written = words.value(what.measure, place["value"])
    if what.name == "share":
        span = words.interval(row["share_low"], row["share_high"])
        written = written if span == t("unknown") else span
    return words.sure(written, what.certainty[str(what.chosen)])


def _place(what: Compared, total: Total, first: float, last: float) -> str:
    if what.has_nothing(str(what.chosen)):
        return t("compare.no_place")
    ranked = int(what.places["place"].notna().sum())
    return t(
        "compare.place_of",
        place=words.place(first, last),
        count=texts.num(ranked + len(total.unknown)),
    )


def _remarks(what: Compared, total: Total) -> None:
    names = what.rows["name"]
    if total.unknown:
        listed = ", ".join(str(names[number]) for number in total.unknown[:_NAMED])
        if more := len(total.unknown[_NAMED:]):
            listed = t("compare.and_more", names=listed, count=more)
        key = "compare.sum_unknown" if what.measure.by is None else "compare.share_unknown"
        st.caption(t(key, count=len(total.unknown), all=len(what.rows), names=texts.plain(listed)))
    if total.partly:
        partly = int(
            (measures.in_part(what.rows, what.measure) & what.places["value"].notna()).sum()
        )
        st.caption(t("compare.sum_partly", count=partly))
    unmapped = int(sum(one is not True for one in what.rows["constraints_mapped"]))
    if what.name == "share":
        st.caption(t("compare.rule_each"))
    elif what.measure.over.startswith("reserve") and unmapped:
        st.caption(t("compare.sum_not_mapped", count=unmapped))
    _own_remarks(what)


def _own_remarks(what: Compared) -> None:
    """Say what is to be known of the municipality that is marked."""
    row = what.row
    if row is None:
        return
    said = [*what.told_by_sets(str(what.chosen)), *words.remarks(row), *words.basis(row)]
    if what.name == "share":
        verdict = words.verdict(row["verdict_with_estimates"])
        said.insert(0, t("compare.verdict", verdict=verdict))
    dates = {"inhabitants": "inhabitants_date", "jobs_today": "jobs_today_date"}
    if what.measure.by in dates:
        date = row[dates[what.measure.by]]
        counted = None if pd.isna(row[what.measure.by]) else row[what.measure.by]
        said.append(
            t(
                f"compare.by_{what.measure.by}",
                count=texts.num(counted),
                date=t("unknown") if pd.isna(date) else date,
            )
        )
    if said:
        st.markdown("\n".join(f"- {texts.plain(one)}" for one in said))
