"""Many sets of parameters side by side: what each does to the whole, and to each municipality."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.comparison import sensitivity
from layers.app import cache, explain, texts
from layers.app.texts import t
from layers.comparison import choices, headline, words
from layers.widgets import html_tables, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from layers.comparison.choices import Compared

_SIDE_BY_SIDE: Final = 8  # A: more columns of figures than this nobody reads across


def show(what: Compared) -> None:
    """Show both tables, or say that there is one set alone."""
    if len(what.summary.sets) == 1:
        st.info(t("compare.one_set"), icon=":material/info:")
        return
    st.caption(t("compare.sets_lead", set=texts.plain(what.set_names[what.set])))
    _whole(what)
    _each(what)
    explain.beside("compare_sets", given=what.given)


def _whole(what: Compared) -> None:
    found = cache.answer(
        ("comparison by set", what.summary.digest, what.name, what.set),
        partial(sensitivity.by_set, what.summary, what.measure, what.set),
    )
    by_name = {one.name: one for one in found}
    ordered = [by_name[name] for name in what.set_names]
    given = pd.DataFrame(
        dict(choices.parameters(what.summary.parameters[one.name])) for one in ordered
    )
    same = [str(name) for name in given if len(set(given[name])) == 1]
    table = pd.DataFrame(
        {
            t("compare.set"): [what.set_names[one.name] for one in ordered],
            t("compare.together"): [headline.together(what, one.total) for one in ordered],
            t("compare.change"): [
                "–" if one.name == what.set else _signed(one.change) for one in ordered
            ],
            t("compare.moved"): [
                "–"
                if one.name == what.set
                else t("compare.moved_of", moved=one.moved, count=one.compared)
                for one in ordered
            ],
            **given.drop(columns=same),
        }
    )
    example = "_oppdiktet" if what.summary.example else ""
    if len(table) > html_tables.MOST_ROWS:
        tables.show(table, {}, key="compare_whole")
    else:
        html_tables.show(table, {}, caption=t("compare.sets"), file=f"parametersett{example}")
    if same:
        listed = ", ".join(f"{name}: {given[name].iloc[0]}" for name in same)
        st.caption(t("compare.same_in_all", parameters=texts.plain(listed)))


def _each(what: Compared) -> None:
    order = what.places.index
    figures = _side_by_side(what) if len(what.set_names) <= _SIDE_BY_SIDE else _ends(what)
    figures = figures.reindex(order).apply(partial(words.scaled, what.measure))
    write = partial(words.number, what.measure)
    formats: dict[str, Callable[[Any], str]] = dict.fromkeys(figures.columns, write)
    st.markdown(f"**{words.heading(what.name)}**")
    shown = figures.reset_index(drop=True)
    names = [
        t("compare.marked", name=name) if number == what.chosen else str(name)
        for number, name in what.rows.loc[order, "name"].items()
    ]
    shown.insert(0, t("compare.municipality"), names)
    assert what.spans is not None
    spans = what.spans.loc[order].to_dict("records")
    by_sets = [words.place_by_sets(one, len(what.set_names)) for one in spans]
    shown.insert(1, t("compare.in_sets"), by_sets)
    tables.show(shown, formats, key="compare_sets")
    if len(what.set_names) > _SIDE_BY_SIDE:
        st.caption(t("compare.ends_lead", count=len(what.set_names)))


def _side_by_side(what: Compared) -> DataFrame:
    found = sensitivity.matrix(what.summary, what.measure)[list(what.set_names)]
    # A set may be called anything, also what the first column is.
    found.columns = [t("compare.named_set", set=name) for name in what.set_names.values()]
    return found


def _ends(what: Compared) -> DataFrame:
    assert what.spans is not None
    named = t("compare.named_set", set=what.set_names[what.set])
    return pd.DataFrame(
        {
            named: what.places["value"],
            t("compare.least_of_sets"): what.spans["least"],
            t("compare.most_of_sets"): what.spans["most"],
        }
    )


def _signed(change: Any) -> str:  # noqa: ANN401  # NaN too
    if pd.isna(change):
        return t("unknown")
    written = texts.pct(change, 1)
    return f"+{written}" if change > 0 else written
