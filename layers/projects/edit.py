"""Writing to the list of projects: warnings first, then one entry; conflicts lose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from geo.errors import NaeringsarealError
from geo.ledger import duplicates
from geo.ledger.entries import ConflictError, Keep
from layers.app import address, login, texts
from layers.app.ledger import current_state
from layers.app.texts import t
from layers.projects import form, listing, unsaved
from layers.projects import place as projects_place
from layers.projects.form import label
from layers.projects.unsaved import NEW, Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geo.ledger.entries import Entry
    from geo.ledger.store import Ledger
    from layers.app.shell import View

_PENDING = "project_pending"


@dataclass(frozen=True)
class _Pending:
    """What has been sent and is not yet saved; `project_id` and `base` are None for a new one."""

    project_id: str | None
    base: int | None
    values: Mapping[str, Any]
    geometry: BaseGeometry | Keep | None
    reason: str


def new(view: View, ledger: Ledger) -> None:
    """Show the form of a new project."""
    st.header(t("projects.new"))
    one = Form(NEW)
    place, words = st.columns([5, 7], gap="large")  # in a narrow window the form comes last
    with place:
        geometry = projects_place.chooser(view, None, one)
    with words:
        filled = form.fill(view, None, one)
    if filled:
        _send(_Pending(None, None, filled.values, geometry, filled.reason))
    _settle(view, ledger, None)


def existing(view: View, ledger: Ledger, project_id: str) -> None:
    """Show the form of a project that is there."""
    state = current_state(view.pack, view.version.ledger, ledger)
    row = state[state["project_id"] == project_id]
    if row.empty:
        st.warning(t("projects.gone"), icon=":material/help:")
        return
    newest = int(row["revision"].iloc[0])
    # The revision that the reader began from: others may write while the form stands open.
    opened = st.session_state.setdefault(listing.OPENED, {})
    base, before = opened.setdefault(project_id, (unsaved.base(project_id) or newest, row))
    if newest > base:
        st.info(t("conflict.newer"), icon=":material/sync_problem:")
    one = Form(project_id, base)
    place, words = st.columns([5, 7], gap="large")  # in a narrow window the form comes last
    with place:
        geometry = projects_place.chooser(view, before, one)
    with words:
        filled = form.fill(view, before.iloc[0], one)
    if filled:
        _send(_Pending(project_id, base, filled.values, geometry, filled.reason))
    _settle(view, ledger, project_id)
    _removal(ledger, project_id, base)


def forget(project_id: str | None = None) -> None:
    """Begin a project's form anew from the ledger the next time that it is shown."""
    st.session_state.get(listing.OPENED, {}).pop(project_id, None)
    st.session_state.pop(_PENDING, None)
    if project_id is not None:
        unsaved.drop(project_id)


def _send(pending: _Pending) -> None:
    st.session_state[_PENDING] = pending
    st.session_state["project_confirmed"] = False


def _settle(view: View, ledger: Ledger, project_id: str | None) -> None:
    """Warn of what has been sent, save it, or say why not."""
    pending: _Pending | None = st.session_state.get(_PENDING)
    if pending is None or pending.project_id != project_id:
        return
    warnings = _warnings(view, ledger, pending)
    if warnings and not st.session_state.get("project_confirmed"):
        for warning in warnings:
            st.warning(texts.plain(warning.say(texts.language())), icon=":material/content_copy:")
        yes, no = st.columns(2)
        if no.button(t("form.back"), key="project_back"):
            st.session_state.pop(_PENDING)
            st.rerun()
        if not yes.button(t("form.save_anyway"), type="primary", key="project_anyway"):
            return
        st.session_state["project_confirmed"] = True
    try:
        entry = _save(ledger, pending)
    except ConflictError as error:
        _conflict(pending, error)
        return
    except NaeringsarealError as error:
        st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
        st.session_state.pop(_PENDING)
        return
    forget(entry.project_id)
    if project_id is None:
        unsaved.drop(NEW)
    listing.choose(entry.project_id)
    address.keep("new", None)
    st.session_state["project_saved"] = str(entry.values["name"])
    st.rerun()


def _save(ledger: Ledger, pending: _Pending) -> Entry:
    author = login.require_writer().author
    signed = {"author": author, "reason": pending.reason}
    if pending.project_id is None or pending.base is None:
        geometry = None if isinstance(pending.geometry, Keep) else pending.geometry
        return ledger.add(pending.values, geometry, **signed)
    return ledger.change(
        pending.project_id,
        pending.values,
        base_revision=pending.base,
        geometry=pending.geometry,
        **signed,
    )


def _warnings(view: View, ledger: Ledger, pending: _Pending) -> list[duplicates.Warning]:
    state = current_state(view.pack, view.version.ledger, ledger)
    geometry = pending.geometry
    if isinstance(geometry, Keep):
        own = state[state["project_id"] == pending.project_id]
        geometry = None if own.empty else own.geometry.iloc[0]
    inside = view.pack.municipality.geometry.union_all() if view.pack.has("municipality") else None
    return duplicates.warnings(
        pending.values,
        geometry,
        state,
        own_id=pending.project_id,
        removed=_removed(ledger),
        municipality=inside,
    )


def _removed(ledger: Ledger) -> list[Entry]:
    newest = {entry.project_id: entry for entry in reversed(ledger.history())}
    return [entry for entry in newest.values() if entry.removed]


def _conflict(pending: _Pending, error: ConflictError) -> None:
    """Show what the other one saved beside what was sent, and let the reader choose."""
    theirs = error.entry
    st.error(texts.plain(error.say(texts.language())), icon=":material/sync_problem:")
    rows = [
        (label(name), shown(name, mine), shown(name, theirs.values[name]))
        for name, mine in pending.values.items()
        if shown(name, mine) != shown(name, theirs.values[name])
    ]
    if rows and not theirs.removed:
        headings = [t("conflict.field"), t("conflict.mine"), t("conflict.theirs")]
        st.dataframe(pd.DataFrame(rows, columns=headings), hide_index=True)
    mine, other = st.columns(2)
    if other.button(t("conflict.take_theirs"), key="conflict_theirs"):
        forget(pending.project_id)
        st.rerun()
    if not theirs.removed and mine.button(t("conflict.keep_mine"), key="conflict_mine"):
        st.session_state[_PENDING] = _Pending(
            pending.project_id, theirs.revision, pending.values, pending.geometry, pending.reason
        )
        st.session_state["project_confirmed"] = True
        st.rerun()


def _removal(ledger: Ledger, project_id: str, base: int) -> None:
    with st.expander(t("projects.remove"), icon=":material/delete:"):
        st.caption(t("projects.remove_help"))
        reason = st.text_input(label("reason"), key=f"remove.{project_id}.{base}")
        if not st.button(t("projects.remove"), key=f"remove_button.{project_id}"):
            return
        try:
            author = login.require_writer().author
            ledger.remove(project_id, base_revision=base, author=author, reason=reason)
        except NaeringsarealError as error:
            st.error(texts.plain(error.say(texts.language())), icon=":material/error:")
            return
        forget(project_id)
        st.rerun()


def shown(name: str, value: object) -> str:
    """Write a field's value for people."""
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return t("unknown")
    if name in {"status", "effect"}:
        return texts.term(name, value)
    if isinstance(value, int | float):
        return str(int(value)) if name == "year" else texts.num(value)
    return str(value)
