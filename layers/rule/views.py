"""What the page of the 90 % rule says and draws of the list: verdict, time, heaviest sites."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from geo.growth.calculation import LAYERS
from geo.growth.rule import SUFFIXES, Variants
from layers.app import explain, texts
from layers.app.texts import t
from layers.rule import charts as rule_charts
from layers.rule import data
from layers.widgets import answer, html_tables, jobs_today, sentences, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from pandas import DataFrame

    from geo.growth.account import RuleAccount
    from layers.app.shell import View
    from layers.rule.data import Choices

NORWAY: Final = ZoneInfo("Europe/Oslo")
MOST_SHOWN: Final = 10  # rows of the heaviest sites


def badges(view: View) -> None:
    """Say what the figures rest on."""
    view.badges(*LAYERS)


def variants(view: View) -> Variants[str]:
    """Name both variants."""
    return sentences.variants(view.pack.layer("growth_areas"), view.pack.directory)


def headline(view: View, choices: Choices) -> None:
    """Give the answer in a sentence, both variants side by side, and what is not in them."""
    answer.show(view, data.account(view, choices.terms))


def today(view: View, choices: Choices) -> None:
    """Set the share of today's jobs in the growth areas beside the share of the new ones."""
    if jobs_today.missing(view):
        return
    found, new = view.workspace.jobs_today, data.account(view, choices.terms)
    assert found is not None  # the pack has businesses
    st.header(t("jobs_today.in_growth_areas"))
    spans = Variants(*(_share_span(one.low, one.high) for one in found))
    ahead = Variants(*(_share_span(one.share_low, one.share_high) for one in new))
    st.markdown(t("jobs_today.beside", today=spans.counted, new=ahead.counted))
    measures: dict[str, Iterable[str]] = {
        t("jobs_today.share_today"): spans,
        t("jobs_today.jobs_inside"): [texts.jobs_today(one.inside) for one in found],
        t("jobs_today.jobs_outside"): [texts.jobs_today(one.outside) for one in found],
        t("jobs_today.jobs_unplaced"): [texts.jobs_today(one.unknown) for one in found],
        t("jobs_today.share_new"): ahead,
    }
    # A line for each measure, so that both variants are seen on a phone as well.
    rows = pd.DataFrame([[*one] for one in measures.values()], columns=list(variants(view)))
    rows.insert(0, t("jobs_today.variant"), list(measures))
    tables.lines(rows)
    explain.beside("rule_today")
    whole = jobs_today.whole(view)
    told = [t("jobs_today.beside_help"), jobs_today.unnumbered(whole)]
    st.caption(" ".join(one for one in told if one))
    view.badges(*LAYERS, jobs_today.LAYER)


def _share_span(low: float | None, high: float | None) -> str:
    return t("unknown") if low is None or high is None else texts.pct_span(low, high)


def over_time(view: View, choices: Choices) -> None:
    """Draw both variants over time; say which projects cannot be in the drawing."""
    timeline = data.timeline(view, choices)
    table, target = timeline.table, choices.terms.target
    if not len(table) or not table["projects"].any():
        st.info(t("rule.nothing_over_time"), icon=":material/info:")
    else:
        for column, name, suffix in zip(st.columns(2), variants(view), SUFFIXES, strict=True):
            with column:
                st.markdown(f"**{name}**")
                draw = partial(rule_charts.over_time, table, suffix, target)
                spec = data.chart(view, choices, suffix, (), draw)
                st.vega_lite_chart(spec, width="stretch")
                in_figures(f"over_time{suffix}", partial(rule_charts.figures, table, suffix))
        st.caption(t("rule.chart_help", target=texts.pct(target)))
        explain.beside("rule_over_time", given=partial(answer.chosen, choices.terms))
    if not choices.terms.has_period:  # else it stands by the answer
        _undated(timeline.undated)
    badges(view)


def in_figures(key: str, table: Callable[[], DataFrame]) -> None:
    """Have a chart's figures as a table below it, written once it is opened."""
    folded = st.expander(t("rule.chart_figures"), key=f"{key}_figures", on_change="rerun")
    if folded.open:
        with folded:
            tables.lines(table())


def _undated(account: RuleAccount) -> None:
    whole, known = len(account.projects), account.count
    if not whole:
        return
    if not known:
        st.markdown(t("rule.undated_unknown", count=whole))
        return
    result = account.counted
    ends = (
        result.jobs_inside_low + result.jobs_outside_low,
        result.jobs_inside_high + result.jobs_outside_high,
    )
    said = sentences.with_span(result.jobs_total, *ends)
    st.markdown(t("rule.undated", count=whole, known=known, jobs=said))


def heaviest(view: View, choices: Choices) -> None:
    """Show the sites that weigh most, and what the share would be without each."""
    rows = data.heaviest(view, choices.terms, MOST_SHOWN)
    if rows.empty:
        st.info(t("rule.nothing_weighs"), icon=":material/info:")
        return
    known = data.names(view)
    frame = data.state(view).frame.loc[rows.index]
    points = {name: 100 * rows[name] for name in ("change", "change_regional")}
    shown = pd.DataFrame(
        {
            t("table.project"): [str(known.get(one, one)) for one in rows["id"]],
            t("table.net_jobs" if choices.terms.net else "table.jobs"): rows["jobs"],
            t("table.jobs_span"): [
                texts.span(low, high) for low, high in _ends(frame, net=choices.terms.net)
            ],
            t("table.inside"): rows["share_inside"],
            t("table.share_without"): rows["share_without"],
            t("table.share_change"): points["change"],
            t("table.share_without_regional"): rows["share_without_regional"],
            t("table.share_change_regional"): points["change_regional"],
            t("table.known_by"): [
                sentences.known_by(row, view.pack) for _, row in frame.iterrows()
            ],
        }
    )
    names = list(shown.columns)
    formats: dict[str, Callable[[Any], str]] = {
        names[1]: texts.num,
        **dict.fromkeys((names[3], names[4], names[6]), share),
        **dict.fromkeys((names[5], names[7]), signed),
    }
    # Without a case that is all there is, nothing is left to judge: that is none, and not unknown.
    html_tables.show(shown, formats, caption=t("rule.heaviest"), missing="–", file="tyngste_saker")
    explain.beside("rule_heaviest", given=partial(answer.chosen, choices.terms))
    badges(view)


def _ends(frame: DataFrame, *, net: bool) -> Iterator[tuple[float, float]]:
    lost = frame["jobs_lost"] if net else 0.0
    return zip(frame["jobs_low"] - lost, frame["jobs_high"] - lost, strict=True)


def moment(at: datetime) -> str:
    """Write a time as a clock in Norway shows it."""
    return at.astimezone(NORWAY).strftime("%d.%m.%Y %H:%M")


def share(value: float) -> str:
    """Write a share with a decimal; a dash where there is none."""
    return "–" if pd.isna(value) else texts.pct(float(value), 1)


def signed(points: float | None, decimals: int = 1) -> str:
    """Write a change with its sign; a dash where there is none."""
    if pd.isna(points):
        return "–"
    written = texts.num(abs(points), decimals)
    if not any(digit in written for digit in "123456789"):
        return written
    return f"{'+' if points > 0 else '−'}{written}"
