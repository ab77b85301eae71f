"""What the page of projects says around its forms: saved, read-only and why, one project."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.ledger.fields import VALUES
from layers.app import address, login, texts
from layers.app.texts import t
from layers.projects import edit, listing, unsaved
from layers.projects.form import label
from layers.widgets import tables

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from layers.projects.listing import Listed


# What opens; the header that lies over the page's top is as high as the margin.
OPEN: Final = "project_open"
_IN_VIEW: Final = "project_in_view"
_SCROLL: Final = """(name => {
  const found = document.querySelector(".st-key-project_open");
  if (!found) return;
  found.style.scrollMarginTop = "4.5rem";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const look = () => found.scrollIntoView({behavior: still ? "auto" : "smooth", block: "start"});
  setTimeout(look, 400);  // once what is below has its height
})(NAME);"""


def saved() -> None:
    """Say once that a project was saved."""
    name = st.session_state.pop("project_saved", None)
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
    if not may_write and unsaved.waiting():
        st.info(t("form.waiting"), icon=":material/edit_note:")


def begin_new() -> None:
    """Open the form of a new project."""
    edit.forget()
    listing.choose(None)
    address.keep("new", "1")


def opened(place: DeltaGenerator, of: str) -> None:
    """Bring the form of a project into view as it opens: it stands below the list and its map."""
    if st.session_state.get(_IN_VIEW) == of:
        return
    st.session_state[_IN_VIEW] = of
    if of:
        # Of another name each time, or the browser would not run it again.
        script = _SCROLL.replace("NAME", json.dumps(secrets.token_hex(4)))
        place.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


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
    rows = [
        (label(name), edit.shown(name, None if pd.isna(row[name]) else row[name]))
        for name in VALUES
        if name in row
    ]
    tables.plain(pd.DataFrame(rows, columns=[t("conflict.field"), t("projects.value")]), len(rows))
