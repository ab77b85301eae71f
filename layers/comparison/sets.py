"""Many sets of parameters side by side: what each does to the whole, and to each municipality."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from geo.comparison import sensitivity
from layers.app import cache, explain, texts
from layers.app.texts import t
from layers.comparison import choices, headline, words
from layers.widgets import html_tables, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.comparison.choices import Compared


def show(what: Compared) -> None:
    """Show both tables, or say that there is one set alone."""
    if len(what.summary.sets) == 1:
        st.info(t("compare.one_set"), icon=":material/info:")
        return
    st.caption(t("compare.sets_lead", set=texts.plain(what.set)))
    _whole(what)
    _each(what)
    explain.beside("compare_sets", given=what.given)


def _whole(what: Compared) -> None:
    found = cache.answer(
        ("comparison by set", what.summary.digest, what.name, what.set),
        partial(sensitivity.by_set, what.summary, what.measure, what.set),
    )
    given = [dict(choices.parameters(what.summary.of_set(one.name))) for one in found]
    table = pd.DataFrame(
        {
            t("compare.set"): [one.name for one in found],
            t("compare.together"): [headline.together(what, one.total) for one in found],
            t("compare.change"): [
                "–" if one.name == what.set else _signed(one.change) for one in found
            ],
            t("compare.moved"): [
                "–"
                if one.name == what.set
                else t("compare.moved_of", moved=one.moved, count=one.compared)
                for one in found
            ],
            **{name: [one[name] for one in given] for name in given[0]},
        }
    )
    html_tables.show(table, {}, caption=t("compare.sets"), file="parametersett")


def _each(what: Compared) -> None:
    found = sensitivity.matrix(what.summary, what.measure).reindex(what.places.index)
    found = found.apply(partial(words.scaled, what.measure))
    # A set may be called anything, also what the first column is.
    found.columns = [t("compare.named_set", set=name) for name in found.columns]
    names = [
        t("compare.marked", name=name) if number == what.chosen else str(name)
        for number, name in what.rows.loc[found.index, "name"].items()
    ]
    write = partial(words.number, what.measure)
    formats: dict[str, Callable[[Any], str]] = dict.fromkeys(found.columns, write)
    st.markdown(f"**{words.heading(what.name)}**")
    shown = found.reset_index(drop=True)
    shown.insert(0, t("compare.municipality"), names)
    tables.show(shown, formats, key="compare_sets")


def _signed(change: Any) -> str:  # noqa: ANN401  # NaN too
    if pd.isna(change):
        return t("unknown")
    written = texts.pct(change, 1)
    return f"+{written}" if change > 0 else written
