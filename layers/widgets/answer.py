"""The answer to the 90 % rule: verdict, both variants, what it rests on, and what is not in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.growth.calculation import LAYERS
from geo.growth.rule import Verdict
from layers.app import explain, shell, texts
from layers.app.texts import t
from layers.widgets import charts, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.growth.account import RuleAccount
    from geo.growth.rule import RuleResult
    from geo.growth.terms import Terms
    from layers.app.shell import View

VARIANTS: Final = "rule_variants"  # the style keeps their gauges apart in a narrow window
MOST_SEEN: Final = 5  # cases that are named at once; a longer list is folded
MOST_NAMED: Final = 50  # projects in a list of names; the page of projects has all


def show(view: View, account: RuleAccount) -> None:
    """Give the answer in a sentence, both variants side by side, and what they rest on."""
    headline(view, account)
    groups(view, account)
    details(view, account)


def headline(view: View, account: RuleAccount) -> None:
    """Give the answer in a sentence, both variants, and what has no year where one is asked for."""
    st.header(sentences.verdict(account))
    names = sentences.variants(view.pack.layer("growth_areas"), view.pack.directory)
    of = t("gauge.of", known=account.count, all=len(account.projects))
    with st.container(key=VARIANTS):
        for column, name, result in zip(st.columns(2), names, account, strict=True):
            with column:
                st.markdown(f"**{name}**")
                one(result, of=of)
    explain.beside("rule_share", "rule_room", "rule_groups", given=partial(chosen, account.terms))
    if said := sentences.undated(account):
        st.markdown(said)


def groups(view: View, account: RuleAccount) -> None:
    """Say how many cases are known and estimated, and which no figure stands for."""
    st.markdown(sentences.groups(account))
    _not_estimable(view, account)


def chosen(terms: Terms) -> list[tuple[str, str]]:
    """Write the choices that an answer was made with."""
    years = (("from", terms.from_year), ("to", terms.to_year))
    told = [
        (t("gauge.target"), texts.pct(terms.target)),
        (t("rule.adopted"), t(f"rule.adopted_{terms.adopted_only}".lower())),
        (t("rule.estimates"), t(f"rule.estimates_{terms.estimates}".lower())),
        (t("rule.basis"), t(f"rule.basis_{terms.net}".lower())),
        *((t(f"rule.{end}"), str(year)) for end, year in years if year is not None),
    ]
    if terms.statuses is not None:
        words = (texts.plain(texts.term("status", one)) for one in terms.statuses)
        told.append((t("rule.statuses"), ", ".join(words) or "–"))
    return told


def details(view: View, account: RuleAccount) -> None:
    """Say what else is left out, what weighs most in the sums, and how the answer is to be read."""
    _left_out(view, account)
    for dominant in account.dominant:
        st.caption(sentences.dominant(dominant, view.pack))
    legend = t("gauge.legend", target=texts.pct(account.terms.target))
    st.caption(f"{sentences.jobs(account)} {t('rule.variants_help')} {legend}")
    if view.version.norms:
        st.caption(t("norms.in_use"))
    view.badges(*LAYERS)


def one(result: RuleResult, *, of: str = "") -> None:
    """Show one variant: its gauge, and the room or the want in a sentence."""
    if result.verdict is Verdict.UNDEFINED:
        st.info(t("rule.undefined"), icon=":material/help:")
        return
    st.vega_lite_chart(charts.gauge(result, of=of), width="content")
    st.markdown(sentences.room(result))


def _not_estimable(view: View, account: RuleAccount) -> None:
    lines = sentences.not_estimable(account, view.pack)
    if not lines:
        return
    heading = t("rule.not_estimable_which", count=len(lines))
    if len(lines) <= MOST_SEEN:
        st.markdown(f"{heading}\n{_listed(lines)}")
        return
    with st.expander(heading):
        st.markdown(_listed(lines))


def _left_out(view: View, account: RuleAccount) -> None:
    """Name the projects that have a figure, and yet are in none here, and say why."""
    if len(account.loss_unknown):
        whole = len(account.projects)
        said = t("rule.losses_unknown", count=len(account.loss_unknown), all=whole)
        st.warning(said, icon=":material/help:")
    others = account.unknown.union(account.loss_unknown).difference(account.not_estimable)
    if not others.empty:
        with st.expander(t("rule.left_out", count=len(others))):
            names = account.projects.loc[others, "name"]
            st.markdown(
                _listed([texts.plain(texts.of_pack(one, view.pack.directory)) for one in names])
            )
    if account.count < len(account.projects):
        shell.lead_to("projects", t("rule.to_projects"))


def _listed(lines: Sequence[str]) -> str:
    shown = [f"- {line}" for line in lines[:MOST_NAMED]]
    if len(lines) > MOST_NAMED:
        shown.append(f"- {t('rule.more', count=len(lines) - MOST_NAMED)}")
    return "\n".join(shown)
