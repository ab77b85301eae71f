"""What the page of projects says around its forms: saved, read-only and why, one project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.ledger.fields import VALUES
from layers.app import address, login, texts
from layers.app.texts import t
from layers.projects import edit, listing
from layers.projects.unsaved import FORMS
from layers.widgets import entries

if TYPE_CHECKING:
    from layers.projects.listing import Listed


OPEN: Final = "project_open"  # what a project opens in


def saved() -> None:
    """Say once that a project was saved."""
    name = entries.just_saved(FORMS)
    if name is not None:
        st.toast(t("projects.saved", name=texts.plain(name)), icon=":material/check:")


def status_line(what: Listed, *, may_write: bool) -> None:
    """Say how many projects are shown, of which day, and why nothing can be changed."""
    st.caption(t("projects.count", shown=len(what.shown), all=len(what.projects)))
    if what.day is not None:
        day = what.day.strftime("%d.%m.%Y")
        st.info(t("projects.past", day=day), icon=":material/history:")
    elif not may_write and what.view.book.ledger is not None:
        reason = login.who().why_not(texts.language())
        st.info(texts.plain(reason), icon=":material/lock:")
    if not may_write and FORMS.waiting():
        st.info(t("form.waiting"), icon=":material/edit_note:")


def begin_new() -> None:
    """Open the form of a new project."""
    entries.forget(FORMS)
    listing.choose(None)
    address.keep("new", "1")


def heading(what: Listed, project_id: str) -> None:
    """Name the chosen project, with a way to close it."""
    found = what.projects[what.projects["project_id"] == project_id]
    left, right = st.columns([8, 2])
    name = project_id if found.empty else found["name"].iloc[0]
    left.header(texts.plain(texts.of_pack(name, what.view.pack.directory)))
    right.button(
        t("projects.close"),
        icon=":material/close:",
        on_click=listing.choose,
        args=(None,),
        width="stretch",
    )


def facts(what: Listed, project_id: str) -> None:
    """All that is known of a project, to be read."""
    found = what.projects[what.projects["project_id"] == project_id]
    if found.empty:
        st.warning(t("projects.gone"), icon=":material/help:")
        return
    row = found.iloc[0]
    entries.facts({name: row[name] for name in VALUES if name in row}, edit.shown)
