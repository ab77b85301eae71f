"""What the page of the 90 % rule says and draws of the list: verdict, time, heaviest sites."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from geo.growth.calculation import LAYERS
from geo.growth.rule import SUFFIXES, Verdict
from layers.app import shell, texts
from layers.app.texts import t
from layers.rule import charts as rule_charts
from layers.rule import data
from layers.widgets import charts, sentences, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from geo.growth.rule import RuleResult, Variants
    from geo.growth.timeline import RuleAccount
    from layers.app.shell import View
    from layers.rule.data import Choices

NORWAY: Final = ZoneInfo("Europe/Oslo")
MOST_NAMED: Final = 50  # projects in a list of names; the page of projects has all
MOST_SHOWN: Final = 10  # rows of the heaviest sites


def badges(view: View) -> None:
    """Say what the figures rest on."""
    view.badges(*LAYERS)


def variants(view: View) -> Variants[str]:
    """Name both variants."""
    return sentences.variants(view.pack.layer("growth_areas"), view.pack.directory)


def headline(view: View, choices: Choices) -> None:
    """Give the answer in a sentence, both variants side by side, and what is not in them."""
    account = data.account(view, choices.terms)
    st.subheader(sentences.verdict(account))
    for column, name, result in zip(st.columns(2), variants(view), account, strict=True):
        with column:
            st.markdown(f"**{name}**")
            one(result)
    st.caption(f"{jobs(account)} {t('rule.variants_help')}")
    left_out(view, account)
    if view.version.norms:
        st.caption(t("norms.in_use"))
    badges(view)


def one(result: RuleResult) -> None:
    """Show one variant: its gauge, and the room or the want in a sentence."""
    if result.verdict is Verdict.UNDEFINED:
        st.info(t("rule.undefined"), icon=":material/help:")
        return
    st.vega_lite_chart(charts.gauge(result), width="content")
    st.markdown(sentences.room(result))


def jobs(account: RuleAccount) -> str:
    """Jobs inside and outside, gross or net as the terms say."""
    if not account.terms.net:
        return sentences.jobs(account.counted)
    counted = account.counted
    return t("rule.jobs_net", inside=counted.jobs_inside, outside=counted.jobs_outside)


def left_out(view: View, account: RuleAccount) -> None:
    """Say how many projects are in no figure, why, and which."""
    whole = len(account.projects)
    if said := sentences.unknown(account):
        st.warning(said, icon=":material/help:")
    if len(account.loss_unknown):
        said = t("rule.losses_unknown", count=len(account.loss_unknown), all=whole)
        st.warning(said, icon=":material/help:")
    if len(account.undated):
        said = t("rule.undated_left_out", count=len(account.undated))
        st.warning(said, icon=":material/help:")
    missing = account.unknown.union(account.loss_unknown).union(account.undated)
    if missing.empty:
        return
    with st.expander(t("rule.left_out", count=len(missing))):
        frame = data.state(view).frame
        st.markdown(named(view, list(frame.loc[missing, "id"])))
        file, icon = shell.PAGES["projects"]
        st.page_link(file, label=t("rule.to_projects"), icon=icon)


def named(view: View, ids: Sequence[str]) -> str:
    """Write names of projects as a list in markdown, the first `MOST_NAMED` of them."""
    known = data.names(view)
    lines = [f"- {texts.plain(str(known.get(one, one)))}" for one in ids[:MOST_NAMED]]
    if len(ids) > MOST_NAMED:
        lines.append(f"- {t('rule.more', count=len(ids) - MOST_NAMED)}")
    return "\n".join(lines)


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
        st.caption(t("rule.chart_help", target=texts.pct(target)))
    _undated(timeline.undated)
    badges(view)


def _undated(account: RuleAccount) -> None:
    whole, known = len(account.projects), account.count
    if not whole:
        return
    if not known:
        st.caption(t("rule.undated_unknown", count=whole))
        return
    st.caption(t("rule.undated", count=whole, known=known, jobs=account.counted.jobs_total))


def heaviest(view: View, choices: Choices) -> None:
    """Show the sites that weigh most, and what the share would be without each."""
    rows = data.heaviest(view, choices.terms, MOST_SHOWN)
    if rows.empty:
        st.info(t("rule.nothing_weighs"), icon=":material/info:")
        return
    known = data.names(view)
    points = {name: 100 * rows[name] for name in ("change", "change_regional")}
    shown = pd.DataFrame(
        {
            t("table.project"): [str(known.get(one, one)) for one in rows["id"]],
            t("table.net_jobs" if choices.terms.net else "table.jobs"): rows["jobs"],
            t("table.inside"): rows["share_inside"],
            t("table.share_without"): rows["share_without"],
            t("table.share_change"): points["change"],
            t("table.share_without_regional"): rows["share_without_regional"],
            t("table.share_change_regional"): points["change_regional"],
        }
    )
    names = list(shown.columns)
    formats: dict[str, Callable[[Any], str]] = {
        names[1]: texts.num,
        names[2]: share,
        names[3]: share,
        names[4]: signed,
        names[5]: share,
        names[6]: signed,
    }
    tables.show(shown, formats, key="rule_heaviest")
    badges(view)


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
