"""Scenarios on the page of the 90 % rule: made, edited, saved, and set against each other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.growth.rule import SUFFIXES
from geo.growth.timeline import compare
from geo.ledger.fields import FIRST_YEAR, LAST_YEAR, STATUSES
from layers.app import address, explain, login, texts
from layers.app.kept import draft as kept_draft
from layers.app.kept import leaving, store
from layers.app.texts import t
from layers.rule import charts, data, drafts, views
from layers.rule.data import AS_LISTED
from layers.widgets import answer, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from geo.growth.scenario import Overrides
    from layers.app.shell import View
    from layers.rule.data import Choices
    from layers.rule.drafts import Draft

MOST_COMPARED: Final = 3  # beside the list as it is


def show(view: View, choices: Choices) -> None:
    """Let the reader make, edit and compare scenarios."""
    st.caption(t("scenario.lead"))
    _new(view)
    found = drafts.at_hand(view)
    if not found:
        drafts.keep_all(None)
        if address.several("scenario"):
            st.warning(t("scenario.not_found"), icon=":material/help:")
        st.info(t("scenario.none"), icon=":material/info:")
        return
    _edit(view, found)
    drafts.keep_all(st.session_state.get("rule_edited"))
    # Read again: the edit above is a part of what is compared.
    _compare(view, choices, drafts.at_hand(view))
    _saved(view)


def chosen(view: View) -> dict[str, Overrides]:
    """Return the scenarios that are being compared, by name."""
    found = drafts.at_hand(view)
    names = st.session_state.get("rule_compared", [])
    return {name: found[name].overrides for name in names if name in found}


def _new(view: View) -> None:
    with st.form("rule_new_scenario", clear_on_submit=True, border=False):
        left, right = st.columns([7, 3], vertical_alignment="bottom")
        name = left.text_input(t("scenario.name"), max_chars=100, key="rule_new_name")
        asked = right.form_submit_button(t("scenario.begin"), icon=":material/content_copy:")
    if not asked:
        return
    with view.part():
        if name.strip() in drafts.at_hand(view):
            st.warning(t("scenario.name_taken"), icon=":material/help:")
            return
        draft = drafts.begin(view, name.strip())
        st.session_state["rule_edited"] = draft.name
        compared = st.session_state.get("rule_compared", [])
        st.session_state["rule_compared"] = [*compared, draft.name][-MOST_COMPARED:]


def _edit(view: View, found: dict[str, Draft]) -> None:
    if st.session_state.get("rule_edited") not in found:
        st.session_state.pop("rule_edited", None)
    name = st.selectbox(
        t("scenario.edit"),
        list(found),
        key="rule_edited",
        index=None,
        placeholder=t("scenario.pick"),
    )
    if name is None:
        return
    draft = found[name]
    seq = view.version.ledger.seq if view.version.ledger else 0
    # A key for each text to edit, so that edits are not laid on another.
    key = f"{_editor(draft.name, draft.revision)}{seq}_{texts.language()}"
    begun = drafts.laid_out(draft, key)
    shown = drafts.table(view, begun)
    now = st.data_editor(
        shown,
        key=key,
        hide_index=True,
        disabled=[drafts.NAME, drafts.BASIS],
        column_config=_columns(),
        placeholder=t("unknown"),
        height=tables.SCROLLED_PX if len(shown) > tables.ALL_SHOWN else "content",
    )
    st.caption(t("scenario.edit_help"))
    with view.part():
        overrides = drafts.edited(view, begun, shown, now)
        draft = replace(draft, overrides=overrides)
        if draft.changed:
            drafts.keep(draft)
        _news(view, draft)
        _keep(view, draft)


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        drafts.IN: config.CheckboxColumn(t("scenario.included"), width="small"),
        drafts.NAME: config.TextColumn(t("table.project"), width="large"),
        drafts.JOBS: config.NumberColumn(
            t("table.jobs"), min_value=0, max_value=1_000_000, format="%.0f"
        ),
        drafts.BASIS: config.TextColumn(t("table.basis")),
        drafts.YEAR: config.NumberColumn(
            t("table.year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, step=1, format="%d"
        ),
        drafts.STATUS: config.SelectboxColumn(
            t("table.status"),
            options=list(STATUSES),
            format_func=lambda status: texts.term("status", status),
        ),
    }


def _news(view: View, draft: Draft) -> None:
    applied = data.applied(view, draft.overrides)
    name = texts.plain(draft.name)
    if applied.removed:
        listed = ", ".join(texts.plain(one) for one in applied.removed[: answer.MOST_NAMED])
        said = t("scenario.removed", name=name, count=len(applied.removed), listed=listed)
        st.warning(said, icon=":material/help:")
    if applied.overtaken:
        listed = ", ".join(texts.plain(one) for one in applied.overtaken[: answer.MOST_NAMED])
        st.warning(t("scenario.overtaken", name=name, listed=listed), icon=":material/help:")
    now = view.version.ledger.seq if view.version.ledger else draft.seq
    changes = len(draft.overrides.changes) + len(draft.overrides.added)
    said = t("scenario.changes", count=changes)
    if now > draft.seq:
        said += f" {t('scenario.list_moved', count=now - draft.seq)}"
    st.caption(said)


def _keep(view: View, draft: Draft) -> None:
    who = login.who()
    if view.book.ledger is None:
        st.caption(_where_it_lives())
    elif not who.may_write:
        why = texts.plain(who.why_not(texts.language()))
        st.caption(f"{_where_it_lives()} {why}")
    else:
        left, middle, right = st.columns([5, 3, 3], vertical_alignment="bottom")
        key = f"rule_save_as_{draft.name}_{draft.revision}"
        name = left.text_input(t("scenario.save_as"), value=draft.name, max_chars=100, key=key)
        save = middle.button(t("scenario.save"), icon=":material/save:", key="rule_save")
        remove = right.button(t("scenario.remove"), icon=":material/delete:", key="rule_remove")
        with view.part():
            if save:
                done = drafts.save(view, draft, name)
                _rename(draft.name, done.name)
                st.toast(t("scenario.saved", name=texts.plain(done.name)), icon=":material/check:")
                st.rerun()
            if remove:
                drafts.remove(view, draft)
                _rename(draft.name, None)
                st.rerun()
    if draft.changed and draft.revision:
        st.button(
            t("scenario.undo"),
            icon=":material/undo:",
            on_click=_reopen,
            args=(draft.name, draft.revision),
            key="rule_undo",
        )


def _where_it_lives() -> str:
    if kept_draft.is_kept(drafts.PART):
        return t("scenario.by_link", hours=store.HOURS)
    leaving.would_lose()
    return t("scenario.session_only")


def _reopen(name: str, revision: int) -> None:
    drafts.forget(name)
    prefix = _editor(name, revision)
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]


def _editor(name: str, revision: int) -> str:
    """Return how the keys of the tables begin in which a scenario is edited."""
    return f"rule_editor_{name}_{revision}_"


def _rename(old: str, new: str | None) -> None:
    # For the next run: a widget's value cannot be set once it is drawn.
    st.session_state["rule_renamed"] = (old, new)


def settle() -> None:
    """
    Follow a link with drafts, and a scenario that was renamed or removed in the run before.

    To be called before widgets.
    """
    edited = drafts.follow()
    if edited is not None:
        st.session_state["rule_edited"] = edited
    old, new = st.session_state.pop("rule_renamed", (None, None))
    if old is None:
        return
    if new is None:
        st.session_state.pop("rule_edited", None)
    else:
        st.session_state["rule_edited"] = new
    compared = [new if name == old else name for name in st.session_state.get("rule_compared", [])]
    st.session_state["rule_compared"] = [name for name in compared if name is not None]


def _compare(view: View, choices: Choices, found: dict[str, Draft]) -> None:
    asked = address.several("scenario")
    if "rule_compared" not in st.session_state and any(name not in found for name in asked):
        st.warning(t("scenario.not_found"), icon=":material/help:")
    first = [name for name in asked if name in found][:MOST_COMPARED]
    if address.moved("rule_compared"):
        st.session_state["rule_compared"] = first
    st.session_state.setdefault("rule_compared", first)  # which other buttons change too
    kept = [name for name in st.session_state["rule_compared"] if name in found]
    if kept != st.session_state["rule_compared"]:
        st.session_state["rule_compared"] = kept
    names = st.multiselect(
        t("scenario.compare"),
        list(found),
        max_selections=MOST_COMPARED,
        key="rule_compared",
        placeholder=t("scenario.pick"),
        help=t("scenario.compare_help"),
    )
    address.keep("scenario", list(names), [])
    if not names:
        return
    shown: list[tuple[str, Overrides]] = [(t("scenario.list_now"), AS_LISTED)]
    shown += [(_told_apart(name), found[name].overrides) for name in names]
    over_time = [(name, data.timeline(view, choices, one).table) for name, one in shown]
    if any(len(table) for _, table in over_time):
        for column, name, suffix in zip(st.columns(2), views.variants(view), SUFFIXES, strict=True):
            with column:
                st.markdown(f"**{name}**")
                draw = partial(charts.compared, over_time, suffix, choices.terms.target)
                spec = data.chart(view, choices, suffix, tuple(shown), draw)
                st.vega_lite_chart(spec, width="stretch")
                table = partial(charts.figures_compared, over_time, suffix)
                views.in_figures(f"compared{suffix}", table)
    accounts = [(name, data.account(view, choices.terms, one)) for name, one in shown]
    left = [len(account.projects) - account.count for _, account in accounts]
    _table(compare(accounts), left)
    explain.beside("rule_scenarios", given=partial(answer.chosen, choices.terms))
    views.badges(view)


def _told_apart(name: str) -> str:
    return f"{name} (2)" if name == t("scenario.list_now") else name


def _table(rows: DataFrame, left: list[int]) -> None:
    """Show what the rule says of each: first the verdict and its range, then the middle figures."""
    columns: dict[str, Any] = {
        t("scenario.scenario"): list(rows.index),
        t("table.projects_in"): rows["projects"],
        t("table.projects_left"): left,
        t("table.jobs"): rows["jobs_total"].where(rows["projects"] > 0),
    }
    formats: dict[str, Callable[[Any], str]] = dict.fromkeys(list(columns)[1:], texts.num)
    for suffix, heading in zip(SUFFIXES, ("table.share", "table.share_regional"), strict=True):
        columns[t(f"{heading}_verdict")] = [t(f"verdict.{one}") for one in rows[f"verdict{suffix}"]]
        ends = (rows[f"share_low{suffix}"], rows[f"share_high{suffix}"])
        columns[t(f"{heading}_span")] = [
            "–" if pd.isna(low) else texts.pct_span(low, high, 1)
            for low, high in zip(*ends, strict=True)
        ]
        columns[t(heading)] = rows[f"share{suffix}"]
        columns[t(f"{heading}_change")] = 100 * rows[f"share_change{suffix}"]
        known = rows[f"share{suffix}"].notna()
        columns[t(f"{heading}_room")] = rows[f"headroom_outside{suffix}"].where(known)
        formats[t(heading)] = views.share
        formats[t(f"{heading}_change")] = views.signed
        formats[t(f"{heading}_room")] = lambda room: views.signed(room, 0)
    tables.show(pd.DataFrame(columns).reset_index(drop=True), formats, key="rule_compare_table")


def _saved(view: View) -> None:
    saved = drafts.saved(view)
    if not saved:
        return
    with st.expander(t("scenario.saved_ones", count=len(saved))):
        changes = [len(one.overrides.get("changes", {})) for one in saved]
        rows = pd.DataFrame(
            {
                t("scenario.scenario"): [one.name for one in saved],
                t("scenario.changes_heading"): changes,
                t("scenario.saved_by"): [one.author for one in saved],
                t("scenario.saved_at"): [views.moment(one.at) for one in saved],
                t("scenario.revision"): [one.revision for one in saved],
            }
        )
        tables.show(rows, {}, key="rule_saved_scenarios")
